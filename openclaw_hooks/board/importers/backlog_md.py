"""Tasks of Backlog.md: markdown files with frontmatter, one a task, in the folders of `backlog/`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from msgspec import Struct

from openclaw_hooks.board.importers.model import (
    Imported,
    Reading,
    State,
    convert_record,
    make_origin,
    new_reading,
    to_labels,
    to_utc,
    write_facts,
)
from openclaw_hooks.documents import FENCE, DocumentError, parse_yaml, read_text

if TYPE_CHECKING:
    from collections.abc import Mapping

TOOL: Final = "backlog"
DONE_FOLDER: Final = "completed"
DRAFT_FOLDER: Final = "drafts"
FOLDERS: Final = ("tasks", DONE_FOLDER, DRAFT_FOLDER)  # what lies in `archive` was given up

# Statuses are free text there; these are the shipped ones and the usual others.
STATES: Final = {
    "": State.OPEN,
    "to do": State.OPEN,
    "todo": State.OPEN,
    "backlog": State.OPEN,
    "ready": State.OPEN,
    "blocked": State.OPEN,
    "draft": State.DRAFT,
    "in progress": State.ACTIVE,
    "doing": State.ACTIVE,
    "review": State.ACTIVE,
    "in review": State.ACTIVE,
    "done": State.DONE,
    "completed": State.DONE,
    "won't do": State.DROPPED,
    "cancelled": State.DROPPED,
    "canceled": State.DROPPED,
}
PRIORITIES: Final = {"": 0, "critical": 20, "high": 10, "medium": 0, "low": -10}

_CRITERIA: Final = re.compile(
    r"^## Acceptance Criteria\b.*?$(.*?)(?=^## |\Z)", re.MULTILINE | re.DOTALL | re.IGNORECASE
)
_CHECKBOX: Final = re.compile(r"^\s*[-*] \[[ xX]\] (?:#\d+ )?(.+)$", re.MULTILINE)
_HANDLES: Final = re.compile(r"^\s*(?:assignee|reporter):|^\s*- @")
_HANDLE: Final = re.compile(r"(?<![\w\"'@])@[^\s,\]\"']+")
_NUMBER: Final = re.compile(r"\d+(?:\.\d+)*$")


class Head(Struct, frozen=True):
    """The frontmatter, as far as it has a place on our board; all scalars are read as text."""

    id: str
    title: str
    status: str | None = ""
    labels: tuple[str, ...] | str | None = ()
    dependencies: tuple[str, ...] | str | None = ()
    parent_task_id: str | None = ""
    parent: str | None = ""
    priority: str | None = ""
    type: str | None = ""
    created_date: str | None = ""
    reporter: str | None = ""


PLACED: Final = frozenset(Head.__struct_encode_fields__) - {"status"}


def read_backlog_md(files: Mapping[str, bytes]) -> Reading:
    """The tasks in `files`, by path; the name of a file's folder says whether it is done or a draft."""
    reading = new_reading()
    seen: dict[str, str] = {}
    for path, content in sorted(files.items()):
        try:
            found = _read_task(reading, path, content)
        except DocumentError as error:
            reading.skip(error)
            continue
        if found.origin in seen:
            reading.warn(path, 1, f"skipped: {found.origin} is also in {seen[found.origin]}")
            continue
        seen[found.origin] = path
        reading.imported.append(found)
    known = _by_number(seen)
    reading.imported[:] = [_resolve(found, seen, known) for found in reading.imported]
    return reading


