"""As whom this repository belongs to a mesh: one small file, which every command and some hooks look for."""

from __future__ import annotations

import os

from openclaw_hooks.imports import import_msgspec

import_msgspec()

import msgspec  # noqa: E402 - after the import that makes this one cheap
from msgspec import Struct  # noqa: E402

from openclaw_hooks.errors import OpenclawError  # noqa: E402

FOLDER = "nats"  # below the state folder of the repository
FILE = "joined.json"
MAX_BYTES = 64_000


class Membership(Struct, frozen=True, omit_defaults=True):
    """The node that this repository is, in which role, and the server that it is let in by.

    `lead` says that the mesh's own server runs on this machine; `lead_key` is the public key of who let the node in,
    `authority` the certificate that the server's is signed with, in base64. Keys that are not known here are passed over.
    """

    node: str
    role: str = "worker"
    server: str = ""
    urls: tuple[str, ...] = ()
    lead: bool = False
    lead_key: str = ""
    authority: str = ""


def read_membership(state_dir: str) -> Membership | None:
    """The membership of the repository with this state folder; None when it has joined no mesh.

    Raises OpenclawError for a file that cannot be read: who acts must not become somebody else by a broken file.
    """
    path = os.path.join(state_dir, FOLDER, FILE)
    try:
        with open(path, "rb") as stream:
            content = stream.read(MAX_BYTES)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise OpenclawError(f"{path}: cannot be read: {error.strerror}") from error
    try:
        return msgspec.json.decode(content, type=Membership)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        hint = "join again: `openclaw sync --join FILE`"
        raise OpenclawError(f"{path}: this is no membership of a mesh: {error}", hint) from error
