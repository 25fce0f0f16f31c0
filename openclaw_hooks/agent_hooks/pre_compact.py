"""PreCompact: keeps where the work stands, for the SessionStart that follows the compaction."""

from __future__ import annotations

from typing import TYPE_CHECKING

from openclaw_hooks.agent_hooks.answer import Answer, allow
from openclaw_hooks.agent_hooks.git_state import read_state
from openclaw_hooks.agent_hooks.sessions import Session, Snapshot, load_session, mark_state, now, save_session
from openclaw_hooks.audit import DENY, read_verdicts

if TYPE_CHECKING:
    from openclaw_hooks.agent_hooks.payload import Payload
    from openclaw_hooks.checkout import Checkout

MAX_FILES = 50
MAX_DENIALS = 5


def answer(payload: Payload, checkout: Checkout | None) -> Answer:
    """Silence; the state is saved with the session."""
    if checkout is None:
        return allow()
    from msgspec.structs import replace

    state = read_state(checkout.top)
    session = load_session(checkout, payload.session)
    session = session or Session(payload.session, now(), state.head, logged=mark_state(state))
    snapshot = Snapshot(state.branch, state.head, state.changed[:MAX_FILES], list_denials(checkout, payload.session))
    save_session(checkout, replace(session, snapshot=snapshot))
    return allow()


def list_denials(checkout: Checkout, session: str) -> tuple[str, ...]:
    """The last different things that were blocked in the session, each as `Tool place (rules)`."""
    lines: dict[str, None] = {}
    for entry in read_verdicts(checkout.state_dir):
        if entry.get("session") != session or entry.get("decision") != DENY:
            continue
        rules = entry.get("rules")
        named = ", ".join(map(str, rules)) if isinstance(rules, list) else ""
        line = " ".join(str(entry.get(key) or "") for key in ("tool", "where")).strip()
        lines.pop(line := f"{line} ({named})" if named else line, None)
        lines[line] = None
    return tuple(lines)[-MAX_DENIALS:]
