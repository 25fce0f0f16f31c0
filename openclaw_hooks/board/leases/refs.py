"""The refs that claims are made of, here and on a remote: read, compare-and-swap, push, fetch.

A ref's value is a blob, so a claim moves by one `update-ref` or one push, and either succeeds for one process alone.
"""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

from openclaw_hooks import git
from openclaw_hooks.board.leases.loose import look_blob, look_ref, put_blob
from openclaw_hooks.board.push_answer import is_lost_race, read_complaint, read_refusal
from openclaw_hooks.errors import OpenclawError, RefusedError
from openclaw_hooks.process import ProcessError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from openclaw_hooks.process import Completed

PREFIX = "refs/openclaw/claims/"
REMOTE_TIMEOUT_S = 30.0
TRIES = 5

# No hook of the user runs for a claim, and nothing else goes along with it.
QUIET = ("-c", f"core.hooksPath={os.path.join(os.devnull, 'none')}", "-c", "gc.auto=0", "-c", "maintenance.auto=false")
PUSH = ("push", "--porcelain", "--no-verify", "--no-follow-tags", "--no-signed", "--recurse-submodules=no")
FETCH = ("fetch", "--quiet", "--no-tags", "--no-write-fetch-head", "--no-recurse-submodules", "--refmap=")


class RefValue(NamedTuple):
    """Where a claim's ref stands: the blob's id (empty: no ref) and its content (empty also when the blob is lost).

    `is_broken`: there was a ref, but nobody can say what it meant.
    """

    oid: str = ""
    content: bytes = b""
    is_broken: bool = False


class UnreachableError(RefusedError):
    """The remote that decides about claims did not answer."""


def read_ref(repo: git.Repo, task: str) -> RefValue:
    """The claim's ref as this clone knows it, by one process of git at most; a file that is no ref is taken away."""
    oid = look_ref(repo, f"{PREFIX}{task}")
    if oid == "":
        return RefValue()
    if oid and (content := look_blob(repo, oid)) is not None:
        return RefValue(oid, content)
    found = _read_object(repo, f"{PREFIX}{task}")
    if found.oid or not os.path.exists(_loose_path(repo, task)):
        return found
    return _read_broken(repo, task)


def _read_object(repo: git.Repo, name: str) -> RefValue:
    output = _ask(repo, ["cat-file", "--batch"], stdin=f"{name}\n".encode()).stdout
    head, _, rest = output.partition(b"\n")
    words = head.split(b" ")
    if len(words) != 3:  # `<name> missing`
        return RefValue()
    return RefValue(words[0].decode(), rest[: int(words[2])] if words[1] == b"blob" else b"")


def _read_broken(repo: git.Repo, task: str) -> RefValue:
    """A ref without its blob, or, after a power cut, without even an id; git itself refuses to touch the latter."""
    named = _ask(repo, ["rev-parse", "--verify", "--quiet", f"{PREFIX}{task}"]).stdout.decode().strip()
    if named:
        whole = _read_object(repo, named)  # it is there when somebody has made the ref just now
        return whole if whole.oid else RefValue(named, is_broken=True)
    _unlink_garbage(_loose_path(repo, task))
    return _read_object(repo, f"{PREFIX}{task}")._replace(
        is_broken=True
    )  # an older value may lie among the packed refs


def _unlink_garbage(path: str) -> None:
    """Take away the ref's file when it names no object; under git's own lock, so that nobody makes the ref meanwhile."""
    lock = f"{path}.lock"
    with suppress(OSError):
        os.close(os.open(lock, os.O_CREAT | os.O_EXCL | os.O_WRONLY))
        try:
            with open(path, "rb") as stream:
                text = stream.read(200).decode("ascii", "replace").strip()
            if len(text) not in (40, 64) or text.strip("0123456789abcdef"):
                os.unlink(path)
        finally:
            os.unlink(lock)


def _loose_path(repo: git.Repo, task: str) -> str:
    return os.path.join(repo.common_dir, *PREFIX.split("/"), task)


