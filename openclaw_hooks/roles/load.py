"""Roles read from the shipped folder and from `.openclaw/roles/` of a repo, anew at each call."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from openclaw_hooks.documents import DocumentError, decode, parse_yaml, read_file, read_text, suggest
from openclaw_hooks.errors import OpenclawError
from openclaw_hooks.globs import refuse_negations_only, validate_glob
from openclaw_hooks.regexes import compile_pattern
from openclaw_hooks.resources import data_folder
from openclaw_hooks.roles.model import HUMAN, ID_PATTERN, ContentCheck, FileMatch, Origin, Role, RoleFile

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from openclaw_hooks.documents import Document, KeyPath

PROJECT_FOLDER: Final = ".openclaw/roles"
SHIPPED_FOLDER: Final = "roles"
OUTPUT_TYPES: Final = {"file_match": FileMatch, "content_check": ContentCheck}


class Source(NamedTuple):
    """A file to read: its path, the name that people know it by, and where it belongs."""

    path: str
    shown: str
    origin: Origin


def load_roles(root: str | None) -> tuple[Role, ...]:
    """The roles of `root`, by id: the shipped ones, and the project's, which replace those of the same id.

    Raises DocumentError for a file that does not parse or validate, and for an escalation to a role that is not there.
    """
    merged: dict[str, tuple[Role, Document]] = {}
    for source in list_sources(SHIPPED_FOLDER, PROJECT_FOLDER, root):
        role, document = _read_role(source)
        other = merged.get(role.id)
        if other is not None and other[0].origin is role.origin:
            raise document.error(("id",), f"role `{role.id}` is also in {other[0].file}", "keep one of the two files")
        merged[role.id] = (role, document)
    for role, document in merged.values():
        _check_escalation(role, document, list(merged))
    return tuple(merged[name][0] for name in sorted(merged))


def role_files(root: str | None) -> list[str]:
    """Every file that `load_roles` reads for `root`, in its order."""
    return [source.path for source in list_sources(SHIPPED_FOLDER, PROJECT_FOLDER, root)]


def find_role(roles: Sequence[Role], role_id: str) -> Role:
    """The role with that id; raises OpenclawError with the nearest id there is. The id never becomes part of a path."""
    if not re.fullmatch(ID_PATTERN, role_id):
        raise OpenclawError(f"{role_id!r} is not a role id", "an id is lower-case letters, digits and `-`")
    for role in roles:
        if role.id == role_id:
            return role
    raise OpenclawError(f"there is no role `{role_id}`", suggest(role_id, [role.id for role in roles]))


def list_sources(shipped_folder: str, project_folder: str, root: str | None) -> list[Source]:
    """The YAML files of one kind: those shipped in `shipped_folder`, then those of `root`, each in order of their names.

    Raises DocumentError for a folder that cannot be listed.
    """
    shipped = data_folder(shipped_folder)
    found = [
        Source(os.path.join(shipped, name), f"{shipped_folder}/{name}", Origin.SHIPPED) for name in _yaml_names(shipped)
    ]
    if root is not None:
        folder = os.path.join(root, *project_folder.split("/"))
        found += [
            Source(os.path.join(folder, name), f"{project_folder}/{name}", Origin.PROJECT)
            for name in _yaml_names(folder)
        ]
    return found


def _yaml_names(folder: str) -> list[str]:
    try:
        names = os.listdir(folder)
    except FileNotFoundError:
        return []
    except OSError as error:
        raise DocumentError(folder, 1, f"cannot be listed: {error.strerror}") from error
    return sorted(name for name in names if name.endswith((".yaml", ".yml")))


def _read_role(source: Source) -> tuple[Role, Document]:
    return parse_role(source, read_file(source.path, name_source(source)))


def parse_role(source: Source, content: bytes) -> tuple[Role, Document]:
    """The role in `content`, which need not lie on disk, and the document it is from; raises DocumentError.

    Whether the roles that it escalates to exist is not asked here.
    """
    name = name_source(source)
    document = parse_yaml(name, read_text(name, content))
    _check_outputs(document)
    head = decode(document, RoleFile)
    _validate(document, head, os.path.splitext(os.path.basename(source.path))[0])
    fields = {field: getattr(head, field) for field in head.__struct_fields__}
    return Role(**fields, file=source.shown, origin=source.origin), document


def name_source(source: Source) -> str:
    """What errors call the file: a project's by its path in the repository, a shipped one by where it lies."""
    return source.shown if source.origin is Origin.PROJECT else source.path


def _check_outputs(document: Document) -> None:
    """Raises DocumentError for a required output of unknown type or with a key that its type does not have."""
    outputs = document.value.get("required_outputs") if isinstance(document.value, dict) else None
    for index, output in enumerate(outputs if isinstance(outputs, list) else ()):
        if not isinstance(output, dict) or "type" not in output:
            continue
        kind, keys = str(output["type"]), ("required_outputs", index)
        if kind not in OUTPUT_TYPES:
            raise document.error((*keys, "type"), f"unknown output type `{kind}`", suggest(kind, list(OUTPUT_TYPES)))
        known = ["type", *OUTPUT_TYPES[kind].__struct_encode_fields__]
        for key in output:
            if key not in known:
                raise document.error((*keys, key), f"unknown key `{key}` of a {kind} output", suggest(key, known))


def _validate(document: Document, role: RoleFile, name: str) -> None:
    if role.id != name:
        hint = f"rename the file to {role.id}.yaml"
        raise document.error(("id",), f"id `{role.id}` is not the name of the file", hint)
    if role.id == HUMAN:
        raise document.error(("id",), f"`{HUMAN}` is what escalations call a person, not a role", "choose another id")
    for index, glob in enumerate(role.scope_paths):
        _try(document, ("scope_paths", index), validate_glob, glob)
    _try(document, ("scope_paths",), refuse_negations_only, role.scope_paths)
    for index, forbidden in enumerate(role.forbidden_patterns):
        _try(document, ("forbidden_patterns", index, "pattern"), compile_pattern, forbidden.pattern)
        _validate_one(document, ("forbidden_patterns", index, "in"), forbidden.in_)
    for index, output in enumerate(role.required_outputs):
        _validate_one(document, ("required_outputs", index, "pattern"), output.pattern)
        if isinstance(output, ContentCheck):
            _try(document, ("required_outputs", index, "check"), compile_pattern, output.check)


def _validate_one(document: Document, keys: KeyPath, glob: str) -> None:
    _try(document, keys, validate_glob, glob)
    _try(document, keys, refuse_negations_only, (glob,))


def _try(document: Document, keys: KeyPath, validate: Callable[[Any], Any], found: object) -> None:
    try:
        validate(found)
    except OpenclawError as error:
        raise document.error(keys, error.message, error.hint) from error


def _check_escalation(role: Role, document: Document, known: list[str]) -> None:
    for key in role.escalation.__struct_fields__:
        target = getattr(role.escalation, key)
        if target == role.id:
            raise document.error(
                ("escalation", key), f"role `{target}` escalates to itself", f"name a role or `{HUMAN}`"
            )
        if target and target != HUMAN and target not in known:
            hint = suggest(target, [*sorted(known), HUMAN])
            raise document.error(("escalation", key), f"`escalation.{key}`: there is no role `{target}`", hint)
