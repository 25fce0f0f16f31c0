"""A task or plan file taken apart into fields that can be merged one by one, and put together again."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from openclaw_hooks.documents import FENCE, DocumentError, parse_yaml

if TYPE_CHECKING:
    from collections.abc import Mapping

BOM = "\ufeff"


class Field(NamedTuple):
    """One top-level key: its lines as they stand with the comments above, and its value in a form to compare."""

    text: str
    value: str


class Fields(NamedTuple):
    r"""The parts of a file, with `\n` for line ends; together they are the whole file.

    `frame` holds what stands around the keys: the lines before and after them.
    """

    bom: str
    newline: str
    frame: tuple[str, str]
    fields: dict[str, Field]
    known: Mapping[str, object]
    body: str

    def value_of(self, key: str) -> str:
        """The value of `key` in a form to compare; a key that is not there has its default."""
        if key in self.fields:
            return self.fields[key].value
        return describe_value(self.known[key]) if key in self.known else ""

    def text_of(self, key: str) -> str:
        """The lines of `key`, empty when it is not there."""
        return self.fields[key].text if key in self.fields else ""


def read_fields(path: str, content: bytes, known: Mapping[str, object]) -> Fields:
    """The fields of a file; raises DocumentError when it is no block mapping or not UTF-8.

    `known` has the values of keys that a model knows, with the defaults of those that are not in the file; other
    keys get the value that YAML gives them.
    """
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise DocumentError(path, content.count(b"\n", 0, error.start) + 1, "not valid UTF-8") from error
    bom = BOM if text.startswith(BOM) else ""
    text = text.removeprefix(BOM)
    newline = "\r\n" if text.count("\n") == text.count("\r\n") > 0 else "\n"
    if newline == "\r\n":
        text = text.replace("\r\n", "\n")
    opening, head, rest = _split_head(path, text) if path.endswith(".md") else ("", text, "")
    closing, _, body = rest.partition("\n")
    closed = f"{closing}\n" if len(rest) > len(closing) else closing
    fields, trailing = _split_keys(path, head, known)
    return Fields(bom, newline, (opening, trailing + closed), fields, known, body)


def join_fields(parts: Fields) -> bytes:
    """The file that `parts` make; missing line ends between them are put in."""
    opening, closing = parts.frame
    texts = [field.text for field in parts.fields.values()]
    whole = [text if text.endswith("\n") else f"{text}\n" for text in texts if text]
    if texts and not closing and not texts[-1].endswith("\n"):
        whole[-1] = whole[-1].removesuffix("\n")
    text = opening + "".join(whole) + closing
    if parts.body and not text.endswith("\n"):
        text += "\n"
    text += parts.body
    return (parts.bom + (text.replace("\n", "\r\n") if parts.newline == "\r\n" else text)).encode()


def _split_head(path: str, text: str) -> tuple[str, str, str]:
    """The opening line, the YAML, and the rest from the closing line on."""
    first, _, _ = text.partition("\n")
    if first.rstrip() != FENCE:
        raise DocumentError(path, 1, "no frontmatter", f"start the file with a line `{FENCE}`")
    at = len(first) + 1
    while at < len(text):
        end = text.find("\n", at)
        line = text[at:] if end < 0 else text[at:end]
        if line.rstrip() == FENCE:
            return text[: len(first) + 1], text[len(first) + 1 : at], text[at:]
        at += len(line) + 1
    raise DocumentError(path, 1, "frontmatter is never closed", f"end it with a line `{FENCE}`")


def _split_keys(path: str, head: str, known: Mapping[str, object]) -> tuple[dict[str, Field], str]:
    """Each key with the comments above it, and what stands below the last one."""
    from openclaw_hooks.tasks.yaml_entries import read_entries

    values = parse_yaml(path, head, first_line=2 if path.endswith(".md") else 1).value
    fields: dict[str, Field] = {}
    at = 0
    for entry in read_entries(head):
        value = known[entry.key] if entry.key in known else values.get(entry.key)
        fields[entry.key] = Field(head[at : entry.end], describe_value(value))
        at = entry.end
    return fields, head[at:]


def describe_value(value: object) -> str:
    """A value as text that is equal for equal values only; NaN equals itself here."""
    return repr(value)
