"""A mesh to measure in: repositories with real sidecars around a real server."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from benchmarks.hooks import CLI
from benchmarks.repos import clean_env, make_repo
from openclaw_hooks.board.actor import find_actor
from openclaw_hooks.board.opening import open_board
from openclaw_hooks.board.store import edit_board
from openclaw_hooks.mesh.access import find_access
from openclaw_hooks.mesh.place import Place
from openclaw_hooks.mesh.running import find_running
from openclaw_hooks.tasks.model import Status, TaskHead

if TYPE_CHECKING:
    from collections.abc import Callable

    from openclaw_hooks.mesh.access import Access

PATIENCE_S = 60.0
BODY = f"## Description\n\n{'What is wanted here, and why it is. ' * 34}\n"  # a file of 1.5 KB


class Clone:
    """A repository that is, or will be, a node of a mesh."""

    def __init__(self, folder: str, name: str) -> None:
        self.name = name
        self.top = os.path.join(folder, name)
        self.home = os.path.join(folder, "home")
        self.env = {**clean_env(self.home), "OPENCLAW_NODE_ID": name}
        self.place = Place(os.path.join(self.top, ".git", "openclaw", "nats"))
        self.tasks = os.path.join(self.top, ".openclaw", "board", "tasks")
        self.process: subprocess.Popen[bytes] | None = None
        os.makedirs(self.home, exist_ok=True)
        make_repo(self.top, self.home)

    def run(self, *words: str) -> str:
        """What `openclaw WORDS` prints here; raises RuntimeError when it fails."""
        done = subprocess.run([*CLI, *words], cwd=self.top, env=self.env, capture_output=True, text=True, check=False)
        if done.returncode:
            raise RuntimeError(f"{self.name}: openclaw {' '.join(words)}: {done.stdout}{done.stderr}")
        return done.stdout

    def start(self, *words: str) -> Clone:
        """Starts the sidecar, and does not wait for it."""
        with open(os.path.join(self.top, ".git", "sync.out"), "ab") as output:
            self.process = subprocess.Popen([*CLI, "sync", *words], cwd=self.top, env=self.env, stderr=output)
        return self

    def stop(self) -> None:
        """Ends the sidecar, if it runs, and with it the server that it started."""
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
            if self.server_pid:
                with suppress(ProcessLookupError):
                    os.kill(self.server_pid, signal.SIGKILL)

    @property
    def server_pid(self) -> int:
        """The process id of the server that this node started; 0 without one."""
        running = find_running(self.place)
        return running.process.pid if running else 0

    @property
    def access(self) -> Access:
        """How this node connects."""
        return find_access(self.place, self.name, {})

    @property
    def status(self) -> dict[str, Any]:
        """What the sidecar says of itself; empty while it does not."""
        with suppress(OSError, ValueError), Line(self) as line:
            return dict(line.ask("status")["status"])
        return {}

    @property
    def said(self) -> str:
        """What the sidecar printed."""
        with open(os.path.join(self.top, ".git", "sync.out"), encoding="utf-8") as stream:
            return stream.read()

    def wait_for_noted(self, event: str) -> float:
        """When (seconds since 1970) the sidecar noted `event` for the first time."""
        from datetime import datetime

        deadline = time.monotonic() + PATIENCE_S
        while time.monotonic() < deadline:
            with suppress(OSError), open(self.place.sync_log, encoding="utf-8") as stream:
                for entry in map(json.loads, stream):
                    if entry["event"] == event:
                        return datetime.fromisoformat(entry["at"]).timestamp()
            time.sleep(0.02)
        raise RuntimeError(f"{self.name}: no `{event}` within {PATIENCE_S:g} s")

    def path(self, task: str) -> str:
        """The file of a task."""
        return os.path.join(self.tasks, f"{task}.md")

    def read(self, task: str) -> bytes:
        """What the file of a task holds; empty without one."""
        with suppress(OSError), open(self.path(task), "rb") as stream:
            return stream.read()
        return b""

    def list(self) -> list[str]:
        """The ids of the tasks that have a file."""
        with suppress(OSError):
            return [name[:-3] for name in os.listdir(self.tasks) if name.endswith(".md")]
        return []


class Line:
    """A connection to the sidecar of a node, as the command line has it."""

    def __init__(self, clone: Clone) -> None:
        self._clone = clone
        self._socket = socket.socket(socket.AF_UNIX)

    def __enter__(self) -> Line:
        """Connects."""
        try:
            self._socket.settimeout(PATIENCE_S)
            self._socket.connect(self._clone.place.sync_socket)
        except OSError:
            self._socket.close()
            raise
        self._stream = self._socket.makefile("rwb")
        return self

    def __exit__(self, *_: object) -> None:
        """Hangs up."""
        self._stream.close()
        self._socket.close()

    def ask(self, op: str, **fields: Any) -> dict[str, Any]:
        """The answer to a request."""
        self._stream.write(json.dumps({"op": op, **fields}).encode() + b"\n")
        self._stream.flush()
        return dict(json.loads(self._stream.readline()))

    def command(self, verb: str, task: str = "", token: str = "", **args: Any) -> dict[str, Any]:
        """What the lead answers to a command, whatever that is."""
        command = {"id": os.urandom(8).hex(), "verb": verb, "task": task, "token": token, "args": args}
        return self.ask("command", command=command, here={"worktree": self._clone.top})

    def new_task(self, title: str) -> str:
        """The id of a new task of the usual size."""
        answer = self.command("new", fields={"title": title}, body=BODY)
        return str(answer["result"]["task"])


class Mesh:
    """A lead and those who join it, in a folder of their own; nothing of it is left running afterwards."""

    def __init__(self, folder: str) -> None:
        self.folder = folder
        self.clones: list[Clone] = []
        os.makedirs(folder, exist_ok=True)

    def __enter__(self) -> Mesh:
        """Begins with nothing."""
        return self

    def __exit__(self, *_: object) -> None:
        """Ends all sidecars, those that joined first."""
        for clone in reversed(self.clones):
            clone.stop()

    def add(self, name: str) -> Clone:
        """A repository whose sidecar does not run yet."""
        self.clones.append(Clone(self.folder, name))
        return self.clones[-1]

    def invite(self, lead: Clone, name: str, role: str = "worker") -> Clone:
        """A repository that has got a join file, `NAME.join` beside it."""
        lead.run("mesh", "invite", name, "--role", role, "-o", os.path.join(self.folder, f"{name}.join"))
        return self.add(name)

    def join(self, lead: Clone, name: str, role: str = "worker") -> Clone:
        """A node that has joined and is at work."""
        clone = self.invite(lead, name, role)
        clone.start("--join", os.path.join(self.folder, f"{name}.join"))
        try:
            wait_until(lambda: bool(clone.status.get("lead")), f"{name} at work")
        except RuntimeError as error:
            raise RuntimeError(f"{error}: {clone.status}\n{clone.said}\n{lead.said}") from error
        return clone


def fill(clone: Clone, count: int) -> list[str]:
    """The ids of `count` tasks that are put on the board of `clone`, which is no node yet."""
    ids = []
    with _environment(clone):
        board = open_board(clone.top, create=True)
        with edit_board(board, find_actor(board.repo)) as edit:
            for number in range(count):
                head = TaskHead(
                    id=edit.new_id("T"),
                    title=f"Task number {number}",
                    status=Status.QUEUED,
                    created="2026-11-22T10:00:00Z",
                    created_by="benchmark",
                )
                edit.add_task(head, BODY)
                ids.append(head.id)
    return ids


class _environment:  # noqa: N801 - used like a function
    """The environment of a node, for what runs in this process."""

    def __init__(self, clone: Clone) -> None:
        self._clone = clone

    def __enter__(self) -> None:
        self._before = dict(os.environ)
        os.environ.clear()
        os.environ.update(self._clone.env)

    def __exit__(self, *_: object) -> None:
        os.environ.clear()
        os.environ.update(self._before)


def wait_until(is_so: Callable[[], bool], what: str, pause_s: float = 0.02) -> float:
    """How long (s) it took to come to be so; raises RuntimeError when it does not."""
    began = time.perf_counter()
    while not is_so():
        if time.perf_counter() - began > PATIENCE_S:
            raise RuntimeError(f"{what}: not within {PATIENCE_S:g} s")
        time.sleep(pause_s)
    return time.perf_counter() - began
