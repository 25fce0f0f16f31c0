"""Stop: the session log, one line for each change of what the work left behind and not one for each turn."""

from __future__ import annotations

from typing import TYPE_CHECKING

from openclaw_hooks.agent_hooks.answer import Answer, allow
from openclaw_hooks.agent_hooks.board_state import claim_ids
from openclaw_hooks.agent_hooks.git_state import commits_since, read_state
from openclaw_hooks.agent_hooks.sessions import (
    Session,
    append_entry,
    load_session,
    make_entry,
    mark_state,
    now,
    save_latest,
    save_session,
)

if TYPE_CHECKING:
    from openclaw_hooks.agent_hooks.payload import Payload
    from openclaw_hooks.checkout import Checkout


def answer(payload: Payload, checkout: Checkout | None) -> Answer:
    """Silence: a turn may always end."""
    # Set when a Stop hook, ours or another, has already made the agent go on: this is the same turn.
    if checkout is not None and payload.fields.get("stop_hook_active") is not True:
        log_session(payload, checkout, "")
    return allow()


def log_session(payload: Payload, checkout: Checkout, ended: str) -> None:
    """Write down where the work stands when it stands elsewhere than at the last line; `ended` says why it ends."""
    from msgspec.structs import replace

    state = read_state(checkout.top)
    mark = mark_state(state)
    session = load_session(checkout, payload.session)
    if session is None:  # begun before our hooks were there: what was changed before is not known
        session = Session(payload.session, now(), state.head)
    commits = commits_since(checkout.top, session.start_head, state.head).total
    entry = replace(make_entry(session, payload.host, state, commits, ended), claims=claim_ids(checkout))
    save_latest(checkout, entry)
    if mark == session.logged:
        return
    append_entry(checkout, entry)
    save_session(checkout, replace(session, logged=mark))
