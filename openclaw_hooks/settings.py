"""The settings of one repository: `.openclaw/config.yaml`, every key optional."""

from __future__ import annotations

import os
from enum import StrEnum
from typing import Annotated

import msgspec
from msgspec import Meta, Struct

from openclaw_hooks.documents import decode, parse_yaml, read_file, read_text
from openclaw_hooks.globs import GlobError, refuse_negations_only, validate_glob
from openclaw_hooks.verdict import Answer

CONFIG_PATH = ".openclaw/config.yaml"

Globs = Annotated[tuple[str, ...], Meta(description="gitignore-like patterns; `!` takes back, the last match wins")]

# Types of https://www.conventionalcommits.org/en/v1.0.0/ as its spec and the Angular convention list them.
COMMIT_TYPES = ("build", "chore", "ci", "docs", "feat", "fix", "perf", "refactor", "revert", "style", "test")


class CheckSettings(Struct, frozen=True, forbid_unknown_fields=True):
    """Which checks run and how much they weigh."""

    disable: Annotated[tuple[str, ...], Meta(description="checks that do not run")] = ()
    warn: Annotated[tuple[str, ...], Meta(description="checks whose errors become warnings")] = ()


class RuleSettings(Struct, frozen=True, forbid_unknown_fields=True):
    """Which rules are in force, by rule id or `rule-id/check-id`."""

    disable: Annotated[tuple[str, ...], Meta(description="rules or rule checks that are not in force")] = ()
    warn: Annotated[tuple[str, ...], Meta(description="rules or rule checks whose errors become warnings")] = ()
    frameworks: Annotated[
        tuple[str, ...] | None, Meta(description="framework ids to use in place of detecting them")
    ] = None
    max_chars: Annotated[int, Meta(ge=500, le=100_000, description="budget of the prompt block, in characters")] = 4000


class SecretSettings(Struct, frozen=True, forbid_unknown_fields=True):
    """What the secrets check leaves alone."""

    exclude: Globs = ()
    baseline: Annotated[str, Meta(description="a detect-secrets baseline, relative to the root")] = ".secrets.baseline"


class StructuredFileSettings(Struct, frozen=True, forbid_unknown_fields=True):
    """Which JSON, YAML and TOML files need not parse."""

    exclude: Globs = ()


class CommitMessageSettings(Struct, frozen=True, forbid_unknown_fields=True):
    """What a commit message must look like."""

    types: Annotated[tuple[str, ...], Meta(description="allowed types")] = COMMIT_TYPES
    scopes: Annotated[tuple[str, ...], Meta(description="allowed scopes; empty allows any")] = ()
    require_scope: Annotated[bool, Meta(description="whether `type: ...` without a scope is refused")] = False
    max_subject: Annotated[int, Meta(ge=20, le=500, description="longest subject line, in characters")] = 100


class PushSettings(Struct, frozen=True, forbid_unknown_fields=True):
    """What a push may do."""

    protected: Annotated[Globs, Meta(description="branches that nobody may delete or force-push")] = (
        "main",
        "master",
        "production",
        "release",
        "release/**",
    )
    check_commits: Annotated[bool, Meta(description="check pushed commits that carry no receipt")] = True
    send_receipts: Annotated[bool, Meta(description="push refs/notes/openclaw along")] = True


class ScopeSettings(Struct, frozen=True, forbid_unknown_fields=True):
    """Which files may change at all, and in which role; OPENCLAW_SCOPE and OPENCLAW_ROLE come first."""

    paths: Annotated[Globs, Meta(description="files that may change at all; empty allows every file")] = ()
    role: Annotated[str, Meta(description="the role whose limits hold")] = ""


class CommandSettings(Struct, frozen=True, forbid_unknown_fields=True):
    """What is said about an agent's command lines; skipping and disabling the checks is always refused."""

    git: Annotated[Answer, Meta(description="git commands that lose work: forced pushes, discarded changes")] = (
        Answer.DENY
    )
    filesystem: Annotated[Answer, Meta(description="mass deletion outside the repository, writing to disks")] = (
        Answer.DENY
    )
    secret_files: Annotated[Answer, Meta(description="showing or sending files that hold secrets")] = Answer.DENY
    cloud: Annotated[Answer, Meta(description="destroying what runs elsewhere: terraform, aws, kubectl, helm")] = (
        Answer.ASK
    )
    database: Annotated[Answer, Meta(description="dropping or emptying a database")] = Answer.ASK
    unsure: Annotated[
        Answer, Meta(description="deletions and forced pushes whose target is only known at run time")
    ] = Answer.ASK


