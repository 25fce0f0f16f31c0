"""Our handlers in the hook files of agents: how to know them, and how to take them out of a text.

Two shapes are in use: `hooks.EVENT[].hooks[]` (Claude Code, Codex, Gemini, Qwen) and `hooks.EVENT[]` (Cursor, Copilot,
Windsurf). A handler is ours by the module that its command starts, whatever interpreter and version are around it.
"""

from __future__ import annotations

import re
import shlex
from typing import TYPE_CHECKING, Any, NamedTuple

from openclaw_hooks.setup.json_text import locate, parse_json, read_parts, remove_part

if TYPE_CHECKING:
    from collections.abc import Iterator

    from openclaw_hooks.setup.json_text import JsonPath, Part

# The keys under which hosts keep the command line of a handler.
COMMAND_KEYS = ("command", "bash", "powershell")

# In a command line, or in a JSON text around one; `openclaw-hook` may be quoted with its path.
_OURS = re.compile(r"-m openclaw_hooks\.hook [a-z]+(?: |$)|(?:^|[/\s\"'])openclaw-hook(?:\\?[\"'])? [a-z]+(?: |$)")


class Handler(NamedTuple):
    """One handler of ours as a hook file configures it; `matcher` is empty where the host has none or takes all."""

    event: str
    matcher: str
    command: str
    settings: dict[str, Any]

    @property
    def words(self) -> list[str]:
        """The words of the command, for looking at; a shell runs it."""
        try:
            return shlex.split(self.command)
        except ValueError:
            return []


def find_command(handler: object) -> str:
    """The command line of a handler of ours; empty for anybody else's."""
    if not isinstance(handler, dict):
        return ""
    found = (handler.get(key) for key in COMMAND_KEYS)
    return next((text for text in found if isinstance(text, str) and _OURS.search(text)), "")


def list_handlers(settings: object) -> list[Handler]:
    """Our handlers in the parsed content of a hook file, in its order."""
    return list(_list_handlers(settings))


def _list_handlers(settings: object) -> Iterator[Handler]:
    hooks = settings.get("hooks") if isinstance(settings, dict) else None
    for event, groups in hooks.items() if isinstance(hooks, dict) else ():
        for group in groups if isinstance(groups, list) else ():
            inner = group.get("hooks") if isinstance(group, dict) else None
            for handler in inner if isinstance(inner, list) else [group]:
                if command := find_command(handler):
                    matcher = group.get("matcher", "")
                    yield Handler(event, matcher if isinstance(matcher, str) else "", command, handler)


def holds_ours(text: str) -> bool:
    """Whether a text, parsed or not, names one of our hooks."""
    return bool(_OURS.search(text))


def remove_handlers(text: str, before: str = "{}") -> str:
    """The JSON `text` without our handlers; containers that this leaves empty go too, unless `before` had them.

    Everything else stays byte for byte. Raises JsonError for what is not plain JSON.
    """
    mark = "\ufeff" if text.startswith("\ufeff") else ""
    text, before = text.removeprefix("\ufeff"), before.removeprefix("\ufeff").strip() or "{}"
    settings = parse_json(text)
    if not list_handlers(settings):
        return mark + text
    for event in settings["hooks"]:
        path = ("hooks", event)
        text, is_changed = _remove_from_list(text, path)
        if is_changed and not _parts(text, path) and locate(before, path) is None:
            text = _remove_member(text, path)
    if not _parts(text, ("hooks",)) and locate(before, ("hooks",)) is None:
        text = _remove_member(text, ("hooks",))
    return mark + text


def _remove_from_list(text: str, path: JsonPath) -> tuple[str, bool]:
    """`text` without our handlers in the list of groups or handlers at `path`, and whether there were any."""
    is_changed = False
    groups = _parts(text, path)
    for number in range(len(groups) - 1, -1, -1):
        group = groups[number].value
        inner = group.get("hooks") if isinstance(group, dict) else None
        if not isinstance(inner, list):
            is_ours = bool(find_command(group))
        else:
            ours = [index for index, handler in enumerate(inner) if find_command(handler)]
            is_ours = bool(ours) and len(ours) == len(inner)
            if ours and not is_ours:
                text, is_changed = _remove_inner(text, path, number, ours), True
        if is_ours:
            text, is_changed = remove_part(text, path, number), True
    return text, is_changed


def _remove_inner(text: str, path: JsonPath, number: int, ours: list[int]) -> str:
    """`text` without the handlers `ours` of one group, which keeps others."""
    start = _parts(text, path)[number].value_start
    end = _parts(text, path)[number].end
    group = text[start:end]
    for index in reversed(ours):
        group = remove_part(group, ("hooks",), index)
    return text[:start] + group + text[end:]


def _remove_member(text: str, path: JsonPath) -> str:
    members = _parts(text, path[:-1])
    number = next(index for index, part in enumerate(members) if part.key == path[-1])
    return remove_part(text, path[:-1], number)


def _parts(text: str, path: JsonPath) -> list[Part]:
    at = locate(text, path)
    return read_parts(text, at) if at is not None and text[at] in "{[" else []
