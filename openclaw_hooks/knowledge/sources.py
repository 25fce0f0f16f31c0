"""The files that are indexed: what git sees below the root, the board, and nothing that lies outside.

Links are followed nowhere: where one leads inside the root, its target is a source itself; where one leads outside, what
stands there is none of the repository's.
"""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING, Final, NamedTuple

from openclaw_hooks.board.place import FOLDER as BOARD_FOLDER
from openclaw_hooks.board.place import find_board_folder
from openclaw_hooks.knowledge.model import Kind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from openclaw_hooks.knowledge.place import Place
    from openclaw_hooks.settings import KnowledgeSettings

MOST_BYTES: Final = 4_000_000  # of one file; a larger one is no text that somebody wrote
SUFFIXES: Final = (".md", ".markdown", ".mdx", ".yaml", ".yml")  # on the board, where globs do not choose

Stamp = tuple[int, int, int, int]
"""What changes when a file does: time of its content, time of its inode, size, inode."""

# The first of these that a path begins with decides.
_KINDS: Final = (
    (f"{BOARD_FOLDER}/tasks/", Kind.TASK),
    (f"{BOARD_FOLDER}/plans/", Kind.PLAN),
    (f"{BOARD_FOLDER}/archive/", Kind.TASK),
    (f"{BOARD_FOLDER}/memory/", Kind.MEMORY),
    (".openclaw/rules/", Kind.RULE),
    (".claude/rules/", Kind.RULE),
    (".openclaw/roles/", Kind.ROLE),
    (".openclaw/plan-templates/", Kind.PLAN),
    ("memory/", Kind.MEMORY),
    ("memory-vault/", Kind.MEMORY),
    (".learnings/", Kind.MEMORY),
    ("MEMORY.md", Kind.MEMORY),
)
_BOARD_PARTS: Final = ("tasks", "plans", "archive", "memory")


class Source(NamedTuple):
    """A file to index: its path below the root (`/` between names), where it lies on disk, and its stamp."""

    path: str
    file: str
    kind: Kind
    stamp: Stamp


class Problem(NamedTuple):
    """A file that is not indexed, or not as it is, and why."""

    path: str
    message: str


class Sources(NamedTuple):
    """The files to index in the order of their paths, and those that are left out."""

    found: tuple[Source, ...]
    problems: tuple[Problem, ...]


def list_sources(place: Place, settings: KnowledgeSettings) -> Sources:
    """What is there to index at `place`, by names and stamps alone; nothing is opened."""
    folders: dict[str, bool] = {}
    found: list[Source] = []
    problems: list[Problem] = []
    for path, file in (*_list_files(place, settings), *_list_board(place)):
        if place.only and not any(path == entry or path.startswith(f"{entry}/") for entry in place.only):
            continue
        made = _look_at(place, path, file, folders)
        if isinstance(made, Source):
            found.append(made)
        elif made is not None:
            problems.append(made)
    return Sources(tuple(sorted(found)), tuple(sorted(problems)))


def kind_of(path: str) -> Kind:
    """What the file at `path` is to the repository."""
    if path.startswith((".", "m", "M")):  # most paths are none of these
        return next((kind for start, kind in _KINDS if path.startswith(start)), Kind.DOC)
    return Kind.DOC


def _list_files(place: Place, settings: KnowledgeSettings) -> list[tuple[str, str]]:
    """The files below the root that the settings choose: path, and where it lies."""
    from openclaw_hooks.globs import compile_globs
    from openclaw_hooks.settings import KNOWLEDGE_FILES

    is_default = settings.include == KNOWLEDGE_FILES
    paths: Iterable[str]
    if place.checkout:
        from openclaw_hooks.git import list_worktree

        # With its own patterns git says less, and matching 5,000 paths here takes longer than git does.
        paths = list_worktree(place.root, [f":(icase){glob}" for glob in settings.include] if is_default else [])
    else:
        paths = _walk(place.root, "")
    if not is_default or not place.checkout:
        chosen = compile_globs(settings.include)
        paths = [path for path in paths if chosen.matches(path)]
    if settings.exclude:
        left_out = compile_globs(settings.exclude)
        paths = [path for path in paths if not left_out.matches(path)]
    board = f"{BOARD_FOLDER}/"
    return [(path, os.path.join(place.root, path)) for path in paths if not path.startswith(board)]


