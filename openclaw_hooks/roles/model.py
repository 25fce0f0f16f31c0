"""What a role file says, as frozen values that a cache can hold as JSON."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from msgspec import Meta, Struct, field

SEMVER = r"^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(-[0-9A-Za-z.-]+)?(\+[0-9A-Za-z.-]+)?$"
ID_PATTERN = r"^[a-z0-9][a-z0-9-]*$"
HUMAN = "human"  # the escalation target that is no role

Id = Annotated[str, Meta(pattern=ID_PATTERN, description="lower-case words joined by `-`")]
Glob = Annotated[str, Meta(min_length=1, description="gitignore-like pattern")]
Regex = Annotated[str, Meta(min_length=1, description="Python regular expression")]
Text = Annotated[str, Meta(min_length=1)]
Target = Annotated[str, Meta(description="id of another role, or `human`")]


class Origin(StrEnum):
    """Where a file was found: in this package, or below `.openclaw/` of the repo."""

    SHIPPED = "shipped"
    PROJECT = "project"


class Framework(Struct, frozen=True, forbid_unknown_fields=True):
    """The way of working that the role follows."""

    name: Text
    prompt: Text


class FileMatch(Struct, frozen=True, forbid_unknown_fields=True, tag_field="type", tag="file_match"):
    """The repository must have a file that matches the pattern, once the work is done."""

    pattern: Glob
    description: str = ""


class ContentCheck(Struct, frozen=True, forbid_unknown_fields=True, tag_field="type", tag="content_check"):
    """A file must match the pattern, and each changed file that does must contain the check."""

    pattern: Glob
    check: Regex
    description: str = ""


RequiredOutput = FileMatch | ContentCheck


class ForbiddenPattern(Struct, frozen=True, forbid_unknown_fields=True):
    """What no added line may match in the files that `in` names."""

    pattern: Regex
    in_: Glob = field(name="in", default="**/*")
    description: str = ""


class Escalation(Struct, frozen=True, forbid_unknown_fields=True):
    """Who is asked when the work goes wrong; the empty text is nobody."""

    on_scope_violation: Target = ""
    on_budget_exceeded: Target = ""
    on_metric_failure: Target = ""


class RoleFile(Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """A role file."""

    id: Id
    version: Annotated[str, Meta(pattern=SEMVER, description="semantic version, such as 1.0.0")]
    name: Text
    description: str = ""
    responsibilities: tuple[Text, ...] = ()
    must_not: tuple[Text, ...] = ()
    framework: Framework | None = None
    required_outputs: tuple[RequiredOutput, ...] = ()
    forbidden_patterns: tuple[ForbiddenPattern, ...] = ()
    scope_paths: Annotated[tuple[Glob, ...], Meta(description="files that the role may change; none: any")] = ()
    escalation: Escalation = Escalation()


class Role(RoleFile, frozen=True, kw_only=True, omit_defaults=True):
    """A role as loaded: its file's content and where it came from."""

    file: str
    origin: Origin
