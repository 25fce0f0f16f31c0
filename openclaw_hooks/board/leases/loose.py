"""Refs and small objects as git keeps them in single files: looked at and written without starting git, where that is safe.

What cannot be told by looking (packed, kept in another format, spoilt) is git's to answer. A ref is never moved here:
its compare-and-swap is git's alone.
"""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from openclaw_hooks.board.plumbing import blob_id

if TYPE_CHECKING:
    from openclaw_hooks.git import Repo

MAX_BYTES: Final = 1 << 16  # of a claim, which has some hundreds
HEX: Final = frozenset("0123456789abcdef")


def look_ref(repo: Repo, name: str) -> str | None:
    """The id that the ref `name` has, empty when there is no such ref; None when only git can tell."""
    if os.path.exists(os.path.join(repo.common_dir, "reftable")):
        return None
    try:
        with open(os.path.join(repo.common_dir, name), "rb") as stream:
            oid = stream.read(200).decode("ascii", "replace").strip()
        return oid if len(oid) in (40, 64) and HEX.issuperset(oid) else None
    except FileNotFoundError:
        pass  # git packs a ref before it takes the file away: so the packed ones are looked at second
    except OSError:
        return None
    try:
        with open(os.path.join(repo.common_dir, "packed-refs"), "rb") as stream:
            return None if os.fsencode(name) in stream.read() else ""
    except FileNotFoundError:
        return ""
    except OSError:
        return None


def look_blob(repo: Repo, oid: str) -> bytes | None:
    """The content of a small blob that lies in a file of its own; None when only git can tell."""
    import zlib

    try:
        with open(_object_path(repo, oid), "rb") as stream:
            text = zlib.decompressobj().decompress(stream.read(MAX_BYTES), MAX_BYTES)
    except (OSError, zlib.error):
        return None
    content = text.partition(b"\0")[2]
    return content if text.startswith(b"blob ") and blob_id(repo, content) == oid else None


def put_blob(repo: Repo, content: bytes) -> str:
    """The id of a blob that lies in a file of its own now; empty when it could not be put there."""
    import zlib

    oid = blob_id(repo, content)
    path = _object_path(repo, oid)
    passing = os.path.join(os.path.dirname(path), f"tmp_obj_{os.urandom(6).hex()}")  # git takes old ones away
    try:
        if os.path.exists(path):
            return oid
        _make_folder(os.path.dirname(path))
        stream = os.open(passing, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o444)
        with os.fdopen(stream, "wb") as file:
            file.write(zlib.compress(b"blob %d\0" % len(content) + content, 1))
            file.flush()
            os.fsync(stream)  # the ref must not outlive it
        os.rename(passing, path)
    except OSError:
        with suppress(OSError):
            os.unlink(passing)
        return ""
    return oid


def _make_folder(folder: str) -> None:
    """Makes a folder of objects, open to whom the one above is: a repository may be shared by a group."""
    with suppress(FileExistsError):
        os.mkdir(folder)
        os.chmod(folder, stat.S_IMODE(os.stat(os.path.dirname(folder)).st_mode))


def _object_path(repo: Repo, oid: str) -> str:
    return os.path.join(repo.common_dir, "objects", oid[:2], oid[2:])
