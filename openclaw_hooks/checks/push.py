"""What a push may do to the remote's refs: nobody deletes or rewrites a protected branch."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from openclaw_hooks import git
from openclaw_hooks.board.leases.refs import PREFIX as CLAIMS
from openclaw_hooks.board.place import BRANCH, REF
from openclaw_hooks.errors import OpenclawError
from openclaw_hooks.globs import compile_globs
from openclaw_hooks.verdict import Finding, Severity

if TYPE_CHECKING:
    from openclaw_hooks.settings import PushSettings

CHECK = "push"
BRANCHES = "refs/heads/"
RECEIPTS_REF = "refs/notes/openclaw"
KEPT = {RECEIPTS_REF: "ref of the receipts", REF: f"branch `{BRANCH}`"}  # protected whatever the settings say


class RefUpdate(NamedTuple):
    """One line of a pre-push hook's stdin; an oid of zeros means that there is nothing on that side."""

    local_ref: str
    local_oid: str
    remote_ref: str
    remote_oid: str

    @property
    def is_deletion(self) -> bool:
        """Whether the remote ref goes away."""
        return not self.local_oid.strip("0")

    @property
    def is_creation(self) -> bool:
        """Whether the remote ref is new."""
        return not self.remote_oid.strip("0")


def parse_updates(text: str) -> list[RefUpdate]:
    """The ref updates on a pre-push hook's stdin; raises OpenclawError for a line that is none.

    A local name may hold blanks (`HEAD@{1 day ago}`), so a line is read from its end.
    """
    updates = []
    for line in text.split("\n"):  # a ref name may hold other line ends, such as U+0085
        if not line:
            continue
        words = line.rsplit(" ", 3)
        if len(words) != 4 or not words[1] or not words[3]:
            raise OpenclawError(f"not a line of a pre-push hook: {line!r}", "git writes these; do not call it by hand")
        updates.append(RefUpdate(*words))
    return updates


def check_push(updates: list[RefUpdate], settings: PushSettings) -> list[Finding]:
    """An error for each update that deletes or rewrites a protected branch or the receipts."""
    concerned = (update for update in updates if is_protected(update, settings))
    return [finding for update in concerned if (finding := judge_update(update, settings, _is_forced(update)))]


def is_protected(update: RefUpdate, settings: PushSettings) -> bool:
    """Whether the remote ref is a protected branch, the board, a claim, or that of the receipts."""
    if update.remote_ref in KEPT or update.remote_ref.startswith(CLAIMS):
        return True
    if not update.remote_ref.startswith(BRANCHES):
        return False
    return compile_globs(map(_anchor, settings.protected)).matches(update.remote_ref.removeprefix(BRANCHES))


def _anchor(glob: str) -> str:
    """`glob` from the start of a branch's name: `main` is not meant to protect `ada/main`."""
    sign = "!" if glob.startswith("!") else ""
    rest = glob.removeprefix("!")
    return f"{sign}{rest}" if rest.startswith(("/", "**/")) else f"{sign}/{rest}"


def _is_forced(update: RefUpdate) -> bool:
    """Whether commits of the remote would be lost, or whether that cannot be ruled out."""
    if update.is_creation or update.is_deletion:
        return False
    return not git.is_ancestor(update.remote_oid, update.local_oid)


def judge_update(update: RefUpdate, settings: PushSettings, is_forced: bool) -> Finding | None:
    """What is wrong with one update, if anything; pure."""
    if not is_protected(update, settings):
        return None
    what = KEPT.get(update.remote_ref) or f"branch `{update.remote_ref.removeprefix(BRANCHES)}`"
    if update.remote_ref.startswith(CLAIMS):
        what = f"claim of {update.remote_ref.removeprefix(CLAIMS)}"
    if update.is_deletion:
        return _refuse(update, f"deletes the protected {what}", "delete it on the server if it must go")
    if is_forced:
        hint = "pull first, or push to a branch of your own; commits that others may have would be lost"
        if update.remote_ref == REF:
            hint = "`openclaw board sync` merges what others did and pushes; it would be lost"
        return _refuse(update, f"rewrites the protected {what} (force-push)", hint)
    return None


def _refuse(update: RefUpdate, message: str, hint: str) -> Finding:
    return Finding(CHECK, Severity.ERROR, update.remote_ref, 0, message, hint)
