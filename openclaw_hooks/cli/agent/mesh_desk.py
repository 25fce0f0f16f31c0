"""The desk of a run in a mesh: the lead decides who has the task and what became of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from openclaw_hooks.board.leases.claims import find_token_loss
from openclaw_hooks.board.leases.held import held_lease
from openclaw_hooks.board.store import read_board, read_task
from openclaw_hooks.cli.task.door import Outcome, find_task, keep_claim, read_outcome
from openclaw_hooks.errors import RefusedError
from openclaw_hooks.mesh.relay.intents import ENDS, list_intents
from openclaw_hooks.mesh.relay.line import QUEUED, send
from openclaw_hooks.tasks.attempts import HEADING
from openclaw_hooks.tasks.ids import find_id
from openclaw_hooks.tasks.model import ACTIVE, Status

if TYPE_CHECKING:
    from openclaw_hooks.agent.desk import Ending
    from openclaw_hooks.agent.records.row import Row
    from openclaw_hooks.board.leases.lease import Lease
    from openclaw_hooks.board.place import Board
    from openclaw_hooks.mesh.relay.line import Line
    from openclaw_hooks.mesh.wire.messages import Answer
    from openclaw_hooks.tasks.model import Task


class MeshDesk:
    """A run on a node of a mesh; whoever started it, the run is no person. What the lead says is on this board as well."""

    def __init__(self, board: Board, line: Line, agent: str = "") -> None:
        name = agent or line.actor.agent or "agent"
        self._board = board
        self._line = line._replace(actor=line.actor._replace(agent=name))

    def find(self, name: str) -> Task:
        """The task that `name` means, with its body, as this board has it; raises OpenclawError."""
        tasks = read_board(self._board).tasks
        found = find_task(self._board, name)
        return read_task(self._board, found if found in tasks else find_id(name, tasks))[0]

    def claim(self, task_id: str, run: str, minutes: int) -> Lease:
        """The lease of a task for a run; the one that this run has of it already where it has one."""
        held = held_lease(self._board.repo.state_dir, task_id)
        if held and held.run == run:
            return self.heartbeat(task_id, held.token, minutes)
        return self._take_lease(send(self._line, "claim", task_id, {"minutes": minutes}, run=run), task_id, run)

    def start(self, task_id: str, token: str) -> None:
        """Say that the work has begun; nothing where that was said."""
        try:
            keep_claim(self._line, read_outcome(send(self._line, "start", task_id, {}, token), task_id))
        except RefusedError:
            if self.find(task_id).status is not Status.RUNNING:
                raise
            self.heartbeat(task_id, token, 0)  # raises LostError when it is somebody else who works on it

    def heartbeat(self, task_id: str, token: str, minutes: int) -> Lease:
        """The lease with its end put off; raises LostError when the lead says that it is somebody else's."""
        held = held_lease(self._board.repo.state_dir, task_id)
        run = held.run if held and held.token == token else ""
        asked = {"minutes": minutes or (held.minutes if held else 0)}
        return self._take_lease(send(self._line, "heartbeat", task_id, asked, token, run), task_id, run)

    def find_loss(self, task_id: str, token: str) -> str:
        """Why the lease is gone as far as this clone knows, whose sidecar follows the lead; empty while it is not."""
        return find_token_loss(self._board.repo, task_id, token)

    def complete(self, task_id: str, token: str, ending: Ending) -> tuple[Status, str]:
        """The status that the work came to, and why; what is done already, or waits to be sent, is not done again."""
        measured = _row_of(ending).metric if ending.is_measured else ""  # another one by now has not been measured
        return self._end("complete", (task_id, token), ending, {"measured": measured, "review": ending.review})

    def release(self, task_id: str, token: str, reason: str, ending: Ending) -> Status:
        """The status after giving the task back for `reason`; as `complete`."""
        return self._end("release", (task_id, token), ending, {"reason": reason})[0]

    def _end(self, verb: str, named: tuple[str, str], ending: Ending, args: dict[str, Any]) -> tuple[Status, str]:
        task_id, token = named
        if told := self._find_ended(task_id, token, ending):
            return told
        asked = {**args, "attempts": ending.result, "row": ending.row.decode()}
        answer = send(self._line, verb, task_id, asked, token)
        if answer.result.get(QUEUED):
            return self.find(task_id).status, " ".join(answer.lines)
        outcome = read_outcome(answer, task_id)
        keep_claim(self._line, outcome)
        return outcome.task.status, outcome.why

    def _find_ended(self, task_id: str, token: str, ending: Ending) -> tuple[Status, str] | None:
        """How the task stands when the lead was told before, or will be; None when it has yet to be told."""
        task = self.find(task_id)
        if task.status not in ACTIVE and f"{HEADING}{_row_of(ending).run}" in task.body:
            return task.status, task.reason or "the lead was told already"
        for intent in list_intents(self._line.place).waiting.values():
            command = intent.command
            if (command.task, command.token) == (task_id, token) and command.verb in ENDS:
                return task.status, f"{command.verb} waits to be sent (intent {command.id})"
        return None

    def _take_lease(self, answer: Answer, task_id: str, run: str) -> Lease:
        """The lease that the lead granted, written down with the run."""
        from openclaw_hooks.mesh.mirror.claims import Desk as WorkPlace
        from openclaw_hooks.mesh.mirror.claims import record_claim
        from openclaw_hooks.mesh.wire.messages import WireError

        outcome: Outcome = read_outcome(answer, task_id)
        if outcome.lease is None:
            raise WireError(f"the lead's answer has no lease of {task_id}", "is it of another version?")
        record_claim(self._line.repo, outcome.task, outcome.lease, WorkPlace(run=run))
        return outcome.lease


def _row_of(ending: Ending) -> Row:
    from openclaw_hooks.agent.records.store import decode_row

    return decode_row(ending.row)
