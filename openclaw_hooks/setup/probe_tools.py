"""The layers around git: the machine, pre-commit, Claude Code's settings, and which `openclaw` the shell finds."""

from __future__ import annotations

import json
import os
import re
import shutil
import sys
from typing import TYPE_CHECKING, Any

from openclaw_hooks.errors import OpenclawError
from openclaw_hooks.git import ask_git
from openclaw_hooks.process import run_program
from openclaw_hooks.setup.apply import read_file
from openclaw_hooks.setup.claude_settings import DENY
from openclaw_hooks.setup.pre_commit_config import HOOK_IDS, find_entries
from openclaw_hooks.setup.probe import Probe, fail, ok, warn
from openclaw_hooks.setup.repo_facts import CLAUDE_SETTINGS, PRE_COMMIT_CONFIG
from openclaw_hooks.setup.yaml_text import read_spots

if TYPE_CHECKING:
    from openclaw_hooks.setup.probe import DoctorFacts

OLDEST_GIT = (2, 31)  # rev-parse --path-format


def probe_git(facts: DoctorFacts) -> list[Probe]:
    """The version of git."""
    text = ask_git(["version"]).decode("utf-8", "replace").strip()
    found = re.search(r"(\d+)\.(\d+)", text)
    if found and (int(found[1]), int(found[2])) < OLDEST_GIT:
        return [fail("git", f"{text}; at least {OLDEST_GIT[0]}.{OLDEST_GIT[1]} is needed", "install a newer git")]
    return [ok("git", text)]


def probe_python(facts: DoctorFacts) -> list[Probe]:
    """The Python that runs this."""
    version = ".".join(map(str, sys.version_info[:3]))
    return [ok("python", f"{facts.repo.command.python} ({version}), openclaw-hooks {facts.repo.command.version}")]


def probe_command(facts: DoctorFacts) -> list[Probe]:
    """Whether `openclaw` on PATH is this program: others bear the same name."""
    layer, found = "command", shutil.which("openclaw", path=facts.path)
    if found is None:
        return [ok(layer, "`openclaw` is not on PATH; hooks do not need it")]
    if _is_our_script(found):
        return [ok(layer, f"{found} is this program")]
    real = os.path.realpath(found).replace(os.sep, "/")
    whose = "npm's AI gateway" if "/node_modules/openclaw/" in real else "another program of that name"
    return [warn(layer, f"`openclaw` on PATH is {found}: {whose}", "call this one as `openclaw-hooks`")]


def _is_our_script(path: str) -> bool:
    own = os.path.join(os.path.dirname(os.path.abspath(sys.executable)), os.path.basename(path))
    if os.path.exists(own) and os.path.samefile(own, path):
        return True
    try:  # a shim of pyenv, uv or asdf says nothing about what it starts; the program itself does
        return run_program([path, "--version"], timeout_s=20).stdout.startswith(b"openclaw-hooks ")
    except OpenclawError:
        return False


def probe_pre_commit(facts: DoctorFacts) -> list[Probe]:
    """Our hooks in the config of pre-commit, and somebody there to run them."""
    layer, content = "pre-commit", facts.repo.contents.get(PRE_COMMIT_CONFIG)
    if content is None:
        return [ok(layer, "no config; the native hooks stand alone")]
    root = read_spots(content.decode("utf-8", "replace"))
    repos = root.get("repos") if root else None
    if repos is None:
        return [fail(layer, f"{PRE_COMMIT_CONFIG} does not parse or has no `repos`", "pre-commit validate-config")]
    hooks = [hook.get("id") for entry in find_entries(repos) for hook in (entry.get("hooks") or repos).items()]
    missing = sorted(set(HOOK_IDS) - {spot.value for spot in hooks if spot})
    if missing:
        return [warn(layer, f"{PRE_COMMIT_CONFIG} lacks {', '.join(missing)}", "openclaw init")]
    runner = shutil.which("pre-commit", path=facts.path) or shutil.which("prek", path=facts.path)
    if runner is None:
        return [
            ok(layer, "our hooks are in the config; neither pre-commit nor prek is on PATH, the native hooks do it")
        ]
    return [ok(layer, f"our hooks are in the config; {runner}")]


def probe_claude(facts: DoctorFacts) -> list[Probe]:
    """Claude Code's settings: parse, carry the deny list, and do not switch hooks off."""
    layer, probes = "claude settings", []
    found = {name: read_file(facts.repo.path(name)) for name in (CLAUDE_SETTINGS, ".claude/settings.local.json")}
    if not facts.repo.has_claude and not any(found.values()):
        return [ok(layer, "Claude Code is not used here")]
    denied: set[str] = set()
    for name, content in found.items():
        try:
            settings = json.loads(content.decode("utf-8-sig")) if content else {}
            denied |= _denied(settings)
        except (ValueError, AttributeError, TypeError) as error:
            probes.append(fail(layer, f"{name} does not parse, so Claude Code ignores it: {error}", f"edit {name}"))
            continue
        if settings.get("disableAllHooks"):
            probes.append(fail(layer, f"{name} says disableAllHooks: no agent hook runs", f"edit {name}"))
    missing = [rule for rule in DENY if rule not in denied]
    if missing:
        probes.append(
            warn(layer, f"{len(missing)} deny rules are missing, e.g. {missing[0]}", "openclaw init --agents claude")
        )
    return probes or [ok(layer, f"{len(DENY)} deny rules in place")]


def _denied(settings: Any) -> set[str]:
    return set(settings.get("permissions", {}).get("deny", []))


def probe_policy(facts: DoctorFacts) -> list[Probe]:
    """Config, rules and roles load, as the hooks will load them."""
    from openclaw_hooks.checks.policy import compile_policy
    from openclaw_hooks.rules.lint import lint_claude_rules

    try:
        policy = compile_policy(facts.repo.repo.top)
    except OpenclawError as error:
        return [fail("policy", f"{error.message}: every commit is blocked", error.hint or "mend that file")]
    probes = [
        warn("policy", f"{one.path}:{one.line}: {one.message}", one.hint)
        for one in lint_claude_rules(facts.repo.repo.top)
    ]
    checks = len(policy.line_checks) + len(policy.file_checks)
    return probes or [ok("policy", f"{len(policy.rules)} rules with {checks} checks, {len(policy.roles)} roles")]


def probe_receipts(facts: DoctorFacts) -> list[Probe]:
    """Whether the newest commit was checked when it was made."""
    from openclaw_hooks.receipts import lacking_receipts

    head = facts.repo.repo.head
    if not head:
        return [ok("receipts", "no commit yet")]
    if lacking_receipts([head]):
        return [
            warn(
                "receipts",
                f"HEAD ({head[:10]}) has none: made before init, or past the hooks",
                "openclaw check --from HEAD~1 --to HEAD",
            )
        ]
    return [ok("receipts", f"HEAD ({head[:10]}) was checked")]
