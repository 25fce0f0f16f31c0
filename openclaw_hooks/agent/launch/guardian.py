"""The process between a runner and a program that it started: it ends the program and all that came of it.

Run as `python -I -S guardian.py CONTROL STATUS LOCK HAS_CTYPE WORD...` with nothing of this package, so that it starts within
milliseconds. CONTROL and STATUS are file descriptors of pipes to the runner. A first byte on CONTROL starts the program; any byte
after that, and its end, which is the death of the runner however it came, end everything. On STATUS it says `ready`,
`started PID` or `failed ERRNO`, and at last `ended CODE LEFT`: the exit code (128 + signal), and how many could not be ended. LOCK
(empty: none) is a file that holds its process id and that is locked for as long as it lives. HAS_CTYPE (0 or 1): whether LC_CTYPE
is the program's own.

On Linux it is the reaper of all that its descendants leave behind, so that no fork, no session of its own and no second
fork gets away. Elsewhere it ends the process group, and what descends from it when the end begins.
"""

from __future__ import annotations

import os
import select
import signal
import sys
import time

GRACE_S = 2.0  # between the request to end and the end
GIVE_UP_S = 10.0  # a process that waits for a device cannot be ended by anybody
PR_SET_PDEATHSIG = 1  # linux/prctl.h
PR_SET_CHILD_SUBREAPER = 36


class Guardian:
    """One program under guard."""

    def __init__(self, control: int, status: int) -> None:
        self.control = control
        self.status = status
        self.child = 0
        self.code: int | None = None
        self.told = False
        self.known: set[int] = set()
        self.is_reaper = _set_process_option(PR_SET_CHILD_SUBREAPER, 1)
        self.wake, waker = os.pipe()
        for end in (self.wake, waker):
            os.set_blocking(end, False)
        signal.set_wakeup_fd(waker, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, self._hear)

    def _hear(self, *_: object) -> None:
        self.told = True

    def say(self, text: str) -> None:
        """Tell the runner, if it is still there."""
        try:
            os.write(self.status, f"{text}\n".encode())
        except OSError:
            self.told = True

    def start(self, words: list[str]) -> bool:
        """Start the program in a session of its own; whether that worked."""
        answer, failure = os.pipe()
        self.child = os.fork()
        if self.child == 0:
            _become(words, failure)
        os.close(failure)
        reason = os.read(answer, 32)
        os.close(answer)
        _let_go_of_streams()
        self.say(f"failed {reason.decode()}" if reason else f"started {self.child}")
        return not reason

    def wait(self) -> None:
        """Until the program ends or is to be ended."""
        poll = select.poll()
        poll.register(self.wake, select.POLLIN)
        poll.register(self.control, select.POLLIN)
        while self.reap() and self.code is None and not self.told:
            for descriptor, _ in poll.poll():
                if descriptor == self.control:
                    self.told = True
                else:
                    _drain(self.wake)

    def reap(self) -> bool:
        """Take in all who have ended; whether children are left."""
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return False
            if not pid:
                return True
            if pid == self.child:
                code = os.waitstatus_to_exitcode(status)
                self.code = 128 - code if code < 0 else code

    def end_all(self) -> int:
        """Ask all that is left to end, then end it; how many could not be."""
        if not self._is_any_left():
            return 0
        self._signal_all(signal.SIGTERM)
        deadline = time.monotonic() + GRACE_S
        while self._is_any_left() and time.monotonic() < deadline:
            self._pause(0.05)
        deadline = time.monotonic() + GIVE_UP_S
        while self._is_any_left() and time.monotonic() < deadline:
            self._signal_all(signal.SIGKILL)  # anew each time: what forks faster than we look is met in the next round
            self._pause(0.01)
        return len(self._find_all()) if self._is_any_left() else 0

    def _pause(self, seconds: float) -> None:
        select.select([self.wake], [], [], seconds)
        _drain(self.wake)

    def _is_any_left(self) -> bool:
        has_children = self.reap()
        if self.is_reaper:
            return has_children  # whatever descends from us has one of our children above it
        return has_children or bool(self._find_all())

    def _find_all(self) -> set[int]:
        processes = list_processes()
        found = find_descendants(os.getpid(), processes)
        if not self.is_reaper:
            self.known |= found  # whose parent ends is nobody's descendant any more
            found = self.known & {pid for pid, _ in processes}
            try:
                os.killpg(self.child, 0)
                found.add(-self.child)
            except (ProcessLookupError, PermissionError):  # macOS says the latter of a group that has ended
                pass
        return found

    def _signal_all(self, number: signal.Signals) -> None:
        for pid in self._find_all():
            try:
                os.kill(pid, number)
            except (ProcessLookupError, PermissionError):
                continue


