"""The commits of the board with the paths they changed, by one git command; what an earlier run read is kept."""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING, Final

import msgspec
from msgspec import Struct

from openclaw_hooks.board.plumbing import ask_store, call_store
from openclaw_hooks.mission_control.moments import read_stamp

if TYPE_CHECKING:
    from openclaw_hooks.board.place import Board

FILE: Final = "site.log"
VERSION: Final = 1
FORMAT: Final = "%H%x00%ct%x00%an%x00%B"
WORDS: Final = ("log", "--no-merges", "--topo-order", "--encoding=UTF-8", "--raw", "-z", "--no-renames", "--no-abbrev")


class LogCommit(Struct, frozen=True, array_like=True):
    """A commit of the board: when (seconds since the epoch), who, its subject and further lines, the paths it changed."""

    oid: str
    time: int
    who: str
    subject: str
    lines: tuple[str, ...]
    paths: tuple[str, ...]


class _Kept(Struct, array_like=True):
    version: int
    head: str
    commits: tuple[LogCommit, ...]


def read_log(board: Board, head: str) -> tuple[LogCommit, ...]:
    """The commits that `head` has behind it, newest first; merges say nothing of their own."""
    kept = _load(board)
    if kept.head == head:
        return kept.commits
    words = [*WORDS, f"--format=tformat:{FORMAT}"]
    fresh = call_store(board.repo, [*words, f"{kept.head}..{head}", "--"]) if kept.head else None
    if fresh is not None and fresh.code == 0 and _is_behind(board, kept.head, head):
        commits = (*_parse(fresh.stdout), *kept.commits)
    else:
        commits = _parse(ask_store(board.repo, [*words, head, "--"]))
    _save(board, _Kept(VERSION, head, commits))
    return commits


def _is_behind(board: Board, older: str, newer: str) -> bool:
    return call_store(board.repo, ["merge-base", "--is-ancestor", older, newer]).code == 0


def _parse(output: bytes) -> tuple[LogCommit, ...]:
    """The commits in git's answer: four fields each, then a pair of fields for each path, the first of which begins with a colon."""
    fields = output.split(b"\0")
    commits: list[LogCommit] = []
    at = 0
    while at + 3 < len(fields):
        oid, time, who, message = (field.decode("utf-8", "replace") for field in fields[at : at + 4])
        at += 4
        paths: list[str] = []
        while at + 1 < len(fields) and fields[at].lstrip(b"\n").startswith(b":"):
            paths.append(os.fsdecode(fields[at + 1]))
            at += 2
        subject, *lines = [line for line in message.splitlines() if line.strip()] or [""]
        commits.append(LogCommit(oid, read_stamp(time), who, subject, tuple(lines), tuple(paths)))
    return tuple(commits)


def _load(board: Board) -> _Kept:
    try:
        with open(os.path.join(board.repo.state_dir, FILE), "rb") as stream:
            kept = msgspec.msgpack.decode(stream.read(), type=_Kept)
    except (OSError, ValueError):  # absent, cut short, or of another version
        return _Kept(VERSION, "", ())
    return kept if kept.version == VERSION else _Kept(VERSION, "", ())


def _save(board: Board, kept: _Kept) -> None:
    path = os.path.join(board.repo.state_dir, FILE)
    temporary = f"{path}.{os.getpid()}.tmp"
    with suppress(OSError, ValueError):  # a path that is not UTF-8 cannot be kept
        with open(temporary, "wb") as stream:
            stream.write(msgspec.msgpack.encode(kept))
        os.replace(temporary, path)
