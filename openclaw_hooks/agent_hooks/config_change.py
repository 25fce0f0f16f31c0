"""ConfigChange: refuses settings that would switch our hooks off; the session then keeps those that it has.

Whether a person or an agent changed the file cannot be told, so all other changes pass.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from openclaw_hooks.agent_hooks.answer import Answer, allow, block
from openclaw_hooks.agent_hooks.payload import Payload, read_text
from openclaw_hooks.agent_hooks.wiring import list_wired, read_settings

if TYPE_CHECKING:
    from openclaw_hooks.checkout import Checkout

RULE = "protected/hooks-off"
HINT = "openclaw: this session keeps the hooks that it began with; a person can start a new one"


def answer(payload: Payload, checkout: Checkout | None) -> Answer:
    """A block that names what would be lost, or silence."""
    path = read_text(payload.fields, "file_path")
    if not path.endswith(".json"):
        return allow()
    path = os.path.join(payload.cwd, path)
    reason = judge_settings(path, payload, checkout)
    if not reason:
        return allow()
    return block(f"openclaw: refused {path}: {reason}\n{HINT}").because((RULE,), os.path.basename(path))


def judge_settings(path: str, payload: Payload, checkout: Checkout | None) -> str:
    """Why the settings at `path` would switch our hooks off; empty when they would not."""
    settings, fault = read_settings(path)
    if fault:
        return f"it {fault}, so none of its hooks would run"
    if settings.get("disableAllHooks") is True:
        return "`disableAllHooks` switches every hook off"
    top = checkout.top if checkout else payload.cwd
    lost = set(_wired_before(payload, checkout)) - set(list_wired(top, payload.cwd))
    return f"our hooks are gone from it: {', '.join(sorted(lost))}" if lost else ""


def _wired_before(payload: Payload, checkout: Checkout | None) -> tuple[str, ...]:
    """Our hooks when the session began. Those of a plugin lie in no settings file and cannot vanish from one."""
    if checkout is None:
        return ()
    from openclaw_hooks.agent_hooks.sessions import load_session

    session = load_session(checkout, payload.session)
    return session.wired if session else ()
