"""Whether staged JSON, YAML and TOML files parse, and our own formats validate."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from openclaw_hooks.globs import compile_globs
from openclaw_hooks.verdict import Finding, Severity

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from yaml.events import Event

    from openclaw_hooks.checks.change import Change
    from openclaw_hooks.checks.policy import Policy

CHECK = "structured-files"

# Files that their own tools read as JSON with comments and trailing commas.
JSON_WITH_COMMENTS = compile_globs(
    (
        "*.jsonc",
        "*.code-workspace",
        "*.code-snippets",
        "tsconfig*.json",
        "*.tsconfig.json",
        "jsconfig*.json",
        "tslint.json",
        "api-extractor*.json",
        "devcontainer.json",
        "devcontainer-feature.json",
        ".devcontainer.json",
        ".eslintrc.json",
        ".babelrc.json",
        ".swcrc",
        "babel.config.json",
        "biome.json",
        "deno.json",
        "nx.json",
        "turbo.json",
        "typedoc.json",
        "renovate.json",
        "wrangler.json",
        ".vscode/*.json",
        ".devcontainer/**/*.json",
        "language-configuration.json",
    )
)
_TEMPLATE = re.compile(rb"\{\{|\{%|<%|\$\{\{")
_TAIL_LINE = re.compile(r"line (\d+)")

# What stands in a commit for content that git stores elsewhere or encrypts (git-lfs, git-crypt).
_STAND_INS = (b"version https://git-lfs.github.com/spec/", b"\0GITCRYPT\0")

Fault = tuple[int, str]


def check_structured_files(change: Change, policy: Policy) -> list[Finding]:
    """An error with line and reason for each changed structured file that its parser refuses.

    A file with template marks (Jinja, Helm, ...) that does not parse as it stands is a warning.
    """
    excluded = compile_globs(policy.settings.structured_files.exclude)
    parsers = {
        file.path: parser
        for file in change.present
        if file.is_regular and (parser := pick_parser(file.path)) and not excluded.matches(file.path)
    }
    contents = change.read(file for file in change.present if file.path in parsers)
    findings = []
    for path, parse in parsers.items():
        if contents[path].startswith(_STAND_INS) or (fault := parse(path, contents[path])) is None:
            continue
        is_template = _TEMPLATE.search(contents[path]) is not None and not path.startswith(".openclaw/")
        severity = Severity.WARNING if is_template else Severity.ERROR
        hint = "it has template marks: exclude it under structured_files.exclude" if is_template else ""
        findings.append(Finding(CHECK, severity, path, fault[0], fault[1], hint))
    return findings


def pick_parser(path: str) -> Callable[[str, bytes], Fault | None] | None:
    """The parser for a file of this name, or None when it is not structured."""
    if path.startswith(".openclaw/"):
        return _judge_own
    _, _, suffix = path.rpartition("/")[2].lower().rpartition(".")
    if JSON_WITH_COMMENTS.matches(path):
        return _parse_json_with_comments
    return PARSERS.get(suffix)


def _parse_json(path: str, content: bytes) -> Fault | None:
    import json

    if not content.strip():
        return (1, "not valid JSON: the file is empty")
    try:
        # parse_int: a number of any length is JSON, and Python refuses those of more than 4,300 digits
        json.loads(content.decode("utf-8-sig"), parse_constant=_refuse_constant, parse_int=len)
    except json.JSONDecodeError as error:
        return (error.lineno, f"not valid JSON: {error.msg} (column {error.colno})")
    except UnicodeDecodeError as error:
        return (content.count(b"\n", 0, error.start) + 1, "not valid JSON: not UTF-8")
    except RecursionError:
        return (1, "not valid JSON: nested too deeply")
    except ValueError as error:
        return (1, f"not valid JSON: {error}")
    return None


def _refuse_constant(name: str) -> float:
    raise ValueError(f"{name} is no JSON value")


def _parse_json_with_comments(path: str, content: bytes) -> Fault | None:
    from openclaw_hooks.checks.json_comments import strip_comments

    if not content.strip():
        return None
    return _parse_json(path, strip_comments(content.decode("utf-8-sig", "replace")).encode())


def _parse_json_lines(path: str, content: bytes) -> Fault | None:
    for number, line in enumerate(content.split(b"\n"), 1):
        if line.strip() and (fault := _parse_json(path, line)):
            return (number, fault[1])
    return None


def _parse_yaml(path: str, content: bytes) -> Fault | None:
    """Syntax only, by the event stream: custom tags are fine and aliases cost nothing."""
    import yaml

    from openclaw_hooks.documents import refuse_deep_yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        refuse_deep_yaml(_refuse_unknown_aliases(yaml.parse(content, Loader=loader)))
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        started = f" {error.context} (line {error.context_mark.line + 1})" if error.context_mark else ""
        return (line, f"not valid YAML: {error.problem or error.context}{started}")
    except yaml.YAMLError as error:
        match = _TAIL_LINE.search(str(error))
        return (int(match[1]) if match else 1, f"not valid YAML: {' '.join(str(error).split())}")
    return None


def _refuse_unknown_aliases(events: Iterator[Event]) -> Iterator[Event]:
    """The events as they come; raises MarkedYAMLError at an alias without an anchor before it, as in `branch: *main`."""
    import yaml

    anchors: set[str] = set()
    for event in events:
        if isinstance(event, yaml.DocumentStartEvent):
            anchors.clear()
        elif isinstance(event, yaml.AliasEvent):
            if event.anchor not in anchors:
                mark: Any = event.start_mark
                raise yaml.MarkedYAMLError(problem=f"found undefined alias `{event.anchor}`", problem_mark=mark)
        elif isinstance(event, yaml.NodeEvent) and event.anchor:
            anchors.add(event.anchor)
        yield event


def _parse_toml(path: str, content: bytes) -> Fault | None:
    import tomllib

    try:
        tomllib.loads(content.decode("utf-8").replace("\r\n", "\n"))
    except UnicodeDecodeError as error:
        return (content.count(b"\n", 0, error.start) + 1, "not valid TOML: not UTF-8")
    except (ValueError, RecursionError) as error:  # a TOMLDecodeError is a ValueError, and so is a huge number
        match = _TAIL_LINE.search(str(error))
        return (int(match[1]) if match else 1, f"not valid TOML: {error}")
    return None


def _judge_own(path: str, content: bytes) -> Fault | None:
    """Our own formats, by the loaders that read them."""
    from openclaw_hooks.checks.own_formats import validate_own_file
    from openclaw_hooks.documents import DocumentError

    try:
        validate_own_file(path, content)
    except DocumentError as error:
        return (error.line, f"{error.reason} ({error.hint})" if error.hint else error.reason)
    return None


PARSERS: dict[str, Callable[[str, bytes], Fault | None]] = {
    "json": _parse_json,
    "webmanifest": _parse_json,
    "geojson": _parse_json,
    "ipynb": _parse_json,
    "jsonl": _parse_json_lines,
    "ndjson": _parse_json_lines,
    "yaml": _parse_yaml,
    "yml": _parse_yaml,
    "toml": _parse_toml,
}
