"""Tools: what a node does for others when the lead asks it to, and how question and answer travel.

The one who calls is named by the lead, which has it from the subject; only leads can send to the subjects of tools.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import msgspec
from msgspec import Struct, field

from openclaw_hooks.errors import OpenclawError
from openclaw_hooks.mesh.nodes import NODE_NAME
from openclaw_hooks.mesh.wire.messages import CODES, Answer, Problem, WireError, decode_answer, encode_message, refuse

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    Handler = Callable[["ToolCall"], Awaitable[dict[str, Any]]]

CALL: Final = "call"  # the verb of the command that the lead forwards
MAX_PAYLOAD: Final = 512 << 10  # bytes of what is asked, and of what is answered
MAX_TIMEOUT_S: Final = 600.0  # below `MAX_ANSWER_S`, after which the server drops the way back
DEFAULT_TIMEOUT_S: Final = 30.0
GRACE_S: Final = 5.0  # that the lead waits for longer than the node works
MAX_CALLS: Final = 8  # at once
TOOL_NAME: Final = re.compile(r"[a-z0-9][a-z0-9_-]{0,62}")
MAX_MESSAGE: Final = 2_000  # characters of what went wrong


class ToolError(OpenclawError):
    """Why a tool did not do what it was asked; `code` is one of those of answers."""

    def __init__(self, code: str, message: str, hint: str = "") -> None:
        super().__init__(message, hint)
        self.code = code


class ToolCall(NamedTuple):
    """One call: by the node `caller`, which the lead vouches for, with at most `timeout_s` seconds to answer."""

    caller: str
    method: str
    params: dict[str, Any]
    timeout_s: float


class Tool(NamedTuple):
    """What a node offers under one name: its methods with a line of explanation each, and what carries out a call.

    The handler gives back what JSON can say. It raises OpenclawError, or ToolError for a code of its own; it is
    cancelled when its time is over or the node stops.
    """

    name: str
    methods: Mapping[str, str]
    handler: Handler
    description: str = ""


class ToolRequest(Struct, frozen=True, omit_defaults=True):
    """A call as the lead sends it on."""

    id: str
    caller: str
    params: dict[str, Any] = field(default_factory=dict)
    timeout_s: float = DEFAULT_TIMEOUT_S


class Target(NamedTuple):
    """What is called: a method of a tool of a node."""

    node: str
    tool: str
    method: str

    @property
    def subject(self) -> str:
        """Where that node is asked."""
        return f"mesh.tool.{self.node}.{self.tool}.{self.method}"

    def show(self) -> str:
        """How it is called in configurations and messages."""
        return f"{self.node}.{self.tool}.{self.method}"


def check_target(node: object, tool: object, method: object) -> Target:
    """The target of these names; raises ToolError for what can be none of them: they become parts of a subject."""
    names = ((node, NODE_NAME, "a node"), (tool, TOOL_NAME, "a tool"), (method, TOOL_NAME, "a method"))
    for name, pattern, kind in names:
        if not isinstance(name, str) or not pattern.fullmatch(name):
            raise ToolError("invalid", f"{str(name)[:80]!a} is no name of {kind}")
    return Target(str(node), str(tool), str(method))


def encode_request(request: ToolRequest) -> bytes:
    """`request` as it travels; raises ToolError when it is too large."""
    payload = msgspec.json.encode(request)
    if len(payload) > MAX_PAYLOAD:
        raise ToolError("too_large", f"a call of {len(payload):,} bytes, of {MAX_PAYLOAD:,} at most")
    return payload


def decode_request(payload: bytes) -> ToolRequest:
    """The request that `payload` is; raises ToolError."""
    if len(payload) > MAX_PAYLOAD:
        raise ToolError("too_large", f"a call of {len(payload):,} bytes, of {MAX_PAYLOAD:,} at most")
    try:
        return msgspec.json.decode(payload, type=ToolRequest)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise ToolError("invalid", f"not a call: {error}") from error


def encode_result(request_id: str, result: object) -> bytes:
    """What a tool answers, as it travels; raises ToolError for what is too large or not JSON."""
    try:
        size = len(msgspec.json.encode(result))
    except (TypeError, ValueError, RecursionError, msgspec.MsgspecError) as error:
        raise ToolError("refused", f"the tool's result cannot be sent: {error}") from error
    if not isinstance(result, dict):
        raise ToolError("refused", "the tool's result is no object")
    if size > MAX_PAYLOAD:
        raise ToolError("too_large", f"a result of {size:,} bytes, of {MAX_PAYLOAD:,} at most")
    return encode_message(Answer(request_id, result=result))


def encode_problem(request_id: str, error: OpenclawError) -> bytes:
    """Why a tool did nothing, as it travels."""
    return encode_message(problem_answer(request_id, error))


def problem_answer(request_id: str, error: OpenclawError) -> Answer:
    """`error` as an answer, within measure."""
    code = error.code if isinstance(error, ToolError) else "refused"
    return refuse(request_id, code, error.message[:MAX_MESSAGE], error.hint[:MAX_MESSAGE])


def read_answer(request_id: str, payload: bytes) -> Answer:
    """What a tool's node answered, as the lead passes it on: its result or its problem, and nothing else of it.

    Files in it, for one, would become files of the board at the one who asked. Raises ToolError for what is none.
    """
    try:
        found = decode_answer(payload)
    except WireError as error:
        raise ToolError("refused", f"the node's answer is none: {error.message}") from error
    if found.error is not None or not found.ok:
        problem = found.error or Problem("refused", "it did not say why")
        code = problem.code if problem.code in CODES else "refused"
        return refuse(request_id, code, problem.message[:MAX_MESSAGE], problem.hint[:MAX_MESSAGE])
    if len(payload) > MAX_PAYLOAD + 1_000:
        raise ToolError("too_large", f"an answer of {len(payload):,} bytes, of {MAX_PAYLOAD:,} at most")
    return Answer(request_id, result=found.result)
