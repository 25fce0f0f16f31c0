"""What is being changed: files with their added lines, from a diff or from disk."""

from __future__ import annotations

import os
import re
from bisect import bisect_right
from typing import TYPE_CHECKING, NamedTuple

from openclaw_hooks.errors import OpenclawError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

SUBMODULE = "160000"
SYMLINK = "120000"

# What text does not hold: everything below the blank but tab, line feed, form feed, return.
_CONTROLS = bytes(set(range(32)) - set(b"\t\n\f\r"))

_HUNK = re.compile(rb"@@ -\d+(?:,(\d+))? \+(\d+)(?:,(\d+))? @@")
_ESCAPE = re.compile(rb"\\([0-7]{3}|.)", re.DOTALL)
_ESCAPED = {b"n": b"\n", b"t": b"\t", b"r": b"\r", b"a": b"\a", b"b": b"\b", b"f": b"\f", b"v": b"\v"}


class AddedLines(NamedTuple):
    r"""The lines that a change adds to one file, joined by `\n`, and where they stand in it.

    `starts[i]` is the index in `text` (counted in lines) of the i-th hunk, `numbers[i]` its first
    1-based line in the new file.
    """

    text: str = ""
    starts: tuple[int, ...] = ()
    numbers: tuple[int, ...] = ()

    def line_number(self, index: int) -> int:
        """The line in the new file of the 0-based line `index` of `text`."""
        if not self.starts:
            return index + 1
        hunk = bisect_right(self.starts, index) - 1
        return self.numbers[hunk] + index - self.starts[hunk]


class ChangedFile(NamedTuple):
    """One file of a change; `status` is git's letter (A M D R T), paths carry odd bytes as surrogates."""

    path: str
    status: str
    mode: str
    oid: str
    added: AddedLines
    old_path: str = ""
    is_binary: bool = False

    @property
    def is_deleted(self) -> bool:
        """Whether the change removes this file."""
        return self.status == "D"

    @property
    def is_regular(self) -> bool:
        """Whether this is a file with content of its own: no symlink, submodule or deletion."""
        return not self.is_deleted and self.mode not in (SUBMODULE, SYMLINK)


class Change(NamedTuple):
    """Everything that one commit, push or call asks to be checked.

    `read` gives the new content of files by path; `paths` every path of the repository after the change.
    """

    files: tuple[ChangedFile, ...]
    read: Callable[[Iterable[ChangedFile]], Mapping[str, bytes]]
    paths: Callable[[], frozenset[str]]
    message: str = ""
    is_staged: bool = False

    @property
    def present(self) -> tuple[ChangedFile, ...]:
        """The files that exist after the change."""
        return tuple(file for file in self.files if not file.is_deleted)


def parse_diff(output: bytes) -> list[ChangedFile]:
    """The files in the output of a git diff made with `git.DIFF_OPTIONS`.

    Patches are matched to the raw lines by their order, and hunks are consumed by their line counts, so
    no content and no file name can pass for a header. Raises OpenclawError when the two do not agree.
    """
    lines = output.split(b"\n")
    entries: list[tuple[list[bytes], list[bytes]]] = []
    at = 0
    while at < len(lines) and lines[at].startswith(b":"):
        head, *paths = lines[at].split(b"\t")
        entries.append((head[1:].split(b" "), [unquote_path(path) for path in paths]))
        at += 1
    patches = _parse_patches(lines, at)
    files = []
    for (old_mode, mode, _old_oid, oid, status), paths in entries:
        letter = status[:1].decode()
        if letter == "U":  # unmerged: git refuses the commit itself
            continue
        added = _EMPTY
        # a type change is shown as a deletion and a creation
        for _ in range(2 if letter == "T" else 1):
            added = next(patches, _MISSING)
        if added is _MISSING:
            raise OpenclawError("git's diff has fewer patches than changed files", "report this as a bug")
        new_mode = old_mode if letter == "D" else mode
        files.append(_changed_file(paths, letter, (new_mode.decode(), oid.decode()), added))
    if next(patches, None) is not None:
        raise OpenclawError("git's diff has more patches than changed files", "report this as a bug")
    return files


Hunks = list[tuple[int, list[bytes]]]
_EMPTY: Hunks = []
_MISSING: Hunks = [(-1, [])]


def _changed_file(paths: list[bytes], letter: str, blob: tuple[str, str], hunks: Hunks) -> ChangedFile:
    added, is_binary = added_lines(hunks)
    old_path = os.fsdecode(paths[0]) if len(paths) > 1 else ""
    return ChangedFile(os.fsdecode(paths[-1]), letter, *blob, added, old_path, is_binary)


def added_lines(hunks: Hunks) -> tuple[AddedLines, bool]:
    """The hunks (first line number, lines) as text, and whether they are binary: with NUL bytes, and no text without.

    NULs are dropped, so that one of them cannot make a file unreadable for the scanners, and UTF-16 text, such as
    PowerShell writes, stays text.
    """
    starts: list[int] = []
    numbers: list[int] = []
    lines: list[bytes] = []
    for number, added in hunks:
        starts.append(len(lines))
        numbers.append(number)
        lines.extend(added)
    content = b"\n".join(lines)
    is_binary = b"\0" in content
    if is_binary:
        without = content.replace(b"\0", b"")
        is_utf16 = len(without) <= 0.6 * len(content)
        is_binary = without != without.translate(None, _CONTROLS) or not (is_utf16 or _is_utf8(without))
        content = without
    return AddedLines(content.decode("utf-8", "replace"), tuple(starts), tuple(numbers)), is_binary


def _is_utf8(content: bytes) -> bool:
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _parse_patches(lines: list[bytes], at: int) -> Iterator[Hunks]:
    """The added hunks of each patch from line `at` on, in order."""
    hunks: Hunks | None = None
    total = len(lines)
    while at < total:
        line = lines[at]
        at += 1
        if line.startswith(b"@@ ") and hunks is not None and (match := _HUNK.match(line)):
            removed, number, count = match.groups()
            at += int(removed) if removed is not None else 1
            at += lines[at].startswith(b"\\") if at < total else 0
            wanted = int(count) if count is not None else 1
            hunks.append((int(number), [added[1:] for added in lines[at : at + wanted]]))
            at += wanted
        elif line.startswith(b"diff --git "):
            if hunks is not None:
                yield hunks
            hunks = []
    if hunks is not None:
        yield hunks


def unquote_path(path: bytes) -> bytes:
    """A path as git prints it without -z: C-quoted when it holds anything unusual."""
    if not path.startswith(b'"'):
        return path
    return _ESCAPE.sub(_unescape, path[1:-1])


def _unescape(match: re.Match[bytes]) -> bytes:
    code = match[1]
    return bytes([int(code, 8)]) if len(code) == 3 else _ESCAPED.get(code, code)
