"""Whether a file below `.openclaw/` is what its reader expects, by its staged content and not by what lies on disk."""

from __future__ import annotations

from typing import TYPE_CHECKING

from openclaw_hooks.documents import DocumentError, parse_yaml, read_text
from openclaw_hooks.roles import load as roles
from openclaw_hooks.roles.model import Origin as RoleOrigin
from openclaw_hooks.rules import load as rules
from openclaw_hooks.rules.model import Origin as RuleOrigin
from openclaw_hooks.settings import CONFIG_PATH, parse_settings

if TYPE_CHECKING:
    from collections.abc import Callable

PLAN_TEMPLATES = ".openclaw/plan-templates"
AGENTS = ".openclaw/agents.yaml"


def validate_own_file(path: str, content: bytes) -> None:
    """Raises DocumentError when `content` is not a valid file of ours at `path` (relative to the root).

    Files that we don't read need only have valid syntax: YAML and JSON, by their suffix.
    """
    _pick_reader(path)(path, content)


def _pick_reader(path: str) -> Callable[[str, bytes], object]:
    if path == CONFIG_PATH:
        return _read_config
    if path == AGENTS:
        return _read_agents
    if path.startswith(f"{rules.PROJECT_FOLDER}/{rules.HARNESS}/") and path.endswith(".md"):
        return _read_harness_rule
    if path.startswith(f"{rules.PROJECT_FOLDER}/") and path.endswith(".md"):
        return _read_rule
    folder, _, name = path.rpartition("/")
    if folder == roles.PROJECT_FOLDER and name.endswith((".yaml", ".yml")):
        return _read_role
    if folder == PLAN_TEMPLATES and name.endswith((".yaml", ".yml")):
        return _read_plan_template
    if name.endswith((".yaml", ".yml")):
        return _read_yaml
    return _read_json if name.endswith(".json") else _accept


def _read_config(path: str, content: bytes) -> object:
    return parse_settings(content, path)


def _read_rule(path: str, content: bytes) -> object:
    return rules.parse_rule(rules.Source(path, path, RuleOrigin.PROJECT), content)


def _read_harness_rule(path: str, content: bytes) -> object:
    return rules.parse_harness_rule(rules.Source(path, path, RuleOrigin.PROJECT), content)


def _read_role(path: str, content: bytes) -> object:
    return roles.parse_role(roles.Source(path, path, RoleOrigin.PROJECT), content)


def _read_plan_template(path: str, content: bytes) -> object:
    from openclaw_hooks.plans.templates import parse_template

    return parse_template(roles.Source(path, path, RoleOrigin.PROJECT), content)


def _read_agents(path: str, content: bytes) -> object:
    from openclaw_hooks.agent_files.load import parse_agents

    return parse_agents(content, path)


def _read_yaml(path: str, content: bytes) -> object:
    return parse_yaml(path, read_text(path, content))


def _read_json(path: str, content: bytes) -> object:
    import json

    try:
        return json.loads(read_text(path, content))
    except json.JSONDecodeError as error:
        raise DocumentError(path, error.lineno, f"not valid JSON: {error.msg} (column {error.colno})") from error
    except (ValueError, RecursionError) as error:
        raise DocumentError(path, 1, f"not valid JSON: {str(error) or 'nested too deeply'}") from error


def _accept(path: str, content: bytes) -> object:
    return None
