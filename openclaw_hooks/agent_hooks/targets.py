"""Where a path that a tool was given really leads, and whether what lies there guards the agent."""

from __future__ import annotations

import os
from typing import NamedTuple

from openclaw_hooks.checkout import Checkout, find_checkout
from openclaw_hooks.checks.protected import PROTECTED
from openclaw_hooks.globs import compile_globs

# Settings of agents guard wherever they lie: a project started in a subfolder reads those in it.
ANYWHERE = (
    "**/.claude/settings.json",
    "**/.claude/settings.local.json",
    "**/.claude/rules/openclaw/**",
    "**/.codex/hooks.json",
    "**/.codex/config.toml",
    "**/.gemini/settings.json",
    "**/.qwen/settings.json",
    "**/.cursor/hooks.json",
    "**/.windsurf/hooks.json",
    "**/.codeium/windsurf/hooks.json",
    "**/.copilot/hooks/**",
    "**/.github/hooks/*.json",
)
# Git's own settings of the user can switch every hook off.
HOME_FILES = (".gitconfig", ".config/git/config", ".config/git/hooks")


class Target(NamedTuple):
    """A place that a path may mean: absolute, its checkout if it lies in one, and the path in there."""

    path: str
    checkout: Checkout | None
    relative: str


def find_targets(path: str, cwd: str) -> list[Target]:
    """The places that `path` may mean, the one with all links resolved first.

    A tool may tidy `..` away before or after it follows links, so both readings count, and the spelling itself too.
    """
    joined = os.path.join(cwd, path)
    spelled = os.path.normpath(joined)
    places = dict.fromkeys((os.path.realpath(spelled), os.path.realpath(joined), spelled))
    return [_locate(place) for place in places]


def _locate(place: str) -> Target:
    checkout = find_checkout(os.path.dirname(place))
    if checkout is None:
        return Target(place, None, "")
    return Target(place, checkout, os.path.relpath(place, checkout.top).replace(os.sep, "/"))


def protects(target: Target, git_dirs: set[str]) -> str:
    """Why nothing may be written at `target`, or the empty text; `git_dirs` are git folders that it may lie in.

    Letter case is ignored: on some systems `.Claude` is `.claude`, and nowhere is it anything else worth writing.
    """
    folded = target.path.casefold().replace(os.sep, "/")
    if _is_git_own(target, git_dirs):
        return "git's own files: hooks, settings and refs are changed by git commands"
    if _is_ordinary(folded):
        return ""
    if target.relative and compile_globs(PROTECTED).matches(target.relative.casefold()):
        return "it guards this repository"
    if compile_globs(ANYWHERE).matches(folded.lstrip("/")):
        return "it holds the settings of an agent's guards"
    home = os.path.realpath(os.path.expanduser("~"))
    if any(_is_below(target.path, os.path.join(home, name)) for name in HOME_FILES):
        return "git's settings of this user can switch hooks off"
    return ""


def _is_ordinary(folded: str) -> bool:
    """Whether no name in the path begins as those do that guard: reading their globs takes 4 ms of each edit."""
    return not any(name.startswith((".", "lefthook")) for name in folded.split("/"))


def _is_git_own(target: Target, git_dirs: set[str]) -> bool:
    """A worktree may itself lie below a git folder: then only what is git's own in that worktree counts."""
    top = target.checkout.top if target.checkout else ""
    below_top = (target.relative or target.path).casefold().replace(os.sep, "/")
    if ".git" in below_top.split("/"):
        return True
    return any(_is_below(target.path, folder) and not _is_below(top, folder) for folder in git_dirs)


def _is_below(path: str, folder: str) -> bool:
    return path == folder or path.startswith(folder + os.sep)
