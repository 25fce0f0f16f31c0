"""Whether a coding agent is at work in this process's environment, and which."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

# Variables that the agents themselves set for the shells they run (measured or from their docs).
MARKS = {
    "CLAUDECODE": "claude",
    "CODEX_SESSION_ID": "codex",
    "CODEX_CI": "codex",
    "CODEX_THREAD_ID": "codex",
    "GEMINI_CLI": "gemini",
    "QWEN_CODE": "qwen",
    "CURSOR_AGENT": "cursor",
    "OPENCODE": "opencode",
    "COPILOT_AGENT": "copilot",
    "OPENCLAW_AGENT": "openclaw",
}

# Where agents name their conversation to the shells that they run.
SESSIONS = ("CLAUDE_CODE_SESSION_ID", "CODEX_SESSION_ID")


def detect_agent(env: Mapping[str, str] | None = None) -> str:
    """The name of the agent whose environment this is; empty for a person."""
    env = os.environ if env is None else env
    for mark, name in MARKS.items():
        if env.get(mark):
            return name
    named = env.get("AI_AGENT", "")
    return (named.split("_", 1)[0] or named).lower()


def find_session(env: Mapping[str, str] | None = None) -> str:
    """The id of the agent's conversation, as its own hooks know it; empty where the agent does not tell."""
    env = os.environ if env is None else env
    return next((env[name] for name in SESSIONS if env.get(name)), "")
