"""Commands that were sent and not answered: given again, they keep their id, so that they are done once.

Whoever is cut off between asking and reading the answer (a sidecar that hangs, a killed process) gives the command
again, and the lead answers it as it did. Otherwise a claim would be lost to the claim before it, and a task made twice.
"""

from __future__ import annotations

import os
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Final

import msgspec
from msgspec.structs import replace

from openclaw_hooks.mesh.wire.messages import REQUEST_ID

if TYPE_CHECKING:
    from openclaw_hooks.mesh.place import Place
    from openclaw_hooks.mesh.wire.messages import Command

FOLDER: Final = "unanswered"
MAX_AGE_S: Final = 600.0  # the lead does not know its answers for ever


def take_up(place: Place, command: Command) -> Command:
    """`command`, noted down; under the id of the same command when an earlier process got no answer to that."""
    folder = os.path.join(place.folder, FOLDER)
    name = _name(command)
    own = os.path.join(folder, f"{name}.{os.getpid()}")
    with suppress(OSError):  # the note only helps where something went wrong
        os.makedirs(folder, mode=0o700, exist_ok=True)
        for other in sorted(os.listdir(folder)):
            if _adopt(folder, other, own):
                with open(own, encoding="ascii", errors="replace") as stream:
                    found = stream.read(16)
                if REQUEST_ID.fullmatch(found):
                    return replace(command, id=found)
        with open(own, "w", encoding="ascii") as stream:
            stream.write(command.id)
    return command


def settle(place: Place, command: Command) -> None:
    """`command` was answered, whatever the answer is, or will be given again by somebody else."""
    with suppress(OSError):
        os.unlink(os.path.join(place.folder, FOLDER, f"{_name(command)}.{os.getpid()}"))


def _adopt(folder: str, other: str, own: str) -> bool:
    """Whether the note `other` is of the same command, by a process that is over, and now ours alone; old ones go."""
    path = os.path.join(folder, other)
    name, _, process = other.partition(".")
    with suppress(FileNotFoundError):  # it was settled just now, or somebody else was faster
        if time.time() - os.stat(path).st_mtime > MAX_AGE_S:
            os.unlink(path)
        elif own.startswith(os.path.join(folder, f"{name}.")) and (path == own or not _is_alive(process)):
            os.rename(path, own)  # which one process alone can
            return True
    return False


def _name(command: Command) -> str:
    """The same for the same command, given by the same agent; its token may have come with what was not answered."""
    import hashlib

    asked = msgspec.json.encode((command.verb, command.task, command.args, command.agent), order="sorted")
    return hashlib.sha256(asked).hexdigest()[:24]


def _is_alive(process: str) -> bool:
    try:
        os.kill(int(process), 0)
    except (ProcessLookupError, ValueError, OverflowError):
        return False
    except PermissionError:
        pass
    return True
