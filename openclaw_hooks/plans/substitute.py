"""`{{context}}` and `{{vars.NAME}}` in the texts of a template, put in as they are; in commands only shell-quoted."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from openclaw_hooks.documents import suggest
from openclaw_hooks.errors import OpenclawError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

CONTEXT: Final = "context"
SHELL: Final = "shell"

# `${{ ... }}` is another language's, and so is what holds more than a dotted name: `{{ .Values.port }}`.
_PLACEHOLDER: Final = re.compile(r"(?<!\$)\{\{\s*(\w[\w.-]*)\s*(?:\|\s*(\w+)\s*)?\}\}")
_WORD_BEFORE: Final = re.compile(r"(?:^|[\s=;&|(])$")
_WORD_AFTER: Final = re.compile(r"^(?:$|[\s;&|)])")


class Placeholder(NamedTuple):
    """A placeholder in a text: its name, the filter behind `|`, and where it starts and ends."""

    name: str
    filter: str
    start: int
    end: int


def find_placeholders(text: str) -> Iterator[Placeholder]:
    """The placeholders in `text`, in their order."""
    for match in _PLACEHOLDER.finditer(text):
        yield Placeholder(match[1], match[2] or "", match.start(), match.end())


def check_text(text: str, names: Sequence[str]) -> None:
    """Raises OpenclawError unless every placeholder of a text is one of `names` and has no filter."""
    for found in find_placeholders(text):
        _check_name(found.name, names)
        if found.filter:
            raise OpenclawError(f"`| {found.filter}` is for commands only", f"write {{{{{found.name}}}}}")


def check_command(command: str, names: Sequence[str]) -> None:
    """Raises OpenclawError unless every placeholder of a command is shell-quoted and stands where quoting holds.

    Inside quotes, a comment, a here-document or backquotes, the quotes that are put around the value would not
    protect it: `'{{context | shell}}'` would end the author's own quotes.
    """
    for found in find_placeholders(command):
        _check_name(found.name, names)
        shown = f"{{{{{found.name} | {SHELL}}}}}"
        if found.filter != SHELL:
            raise OpenclawError(f"a command may hold {{{{{found.name}}}}} only shell-quoted", f"write {shown}")
        before, after = command[: found.start], command[found.end :]
        if not (_WORD_BEFORE.search(before) and _WORD_AFTER.search(after) and _is_unquoted(before)):
            raise OpenclawError(f"{shown} must be a word of its own", "not in quotes, a comment or part of a word")


def check_plain(text: str) -> None:
    """Raises OpenclawError for a placeholder in a value that is neither text nor a command."""
    for found in find_placeholders(text):
        hint = "write it in a title, a description, a success criterion or, shell-quoted, in a metric"
        raise OpenclawError(f"{{{{{found.name}}}}} cannot stand here", hint)


def substitute_text(text: str, values: Mapping[str, str]) -> str:
    """`text` with each placeholder replaced by its value, once and literally: values are not read again."""
    return _PLACEHOLDER.sub(lambda match: values[match[1]], text)


def substitute_command(command: str, values: Mapping[str, str]) -> str:
    """`command` with each placeholder replaced by its value as one shell word."""
    from shlex import quote

    return _PLACEHOLDER.sub(lambda match: quote(values[match[1]]), command)


def _check_name(name: str, names: Sequence[str]) -> None:
    if name in names:
        return
    hint = suggest(name, list(names))
    if name.startswith("vars."):
        raise OpenclawError(f"variable `{name.removeprefix('vars.')}` is not declared", hint or "declare it in `vars`")
    raise OpenclawError(f"unknown placeholder {{{{{name}}}}}", hint)


def _is_unquoted(before: str) -> bool:
    """Whether a shell that has read `before` is outside of everything in which a quote is not a quote."""
    if any(mark in before for mark in ("<<", "`", "$'", "((")) or re.search(r"(?:^|\s)#", before):
        return False
    quote = ""
    position = 0
    while position < len(before):
        char = before[position]
        if char == "\\" and quote != "'":
            position += 1
        elif quote:
            quote = "" if char == quote else quote
        elif char in "'\"":
            quote = char
        position += 1
    return not quote and position == len(before)
