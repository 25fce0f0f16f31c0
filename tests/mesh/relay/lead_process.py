"""A lead and a sidecar in one process, without a server between them: the real decisions, over a real socket, on real boards.

Called with the lead's repository, the node's repository, and the node's name and role. It mirrors what is decided onto
the node's board before it answers, as a sidecar does. Requests besides `command`: `other` (a command of another node),
`mode` (answer everything with this code, or not at all), `shift` (the lead's clock, in seconds).
"""

from __future__ import annotations

import json
import os
import socket
import sys
import time
from contextlib import suppress
from typing import Any

import msgspec

from openclaw_hooks.board.actor import Actor
from openclaw_hooks.board.opening import open_board
from openclaw_hooks.board.store import edit_board, read_board
from openclaw_hooks.mesh.mirror.claims import follow_claims
from openclaw_hooks.mesh.place import find_place, make_folders
from openclaw_hooks.mesh.state.board_state import BoardState
from openclaw_hooks.mesh.state.decide import Decision, Request, decide, read_policy
from openclaw_hooks.mesh.wire.keys import path_of
from openclaw_hooks.mesh.wire.messages import Answer, Command, decode_command, encode_message, refuse
from openclaw_hooks.tasks.moves import Right

MIRROR = Actor("mirror", "", frozenset(Right), "mirror <mirror@example.org>")


class Lead:
    """The state of the mesh, and the board of one node that follows it."""

    def __init__(self, lead: str, node: str) -> None:
        self.policy = read_policy(open_board(lead, create=True))
        self.board = open_board(node)
        self.state = BoardState()
        self.revision = 0
        self.answers: dict[str, Answer] = {}
        self.mode = ""
        self.shift = 0.0

    def seed(self) -> None:
        """Takes in what the node's board has."""
        snapshot = read_board(self.board)
        for key in {*snapshot.tasks, *snapshot.plans} - self.state.entries.keys():
            with open(os.path.join(self.board.top, path_of(key)), "rb") as stream:
                self._take(key, stream.read())

    def do(self, node: str, role: str, command: Command) -> Answer:
        """What becomes of a command; the same request gets the same answer."""
        known = self.answers.get(f"{node}/{command.id}")
        if known:
            return known
        decision = decide(self.state, Request(node, role, command, time.time() + self.shift), self.policy)
        for task, (_, lease) in decision.leases.items():
            self.revision += 1
            self.state.take_lease(task, self.revision, lease)
        for key, (_, content) in decision.changes.items():
            self._take(key, content)
        self._mirror(decision)
        self.answers[f"{node}/{command.id}"] = decision.answer
        return decision.answer

    def _take(self, key: str, content: bytes) -> None:
        self.revision += 1
        self.state.take(key, self.revision, content)

    def _mirror(self, decision: Decision) -> None:
        with edit_board(self.board, MIRROR) as edit:
            for key, (_, content) in decision.changes.items():
                edit.put(path_of(key), content)
        heads = {key: self.state.tasks[key] for key in decision.changes if key in self.state.tasks}
        follow_claims(self.board.repo, NODE, heads)

    def serve(self, request: dict[str, Any]) -> bytes | None:
        """The answer to a line of the socket; None for none at all."""
        if request["op"] == "mode":
            self.mode = request["mode"]
        elif request["op"] == "shift":
            self.shift = request["seconds"]
        elif request["op"] == "other":
            command = msgspec.convert(request["command"], Command)
            return encode_message(self.do(request["node"], request.get("role", "worker"), command))
        else:
            command = decode_command(json.dumps(request["command"]).encode())
            if self.mode == "hang":
                return None
            if self.mode == "queued":
                return encode_message(Answer(command.id, result={"queued": True}))
            if self.mode not in ("", "deaf"):
                return encode_message(refuse(command.id, self.mode, f"the lead is {self.mode}"))
            if ROLE == "lead" and command.task not in self.state.entries:
                self.seed()  # what was made on this board just now, a sidecar has put on the mesh before
            answer = self.do(NODE, ROLE, command)
            return None if self.mode == "deaf" else encode_message(answer)
        return b"{}"


def main(lead_folder: str, node_folder: str) -> None:
    """Serves until it is killed; says when it can be asked."""
    lead = Lead(lead_folder, node_folder)
    lead.seed()
    place = find_place(lead.board.repo)
    make_folders(place)
    path = place.sync_socket
    os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
    with open(place.sync_status, "w") as stream:
        json.dump({"pid": os.getpid(), "node": NODE, "role": ROLE}, stream)
    kept = []
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(path)
        listening.listen(50)
        print(path, flush=True)
        while True:
            connection, _ = listening.accept()
            with connection.makefile("rb") as reader:
                line = reader.readline()
            answer = lead.serve(json.loads(line)) if line else b""
            if answer is None:
                kept.append(connection)  # open, and silent
                continue
            with connection, suppress(BrokenPipeError):
                connection.sendall(answer + b"\n" if answer else b"")


if __name__ == "__main__":
    NODE, ROLE = sys.argv[3:]
    main(*sys.argv[1:3])
