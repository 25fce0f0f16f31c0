"""The one door for every change of the board: what follows for plans is part of the same commit."""

from __future__ import annotations

import re
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final, NamedTuple

from openclaw_hooks.board.snapshot import plan_path
from openclaw_hooks.board.store import edit_board
from openclaw_hooks.tasks.model import ACTIVE, TASKS_FOLDER
from openclaw_hooks.tasks.moves import Right

if TYPE_CHECKING:
    from collections.abc import Container, Iterator, Mapping, Sequence

    from openclaw_hooks.board.actor import Actor
    from openclaw_hooks.board.approving.approvals import Subject
    from openclaw_hooks.board.leases.lease import Lease
    from openclaw_hooks.board.place import Board
    from openclaw_hooks.board.store import Edit
    from openclaw_hooks.plans.claims import Claims, RefClaims
    from openclaw_hooks.plans.model import PlanFile
    from openclaw_hooks.plans.work import Work
    from openclaw_hooks.roles.model import Role
    from openclaw_hooks.tasks.model import Approval, Task


# The status of a plan that may have something to do, as its file has it.
UNDER_WAY: Final = re.compile(rb"(?m)^status: *['\"]?(?:draft|approved|executing)\b")


@contextmanager
def change_board(board: Board, actor: Actor, claims: RefClaims | None = None) -> Iterator[Edit]:
    """A change of the board that is committed when the block ends; an exception commits nothing.

    Every plan whose tasks or file it changes is advanced as far as it goes, in the same commit: no plan waits because
    somebody forgot to tell it. Claims of tasks that nobody works on any more are given back after it; without `claims`
    in this clone only.
    """
    from openclaw_hooks.plans.claims import RefClaims

    claims = claims or RefClaims(board.repo)
    ended: list[Lease] = []
    with edit_board(board, actor) as edit:
        before = dict(edit.snapshot.tasks)
        yield edit
        advance_plans(edit, before, claims)
        ended = ended_leases(edit, before, claims)
    for lease in ended:
        claims.end(lease)
    if Right.HUMAN in actor.rights:
        _tell_claims(edit)


def advance_plans(edit: Edit, before: Mapping[str, Task], claims: Claims, roles: Sequence[Role] | None = None) -> None:
    """Advances every plan that this edit touches; `before` has the tasks as they were, at least those that changed.

    `roles` are those of the repository, where somebody has read them already.
    """
    touched = touched_plans(edit, before)
    if touched:
        from openclaw_hooks.plans.dispatch import advance_plan
        from openclaw_hooks.roles.late import LateRoles

        roles = roles if roles is not None else LateRoles(edit.board.repo.top or None)
        for plan_id in sorted(touched):
            advance_plan(edit, plan_id, roles, claims)


def touched_plans(edit: Edit, before: Mapping[str, Task]) -> set[str]:
    """The ids of the plans whose file or whose tasks are among the changes of `edit`."""
    touched = set()
    for path in edit.changes:
        folder, _, name = path.rpartition("/")
        stem = name.partition(".")[0]
        if folder == TASKS_FOLDER:
            versions = (before.get(stem), edit.snapshot.tasks.get(stem))
            touched |= {task.plan for task in versions if task and task.plan}
        else:
            touched.add(stem)
    return touched & set(edit.snapshot.plans)


def ended_leases(edit: Edit, before: Mapping[str, Task], claims: Claims) -> list[Lease]:
    """The claims of the tasks that have moved and that nobody works on now; also of one claimed and finished in one step."""
    names = (path.rpartition("/")[2].partition(".")[0] for path in edit.changes if path.startswith(TASKS_FOLDER))
    after = edit.snapshot.tasks
    over = [name for name in names if name in after and after[name].status not in ACTIVE]
    moved = [name for name in over if name in before and before[name].status is not after[name].status]
    found = [claims.read(name) for name in moved]
    return [lease for lease in found if lease]


def _tell_claims(edit: Edit) -> None:
    """What a person changed of a claimed task holds from now on; an agent cannot widen its own scope so."""
    from msgspec.structs import replace

    from openclaw_hooks.board.leases.held import held_lease, save_held

    state_dir = edit.board.repo.state_dir
    for path in edit.changes:
        task = edit.snapshot.tasks.get(path.rpartition("/")[2].partition(".")[0])
        held = held_lease(state_dir, task.id) if task else None
        if task and held:
            told = replace(held, title=task.title, scope=task.scope, role=task.role, metric=task.metric)
            if told != held:
                save_held(state_dir, told)


