"""Which of our hooks the settings of Claude Code hold, and whether they would really run."""

from __future__ import annotations

import json
import os
import re

SETTINGS = (os.path.join(".claude", "settings.json"), os.path.join(".claude", "settings.local.json"))
# How an installed hook names this package: the console script, or the module behind an interpreter.
_OURS = re.compile(r"openclaw[-_]hook(?:s\.hook)?\b.*\bclaude\b", re.DOTALL)


def settings_files(top: str, cwd: str) -> tuple[str, ...]:
    """The settings that count for a session in `cwd`: of the project, of that folder, and of the user."""
    folders = (top, cwd, os.environ.get("CLAUDE_PROJECT_DIR", ""))
    user = os.environ.get("CLAUDE_CONFIG_DIR", "") or os.path.expanduser(os.path.join("~", ".claude"))
    found = [os.path.join(folder, name) for folder in folders if folder for name in SETTINGS]
    return tuple(dict.fromkeys((*found, os.path.join(user, "settings.json"))))


def list_wired(top: str, cwd: str) -> tuple[str, ...]:
    """Our hooks in all settings together, each as `Event matcher`, sorted; broken files hold none."""
    found: set[str] = set()
    for path in settings_files(top, cwd):
        settings, _ = read_settings(path)
        found |= wired_in(settings)
    return tuple(sorted(found))


def read_settings(path: str) -> tuple[dict[str, object], str]:
    """The settings in a file, and why they cannot be read; a file that is not there holds none."""
    try:
        with open(path, "rb") as stream:
            settings = json.loads(stream.read().decode("utf-8-sig") or "{}")
    except FileNotFoundError:
        return {}, ""
    except (OSError, ValueError, RecursionError) as error:
        return {}, f"cannot be read ({type(error).__name__})"
    return (settings, "") if isinstance(settings, dict) else ({}, "is no JSON object")


def wired_in(settings: dict[str, object]) -> set[str]:
    """Our hooks in one settings file that run always and are waited for."""
    hooks = settings.get("hooks")
    found: set[str] = set()
    for event, groups in hooks.items() if isinstance(hooks, dict) else ():
        for group in groups if isinstance(groups, list) else ():
            if not isinstance(group, dict):
                continue
            handlers = group.get("hooks")
            if any(_is_ours(handler) for handler in (handlers if isinstance(handlers, list) else ())):
                found.add(f"{event} {group.get('matcher') or '*'}")
    return found


def _is_ours(handler: object) -> bool:
    """Whether a handler runs us for every call: `if` narrows it, `async` answers too late."""
    if not isinstance(handler, dict) or handler.get("type", "command") != "command":
        return False
    if handler.get("if") or handler.get("async"):
        return False
    arguments = handler.get("args")
    words = [handler.get("command"), *(arguments if isinstance(arguments, list) else ())]
    return bool(_OURS.search(" ".join(word for word in words if isinstance(word, str))))
