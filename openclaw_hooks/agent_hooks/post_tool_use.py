"""PostToolUse: tells the agent at once when the structured file that it has just written does not parse."""

from __future__ import annotations

from openclaw_hooks.agent_hooks.answer import Answer, allow
from openclaw_hooks.agent_hooks.payload import WRITE

TYPE_CHECKING = False  # `typing` takes 8 ms to import
if TYPE_CHECKING:
    from openclaw_hooks.agent_hooks.payload import Payload
    from openclaw_hooks.checkout import Checkout


def answer(payload: Payload, checkout: Checkout | None) -> Answer:
    """Feedback on stderr with exit 2 (the file is already written), or silence."""
    if payload.kind != WRITE:
        return allow()
    from openclaw_hooks.agent_hooks.written import judge_written

    return judge_written(payload)