def write_blob(repo: git.Repo, content: bytes) -> str:
    """The id of a new blob."""
    if oid := put_blob(repo, content):
        return oid
    done = _ask(repo, ["hash-object", "-w", "--stdin"], stdin=content)
    if done.code != 0:
        raise OpenclawError(f"git cannot store the claim: {read_complaint(done)}", "is the disk full?")
    return done.stdout.decode().strip()


def swap_ref(repo: git.Repo, task: str, new: str, old: str) -> bool:
    """Whether the ref went from `old` (empty: no ref) to `new`; False when somebody else moved it first.

    Raises OpenclawError when git could not even try.
    """
    words = ["update-ref", f"{PREFIX}{task}", new, old or "0" * len(new)]
    done = _ask(repo, words)
    for attempt in range(TRIES):
        if done.code == 0:
            return True
        if read_ref(repo, task).oid != old:
            return False
        import time

        time.sleep(0.01 * 2**attempt)  # somebody held the ref's lock
        done = _ask(repo, words)
    raise OpenclawError(f"git cannot move the claim of {task}: {read_complaint(done)}", _lock_hint(repo, task))


def _lock_hint(repo: git.Repo, task: str) -> str:
    lock = f"{_loose_path(repo, task)}.lock"
    return f"if no git is running, remove {lock}" if os.path.exists(lock) else "see `git fsck`"


def push_ref(
    repo: git.Repo, remote: str, task: str, swap: tuple[str, str], timeout_s: float = REMOTE_TIMEOUT_S
) -> bool:
    """Whether the remote moved its ref from `swap[0]` (empty: no ref) to `swap[1]`; False when it stood elsewhere.

    Raises UnreachableError when the remote does not answer, and OpenclawError when it takes no such refs.
    """
    old, new = swap
    ref = f"{PREFIX}{task}"
    words = [*PUSH, f"--force-with-lease={ref}:{old}", "--", remote, f"{new}:{ref}"]
    done = _call_remote(repo, remote, words, timeout_s)
    if done.code == 0:
        return True
    reason = read_refusal(done)
    if not reason:
        raise _unreachable(remote, read_complaint(done))
    if is_lost_race(reason):
        return False
    raise OpenclawError(
        f"the remote `{remote}` takes no claims: {reason}",
        f"have it allow {PREFIX}*, or set `board.remote: none` in .openclaw/config.yaml",
    )


def fetch_ref(repo: git.Repo, remote: str, task: str, timeout_s: float = REMOTE_TIMEOUT_S) -> None:
    """Bring the claim's ref in step with the remote's, where that has one; raises UnreachableError."""
    # A pattern, since git fails for a single ref that the remote does not have.
    done = _call_remote(repo, remote, [*FETCH, "--", remote, f"+{PREFIX}{task}*:{PREFIX}{task}*"], timeout_s)
    if done.code != 0:
        raise _unreachable(remote, read_complaint(done))


def _unreachable(remote: str, reason: str) -> UnreachableError:
    hint = "try again, or add `--local`: the claim then holds among the worktrees of this clone only"
    return UnreachableError(f"the remote `{remote}`, which decides about claims, cannot be reached: {reason}", hint)


def _call_remote(repo: git.Repo, remote: str, words: Sequence[str], timeout_s: float) -> Completed:
    try:
        return _ask(repo, words, timeout_s=timeout_s)
    except ProcessError as error:
        raise _unreachable(remote, f"no answer within {timeout_s:g} s") from error


def _ask(
    repo: git.Repo, words: Sequence[str], *, stdin: bytes | None = None, timeout_s: float | None = None
) -> Completed:
    # Its answers are read, so they must come in English. Nobody sits at a hook to type a password.
    env = {**git.foreign_env(), "LC_ALL": "C", "GIT_TERMINAL_PROMPT": "0"}
    full = [*QUIET, "--git-dir", repo.common_dir, *words]
    return git.call_git(full, cwd=repo.top or repo.common_dir, stdin=stdin, env=env, timeout_s=timeout_s)
