"""Tasks that nodes propose or make: nothing of what the board itself keeps about a task is taken from the sender."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from openclaw_hooks.board.absorb import judge_edit
from openclaw_hooks.board.leases.held import stamp
from openclaw_hooks.board.snapshot import task_path
from openclaw_hooks.errors import OpenclawError, RefusedError
from openclaw_hooks.mesh.state.accept import count_open, judge_proposal
from openclaw_hooks.mesh.state.board_state import MESH_ORIGIN
from openclaw_hooks.tasks.build import Birth, make_head, validate_scope
from openclaw_hooks.tasks.evaluation import check_evaluation
from openclaw_hooks.tasks.graph import refuse_cycle
from openclaw_hooks.tasks.ids import find_id, is_task_id
from openclaw_hooks.tasks.markdown import edit_task, parse_task
from openclaw_hooks.tasks.model import Measure, Mode, Status

if TYPE_CHECKING:
    from openclaw_hooks.mesh.state.turn import Turn

ACCEPTED: Final = "accepted by `mesh.accept`"


class Fields(Struct, frozen=True, forbid_unknown_fields=True):
    """What a sender may say of a task in single values; a file says it as text."""

    title: str
    scope: tuple[str, ...] = ()
    metric: str = ""
    measure: Measure | None = None
    evaluator: tuple[str, ...] = ()
    depends_on: tuple[str, ...] = ()
    role: str = ""
    labels: tuple[str, ...] = ()
    success_criteria: tuple[str, ...] = ()
    priority: int = 0
    budget_minutes: int = 30
    mode: Mode = Mode.AUTO
    plan: str = ""


class ConflictError(RefusedError):
    """The id of something new is taken by something else."""


def propose(turn: Turn) -> None:
    """A task that waits for the lead's word, unless the settings accept it at once."""
    bear(turn, Status.PROPOSED)


def new(turn: Turn) -> None:
    """A task in the queue; a proposal where a node may not put one there."""
    bear(turn, Status.QUEUED if turn.is_lead else Status.PROPOSED)


def bear(turn: Turn, status: Status) -> None:
    """Adds the task that the command brings, once however often it is asked."""
    origin = f"{MESH_ORIGIN}{turn.node}/{turn.request.command.id}"
    known = turn.state.origins.get(origin)
    if known is None:
        _refuse_too_many(turn)
        known = _from_file(turn, origin) if turn.args.content else _from_fields(turn, origin, status)
        _judge(turn, known)
    turn.named = known
    turn.result["task"] = known


def _refuse_too_many(turn: Turn) -> None:
    """Raises RefusedError when the node has as many proposals waiting as it may have."""
    state, most = turn.state, turn.policy.settings.mesh.max_proposals
    mine = (task for origin, task in state.origins.items() if origin.startswith(f"{MESH_ORIGIN}{turn.node}/"))
    if not turn.is_lead and sum(state.tasks[task].status is Status.PROPOSED for task in mine) >= most:
        message = f"{most} proposals of {turn.node} wait already"
        raise RefusedError(
            message, "the lead accepts or rejects them first; `mesh.max_proposals` says how many may wait"
        )


def _from_fields(turn: Turn, origin: str, status: Status) -> str:
    tasks = turn.edit.snapshot.tasks
    fields = _read_fields(turn)
    wanted = turn.request.command.task
    task_id = wanted if is_task_id(wanted) and turn.edit.is_free(wanted) else turn.edit.new_id("T")
    head = make_head(Birth(task_id, status, stamp(turn.request.now), turn.node), fields, tasks)
    return turn.edit.add_task(replace(head, origin=origin), turn.args.body)


def _read_fields(turn: Turn) -> dict[str, object]:
    turn.refuse_long_head(msgspec.json.encode(turn.args.fields).decode())
    try:
        fields = msgspec.convert(turn.args.fields, Fields)
    except msgspec.ValidationError as error:
        raise OpenclawError(f"the task cannot be made so: {error}") from error
    _require_role(turn, fields.role)
    if fields.plan and not turn.is_lead:
        _report(turn, "`plan` is for the lead to set and is taken out")
        fields = replace(fields, plan="")
    if fields.plan:
        fields = replace(fields, plan=find_id(fields.plan, turn.edit.snapshot.plans))
    return {name: getattr(fields, name) for name in fields.__struct_fields__}


def _from_file(turn: Turn, origin: str) -> str:
    """A file that somebody made by hand on their board, under the id that it has there."""
    task_id = turn.request.command.task
    if not is_task_id(task_id):
        raise OpenclawError("the file of a task needs the id of one", "ids look like T-4kf2mz")
    if not turn.edit.is_free(task_id):
        raise ConflictError(f"the id {task_id} was in use before", "give the file another id")
    turn.refuse_long_head(turn.args.content)
    path = task_path(task_id)
    judged = judge_edit(None, turn.args.content.encode(), path, turn.work.actor.rights)
    if judged.content is None:
        raise OpenclawError(judged.reports[0])
    turn.result.setdefault("reports", []).extend(judged.reports)
    own = {"created": stamp(turn.request.now), "created_by": turn.node, "origin": origin}
    content = edit_task(judged.content, own)
    task = parse_task(path, content)
    validate_scope(task.scope)
    check_evaluation(task)
    _require_role(turn, task.role)
    refuse_cycle(turn.edit.snapshot.tasks, task)
    turn.edit.put(path, content)
    turn.edit.say(f"task {task_id} {task.status}: {task.title} ({turn.node})")
    return task_id


def _require_role(turn: Turn, role: str) -> None:
    """Raises OpenclawError for a role that the repository does not have."""
    if role:
        from openclaw_hooks.roles.load import find_role

        find_role(tuple(turn.policy.roles), role)


def _judge(turn: Turn, task_id: str) -> None:
    """Accepts a proposal where the settings say so, and tells why or why not."""
    tasks = turn.edit.snapshot.tasks
    if tasks[task_id].status is not Status.PROPOSED:
        return
    rules = turn.policy.settings.mesh.accept
    open_tasks = count_open(tasks.values(), turn.node) if rules.nodes else 0
    accepted = judge_proposal(tasks[task_id], turn.node, rules, open_tasks)
    turn.result |= {"accepted": accepted.ok, "why": accepted.why}
    if accepted.ok:
        turn.edit.put_task(task_id, {"status": Status.QUEUED}, ACCEPTED)


def _report(turn: Turn, text: str) -> None:
    turn.result.setdefault("reports", []).append(text)
