"""The remote that shares the board: which one it is, what it has, and handing it what is new here."""

from __future__ import annotations

import os
import re
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, Final, NamedTuple

from openclaw_hooks import git
from openclaw_hooks.board.commits import break_stale_lock
from openclaw_hooks.board.place import BRANCH, REF, BoardError
from openclaw_hooks.board.plumbing import SETTINGS, ask_store, board_env, call_store
from openclaw_hooks.board.push_answer import is_lost_race, read_complaint, read_refusal
from openclaw_hooks.process import ProcessError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from openclaw_hooks.board.place import Board
    from openclaw_hooks.git import Repo
    from openclaw_hooks.process import Completed
    from openclaw_hooks.settings import Settings

TIMEOUT_S = 120.0
LOOK_TIMEOUT_S = 10.0
MAX_LOCKS = 3  # left by one killed git, at most: it locks its refs one after the other
NOWHERE: Final = "none"
CLAIMS: Final = "refs/openclaw/claims/"
INCOMING: Final = "refs/openclaw/incoming/"  # what a remote had when it was last asked
SHARED: Final = "refs/openclaw/shared/"  # the commit at which this clone and a remote were last in step

FETCH = ("fetch", "--quiet", "--prune", "--no-tags", "--no-write-fetch-head", "--no-recurse-submodules", "--refmap=")
PUSH = ("push", "--porcelain", "--no-verify", "--no-follow-tags", "--no-signed", "--recurse-submodules=no")
# A setting that checks every object would refuse the whole board for one odd entry; such entries are sorted out here.
LENIENT = ("-c", "fetch.fsckObjects=false", "-c", "transfer.fsckObjects=false")

_LOCK = re.compile(rb"Unable to create '([^'\n]+\.lock)'")


class RemoteError(BoardError):
    """The remote cannot be reached, or does not take the board."""


class Incoming(NamedTuple):
    """What a remote has: the commit of its board (empty: none), the one it had when last in step, its claims and ours."""

    head: str
    shared: str
    claims: dict[str, str]
    own_claims: dict[str, str]


def find_remote(board: Board, settings: Settings) -> str:
    """The remote that shares the board: as configured, else that of its branch, else `origin`; empty when none does."""
    if settings.board.remote:
        return "" if settings.board.remote == NOWHERE else settings.board.remote
    asked = ["config", "-z", "--get-regexp", rf"^(branch\.{BRANCH}\.remote|remote\.origin\.url)$"]
    entries = os.fsdecode(call_store(board.repo, asked).stdout).split("\0")
    found = dict(entry.split("\n", 1) for entry in entries if "\n" in entry)
    own = found.get(f"branch.{BRANCH}.remote", "")
    if own not in ("", "."):
        return own
    return "origin" if "remote.origin.url" in found else ""


def find_claim_remote(board: Board, settings: Settings) -> str:
    """The remote that decides claims: the one that shares the board, once they have been in step or it is configured.

    A remote that nobody has ever shared the board with must not be needed to claim a task.
    """
    remote = find_remote(board, settings)
    if not remote or settings.board.remote:
        return remote
    known = (_shared_ref(remote), f"refs/remotes/{remote}/{BRANCH}")
    listed = ask_store(board.repo, ["for-each-ref", "--count=1", "--format=x", *known])
    return remote if listed else ""


def look_for_board(repo: Repo) -> None:
    """Brings the board of `origin` here where nothing of one is known, as in a shallow clone or one of a single branch.

    A remote that has none, or does not answer, is passed over: two boards that were begun apart become one by a sync.
    """
    known = ["for-each-ref", "--count=1", "--format=x", REF, f"refs/remotes/*/{BRANCH}"]
    if ask_store(repo, known) or call_store(repo, ["config", "--get", "remote.origin.url"]).code != 0:
        return
    words = [*LENIENT, *FETCH, "--", "origin", f"+{REF}:refs/remotes/origin/{BRANCH}"]
    with suppress(RemoteError):
        _call_remote(repo, "origin", words, LOOK_TIMEOUT_S)


