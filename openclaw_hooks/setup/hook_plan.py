"""How the guard gets among a repository's hooks: which files to write, put aside, and which setting to make.

Pure. Two layouts: beside the hooks in the repository's own folder; or, where core.hooksPath points to a folder that is
not ours to write to (husky, a tracked folder, the user's home), a folder of our own that passes everything on.
"""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, NamedTuple

from openclaw_hooks.setup.edits import ConfigChange, FileEdit, FileMove, Plan
from openclaw_hooks.setup.hook_facts import KEY
from openclaw_hooks.setup.hook_scripts import (
    ASIDE,
    CLIENT_HOOKS,
    STAGES,
    Earlier,
    earlier_folder,
    guard_script,
    pass_on_script,
)

if TYPE_CHECKING:
    from openclaw_hooks.setup.hook_facts import HookFacts, HookFile
    from openclaw_hooks.setup.interpreter import HookCommand

# Words by which the hook files of other programs are known, so that a newer one replaces their older one.
GENERATORS = (b"hook-impl", b"lefthook", b"husky", b"overcommit", b"simple-git-hooks")


class OwnFolder(NamedTuple):
    """The second layout: our folder, the scope and file of the setting, and the folder that was in force before."""

    folder: str
    scope: str
    config_file: str
    earlier: str


def choose_folder(facts: HookFacts) -> OwnFolder | None:
    """Our own folder, where one is needed; None when hooks go beside the ones in the repository's own folder."""
    found = facts.effective
    if found is None:
        return _local(facts, facts.default_folder) if facts.is_default_foreign else None
    folder = facts.absolute(found.folder)
    if folder in (facts.own_folder, facts.worktree_folder):
        files = facts.own_files if folder == facts.own_folder else facts.worktree_files
        earlier = next((name for file in files.values() if (name := earlier_folder(file.content))), "")
        return (_local if folder == facts.own_folder else _worktree)(facts, earlier or facts.default_folder)
    if found.scope == "worktree":
        return _worktree(facts, found.folder)
    if os.path.isabs(found.folder) and folder == facts.default_folder and not facts.is_default_foreign:
        return None  # somebody spelled out the default
    return _local(facts, found.folder)


def _local(facts: HookFacts, earlier: str) -> OwnFolder:
    return OwnFolder(facts.own_folder, "local", os.path.join(facts.common_dir, "config"), earlier)


def _worktree(facts: HookFacts, earlier: str) -> OwnFolder:
    return OwnFolder(facts.worktree_folder, "worktree", os.path.join(facts.git_dir, "config.worktree"), earlier)


def plan_hooks(facts: HookFacts, command: HookCommand) -> Plan:
    """What puts the guard at every stage; empty when it is all there already."""
    own = choose_folder(facts)
    if own is None:
        plan = Plan()
        for stage in STAGES:
            plan = plan.join(_plan_stage(facts, stage, command))
        return plan
    return _plan_own_folder(facts, own, command)


def _plan_own_folder(facts: HookFacts, own: OwnFolder, command: HookCommand) -> Plan:
    files = facts.own_files if own.folder == facts.own_folder else facts.worktree_files
    edits = []
    for hook in (*CLIENT_HOOKS, *facts.server_hooks):
        earlier = Earlier(own.earlier, hook)
        if hook in STAGES:
            content, why = guard_script(hook, command, [earlier]), f"guards {hook}, runs {own.earlier}/{hook} first"
        else:
            content, why = pass_on_script(hook, command, earlier), f"passes on to {own.earlier}/{hook}"
        if edit := _edit(os.path.join(own.folder, hook), files.get(hook), content, why):
            edits.append(edit)
    now = next((one.value for one in facts.settings if one.scope == own.scope), None)
    change = ConfigChange(own.config_file, KEY, now, own.folder, f"was {own.earlier}, which still runs")
    return Plan(edits=tuple(edits), config=() if now == own.folder else (change,))


def _plan_stage(facts: HookFacts, stage: str, command: HookCommand) -> Plan:
    files = facts.default_files
    found, legacy = files.get(stage), files.get(f"{stage}.legacy")
    if found and not found.is_ours and _calls_legacy(found) and legacy and legacy.is_ours:
        return Plan(edits=_write(facts, stage, f"{stage}.legacy", command))  # theirs calls ours: alive
    if found is None or found.is_ours:
        return Plan(edits=_write(facts, stage, stage, command))
    target = _name_aside(stage, found, files)
    move = FileMove(_path(facts, stage), _path(facts, target), "the hook that is there; it still runs, first")
    stale = tuple(
        FileEdit(_path(facts, name), file.content, None, f"our own {stage} hook, put aside by another program")
        for name, file in files.items()
        if name.startswith(f"{stage}.") and file.is_ours
    )
    return Plan((move,), (*stale, *_write(facts, stage, stage, command, target)))


def _write(facts: HookFacts, stage: str, name: str, command: HookCommand, added: str = "") -> tuple[FileEdit, ...]:
    names = {*(other for other in facts.default_files if _order(stage, other)), *([added] if added else [])}
    # The newest first: it was put on top of the others.
    earlier = [Earlier("", other) for other in sorted(names, key=lambda other: -_order(stage, other))]
    content = guard_script(stage, command, earlier)
    found = None if added else facts.default_files.get(name)
    edit = _edit(_path(facts, name), found, content, f"guards {stage}")
    return (edit,) if edit else ()


def _edit(path: str, found: HookFile | None, content: bytes, why: str) -> FileEdit | None:
    if found and found.content == content and found.is_executable:
        return None
    return FileEdit(path, found.content if found else None, content, why, is_executable=True)


def _calls_legacy(found: HookFile) -> bool:
    return found.is_executable and b"hook-impl" in found.content  # pre-commit and prek run <hook>.legacy


def _name_aside(stage: str, found: HookFile, files: dict[str, HookFile]) -> str:
    """The name to put `found` aside under; one of a program whose older hook is there already takes its place."""
    taken = sorted((name for name in files if _order(stage, name)), key=lambda name: _order(stage, name))
    for name in taken:
        same_program = any(word in files[name].content and word in found.content for word in GENERATORS)
        if files[name].content == found.content or same_program:
            return name
    return f"{stage}.{ASIDE}" if not taken else f"{stage}.{ASIDE}-{_order(stage, taken[-1]) + 1}"


def _order(stage: str, name: str) -> int:
    """The place of a hook put aside for `stage`, from 1; 0 for any other file."""
    found = re.fullmatch(rf"{re.escape(stage)}\.{ASIDE}(?:-(\d+))?", name)
    return int(found[1] or 1) if found else 0


def _path(facts: HookFacts, name: str) -> str:
    return os.path.join(facts.default_folder, name)
