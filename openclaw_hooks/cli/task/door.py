"""The door that every verb goes through: to the board of this repository, or to the lead of the mesh that it is part of."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import typer

from openclaw_hooks.board.membership import FOLDER
from openclaw_hooks.cli.output import print_json
from openclaw_hooks.cli.task.options import open_place, show_moved, show_reports, task_values, tell_followed
from openclaw_hooks.errors import OpenclawError, RefusedError
from openclaw_hooks.tasks.ids import find_id, is_task_id

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from openclaw_hooks.board.actor import Actor
    from openclaw_hooks.board.leases.held import Held
    from openclaw_hooks.board.leases.lease import Lease
    from openclaw_hooks.board.place import Board
    from openclaw_hooks.mesh.relay.line import Line
    from openclaw_hooks.mesh.wire.messages import Answer
    from openclaw_hooks.plans.work import Work
    from openclaw_hooks.tasks.model import Status, Task


# What an agent run alone does to a task that it has, by its token, or a person with --force.
OF_RUN: Final = frozenset({"start", "complete", "fail", "release", "cancel", "requeue"})


class Deed(NamedTuple):
    """A verb and what it is to do: `act` does it to one task here; the lead of a mesh is sent `verb` with `args`.

    `act` gives back the lease that it made or renewed, or why it went so. `sign` makes what a person adds to the
    arguments for one task on their own machine. `is_local` makes claims within this clone only.
    """

    verb: str
    act: Callable[[Work, str], Lease | str | None]
    args: Mapping[str, Any] = {}
    token: str = ""
    sign: Callable[[Board, Actor, str], Mapping[str, Any]] | None = None
    is_local: bool = False


class Outcome(NamedTuple):
    """A task as it is after a verb, its status before, the lease that was made or renewed, and why it went so."""

    task: Task
    before: Status
    lease: Lease | None = None
    why: str = ""


def tell_move(outcome: Outcome) -> str:
    """How a task moved, in a line."""
    return f"{outcome.task.id} {outcome.before} -> {outcome.task.status}"


def do_deed(
    names: Iterable[str], how: tuple[str, bool], deed: Deed, tell: Callable[[Outcome], str] = tell_move
) -> list[Outcome]:
    """Do a verb to every task of `names` and tell it; `how`: name to act in, whether as JSON.

    On this board it is done to all or to none. A mesh is asked for one after the other: what was done before an error is
    told before it is raised.
    """
    as_name, as_json = how
    board, actor = open_place(as_name)
    wanted = list(dict.fromkeys(names))
    line = find_line(board, actor)
    if line is None:
        return _do_here(board, actor, (wanted, as_json), deed, tell)
    if deed.is_local:
        raise RefusedError("in a mesh the lead decides who has a task", "leave out --local")
    return _Errand(line, board, deed, tell).run(wanted, as_json)


def find_line(board: Board, actor: Actor) -> Line | None:
    """The line to the lead of the mesh; None where the board of this repository is the whole of it."""
    if not os.path.isdir(os.path.join(board.repo.state_dir, FOLDER)):
        return None  # the usual case, for the price of one look
    from openclaw_hooks.mesh.relay.line import open_line

    return open_line(board.repo, actor)


def find_task(board: Board, name: str) -> str:
    """The whole id that `name` means, by what this board knows; a whole id may be known to the lead alone."""
    from openclaw_hooks.board.store import read_board

    return name if is_task_id(name) else find_id(name, read_board(board).tasks)


def _do_here(
    board: Board, actor: Actor, wanted: tuple[list[str], bool], deed: Deed, tell: Callable[[Outcome], str]
) -> list[Outcome]:
    from openclaw_hooks.board.leases.lease import Lease
    from openclaw_hooks.plans.work import open_work

    names, as_json = wanted
    with open_work(board, actor, deed.is_local) as work:
        before = {name: work.find(name) for name in names}
        gained = {name: deed.act(work, name) for name in names}
    show_reports(work.edit.reports)
    done = []
    for name, old in before.items():
        gain = gained[name]
        lease, why = (gain, "") if isinstance(gain, Lease) else (None, gain or "")
        done.append(Outcome(work.edit.snapshot.tasks[old.id], old.status, lease, why))
    followed = tell_followed(work.edit, without={old.id for old in before.values()})
    show_moved([outcome.task for outcome in done], [*map(tell, done), *followed], as_json)
    return done


class _Errand:
    """A verb on its way to the lead, task by task, and what came of it so far."""

    def __init__(self, line: Line, board: Board, deed: Deed, tell: Callable[[Outcome], str]) -> None:
        self.line = line
        self.board = board
        self.deed = deed
        self.tell = tell
        self.done: list[Outcome] = []
        self.queued: list[Answer] = []
        self.told: list[str] = []

    def run(self, names: list[str], as_json: bool) -> list[Outcome]:
        """What was done; raises what the first failure ends with, after what was done before it is told."""
        wanted = dict.fromkeys(find_task(self.board, name) for name in names)
        try:
            for task_id in wanted:
                self._ask(task_id)
        except OpenclawError:
            if self.told:
                self._show(as_json)
            raise
        self._show(as_json)
        return self.done

    def _ask(self, task_id: str) -> None:
        from openclaw_hooks.board.leases.held import held_lease
        from openclaw_hooks.mesh.relay.line import QUEUED, TakenError, send

        deed = self.deed
        args = dict(deed.args)
        if deed.sign:
            args |= deed.sign(self.board, self.line.actor, task_id)
        held = held_lease(self.line.repo.state_dir, task_id)
        if held and held.run:
            self._refuse_run(held)
        try:
            answer = send(self.line, deed.verb, task_id, args, deed.token or (held.token if held else ""))
        except TakenError as error:
            raise self._find_own(task_id) or error from error
        if answer.result.get(QUEUED):
            self.queued.append(answer)
            self.told += answer.lines
            return
        outcome = read_outcome(answer, task_id)
        keep_claim(self.line, outcome)
        show_reports(map(str, answer.result.get("reports", ())))
        self.done.append(outcome)
        self.told += [self.tell(outcome), *answer.lines]

    def _refuse_run(self, held: Held) -> None:
        """Raises RefusedError for a verb that is for the run alone that has the task."""
        from openclaw_hooks.board.leases.claims import describe_run
        from openclaw_hooks.board.leases.held import is_inside

        deed = self.deed
        is_forced = bool(deed.args.get("force")) or deed.verb == "cancel"
        may = bool(deed.token) or (is_forced and not self.line.actor.agent)
        if deed.verb in OF_RUN and (not may or is_inside(held)):
            raise describe_run(held)

    def _find_own(self, task_id: str) -> RefusedError | None:
        """That this very clone has the task, and where; None when it is somebody else's."""
        from openclaw_hooks.board.leases.claims import describe_taken, read_lease
        from openclaw_hooks.board.leases.held import held_lease

        lease, held = read_lease(self.line.repo, task_id), held_lease(self.line.repo.state_dir, task_id)
        return describe_taken(self.line.repo, lease) if lease and held and lease.token == held.token else None

    def _show(self, as_json: bool) -> None:
        if as_json and self.queued:
            show_queued(self.queued, self.deed.verb, [outcome.task for outcome in self.done])
            return
        show_moved([outcome.task for outcome in self.done], self.told, as_json)


