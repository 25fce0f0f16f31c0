"""A program run under a guardian: its streams read to their end, its time kept, and nothing of it left behind."""

from __future__ import annotations

import os
import selectors
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Final, NamedTuple

from openclaw_hooks.agent.launch.capped_log import CappedLog
from openclaw_hooks.process import ProcessError, show_command, start_piped

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable, Mapping, Sequence

GUARDIAN: Final = os.path.join(os.path.dirname(os.path.abspath(__file__)), "guardian.py")
LOCK_SUFFIX: Final = ".guard"  # beside the log
OVER_TIME: Final = "budget"
STDOUT: Final = 1
STDERR: Final = 2

_TICK_S = 0.1
PATIENCE_S: Final = 15.0  # more than a guardian takes to ask, wait and kill
_CHUNK = 1 << 16
_MAX_REST = 8 << 20  # no pipe holds more


class Launch(NamedTuple):
    """What is started and what it may take; `max_bytes` is how much of its output the log keeps, no `log_path` keeps none."""

    argv: Sequence[str]
    cwd: str
    env: Mapping[str, str]
    stdin: bytes | None
    log_path: str
    max_bytes: int
    timeout_s: float


class Watching(NamedTuple):
    """Who is told of a program at work, and asked whether it may go on.

    `take` gets each piece of its output with STDOUT or STDERR, `on_started` the guardian's process id before it starts, `on_tick` the seconds so far
    some ten times a second; `should_stop` says why it must end, and nothing as long as it need not.
    """

    take: Callable[[int, bytes], None]
    on_started: Callable[[int], None]
    should_stop: Callable[[], str]
    on_tick: Callable[[float], None]


class Ended(NamedTuple):
    """How it ended: exit code (None: killed, for the reason `killed`), bytes of output, and how many the log has not.

    `left` counts the processes that nobody could end. `is_unguarded`: somebody killed the guardian.
    """

    code: int | None
    killed: str
    seconds: float
    output_bytes: int
    dropped_bytes: int
    left: int = 0
    is_unguarded: bool = False


def run_guarded(launch: Launch, watching: Watching) -> Ended:
    """The end of the program, and of all that it started; raises ProcessError when it cannot start.

    Whatever is raised in here, such as the interrupt of a person, ends the program first.
    """
    log = CappedLog(launch.log_path, launch.max_bytes)
    try:
        run = _Run(launch, watching, log)
        try:
            return run.go()
        finally:
            run.close()
    finally:
        log.close()


