"""What uninstall changes: everything that init wrote goes back to what it was, or, where the user went on to change a
file, only our parts of it go. Pure, as planning is.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from openclaw_hooks.board.exclude import remove_block
from openclaw_hooks.files import display_path
from openclaw_hooks.settings import CONFIG_PATH
from openclaw_hooks.setup.agent_files import BY_PATH
from openclaw_hooks.setup.board_driver import plan_driver_removal
from openclaw_hooks.setup.claude_settings import FRAGMENT, added_by, remove_fragment
from openclaw_hooks.setup.edits import ConfigChange, FileEdit, FileMove, Plan
from openclaw_hooks.setup.handlers import remove_handlers
from openclaw_hooks.setup.hook_facts import KEY
from openclaw_hooks.setup.hook_plan import aside_order, calls_legacy
from openclaw_hooks.setup.hook_scripts import STAGES, earlier_folder
from openclaw_hooks.setup.journal import FileRecord, Journal, Places
from openclaw_hooks.setup.json_text import JsonError, parse_json
from openclaw_hooks.setup.mcp_config import SERVER, find_server, remove_server
from openclaw_hooks.setup.pre_commit_config import remove_entry
from openclaw_hooks.setup.repo_facts import CLAUDE_SETTINGS, MCP_CONFIG, PRE_COMMIT_CONFIG, RULE_COPIES
from openclaw_hooks.setup.rule_copies import read_seal
from openclaw_hooks.setup.starter import STARTER_CONFIG

if TYPE_CHECKING:
    from openclaw_hooks.setup.hook_facts import HookFacts, HookFile
    from openclaw_hooks.setup.repo_facts import RepoFacts

UNKNOWN = FileRecord(None, None)  # a file that the journal does not know


class Rest(NamedTuple):
    """What is left of a file without our parts (None: nothing), or why it stays as it is."""

    content: bytes | None
    why_kept: str = ""


def plan_uninstall(facts: RepoFacts, journal: Journal) -> Plan:
    """What takes this package out of the repository again; what stays is named in the notes."""
    plan = _plan_settings(facts, journal).join(plan_driver_removal(facts))
    plan = plan.join(_plan_tree(facts, journal)).join(_plan_exclude(facts, journal))
    for stage in STAGES:
        plan = plan.join(_plan_stage(facts.hooks, stage))
    here = Places(facts.repo).worktree
    others = {name.split(":")[1] for name in journal.files if name.startswith("tree:") and not name.startswith(here)}
    notes = tuple(f"files in the worktree of {other} stay; run `openclaw uninstall` there" for other in sorted(others))
    return plan.join(Plan(notes=notes))


def _plan_settings(facts: RepoFacts, journal: Journal) -> Plan:
    """core.hooksPath as it was before, wherever it still points to a folder of ours."""
    hooks, changes = facts.hooks, []
    places = Places(facts.repo)
    known = {places.path(record.file): record for record in journal.config if record.key == KEY}
    folders = {hooks.own_folder: hooks.own_files, hooks.worktree_folder: hooks.worktree_files}
    for one in hooks.settings:
        if one.folder not in folders or one.scope not in ("local", "worktree"):
            continue
        name = "config" if one.scope == "local" else "config.worktree"
        file = os.path.join(hooks.common_dir if one.scope == "local" else hooks.git_dir, name)
        record = known.get(file)
        if record is not None:
            before = None if record.before is None else os.fsdecode(record.before)
        else:
            before = _guess_before(hooks, folders[one.folder])
        changes.append(ConfigChange(file, KEY, one.value, before, "as it was before init"))
    return Plan(config=tuple(changes))


def _guess_before(hooks: HookFacts, files: dict[str, HookFile]) -> str | None:
    """The setting before init when the journal is lost: what our scripts pass on to, unless another scope says so."""
    earlier = next((folder for file in files.values() if (folder := earlier_folder(file.content))), None)
    elsewhere = [one.folder for one in hooks.settings if one.scope in ("system", "global")]
    return None if earlier in (None, hooks.default_folder, *elsewhere) else earlier


def _plan_tree(facts: RepoFacts, journal: Journal) -> Plan:
    plan, places = Plan(), Places(facts.repo)
    for name, content in facts.contents.items():
        record = journal.files.get(places.name(facts.path(name)), UNKNOWN)
        if name in facts.outside or (name == MCP_CONFIG and record is UNKNOWN and SERVER.encode() not in content):
            continue
        if record is UNKNOWN and name in facts.tracked:  # somebody else's init wrote it, and the team committed it
            plan = plan.join(Plan(notes=(f"{name} stays: it is committed, and not by an init in this clone",)))
            continue
        rest = Rest(record.before) if content == record.after else _without_us(name, content, record)
        if rest.why_kept:
            plan = plan.join(Plan(notes=(f"{name} stays: {rest.why_kept}",)))
        elif rest.content != content:
            why = "as it was before init" if content == record.after else "without our part"
            plan = plan.join(Plan(edits=(FileEdit(facts.path(name), content, rest.content, why),)))
    return plan


def _without_us(name: str, content: bytes, record: FileRecord) -> Rest:
    """What stays of a file that somebody changed after init, or that the journal does not know."""
    if name == CONFIG_PATH:
        return Rest(None) if content == STARTER_CONFIG.encode() else Rest(content, "you changed it")
    if name.startswith(f"{RULE_COPIES}/"):
        seal = read_seal(content)
        if seal is None:
            return Rest(content)
        return Rest(None) if seal.is_intact else Rest(content, "you changed it")
    try:
        text = content.decode("utf-8")
        if name == CLAUDE_SETTINGS:
            return _without_fragment(text, record)
        if name == MCP_CONFIG:
            return _without_server(text, record)
        if name in BY_PATH:
            return _without_handlers(text, record)
        after = remove_entry(text) if name == PRE_COMMIT_CONFIG else text
    except (UnicodeDecodeError, JsonError) as error:
        return Rest(content, f"it cannot be edited ({error}); take our part out by hand")
    if after is None:
        return Rest(content, "our hooks share an entry with others or the text cannot be edited; take them out by hand")
    return Rest(after.encode("utf-8"))


def _without_fragment(text: str, record: FileRecord) -> Rest:
    before = (record.before or b"{}").decode("utf-8")
    ours = added_by(before, record.after.decode("utf-8")) if record.after else FRAGMENT
    after = remove_fragment(text, ours, before)
    is_ours_alone = record.before is None and after.strip("\ufeff \t\r\n") == "{}"
    return Rest(None) if is_ours_alone else Rest(after.encode("utf-8"))


def _without_server(text: str, record: FileRecord) -> Rest:
    before = (record.before or b"{}").decode("utf-8")
    after = remove_server(text, before)
    if find_server(after) is not None:
        return Rest(text.encode("utf-8"), f"you changed the entry of {SERVER}")
    is_ours_alone = record.before is None and after != text and parse_json(after.removeprefix("\ufeff")) == {}
    return Rest(None) if is_ours_alone else Rest(after.encode("utf-8"))


def _without_handlers(text: str, record: FileRecord) -> Rest:
    """A hook file of an agent without our hooks; what else the first init added, such as a version, goes where alone."""
    before = (record.before or b"{}").decode("utf-8")
    after = remove_handlers(text, before)
    is_ours_alone = record.before is None and parse_json(after.removeprefix("\ufeff")) in ({}, {"version": 1})
    return Rest(None) if is_ours_alone and after != text else Rest(after.encode("utf-8"))


def _plan_exclude(facts: RepoFacts, journal: Journal) -> Plan:
    if facts.exclude is None:
        return Plan()
    path = os.path.join(facts.repo.common_dir, "info", "exclude")
    record = journal.files.get(Places(facts.repo).name(path), UNKNOWN)
    after = record.before if facts.exclude == record.after else remove_block(facts.exclude)
    if after == facts.exclude:
        return Plan()
    return Plan(edits=(FileEdit(path, facts.exclude, after, "without our block"),))


def _plan_stage(hooks: HookFacts, stage: str) -> Plan:
    """One stage of the repository's own hooks folder: ours away, the hook from before back in its place."""
    files = hooks.default_files
    ours = [name for name, file in files.items() if file.is_ours and name.split(".", 1)[0] == stage]
    aside = sorted((name for name in files if aside_order(stage, name)), key=lambda name: -aside_order(stage, name))
    moves, notes = [], []
    free = _free_name(stage, files)
    if aside and free and not (free != stage and calls_legacy(files[aside[0]])):
        moves.append(FileMove(_path(hooks, aside[0]), _path(hooks, free), "as it was before init"))
        aside = aside[1:]
    notes += [f"{display_path(_path(hooks, name))} stays: another hook has its place" for name in aside]
    taken = {move.new for move in moves}
    edits = [
        FileEdit(_path(hooks, name), files[name].content, None, f"our {stage} hook")
        for name in ours
        if _path(hooks, name) not in taken
    ]
    return Plan(tuple(moves), tuple(edits), notes=tuple(notes))


def _free_name(stage: str, files: dict[str, HookFile]) -> str:
    """Where the earlier hook goes back to: its place, or where pre-commit, put there since, would have moved it."""
    found, legacy = files.get(stage), files.get(f"{stage}.legacy")
    if found is None or found.is_ours:
        return stage
    return f"{stage}.legacy" if calls_legacy(found) and (legacy is None or legacy.is_ours) else ""


def _path(hooks: HookFacts, name: str) -> str:
    return os.path.join(hooks.default_folder, name)
