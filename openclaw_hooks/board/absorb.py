"""What becomes of a file that somebody edited by hand: decided from its content before and after.

Who edited it is not known, only who runs the next command. So nothing that takes a person or a claim's holder can be
done by hand, whatever that command's own rights are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from openclaw_hooks.documents import FENCE, DocumentError
from openclaw_hooks.errors import OpenclawError
from openclaw_hooks.files import display_path
from openclaw_hooks.tasks.gate import BOUND_FIELDS, GATE_FIELDS, judge_gate, loosens_gate, widens_bounds
from openclaw_hooks.tasks.model import TASKS_FOLDER, Status, Task
from openclaw_hooks.tasks.moves import IllegalMoveError, Right, require_move

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

# What commands keep; `id` is held by the name of the file.
LINKS: Final = ("plan", "subtask", "recovers", "recovered_by", "approval", "origin", "sync")
TASK_KEPT: Final = (*LINKS, "created", "created_by")
TASK_EMPTY: Final = (*LINKS, "owner")  # in a task made by hand
# What says what the work is; a worker may write into the text below it.
TASK_PLANNED: Final = (
    "title",
    "reason",
    "priority",
    "labels",
    "depends_on",
    "scope",
    "role",
    "delegation",
    "requires_review",
    "metric",
    "measure",
    "evaluator",
    "budget_minutes",
    "success_criteria",
)
PLAN_KEPT: Final = ("id", "status", "approval", "created", "created_by", "tasks")
PLAN_FOLDER: Final = "plans/"

BY_COMMAND: Final = {
    Status.CLAIMED: "that takes a lease: openclaw task claim",
    Status.RUNNING: "that takes a lease: openclaw task start",
    Status.COMPLETED: "that takes a result or an approval: openclaw task complete, openclaw task approve",
}
UNOWNED: Final = frozenset({Status.PROPOSED, Status.QUEUED, Status.RELEASED})


class Absorbed(NamedTuple):
    """What to commit (None: nothing), what to write back to disk (None: it stays as it is), and what to tell."""

    content: bytes | None
    disk: bytes | None
    reports: tuple[str, ...]


def judge_edit(base: bytes | None, disk: bytes, path: str, rights: frozenset[Right]) -> Absorbed:
    """What an edit by hand of the file at `path` comes to, when somebody with `rights` runs the next command.

    `base` is what the branch has, None for a new file. What may not be edited by hand is put back and reported, the
    rest stands. A file that does not parse stays as it is and is not committed. A person among `rights` means that a
    person is known to have made the edit: only they may take a review away, or change what a metric measures.
    """
    reports: list[str] = []
    shown = display_path(path)

    def tell(report: str) -> None:
        reports.append(f"{shown}: {report}")

    try:
        if path.startswith(f"{TASKS_FOLDER}/"):
            content = _judge_task(base, disk, path, rights - {Right.OWNER}, tell)
        elif path.startswith(PLAN_FOLDER):
            content = _judge_plan(base, disk, path, tell)
        else:
            content = disk
    except OpenclawError as error:
        if isinstance(error, DocumentError):  # what reads YAML alone does not know of which file it is
            error = DocumentError(path, error.line, error.reason, error.hint)
        where = error if isinstance(error, DocumentError) else f"{shown}: {error}"
        return Absorbed(None, None, (f"{where}; not committed until it is mended",))
    return Absorbed(content, None if content == disk else content, tuple(reports))


def _judge_task(
    base: bytes | None, disk: bytes, path: str, rights: frozenset[Right], tell: Callable[[str], None]
) -> bytes:
    from openclaw_hooks.tasks.markdown import parse_task

    old = _try_parse(path, base)
    if base is None or old is None:
        return disk if base is not None else _judge_birth(disk, parse_task(path, disk), rights, tell)
    try:
        content = _restore_keys(base, disk, path, tell)
    except OpenclawError:
        content = disk
    new = parse_task(path, content)
    back: dict[str, object] = {}
    for name in TASK_KEPT:
        if getattr(new, name) != getattr(old, name):
            back[name] = getattr(old, name)
            tell(f"`{name}` is not edited by hand and is put back")
    if Right.LEAD not in rights:
        for name in TASK_PLANNED:
            if getattr(new, name) != getattr(old, name):
                back[name] = getattr(old, name)
                tell(f"`{name}` is for the lead to edit and is put back")
    back.update(_judge_state(old, new, rights - {Right.HUMAN}, tell))
    if Right.HUMAN not in rights and loosens_gate(old, new):
        back.update({name: getattr(old, name) for name in GATE_FIELDS if getattr(new, name) != getattr(old, name)})
        tell(f"{_show_gate(old)}, which is not edited away by hand: a person runs openclaw task edit {old.id}")
    if Right.HUMAN not in rights and widens_bounds(old, new):
        back.update({name: getattr(old, name) for name in BOUND_FIELDS if getattr(new, name) != getattr(old, name)})
        tell(f"its scope and role are not widened by hand: a person runs openclaw task edit {old.id}")
    return _edit(content, back)


def _show_gate(task: Task) -> str:
    gate = judge_gate(task)
    return f"it is reviewed ({gate.reason})" if gate.needs_review else f"its metric is `{task.metric}`"


def _judge_state(old: Task, new: Task, rights: frozenset[Right], tell: Callable[[str], None]) -> dict[str, object]:
    """The fields of status and owner that must be other than the edit has them."""
    if new.status is not old.status and (reason := _refusal(old.id, old.status, new.status, rights)):
        tell(f"{old.status} -> {new.status} is put back: {reason}")
        return {"status": old.status, "owner": old.owner, "reason": old.reason}
    owner = "" if new.status is not old.status and new.status in UNOWNED else old.owner
    if new.owner not in (owner, old.owner):
        tell("`owner` is put back: a task is somebody's by claiming it, openclaw task claim")
    return {"owner": owner}


def _judge_birth(disk: bytes, task: Task, rights: frozenset[Right], tell: Callable[[str], None]) -> bytes:
    rights -= {Right.HUMAN}
    back: dict[str, object] = {}
    for name in TASK_EMPTY:
        if value := getattr(task, name):
            back[name] = type(value)() if isinstance(value, str) else None
            tell(f"`{name}` is not set by hand and is taken out")
    if reason := _refusal(task.id, None, task.status, rights):
        back["status"] = Status.QUEUED if Right.LEAD in rights else Status.PROPOSED
        tell(f"begins as {back['status']}, not {task.status}: {reason}")
    return _edit(disk, back)


def _refusal(task_id: str, old: Status | None, new: Status, rights: frozenset[Right]) -> str:
    """Why a task may not be moved so by hand, empty when it may."""
    if new in BY_COMMAND:
        return BY_COMMAND[new]
    try:
        require_move(task_id, old, new, rights)
    except IllegalMoveError as error:
        return str(error)
    return ""


def _judge_plan(base: bytes | None, disk: bytes, path: str, tell: Callable[[str], None]) -> bytes:
    from openclaw_hooks.board.merge.fields import read_fields

    name = path.removeprefix(PLAN_FOLDER).removesuffix(".yaml")
    if base is None or not _is_readable(path, base):  # what a raw commit broke begins anew as a draft
        found = read_fields(path, disk, {}).value_of("id")
        if found != repr(name):
            raise DocumentError(path, 1, f"`id` is {found or 'missing'}, the file is {name}.yaml")
        start = f"id: {name}\nstatus: draft\n".encode()
        return _restore_keys(start, disk, path, tell, ("status", "approval", "tasks", *_loosened(disk, path)))
    return _restore_keys(base, disk, path, tell, (*PLAN_KEPT, *_loosened(disk, path)))


def _is_readable(path: str, content: bytes) -> bool:
    from openclaw_hooks.board.merge.fields import read_fields

    try:
        read_fields(path, content, {})
    except DocumentError:
        return False
    return True


def _loosened(disk: bytes, path: str) -> tuple[str, ...]:
    """The key by which a plan would start without anybody's approval; that it needs one, a hand may well write."""
    from openclaw_hooks.board.merge.fields import read_fields

    return () if read_fields(path, disk, {}).value_of("requires_approval") in ("", "True") else ("requires_approval",)