class Approvals(StrEnum):
    """What an approval must carry to count."""

    UNSIGNED = "unsigned"
    SIGNED = "signed"


ColumnLimit = Annotated[int, Meta(ge=0, le=10_000)]


class ColumnLimits(Struct, frozen=True, forbid_unknown_fields=True):
    """How many tasks a column of the board may hold before Mission Control marks it; 0: any number."""

    proposed: ColumnLimit = 0
    ready: ColumnLimit = 0
    progress: ColumnLimit = 8
    review: ColumnLimit = 6


class BoardSettings(Struct, frozen=True, forbid_unknown_fields=True):
    """How the board of tasks and plans is shared and claimed."""

    remote: Annotated[str, Meta(description="the git remote that shares the board; `none` keeps it here")] = ""
    lease_minutes: Annotated[
        int, Meta(ge=1, le=10_080, description="how long a claim holds without a sign of life")
    ] = 120
    trailers: Annotated[bool, Meta(description="add `Task: T-...` to the message of a commit made under a claim")] = (
        True
    )
    limits: ColumnLimits = ColumnLimits()


class AcceptSettings(Struct, frozen=True, forbid_unknown_fields=True):
    """Which proposals of other nodes the lead accepts without anybody looking at them; by default none."""

    nodes: Annotated[tuple[str, ...], Meta(description="nodes that may propose so; `*` is every node that joined")] = ()
    paths: Annotated[Globs, Meta(description="what the scope of such a task must be inside; empty accepts none")] = ()
    allow_metric_from: Annotated[
        tuple[str, ...], Meta(description="nodes whose proposals may bring a command as their metric")
    ] = ()
    max_per_node: Annotated[int, Meta(ge=1, le=10_000, description="open tasks that a node may have brought so")] = 20


class MeshSettings(Struct, frozen=True, forbid_unknown_fields=True):
    """What nodes of the mesh may do, as its lead decides."""

    silent_minutes: Annotated[
        float, Meta(ge=0.1, le=1440, description="how long a node may be silent before it loses what it has claimed")
    ] = 5
    max_proposals: Annotated[
        int, Meta(ge=1, le=100_000, description="proposals of one node that may wait for somebody's word")
    ] = 100
    accept: AcceptSettings = AcceptSettings()
    calls: Annotated[
        dict[str, tuple[str, ...]],
        Meta(
            description="which tools a node may call (`*`: every node), as `node.tool.method`; each part may have `*`"
        ),
    ] = {}


# Markdown, wherever it lies, and the policy that is written as YAML.
KNOWLEDGE_FILES = ("*.md", "*.markdown", "*.mdx", ".openclaw/roles/*.yaml", ".openclaw/plan-templates/*.yaml")


class KnowledgeSettings(Struct, frozen=True, forbid_unknown_fields=True):
    """Which files can be found by searching; what git ignores never is, and tasks and plans of the board always are."""

    include: Annotated[Globs, Meta(description="files to index")] = KNOWLEDGE_FILES
    exclude: Annotated[Globs, Meta(description="files among them to leave out")] = ()
    prompt_chars: Annotated[
        int,
        Meta(ge=0, le=8000, description="budget of passages quoted to an agent for its task, in characters; 0: none"),
    ] = 0


class Merge(StrEnum):
    """What becomes of an agent's kept work beyond its branch."""

    NONE = "none"
    FF = "ff"
    BRANCH = "branch"


