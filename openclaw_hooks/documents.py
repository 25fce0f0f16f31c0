"""YAML and frontmatter turned into frozen structs, with file:line and key in every error."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from openclaw_hooks.errors import OpenclawError
from openclaw_hooks.files import display_path

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

MAX_CHARS = 1_000_000
MAX_DEPTH = 200  # below the limit of Python and far below that of the parser in C
MAX_NODES = 100_000  # an alias bomb expands past this long before memory is a worry
FENCE = "---"

_NULL = "tag:yaml.org,2002:null"

KeyPath = tuple[str | int, ...]
StructType = TypeVar("StructType")


class DocumentError(OpenclawError):
    """A file that does not parse or validate; the message starts with `path:line:`."""

    def __init__(self, path: str, line: int, message: str, hint: str = "") -> None:
        super().__init__(f"{display_path(path)}:{line}: {message}", hint)
        self.path = path
        self.line = line
        self.reason = message


class Document(NamedTuple):
    """A parsed YAML text: plain values, and the 1-based line of every key path in it."""

    path: str
    value: Any
    lines: dict[KeyPath, int]

    def line_of(self, keys: KeyPath) -> int:
        """The line of `keys`, or of the nearest parent that has one."""
        while keys and keys not in self.lines:
            keys = keys[:-1]
        return self.lines.get(keys, 1)

    def error(self, keys: KeyPath, message: str, hint: str = "") -> DocumentError:
        """An error at the line of `keys`, ready to raise."""
        return DocumentError(self.path, self.line_of(keys), message, hint)


class Frontmatter(NamedTuple):
    """The parts of a markdown file: parsed head, text below it, and the line where that starts."""

    head: Document
    body: str
    body_line: int


def read_text(path: str, content: bytes) -> str:
    r"""`content` as text without BOM and with `\n` line ends; raises DocumentError at the bad byte's line."""
    if len(content) > MAX_CHARS:
        raise DocumentError(path, 1, f"larger than {MAX_CHARS:,} bytes", "split it")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise DocumentError(path, line, "not valid UTF-8", "save the file as UTF-8") from error
    return text.replace("\r\n", "\n")


def read_file(path: str, shown: str) -> bytes:
    """The content of the file at `path`; raises DocumentError, which calls it `shown`, when it cannot be read."""
    if os.path.exists(path) and not os.path.isfile(path):
        raise DocumentError(shown, 1, "not a regular file")  # opening a pipe would wait forever
    try:
        with open(path, "rb") as stream:
            return stream.read(MAX_CHARS + 1)
    except OSError as error:
        raise DocumentError(shown, 1, f"cannot be read: {error.strerror}") from error


def parse_frontmatter(path: str, text: str, is_typed: Callable[[KeyPath], bool] | None = None) -> Frontmatter:
    """The `---` head of a markdown `text` (`is_typed` as for `parse_yaml`) and its body; DocumentError without one."""
    lines = text.split("\n")
    if lines[0].rstrip() != FENCE:
        raise DocumentError(path, 1, "no frontmatter", f"start the file with a line `{FENCE}`")
    for number, line in enumerate(lines[1:], 1):
        if line.rstrip() == FENCE:
            head = parse_yaml(path, "\n".join(lines[1:number]) + "\n", 2, is_typed)
            return Frontmatter(head, "\n".join(lines[number + 1 :]), number + 2)
    raise DocumentError(path, 1, "frontmatter is never closed", f"end it with a line `{FENCE}`")


def parse_yaml(
    path: str, text: str, first_line: int = 1, is_typed: Callable[[KeyPath], bool] | None = None
) -> Document:
    """`text` as plain values (YAML 1.1, safe tags only); an empty text is an empty mapping.

    Where `is_typed` says no, a scalar that is not null is the text as written: no date, no number, never refused.
    Raises DocumentError for bad syntax, duplicate keys and texts that expand beyond all measure.
    """
    import yaml  # 20 ms of CPU: only when something is really parsed

    kind = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    loader = kind(text)
    try:
        refuse_deep_yaml(yaml.parse(text, Loader=kind))
        node = loader.get_single_node()
        reader = _Reader(path, first_line, loader.construct_object, is_typed)
        value = {} if node is None else reader.read(node, ())
    except yaml.MarkedYAMLError as error:
        line = first_line + (error.problem_mark.line if error.problem_mark else 0)
        raise DocumentError(path, line, f"not valid YAML: {error.problem}") from error
    except RecursionError as error:  # a value that holds itself
        raise DocumentError(path, first_line, "not valid YAML: nested too deeply") from error
    except yaml.YAMLError as error:
        raise DocumentError(path, first_line, f"not valid YAML: {' '.join(str(error).split())}") from error
    finally:
        loader.dispose()
    return Document(path, value, reader.lines)


def refuse_deep_yaml(events: Iterable[Any]) -> None:
    """Goes through the events of a YAML text; raises MarkedYAMLError where it nests too deeply.

    The composer in C calls itself for each level and crashes the process; the parser slows down with each level.
    """
    import yaml

    depth = 0
    for event in events:
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > MAX_DEPTH:
                mark: Any = event.start_mark
                raise yaml.MarkedYAMLError(problem="nested too deeply", problem_mark=mark)
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1


