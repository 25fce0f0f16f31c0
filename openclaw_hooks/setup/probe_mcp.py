"""Whether MCP clients can start the knowledge server that `.mcp.json` names."""

from __future__ import annotations

import shutil
from importlib.util import find_spec
from typing import TYPE_CHECKING

from openclaw_hooks.setup.json_text import JsonError
from openclaw_hooks.setup.mcp_config import ENTRY, PROGRAM, SERVER, find_server
from openclaw_hooks.setup.probe import Probe, ok, warn
from openclaw_hooks.setup.repo_facts import MCP_CONFIG

if TYPE_CHECKING:
    from openclaw_hooks.setup.probe import DoctorFacts

LAYER = "mcp server"


def probe_mcp(facts: DoctorFacts) -> list[Probe]:
    """Our entry in `.mcp.json`, and what it needs on this machine; nothing where there is none."""
    text = facts.repo.contents.get(MCP_CONFIG, b"").decode("utf-8", "replace")
    if SERVER not in text:
        return []
    try:
        entry = find_server(text)
    except JsonError as error:
        return [warn(LAYER, f"{MCP_CONFIG}: {error.message}", f"mend {MCP_CONFIG}")]
    if entry is None:
        return []
    if entry != ENTRY:
        return [ok(LAYER, f"{MCP_CONFIG} starts {SERVER} in a way of your own")]
    if shutil.which(PROGRAM, path=facts.path) is None:
        return [warn(LAYER, f"{MCP_CONFIG} starts `{PROGRAM}`, which is not on PATH", f"put {PROGRAM} on PATH")]
    missing = [name for name in ("mcp", "apsw") if find_spec(name) is None]
    if missing:
        return [warn(LAYER, f"{SERVER} lacks {' and '.join(missing)}", "pip install 'openclaw-hooks[mcp]'")]
    return [ok(LAYER, f"{MCP_CONFIG} starts `{PROGRAM} {' '.join(ENTRY['args'])}`")]
