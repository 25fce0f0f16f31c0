"""JSON Schemas of the files and outputs of this program, made from the structs that read and write them.

Their dialect is https://json-schema.org/draft/2020-12/schema. A schema cannot say everything that the loaders check:
that a glob or a pattern can be read, that an id is the name of its file, that a role exists.
"""

from __future__ import annotations

from typing import Any, Literal, NamedTuple

import msgspec
from msgspec import Struct

from openclaw_hooks.agent_files.model import AgentsFile
from openclaw_hooks.documents import suggest
from openclaw_hooks.errors import OpenclawError
from openclaw_hooks.plans.model import PlanFile, TemplateFile
from openclaw_hooks.receipts import Receipt
from openclaw_hooks.roles.model import RoleFile
from openclaw_hooks.rules.model import HarnessHead, RuleHead
from openclaw_hooks.settings import Settings
from openclaw_hooks.tasks.model import TaskHead
from openclaw_hooks.verdict import Severity

DIALECT = "https://json-schema.org/draft/2020-12/schema"


class FindingOutput(Struct, frozen=True, forbid_unknown_fields=True):
    """One thing that a check found; `line` is 1-based, 0 where there is no line."""

    check: str
    severity: Severity
    path: str
    line: int
    message: str
    hint: str
    rule: str


class VerdictOutput(Struct, frozen=True, forbid_unknown_fields=True):
    """The findings of a run, the checks that ran, and how many errors and warnings there are."""

    findings: tuple[FindingOutput, ...]
    checks: tuple[str, ...]
    errors: int
    warnings: int


class CheckOutput(Struct, frozen=True, forbid_unknown_fields=True):
    """What `openclaw check --format json` prints."""

    schema: Literal["openclaw/check/1"]
    data: VerdictOutput


class Format(NamedTuple):
    """A file format or output: the struct behind it, a title, and where it is met."""

    kind: type[Struct]
    title: str
    where: str


FORMATS = {
    "config": Format(Settings, "Settings of a repository", ".openclaw/config.yaml"),
    "rule": Format(RuleHead, "Frontmatter of a rule", ".openclaw/rules/**/*.md"),
    "harness-rule": Format(HarnessHead, "Frontmatter of a harness rule", ".openclaw/rules/harness/*.md"),
    "role": Format(RoleFile, "Role", ".openclaw/roles/*.yaml"),
    "task": Format(TaskHead, "Frontmatter of a task", ".openclaw/board/tasks/*.md"),
    "plan-template": Format(TemplateFile, "Plan template", ".openclaw/plan-templates/*.yaml"),
    "plan": Format(PlanFile, "Plan", ".openclaw/board/plans/*.yaml"),
    "agents": Format(AgentsFile, "Agent commands", ".openclaw/agents.yaml"),
    "receipt": Format(Receipt, "Receipt of a checked commit", "each line of a note in refs/notes/openclaw"),
    "check": Format(CheckOutput, "Output of the checks", "openclaw check --format json"),
}


def make_schema(name: str) -> dict[str, Any]:
    """The JSON Schema of the format `name`; raises OpenclawError that names the nearest."""
    if name not in FORMATS:
        raise OpenclawError(f"no schema `{name}`", suggest(name, list(FORMATS)))
    found = FORMATS[name]
    schema = _tidy(msgspec.json.schema(found.kind))
    return {"$schema": DIALECT, "title": found.title, **schema}


def _tidy(node: Any) -> Any:
    """The schema with descriptions as one paragraph: docstrings keep their indentation up to Python 3.12."""
    if isinstance(node, dict):
        return {
            key: " ".join(value.split()) if key == "description" and isinstance(value, str) else _tidy(value)
            for key, value in node.items()
        }
    return [_tidy(item) for item in node] if isinstance(node, list) else node


def encode_schema(name: str) -> bytes:
    """The schema as it is printed and published: indented JSON with a line end."""
    return msgspec.json.format(msgspec.json.encode(make_schema(name)), indent=2) + b"\n"
