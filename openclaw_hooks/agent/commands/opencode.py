"""The events of `opencode run --format json`: https://opencode.ai/docs/cli."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from openclaw_hooks.agent.commands.notes import add_counts, as_cost, as_mapping, as_text, one_line

if TYPE_CHECKING:
    from openclaw_hooks.agent.commands.notes import Notes


def read_opencode(event: dict[str, Any], notes: Notes) -> None:
    """Take what is kept of one event into `notes`; each step tells its own cost and tokens."""
    if session := as_text(event.get("sessionID")):
        notes.session = one_line(session)
    part = as_mapping(event.get("part"))
    match event["type"]:
        case "text":
            notes.say(as_text(part.get("text")))
        case "tool_use":
            _read_tool(part, notes)
        case "step_finish":
            _read_step(part, notes)
        case "error":
            error = as_mapping(event.get("error"))
            said = as_text(as_mapping(error.get("data")).get("message")) or as_text(error.get("message"))
            notes.is_over = True
            notes.fail(f"{as_text(error.get('name'))} {said}".strip())


def _read_tool(part: dict[str, Any], notes: Notes) -> None:
    state = as_mapping(part.get("state"))
    name, call = as_text(part.get("tool")), as_text(part.get("callID"))
    notes.call(name, state.get("input"), call)
    error = as_text(state.get("error"))
    if state.get("status") == "error" and ("permission" in error.lower() or "rejected" in error.lower()):
        notes.deny(f"{notes.last_call} ({error})", call or error)


def _read_step(part: dict[str, Any], notes: Notes) -> None:
    notes.is_over = True
    notes.turns = (notes.turns or 0) + 1
    if (cost := as_cost(part.get("cost"))) is not None:
        notes.cost_usd = (notes.cost_usd or 0) + cost
    tokens = as_mapping(part.get("tokens"))
    cache = as_mapping(tokens.get("cache"))
    counts = (add_counts(tokens, "input"), add_counts(cache, "read", "write"))
    if any(count is not None for count in counts):
        notes.tokens_in = (notes.tokens_in or 0) + sum(count or 0 for count in counts)
    if (count := add_counts(tokens, "output", "reasoning")) is not None:
        notes.tokens_out = (notes.tokens_out or 0) + count
