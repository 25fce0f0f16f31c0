"""SubagentStart: a subagent sees nothing of the session's start, so it is told the scope and its role."""

from __future__ import annotations

from typing import TYPE_CHECKING

from openclaw_hooks.agent_hooks.answer import Answer, allow, tell
from openclaw_hooks.agent_hooks.standing import describe_role, describe_standing, read_policy

if TYPE_CHECKING:
    from openclaw_hooks.agent_hooks.payload import Payload
    from openclaw_hooks.checkout import Checkout


def answer(payload: Payload, checkout: Checkout | None) -> Answer:
    """Scope and role, if there are any; that it started is kept by the audit log."""
    if checkout is None:
        return allow()
    policy = read_policy(checkout)
    parts = [part for part in (describe_standing(policy), describe_role(policy)) if part]
    return tell(payload, "\n".join(parts))
