"""The only place that starts programs: a list of words, never a shell."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from openclaw_hooks.errors import OpenclawError

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable, Iterator, Mapping, Sequence


class ProcessError(OpenclawError):
    """A program that could not be started or that failed; says command, exit code and stderr."""


class Completed(NamedTuple):
    """What a finished program left: exit code and both streams, as bytes."""

    code: int
    stdout: bytes
    stderr: bytes


def run_program(
    argv: Sequence[str | bytes],
    *,
    cwd: str | os.PathLike[str] | None = None,
    stdin: bytes | None = None,
    env: Mapping[str, str] | None = None,
    timeout_s: float | None = None,
    attended: bool = False,
) -> Completed:
    """The outcome of running `argv`; raises ProcessError when it cannot start or takes too long.

    An `attended` program keeps our own stdin, for one that asks the person at the terminal.
    """
    import subprocess  # 10 ms of CPU: only when a program is really started

    try:
        done = subprocess.run(
            argv,
            cwd=cwd,
            input=stdin,
            env=env,
            stdin=subprocess.DEVNULL if stdin is None and not attended else None,
            capture_output=True,
            timeout=timeout_s,
            check=False,
        )
    except FileNotFoundError as error:
        raise ProcessError(
            f"cannot start {show_command(argv)}: {error.strerror}", "is it installed and on PATH?"
        ) from error
    except OSError as error:
        raise ProcessError(f"cannot start {show_command(argv)}: {error.strerror}") from error
    except subprocess.TimeoutExpired as error:
        raise ProcessError(f"{show_command(argv)} took longer than {timeout_s:g} s") from error
    return Completed(done.returncode, done.stdout, done.stderr)


def run_in_terminal(argv: Sequence[str]) -> int:
    """The exit code of `argv`, which talks to the user itself; raises ProcessError when it cannot start."""
    import subprocess

    try:
        return subprocess.run(argv, check=False).returncode
    except OSError as error:
        raise ProcessError(f"cannot start {show_command(argv)}: {error.strerror}") from error


def start_program(
    argv: Sequence[str],
    output: str,
    inherited: Sequence[int] = (),
    *,
    cwd: str | None = None,
    env: Mapping[str, str] | None = None,
) -> subprocess.Popen[bytes]:
    """`argv` started to outlive us: in a session of its own, with both streams at the end of the file `output`.

    The file descriptors `inherited` stay open in it, and with them the locks that we took. Raises ProcessError when it cannot start.
    """
    import subprocess

    try:
        with open(output, "ab") as stream:
            return subprocess.Popen(
                argv,
                cwd=cwd,
                env=env,
                stdin=subprocess.DEVNULL,
                stdout=stream,
                stderr=stream,
                start_new_session=True,
                pass_fds=inherited,
            )
    except OSError as error:
        raise ProcessError(f"cannot start {show_command(argv)}: {error.strerror}") from error


def start_piped(
    argv: Sequence[str], cwd: str, env: Mapping[str, str], inherited: Sequence[int], *, has_stdin: bool
) -> subprocess.Popen[bytes]:
    """`argv` started in a session of its own with pipes for its streams; nothing to read unless it `has_stdin`.

    The file descriptors `inherited` stay open in it. Raises ProcessError when it cannot start.
    """
    import subprocess

    try:
        return subprocess.Popen(
            argv,
            cwd=cwd,
            env=env,
            stdin=subprocess.PIPE if has_stdin else subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            bufsize=0,
            start_new_session=True,
            pass_fds=inherited,
        )
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise ProcessError(f"cannot start {show_command(argv)[:200]}: {reason}") from error


def stream_program(
    argv: Sequence[str | bytes], *, env: Mapping[str, str] | None = None, chunk_bytes: int = 1 << 20
) -> Iterator[bytes]:
    """The stdout of `argv` in pieces while it runs; a consumer that stops early ends the program.

    Raises ProcessError when it cannot start, and at the end when it failed.
    """
    import subprocess
    import tempfile

    with tempfile.TemporaryFile() as complaints:  # a pipe that nobody reads could fill up and stop the program
        try:
            running = subprocess.Popen(
                argv, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=complaints
            )
        except OSError as error:
            raise ProcessError(f"cannot start {show_command(argv)}: {error.strerror}") from error
        assert running.stdout is not None  # asked for above
        try:
            while chunk := running.stdout.read1(chunk_bytes):  # type: ignore[attr-defined]  # it is a BufferedReader
                yield chunk
            code = running.wait()
        finally:
            running.stdout.close()
            if running.poll() is None:
                running.terminate()
                running.wait()
        complaints.seek(0)
        require_success(argv, Completed(code, b"", complaints.read()))


def show_command(argv: Sequence[str | bytes]) -> str:
    """`argv` as one readable line, for messages only."""
    import shlex

    return shlex.join(os.fsdecode(word) for word in argv)


def require_success(argv: Sequence[str | bytes], done: Completed) -> bytes:
    """The stdout of `done`; raises ProcessError with command, exit code and stderr when it failed."""
    if done.code == 0:
        return done.stdout
    reason = done.stderr.decode("utf-8", "replace").strip() or "it said nothing"
    raise ProcessError(f"{show_command(argv)} failed with exit code {done.code}: {reason}")


class Limits(NamedTuple):
    """What a program may take: seconds until its process group is killed, and bytes that are kept of each stream."""

    timeout_s: float
    max_bytes: int


class Bounded(NamedTuple):
    """What a bounded program left: exit code (None when it was killed), both streams, and how many bytes more there were."""

    code: int | None
    stdout: bytes
    stderr: bytes
    dropped: int
    is_killed: bool
    seconds: float


def run_bounded(
    argv: Sequence[str], cwd: str, env: Mapping[str, str], limits: Limits, should_stop: Callable[[], bool]
) -> Bounded:
    """The outcome of `argv` with nothing in its environment but `env`; all that it started ends with it.

    A stream that is cut says so at its end. Its whole process group is killed when its time is over, or when
    `should_stop` says so. Raises ProcessError when it cannot start.
    """
    import subprocess
    import time

    began = time.monotonic()
    try:
        child = subprocess.Popen(
            argv,
            cwd=cwd,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
    except OSError as error:
        raise ProcessError(f"cannot start {show_command(argv)}: {error.strerror}") from error
    collected = _Collected(limits.max_bytes)
    with child:
        is_killed = collected.read(child, began + limits.timeout_s, should_stop)
        code = child.wait()
    stdout, stderr = collected.contents()
    seconds = time.monotonic() - began
    return Bounded(None if is_killed else code, stdout, stderr, sum(collected.dropped), is_killed, seconds)


class _Collected:
    """The beginnings of a program's streams."""

    def __init__(self, max_bytes: int) -> None:
        self.max_bytes = max_bytes
        self.kept = (bytearray(), bytearray())
        self.dropped = [0, 0]

    def read(self, child: subprocess.Popen[bytes], deadline: float, should_stop: Callable[[], bool]) -> bool:
        """Reads both streams until all who could write have ended or are killed; whether the program itself was."""
        import selectors
        import time

        is_killed = has_ended = False
        with selectors.DefaultSelector() as selector:
            for place, stream in enumerate((child.stdout, child.stderr)):
                assert stream is not None  # asked for
                selector.register(stream, selectors.EVENT_READ, place)
            while selector.get_map() and not (has_ended and time.monotonic() > deadline):
                for key, _ in selector.select(0.05):
                    if not self._take(key.data, os.read(key.fd, 1 << 16)):
                        selector.unregister(key.fileobj)
                is_late = not has_ended and (time.monotonic() > deadline or should_stop())
                if not has_ended and (is_late or child.poll() is not None):
                    is_killed, has_ended = is_late, True
                    _kill_group(child.pid)  # also what a program leaves behind
                    deadline = time.monotonic() + 1.0  # for what lies in the pipes
        return self._wait(child, deadline, should_stop) if not has_ended else is_killed

    def _take(self, place: int, chunk: bytes) -> bool:
        """Keeps what there is room for; whether the stream goes on."""
        room = self.max_bytes - len(self.kept[place])
        self.kept[place].extend(chunk[:room])
        self.dropped[place] += max(len(chunk) - room, 0)
        return bool(chunk)

    @staticmethod
    def _wait(child: subprocess.Popen[bytes], deadline: float, should_stop: Callable[[], bool]) -> bool:
        """For a program that closed its streams and goes on; whether it had to be killed."""
        import time

        while child.poll() is None and time.monotonic() < deadline and not should_stop():
            time.sleep(0.01)
        is_killed = child.poll() is None
        _kill_group(child.pid)
        return is_killed

    def contents(self) -> tuple[bytes, bytes]:
        """Both streams, each with a mark at its end when it was cut."""
        marks = [f"\n[{count:,} bytes more]\n".encode() if count else b"" for count in self.dropped]
        return bytes(self.kept[0]) + marks[0], bytes(self.kept[1]) + marks[1]


def _kill_group(pid: int) -> None:
    import signal
    from contextlib import suppress

    with suppress(ProcessLookupError, PermissionError):  # macOS says the latter of a group that has ended
        os.killpg(pid, signal.SIGKILL)
