"""SessionEnd: the last line of the session log."""

from __future__ import annotations

from typing import TYPE_CHECKING

from openclaw_hooks.agent_hooks.answer import Answer, allow
from openclaw_hooks.agent_hooks.payload import Payload, read_text
from openclaw_hooks.agent_hooks.stop import log_session

if TYPE_CHECKING:
    from openclaw_hooks.checkout import Checkout


def answer(payload: Payload, checkout: Checkout | None) -> Answer:
    """Silence."""
    if checkout is not None:
        log_session(payload, checkout, read_text(payload.fields, "reason") or "ended")
    return allow()
