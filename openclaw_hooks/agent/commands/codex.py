"""The events of `codex exec --json`: https://developers.openai.com/codex/noninteractive."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from openclaw_hooks.agent.commands.notes import add_counts, as_items, as_mapping, as_text, one_line

if TYPE_CHECKING:
    from openclaw_hooks.agent.commands.notes import Notes


def read_codex(event: dict[str, Any], notes: Notes) -> None:
    """Take what is kept of one event into `notes`; it tells tokens and no cost."""
    match event["type"]:
        case "thread.started":
            notes.session = one_line(as_text(event.get("thread_id")))
        case "turn.completed":
            notes.is_over, notes.failure = True, ""  # an error before it was overcome, such as a lost connection
            usage = as_mapping(event.get("usage"))
            notes.turns = (notes.turns or 0) + 1
            notes.tokens_in = _last(add_counts(usage, "input_tokens"), notes.tokens_in)  # what was cached is in it
            notes.tokens_out = _last(add_counts(usage, "output_tokens"), notes.tokens_out)
        case "turn.failed":
            notes.is_over = True
            notes.fail(as_text(as_mapping(event.get("error")).get("message")) or "the turn failed")
        case "error":
            notes.fail(as_text(event.get("message")) or "it reported an error")
        case "item.started" | "item.completed":
            _read_item(as_mapping(event.get("item")), event["type"] == "item.completed", notes)


def _read_item(item: dict[str, Any], is_done: bool, notes: Notes) -> None:
    kind = as_text(item.get("type")) or as_text(item.get("item_type"))
    if kind in ("agent_message", "assistant_message"):
        notes.say(as_text(item.get("text")) if is_done else "")
        return
    item_id = as_text(item.get("id"))[:200]
    name, arguments = _describe(kind, item)
    if name and not (is_done and item_id and item_id in notes.tools):
        notes.call(name, arguments, item_id)
    if item.get("status") == "declined":
        subject = as_text(arguments.get("command")) or as_text(arguments.get("path"))
        notes.deny(f"{name or kind}: {subject}", item_id or subject)


def _describe(kind: str, item: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """What is called a tool call, and what it acts on; an empty name for items that are none."""
    match kind:
        case "command_execution":
            return "shell", {"command": item.get("command")}
        case "file_change":
            paths = [as_text(as_mapping(change).get("path")) for change in as_items(item.get("changes"))[:10]]
            return "edit", {"path": " ".join(paths)}
        case "mcp_tool_call":
            return f"{as_text(item.get('server'))}.{as_text(item.get('tool'))}", as_mapping(item.get("arguments"))
        case "web_search":
            return "web search", {"query": item.get("query")}
        case _:
            return "", {}


def _last(found: int | None, before: int | None) -> int | None:
    """Each turn tells the sums of the whole thread."""
    return before if found is None else found
