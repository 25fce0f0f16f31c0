"""What a push sends besides commits: messages of tags, and tags that name a file or a folder."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import msgspec

from openclaw_hooks import git
from openclaw_hooks.board.leases.lease import parse_lease
from openclaw_hooks.board.leases.refs import PREFIX
from openclaw_hooks.checks.change import Change, ChangedFile, added_lines, parse_diff
from openclaw_hooks.checks.run import run_checks

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from openclaw_hooks.checks.policy import Policy
    from openclaw_hooks.checks.push import RefUpdate
    from openclaw_hooks.verdict import Finding

SECRETS_ONLY = ("secrets",)
_TARGET = b"object "
_TOKEN = re.compile(r"\d{1,18}-[0-9a-f]{8}")


def judge_objects(repo: git.Repo, policy: Policy, updates: Iterable[RefUpdate]) -> list[Finding]:
    """Secrets in pushed objects that no commit leads to; a finding bears the name of the remote ref."""
    named = {update.local_oid: update.remote_ref for update in updates if not update.is_deletion}
    findings: list[Finding] = []
    while named:
        types = git.object_types(list(named))
        texts = git.read_blobs(oid for oid in named if types[oid] in ("blob", "tag"))
        files = [_whole_file(named[oid], oid, _without_token(named[oid], content)) for oid, content in texts.items()]
        for oid in named:
            if types[oid] == "tree":
                files += parse_diff(git.tree_diff(repo, "", oid))
        if files:
            findings += run_checks(Change(tuple(files), _read_nothing, frozenset), policy, SECRETS_ONLY).findings
        # a tag may name another tag, a tree or a blob
        named = {_target(texts[oid]): ref for oid, ref in named.items() if types[oid] == "tag"}
    return findings


def _without_token(ref: str, content: bytes) -> bytes:
    """The lease that a claim is, without its token: that is random, but everybody may know it."""
    if not ref.startswith(PREFIX):
        return content
    lease = parse_lease(ref.removeprefix(PREFIX), content)
    if lease is None or msgspec.json.encode(lease) != content or not _TOKEN.fullmatch(lease.token):
        return content
    return msgspec.json.encode(msgspec.structs.replace(lease, token=""))


def _whole_file(ref: str, oid: str, content: bytes) -> ChangedFile:
    added, is_binary = added_lines([(1, content.split(b"\n"))])
    return ChangedFile(ref, "M", "100644", oid, added, is_binary=is_binary)


def _target(tag: bytes) -> str:
    return tag.partition(b"\n")[0].removeprefix(_TARGET).decode()


def _read_nothing(files: Iterable[ChangedFile]) -> Mapping[str, bytes]:
    return {}  # the secrets check looks at added lines alone
