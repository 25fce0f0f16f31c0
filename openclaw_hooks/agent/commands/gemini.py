"""The events of `gemini -o stream-json`: https://geminicli.com/docs/cli/headless."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from openclaw_hooks.agent.commands.notes import add_counts, as_mapping, as_text, one_line

if TYPE_CHECKING:
    from openclaw_hooks.agent.commands.notes import Notes

# It has no event of its own for a denial: the result of the tool says so in words.
_DENIAL = re.compile(
    r"denied|not (?:allowed|permitted)|permission|policy|reject|requires? (?:user )?(?:approval|confirmation)",
    re.IGNORECASE,
)


def read_gemini(event: dict[str, Any], notes: Notes) -> None:
    """Take what is kept of one event into `notes`; it tells tokens and no cost."""
    match event["type"]:
        case "init":
            notes.session = one_line(as_text(event.get("session_id")))
            notes.model = one_line(as_text(event.get("model")))
        case "message":
            if event.get("role") == "assistant":
                notes.say(as_text(event.get("content")), joined=event.get("delta") is True)
                if notes.scratch != "assistant":
                    notes.turns = (notes.turns or 0) + 1
            notes.scratch = as_text(event.get("role"))
        case "tool_use":
            notes.scratch = "tool"
            notes.call(as_text(event.get("tool_name")), event.get("parameters"), as_text(event.get("tool_id")))
        case "tool_result":
            _read_tool_result(event, notes)
        case "error":
            if event.get("severity") != "warning":
                notes.fail(as_text(event.get("message")) or "it reported an error")
        case "result":
            _read_result(event, notes)


def _read_tool_result(event: dict[str, Any], notes: Notes) -> None:
    error = as_mapping(event.get("error"))
    said = f"{as_text(error.get('type'))} {as_text(error.get('message'))}"[:2000]
    if event.get("status") == "error" and _DENIAL.search(said):
        call = as_text(event.get("tool_id"))[:200]
        notes.deny(f"{notes.tools.get(call, 'a tool')}: {said.strip()}", call or said)


def _read_result(event: dict[str, Any], notes: Notes) -> None:
    notes.is_over = True
    stats = as_mapping(event.get("stats"))
    tokens_in, tokens_out = add_counts(stats, "input_tokens"), add_counts(stats, "output_tokens")
    notes.tokens_in = notes.tokens_in if tokens_in is None else tokens_in
    notes.tokens_out = notes.tokens_out if tokens_out is None else tokens_out
    if event.get("status") == "error":
        error = as_mapping(event.get("error"))
        notes.fail(f"{as_text(error.get('type'))} {as_text(error.get('message'))}".strip())
    elif event.get("status") == "success":
        notes.failure = ""
