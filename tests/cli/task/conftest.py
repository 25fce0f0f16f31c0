"""A mesh around the clerk's clone: its lead in another process, behind the socket where a sidecar listens."""

from __future__ import annotations

import asyncio
import json
import os
import socket
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from openclaw_hooks.git import open_repo
from openclaw_hooks.mesh.place import find_place, make_folders
from openclaw_hooks.mesh.relay.intents import deliver
from openclaw_hooks.mesh.relay.membership import Membership, save_membership
from openclaw_hooks.mesh.wire.messages import Answer, Command, decode_answer, new_request_id
from tests.mesh.relay import lead_process

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.cli.conftest import Clerk
    from tests.conftest import Repository


class Mesh:
    """The lead of a mesh and this clone's way to it, in a process of their own."""

    def __init__(self, clerk: Clerk, lead: Repository, role: str) -> None:
        self.repo = open_repo(str(clerk.repository.path))
        place = find_place(self.repo)
        if role != "lead":
            make_folders(place)
            save_membership(place, Membership("node-a", role))
        words = [sys.executable, lead_process.__file__, str(lead.path), self.repo.top, "node-a", role]
        env = {key: value for key, value in os.environ.items() if key != "CLAUDECODE"}
        self.process = subprocess.Popen(words, stdout=subprocess.PIPE, text=True, env=env)
        assert self.process.stdout is not None
        self.path = self.process.stdout.readline().strip()
        assert self.path, "it did not start"

    def tell(self, **request: Any) -> bytes:
        """What the process answers to a request of its own kind."""
        with socket.socket(socket.AF_UNIX) as connection:
            connection.connect(self.path)
            connection.sendall(json.dumps(request).encode() + b"\n")
            with connection.makefile("rb") as reader:
                return reader.readline()

    def other(self, verb: str, task: str, node: str = "w2", role: str = "worker", **args: Any) -> Answer:
        """What the lead answers to another node."""
        command = {"id": new_request_id(), "verb": verb, "task": task, "args": args, "clone": "another"}
        return decode_answer(self.tell(op="other", node=node, role=role, command=command))

    def add(self, title: str = "Write it", **fields: Any) -> str:
        """The id of a task that another lead has made."""
        made = self.other("new", "", "boss", "lead", fields={"title": title, **fields}, body="")
        return str(made.result["task"])

    def deliver(self) -> list[str]:
        """Sends the intents as a sidecar does; the ids of those that were done."""

        async def send(command: Command) -> Answer:
            request = {"op": "command", "command": msgspec.to_builtins(command)}
            return decode_answer(self.tell(**request))

        return [command.id for command, _ in asyncio.run(deliver(find_place(self.repo), send)).done]

    def close(self) -> None:
        """Ends it."""
        self.process.kill()
        self.process.wait()
        assert self.process.stdout is not None
        self.process.stdout.close()
        if os.path.lexists(self.path):
            os.unlink(self.path)


@pytest.fixture
def join(clerk: Clerk, make_repository: Callable[..., Repository]) -> Iterator[Callable[..., Mesh]]:
    """Makes the clerk's clone part of a mesh, in a role."""
    started: list[Mesh] = []

    def start(role: str = "lead") -> Mesh:
        started.append(Mesh(clerk, make_repository("lead"), role))
        return started[-1]

    yield start
    for mesh in started:
        mesh.close()


def refused_there(clerk: Clerk, *words: str, **env: str) -> str:
    """Why a command gets no for an answer; the board may change meanwhile, as it follows the lead's."""
    answer = clerk(*words, **env)
    assert (answer.code, answer.out) == (1, ""), answer.out + answer.err
    assert answer.err.count("\n") == 1
    return answer.err.removeprefix("openclaw: ").rstrip("\n")
