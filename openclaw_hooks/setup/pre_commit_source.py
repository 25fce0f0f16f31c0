"""Where `.pre-commit-config.yaml` should get this package from, as far as this installation can tell."""

from __future__ import annotations

import os
import re
from typing import NamedTuple

from openclaw_hooks.errors import OpenclawError
from openclaw_hooks.resources import PACKAGE

DISTRIBUTION = "openclaw-hooks"


class Source(NamedTuple):
    """A `repo:` and its `rev:`; for `local` the rev is the version to install from the registry."""

    url: str
    rev: str

    @property
    def is_local(self) -> bool:
        """Whether the entry must carry the hooks itself, since there is no repository to name."""
        return self.url == "local"


def parse_source(text: str) -> Source:
    """What `--source URL@REV` means; raises OpenclawError."""
    url, at, rev = text.rpartition("@")
    if not at or not url or not re.fullmatch(r"[\w.][\w./+-]*", rev) or url.startswith("-"):
        raise OpenclawError(
            f"`{text}` is not URL@REV",
            "for example https://example.org/openclaw-hooks@v1.0.0, or local@1.0.0 for a release",
        )
    return Source(url, rev)


def find_source() -> Source | None:
    """The repository that this package came from: by its install record (PEP 610), or the checkout that it runs from.

    None without either. A registry is never guessed: a name there that is not ours would run its owner's code.
    """
    return _from_install_record() or _from_checkout(os.path.dirname(PACKAGE))


def _from_install_record() -> Source | None:
    import json
    from importlib.metadata import PackageNotFoundError, distribution

    try:
        text = distribution(DISTRIBUTION).read_text("direct_url.json")
        record = json.loads(text or "{}")
    except (PackageNotFoundError, ValueError):
        return None
    vcs = record.get("vcs_info") or {}
    if vcs.get("vcs") == "git":
        asked = vcs.get("requested_revision", "")  # a branch would move under pre-commit, a version does not
        rev = asked if re.fullmatch(r"v?\d+(\.\d+)+\S*", asked) else vcs["commit_id"]
        return Source(without_password(record["url"]), rev)
    if record.get("url", "").startswith("file://") and "dir_info" in record:
        from urllib.parse import unquote, urlsplit

        return _from_checkout(unquote(urlsplit(record["url"]).path))
    return None


def without_password(url: str) -> str:
    """`url` without user and token, which must not end up in a file that is committed; `ssh://git@` needs its user."""
    return re.sub(r"^(https?://)[^/@]*@", r"\1", url)


def _from_checkout(folder: str) -> Source | None:
    """The checkout at `folder`, when it carries the hook manifest and a commit."""
    from openclaw_hooks.git import call_git, foreign_env

    if not os.path.isfile(os.path.join(folder, ".pre-commit-hooks.yaml")):
        return None
    done = call_git(["rev-parse", "--show-prefix", "HEAD"], cwd=folder, env=foreign_env())
    lines = done.stdout.decode().split("\n")
    return Source(folder, lines[1]) if done.code == 0 and not lines[0] else None
