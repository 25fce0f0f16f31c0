"""The nodes of the demo of the mesh: a clone each, and a sidecar each that is ended whatever happens."""

from __future__ import annotations

import hashlib
import os
import signal
from contextlib import contextmanager
from typing import TYPE_CHECKING

from openclaw_hooks.demo.mesh_steps import BOSS, SILENT_MINUTES
from openclaw_hooks.process import run_program, start_program
from openclaw_hooks.scratch.repository import Scratch, make_call, make_scratch

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Iterator, Sequence

    from openclaw_hooks.process import Completed

FILES = {"README.md": "# Prices\n", ".openclaw/config.yaml": f"mesh:\n  silent_minutes: {SILENT_MINUTES}\n"}
# A lead hands over, commits and stops its server; then it is ended.
END_S = 15.0


class Nodes:
    """The clones of `scratch` that were made, by the name of their node, and the sidecars that run there."""

    def __init__(self, scratch: Scratch) -> None:
        self.scratch = scratch
        self.folders = {BOSS: scratch.repo}
        self._program = make_call(())
        self._running: dict[str, subprocess.Popen[bytes]] = {}

    def add(self, who: str) -> None:
        """Makes a clone for `who`."""
        self.folders[who] = os.path.join(self.scratch.folder, who)
        self.scratch.ask("clone", "--quiet", self.scratch.server, self.folders[who])
        for key, value in (("user.name", who.capitalize()), ("user.email", f"{who}@example.com")):
            self.scratch.ask("config", key, value, where=self.folders[who])

    def call(self, who: str, words: Sequence[str]) -> Completed:
        """The outcome of `openclaw WORDS` at the node `who`."""
        return run_program([*self._program, *words], cwd=self.folders[who], env=self._env(who))

    def start(self, who: str, *words: str) -> None:
        """Starts the sidecar of `who`; what it says goes into a file beside its clone."""
        call = [*self._program, "sync", *words]
        self._running[who] = start_program(call, self.log(who), cwd=self.folders[who], env=self._env(who))

    def kill(self, who: str) -> int:
        """Ends the sidecar of `who` so that it notices nothing; the id that it had."""
        process = self._running.pop(who)
        process.kill()
        process.wait()
        return process.pid

    def close(self) -> None:
        """Ends every sidecar, the lead's last: it stops the server. Signals wait until that is done."""
        numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
        before = {number: signal.signal(number, signal.SIG_IGN) for number in numbers}
        try:
            lead = self._running.pop(BOSS, None)
            _end(list(self._running.values()))
            if lead is not None and _end([lead]) != [0]:
                self.call(BOSS, ("mesh", "down"))
        finally:
            self._running.clear()
            for number, handler in before.items():
                signal.signal(number, handler)

    def log(self, who: str) -> str:
        """Where the sidecar of `who` says what it does."""
        return os.path.join(self.scratch.folder, f"{who}.log")

    def read_log(self, who: str) -> str:
        """What the sidecar of `who` has said so far."""
        with open(self.log(who), encoding="utf-8", errors="replace") as stream:
            return stream.read()

    def _env(self, who: str) -> dict[str, str]:
        """The lead is named; the others have their names from the mesh that they join."""
        return self.scratch.env({"OPENCLAW_NODE_ID": BOSS} if who == BOSS else {})


def _end(processes: Sequence[subprocess.Popen[bytes]]) -> list[int]:
    """Their exit codes, once they have ended, by themselves or not."""
    import subprocess

    for process in processes:
        if process.poll() is None:
            process.terminate()
    for process in processes:
        try:
            process.wait(END_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
    return [process.returncode for process in processes]


@contextmanager
def open_nodes(folder: str) -> Iterator[Nodes]:
    """The repository that the nodes are clones of, with a server to push to; no sidecar is left running at the end."""
    scratch = make_scratch(folder, FILES)
    scratch.ask("add", "--all", "--force")
    scratch.ask("commit", "--quiet", "-m", "docs: begin")
    scratch.ask("push", "--quiet", "--set-upstream", "origin", "main")
    nodes = Nodes(scratch)
    try:
        with _ended_by_signals():
            yield nodes
    finally:
        nodes.close()


@contextmanager
def _ended_by_signals() -> Iterator[None]:
    """A signal that would end this program at once ends it as Ctrl-C does: after what it has started."""

    def interrupt(number: int, frame: object) -> None:
        raise KeyboardInterrupt

    before = {number: signal.signal(number, interrupt) for number in (signal.SIGTERM, signal.SIGHUP)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def hash_board(folder: str) -> str:
    """A hash over the names and bytes of all tasks and plans on the board of the clone at `folder`."""
    top, digest = os.path.join(folder, ".openclaw", "board"), hashlib.sha256()
    for kind in ("tasks", "plans"):
        where = os.path.join(top, kind)
        for name in sorted(os.listdir(where)) if os.path.isdir(where) else ():
            with open(os.path.join(where, name), "rb") as stream:
                content = stream.read()
            digest.update(b"%s/%s %d\0%s" % (kind.encode(), os.fsencode(name), len(content), content))
    return digest.hexdigest()
