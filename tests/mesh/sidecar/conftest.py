"""A mesh of real processes: clones with a sidecar each, commands by the command line, and proof that all is gone."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import pytest

from openclaw_hooks.mesh.place import Place
from tests.mesh.conftest import kill_leftovers, list_processes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

OPENCLAW = [sys.executable, "-P", "-m", "openclaw_hooks.cli"]
PATIENCE_S = 20.0


def wait_until(is_so: Callable[[], object], what: str = "it", timeout_s: float = PATIENCE_S) -> None:
    """Waits for something to come to be so; fails when it does not."""
    deadline = time.monotonic() + timeout_s
    while not is_so():
        assert time.monotonic() < deadline, f"{what} did not come about within {timeout_s:g} s"
        time.sleep(0.02)


class Clone:
    """A repository whose node has a sidecar, or will have."""

    def __init__(self, top: Path, **env: str) -> None:
        self.top = top
        self.env = {**os.environ, **env}
        self.process: subprocess.Popen[bytes] | None = None
        top.mkdir(parents=True)
        subprocess.run(["git", "init", "-q", str(top)], check=True)
        self.place = Place(str(top / ".git" / "openclaw" / "nats"))

    @property
    def tasks(self) -> dict[str, bytes]:
        """The task files on disk."""
        return {path.name: path.read_bytes() for path in sorted((self.board / "tasks").glob("*.md"))}

    @property
    def board(self) -> Path:
        """The folder of the board."""
        return self.top / ".openclaw" / "board"

    def run(self, *words: str, code: int = 0, timeout_s: float = 30) -> subprocess.CompletedProcess[str]:
        """Runs the command line here."""
        done = subprocess.run(
            [*OPENCLAW, *words],
            cwd=self.top,
            env=self.env,
            capture_output=True,
            text=True,
            timeout=timeout_s,
            check=False,
        )
        assert done.returncode == code, f"{words}: {done.returncode}\n{done.stdout}{done.stderr}\n{self.log}"
        return done

    def ask(self, op: str, **fields: Any) -> dict[str, Any]:
        """What the sidecar answers to a request on its socket."""
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(PATIENCE_S)
            connection.connect(self.place.sync_socket)
            connection.sendall(json.dumps({"op": op, **fields}).encode() + b"\n")
            with connection.makefile("rb") as stream:
                return dict(json.loads(stream.readline()))

    def command(self, verb: str, task: str = "", token: str = "", **args: Any) -> dict[str, Any]:
        """What the lead answers to a command of this machine."""
        command = {"id": os.urandom(8).hex(), "verb": verb, "task": task, "token": token, "args": args}
        return self.ask("command", command=command, here={"worktree": str(self.top)})

    def new_task(self, title: str = "a task") -> str:
        """The id of a new task."""
        return str(self.command("new", fields={"title": title}, body="")["result"]["task"])

    def sync(self, *words: str) -> Clone:
        """Starts the sidecar; it is at work when this returns."""
        with open(self.top / ".git" / "sync.out", "ab") as output:
            self.process = subprocess.Popen(
                [*OPENCLAW, "sync", *words], cwd=self.top, env=self.env, stdout=output, stderr=output
            )
        wait_until(lambda: self.is_over or self.state == "connected", f"the sidecar of {self.top.name}: {self.said}")
        assert not self.is_over, self.said
        return self

    def lead(self) -> Clone:
        """Starts the sidecar; it leads when this returns."""
        self.sync()
        wait_until(lambda: self.status.get("leading"), f"leading: {self.log}")
        return self

    @property
    def is_over(self) -> bool:
        """Whether the sidecar has ended."""
        return self.process is None or self.process.poll() is not None

    @property
    def status(self) -> dict[str, Any]:
        """What the sidecar says of itself; empty while it does not."""
        with suppress(OSError, ValueError):
            return dict(self.ask("status")["status"])
        return {}

    @property
    def told(self) -> dict[str, Any]:
        """What the sidecar wrote into its status file."""
        with open(self.place.sync_status) as stream:
            return dict(json.load(stream))

    @property
    def state(self) -> str:
        """Whether it is connected."""
        return str(self.status.get("state", ""))

    @property
    def said(self) -> str:
        """What the sidecar printed."""
        with suppress(OSError):
            return (self.top / ".git" / "sync.out").read_text()
        return ""

    @property
    def log(self) -> str:
        """The sidecar's log."""
        with suppress(OSError), open(self.place.sync_log) as stream:
            return stream.read()
        return ""

    def stop(self, number: int = signal.SIGTERM) -> int:
        """Ends the sidecar; its exit code."""
        assert self.process is not None
        self.process.send_signal(number)
        return self.process.wait(PATIENCE_S)

    def flush(self) -> None:
        """Waits until board and mesh are in step."""
        answer = self.ask("flush", timeout=PATIENCE_S)
        assert answer["ok"], (answer, self.log)


class Mesh:
    """A lead and those who joined it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.clones: list[Clone] = []

    def add(self, name: str, **env: str) -> Clone:
        """A clone without a sidecar."""
        self.clones.append(Clone(self.folder / name, **env))
        return self.clones[-1]

    def lead(self, name: str = "boss") -> Clone:
        """A clone that leads a mesh of its own."""
        return self.add(name, OPENCLAW_NODE_ID=name).lead()

    def join(self, lead: Clone, name: str, role: str = "worker") -> Clone:
        """A clone that has joined the mesh of `lead`, at work."""
        lead.run("mesh", "invite", name, "--role", role, "-o", str(self.folder / f"{name}.join"))
        return self.add(name).sync("--join", str(self.folder / f"{name}.join"))

    def clean(self) -> None:
        """Ends everything."""
        for clone in self.clones:
            if not clone.is_over and clone.process is not None:
                clone.process.send_signal(signal.SIGCONT)
                clone.process.kill()
                clone.process.wait()
        kill_leftovers(str(self.folder))


@pytest.fixture
def mesh(tmp_path: Path) -> Iterator[Mesh]:
    """A place for clones; whatever a test starts there is gone afterwards."""
    made = Mesh(tmp_path)
    yield made
    made.clean()
    assert list_processes(f"nats-server -c {tmp_path}") == []
