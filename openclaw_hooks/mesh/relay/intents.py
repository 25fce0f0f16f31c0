"""Intents: commands that wait on disk until a lead can be asked, in their order; one that it refuses is kept aside.

An intent is a file, written in one step and taken away only after its answer. So a killed process loses none, and one
that was sent and not struck off is sent again under its old id, which the lead does once.
"""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING, Final, NamedTuple

import msgspec
from msgspec import Struct

from openclaw_hooks.board.clock import utc_now
from openclaw_hooks.errors import OpenclawError, RefusedError
from openclaw_hooks.files import atomic_write, display_path
from openclaw_hooks.mesh.place import MeshError
from openclaw_hooks.mesh.wire.messages import (
    MAX_MESSAGE_BYTES,
    Command,
    Problem,
    decode_command,
    encode_message,
    error_of,
)

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from openclaw_hooks.mesh.place import Place
    from openclaw_hooks.mesh.wire.messages import Answer

MAX_INTENTS: Final = 1_000  # that wait or were refused
REFUSED: Final = "refused"  # below the folder of intents
ENDING: Final = ".json"
AWAY: Final = frozenset({"offline", "no_lead", "busy", "unknown"})  # codes that say: later, or again
# Each of these ends what one claim was made for: a second one could only be refused.
ENDS: Final = frozenset({"complete", "fail", "release"})
CAN_WAIT: Final = ENDS | {"propose", "edit"}
_DIGITS: Final = 9


class Intent(Struct, frozen=True, omit_defaults=True):
    """A command that waits since `made` (UTC), or that the lead refused at `refused`, and why."""

    command: Command
    made: str
    refused: str = ""
    problem: Problem | None = None


class Intents(NamedTuple):
    """What waits, in its order; what was refused; and files that cannot be read, with the reason."""

    waiting: dict[str, Intent]
    refused: dict[str, Intent]
    broken: dict[str, str]


class Delivery(NamedTuple):
    """The commands that were done, with their answers; those that were refused; and how many still wait."""

    done: tuple[tuple[Command, Answer], ...]
    refused: tuple[Intent, ...]
    left: int


def add_intent(place: Place, command: Command) -> Intent:
    """The intent to have `command` done; it waits on disk from now on.

    Raises RefusedError when too many wait already, or one that ends the same task; MeshError on a disk that takes nothing.
    """
    from openclaw_hooks.board.lock import hold_lock

    intent = Intent(command, utc_now())
    encode_message(command)  # one that cannot be sent is refused now
    with hold_lock(os.path.join(place.folder, "intents.lock"), "the list of intents", 10.0):
        names = _list_names(place.intents)
        if len(names) + len(_list_names(os.path.join(place.intents, REFUSED))) >= MAX_INTENTS:
            hint = "run `openclaw sync`, or drop some: `openclaw mesh intents`"
            raise RefusedError(f"{MAX_INTENTS:,} intents wait or were refused, and more are not kept", hint)
        if command.verb in ENDS:
            _refuse_second(place, names, command)
        last = int(names[-1].partition("-")[0]) if names else 0
        path = os.path.join(place.intents, f"{last + 1:0{_DIGITS}}-{command.id}{ENDING}")
        _write(path, intent)
    return intent


def list_intents(place: Place) -> Intents:
    """The intents of this repository: path -> intent, in their order."""
    broken: dict[str, str] = {}
    found = [_read_folder(folder, broken) for folder in (place.intents, os.path.join(place.intents, REFUSED))]
    return Intents(found[0], found[1], broken)


def drop_intent(place: Place, request: str) -> Intent:
    """The intent whose id begins with `request`, dropped: it is not sent, or shown no more.

    Raises OpenclawError when there is none, or more than one.
    """
    listed = list_intents(place)
    every = listed.waiting | listed.refused
    found = [path for path, intent in every.items() if request and intent.command.id.startswith(request)]
    if len(found) != 1:
        what = "no intent" if not found else f"{len(found)} intents"
        raise OpenclawError(f"{what} with an id that begins with `{request[:32]}`", "see `openclaw mesh intents`")
    with suppress(FileNotFoundError):  # it was sent just now
        os.unlink(found[0])
    return every[found[0]]


