"""The lead's part in calls: who may call what is decided here, and here alone; a node hears from nobody else."""

from __future__ import annotations

import time
from collections import Counter
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any, Final

from openclaw_hooks.mesh.connection import NotDoneError
from openclaw_hooks.mesh.offers.tools import (
    DEFAULT_TIMEOUT_S,
    GRACE_S,
    MAX_CALLS,
    MAX_TIMEOUT_S,
    Target,
    ToolError,
    ToolRequest,
    check_target,
    encode_request,
    problem_answer,
    read_answer,
)
from openclaw_hooks.mesh.place import MeshError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from openclaw_hooks.mesh.connection import Connection
    from openclaw_hooks.mesh.wire.messages import Answer, Command

    Calls = Mapping[str, Sequence[str]]

EVERYBODY: Final = "*"
OF_THE_CALLER: Final = frozenset({"forbidden", "invalid", "busy", "not_found"})  # outcomes that cost the caller nothing
QUIET_S: Final = 60.0


def may_call(calls: Calls, caller: str, target: Target) -> bool:
    """Whether the configuration lets `caller` call `target`: a pattern has three parts, each matched by itself."""
    patterns = [*calls.get(caller, ()), *calls.get(EVERYBODY, ())]
    return any(_matches(pattern.split("."), target) for pattern in patterns)


def _matches(parts: list[str], target: Target) -> bool:
    return len(parts) == len(target) and all(map(fnmatchcase, target, parts))


class Forwarder:
    """What the lead's service hands calls to; `calls` gives what the configuration allows now."""

    def __init__(self, connection: Connection, calls: Callable[[], Calls], log: Callable[[str], None]) -> None:
        self._connection = connection
        self._calls = calls
        self._log = log
        self._told: dict[tuple[str, str], float] = {}  # when a refusal was noted last
        self._running: Counter[str] = Counter()  # calls by caller, and by node that is called

    async def answer(self, caller: str, command: Command, *, is_lead: bool) -> Answer:
        """What becomes of the call that `command` is; `caller` is who sent it, by its subject.

        Takes as long as the call does, ten minutes at most.
        """
        began = time.monotonic()
        shown = "a call"
        try:
            target = check_target(command.args.get("node"), command.args.get("tool"), command.args.get("method"))
            shown = target.show()
            answer = await self._forward(caller, target, command, is_lead=is_lead)
        except ToolError as error:
            answer = problem_answer(command.id, error)
        outcome = answer.error.code if answer.error else "done"
        if outcome not in OF_THE_CALLER or self._is_new(caller, outcome):
            self._log(f"{caller} called {shown}: {outcome} after {time.monotonic() - began:.1f} s")
        return answer

    def _is_new(self, caller: str, outcome: str) -> bool:
        """Whether this is no mere repetition: nobody is to fill the log by what is refused anyway."""
        now = time.monotonic()
        if now - self._told.get((caller, outcome), -QUIET_S) < QUIET_S:
            return False
        self._told[caller, outcome] = now
        return True

    async def _forward(self, caller: str, target: Target, command: Command, *, is_lead: bool) -> Answer:
        if not is_lead and not may_call(self._calls(), caller, target):
            hint = f"a person can allow it: mesh.calls in .openclaw/config.yaml of the lead, `{caller}: [...]`"
            raise ToolError("forbidden", f"{caller} may not call {target.show()}", hint)
        timeout_s = read_timeout(command.args.get("timeout_s", DEFAULT_TIMEOUT_S))
        payload = encode_request(ToolRequest(command.id, caller, _read_params(command), timeout_s))
        places = (f"by {caller}", f"to {target.node}")
        if any(self._running[place] >= MAX_CALLS for place in places):
            raise ToolError("busy", f"{MAX_CALLS} calls are under way already", "try again")
        self._running.update(places)
        try:
            return read_answer(command.id, await self._ask(target, payload, timeout_s))
        finally:
            self._running.subtract(places)
            self._running = +self._running  # no trace of names that somebody made up

    async def _ask(self, target: Target, payload: bytes, timeout_s: float) -> bytes:
        try:
            return await self._connection.request(target.subject, payload, timeout_s + GRACE_S)
        except NotDoneError as error:
            message = f"{target.node} does not offer {target.tool}, or is away"
            raise ToolError("not_found", message, "openclaw mesh tools") from error
        except MeshError as error:
            message = f"{target.node} did not answer within {timeout_s:g} s: it may have done it"
            raise ToolError("unknown", message) from error


def read_timeout(value: object) -> float:
    """The seconds that a call may take; raises ToolError."""
    if not isinstance(value, int | float) or isinstance(value, bool) or not 0 < value <= MAX_TIMEOUT_S:
        raise ToolError("invalid", f"a call takes at most {MAX_TIMEOUT_S:g} s")
    return float(value)


def _read_params(command: Command) -> dict[str, Any]:
    params = command.args.get("params", {})
    if not isinstance(params, dict):
        raise ToolError("invalid", "the parameters of a call are an object")
    return params