def _become(words: list[str], failure: int) -> None:
    """Turn into the program; never comes back."""
    try:
        os.setsid()
        _set_process_option(PR_SET_PDEATHSIG, signal.SIGKILL)
        signal.set_wakeup_fd(-1)
        for number in (signal.SIGCHLD, signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGPIPE, signal.SIGXFSZ):
            signal.signal(number, signal.SIG_DFL)
        os.execvp(words[0], words)  # noqa: S606 - a list of words, as everywhere
    except OSError as error:
        os.write(failure, str(error.errno or 1).encode())
    except ValueError:
        os.write(failure, b"22")
    finally:
        os._exit(127)


def _set_process_option(option: int, value: int) -> bool:
    if sys.platform != "linux":
        return False
    try:
        import ctypes

        return bool(ctypes.CDLL(None, use_errno=True).prctl(option, value, 0, 0, 0) == 0)
    except (ImportError, OSError, AttributeError):
        return False


def _let_go_of_streams() -> None:
    """The program has them; were they ours too, the runner would never see their end."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nowhere, stream)
    os.close(nowhere)


def _drain(descriptor: int) -> None:
    try:  # noqa: SIM105 - one import less in a process that has to start at once
        os.read(descriptor, 4096)  # what is left wakes us once more
    except BlockingIOError:
        pass


def find_descendants(root: int, processes: list[tuple[int, int]]) -> set[int]:
    """All of `processes` below `root`."""
    children: dict[int, list[int]] = {}
    for pid, parent in processes:
        children.setdefault(parent, []).append(pid)
    found: set[int] = set()
    waiting = [root]
    while waiting:
        new = [pid for pid in children.get(waiting.pop(), ()) if pid not in found]
        found.update(new)
        waiting += new
    return found


def list_processes() -> list[tuple[int, int]]:
    """Each process with its parent."""
    if not os.path.isdir("/proc/self"):
        return _ask_ps()
    found = []
    for name in os.listdir("/proc"):
        if name.isdigit():
            try:
                with open(f"/proc/{name}/stat", "rb") as stream:
                    fields = stream.read().rpartition(b")")[2].split()  # the name before it may hold anything
            except OSError:
                continue
            found.append((int(name), int(fields[1])))
    return found


def _ask_ps() -> list[tuple[int, int]]:
    import subprocess

    done = subprocess.run(["/bin/ps", "-axo", "pid=,ppid="], capture_output=True, check=False)
    own = os.getpid()
    rows = [line.split() for line in done.stdout.splitlines()]
    return [(int(row[0]), int(row[1])) for row in rows if len(row) == 2 and int(row[0]) != own]


def _hold(path: str) -> None:
    """Lock `path` for as long as we live, with our process id in it."""
    import fcntl

    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    os.ftruncate(descriptor, 0)
    os.write(descriptor, str(os.getpid()).encode())


def main(words: list[str]) -> None:
    """Guard the program that the command line names."""
    control, status = int(words[1]), int(words[2])
    for descriptor in (control, status):
        os.set_inheritable(descriptor, False)
    if words[3]:
        _hold(words[3])
    if words[4] == "0":
        os.environ.pop("LC_CTYPE", None)  # Python sets it for itself where the locale is C (PEP 538)
    guardian = Guardian(control, status)
    guardian.say("ready")
    if os.read(control, 1) and guardian.start(words[5:]):
        guardian.wait()
        left = guardian.end_all()
        guardian.say(f"ended {137 if guardian.code is None else guardian.code} {left}")


if __name__ == "__main__":
    main(sys.argv)
