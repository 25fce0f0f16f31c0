"""A thing that should be on a page and cannot be read: shown as an item of its own, with where and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from openclaw_hooks.files import display_path

if TYPE_CHECKING:
    from openclaw_hooks.documents import DocumentError
    from openclaw_hooks.errors import OpenclawError


class Broken(Struct, frozen=True, omit_defaults=True):
    """A file that cannot be shown: `line` is 1-based, 0 where there is no line."""

    path: str
    line: int
    message: str
    hint: str = ""


def from_document(error: DocumentError, folder: str = "") -> Broken:
    """The item for a file that does not parse; its path is shown below `folder`."""
    path = f"{folder}/{error.path}" if folder else error.path
    return Broken(display_path(path), error.line, error.reason, error.hint)


def from_error(path: str, error: OpenclawError) -> Broken:
    """The item for something that could not be read for another reason."""
    return Broken(path, 0, error.message, error.hint)