def read_outcome(answer: Answer, task_id: str) -> Outcome:
    """What the lead says became of a task; raises WireError for an answer that does not say it."""
    import msgspec

    from openclaw_hooks.board.leases.lease import Lease
    from openclaw_hooks.mesh.wire.messages import WireError
    from openclaw_hooks.tasks.model import Status

    task = read_task_of(answer, task_id)
    try:
        before = Status(answer.result.get("before", task.status))
        lease = msgspec.convert(answer.result["lease"], Lease) if "lease" in answer.result else None
    except (ValueError, msgspec.ValidationError) as error:
        raise WireError(f"the lead's answer cannot be read: {error}", "is it of another version?") from error
    return Outcome(task, before, lease, str(answer.result.get("why", "")))


def read_task_of(answer: Answer, task_id: str) -> Task:
    """The task as the lead has it now; raises WireError when the answer does not have it."""
    from openclaw_hooks.board.snapshot import task_path
    from openclaw_hooks.mesh.wire.messages import WireError
    from openclaw_hooks.tasks.markdown import parse_task

    path = task_path(task_id)
    if path not in answer.files:
        raise WireError(f"the lead's answer does not say how {task_id} is now", "is it of another version?")
    return parse_task(path, answer.files[path].encode())


def keep_claim(line: Line, outcome: Outcome) -> None:
    """Let the hooks know what this clone holds now, and what not any more."""
    from openclaw_hooks.agents import find_session
    from openclaw_hooks.board.leases.held import forget_held, held_lease
    from openclaw_hooks.tasks.model import ACTIVE

    task, lease = outcome.task, outcome.lease
    if task.status not in ACTIVE:
        forget_held(line.repo.state_dir, task.id)
    elif lease:
        from openclaw_hooks.mesh.mirror.claims import Desk, record_claim

        held = held_lease(line.repo.state_dir, task.id)
        if held and (held.token, held.expires) == (lease.token, lease.expires) and held.worktree:
            return  # the sidecar has seen to it
        record_claim(line.repo, task, lease, Desk(line.repo.top, find_session()))


def show_queued(queued: Iterable[Answer], verb: str, tasks: Iterable[Task] = ()) -> None:
    """As JSON which intents wait now, and which tasks were changed already."""
    intents = [{"intent": answer.id, "verb": verb, "told": " ".join(answer.lines)} for answer in queued]
    print_json("queued", {"queued": intents, "tasks": [task_values(task) for task in tasks]})


def tell_queued(answer: Answer, verb: str, is_quiet: bool, as_json: bool) -> None:
    """Say that a command waits; on stderr for whoever wants an id alone on stdout."""
    if as_json:
        show_queued([answer], verb)
        return
    for line in answer.lines:
        typer.echo(line, err=is_quiet)
