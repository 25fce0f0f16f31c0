"""Commits written in one go: a stream for `git fast-import`."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping


class Edit(NamedTuple):
    """A commit to be: when (seconds since the epoch), by whom (`Name <mail>`), what it says and changes; None deletes."""

    at: int
    author: str
    message: str
    changes: Mapping[str, bytes | None]


class Stream:
    """What `git fast-import` reads: commits on branches, tags and loose blobs."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self._begun: set[str] = set()

    def commit(self, ref: str, edit: Edit) -> None:
        """A commit on top of those that `ref` has in this stream."""
        who = f"{edit.author} {edit.at} +0000".encode()
        head = b"commit %s\n" % ref.encode()
        head += b"author %s\ncommitter %s\n" % (who, who)
        self._parts += [head, _data(edit.message.encode())]
        for path, content in edit.changes.items():
            name = _quote(path)
            if content is None:
                self._parts.append(b"D %s\n" % name)
            else:
                self._parts += [b"M 100644 inline %s\n" % name, _data(content)]
        self._begun.add(ref)

    def tag(self, name: str, ref: str) -> None:
        """A tag at what `ref` has last in this stream so far."""
        self._parts.append(f"reset refs/tags/{name}\nfrom {ref}\n\n".encode())

    def blob(self, content: bytes) -> None:
        """Content that no commit has."""
        self._parts += [b"blob\n", _data(content)]

    def content(self) -> bytes:
        """The whole stream."""
        return b"".join([*self._parts, b"done\n"])


def _data(content: bytes) -> bytes:
    return b"data %d\n%s\n" % (len(content), content)


def _quote(path: str) -> bytes:
    """`path` as git-fast-import(1) wants one with odd characters."""
    raw = path.encode("utf-8", "surrogateescape")
    if raw.isascii() and path.isprintable() and not set(path) & set('" \\'):
        return raw
    return (
        b'"'
        + b"".join(b"\\%03o" % byte if byte < 32 or byte > 126 or byte in b'"\\' else bytes([byte]) for byte in raw)
        + b'"'
    )