def fetch_board(board: Board, remote: str) -> Incoming:
    """What `remote` has by now; nothing of it is merged yet. Raises RemoteError when it does not answer."""
    place = f"{INCOMING}{_ref_name(remote)}"
    # Patterns: git fails for a single ref that the remote does not have.
    refs = (f"+{REF}*:{place}/heads/board*", f"+{CLAIMS}*:{place}/claims/*")
    done = _call_remote(board.repo, remote, [*LENIENT, *FETCH, "--", remote, *refs])
    for _ in range(MAX_LOCKS):
        if done.code == 0 or not _break_own_lock(board, done):
            break
        done = _call_remote(board.repo, remote, [*LENIENT, *FETCH, "--", remote, *refs])
    if done.code != 0:
        raise _unreachable(remote, read_complaint(done))
    words = ["for-each-ref", "--format=%(objectname) %(refname)", f"{place}/", CLAIMS, _shared_ref(remote)]
    lines = ask_store(board.repo, words).decode("utf-8", "replace").splitlines()
    found = {name: oid for oid, _, name in (line.partition(" ") for line in lines)}
    return Incoming(
        head=found.get(f"{place}/heads/board", ""),
        shared=found.get(_shared_ref(remote), ""),
        claims=_below(found, f"{place}/claims/"),
        own_claims=_below(found, CLAIMS),
    )


def push_board(board: Board, remote: str, head: str) -> bool:
    """Whether `remote` took `head` for its board; False when somebody else was faster.

    Raises RemoteError when it does not answer, or refuses the branch.
    """
    done = _call_remote(board.repo, remote, [*PUSH, "--", remote, f"{head}:{REF}"])
    if done.code == 0:
        return True
    reason = read_refusal(done)
    if not reason:
        raise _unreachable(remote, read_complaint(done))
    if is_lost_race(reason):
        return False
    hint = f"all is kept here; have the remote allow pushes to {BRANCH}, or set `board.remote` in .openclaw/config.yaml"
    raise RemoteError(f"the remote `{remote}` refuses the board: {_told(done) or reason}", hint)


def remember_shared(board: Board, remote: str, head: str) -> None:
    """Notes that `remote` and this clone are both at `head`."""
    words = ["update-ref", _shared_ref(remote), head]
    if call_store(board.repo, words).code != 0:
        break_stale_lock(os.path.join(board.repo.common_dir, f"{_shared_ref(remote)}.lock"))
        ask_store(board.repo, words)


def _break_own_lock(board: Board, done: Completed) -> bool:
    """Whether what `done` complains of was the lock of a ref of ours, left by a git that was killed, and is gone now."""
    found = _LOCK.search(done.stderr)
    path = os.path.realpath(os.fsdecode(found[1])) if found else ""
    own = os.path.join(os.path.realpath(board.repo.common_dir), "refs", "openclaw", "")
    return path.startswith(own) and break_stale_lock(path)


def _shared_ref(remote: str) -> str:
    return f"{SHARED}{_ref_name(remote)}"


def _ref_name(remote: str) -> str:
    """A remote's name, or a hash of its address, as part of the name of a ref."""
    if re.fullmatch(r"[A-Za-z0-9_-]{1,60}", remote):
        return remote
    import hashlib

    return f"at-{hashlib.sha256(remote.encode('utf-8', 'surrogateescape')).hexdigest()[:16]}"


def _below(refs: dict[str, str], prefix: str) -> dict[str, str]:
    return {name.removeprefix(prefix): oid for name, oid in refs.items() if name.startswith(prefix)}


def _call_remote(repo: Repo, remote: str, words: Sequence[str], timeout_s: float = TIMEOUT_S) -> Completed:
    env = {**board_env(), "LC_ALL": "C"}  # its answers are read
    if not sys.stderr.isatty():
        env["GIT_TERMINAL_PROMPT"] = "0"  # nobody is there to type a password
    quiet = ("-c", "gc.auto=0", "-c", "maintenance.auto=false", f"--git-dir={repo.common_dir}")
    where = repo.top or repo.common_dir  # a relative address counts from there
    try:
        return git.call_git([*SETTINGS, *quiet, *words], cwd=where, env=env, timeout_s=timeout_s)
    except ProcessError as error:
        raise _unreachable(remote, f"no answer within {timeout_s:g} s") from error


def _unreachable(remote: str, reason: str) -> RemoteError:
    return RemoteError(f"the remote `{remote}` cannot be reached: {reason}", "nothing is lost; sync again later")


def _told(done: Completed) -> str:
    """What a hook of the remote said, in one line."""
    lines = done.stderr.decode("utf-8", "replace").splitlines()
    said = [line.removeprefix("remote:").strip() for line in lines if line.startswith("remote:")]
    return " ".join(" ".join(said).split())[:300]
