"""A clone of the user's repository to try things in: its history, its policy as it lies on disk, and our hooks.

Only the newest commit is fetched. An object store that is shared with the clone, by alternates or hard links, would be
quicker; but git renews the time stamp of an object there whenever it is about to write the same one again. Hooks that
others put beside ours are not run: they may do anything.
"""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

from openclaw_hooks.scratch.repository import Scratch
from openclaw_hooks.setup.agent_files import BY_PATH
from openclaw_hooks.setup.git_shim import shim_path
from openclaw_hooks.setup.hook_scripts import STAGES
from openclaw_hooks.setup.probe_hooks import active_file
from openclaw_hooks.setup.probe_live import without_earlier

if TYPE_CHECKING:
    from openclaw_hooks.setup.repo_facts import RepoFacts

# Policy and settings that count as they lie on disk, committed or not; the board is state and has no say here.
OVERLAID = (
    ".openclaw/config.yaml",
    ".openclaw/rules",
    ".openclaw/roles",
    ".pre-commit-config.yaml",
    ".secrets.baseline",
    ".claude/settings.json",
    ".claude/rules",
    *BY_PATH,
)
NO_HOOKS = ("-c", f"core.hooksPath={os.devnull}")


def clone_repo(facts: RepoFacts, folder: str, branch: str) -> Scratch:
    """The clone with two commits on `branch` above the user's HEAD, pushed to a server beside it, and our hooks in it."""
    scratch = Scratch(os.path.realpath(folder), "clone")
    os.makedirs(os.path.join(scratch.folder, "home"))
    kind = f"--object-format={facts.repo.object_format}"
    os.makedirs(scratch.repo)
    for path, words in ((scratch.repo, ()), (scratch.server, ("--bare",))):
        scratch.ask("init", "--quiet", *words, kind, f"--initial-branch={branch}", path, where=scratch.folder)
    for key, value in (
        ("user.name", "Drill"),
        ("user.email", "drill@example.com"),
        ("commit.gpgSign", "false"),
    ):
        scratch.ask("config", key, value)
    # A server that refuses nothing by itself, so that whatever stops a push is the guard.
    scratch.ask("config", "receive.denyDeleteCurrent", "ignore", where=scratch.server)
    scratch.ask("remote", "add", "origin", scratch.server)
    if facts.repo.head:
        scratch.ask("fetch", "--quiet", "--depth=1", "--no-tags", facts.repo.top, "HEAD")
        scratch.ask("reset", "--quiet", "--hard", "FETCH_HEAD")
    _lay_over(facts, scratch)
    scratch.ask("add", "--all")
    for message in ("chore: policy as it lies on disk", "chore: start the drill"):
        scratch.ask(*NO_HOOKS, "commit", "--quiet", "--allow-empty", "-m", message)
    fetch = ("fetch", "--quiet", "--update-shallow", scratch.repo, f"{branch}:{branch}")
    scratch.ask(*fetch, where=scratch.server)
    scratch.ask("fetch", "--quiet", "origin")
    for stage in STAGES:
        if found := active_file(facts.hooks, stage):
            _write_program(os.path.join(scratch.repo, ".git", "hooks", stage), without_earlier(found.content))
    if facts.shim is not None:
        _write_program(clone_shim(scratch), facts.shim)
    return scratch


def clone_shim(scratch: Scratch) -> str:
    """Where the git of agents' shells lies in the clone."""
    return shim_path(os.path.join(scratch.repo, ".git", "openclaw"))


def _lay_over(facts: RepoFacts, scratch: Scratch) -> None:
    if facts.exclude is not None:
        path = os.path.join(scratch.repo, ".git", "info", "exclude")
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as stream:
            stream.write(facts.exclude)
    for name in OVERLAID:
        source, target = facts.path(name), os.path.join(scratch.repo, *name.split("/"))
        if os.path.isdir(target) and not os.path.islink(target):
            shutil.rmtree(target)
        elif os.path.lexists(target):
            os.unlink(target)
        if os.path.isdir(source):
            shutil.copytree(source, target)
        elif os.path.isfile(source):
            os.makedirs(os.path.dirname(target), exist_ok=True)
            shutil.copyfile(source, target)


def _write_program(path: str, content: bytes) -> None:
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as stream:
        stream.write(content)
    os.chmod(path, 0o700)
