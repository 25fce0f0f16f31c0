"""What of a remote's tree is fit for the board: names and contents that can do no harm, and that can be read."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from openclaw_hooks.board.disk import path_is_odd
from openclaw_hooks.documents import DocumentError, parse_yaml, read_text
from openclaw_hooks.files import display_path
from openclaw_hooks.tasks.model import MAX_TASK_BYTES, PLAN_ID_PATTERN, TASK_ID_PATTERN

if TYPE_CHECKING:
    from collections.abc import Iterable

MAX_FILE_BYTES: Final = 1_000_000
MAX_RECORD_BYTES: Final = 4_000_000  # a conflict record can hold three versions of a task
MAX_PATH: Final = 200
ATTRIBUTES: Final = ".gitattributes"
OWN: Final = frozenset({ATTRIBUTES, ".gitignore"})  # at the top of every board

_TASK: Final = TASK_ID_PATTERN.strip("^$") + r"\.md"
_PLAN: Final = PLAN_ID_PATTERN.strip("^$") + r"\.yaml"
_NAMES: Final = {
    "tasks": re.compile(f"{_TASK}$"),
    "plans": re.compile(f"{_PLAN}$"),
    "archive": re.compile(rf"\d{{4}}/[a-z_]+/(?:{_TASK}|{_PLAN})$"),
    "telemetry": re.compile(r"[a-z0-9_-]{1,80}\.jsonl$"),
    "conflicts": re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,80}-[0-9a-f]{8}\.yaml$"),
}
_HARMLESS: Final = frozenset({"-text", "-filter", "-ident", "merge=openclaw-task"})
_ODD_PART = re.compile(r"[\x00-\x1f\x7f\\:*?\"<>|]|[. ]$|^ |[\ud800-\udfff]")


class Places:
    """The names that a board has, to find those that a file system would take for each other."""

    def __init__(self, paths: Iterable[str]) -> None:
        self._spellings: dict[str, str] = {}
        self._files: set[str] = set()
        self._folders: set[str] = set()
        for path in paths:
            self.add(path)

    def add(self, path: str) -> None:
        """Takes in the path of a file."""
        parts = path.split("/")
        for count in range(1, len(parts)):
            self._folders.add("/".join(parts[:count]))
        self._files.add(path)
        for name in _prefixes(path):
            self._spellings.setdefault(_fold(name), name)

    def clash(self, path: str) -> str:
        """A name on the board that stands in the way of `path`, empty when none does."""
        for name in _prefixes(path):
            taken = self._spellings.get(_fold(name), name)
            if taken != name:
                return taken
            if name != path and name in self._files:
                return name
        return path if path in self._folders else ""


class Blob(NamedTuple):
    """A file in a tree, as git names it."""

    mode: str
    oid: str


def judge_entry(path: str, blob: Blob, size: int) -> str:
    """Why an entry of a foreign tree is not even looked into, empty when it is."""
    if blob.mode == "160000":
        return "a submodule"
    if not blob.mode.startswith("100"):
        return "a link" if blob.mode == "120000" else "no regular file"
    if reason := judge_path(path):
        return reason
    if size < 0:
        return "its content is missing"
    limit = MAX_TASK_BYTES if path.endswith(".md") and "/" in path else MAX_FILE_BYTES
    if path.startswith("conflicts/"):
        limit = MAX_RECORD_BYTES
    return f"{size:,} bytes, of {limit:,} at most" if size > limit else ""


def judge_content(path: str, content: bytes) -> str:
    """Why a file is not fit for the board, empty when it is."""
    folder = path.partition("/")[0]
    try:
        if folder in ("tasks", "archive") and path.endswith(".md"):
            from openclaw_hooks.tasks.markdown import parse_task

            parse_task(path, content)
        elif folder in ("plans", "archive"):
            _require_plan(path, content)
        elif path == ATTRIBUTES:
            return _judge_attributes(content)
    except DocumentError as error:
        return f"line {error.line}: {error.reason}"
    return ""


def judge_path(path: str) -> str:
    """Why a board has no file of this name, empty when it may."""
    parts = path.split("/")
    if path_is_odd(path) or len(path.encode("utf-8", "replace")) > MAX_PATH or any(map(_ODD_PART.search, parts)):
        return "not a name that a board can have"
    if any(part.lower().startswith((".git", "git~")) for part in parts) and path not in OWN:
        return "a file that git gives a meaning to"
    if parts[0] not in _NAMES:
        return ""
    is_known = _NAMES[parts[0]].match(path.partition("/")[2])
    return "" if is_known else f"not the name of a file in {parts[0]}/"


def _require_plan(path: str, content: bytes) -> None:
    document = parse_yaml(path, read_text(path, content))
    found = document.value.get("id") if isinstance(document.value, dict) else None
    expected = path.rpartition("/")[2].removesuffix(".yaml")
    if found != expected:
        raise document.error(("id",), f"`id` is {display_path(str(found)[:40])}, the file is {expected}.yaml")


def _judge_attributes(content: bytes) -> str:
    for line in content.decode("utf-8", "replace").splitlines():
        words = line.split()
        if words and not words[0].startswith("#") and not _HARMLESS.issuperset(words[1:]):
            return "attributes that the board does not use"
    return ""


def _prefixes(path: str) -> list[str]:
    parts = path.split("/")
    return ["/".join(parts[: count + 1]) for count in range(len(parts))]


def _fold(name: str) -> str:
    """`name` as file systems that ignore case and forms of accents see it."""
    if name.isascii():
        return name.lower()
    import unicodedata

    return unicodedata.normalize("NFC", unicodedata.normalize("NFD", name).casefold())
