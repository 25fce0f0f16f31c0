"""The file of a task: frontmatter and text, parsed, made, and edited without touching what is not meant."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, Final, NamedTuple

from openclaw_hooks.documents import FENCE, DocumentError, KeyPath, decode, parse_yaml
from openclaw_hooks.errors import OpenclawError
from openclaw_hooks.tasks.model import MAX_TITLE, TASKS_FOLDER, Task, TaskHead
from openclaw_hooks.tasks.parts import take_apart
from openclaw_hooks.tasks.plain_head import read_plain_head
from openclaw_hooks.tasks.sections import NOTES, RESULT, append_section, get_section, set_section

if TYPE_CHECKING:
    from collections.abc import Mapping

    from openclaw_hooks.tasks.yaml_text import Value

__all__ = [
    "NOTES",
    "RESULT",
    "TaskFile",
    "append_section",
    "edit_task",
    "get_section",
    "new_task_text",
    "parse_task",
    "read_body",
    "read_task_file",
    "set_section",
    "validate_title",
]

FIELDS: Final = TaskHead.__struct_fields__  # in the order of the file
_ALWAYS: Final = frozenset({"id", "title", "status"})
_SHOWN: Final = "task"
_TYPED: Final = frozenset({"priority", "budget_minutes", "requires_review"})
_COLLABORATION: Final = ("delegation", "collaboration")
_MEASURE_NUMBERS: Final = (("measure", "min_gain"), ("measure", "target"))
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")


class TaskFile(NamedTuple):
    """A task file taken apart: `text` is exactly what lies on disk, `task` what it says.

    `text[head_start:head_end]` is the YAML between the fences, `text[body_start:]` the body.
    """

    text: str
    head_start: int
    head_end: int
    body_start: int
    task: Task


def parse_task(path: str, content: bytes) -> Task:
    """What the file at `path` says; its body as it stands, without the one blank line below the frontmatter.

    Unquoted dates, numbers and booleans in text fields are the text as written; an empty value clears a field.
    Raises DocumentError with file:line for a file that no reader or editor could be sure about.
    """
    return read_task_file(path, content).task


def read_body(path: str, content: bytes) -> str:
    """The body that `parse_task` would give, whatever the frontmatter says; raises DocumentError for a file without parts."""
    text, _, _, body_start = take_apart(path, content)
    return _body_at(text, body_start)


def read_task_file(path: str, content: bytes) -> TaskFile:
    """The file at `path`, taken apart; raises DocumentError as `parse_task` does."""
    found = _read(path, content)
    expected = os.path.basename(path)
    if f"{found.task.id}.md" != expected:
        line = 1 + found.text.count("\n", 0, max(found.text.find("id:", found.head_start), 0))
        raise DocumentError(path, line, f"`id` is {found.task.id}, the file is {expected}", "one of them is wrong")
    return found


def new_task_text(task: TaskHead, body: str) -> bytes:
    """The file of a new task: keys in the order of the model, defaults left out, `body` below.

    Raises OpenclawError for what the model does not allow.
    """
    from openclaw_hooks.tasks.yaml_edit import write_entry

    validate_title(task.title)
    values = ((name, _as_value(name, getattr(task, name))) for name in FIELDS)
    head = "".join(write_entry(name, value) for name, value in values if value is not None)
    text = f"{FENCE}\n{head}{FENCE}\n" + (f"\n{body}" if body else "")
    return _checked(text, {**_fields_of(task), "body": body})


def edit_task(content: bytes, changes: Mapping[str, object]) -> bytes:
    """`content` with fields of the model set to new values (`body` too); every other byte stays.

    A field that already has its value is left as written, one that gets its default loses its line. Raises
    OpenclawError for a field or value that the model does not have, DocumentError for a file that does not parse.
    """
    from openclaw_hooks.tasks.plain_edit import edit_plain_head
    from openclaw_hooks.tasks.yaml_edit import set_keys

    found = _read(_SHOWN, content)
    new = {name: tuple(value) if isinstance(value, list) else value for name, value in changes.items()}
    wanted = {name: value for name, value in new.items() if _present(found.task, name) != value}
    if "id" in wanted:
        raise OpenclawError(f"the id of {found.task.id} cannot change", "make a new task")
    if "title" in wanted:
        validate_title(str(wanted["title"]))
    if not wanted:
        return content
    values = {name: _as_value(name, value) for name, value in wanted.items() if name != "body"}
    head = found.text[found.head_start : found.head_end]
    try:
        edited = edit_plain_head(head, values, FIELDS, _is_typed) or set_keys(head, values, FIELDS)
    except DocumentError as error:
        raise DocumentError(f"{TASKS_FOLDER}/{found.task.id}.md", error.line + 1, error.reason, error.hint) from error
    top = found.text[: found.head_start] + edited + found.text[found.head_end : found.body_start]
    below = found.text[found.body_start :]
    text = _with_body(top, below, str(wanted["body"])) if "body" in wanted else top + below
    return _checked(text, {**_fields_of(found.task), "body": found.task.body, **wanted})


def validate_title(title: str) -> str:
    """`title`, unchanged; raises OpenclawError unless it is one line of 1 to 200 characters without control characters."""
    if not title.strip():
        raise OpenclawError("a task needs a title", "one line that says what is to be done")
    if len(title) > MAX_TITLE:
        raise OpenclawError(f"the title has {len(title)} characters", f"at most {MAX_TITLE}; the rest fits in the body")
    if found := _CONTROL.search(title):
        raise OpenclawError(f"the title holds a control character: U+{ord(found[0]):04X}", "write it on one line")
    return title


def _fields_of(task: TaskHead) -> dict[str, object]:
    return {name: getattr(task, name) for name in FIELDS}


def _present(task: Task, name: str) -> object:
    if name not in FIELDS and name != "body":
        raise OpenclawError(f"a task has no field `{name}`", f"known: {', '.join(FIELDS)}, body")
    return getattr(task, name)


def _as_value(name: str, value: object) -> Value | None:
    """`value` as YAML holds it; None for a default, which is not written."""
    import msgspec

    if name not in _ALWAYS and value == _default(name):
        return None
    built = msgspec.to_builtins(value)
    return tuple(built) if isinstance(built, list) else built


def _default(name: str) -> object:
    return getattr(_BLANK, name)


def _read(path: str, content: bytes) -> TaskFile:
    text, head_start, head_end, body_start = take_apart(path, content)
    task = _read_head(path, text[head_start:head_end], _body_at(text, body_start))
    return TaskFile(text, head_start, head_end, body_start, task)


def _read_head(path: str, head: str, body: str) -> Task:
    import msgspec

    plain = read_plain_head(head, _is_typed)
    if plain is not None:
        try:
            task = msgspec.convert(_without_empty(plain, body), Task)
            validate_title(task.title)
            return task
        except (msgspec.ValidationError, OpenclawError):
            pass  # below, where lines are known
    document = parse_yaml(path, head, first_line=2, is_typed=_is_typed)
    if isinstance(document.value, dict):
        document = document._replace(value=_without_empty(document.value, body))
    task = decode(document, Task)
    try:
        validate_title(task.title)
    except OpenclawError as error:
        raise document.error(("title",), error.message, error.hint) from error
    return task


def _is_typed(keys: KeyPath) -> bool:
    return (len(keys) == 1 and keys[0] in _TYPED) or keys[:2] == _COLLABORATION or keys in _MEASURE_NUMBERS


def _without_empty(values: Mapping[str, object], body: str) -> dict[str, object]:
    """`values` and the body; an empty value says the same as no key, and a key `body` is somebody else's."""
    return {**_filled(values), "body": body}


