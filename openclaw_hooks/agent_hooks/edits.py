"""The edits that a tool is about to make: which files, and what their text will be."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from openclaw_hooks.agent_hooks.payload import PATCH_START, Payload, PayloadError, read_text

if TYPE_CHECKING:
    from collections.abc import Mapping

PATH_KEYS = ("file_path", "path", "filePath", "notebook_path", "target_file", "absolute_path", "filename")
CONTENT_KEYS = ("content", "contents", "file_text", "code_edit")
OLD_KEYS = ("old_string", "old_str", "oldString", "old_text")
NEW_KEYS = ("new_string", "new_str", "newString", "new_text", "new_source", "insert_text")
PATCH_KEYS = ("patch", "input", "command", "diff")
MAX_OLD_BYTES = 16 * 1024 * 1024


class Swap(NamedTuple):
    """One replacement: the text `old` (empty: wherever it goes) becomes `new`, once or everywhere."""

    old: str
    new: str
    everywhere: bool = False


class FileEdit(NamedTuple):
    """What happens to one file: a whole new content, or swaps in what is there, or its removal."""

    path: str
    content: str | None = None
    swaps: tuple[Swap, ...] = ()
    is_deletion: bool = False


Hunks = list[tuple[int, list[bytes]]]


def read_edits(payload: Payload) -> list[FileEdit]:
    """The edits of a writing tool of any host; raises PayloadError when none can be made out."""
    fields = payload.tool_input
    patch = next((text for key in PATCH_KEYS if PATCH_START in (text := read_text(fields, key))), "")
    if patch:
        return parse_patch(patch)
    if read_text(fields, "command") == "view":  # the tool that edits by sub-commands also reads
        return []
    path = read_text(fields, *PATH_KEYS)
    if not path:
        raise PayloadError(f"{payload.tool} names no file that could be read from its input")
    swaps = _read_swaps(fields)
    content = _first_text(fields, CONTENT_KEYS)
    if not swaps and content is None:
        return [FileEdit(path, is_deletion=True)]  # tools that delete or move name a file and no text
    return [FileEdit(path, content, swaps)]


def _read_swaps(fields: Mapping[str, object]) -> tuple[Swap, ...]:
    listed = fields.get("edits")
    sources = [edit for edit in listed if isinstance(edit, dict)] if isinstance(listed, list) else []
    return tuple(
        Swap(read_text(source, *OLD_KEYS), new, source.get("replace_all") is True)
        for source in (fields, *sources)
        if (new := _first_text(source, NEW_KEYS)) is not None
    )


def _first_text(fields: Mapping[str, object], keys: tuple[str, ...]) -> str | None:
    """The first of `keys` that holds text, which may be empty; None when none does."""
    for key in keys:
        found = fields.get(key)
        if isinstance(found, str):
            return found
    return None


def parse_patch(patch: str) -> list[FileEdit]:
    """The edits of a patch in the form of Codex's `apply_patch`; a moved file counts at both ends."""
    edits: list[FileEdit] = []
    path = ""
    added: list[str] = []

    def finish() -> None:
        if path:
            edits.append(FileEdit(path, swaps=(Swap("", "\n".join(added)),)))

    for line in patch.splitlines():
        verb, _, name = line.partition(" File: ")
        if line.startswith("*** ") and verb in ("*** Add", "*** Update", "*** Delete"):
            finish()
            path = name.strip()
            added.clear()
            if verb == "*** Delete":
                edits.append(FileEdit(path, is_deletion=True))
                path = ""
        elif line.startswith("*** Move to: "):
            edits.append(FileEdit(path, is_deletion=True))
            path = line.removeprefix("*** Move to: ").strip()
        elif line.startswith("+"):
            added.append(line[1:])
    finish()
    if not edits:
        raise PayloadError("the patch names no file")
    return edits


def new_content(edit: FileEdit, old: str) -> tuple[str, list[str]]:
    """The text of the file after `edit`, and the new pieces whose place in it is not known."""
    if edit.content is not None:
        return edit.content, []
    loose = []
    text = old
    for swap in edit.swaps:
        if swap.old and swap.old in text:
            text = text.replace(swap.old, swap.new, -1 if swap.everywhere else 1)
        elif swap.new:
            loose.append(swap.new)
    return text, loose


def added_hunks(old: str, new: str) -> Hunks:
    """The lines of `new` that `old` does not have anywhere, as runs with the number of their first line.

    A line that only moved adds nothing; that is all that checks of added lines need, and takes linear time.
    """
    known = set(old.split("\n"))
    hunks: Hunks = []
    follows = False
    for number, line in enumerate(new.split("\n"), 1):
        if line in known:
            follows = False
            continue
        if not follows:
            hunks.append((number, []))
        hunks[-1][1].append(line.encode("utf-8", "surrogatepass"))
        follows = True
    return hunks


def read_old(path: str) -> str | None:
    """The text of the regular file at `path`; None when there is none, and no text when it is too large to matter."""
    try:
        found = os.stat(path)
        if not os.path.isfile(path):
            return None
        if found.st_size > MAX_OLD_BYTES:
            return ""
        with open(path, "rb") as stream:
            return stream.read().decode("utf-8", "surrogateescape")
    except OSError:
        return None
