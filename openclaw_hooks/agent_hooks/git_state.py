"""Where the working tree stands: branch, distance to its upstream, files not committed."""

from __future__ import annotations

import os
from typing import NamedTuple

from openclaw_hooks import git
from openclaw_hooks.checks.report import one_line
from openclaw_hooks.files import display_path

SHOWN_FILES = 8
SHOWN_COMMITS = 5
MAX_SUBJECT = 100
PATH_FIELD = {"1": 8, "2": 9, "u": 10}  # how many fields come before the path, by the kind of a line


class GitState(NamedTuple):
    """`branch` is empty on a detached head, `head` before the first commit; `changed` are paths from the top."""

    branch: str = ""
    head: str = ""
    upstream: str = ""
    ahead: int = 0
    behind: int = 0
    changed: tuple[str, ...] = ()


class NewCommits(NamedTuple):
    """How many commits there are, and one line for each of the latest."""

    total: int = 0
    lines: tuple[str, ...] = ()


def read_state(top: str) -> GitState:
    """The state of the working tree at `top`, by one call of git."""
    words = ["status", "--porcelain=v2", "--branch", "-z", "--untracked-files=normal"]
    done = git.call_git(words, cwd=top, env=git.foreign_env())
    return parse_status(done.stdout)


def parse_status(output: bytes) -> GitState:
    """The state that `git status --porcelain=v2 --branch -z` prints."""
    state = GitState()
    changed: list[str] = []
    entries = iter(output.split(b"\0"))
    for entry in entries:
        line = os.fsdecode(entry)
        kind, _, rest = line.partition(" ")
        if kind == "#":
            state = _read_header(state, rest)
        elif kind in PATH_FIELD:
            changed.append(line.split(" ", PATH_FIELD[kind])[-1])
            if kind == "2":
                next(entries, b"")  # where it was renamed from
        elif kind == "?":
            changed.append(rest)
    return state._replace(changed=tuple(changed))


def _read_header(state: GitState, header: str) -> GitState:
    name, _, value = header.partition(" ")
    match name:
        case "branch.oid":
            return state._replace(head="" if value == "(initial)" else value)
        case "branch.head":
            return state._replace(branch="" if value == "(detached)" else value)
        case "branch.upstream":
            return state._replace(upstream=value)
        case "branch.ab":
            ahead, behind = value.split(" ")
            return state._replace(ahead=abs(int(ahead)), behind=abs(int(behind)))
        case _:
            return state


def commits_since(top: str, old: str, head: str) -> NewCommits:
    """The commits that lead from `old` to `head`; none when `old` is unknown here."""
    if not old or not head or old == head:
        return NewCommits()
    span = f"{old}..{head}"
    counted = git.call_git(["rev-list", "--count", span, "--"], cwd=top, env=git.foreign_env())
    if counted.code != 0 or not counted.stdout.strip().isdigit():
        return NewCommits()
    words = ["log", f"-{SHOWN_COMMITS}", "--no-show-signature", "--encoding=UTF-8", "--format=%h %s", span, "--"]
    lines = git.call_git(words, cwd=top, env=git.foreign_env()).stdout.decode("utf-8", "replace").splitlines()
    return NewCommits(int(counted.stdout), tuple(one_line(line)[:MAX_SUBJECT] for line in lines))


def describe_state(state: GitState) -> str:
    """One or two sentences, such as `Branch main, 2 ahead of origin/main. 1 file not committed: a.py.`."""
    place = f"Branch {one_line(state.branch)}" if state.branch else f"Detached head at {state.head[:10]}"
    if state.branch and not state.head:
        place += ", without a commit yet"
    if state.ahead or state.behind:
        apart = [f"{number} {word}" for number, word in ((state.ahead, "ahead"), (state.behind, "behind")) if number]
        place += f", {' and '.join(apart)} of {one_line(state.upstream)}"
    return f"{place}. {describe_files(state.changed)}"


def describe_files(paths: tuple[str, ...]) -> str:
    """How many files are not committed, and the first of them by name."""
    if not paths:
        return "Nothing uncommitted."
    shown = ", ".join(display_path(path) for path in paths[:SHOWN_FILES])
    more = f" and {len(paths) - SHOWN_FILES} more" if len(paths) > SHOWN_FILES else ""
    return f"{count_things(len(paths), 'file')} not committed: {shown}{more}."


def count_things(number: int, noun: str) -> str:
    """`1 file`, `2 files`."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