def _restore_keys(base: bytes, disk: bytes, path: str, tell: Callable[[str], None], kept: Iterable[str] = ()) -> bytes:
    """`disk` with the keys that `base` has and it lacks, and those of `kept` as `base` has them."""
    from openclaw_hooks.tasks.markdown import FIELDS
    from openclaw_hooks.tasks.yaml_edit import get_keys, put_entry

    start, end, text = _head(path, disk)
    old_start, old_end, old_text = _head(path, base)
    head, old = text[start:end], get_keys(old_text[old_start:old_end])
    present = get_keys(head)
    order = list(old) if path.startswith(PLAN_FOLDER) else FIELDS
    for key in old:
        if key not in present:
            head = put_entry(head, key, old[key], order)
            tell(f"key `{key}` had vanished and is restored (empty its value to clear it)")
    for key in kept:
        if key in present and present[key].strip() != old.get(key, "").strip():
            head = put_entry(head, key, old.get(key), order)
            tell(f"`{key}` is not edited by hand and is put back")
    return (text[:start] + head + text[end:]).encode()


def _head(path: str, content: bytes) -> tuple[int, int, str]:
    """Where the YAML of a file begins and ends in its text; the text ends as its lines do."""
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise DocumentError(path, content.count(b"\n", 0, error.start) + 1, "not valid UTF-8") from error
    start = 1 if text.startswith("\ufeff") else 0
    if not path.endswith(".md"):
        return start, len(text), text
    at = first = text.find("\n", start) + 1
    if not first or text[start:first].rstrip() != FENCE:
        raise DocumentError(path, 1, "no frontmatter", f"start the file with a line `{FENCE}`")
    for line in text[first:].splitlines(keepends=True):
        if line.rstrip() == FENCE:
            return first, at, text
        at += len(line)
    raise DocumentError(path, 1, "frontmatter is never closed", f"end it with a line `{FENCE}`")


def _try_parse(path: str, content: bytes | None) -> Task | None:
    from openclaw_hooks.tasks.markdown import parse_task

    if content is None:
        return None
    try:
        return parse_task(path, content)
    except DocumentError:
        return None


def _edit(content: bytes, changes: dict[str, object]) -> bytes:
    from openclaw_hooks.tasks.markdown import edit_task

    return edit_task(content, changes)
