"""The line from this repository to the lead of its mesh: through the sidecar, else by an intent where that can wait."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from openclaw_hooks.agents import find_session
from openclaw_hooks.board.actor import ROLE_VARIABLE
from openclaw_hooks.board.leases.claims import LostError, clone_id
from openclaw_hooks.board.leases.held import lose_held
from openclaw_hooks.board.membership import read_membership
from openclaw_hooks.errors import OpenclawError, RefusedError
from openclaw_hooks.mesh.place import find_place
from openclaw_hooks.mesh.relay.client import AbsentError, Here, SilentError, ask, is_running, read_status
from openclaw_hooks.mesh.relay.intents import AWAY, CAN_WAIT, ENDS, add_intent
from openclaw_hooks.mesh.relay.unanswered import settle, take_up
from openclaw_hooks.mesh.wire.messages import MAX_WORD, Answer, Command, error_of, new_request_id

if TYPE_CHECKING:
    from collections.abc import Mapping

    from openclaw_hooks.board.actor import Actor
    from openclaw_hooks.git import Repo
    from openclaw_hooks.mesh.place import Place

LEAD: Final = "lead"
QUEUED: Final = "queued"  # in the result of an answer: nothing is decided yet


class TakenError(RefusedError):
    """The lead says that somebody has the task: perhaps this very clone."""


KINDS: Final[dict[str, type[RefusedError]]] = {"taken": TakenError, "lost": LostError}


class Line(NamedTuple):
    """A repository that belongs to a mesh, and who acts in it; `role` is the node's there."""

    repo: Repo
    place: Place
    actor: Actor
    role: str


def open_line(repo: Repo, actor: Actor) -> Line | None:
    """The line to the lead; None where the board of this repository is the whole of it.

    That is so without a mesh, and for a lead whose sidecar does not run. Raises RefusedError for somebody who is not the
    node that this repository is in its mesh: the server vouches for that one alone.
    """
    place = find_place(repo)
    joined = read_membership(repo.state_dir)
    is_up = is_running(place)
    if not is_up and (joined is None or joined.role == LEAD):
        return None
    status = read_status(place) if is_up else None
    node, role = (joined.node, joined.role) if joined else (status.node, status.role) if status else ("", "")
    if node and actor.name != node:
        raise RefusedError(
            f"this repository is `{node}` in its mesh, and cannot act as `{actor.name}`",
            "leave out --as and OPENCLAW_NODE_ID; another node needs a clone of its own",
        )
    return Line(repo, place, actor, role or LEAD)


def send(
    line: Line, verb: str, task: str = "", args: Mapping[str, Any] | None = None, token: str = "", run: str = ""
) -> Answer:
    """What the lead answers to a command; `task` is the whole id of a task or plan, `run` the agent run that it is for.

    Where it cannot be asked now and the command can wait, it is kept as an intent: the answer's result then says `queued`,
    and its lines what that means. Raises the error that the command ends with.
    """
    command = take_up(line.place, _make_command(line, verb, (task, token), args or {}))
    try:
        answer = ask(line.place, command, Here(_work_folder(line.repo), find_session(), run))
    except (AbsentError, SilentError) as error:
        if isinstance(error, AbsentError) or verb in CAN_WAIT:
            settle(line.place, command)  # it was not sent, or will be by its intent
        if verb not in CAN_WAIT:
            raise _refuse_offline(verb, error) from error
        return _queue(line, command, "sent when `openclaw sync` runs" if isinstance(error, AbsentError) else "")
    is_settled = not answer.error or answer.error.code != "unknown"
    if is_settled or verb in CAN_WAIT:
        settle(line.place, command)
    if answer.error and answer.error.code in AWAY and verb in CAN_WAIT:
        return _queue(line, command)
    if refusal := error_of(answer):
        _lose_claim(line, command, answer)
        kind = KINDS.get(answer.error.code if answer.error else "")
        raise kind(refusal.message, refusal.hint) if kind else refusal
    if answer.result.get(QUEUED):  # in the inbox of this node at the server
        return _tell_queued(command, "the lead decides when it is back")
    return answer


def _make_command(line: Line, verb: str, named: tuple[str, str], args: Mapping[str, Any]) -> Command:
    task, token = named
    actor = line.actor
    asked = dict(args)
    if role := os.environ.get(ROLE_VARIABLE, ""):
        asked["role"] = role  # can only lower what the node may do
    return Command(
        id=new_request_id(),
        verb=verb,
        task=task,
        args=asked,
        token=token,
        agent=actor.agent[:MAX_WORD],
        clone=clone_id(line.repo),
        author=actor.author[:MAX_WORD],
    )


def _queue(line: Line, command: Command, when: str = "") -> Answer:
    """The answer that a command gets which waits on disk; raises as `add_intent`, and LostError for one without a claim."""
    if command.verb in ENDS and not command.token:
        raise LostError(f"this clone holds no claim of {command.task}", "and the lead cannot be asked now")
    if command.verb in ENDS - {"complete"} and not str(command.args.get("reason", "")).strip():
        raise OpenclawError(f"{command.task}: say why", "add --reason TEXT")
    add_intent(line.place, command)
    return _tell_queued(command, when or "sent when the lead can be reached")


def _lose_claim(line: Line, command: Command, answer: Answer) -> None:
    """A claim of this clone that the lead calls lost is remembered as that: commits made under it must not be sent."""
    if command.token and answer.error and answer.error.code == "lost":
        lose_held(line.repo.state_dir, command.task, command.token)


def _tell_queued(command: Command, when: str) -> Answer:
    told = f"{command.task} {command.verb}".strip()
    return Answer(command.id, result={QUEUED: True}, lines=[f"{told} queued: {when} (intent {command.id})"])


def _refuse_offline(verb: str, error: AbsentError | SilentError) -> OpenclawError:
    if isinstance(error, SilentError):
        return error
    named = verb.replace("_", " ")
    return RefusedError(f"`{named}` is for the lead of the mesh to decide, and no sidecar runs here", error.hint)


def _work_folder(repo: Repo) -> str:
    return os.path.realpath(repo.top) if repo.top else ""
