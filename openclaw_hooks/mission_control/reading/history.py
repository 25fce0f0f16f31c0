"""What the board's commits changed: the small fields of each task before and after.

The way of first parents is what this clone's board went through, one tree after the other; so undoing the changes
from now on backwards gives exactly the board of each moment.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final, NamedTuple

from openclaw_hooks.board.place import REF, find_board_folder
from openclaw_hooks.board.plumbing import call_store, read_contents, read_ref
from openclaw_hooks.board.upkeep.archive import index_archive, list_archive
from openclaw_hooks.checkout import Checkout
from openclaw_hooks.mission_control.moments import read_stamp
from openclaw_hooks.mission_control.reading.history_cache import (
    HistoryChange,
    HistoryCommit,
    Kept,
    load_kept,
    save_kept,
)
from openclaw_hooks.mission_control.reading.small_fields import EMPTY_FIELDS, Fields, read_fields
from openclaw_hooks.mission_control.reading.task_log import Logged, parse_log

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from openclaw_hooks.git import Repo
    from openclaw_hooks.mission_control.place import Place

BATCH: Final = 2_000  # contents that are in memory at once
LOG: Final = (
    *("log", "--first-parent", "--diff-merges=first-parent", "--raw", "-z", "--no-abbrev", "--no-renames"),
    *("--no-color", "--encoding=UTF-8", "--format=tformat:%x01%x00%H%x00%P%x00%ct%x00%an%x00%s"),
)
TAGS: Final = "%(creatordate:unix)%00%(objectname)%00%(*objectname)%00%(refname:short)%00%(contents:subject)"
MAX_TAGS: Final = 200


class Window(NamedTuple):
    """How far back is looked: days before now, and commits."""

    days: int = 365
    max_commits: int = 20_000


class Tag(NamedTuple):
    """A tag of the code, as a moment to compare the board with."""

    name: str
    time: int
    commit: str
    title: str


class History(NamedTuple):
    """The commits of the board, newest first, in a time that never runs backwards; nothing is known before `begins`.

    `complete`: whether the first commit of the branch is among them. `archived`: the status of each task that left
    the board for the archive.
    """

    head: str = ""
    commits: tuple[HistoryCommit, ...] = ()
    tags: tuple[Tag, ...] = ()
    complete: bool = True
    begins: int = 0
    archived: Mapping[str, str] = MappingProxyType({})


def read_history(repo: Repo, now: float, window: Window = Window()) -> History:  # noqa: B008 - a value that never changes
    """The history of the board of `repo`, empty when it has none; only commits that were not read before are read."""
    head = read_ref(repo, REF)
    if not head:
        return History(begins=int(now))
    kept = load_kept(repo.state_dir, window.max_commits)
    if kept.head != head:
        newer = _read_on(repo, kept, head, int(now)) if kept.head else None
        if newer is None:
            kept = _read_all(repo, head, int(now), window.max_commits)
            save_kept(repo.state_dir, kept)
        else:
            save_kept(repo.state_dir, kept, newer)
            kept = kept.with_newer(newer)
    first = int(now) - window.days * 86_400
    commits = kept.commits
    if commits and commits[-1].time < first:
        commits = tuple(commit for commit in commits if commit.time >= first)
    complete = kept.complete and len(commits) == len(kept.commits)
    begins = commits[-1].time if complete and commits else max(first, kept.commits[-1].time if kept.commits else first)
    return History(head, commits, _read_tags(repo), complete, begins)


def read_history_facts(place: Place) -> History:
    """The history of the board at `place`."""
    repo = place.repo
    if repo is None:
        return History(begins=int(place.now))
    top = find_board_folder(Checkout(repo.top, repo.git_dir, repo.common_dir))
    archive = index_archive(list_archive(top)) if top else {}
    archived = {name: entry.status for name, entry in archive.items()}
    return read_history(repo, place.now)._replace(archived=archived)


def _read_on(repo: Repo, kept: Kept, head: str, now: int) -> Kept | None:
    """The commits that came since those of `kept`; None when the branch was rewritten."""
    done = call_store(repo, [*LOG, f"-n{kept.most}", f"{kept.head}..{head}", "--"])
    logged = parse_log(done.stdout) if done.code == 0 else []
    if not logged or logged[-1].parent != kept.head:
        return None
    since = kept.commits[0].time if kept.commits else 0
    return Kept(kept.version, head, False, kept.most, tuple(_resolve(repo, logged, since, now)), after=kept.head)


def _read_all(repo: Repo, head: str, now: int, most: int) -> Kept:
    done = call_store(repo, ["-c", "log.showRoot=true", *LOG, f"-n{most}", head, "--"])
    logged = parse_log(done.stdout) if done.code == 0 else []
    complete = bool(logged) and not logged[-1].parent
    return Kept(Kept.current(), head, complete, most, tuple(_resolve(repo, logged, 0, now)))


def _resolve(repo: Repo, logged: Sequence[Logged], since: int, now: int) -> list[HistoryCommit]:
    """The commits with the fields that changed, newest first as they come; `since` is the time of the one before them."""
    fields = _read_blobs(repo, logged)
    found: list[HistoryCommit] = []
    for entry in reversed(logged):
        since = max(since, min(entry.time, now))
        changes = tuple(
            change
            for task, old, new in entry.tasks
            if (change := compare_fields(task, fields.get(old), fields.get(new))) is not None
        )
        found.append(HistoryCommit(entry.oid[:12], since, entry.who, entry.what, changes, entry.others))
    return found[::-1]


def _read_blobs(repo: Repo, logged: Sequence[Logged]) -> dict[str, Fields]:
    """What each version of each task says; versions that do not parse are left out."""
    wanted: dict[str, str] = {}
    for entry in logged:
        for task, old, new in entry.tasks:
            wanted[old] = wanted[new] = task
    wanted.pop("", None)
    found: dict[str, Fields] = {}
    for batch in _batches(list(wanted)):
        for blob, content in read_contents(repo, batch).items():
            if (fields := read_fields(wanted[blob], content)) is not None:
                found[blob] = fields
    return found


def _batches(blobs: Sequence[str]) -> Iterator[Sequence[str]]:
    for at in range(0, len(blobs), BATCH):
        yield blobs[at : at + BATCH]


def compare_fields(task: str, old: Fields | None, new: Fields | None) -> HistoryChange | None:
    """What differs between two versions of a task; None where it was neither before nor after."""
    if old is None or new is None:
        if old is new:
            return None
        return HistoryChange(task, None if old is None else _told(old), None if new is None else _told(new))
    if old == new:
        return HistoryChange(task)  # its text changed
    names = [name for name in new if old[name] != new[name]]
    return HistoryChange(task, {name: old[name] for name in names}, {name: new[name] for name in names})


def _told(fields: Fields) -> Fields:
    """A whole row, without what is as empty as it is by default."""
    return {name: value for name, value in fields.items() if value != EMPTY_FIELDS[name]}


def _read_tags(repo: Repo) -> tuple[Tag, ...]:
    """The newest tags of the repository."""
    words = ["for-each-ref", "--sort=-creatordate", f"--count={MAX_TAGS}", f"--format={TAGS}%00", "refs/tags"]
    done = call_store(repo, words)
    parts = done.stdout.decode("utf-8", "replace").split("\0") if done.code == 0 else []
    rows = zip(*(parts[number::5] for number in range(5)), strict=False)
    return tuple(
        Tag(name, read_stamp(time.strip()), (peeled or oid)[:12], title)
        for time, oid, peeled, name, title in rows
        if time.strip().isdigit()
    )