def _read_task(reading: Reading, path: str, content: bytes) -> Imported:
    head, body, first = _split(path, content.decode("utf-8", "replace"), content)
    document = parse_yaml(path, head, first_line=2, is_typed=lambda _: False)
    where = (path, document.line_of(("id",)))
    task = convert_record(where, document.value, Head)
    folder = path.split("/")[-2] if "/" in path else ""
    state = STATES.get((task.status or "").strip().lower())
    if state is None:
        reading.warn(path, document.line_of(("status",)), f"status `{task.status}` is not known; taken as open")
    priority = PRIORITIES.get((task.priority or "").strip().lower())
    if priority is None:
        reading.warn(path, document.line_of(("priority",)), f"priority `{task.priority}` is not known; taken as medium")
    rest: dict[str, Any] = {key: value for key, value in document.value.items() if key not in PLACED}
    facts = {**rest, "priority": task.priority if priority is None else ""}
    return Imported(
        origin=_origin(task.id, where),
        path=path,
        line=first,
        title=task.title,
        body=write_facts(body, facts),
        state=_judge_state(folder, state or State.OPEN),
        priority=priority or 0,
        labels=to_labels([*_texts(task.labels), task.type or ""]),
        depends_on=tuple(_origin(name, where) for name in _texts(task.dependencies)),
        parent=_origin(name, where) if (name := task.parent_task_id or task.parent or "") else "",
        success_criteria=_read_criteria(body),
        created=to_utc(task.created_date or ""),
        created_by=task.reporter or "",
    )


def _judge_state(folder: str, state: State) -> State:
    if folder == DONE_FOLDER:
        return state if state is State.DROPPED else State.DONE
    return State.DRAFT if folder == DRAFT_FOLDER else state


def _read_criteria(body: str) -> tuple[str, ...]:
    found = _CRITERIA.search(body)
    return tuple(text.strip() for text in _CHECKBOX.findall(found[1]) if text.strip()) if found else ()


def _split(path: str, text: str, content: bytes) -> tuple[str, str, int]:
    """The frontmatter, the body exactly as it stands, and the line of the frontmatter's first key."""
    read_text(path, content)  # refuses what is too large or not UTF-8
    text = text.removeprefix("\ufeff")
    opening = re.match(rf"{FENCE}[ \t]*\r?\n", text)
    closing = re.compile(rf"^{FENCE}[ \t]*(?:\r?\n|\Z)", re.MULTILINE).search(text, opening.end()) if opening else None
    if opening is None or closing is None:
        raise DocumentError(path, 1, "no frontmatter", "is it a task of Backlog.md?")
    head = text[opening.end() : closing.start()].replace("\r\n", "\n")
    body = re.sub(r"\A\r?\n", "", text[closing.end() :])
    return "".join(map(_quote_handles, head.splitlines(keepends=True))), body, 2


def _quote_handles(line: str) -> str:
    """Its files may hold `assignee: @ada` or `[@ada, @bob]`, which is no YAML: a plain value cannot begin with `@`."""
    return _HANDLE.sub(lambda found: f'"{found[0]}"', line) if _HANDLES.match(line) and '"' not in line else line


def _texts(value: tuple[str, ...] | str | None) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) and value else tuple(value or ())


def _origin(foreign_id: str, where: tuple[str, int]) -> str:
    # Its versions differ in the case of ids; the same task must stay the same.
    return make_origin(TOOL, foreign_id.strip().lower(), where)


def _by_number(origins: Mapping[str, str]) -> dict[str, str]:
    """The task that has a number alone: ids get another prefix when a project is renamed, mentions of them do not."""
    found: dict[str, list[str]] = {}
    for origin in origins:
        if (number := _NUMBER.search(origin)) and not origin.startswith(f"{TOOL}:draft-"):  # drafts count on their own
            found.setdefault(number[0], []).append(origin)
    return {number: names[0] for number, names in found.items() if len(names) == 1}


def _resolve(task: Imported, known: Mapping[str, str], by_number: Mapping[str, str]) -> Imported:
    def resolve(origin: str) -> str:
        number = _NUMBER.search(origin)
        return origin if origin in known or not number else by_number.get(number[0], origin)

    depends_on = tuple(dict.fromkeys(map(resolve, task.depends_on)))
    return task._replace(depends_on=depends_on, parent=resolve(task.parent) if task.parent else "")
