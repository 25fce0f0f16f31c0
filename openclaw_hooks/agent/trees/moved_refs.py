"""Which refs an agent has moved, made or deleted: by the logs, by whose commits they lead to, by what nobody else would do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from openclaw_hooks.agent.trees.reflog import moves_since, read_log
from openclaw_hooks.agent.trees.refs import ATTEMPTS, BRANCHES, is_attempt_ref
from openclaw_hooks.agent.trees.watch import STASH, list_refs, read_heads
from openclaw_hooks.board.place import REF as BOARD
from openclaw_hooks.board.plumbing import call_store

if TYPE_CHECKING:
    from openclaw_hooks.agent.trees.reflog import Move
    from openclaw_hooks.agent.trees.watch import Watch
    from openclaw_hooks.git import Repo

REMOTES: Final = "refs/remotes/"
HEADS: Final = "refs/heads/"
# What our own hooks and verbs move, in the agent's hands too.
OWN: Final = ("refs/openclaw/", "refs/notes/openclaw")
FIXED: Final = ("refs/tags/", f"{ATTEMPTS}/")  # nobody moves these, once they are there
KEPT: Final = f"{HEADS}{BRANCHES}"
REPLACE: Final = "refs/replace/"


class RefMove(NamedTuple):
    """A ref that the agent moved from `old` to `new`; empty where there was, or is, none."""

    ref: str
    old: str
    new: str
    why: str


def find_moved_refs(repo: Repo, watch: Watch, own_tips: tuple[str, ...]) -> list[RefMove]:
    """The refs that the agent has moved since `watch`, but for the stash; `own_tips` lead to the commits that it made."""
    now = list_refs(repo)
    changed = [ref for ref in {**watch.refs, **now} if watch.refs.get(ref, "") != now.get(ref, "") and ref != STASH]
    if not changed:
        return []
    judged = _Judged(repo, watch, now, _own_commits(repo, watch, own_tips))
    blamed = ((ref, judged.blame(ref)) for ref in sorted(changed))
    return [RefMove(ref, watch.refs.get(ref, ""), now.get(ref, ""), why) for ref, why in blamed if why]


def made_commits(repo: Repo, watch: Watch, own_tips: tuple[str, ...]) -> list[str]:
    """The commits that the agent left on refs, its stash too, and that no ref led to before."""
    moved = [move.new for move in find_moved_refs(repo, watch, own_tips) if move.new]
    stashed = [move.new for move in read_log(repo.common_dir, STASH) if watch.mark and move.mail == watch.mark]
    left = set(_commits(repo, {*moved, *stashed}))
    return sorted(left & _own_commits(repo, watch, tuple(left)))


class _Judged(NamedTuple):
    """Refs before and after, and the commits that the agent made."""

    repo: Repo
    watch: Watch
    now: dict[str, str]
    own: frozenset[str]

    def blame(self, ref: str) -> str:
        """What of a changed ref says that the agent did it; empty where nothing does."""
        old, new = self.watch.refs.get(ref, ""), self.now.get(ref, "")
        if new and _peel(self.repo, new) in self.own:
            return "leads to a commit that the agent made"
        if ref.startswith(REMOTES):
            return "was moved by the agent" if self._is_marked(ref, old) else ""
        if ref == BOARD:
            return "" if new and _is_ancestor(self.repo, old, new) else "lost what was on it"
        if ref.startswith(OWN) and not ref.startswith(f"{ATTEMPTS}/"):
            return ""
        if not new:
            return "" if self._is_renamed(ref) else "was deleted"
        if ref.startswith(f"{ATTEMPTS}/") and not is_attempt_ref(ref):
            return "stands in the way of attempts"
        if ref.startswith(REPLACE) or (old and ref.startswith(FIXED)):
            return "was moved, which nothing has to" if old else "shows one object in place of another"
        if self._is_marked(ref, old) or self._is_tagged(new):
            return "was moved by the agent" if old else "was made by the agent"
        return self._blame_move(ref, old, new) if old else ""

    def _blame_move(self, ref: str, old: str, new: str) -> str:
        """Of a ref that nobody signed for: a checkout's log explains what its person did."""
        places = [folder for folder, head in self.watch.heads.items() if head == f"ref: {ref}"]
        logs = {folder: read_log(folder, "HEAD") for folder in (*self.watch.heads, *read_heads(self.repo))}
        if any(self._explains(log, old, new) for log in logs.values()):
            return ""
        if ref.startswith(KEPT) and old in self.now.values():
            return ""  # a run that began anew, and kept where the branch was under another ref
        is_forward = _is_ancestor(self.repo, old, new)
        if any(logs[folder] for folder in places):
            return "was moved past its checkout"
        return "" if is_forward else "lost what was on it"

    def _explains(self, log: list[Move], old: str, new: str) -> bool:
        """Whether somebody else's moves of a HEAD lead from `old` to `new`."""
        ends = [at for at, move in enumerate(log) if move.new == new and move.old != new]
        starts = [at for at, move in enumerate(log) if move.old == old and move.new != old]
        spans = [(start, end) for start in starts for end in ends if start <= end]
        marked = {at for at, move in enumerate(log) if self.watch.mark and move.mail == self.watch.mark}
        return any(not marked & set(range(start, end + 1)) for start, end in spans[-50:])

    def _is_marked(self, ref: str, old: str) -> bool:
        return bool(self.watch.mark) and any(move.mail == self.watch.mark for move in moves_since(self.repo, ref, old))

    def _is_tagged(self, new: str) -> bool:
        """Whether `new` is a tag object that the agent made."""
        done = call_store(self.repo, ["cat-file", "tag", new])
        head = done.stdout.partition(b"\n\n")[0]
        return bool(self.watch.mark) and done.code == 0 and f"<{self.watch.mark}>".encode() in head

    def _is_renamed(self, ref: str) -> bool:
        """Whether a person has given the branch another name: it is in the log of the new one."""
        word = f"renamed {ref} to "
        others = [name for name in self.now if name.startswith(HEADS) and name not in self.watch.refs]
        moves = (move for name in others for move in read_log(self.repo.common_dir, name))
        return any(word in move.why and move.mail != self.watch.mark for move in moves)


def _own_commits(repo: Repo, watch: Watch, tips: tuple[str, ...]) -> frozenset[str]:
    """The commits that `tips` lead to and no ref did before."""
    if not tips:
        return frozenset()
    asked = "\n".join([*tips, *(f"^{oid}" for oid in _commits(repo, set(watch.refs.values())))]).encode() + b"\n"
    done = call_store(repo, ["rev-list", "--stdin"], stdin=asked)
    return frozenset(done.stdout.decode().split())


def _commits(repo: Repo, oids: set[str]) -> list[str]:
    asked = "".join(f"{oid}^{{}}\n" for oid in sorted(oids)).encode()
    answers = call_store(repo, ["cat-file", "--batch-check"], stdin=asked).stdout.decode().splitlines()
    return [words[0] for line in answers if (words := line.split(" "))[1:2] == ["commit"]]


def _peel(repo: Repo, oid: str) -> str:
    done = call_store(repo, ["rev-parse", "--verify", "--quiet", f"{oid}^{{}}"])
    return done.stdout.decode().strip() if done.code == 0 else oid


def _is_ancestor(repo: Repo, older: str, newer: str) -> bool:
    return call_store(repo, ["merge-base", "--is-ancestor", older, newer]).code == 0