class _Reader:
    """Turns a node tree into plain values and remembers the line of each key path."""

    def __init__(
        self,
        path: str,
        first_line: int,
        construct: Callable[..., Any],
        is_typed: Callable[[KeyPath], bool] | None = None,
    ) -> None:
        self.path = path
        self.first_line = first_line
        self.construct = construct
        self.is_typed = is_typed
        self.lines: dict[KeyPath, int] = {}
        self.nodes = 0

    def read(self, node: Any, keys: KeyPath) -> Any:
        line = self.first_line + node.start_mark.line
        self.lines.setdefault(keys, line)
        self.nodes += 1
        if self.nodes > MAX_NODES:
            raise DocumentError(self.path, line, "expands to too many values", "remove the nested aliases")
        if node.id == "scalar":
            if self.is_typed and node.tag != _NULL and not self.is_typed(keys):
                return str(node.value)
            return self._read_scalar(node, line)
        if node.id == "sequence":
            return [self.read(child, (*keys, index)) for index, child in enumerate(node.value)]
        return self._read_mapping(node, keys)

    def _read_scalar(self, node: Any, line: int) -> Any:
        try:
            return self.construct(node)
        except (ValueError, LookupError) as error:  # PyYAML lets them through: `!!bool maybe`, the 99th of a month
            kind = str(node.tag).rpartition(":")[2]
            raise DocumentError(self.path, line, f"not valid YAML: {node.value[:60]!r} is no {kind}") from error

    def _read_mapping(self, node: Any, keys: KeyPath) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for key_node, value_node in node.value:
            line = self.first_line + key_node.start_mark.line
            if key_node.id != "scalar":
                raise DocumentError(self.path, line, "a key must be plain text")
            key = str(key_node.value)
            if key in values:
                raise DocumentError(self.path, line, f"key `{key}` appears twice")
            self.lines[(*keys, key)] = line
            values[key] = self.read(value_node, (*keys, key))
        return values


_AT = re.compile(r"^(?P<what>.*?)(?: - at `(?:key in )?\$(?P<keys>.*?)`)?$", re.DOTALL)
_STEP = re.compile(r"\.([^.\[\]]+)|\[(\d+|\.\.\.)\]")
_UNKNOWN = re.compile(r"Object contains unknown field `(.+)`")
_MISSING = re.compile(r"Object missing required field `(.+)`")
_ENUM = re.compile(r"Invalid enum value '?(.+?)'?$")


def decode(document: Document, kind: type[StructType]) -> StructType:
    """`document` as a `kind` struct; raises DocumentError with line, key, reason and the nearest valid name."""
    import msgspec

    try:
        return msgspec.convert(document.value, kind)
    except msgspec.ValidationError as error:
        raise _explain(document, kind, str(error)) from error


def _explain(document: Document, kind: type, text: str) -> DocumentError:
    match = _AT.match(text)
    assert match is not None  # the pattern matches every text
    what = match["what"]
    keys: KeyPath = tuple(
        name or (int(index) if index.isdigit() else 0) for name, index in _STEP.findall(match["keys"] or "")
    )
    where = ".".join(str(key) for key in keys)
    if unknown := _UNKNOWN.fullmatch(what):
        keys = (*keys, unknown[1])
        hint = suggest(unknown[1], _names_at(kind, keys[:-1]))
        return document.error(keys, f"unknown key `{'.'.join(map(str, keys))}`", hint)
    if missing := _MISSING.fullmatch(what):
        return document.error(keys, f"key `{'.'.join([*map(str, keys), missing[1]])}` is missing", "add it")
    if enum := _ENUM.fullmatch(what):
        return document.error(keys, f"`{where}`: unknown value `{enum[1]}`", suggest(enum[1], _names_at(kind, keys)))
    if not where:
        return document.error(keys, "the file must be a mapping of keys to values")
    return document.error(keys, f"`{where}`: {what[:1].lower() + what[1:]}")


def suggest(name: str, known: list[str]) -> str:
    """A hint that names what of `known` lies nearest to `name`, or all of it when nothing does."""
    import difflib

    if nearest := difflib.get_close_matches(name, known, n=1):
        return f"did you mean `{nearest[0]}`?"
    return f"known: {', '.join(known)}" if known else ""


def _names_at(kind: type, keys: KeyPath) -> list[str]:
    """The valid names at `keys` below `kind`: fields of a struct, or values of an enumeration."""
    from msgspec import inspect

    found = inspect.type_info(kind)
    for key in (*keys, None):
        found = found.type if isinstance(found, inspect.Metadata) else found  # one that has a description
        options = list(found.types) if isinstance(found, inspect.UnionType) else [found]
        found = next((option for option in options if not isinstance(option, inspect.NoneType)), options[0])
        if key is None:
            break
        if isinstance(found, inspect.StructType):
            found = next((field.type for field in found.fields if field.encode_name == key), inspect.AnyType())
        elif isinstance(found, (inspect.ListType, inspect.VarTupleType)):
            found = found.item_type
        elif isinstance(found, inspect.DictType):
            found = found.value_type
    if isinstance(found, inspect.StructType):
        return [field.encode_name for field in found.fields]
    if isinstance(found, inspect.EnumType):
        return sorted(str(member.value) for member in found.cls)
    return [str(value) for value in found.values] if isinstance(found, inspect.LiteralType) else []
