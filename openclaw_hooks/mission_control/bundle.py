"""ES modules linked into one classic script: it runs from a disk too, where browsers load no modules.

What it knows is what our modules use: `import { a, b as c } from "./x.js";`, `import "./x.js";`, and `export` before
`function`, `async function`, `class` and `const`. Anything else is an error that names file and line.
"""

from __future__ import annotations

import os
import posixpath
import re
from typing import TYPE_CHECKING, Final, NamedTuple

from openclaw_hooks.documents import DocumentError
from openclaw_hooks.mission_control.emit import encode_json

if TYPE_CHECKING:
    from collections.abc import Mapping

_IMPORT: Final = re.compile(
    r'^import\s*(?:\{(?P<names>[^}]*)\}\s*from\s*)?"(?P<path>\.{1,2}/[^"\n]+)";[ \t]*$', re.MULTILINE
)
_EXPORT: Final = re.compile(
    r"^export (?=(?:async function\*?|function\*?|class|const) +(?P<name>[A-Za-z_$][\w$]*))", re.MULTILINE
)
_REST: Final = re.compile(r"^(?:import|export)\b.*$|\bimport\s*\(.*$|\bimport\.meta\b.*$", re.MULTILINE)
_NAME: Final = re.compile(r"^([A-Za-z_$][\w$]*)(?:\s+as\s+([A-Za-z_$][\w$]*))?$")
_COMMENT: Final = re.compile(r"^[ \t]*//[^\n`]*\n", re.MULTILINE)


class _Module(NamedTuple):
    """A module as it will stand in the script: its code, the modules it needs, the names it gives."""

    code: str
    needs: tuple[str, ...]
    names: frozenset[str]


def link_modules(sources: Mapping[str, str], entry: str, texts: object) -> bytes:
    """One script that runs `entry` and all it imports, once each and in the order of their needs.

    `sources`: path -> text. `texts` are handed over as `globalThis.MC_TEXTS`. Raises DocumentError for a form that is
    not known, a file or name that is missing, and modules that need each other in a circle.
    """
    modules: dict[str, _Module] = {}
    _visit(sources, entry, modules, ())
    parts = [
        f'"use strict";\n(() => {{\nglobalThis.MC_TEXTS = {encode_json(texts).decode()};\nconst $modules = {{}};\n'
    ]
    for path, module in modules.items():
        given = ", ".join(sorted(module.names))
        parts.append(f"$modules[{_quote(path)}] = (() => {{\n{module.code}\nreturn {{ {given} }};\n}})();\n")
    return "".join([*parts, "})();\n"]).encode()


def _visit(sources: Mapping[str, str], path: str, modules: dict[str, _Module], way: tuple[str, ...]) -> None:
    if path in modules:
        return
    module = _read_module(path, sources)
    for need in module.needs:
        line = _line_of(sources[path], need)
        if need in (*way, path):
            raise DocumentError(path, line, f"modules need each other: {' -> '.join((*way, path, need))}")
        if need not in sources:
            raise DocumentError(path, line, f"there is no module {need}")
        _visit(sources, need, modules, (*way, path))
    _require_names(path, sources[path], modules)
    modules[path] = module


def _read_module(path: str, sources: Mapping[str, str]) -> _Module:
    source = sources[path]
    names = frozenset(found["name"] for found in _EXPORT.finditer(source))
    needs = tuple(dict.fromkeys(_resolve(path, found["path"]) for found in _IMPORT.finditer(source)))
    code = _IMPORT.sub(lambda found: _as_constant(path, source, found), source)
    code = _EXPORT.sub("", code)
    if rest := _REST.search(code):
        line = source.count("\n", 0, max(source.find(rest[0]), 0)) + 1
        raise DocumentError(path, line, f"a form of import or export that is not known: {rest[0].strip()[:80]}")
    return _Module(_COMMENT.sub("", code).strip("\n"), needs, names)


def _as_constant(path: str, source: str, found: re.Match[str]) -> str:
    """An import as the taking apart of what the other module gave."""
    if found["names"] is None:
        return ""
    taken = []
    for name, alias in _read_names(path, source, found):
        taken.append(f"{name}: {alias}" if alias else name)
    return f"const {{ {', '.join(taken)} }} = $modules[{_quote(_resolve(path, found['path']))}];"


def _read_names(path: str, source: str, found: re.Match[str]) -> list[tuple[str, str]]:
    pairs: list[tuple[str, str]] = []
    for word in filter(None, (part.strip() for part in found["names"].split(","))):
        name = _NAME.fullmatch(word)
        if name is None:
            raise DocumentError(path, source.count("\n", 0, found.start()) + 1, f"not a name to import: {word[:80]}")
        pairs.append((name[1], name[2] or ""))
    return pairs


def _require_names(path: str, source: str, modules: Mapping[str, _Module]) -> None:
    for found in _IMPORT.finditer(source):
        need = _resolve(path, found["path"])
        for name, _ in _read_names(path, source, found) if found["names"] else ():
            if name not in modules[need].names:
                line = source.count("\n", 0, found.start()) + 1
                raise DocumentError(path, line, f"{need} exports no `{name}`")


def _resolve(path: str, name: str) -> str:
    return posixpath.normpath(posixpath.join(posixpath.dirname(path), name))


def _line_of(source: str, need: str) -> int:
    at = source.find(posixpath.basename(need) + '"')
    return source.count("\n", 0, max(at, 0)) + 1


def _quote(path: str) -> str:
    return encode_json(path).decode()


def read_sources(folder: str) -> dict[str, str]:
    """The modules below `folder`: path relative to it -> text."""
    found: dict[str, str] = {}
    for parent, _, names in os.walk(folder):
        for name in names:
            if name.endswith(".js"):
                full = os.path.join(parent, name)
                with open(full, encoding="utf-8") as stream:
                    found[os.path.relpath(full, folder).replace(os.sep, "/")] = stream.read()
    return found