def _filled(values: Mapping[str, object]) -> dict[str, object]:
    return {
        key: _filled(value) if isinstance(value, dict) else value for key, value in values.items() if value is not None
    }


def _body_at(text: str, start: int) -> str:
    for blank in ("\n", "\r\n"):
        if text.startswith(blank, start):
            return text[start + len(blank) :]
    return text[start:]


def _with_body(top: str, below: str, body: str) -> str:
    """`top`, which ends with the closing fence's line, with `body` instead of what stands `below` it."""
    line_end = "\r\n" if top.endswith("\r\n") else "\n"
    closed = top if top.endswith("\n") else top + line_end
    if not body:
        return closed
    blank = below[: len(below) - len(_body_at(below, 0))]
    if not blank and (not below or body.startswith(("\n", "\r\n"))):
        blank = line_end  # a body that begins with a blank line would lose it
    return closed + blank + body


def _checked(text: str, expected: Mapping[str, object]) -> bytes:
    """`text` as the bytes of a file; raises OpenclawError unless it reads back as `expected`."""
    try:
        content = text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise OpenclawError("a text holds half of a surrogate pair", "write whole characters") from error
    try:
        task = _read(_SHOWN, content).task
    except DocumentError as error:  # its line is that of a file that nobody will see
        raise OpenclawError(error.reason, error.hint) from error
    for name, value in expected.items():
        if getattr(task, name) != value:
            raise OpenclawError(f"`{name}` cannot be {value!r:.80}", "it would not read back as it is")
    return content


_BLANK: Final = TaskHead(id="", title="", status="")  # type: ignore[arg-type]  # only its defaults are read
