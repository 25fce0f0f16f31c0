"""The reference of the configuration and of the other formats, read off their JSON Schemas."""

from __future__ import annotations

import json
from typing import Any

from openclaw_hooks.schemas import FORMATS, make_schema
from tools.docs.cli_reference import escape_cell

CONFIGURATION = """\
# Configuration

`.openclaw/config.yaml` holds the settings of one repository. It is reviewed like code; every key is optional, and an
unknown key is an error that names the nearest one. Without the file the defaults hold.

An editor completes and checks the file when its first line names [the schema](../schemas/config.json), for example as
saved by `openclaw schema config > .openclaw/config.schema.json`:

```yaml
# yaml-language-server: $schema=config.schema.json
format: 1
checks:
  warn: [commit-message]
rules:
  disable: [python/naive-utc]
secrets:
  exclude: ["tests/fixtures/**"]
push:
  protected: [main, "release/**"]
```

## Environment

| Variable | Meaning |
|---|---|
| `OPENCLAW_SCOPE` | globs, separated by blanks: the only files that may change. Comes before the claimed task's scope and `scope.paths` |
| `OPENCLAW_ROLE` | the role whose limits hold. Comes before the claimed task's role and `scope.role` |
| `OPENCLAW_TASK` | the claimed task that a process works on, in whatever working tree it runs |
| `OPENCLAW_TOKEN` | the token of a claim that was made elsewhere |
| `OPENCLAW_NODE_ID` | the name of this node, the owner of its claims. The machine's name if not set |
| `OPENCLAW_NODE_ROLE` | `lead` (if not set), `worker` or `human`: [who may do what](../tasks.md#who-may-do-what) |
| `OPENCLAW_AGENT` | set to anything: an agent is at work here, as with the variables that known agents set themselves |
| `NO_COLOR`, `VISUAL`, `EDITOR` | as everywhere |

"""

FORMATS_INTRO = """\
# Formats

Every file that people write, and what programs may read, has a JSON Schema (2020-12), made from the same definitions that
the program reads with. `openclaw schema NAME` prints it; the copies here are published with this site.

| Name | What | Where | Schema |
|---|---|---|---|
"""


def render_configuration() -> str:
    """The page of `.openclaw/config.yaml`: a table per section."""
    schema = make_schema("config")
    sections = _resolve(schema, schema)["properties"]
    parts = [CONFIGURATION]
    plain = {key: value for key, value in sections.items() if "properties" not in _resolve(schema, value)}
    parts.append(f"## Top level\n\n{_table(schema, {'properties': plain})}")
    for key, value in sections.items():
        if key not in plain:
            struct = _resolve(schema, value)
            parts.append(f"## `{key}`\n\n{struct['description']}\n\n{_table(schema, struct)}")
    return "\n".join(parts)


def render_formats() -> str:
    """The page of all formats: every struct of every schema but those of the configuration."""
    rows = [
        f"| `{name}` | {found.title} | `{found.where}` | [{name}.json](../schemas/{name}.json) |"
        for name, found in FORMATS.items()
    ]
    parts = [FORMATS_INTRO + "\n".join(rows) + "\n"]
    for name, found in FORMATS.items():
        if name != "config":
            parts.append(_render_format(name, f"{found.title}\n\nMet as `{found.where}`."))
    parts.append("## Settings of a repository\n\nSee [Configuration](configuration.md).\n")
    return "\n".join(parts)


def _render_format(name: str, heading: str) -> str:
    schema = make_schema(name)
    root = schema["$ref"].rpartition("/")[2]
    structs = {key: struct for key, struct in schema["$defs"].items() if "properties" in struct}
    parts = [f"## {heading}\n\n{structs[root]['description']}\n\n{_table(schema, structs[root])}"]
    for key, struct in structs.items():
        if key != root:
            tag = struct["properties"].get("type", {}).get("enum", [""])
            title = f"`type: {tag[0]}`" if len(tag) == 1 and tag[0] else _words(key)
            parts.append(
                f"### {title} {{ #{name}-{key.lower()} }}\n\n{struct['description']}\n\n{_table(schema, struct)}"
            )
    return "\n".join(parts)


def _words(name: str) -> str:
    spaced = "".join(f" {char.lower()}" if char.isupper() else char for char in name.removesuffix("Output"))
    return spaced.strip().capitalize()


def _table(schema: dict[str, Any], struct: dict[str, Any]) -> str:
    required = struct.get("required", [])
    rows = ["| Key | Type | Default | Meaning |", "|---|---|---|---|"]
    for key, value in struct["properties"].items():
        default = "required" if key in required else _default(value)
        cells = (f"`{key}`", _type(schema, value), default, value.get("description", ""))
        rows.append("| " + " | ".join(escape_cell(cell) for cell in cells) + " |")
    return "\n".join(rows) + "\n"


def _default(value: dict[str, Any]) -> str:
    if "default" not in value or value["default"] == "":
        return ""
    shown = value["default"]
    return f"`{json.dumps(shown)}`" if not isinstance(shown, str) else f"`{shown}`"


def _type(schema: dict[str, Any], value: dict[str, Any]) -> str:
    found = _resolve(schema, value)
    if "enum" in found:
        return " or ".join(f"`{choice}`" for choice in found["enum"])
    if "const" in found:
        return f"`{found['const']}`"
    if "anyOf" in found:
        kinds = dict.fromkeys(_type(schema, option) for option in found["anyOf"])
        return " or ".join(kinds)
    if found.get("type") == "array":
        return f"list of {_plural(_type(schema, found.get('items', {})))}"
    if found.get("type") == "object":
        return "mapping"
    if "minimum" in found and found["minimum"] == found.get("maximum"):
        return f"`{found['minimum']}`"
    limits = [f"above {found['exclusiveMinimum']:,} to"] if "exclusiveMinimum" in found else []
    limits += [f"{found[key]:,} {word}" for key, word in (("minimum", "to"), ("maximum", "")) if key in found]
    names = {"string": "text", "integer": "number", "number": "number", "boolean": "true or false", "null": "null"}
    return " ".join([names.get(found.get("type", ""), "any"), *limits]).strip()


def _plural(kind: str) -> str:
    return {"text": "texts", "mapping": "mappings", "number": "numbers"}.get(kind, kind.replace("mapping", "mappings"))


def _resolve(schema: dict[str, Any], value: dict[str, Any]) -> dict[str, Any]:
    if "$ref" not in value:
        return value
    found: dict[str, Any] = schema["$defs"][value["$ref"].rpartition("/")[2]]
    return found
