"""What a rule file and a harness rule file say, as frozen values that a cache can hold as JSON."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from msgspec import Meta, Struct, field

from openclaw_hooks.verdict import Severity

SEMVER = r"^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(-[0-9A-Za-z.-]+)?(\+[0-9A-Za-z.-]+)?$"

Id = Annotated[str, Meta(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", description="lower-case words joined by `-`")]
Version = Annotated[str, Meta(pattern=SEMVER, description="semantic version, such as 1.0.0")]
Priority = Annotated[int, Meta(ge=0, le=100, description="within a tier, higher comes first")]
Globs = Annotated[tuple[str, ...], Meta(description="gitignore-like patterns; `!` takes back, the last match wins")]
Regex = Annotated[str, Meta(min_length=1, description="Python regular expression")]
Message = Annotated[str, Meta(min_length=1, description="what is wrong, in one line")]
Hint = Annotated[str, Meta(description="what to do instead")]


class Tier(StrEnum):
    """How specific a rule is: project rules win over framework rules, and those over universal ones."""

    UNIVERSAL = "universal"
    FRAMEWORK = "framework"
    PROJECT = "project"

    @property
    def weight(self) -> int:
        """What counts when rules are put in order: more comes first."""
        return _TIER_WEIGHTS[self]


_TIER_WEIGHTS = {Tier.UNIVERSAL: 0, Tier.FRAMEWORK: 10, Tier.PROJECT: 20}


class Origin(StrEnum):
    """Where a file was found: in this package, or below `.openclaw/` of the repo."""

    SHIPPED = "shipped"
    PROJECT = "project"


class When(StrEnum):
    """Which files a forbidden path is about: new names only, or modified files as well."""

    ADDED = "added"
    CHANGED = "changed"


class Forbid(
    Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True, tag_field="type", tag="forbid"
):
    """A pattern that no added line may match."""

    id: Id
    pattern: Annotated[str, Meta(min_length=1, description="Python regular expression, searched line by line")]
    in_: Annotated[Globs, Meta(description="files to look at; default: the rule's paths")] = field(
        name="in", default=()
    )
    except_: Annotated[Globs, Meta(description="files to leave alone")] = field(name="except", default=())
    unless: Annotated[str, Meta(description="a line that matches this is fine")] = ""
    ignore_case: bool = False
    message: Message
    hint: Hint = ""
    severity: Severity = Severity.ERROR


class ForbidPath(
    Struct,
    frozen=True,
    kw_only=True,
    omit_defaults=True,
    forbid_unknown_fields=True,
    tag_field="type",
    tag="forbid-path",
):
    """File names that must not appear."""

    id: Id
    paths: Annotated[Globs, Meta(min_length=1, description="the forbidden names")]
    except_: Annotated[Globs, Meta(description="names that are fine all the same")] = field(name="except", default=())
    when: When = When.ADDED
    message: Message
    hint: Hint = ""
    severity: Severity = Severity.ERROR


class RequireCompanion(
    Struct,
    frozen=True,
    kw_only=True,
    omit_defaults=True,
    forbid_unknown_fields=True,
    tag_field="type",
    tag="require-companion",
):
    """Files that need another file beside them, such as a test."""

    id: Id
    for_: Annotated[Globs, Meta(min_length=1, description="added or modified files")] = field(name="for")
    except_: Annotated[Globs, Meta(description="files that need no companion")] = field(name="except", default=())
    needs: Annotated[
        tuple[str, ...], Meta(min_length=1, description="globs, one of which must match; with {stem} and {dir}")
    ]
    message: Message
    hint: Hint = ""
    severity: Severity = Severity.ERROR


class RequireContent(
    Struct,
    frozen=True,
    kw_only=True,
    omit_defaults=True,
    forbid_unknown_fields=True,
    tag_field="type",
    tag="require-content",
):
    """A pattern that each whole file must contain."""

    id: Id
    in_: Annotated[Globs, Meta(description="files to look at; default: the rule's paths")] = field(
        name="in", default=()
    )
    except_: Annotated[Globs, Meta(description="files to leave alone")] = field(name="except", default=())
    pattern: Regex
    message: Message
    hint: Hint = ""
    severity: Severity = Severity.ERROR


RuleCheck = Forbid | ForbidPath | RequireCompanion | RequireContent


class RuleHead(Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """The frontmatter of a rule file."""

    id: Id
    version: Version
    tier: Tier
    paths: Annotated[Globs, Meta(min_length=1, description="files that the rule is about")] = ("**/*",)
    detect: Annotated[
        tuple[str, ...], Meta(description="framework ids or marker files; one that is found activates the rule")
    ] = ()
    priority: Priority = 50
    tags: tuple[str, ...] = ()
    checks: Annotated[tuple[RuleCheck, ...], Meta(description="what a machine checks of this rule")] = ()


class Rule(RuleHead, frozen=True, kw_only=True, omit_defaults=True):
    """A rule as loaded: its frontmatter, the markdown below it, and where it came from."""

    body: str
    file: str
    origin: Origin

    @property
    def title(self) -> str:
        """The text of the first heading, or the id where there is none."""
        return find_title(self.body) or self.id


class HarnessType(StrEnum):
    """What a harness rule does: tells the agent, checks what it did, or stops it."""

    INJECT = "inject"
    ENFORCE = "enforce"
    BLOCK = "block"


class HarnessScope(StrEnum):
    """Where a harness rule holds: in a session beside a person, or in a task run for the mesh."""

    LOCAL = "local"
    MESH = "mesh"


class Enforcement(StrEnum):
    """The mechanical check behind a harness rule; `harness.ENFORCED_BY` says what implements each."""

    SCOPE_CHECK = "scope_check"
    POST_SCAN = "post_scan"
    POST_VALIDATE = "post_validate"
    PRE_COMMIT_SCAN = "pre_commit_scan"
    OUTPUT_BLOCK = "output_block"
    METRIC_REQUIRED = "metric_required"
    PRE_CHECK = "pre_check"


class HarnessHead(RuleHead, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """The frontmatter of a harness rule file."""

    tier: Tier = Tier.UNIVERSAL
    type: HarnessType
    scope: Annotated[tuple[HarnessScope, ...], Meta(min_length=1)] = (HarnessScope.LOCAL, HarnessScope.MESH)
    activate_on: Annotated[
        tuple[str, ...], Meta(description="words in the task that activate the rule; none: always active")
    ] = ()
    active: bool = True
    enforcement: Enforcement | None = None
    patterns: Annotated[
        tuple[Regex, ...], Meta(description="for post_scan and output_block: lines of output to find")
    ] = ()
    ignore: Annotated[tuple[Regex, ...], Meta(description="lines that look alike but are fine")] = ()
    services: Annotated[
        tuple[str, ...], Meta(description="for pre_check: commands on PATH, `host:port` or `name=host:port`")
    ] = ()
    command: Annotated[tuple[str, ...], Meta(description="reserved: a command as a list of words")] = ()


class HarnessRule(HarnessHead, frozen=True, kw_only=True, omit_defaults=True):
    """A harness rule as loaded: its frontmatter, the markdown below it, and where it came from."""

    body: str
    file: str
    origin: Origin

    @property
    def title(self) -> str:
        """The text of the first heading, or the id where there is none."""
        return find_title(self.body) or self.id


def find_title(body: str) -> str:
    """The text of the first `# ` heading of a markdown `body`; empty without one."""
    for line in body.splitlines():
        if line.startswith("# "):
            return line[2:].strip()
    return ""