def tell_followed(edit: Edit, without: Container[str] = ()) -> list[str]:
    """What an edit did beyond the tasks `without`, in the words of its commit but for who did it."""
    lines = []
    for line in edit.lines:
        words = line.removeprefix("task ").removeprefix("plan ").replace(f" ({edit.actor.name})", "", 1)
        name = words.partition(" ")[0]
        task = edit.snapshot.tasks.get(name)
        recovers = f" (recovers {task.recovers})" if task and task.recovers else ""
        if name not in without:
            lines.append(words + recovers)
    return lines


def settle_plans(board: Board, actor: Actor) -> Edit:
    """The change that every plan under way comes to: for when tasks were changed by a merge, and not through this door."""
    from openclaw_hooks.plans.claims import RefClaims
    from openclaw_hooks.plans.dispatch import advance_plan
    from openclaw_hooks.roles.late import LateRoles

    claims = RefClaims(board.repo)
    with change_board(board, actor, claims) as edit:
        for plan_id, content in sorted(edit.snapshot.plans.items()):
            if UNDER_WAY.search(content):
                advance_plan(edit, plan_id, LateRoles(board.repo.top or None), claims)
    return edit


class PlanWork(NamedTuple):
    """A plan open for a decision."""

    board: Board
    actor: Actor
    edit: Edit
    plan: PlanFile


@contextmanager
def open_plan(board: Board, actor: Actor, name: str) -> Iterator[PlanWork]:
    """The plan that `name` means, advanced and committed when the block ends; raises OpenclawError without one."""
    from openclaw_hooks.plans.claims import RefClaims
    from openclaw_hooks.plans.dispatch import advance_plan
    from openclaw_hooks.plans.store import parse_plan
    from openclaw_hooks.roles.late import LateRoles
    from openclaw_hooks.tasks.ids import find_id

    claims = RefClaims(board.repo)
    with change_board(board, actor, claims) as edit:
        plan_id = find_id(name, edit.snapshot.plans)
        yield PlanWork(board, actor, edit, parse_plan(plan_path(plan_id), edit.snapshot.plans[plan_id]))
        advance_plan(edit, plan_id, LateRoles(board.repo.top or None), claims)


def approve_plan(work: PlanWork, key: str = "", given: Approval | None = None) -> None:
    """Approve a draft in a person's name, signed where the settings ask for it; raises RefusedError.

    `given` is an approval that the person made on another machine; it is verified, and none is made here.
    """
    from openclaw_hooks.board.approving.approvals import Subject
    from openclaw_hooks.board.approving.content_hash import Kind
    from openclaw_hooks.plans import lifecycle
    from openclaw_hooks.plans.dispatch import write_plan
    from openclaw_hooks.plans.model import PlanStatus
    from openclaw_hooks.tasks.moves import IllegalMoveError

    lifecycle.require_plan_move(work.plan, PlanStatus.APPROVED)
    _refuse_broken_edit(work)
    subject = Subject(Kind.PLAN, work.plan.id, work.edit.content(plan_path(work.plan.id)))
    approval = approve_subject(work, subject, key, given)
    if Right.HUMAN not in work.actor.rights:
        raise IllegalMoveError(f"{work.plan.id}: approving is for a person, not for a worker")
    write_plan(work.edit, work.plan, lifecycle.approve_plan(work.plan, approval))


def approve_subject(work: Work | PlanWork, subject: Subject, key: str, given: Approval | None) -> Approval:
    """The approval of `subject`: made here, or `given` after it was verified; raises RefusedError."""
    from openclaw_hooks.board.approving.approvals import make_approval, take_approval

    if given is None:
        return make_approval(work.board.repo, subject, work.actor, key)
    return take_approval(work.board.repo, subject, work.actor, given, work.edit.policy)


def _refuse_broken_edit(work: PlanWork) -> None:
    """Raises DocumentError when an edit by hand cannot be read: what the person means to approve is not what counts."""
    from openclaw_hooks.plans.store import parse_plan

    path = plan_path(work.plan.id)
    edited = work.edit.on_disk(path)
    if edited is not None:
        parse_plan(path, edited)


def abort_plan(work: PlanWork, reason: str) -> None:
    """End a plan; what is not finished is cancelled. Raises RefusedError when it has ended or for a worker."""
    from openclaw_hooks.plans import lifecycle
    from openclaw_hooks.plans.dispatch import write_plan
    from openclaw_hooks.tasks.moves import IllegalMoveError

    if not work.actor.rights & {Right.LEAD, Right.HUMAN}:
        raise IllegalMoveError(f"{work.plan.id}: aborting is for the lead, not for a worker")
    write_plan(work.edit, work.plan, lifecycle.abort_plan(work.plan, reason or f"aborted by {work.actor.name}"))