async def deliver(place: Place, send: Callable[[Command], Awaitable[Answer]]) -> Delivery:
    """What became of the intents: each is sent in its order, and those behind one that cannot be sent now wait on.

    What the lead refuses is kept aside with its reason, and so is an edit that gave way to others in part. `send` raises OpenclawError or OSError (TimeoutError is one) when
    the lead cannot be asked.
    """
    done: list[tuple[Command, Answer]] = []
    refused: list[Intent] = []
    waiting = list_intents(place).waiting
    for path, intent in waiting.items():
        if not os.path.lexists(path):  # dropped meanwhile
            continue
        try:
            answer = await send(intent.command)
        except (OpenclawError, OSError):
            break
        if answer.error and answer.error.code in AWAY:
            break
        if problem := _find_problem(answer):
            refused.append(_put_aside(place, path, msgspec.structs.replace(intent, problem=problem)))
        else:
            done.append((intent.command, answer))
        with suppress(FileNotFoundError):
            os.unlink(path)
    return Delivery(tuple(done), tuple(refused), len(_list_names(place.intents)))


def _find_problem(answer: Answer) -> Problem | None:
    """Why somebody has to look at a command again: it was refused, or others had changed the same and theirs stayed."""
    if error_of(answer):
        return answer.error
    conflicts = answer.result.get("conflicts") or ()
    fields = [str(one.get("field", "")) for one in conflicts if isinstance(one, dict)]
    if not fields:
        return None
    return Problem("conflict", f"{', '.join(fields)}: changed by others meanwhile, and theirs stayed", "edit it again")


def _put_aside(place: Place, path: str, intent: Intent) -> Intent:
    """`intent` among the refused ones, written before it is taken from those that wait."""
    folder = os.path.join(place.intents, REFUSED)
    kept = msgspec.structs.replace(intent, refused=utc_now())
    _write(os.path.join(folder, os.path.basename(path)), kept)
    return kept


def _refuse_second(place: Place, names: list[str], command: Command) -> None:
    for name in names:
        with suppress(MeshError):
            waiting = _read(os.path.join(place.intents, name)).command
            if waiting.verb in ENDS and waiting.task == command.task:
                hint = f"to take it back: `openclaw mesh intents --drop {waiting.id}`"
                raise RefusedError(f"{command.task}: a {waiting.verb} of it waits for the mesh already", hint)


def _read_folder(folder: str, broken: dict[str, str]) -> dict[str, Intent]:
    found = {}
    for name in _list_names(folder):
        path = os.path.join(folder, name)
        try:
            found[path] = _read(path)
        except FileNotFoundError:
            continue  # delivered meanwhile
        except MeshError as error:
            broken[path] = error.message
    return found


def _list_names(folder: str) -> list[str]:
    """The names of intents in `folder`, in their order; those of others are passed over."""
    try:
        names = os.listdir(folder)
    except OSError:
        return []
    return sorted(name for name in names if name.endswith(ENDING) and name.partition("-")[0].isdecimal())


def _read(path: str) -> Intent:
    try:
        with open(path, "rb") as stream:
            intent = msgspec.json.decode(stream.read(2 * MAX_MESSAGE_BYTES), type=Intent)
        decode_command(encode_message(intent.command))
    except FileNotFoundError:
        raise
    except (MeshError, OSError, msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise MeshError(f"{display_path(path)}: this is no intent: {error}") from error
    if intent.command.verb not in CAN_WAIT:  # somebody made the file who would be asked who they are otherwise
        raise MeshError(f"{display_path(path)}: this is no intent: `{intent.command.verb}` does not wait")
    return intent


def _write(path: str, intent: Intent) -> None:
    try:
        os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
        atomic_write(path, msgspec.json.encode(intent), 0o600)
    except OSError as error:
        hint = "is the disk full?"
        raise MeshError(f"{display_path(path)} cannot be written: {error.strerror}", hint) from error
