"""The token that who asks over HTTP has to show: from the environment, or from a file of this user alone."""

from __future__ import annotations

import os
import re
import stat
from typing import TYPE_CHECKING, Final

from openclaw_hooks.files import display_path
from openclaw_hooks.knowledge.model import KnowledgeError

if TYPE_CHECKING:
    from collections.abc import Mapping

VARIABLE: Final = "OPENCLAW_MCP_TOKEN"  # the name of one
MAX_BYTES: Final = 4096
TOKEN: Final = re.compile(r"[!-~]{16,1024}")
MAKE_ONE: Final = "python3 -c 'import secrets; print(secrets.token_urlsafe(32))'"


def read_token(path: str, env: Mapping[str, str]) -> str:
    """The token in the file at `path`, or else in the environment; empty when there is none.

    Raises KnowledgeError for a file that others may read or write, and for what is too short to be a secret.
    """
    token = _read_file(path) if path else env.get(VARIABLE, "")
    token = token.strip()
    if token and not TOKEN.fullmatch(token):
        raise KnowledgeError("a token has 16 to 1,024 characters without spaces", f"make one: {MAKE_ONE}")
    if path and not token:
        raise KnowledgeError(f"{display_path(path)} holds no token", f"make one: {MAKE_ONE}")
    return token


def _read_file(path: str) -> str:
    shown = display_path(path)
    try:
        opened = os.open(os.path.expanduser(path), os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        raise KnowledgeError(f"the token cannot be read: {shown}: {error.strerror}") from error
    with open(opened, "rb") as stream:
        found = os.fstat(stream.fileno())
        if not stat.S_ISREG(found.st_mode):
            raise KnowledgeError(f"{shown} is no regular file")
        if found.st_uid != os.getuid() or found.st_mode & 0o077:
            raise KnowledgeError(f"others have a right to {shown}, so it keeps no secret", f"chmod 600 {shown}")
        return stream.read(MAX_BYTES).decode("utf-8", "replace")
