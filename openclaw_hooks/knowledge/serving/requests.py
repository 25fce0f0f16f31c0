"""What can be asked of the service, checked once: every bound of a request is here, whichever way it came."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Final, TypeVar

import msgspec
from msgspec import Meta, Struct

from openclaw_hooks.knowledge.keyword import LONGEST_QUESTION, Filters, make_filters
from openclaw_hooks.knowledge.model import Kind, KnowledgeError

if TYPE_CHECKING:
    from collections.abc import Mapping

    Asked = TypeVar("Asked", bound=Struct)

MOST_HITS: Final = 50
LONGEST_PATH: Final = 4096
MOST_GLOBS: Final = 20

Limit = Annotated[int, Meta(ge=1, le=MOST_HITS, description="How many hits at most.")]
Kinds = Annotated[Kind | tuple[Kind, ...], Meta(description="Only documents of this kind, or of these kinds.")]
Glob = Annotated[str, Meta(min_length=1, max_length=500)]
Globs = Annotated[
    Glob | Annotated[tuple[Glob, ...], Meta(max_length=MOST_GLOBS)],
    Meta(description="Only documents whose path matches this glob, or one of these."),
]


class RequestError(KnowledgeError):
    """A request that cannot be answered as it is put."""


class SearchRequest(Struct, frozen=True, forbid_unknown_fields=True):
    """Passages that answer a question."""

    query: Annotated[str, Meta(min_length=1, max_length=LONGEST_QUESTION, description="What to look for, in words.")]
    limit: Limit = 10
    kind: Kinds = ()
    path: Globs = ()

    @property
    def filters(self) -> Filters:
        """What the search is limited to; raises RequestError."""
        return _read_filters(self.kind, self.path)


class RelatedRequest(Struct, frozen=True, forbid_unknown_fields=True):
    """Documents about the same as one."""

    doc_path: Annotated[
        str, Meta(min_length=1, max_length=LONGEST_PATH, description="A document by its path from the root.")
    ]
    limit: Limit = 10
    kind: Kinds = ()
    path: Globs = ()

    @property
    def filters(self) -> Filters:
        """What the search is limited to; raises RequestError."""
        return _read_filters(self.kind, self.path)


class ReindexRequest(Struct, frozen=True, forbid_unknown_fields=True):
    """The index brought up to date."""

    force: Annotated[bool, Meta(description="Read every file again, changed or not.")] = False


class StatsRequest(Struct, frozen=True, forbid_unknown_fields=True):
    """What the index holds; nothing can be said about it."""


def read_request(kind: type[Asked], params: Mapping[str, Any]) -> Asked:
    """The request that `params` are, where null stands for what is not said; raises RequestError."""
    try:
        return msgspec.convert({key: value for key, value in params.items() if value is not None}, kind)
    except msgspec.ValidationError as error:
        raise RequestError(_explain(str(error))) from error
    except (UnicodeError, RecursionError) as error:
        raise RequestError("the request holds text that cannot be read") from error


def check_path(path: str) -> str:
    """`path` as the index names documents; raises RequestError for one that could mean anything outside the root."""
    parts = path.removeprefix("./").split("/")
    if "\0" in path or path.startswith("/") or not all(parts) or {".", ".."} & {*parts}:
        raise RequestError(f"{path[:200]!a} is no path from the root", "name a document as the search does")
    return "/".join(parts)


def request_schema(kind: type[Struct]) -> dict[str, Any]:
    """The JSON Schema of a request, as one object."""
    _, parts = msgspec.json.schema_components([kind], ref_template="#/$defs/{name}")
    schema = parts.pop(kind.__name__)
    schema["properties"] = {name: _without_default(value) for name, value in schema["properties"].items()}
    return {**schema, "$defs": parts} if parts else schema


def _without_default(schema: dict[str, Any]) -> dict[str, Any]:
    """An empty list is how nothing is said here; clients would show it as a value to give."""
    return {key: value for key, value in schema.items() if not (key == "default" and value in ([], ()))}


def _read_filters(kind: Kind | tuple[Kind, ...], path: str | tuple[str, ...]) -> Filters:
    from openclaw_hooks.globs import GlobError

    kinds = (kind,) if isinstance(kind, Kind) else kind
    try:
        return make_filters(kinds, (path,) if isinstance(path, str) else path)
    except GlobError as error:
        raise RequestError(f"path: {error.message}", error.hint) from error


def _explain(message: str) -> str:
    """What msgspec found wrong, with the name of the field in front."""
    text, _, where = message.partition(" - at `$")
    name = where.strip("`.")
    if name == "limit":
        return f"limit: a whole number from 1 to {MOST_HITS} is needed"
    text = text[:1].lower() + text[1:500]
    return f"{name[:80]}: {text}" if name else text