class _Run:
    """One program between its start and its end."""

    def __init__(self, launch: Launch, watching: Watching, log: CappedLog) -> None:
        self.launch = launch
        self.watching = watching
        self.log = log
        self.killed = ""
        self.agent = 0
        self.said = b""
        self.to_write = memoryview(launch.stdin or b"")
        self.began = time.monotonic()
        self.guardian, self.control, self.status = _start_guardian(launch)
        self.selector = selectors.DefaultSelector()
        for stream, name in ((self.guardian.stdout, STDOUT), (self.guardian.stderr, STDERR)):
            assert stream is not None  # asked for
            os.set_blocking(stream.fileno(), False)
            self.selector.register(stream, selectors.EVENT_READ, name)
        self.selector.register(self.status, selectors.EVENT_READ, 0)
        if self.guardian.stdin is not None:
            os.set_blocking(self.guardian.stdin.fileno(), False)
            self.selector.register(self.guardian.stdin, selectors.EVENT_WRITE, -1)

    def go(self) -> Ended:
        """Until the guardian says that all is over, or is gone itself."""
        self.watching.on_started(self.guardian.pid)
        next_tick, deadline = 0.0, self.began + self.launch.timeout_s
        give_up = float("inf")
        while not self._is_over() and (now := time.monotonic()) < give_up:
            if now >= next_tick:
                next_tick = now + _TICK_S
                self.watching.on_tick(now - self.began)
                why = self.killed or (OVER_TIME if now > deadline else self.watching.should_stop())
                if why and not self.killed:
                    self.killed, give_up = why, now + PATIENCE_S
                    self._send(b"e")
            self._serve(_TICK_S)
        self._read_rest()
        return self._conclude()

    def _serve(self, timeout_s: float) -> None:
        for key, _ in self.selector.select(timeout_s):
            if key.data == 0:
                self._hear()
            elif key.data == -1:
                self._write()
            elif not self._read(key.fd, key.data):
                self.selector.unregister(key.fileobj)

    def _hear(self) -> None:
        words = os.read(self.status, 4096)
        self.said += words or b"gone 0\n"
        for line in self.said.split(b"\n")[:-1]:
            if line.startswith(b"started "):
                self.agent = int(line.split()[1])
        if self.said == b"ready\n":  # and has its lock: whoever looks for it now finds it, and the log names it
            self._send(b"s")

    def _is_over(self) -> bool:
        return self.said.endswith(b"\n") and not self.said.splitlines()[-1].startswith((b"ready", b"started"))

    def _read(self, descriptor: int, name: int) -> bool:
        """Whether the stream goes on."""
        try:
            chunk = os.read(descriptor, _CHUNK)
        except BlockingIOError:
            return True
        if chunk:
            self.log.write(chunk)
            self.watching.take(name, chunk)
        return bool(chunk)

    def _write(self) -> None:
        """A piece of what the program reads; one that reads nothing must not hold us up."""
        stream = self.guardian.stdin
        assert stream is not None  # registered
        try:
            self.to_write = (
                self.to_write[os.write(stream.fileno(), self.to_write[:_CHUNK]) :] if self.to_write else self.to_write
            )
        except BlockingIOError:
            return
        except OSError:
            self.to_write = memoryview(b"")
        if not self.to_write:
            self.selector.unregister(stream)
            with suppress(OSError):
                stream.close()

    def _read_rest(self) -> None:
        """What still lies in the pipes; whoever might hold one open is not waited for."""
        for stream, name in ((self.guardian.stdout, STDOUT), (self.guardian.stderr, STDERR)):
            assert stream is not None  # asked for
            limit = self.log.written + _MAX_REST
            with suppress(BlockingIOError):
                while self.log.written < limit and (chunk := os.read(stream.fileno(), _CHUNK)):
                    self.log.write(chunk)
                    self.watching.take(name, chunk)

    def _conclude(self) -> Ended:
        last = self.said.splitlines()[-1].split() if self.said else [b"gone", b"0"]
        seconds = time.monotonic() - self.began
        if last[0] == b"failed":
            reason = os.strerror(int(last[1]))
            raise ProcessError(
                f"cannot start {show_command(self.launch.argv)[:200]}: {reason}", "is it installed and on PATH?"
            )
        if last[0] == b"ended":
            code = None if self.killed else int(last[1])
            return Ended(code, self.killed, seconds, self.log.written, self.log.dropped, int(last[2]))
        self._kill_hard()
        return Ended(None, self.killed or "unguarded", seconds, self.log.written, self.log.dropped, 0, True)

    def _send(self, word: bytes) -> None:
        with suppress(OSError):
            os.write(self.control, word)

    def _kill_hard(self) -> None:
        """Without a guardian that answers: the group that the program began in, and all of its family that can be found."""
        from openclaw_hooks.agent.launch.sweep import end_family

        end_family(self.guardian.pid, self.agent, self.launch.env)

    def close(self) -> None:
        """Nothing of the run is left, however it was left itself."""
        self.selector.close()
        os.close(self.control)  # the guardian ends everything when it sees this
        for stream in (self.guardian.stdin, self.guardian.stdout, self.guardian.stderr):
            if stream is not None:
                with suppress(OSError):
                    stream.close()
        if not self._has_ended(PATIENCE_S):
            self._kill_hard()
            self.guardian.wait()
        os.close(self.status)
        if self.launch.log_path:
            with suppress(OSError):
                os.unlink(self.launch.log_path + LOCK_SUFFIX)

    def _has_ended(self, seconds: float) -> bool:
        """Whether the guardian ends within that time."""
        deadline = time.monotonic() + seconds
        while self.guardian.poll() is None and time.monotonic() < deadline:
            time.sleep(0.002)
        return self.guardian.poll() is not None


def _start_guardian(launch: Launch) -> tuple[subprocess.Popen[bytes], int, int]:
    import sys

    hear, control = os.pipe()
    status, say = os.pipe()
    lock = launch.log_path + LOCK_SUFFIX if launch.log_path else ""
    has_ctype = "1" if "LC_CTYPE" in launch.env else "0"
    words = [sys.executable, "-I", "-S", GUARDIAN, str(hear), str(say), lock, has_ctype, *launch.argv]
    try:
        guardian = start_piped(words, launch.cwd, launch.env, (hear, say), has_stdin=launch.stdin is not None)
    except BaseException:
        os.close(control)
        os.close(status)
        raise
    finally:
        os.close(hear)
        os.close(say)
    return guardian, control, status
