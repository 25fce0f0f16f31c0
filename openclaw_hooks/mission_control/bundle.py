"""ES modules linked into classic scripts: those run from a disk too, where browsers load no modules.

One script holds the entry and what it needs; each module of the folder `pages/` that the entry imports for its effect
becomes a script of its own, with what only pages need. A module runs once in a document, whichever script brings it.

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

PAGES_FOLDER: Final = "pages/"

_IMPORT: Final = re.compile(
    r'^import\s*(?:\{(?P<names>[^}]*)\}\s*from\s*)?"(?P<path>\.{1,2}/[^"\n]+)";[ \t]*$', re.MULTILINE
)
_EXPORT: Final = re.compile(
    r"^export (?=(?:async function\*?|function\*?|class|const) +(?P<name>[A-Za-z_$][\w$]*))", re.MULTILINE
)
_REST: Final = re.compile(r"^(?:import|export)\b.*$|\bimport\s*\(.*$|\bimport\.meta\b.*$", re.MULTILINE)
_NAME: Final = re.compile(r"^([A-Za-z_$][\w$]*)(?:\s+as\s+([A-Za-z_$][\w$]*))?$")
_TEXT: Final = re.compile(r"[\"'`]([\w-]+)(?=\.)")
_COMMENT: Final = re.compile(r"^[ \t]*(?://[^\n`]*|/\*(?:(?!\*/)[^`])*\*/[ \t]*)\n", re.MULTILINE)


class _Module(NamedTuple):
    """A module as it will stand in the script: its code, the modules it needs, the names it gives."""

    code: str
    needs: tuple[str, ...]
    names: frozenset[str]


def link_modules(sources: Mapping[str, str], entry: str, texts: Mapping[str, object]) -> dict[str, bytes]:
    """The scripts by name: the one of `entry`, and one for each page that it imports.

    `sources`: path -> text. `texts`, by file, are handed over as `globalThis.MC_TEXTS`, those that one page alone asks
    for by the script of that page. Raises DocumentError for a form that is not known, a file or name that is missing,
    and modules that need each other in a circle.
    """
    pages = [need for need in _read_module(entry, sources).needs if need.startswith(PAGES_FOLDER)]
    core: dict[str, _Module] = {}
    _visit(sources, entry, core, ())
    groups = {entry: core}
    for page in pages:
        known = dict(core)
        _visit(sources, page, known, ())
        groups[page] = {path: module for path, module in known.items() if path not in core}
    words = _share_texts({name: "".join(sources[path] for path in group) for name, group in groups.items()}, texts)
    return {name: _write_script(name, group, words.get(name, {})) for name, group in groups.items()}


def _share_texts(scripts: Mapping[str, str], texts: Mapping[str, object]) -> dict[str, dict[str, object]]:
    """Which files of texts each script brings: that of a page what no other asks for, the first all else."""
    first = next(iter(scripts))
    asked = {name: set(_TEXT.findall(source)) for name, source in scripts.items()}
    shared: dict[str, dict[str, object]] = {name: {} for name in scripts}
    for file, entries in texts.items():
        users = [name for name, files in asked.items() if file in files]
        shared[users[0] if len(users) == 1 else first][file] = entries
    return shared


def _write_script(name: str, modules: Mapping[str, _Module], texts: Mapping[str, object]) -> bytes:
    parts = [
        '"use strict";\n(() => {\nconst $modules = (globalThis.MC_MODULES ??= {});\n',
        f"Object.assign((globalThis.MC_TEXTS ??= {{}}), {encode_json(texts).decode()});\n",
    ]
    for path, module in modules.items():
        given = ", ".join(sorted(module.names))
        keep = "=" if path == name and not path.startswith(PAGES_FOLDER) else "??="  # the entry starts each page anew
        parts.append(f"$modules[{_quote(path)}] {keep} (() => {{\n{module.code}\nreturn {{ {given} }};\n}})();\n")
    if name.startswith(PAGES_FOLDER):
        parts.append("globalThis.MC?.begin?.();\n")
    return "".join([*parts, "})();\n"]).encode()


def _visit(sources: Mapping[str, str], path: str, modules: dict[str, _Module], way: tuple[str, ...]) -> None:
    """Puts the module at `path` into `modules`, behind all that it needs; `way` leads to it."""
    if path in modules:
        return
    module = _read_module(path, sources)
    for need in module.needs:
        line = _line_of(sources[path], need)
        if need in (*way, path):
            raise DocumentError(path, line, f"modules need each other: {' -> '.join((*way, path, need))}")
        if need not in sources:
            raise DocumentError(path, line, f"there is no module {need}")
        if way or not need.startswith(PAGES_FOLDER):
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
    return _Module(drop_comments(code).strip("\n"), needs, names)


def drop_comments(code: str) -> str:
    """`code`, a script or a style sheet, without the comments that have lines of their own: they weigh a seventh of it.

    No line of a text of several lines may begin like a comment; ours have none.
    """
    return _COMMENT.sub("", code)


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
        if found["names"] is None:
            continue
        need = _resolve(path, found["path"])
        for name, _ in _read_names(path, source, found):
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
