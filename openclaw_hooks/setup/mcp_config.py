"""Our server in `.mcp.json`, the file of a project's MCP servers: added beside others, and taken out again; pure.

The file is shared with everybody, so it names the program by a name that no other one has and no path of this machine.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from openclaw_hooks.setup.claude_settings import merge_fragment
from openclaw_hooks.setup.edits import Plan
from openclaw_hooks.setup.file_plan import leave_alone, plan_file
from openclaw_hooks.setup.json_text import JsonError, locate, parse_json, read_parts, remove_part
from openclaw_hooks.setup.repo_facts import MCP_CONFIG

if TYPE_CHECKING:
    from openclaw_hooks.setup.repo_facts import RepoFacts

SERVERS: Final = "mcpServers"
SERVER: Final = "openclaw-knowledge"
PROGRAM: Final = "openclaw-hooks"
ENTRY: Final[dict[str, Any]] = {"command": PROGRAM, "args": ["knowledge", "serve", "--stdio"]}
NEEDS: Final = (
    "the server in .mcp.json needs `pip install 'openclaw-hooks[mcp]'` on each machine; Claude Code asks once "
    "whether you trust it"
)


def plan_mcp(facts: RepoFacts) -> Plan:
    """What adds our server to `.mcp.json`; nothing where one of that name is, whatever it says."""
    found = facts.contents.get(MCP_CONFIG)
    try:
        after = add_server((found or b"").decode("utf-8"))
    except (JsonError, UnicodeDecodeError) as error:
        reason = error.message if isinstance(error, JsonError) else "not UTF-8"
        return leave_alone(MCP_CONFIG, reason, json.dumps({SERVERS: {SERVER: ENTRY}}, indent=2))
    plan = plan_file(facts, MCP_CONFIG, after.encode("utf-8"), "searching this repository's knowledge, for MCP clients")
    return plan.join(Plan(notes=(NEEDS,))) if plan.edits else plan


def add_server(text: str) -> str:
    """The JSON `text` with our server in it; raises JsonError."""
    return text if find_server(text) is not None else merge_fragment(text, {SERVERS: {SERVER: ENTRY}})


def find_server(text: str) -> Any:
    """What the JSON `text` says of our server, None when nothing; raises JsonError."""
    text = text.removeprefix("\ufeff")
    root = parse_json(text) if text.strip() else {}
    servers = root.get(SERVERS) if isinstance(root, dict) else None
    return servers.get(SERVER) if isinstance(servers, dict) else None


def remove_server(text: str, before: str = "{}") -> str:
    """The JSON `text` without our server, if it is as we wrote it; its list goes too unless `before` had one."""
    if find_server(text) != ENTRY:
        return text
    mark = "\ufeff" if text.startswith("\ufeff") else ""
    text = _remove_member(text.removeprefix("\ufeff"), (SERVERS,), SERVER)
    is_empty = not read_parts(text, locate(text, (SERVERS,)) or 0)
    if is_empty and locate(before.removeprefix("\ufeff") or "{}", (SERVERS,)) is None:
        text = _remove_member(text, (), SERVERS)
    return mark + text


def _remove_member(text: str, keys: tuple[str, ...], name: str) -> str:
    parts = read_parts(text, locate(text, keys) or 0)
    return remove_part(text, keys, next(number for number, part in enumerate(parts) if part.key == name))
