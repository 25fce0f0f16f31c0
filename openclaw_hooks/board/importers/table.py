"""The tools that tasks can come from: where each keeps them, and its reader."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final, NamedTuple

from openclaw_hooks.board.importers.backlog_md import FOLDERS, read_backlog_md
from openclaw_hooks.board.importers.beads import read_beads
from openclaw_hooks.board.importers.github import read_github
from openclaw_hooks.board.importers.json_records import MAX_BYTES
from openclaw_hooks.documents import DocumentError, read_file
from openclaw_hooks.errors import OpenclawError

if TYPE_CHECKING:
    from collections.abc import Callable

    from openclaw_hooks.board.importers.model import Reading


class Source(NamedTuple):
    """A file or folder of another tool, and for GitHub the repository (`owner/name`) where the file does not say it."""

    path: str
    repository: str = ""


def read_source(tool: str, source: Source) -> Reading:
    """The tasks that `tool` keeps at the path; raises OpenclawError for an unknown tool or a path without its files."""
    if tool not in IMPORTERS:
        raise OpenclawError(f"tasks of `{tool}` cannot be imported", f"known: {', '.join(IMPORTERS)}")
    return IMPORTERS[tool](source)


def _read_backlog(source: Source) -> Reading:
    """The folder may be the project's, or `backlog/` itself."""
    for inner in ("backlog", ".backlog", ""):
        root = os.path.join(source.path, inner) if inner else source.path
        if os.path.isdir(os.path.join(root, FOLDERS[0])):
            break
    else:
        raise OpenclawError(f"{source.path} has no folder `backlog/tasks`", "name the folder of the project")
    files: dict[str, bytes] = {}
    unread: list[DocumentError] = []
    for folder in FOLDERS:
        for name in _markdown_names(os.path.join(root, folder)):
            path = os.path.join(root, folder, name)
            try:
                files[path.replace(os.sep, "/")] = _read_plain(path)
            except DocumentError as error:
                unread.append(error)
    reading = read_backlog_md(files)
    for problem in unread:
        reading.skip(problem)
    return reading


def _markdown_names(folder: str) -> list[str]:
    try:
        return sorted(name for name in os.listdir(folder) if name.endswith(".md") and name.lower() != "readme.md")
    except OSError:
        return []


def _read_plain(path: str) -> bytes:
    if os.path.islink(path):  # it may lead to any file of this machine, which the board would then show around
        raise DocumentError(path, 1, "is a link")
    return read_file(path, path)


def _read_beads(source: Source) -> Reading:
    path = source.path
    if os.path.isdir(path):
        inner = [os.path.join(path, *parts) for parts in ((".beads", "issues.jsonl"), ("issues.jsonl",))]
        path = next((found for found in inner if os.path.isfile(found)), inner[0])
    return read_beads(path, _read_large(path))


def _read_github(source: Source) -> Reading:
    return read_github(source.path, _read_large(source.path), source.repository)


def _read_large(path: str) -> bytes:
    if not os.path.isfile(path):
        raise OpenclawError(f"there is no file {path}", "name the file that the tool has written")
    try:
        with open(path, "rb") as stream:
            return stream.read(MAX_BYTES + 1)
    except OSError as error:
        raise OpenclawError(f"{path} cannot be read: {error.strerror}") from error


IMPORTERS: Final[dict[str, Callable[[Source], Reading]]] = {
    "backlog": _read_backlog,
    "beads": _read_beads,
    "github": _read_github,
}
