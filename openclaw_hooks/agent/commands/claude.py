"""The events of `claude -p --output-format stream-json --verbose`: https://code.claude.com/docs/en/headless."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from openclaw_hooks.agent.commands.notes import add_counts, as_cost, as_count, as_items, as_mapping, as_text, one_line

if TYPE_CHECKING:
    from openclaw_hooks.agent.commands.notes import Notes

Figure = TypeVar("Figure", int, float)

_INPUT = ("input_tokens", "cache_creation_input_tokens", "cache_read_input_tokens")


def read_claude(event: dict[str, Any], notes: Notes) -> None:
    """Take what is kept of one event into `notes`."""
    if session := as_text(event.get("session_id")):
        notes.session = one_line(session)
    match event["type"]:
        case "system":
            _read_system(event, notes)
        case "assistant":
            _read_assistant(event, notes)
        case "result":
            _read_result(event, notes)


def _read_system(event: dict[str, Any], notes: Notes) -> None:
    if event.get("subtype") == "init":
        notes.model = one_line(as_text(event.get("model")))
    elif event.get("subtype") == "permission_denied":
        _deny(event, notes)


def _read_assistant(event: dict[str, Any], notes: Notes) -> None:
    message = as_mapping(event.get("message"))
    if error := as_text(event.get("error")):
        said = next((as_text(part.get("text")) for part in map(as_mapping, as_items(message.get("content")))), "")
        notes.fail(f"{error}: {said}" if said else error)
    else:
        notes.failure = ""  # the next message came through
    for part in map(as_mapping, as_items(message.get("content"))):
        if part.get("type") == "text":
            notes.say(as_text(part.get("text")))
        elif part.get("type") == "tool_use":
            notes.call(as_text(part.get("name")), part.get("input"), as_text(part.get("id")))
    turn = as_text(message.get("id"))[:200]
    if turn and turn != notes.scratch:  # each part of a message is an event of its own, with the same usage
        notes.scratch = turn
        usage = as_mapping(message.get("usage"))
        notes.turns = (notes.turns or 0) + 1
        notes.tokens_in = _add(notes.tokens_in, add_counts(usage, *_INPUT))
        notes.tokens_out = _add(notes.tokens_out, add_counts(usage, "output_tokens"))


def _read_result(event: dict[str, Any], notes: Notes) -> None:
    """The last word; its figures are of the whole session. `subtype: success` goes together with `is_error: true`."""
    notes.is_over = True
    usage = as_mapping(event.get("usage"))
    notes.turns = _first(as_count(event.get("num_turns")), notes.turns)
    notes.cost_usd = _first(as_cost(event.get("total_cost_usd")), notes.cost_usd)
    notes.tokens_in = _first(add_counts(usage, *_INPUT), notes.tokens_in)
    notes.tokens_out = _first(add_counts(usage, "output_tokens"), notes.tokens_out)
    for denial in as_items(event.get("permission_denials")):
        _deny(as_mapping(denial), notes)
    subtype = as_text(event.get("subtype"))
    if event.get("is_error") is True or subtype.startswith("error"):
        errors = " ".join(as_text(error) for error in as_items(event.get("errors"))[:10])
        said = errors or as_text(event.get("result"))
        kind = subtype if subtype.startswith("error") else "error"
        notes.fail(f"{kind}: {said}" if said else kind)


def _deny(denial: dict[str, Any], notes: Notes) -> None:
    tool = as_text(denial.get("tool_name")) or "a tool"
    given = as_mapping(denial.get("tool_input"))
    subject = next((text for key in ("command", "file_path", "path", "url") if (text := as_text(given.get(key)))), "")
    what = f"{tool}: {subject}" if subject else tool
    notes.deny(what, as_text(denial.get("tool_use_id")) or what)


def _add(so_far: int | None, more: int | None) -> int | None:
    return so_far if more is None else (so_far or 0) + more


def _first(found: Figure | None, otherwise: Figure | None) -> Figure | None:
    return otherwise if found is None else found
