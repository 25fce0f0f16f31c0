"""Where the frontmatter of a task file ends and its body begins, and what no reader could be sure about."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from openclaw_hooks.documents import FENCE, DocumentError
from openclaw_hooks.tasks.model import MAX_TASK_BYTES

_BOM: Final = "\ufeff"
_STRAY_BREAK = re.compile("\r(?!\n)|[\x85\u2028\u2029]")
_CONFLICT = re.compile(r"^(?:<{7}|>{7}) ", re.MULTILINE)
_FENCE_LINE = re.compile(r"^---[^\S\n]*(?:\n|\Z)", re.MULTILINE)


class Parts(NamedTuple):
    """`text[head_start:head_end]` is the YAML between the fences, `text[body_start:]` what stands below them."""

    text: str
    head_start: int
    head_end: int
    body_start: int


def take_apart(path: str, content: bytes) -> Parts:
    """The parts of a task file, whatever its YAML says; raises DocumentError for a file without clear parts."""
    text = _decode(path, content)
    start = 1 if text.startswith(_BOM) else 0
    head_start = text.find("\n", start) + 1
    if text[start : head_start or None].rstrip() != FENCE:
        raise DocumentError(path, 1, "no frontmatter", f"start the file with a line `{FENCE}`")
    head_end, body_start = _find_closing(path, text, head_start)
    head = text[head_start:head_end]
    _refuse_unclear(path, head)
    if head.lstrip().startswith("{"):
        raise DocumentError(path, 2, "the frontmatter is one flow mapping", "write one `key: value` a line")
    return Parts(text, head_start, head_end, body_start)


def _decode(path: str, content: bytes) -> str:
    if len(content) > MAX_TASK_BYTES:
        raise DocumentError(path, 1, f"{len(content):,} bytes; a task has at most {MAX_TASK_BYTES:,}", "shorten it")
    if b"\x00" in content:
        line = content.count(b"\n", 0, content.index(b"\x00")) + 1
        raise DocumentError(path, line, "holds a NUL character", "a task file is text")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise DocumentError(path, line, "not valid UTF-8", "save the file as UTF-8") from error


def _find_closing(path: str, text: str, at: int) -> tuple[int, int]:
    """Where the closing fence's line begins, and where the next one does."""
    found = _FENCE_LINE.search(text, at) if at else None
    if found is None:
        raise DocumentError(path, 1, "frontmatter is never closed", f"end it with a line `{FENCE}`")
    return found.span()


def _refuse_unclear(path: str, head: str) -> None:
    """What YAML readers disagree about, and what a merge left behind."""
    if found := _STRAY_BREAK.search(head):
        line = 2 + head.count("\n", 0, found.start())
        message = f"U+{ord(found[0]):04X} in the frontmatter ends a line for some readers only"
        raise DocumentError(path, line, message, "write it as an escape in double quotes, or take it out")
    if found := _CONFLICT.search(head):
        line = 2 + head.count("\n", 0, found.start())
        raise DocumentError(path, line, "conflict marker of a merge", "choose a side and take the markers out")
