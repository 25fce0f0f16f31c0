"""The only place that starts programs: a list of words, never a shell."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from openclaw_hooks.errors import OpenclawError

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Iterator, Mapping, Sequence


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


def start_program(argv: Sequence[str], output: str, inherited: Sequence[int] = ()) -> subprocess.Popen[bytes]:
    """`argv` started to outlive us: in a session of its own, with both streams at the end of the file `output`.

    The file descriptors `inherited` stay open in it, and with them the locks that we took. Raises ProcessError when it cannot start.
    """
    import subprocess

    try:
        with open(output, "ab") as stream:
            return subprocess.Popen(
                argv,
                stdin=subprocess.DEVNULL,
                stdout=stream,
                stderr=stream,
                start_new_session=True,
                pass_fds=inherited,
            )
    except OSError as error:
        raise ProcessError(f"cannot start {show_command(argv)}: {error.strerror}") from error


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
