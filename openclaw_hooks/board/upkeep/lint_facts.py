"""What lint needs to know beside the board's files: claims, the archive, and the files themselves for lines."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

from openclaw_hooks.board.disk import read_disk
from openclaw_hooks.board.leases.held import stamp
from openclaw_hooks.board.leases.lease import parse_lease
from openclaw_hooks.board.leases.refs import PREFIX
from openclaw_hooks.board.merge.telemetry import FOLDER, is_telemetry
from openclaw_hooks.board.plumbing import ask_store, read_contents
from openclaw_hooks.board.upkeep.archive import index_archive, list_archive
from openclaw_hooks.board.upkeep.lint import LintFacts

if TYPE_CHECKING:
    from collections.abc import Collection

    from openclaw_hooks.board.leases.lease import Lease
    from openclaw_hooks.board.place import Board
    from openclaw_hooks.git import Repo


def gather_facts(board: Board, roles: Collection[str] | None) -> LintFacts:
    """The facts for a lint of `board` right now; `roles` are the ids of the roles, None when they are not known."""
    return LintFacts(
        roles=roles,
        leases=read_leases(board.repo),
        now=stamp(time.time()),
        archived=frozenset(index_archive(list_archive(board.top))),
        read=lambda path: read_disk(board, path),
        telemetry=read_telemetry(board),
    )


def read_telemetry(board: Board) -> dict[str, bytes]:
    """The files of telemetry as they lie on disk, by path."""
    try:
        paths = [f"{FOLDER}/{name}" for name in os.listdir(os.path.join(board.top, FOLDER))]
    except OSError:
        return {}
    found = {path: read_disk(board, path) for path in sorted(paths) if is_telemetry(path)}
    return {path: content for path, content in found.items() if content is not None}


def read_leases(repo: Repo) -> dict[str, Lease]:
    """Every lease that this clone knows, by task, by two processes of git; blobs that are no lease are left out."""
    listing = ask_store(repo, ["for-each-ref", "--format=%(objectname) %(refname)", PREFIX]).decode("utf-8", "replace")
    blobs = {name.removeprefix(PREFIX): oid for oid, _, name in (line.partition(" ") for line in listing.splitlines())}
    contents = read_contents(repo, blobs.values())
    found = {task: parse_lease(task, contents.get(oid, b"")) for task, oid in blobs.items()}
    return {task: lease for task, lease in found.items() if lease is not None}
