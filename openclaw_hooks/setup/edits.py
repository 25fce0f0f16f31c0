"""What init and uninstall want to change, as values: file edits, hook moves, git settings."""

from __future__ import annotations

import os
import sys
from typing import Final, NamedTuple

from openclaw_hooks.files import display_path

LONGEST_VALUE: Final = 80  # characters of a git setting where one line tells of it; a dry run shows it all


class FileEdit(NamedTuple):
    """One file at an absolute `path` from `before` to `after`; None means that there is no file."""

    path: str
    before: bytes | None
    after: bytes | None
    why: str
    is_executable: bool = False


class FileMove(NamedTuple):
    """A hook of somebody else put aside, or put back: absolute paths."""

    old: str
    new: str
    why: str


class ConfigChange(NamedTuple):
    """One git setting in the config `file` (absolute); None means unset."""

    file: str
    key: str
    before: str | None
    after: str | None
    why: str


class Plan(NamedTuple):
    """Everything that one run of init or uninstall changes, and what it leaves to people."""

    moves: tuple[FileMove, ...] = ()
    edits: tuple[FileEdit, ...] = ()
    config: tuple[ConfigChange, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to change."""
        return not (self.moves or self.edits or self.config)

    def join(self, other: Plan) -> Plan:
        """The changes of both plans, those of `other` behind."""
        return Plan(
            self.moves + other.moves, self.edits + other.edits, self.config + other.config, self.notes + other.notes
        )


def show_plan(plan: Plan, top: str) -> str:
    """The plan for people: moves and settings one a line, files as unified diffs; paths relative to `top`."""
    return "\n".join([*_list_actions(plan, top), *(show_diff(edit, top) for edit in plan.edits)])


def list_changes(plan: Plan, top: str) -> list[str]:
    """The plan in one line per change; files of a hooks folder of our own count as one."""
    lines = _list_actions(plan, top, LONGEST_VALUE)
    folder = os.path.join("openclaw", "hooks")
    scripts = [edit for edit in plan.edits if os.path.dirname(edit.path).endswith(folder)]
    if len(scripts) > 1:
        lines.append(f"{_shown(os.path.dirname(scripts[0].path), top)}: {len(scripts)} hooks")
    for edit in plan.edits:
        if edit not in scripts or len(scripts) == 1:
            verb = "remove" if edit.after is None else "change" if edit.before is not None else "create"
            lines.append(f"{verb} {_shown(edit.path, top)}: {edit.why}")
    return lines


def _list_actions(plan: Plan, top: str, longest: int = sys.maxsize) -> list[str]:
    lines = [f"rename {_shown(move.old, top)} to {_shown(move.new, top)}: {move.why}" for move in plan.moves]
    for change in plan.config:
        shown = display_path(change.after or "")
        value = shown if len(shown) <= longest else f"{shown[:longest]}..."
        done = "unset" if change.after is None else f"set to {value}"
        lines.append(f"git setting {change.key} {done}: {change.why}")
    return lines


def show_diff(edit: FileEdit, top: str) -> str:
    """One edit as a unified diff below its reason; bytes that are not UTF-8 shown as replacements."""
    import difflib

    shown = _shown(edit.path, top)
    old = "/dev/null" if edit.before is None else f"a/{shown}"
    new = "/dev/null" if edit.after is None else f"b/{shown}"
    texts = [(side or b"").decode("utf-8", "replace").split("\n") for side in (edit.before, edit.after)]
    texts = [lines[:-1] if lines[-1] == "" else lines for lines in texts]
    body = list(difflib.unified_diff(texts[0], texts[1], old, new, lineterm=""))
    if not body:
        body = [f"--- {old}", f"+++ {new}", "(only the mode or the last line end changes)"]
    return "\n".join([f"{shown}: {edit.why}", *body])


def _shown(path: str, top: str) -> str:
    relative = os.path.relpath(path, top)
    return display_path(path if relative.startswith("..") else relative)
