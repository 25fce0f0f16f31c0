"""UserPromptSubmit: the scope and role in force, told only when they differ from what the agent knows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from openclaw_hooks.agent_hooks.answer import Answer, allow, tell
from openclaw_hooks.agent_hooks.sessions import Session, load_session, now, save_session
from openclaw_hooks.agent_hooks.standing import describe_standing, read_policy

if TYPE_CHECKING:
    from openclaw_hooks.agent_hooks.payload import Payload
    from openclaw_hooks.checkout import Checkout

LIFTED = "Scope and role that were in force are lifted."


def answer(payload: Payload, checkout: Checkout | None) -> Answer:
    """Silence, or the new scope and role."""
    if checkout is None:
        return allow()
    standing = describe_standing(read_policy(checkout))
    session = load_session(checkout, payload.session) or Session(payload.session, now())
    if standing == session.told:
        return allow()
    from msgspec.structs import replace

    save_session(checkout, replace(session, told=standing))
    return tell(payload, f"openclaw: {standing or LIFTED}")
