"""What a repository holds that init may add to, read once before anything is decided."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from openclaw_hooks.board.place import is_board
from openclaw_hooks.errors import OpenclawError, RefusedError
from openclaw_hooks.files import display_path
from openclaw_hooks.git import Repo, ask_git, open_repo, split_paths
from openclaw_hooks.settings import CONFIG_PATH
from openclaw_hooks.setup.agent_files import BY_PATH
from openclaw_hooks.setup.apply import read_file
from openclaw_hooks.setup.board_driver import read_driver
from openclaw_hooks.setup.git_shim import shim_path
from openclaw_hooks.setup.hook_facts import HookFacts, read_hook_facts

if TYPE_CHECKING:
    from openclaw_hooks.setup.interpreter import HookCommand

MCP_CONFIG = ".mcp.json"
PRE_COMMIT_CONFIG = ".pre-commit-config.yaml"
OTHER_PREK_CONFIGS = ("prek.toml", ".pre-commit-config.yml")
CLAUDE_SETTINGS = ".claude/settings.json"
RULE_COPIES = ".claude/rules/openclaw"


class RepoFacts(NamedTuple):
    """A repository as init sees it; `contents` by path from the top, with the files that are there.

    `tracked` are those of our files that git tracks, `shim` is the `git` of agents' shells, `driver` the settings of the
    board's merge driver.
    """

    repo: Repo
    hooks: HookFacts
    command: HookCommand
    contents: dict[str, bytes]
    exclude: bytes | None
    outside: tuple[str, ...]
    has_claude: bool
    tracked: frozenset[str] = frozenset()
    shim: bytes | None = None
    driver: tuple[tuple[str, str], ...] = ()

    def path(self, name: str) -> str:
        """The absolute path of a file named from the top."""
        return os.path.join(self.repo.top, *name.split("/"))


def read_repo_facts(cwd: str | None, command: HookCommand) -> RepoFacts:
    """The repository around `cwd`; raises NotARepositoryError, or OpenclawError where it has no worktree."""
    repo = open_worktree(cwd)
    names = [
        CONFIG_PATH,
        PRE_COMMIT_CONFIG,
        *OTHER_PREK_CONFIGS,
        CLAUDE_SETTINGS,
        MCP_CONFIG,
        *BY_PATH,
        *_list_copies(repo.top),
    ]
    found = {name: read_file(os.path.join(repo.top, name)) for name in names}
    return RepoFacts(
        repo=repo,
        hooks=read_hook_facts(repo),
        command=command,
        contents={name: content for name, content in found.items() if content is not None},
        exclude=read_file(os.path.join(repo.common_dir, "info", "exclude")),
        outside=tuple(name for name in (*names, RULE_COPIES) if leads_outside(repo.top, name)),
        has_claude=any(os.path.exists(os.path.join(repo.top, name)) for name in (".claude", "CLAUDE.md")),
        tracked=frozenset(split_paths(ask_git(["ls-files", "-z", "--", *names], cwd=repo.top))),
        shim=read_file(shim_path(repo.state_dir)),
        driver=read_driver(repo),
    )


def open_worktree(cwd: str | None = None) -> Repo:
    """The repository around `cwd`; raises OpenclawError for a bare one, for home and for the board."""
    repo = open_repo(cwd)
    if not repo.top:
        raise OpenclawError(
            f"{repo.git_dir} has no working tree: it is a bare repository, or the inside of one",
            "run this in a clone or a worktree of it",
        )
    if os.path.realpath(repo.top) == os.path.realpath(os.path.expanduser("~")):
        raise RefusedError(
            f"the top of this repository is the home folder {display_path(repo.top)}, whose .openclaw folder belongs to "
            "another program of that name",
            "use openclaw in a repository below it",
        )
    if is_board(repo.top, repo.common_dir):
        raise RefusedError(
            f"{display_path(repo.top)} is the board: tasks and plans, no code to guard",
            "run this in a working tree of the code",
        )
    return repo


def leads_outside(top: str, name: str) -> bool:
    """Whether a link on the way to `name` leads out of the repository: what lies there is not ours to edit."""
    root = os.path.realpath(top)
    return os.path.commonpath([root, os.path.realpath(os.path.join(top, name))]) != root


def _list_copies(top: str) -> list[str]:
    try:
        names = sorted(os.listdir(os.path.join(top, *RULE_COPIES.split("/"))))
    except OSError:
        return []
    return [f"{RULE_COPIES}/{name}" for name in names if name.endswith(".md")]