class AgentSettings(Struct, frozen=True, forbid_unknown_fields=True):
    """How agents are run on tasks: `openclaw agent run` and `openclaw agent work`."""

    name: Annotated[str, Meta(description="the agent command to use when none is named; see agents.yaml")] = ""
    attempts: Annotated[int, Meta(ge=1, le=1000, description="attempts at a task")] = 3
    max_cost_usd: Annotated[
        float, Meta(ge=0, description="US dollars that a run may cost, where the agent tells; 0: any")
    ] = 0
    merge: Annotated[
        Merge,
        Meta(description="kept work: on its branch only, fast-forwarded into the target, or its branch pushed"),
    ] = Merge.NONE
    push_remote: Annotated[str, Meta(description="the git remote that branches are pushed to")] = "origin"
    evaluator: Annotated[Globs, Meta(description="files that measure the work: frozen while a metric runs")] = ()
    share: Annotated[
        tuple[str, ...],
        Meta(description="ignored files and folders, such as node_modules, that each checkout gets a link to"),
    ] = ()
    metric_minutes: Annotated[float, Meta(gt=0, le=1440, description="how long one run of a metric may take")] = 10
    metric_env: Annotated[
        tuple[str, ...], Meta(description="variables that metrics may see; `NAME` or `PREFIX_*`")
    ] = ()
    max_output_mb: Annotated[int, Meta(ge=1, le=1000, description="megabytes that are kept of an agent's output")] = 8


class Settings(Struct, frozen=True, forbid_unknown_fields=True):
    """`.openclaw/config.yaml`: the settings of one repository."""

    format: Annotated[int, Meta(ge=1, le=1, description="version of this format")] = 1
    checks: CheckSettings = CheckSettings()
    rules: RuleSettings = RuleSettings()
    secrets: SecretSettings = SecretSettings()
    structured_files: StructuredFileSettings = StructuredFileSettings()
    commit_message: CommitMessageSettings = CommitMessageSettings()
    push: PushSettings = PushSettings()
    scope: ScopeSettings = ScopeSettings()
    commands: CommandSettings = CommandSettings()
    board: BoardSettings = BoardSettings()
    mesh: MeshSettings = MeshSettings()
    knowledge: KnowledgeSettings = KnowledgeSettings()
    agent: AgentSettings = AgentSettings()
    approvals: Annotated[
        Approvals, Meta(description="whether approvals carry an SSH signature of somebody in .openclaw/allowed_signers")
    ] = Approvals.UNSIGNED


def load_settings(root: str) -> Settings:
    """The settings of the repository at `root`; defaults where there is no file.

    Raises DocumentError with line, key and the nearest valid name.
    """
    path = os.path.join(root, CONFIG_PATH)
    return parse_settings(read_file(path, CONFIG_PATH)) if os.path.lexists(path) else Settings()


def parse_settings(content: bytes, path: str = CONFIG_PATH) -> Settings:
    """The settings in a config file's `content`; raises DocumentError."""
    document = parse_yaml(path, read_text(path, content))
    if document.value is None:  # only comments
        return Settings()
    settings = decode(document, Settings)
    glob_keys = {
        ("secrets", "exclude"): settings.secrets.exclude,
        ("structured_files", "exclude"): settings.structured_files.exclude,
        ("push", "protected"): settings.push.protected,
        ("scope", "paths"): settings.scope.paths,
        ("knowledge", "include"): settings.knowledge.include,
        ("knowledge", "exclude"): settings.knowledge.exclude,
        ("mesh", "accept", "paths"): settings.mesh.accept.paths,
        ("agent", "evaluator"): settings.agent.evaluator,
    }
    for keys, patterns in glob_keys.items():
        for index, pattern in enumerate(patterns):
            try:
                validate_glob(pattern)
                refuse_negations_only(patterns)
            except GlobError as error:
                raise document.error((*keys, index), f"`{'.'.join(keys)}`: {error.message}", error.hint) from error
    for caller, globs in settings.mesh.calls.items():
        for index, glob in enumerate(globs):
            if glob.count(".") != 2 or not all(glob.split(".")):
                reason = f"`mesh.calls`: {glob[:80]!r} is not `node.tool.method`"
                raise document.error(("mesh", "calls", caller, index), reason, "two dots, each part may be `*`")
    return settings


def settings_schema() -> dict[str, object]:
    """The JSON Schema (2020-12) of config.yaml."""
    return msgspec.json.schema(Settings)
