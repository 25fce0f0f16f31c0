"""One call of an agent: reads the payload, has the event's own module answer, and keeps the audit log.

A guard that crashes, runs out of time or cannot read its payload blocks (exit 2, one line); a notice lets work go on.
"""

from __future__ import annotations

import os
import sys
import time

from openclaw_hooks.agent_hooks.answer import BLOCK_CODE, Answer, block
from openclaw_hooks.agent_hooks.deadline import choose_deadline, start_deadline
from openclaw_hooks.agent_hooks.payload import (
    MAX_BYTES,
    Payload,
    PayloadError,
    canonical_event,
    parse_payload,
    read_text,
)
from openclaw_hooks.audit import DENY, append_verdict
from openclaw_hooks.checkout import Checkout, find_checkout

# event -> its module; each has `answer(payload, checkout) -> Answer`. Other events are allowed without a word.
EVENTS = {
    "PreToolUse": "pre_tool_use",
    "PostToolUse": "post_tool_use",
    "SessionStart": "session_start",
    "UserPromptSubmit": "user_prompt_submit",
    "PreCompact": "pre_compact",
    "Stop": "stop",
    "SubagentStart": "subagent_start",
    "SessionEnd": "session_end",
    "ConfigChange": "config_change",
}
GUARDS = frozenset(("PreToolUse", "ConfigChange"))
NOTICES = frozenset(EVENTS) - GUARDS
PREFIX = "openclaw: "


class Call:
    """What is known so far about the call in hand; the deadline may end it at any point."""

    __slots__ = ("checkout", "event", "host", "payload", "started")

    def __init__(self, host: str, event: str) -> None:
        self.host = host
        self.event = event
        self.payload: Payload | None = None
        self.checkout: Checkout | None = None
        self.started = time.perf_counter()


def run(words: list[str]) -> int:
    """The exit code of `openclaw-hook HOST [EVENT] [--deadline SECONDS]`."""
    host, named, deadline = _read_words(words)
    call = Call(host, canonical_event(named))
    start_deadline(choose_deadline(deadline, call.event), lambda: _give_up(call))
    try:
        payload = call.payload = parse_payload(_read_stdin(), host, named)
        call.event = payload.event
        call.checkout = find_checkout(os.path.realpath(payload.cwd))
        answer = _answer(payload, call.checkout)
    except PayloadError as error:
        answer = _fail(call.event, str(error)).because(("payload",))
    except BaseException as error:  # the boundary: not even an interrupt may let a guarded act through
        answer = _fail(call.event, _describe(error)).because(("crash",))
    _log(call, answer)
    return _speak(answer)


def _read_words(words: list[str]) -> tuple[str, str, str]:
    host, event, deadline = words[0], "", ""
    rest = iter(words[1:])
    for word in rest:
        if word == "--deadline":
            deadline = next(rest, "")
        elif not word.startswith("-") and not event:
            event = word
    return host, event, deadline


def _read_stdin() -> bytes:
    content = sys.stdin.buffer.read(MAX_BYTES + 1)
    if len(content) > MAX_BYTES:
        raise PayloadError(f"the payload on stdin is larger than {MAX_BYTES // 1024 // 1024} MB")
    return content


def _answer(payload: Payload, checkout: Checkout | None) -> Answer:
    module = EVENTS.get(payload.event)
    if module is None:
        return Answer()
    from importlib import import_module

    answer: Answer = import_module(f"openclaw_hooks.agent_hooks.{module}").answer(payload, checkout)
    return answer


def _log(call: Call, answer: Answer) -> None:
    payload = call.payload
    if call.checkout is None or payload is None or payload.event not in EVENTS:
        return
    facts = {
        "host": call.host,
        "session": payload.session,
        "agent": read_text(payload.fields, "agent_type") if "agent_id" in payload.fields else "",
        "event": payload.event,
        "tool": payload.tool,
        "decision": answer.decision,
        "where": answer.where,
    }
    append_verdict(call.checkout.state_dir, facts, answer.rules, time.perf_counter() - call.started)


def _fail(event: str, reason: str) -> Answer:
    """What a call that could not be judged is told: an event that is not known to be a notice blocks."""
    if event in NOTICES:
        return Answer(stderr=f"{PREFIX}{reason}; work goes on\n")
    return block(f"{PREFIX}blocked, because it could not be checked: {reason}")


def _describe(error: BaseException) -> str:
    from openclaw_hooks.errors import OpenclawError

    if isinstance(error, OpenclawError):
        return str(error).replace("\n", " ")
    if not isinstance(error, Exception):
        return f"interrupted ({type(error).__name__})"
    from openclaw_hooks.crash import write_crash_log

    # The text of an exception may quote what was being checked.
    return f"internal error {type(error).__name__}; see {write_crash_log(error)}"


def _give_up(call: Call) -> None:
    """Ends the process at the deadline: an exception could be caught on its way, and nothing is left to clean up."""
    answer = _fail(call.event, "the check took too long").because(("deadline",))
    os.write(2, answer.stderr.encode())
    _log(call, answer)
    os._exit(answer.code)


def _speak(answer: Answer) -> int:
    """Put the answer on the streams; a block keeps its exit code even when nobody reads the reason."""
    try:
        for stream, text in ((sys.stderr, answer.stderr), (sys.stdout, answer.stdout)):
            if text and stream:  # a host may have closed them
                stream.buffer.write(text.encode("utf-8", "backslashreplace"))
                stream.buffer.flush()
    except OSError:
        return BLOCK_CODE if answer.decision == DENY else answer.code
    return answer.code
