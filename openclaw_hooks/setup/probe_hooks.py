"""Is the guard at each stage of git alive: the right file in the folder that git obeys, started by a live Python?"""

from __future__ import annotations

import os
import re
import shlex
from typing import TYPE_CHECKING

from openclaw_hooks.setup.hook_plan import aside_order, calls_legacy, choose_folder, plan_hooks
from openclaw_hooks.setup.hook_scripts import STAGES, script_version
from openclaw_hooks.setup.interpreter import import_version
from openclaw_hooks.setup.probe import FIX, Probe, fail, ok, warn

if TYPE_CHECKING:
    from openclaw_hooks.setup.hook_facts import HookFacts, HookFile
    from openclaw_hooks.setup.interpreter import HookCommand
    from openclaw_hooks.setup.probe import DoctorFacts

HUSKY_HINT = f"{FIX}; husky sets it at each npm install: let `prepare` run `openclaw init` after it"


def probe_hooks_path(facts: DoctorFacts) -> list[Probe]:
    """Who says where git looks for hooks, and whether that is where we are."""
    hooks, layer = facts.repo.hooks, "hooks-path"
    override = next((one for one in hooks.settings if one.scope == "command"), None)
    if override is not None:
        evidence = f"GIT_CONFIG_* in the environment sets core.hooksPath to {override.value!r}: no hook of ours runs"
        return [fail(layer, evidence, "unset GIT_CONFIG_COUNT GIT_CONFIG_PARAMETERS")]
    found = hooks.effective
    if found is None:
        return [ok(layer, f"not set; git uses {active_folder(hooks)}")]
    shown = f"core.hooksPath is {found.value!r} ({found.scope})"
    if active_folder(hooks) not in (hooks.own_folder, hooks.worktree_folder, hooks.default_folder):
        if any(one.scope == found.scope and one.folder == hooks.own_folder for one in hooks.settings):
            where = "git config --show-origin --get-all core.hooksPath"
            return [fail(layer, f"{shown}: an included file sets it again after us; take it out there", where)]
        return [fail(layer, f"{shown}: it bypasses our hooks", HUSKY_HINT if "husky" in found.value else FIX)]
    own = choose_folder(hooks)
    return [ok(layer, f"{shown}; passes on to {own.earlier}" if own else shown)]


def active_folder(hooks: HookFacts) -> str:
    """The folder that git takes hooks from here."""
    return hooks.absolute(hooks.effective.folder) if hooks.effective else hooks.default_folder


def active_file(hooks: HookFacts, stage: str) -> HookFile | None:
    """Our file of a stage, where git or a hook that git runs starts it; None when nothing does."""
    files = _active_files(hooks)
    found, legacy = files.get(stage), files.get(f"{stage}.legacy")
    if found and not found.is_ours and calls_legacy(found):
        found = legacy
    return found if found and found.is_ours and found.is_executable else None


def _active_files(hooks: HookFacts) -> dict[str, HookFile]:
    folder = active_folder(hooks)
    known = {hooks.own_folder: hooks.own_files, hooks.worktree_folder: hooks.worktree_files}
    return known.get(folder, hooks.default_files if folder == hooks.default_folder else {})


def probe_stages(facts: DoctorFacts) -> list[Probe]:
    """Each stage: present, ours, executable, up to date."""
    hooks = facts.repo.hooks
    stale = {os.path.basename(edit.path).split(".", 1)[0] for edit in plan_hooks(hooks, facts.repo.command).edits}
    return [_probe_stage(hooks, stage, is_stale=stage in stale) for stage in STAGES]


def _probe_stage(hooks: HookFacts, stage: str, *, is_stale: bool) -> Probe:
    layer, files = f"hook {stage}", _active_files(hooks)
    found, ours = files.get(stage), active_file(hooks, stage)
    if ours is not None:
        version = script_version(ours.content)
        if is_stale:
            return warn(layer, f"ours ({version}), but not as this version would write it", FIX)
        through = "" if found and found.is_ours else ", called by the hook of pre-commit or prek"
        return ok(layer, f"ours ({version}){through}")
    if found is None:
        return fail(layer, f"no hook of ours in {active_folder(hooks)}")
    if found.is_ours:
        return fail(layer, "ours, but not executable: git skips it")
    aside = next((name for name, file in files.items() if name.startswith(f"{stage}.") and file.is_ours), "")
    put = f"; ours was put aside as {aside}" if aside else ""
    return fail(layer, f"another program's hook, which does not call ours{put}")


def probe_interpreters(facts: DoctorFacts) -> list[Probe]:
    """The Python that each hook names: really started, and asked for its version of this package."""
    hooks, command = facts.repo.hooks, facts.repo.command
    named = {parse_command(file.content) for stage in STAGES if (file := active_file(hooks, stage))}
    return [_probe_interpreter(python, flags, command) for python, flags in sorted(named)]


def _probe_interpreter(python: str, flags: tuple[str, ...], command: HookCommand) -> Probe:
    layer, found = "hook python", import_version(python, flags)
    if found is None:
        return fail(layer, f"{python} does not start or does not find openclaw_hooks: every commit is blocked")
    if found[0] != command.version:
        return warn(layer, f"{python} runs version {found[0]}, this is {command.version}", FIX)
    if command._replace(python=python).is_in_cache:
        return warn(layer, f"{python} lies in a cache and may vanish", "pipx install openclaw-hooks && openclaw init")
    return ok(layer, f"{python} runs version {found[0]}")


def parse_command(content: bytes) -> tuple[str, tuple[str, ...]]:
    """Interpreter and flags that one of our hook files calls; empty when somebody edited them away."""
    text = content.decode("utf-8", "surrogateescape")
    python = re.search(r"^python=(.*?)\npackage=", text, re.MULTILINE | re.DOTALL)
    call = re.search(r'"\$python" ((?:-[A-Z] )+)-m openclaw_hooks\.hook', text)
    try:
        words = shlex.split(python[1]) if python else []
    except ValueError:
        words = []
    return (words[0] if len(words) == 1 else "", tuple(call[1].split()) if call else ())


def probe_earlier(facts: DoctorFacts) -> list[Probe]:
    """The hooks that were there before: still run, or kept because they are not executable."""
    hooks, layer = facts.repo.hooks, "earlier hooks"
    own = choose_folder(hooks)
    if own is not None:
        folder = hooks.absolute(own.earlier)
        return [
            ok(layer, f"{own.earlier} is passed on to") if os.path.isdir(folder) else warn(layer, f"{folder} is gone")
        ]
    files = hooks.default_files
    kept = {name: file for name, file in files.items() if any(aside_order(stage, name) for stage in STAGES)}
    idle = [name for name, file in kept.items() if not file.is_executable]
    if idle:
        return [
            warn(layer, f"not executable, so not run: {', '.join(idle)}", f"chmod +x {hooks.default_folder}/{idle[0]}")
        ]
    return [ok(layer, f"run before ours: {', '.join(kept)}" if kept else "there were none")]