def _list_board(place: Place) -> Iterator[tuple[str, str]]:
    """The files of the board, under the path that it has by default wherever its worktree is."""
    top = find_board_folder(place.checkout) if place.checkout else ""
    for part in _BOARD_PARTS if top else ():
        for path in _walk(top, part):
            if path.endswith(SUFFIXES):
                yield f"{BOARD_FOLDER}/{path}", os.path.join(top, path)


def _walk(top: str, folder: str) -> Iterator[str]:
    """The files below `top/folder` by their paths from `top`; hidden folders and installed packages are left out."""
    try:
        with os.scandir(os.path.join(top, folder)) as scan:
            entries = sorted(scan, key=lambda entry: entry.name)
    except OSError:
        return
    for entry in entries:
        path = f"{folder}/{entry.name}" if folder else entry.name
        if entry.is_dir(follow_symlinks=False):
            is_wanted = entry.name == ".learnings" or entry.name[0] != "."
            if is_wanted and entry.name != "node_modules":
                yield from _walk(top, path)
        else:
            yield path


def _look_at(place: Place, path: str, file: str, folders: dict[str, bool]) -> Source | Problem | None:
    """The source at `path`; a problem for a file that cannot be one, None for what is no file (any more)."""
    try:
        found = os.lstat(file)
    except (OSError, ValueError):
        return None  # deleted and not yet staged
    if stat.S_ISLNK(found.st_mode):
        return (
            None if _is_below(os.path.realpath(file), place.root) else Problem(_shown(path), "a link out of the root")
        )
    if not stat.S_ISREG(found.st_mode):
        return None if stat.S_ISDIR(found.st_mode) else Problem(_shown(path), "not a regular file")
    folder = os.path.dirname(file)
    if folder not in folders:
        folders[folder] = os.path.realpath(folder) == folder
    if not folders[folder]:
        return Problem(_shown(path), "in a folder that is a link")
    if _shown(path) != path:
        return Problem(_shown(path), "its name is not UTF-8")
    if found.st_size > MOST_BYTES:
        return Problem(path, f"{found.st_size / 1e6:,.0f} MB; files up to {MOST_BYTES / 1e6:.0f} MB are indexed")
    return Source(path, file, kind_of(path), (found.st_mtime_ns, found.st_ctime_ns, found.st_size, found.st_ino))


def _shown(path: str) -> str:
    return path.encode("utf-8", "backslashreplace").decode("utf-8")


def _is_below(path: str, root: str) -> bool:
    return path == root or path.startswith(root.rstrip(os.sep) + os.sep)


def read_source(source: Source) -> tuple[bytes, Stamp]:
    """The content of `source` and the stamp that it has now; raises OSError also for what became a link meanwhile.

    At most one byte more than may be indexed is read.
    """
    handle = os.open(
        source.file, os.O_RDONLY | os.O_CLOEXEC | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    )
    with open(handle, "rb") as stream:
        found = os.fstat(handle)
        return stream.read(MOST_BYTES + 1), (found.st_mtime_ns, found.st_ctime_ns, found.st_size, found.st_ino)


def decode_source(content: bytes) -> tuple[str, str]:
    r"""The text of a file with line ends `\n`, and what is wrong with it: empty, or a reason (with no text: not indexed)."""
    if len(content) > MOST_BYTES:
        return "", f"grew beyond {MOST_BYTES / 1e6:.0f} MB while it was read"
    if b"\0" in content:
        return "", "not text: it holds NUL bytes"
    reason = ""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        reason = f"not valid UTF-8 from line {line} on; such bytes are indexed as \ufffd"
        text = content.decode("utf-8-sig", "replace")
    return text.replace("\r\n", "\n"), reason


def paths_below(paths: Sequence[str], globs: Sequence[str]) -> list[str]:
    """Those of `paths` that one of `globs` matches; raises GlobError for one that cannot be read."""
    from openclaw_hooks.globs import compile_globs

    chosen = compile_globs(globs)
    return [path for path in paths if chosen.matches(path)]
