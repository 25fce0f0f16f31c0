"""A second layer for an agent's shell: a `git` that comes first on its PATH, asks us, and then runs the real one.

It sees what a command line hides: a name put together at run time, a script, a subprocess. It does not see git called by
its path. The hook of a session's start puts its folder on PATH, for the shells of that session only.
"""

from __future__ import annotations

import os
import shlex
from typing import TYPE_CHECKING

from openclaw_hooks.setup.edits import FileEdit, Plan
from openclaw_hooks.setup.hook_scripts import MARKER

if TYPE_CHECKING:
    from openclaw_hooks.setup.interpreter import HookCommand
    from openclaw_hooks.setup.repo_facts import RepoFacts

# What gets around nothing, whatever its options: not worth 40 ms of asking. `--output` of log, show and diff writes a file.
HARMLESS = "add | status | rev-parse | ls-files | ls-tree | cat-file | rev-list | merge-base | for-each-ref | describe"
SHOWING = "log | show | diff"


def shim_script(command: HookCommand) -> bytes:
    """The text of the shim: POSIX sh, since it stands before every git of an agent."""
    flags = " ".join(command.flags)
    lines = [
        "#!/bin/sh",
        f"{MARKER}{command.version} git: on the PATH of agents' shells; written by `openclaw init`.",
        f"python={shlex.quote(command.python)}",
        "here=${0%/*}",
        # The first after our own folder: two shims that each took the first but themselves would call each other.
        "real= first= seen= ifs=$IFS",
        "IFS=:",
        "for folder in $PATH; do",
        '  if [ "$folder/git" -ef "$0" ]; then seen=1; continue; fi',
        '  [ -f "$folder/git" ] && [ -x "$folder/git" ] || continue',
        "  first=${first:-$folder/git}",
        '  if [ -n "$seen" ]; then real=$folder/git; break; fi',
        "done",
        "IFS=$ifs",
        "real=${real:-$first}",
        'if [ -z "$real" ]; then echo "openclaw: there is no git on PATH" >&2; exit 127; fi',
        'case "$1" in',
        f'  {HARMLESS}) exec "$real" "$@" ;;',
        f'  {SHOWING}) case " $* " in *" --o"*) ;; *) exec "$real" "$@" ;; esac ;;',
        "esac",
        f'"$python" {flags} -m openclaw_hooks.agent_hooks.git_shim "$here" "$real" "$@" || exit 1',
        'exec "$real" "$@"',
    ]
    return ("\n".join(lines) + "\n").encode("utf-8", "surrogateescape")


def shim_path(state_dir: str) -> str:
    """Where the shim of a repository lies."""
    return os.path.join(state_dir, "bin", "git")


def plan_shim(facts: RepoFacts) -> Plan:
    """What puts the shim there, or brings it up to date."""
    content = shim_script(facts.command)
    if content == facts.shim:
        return Plan()
    path = shim_path(facts.repo.state_dir)
    return Plan(edits=(FileEdit(path, facts.shim, content, "asks before git runs in an agent's shell", True),))
