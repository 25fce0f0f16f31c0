"""What a repository's hooks look like right now: the folders, the files in them, and who set core.hooksPath."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from openclaw_hooks.git import call_git
from openclaw_hooks.setup.hook_scripts import CLIENT_HOOKS, SERVER_HOOKS, STAGES, is_ours

if TYPE_CHECKING:
    from collections.abc import Sequence

    from openclaw_hooks.git import Repo

KEY = "core.hooksPath"
PERSISTENT_SCOPES = ("system", "global", "local", "worktree")


class HooksPath(NamedTuple):
    """One setting of core.hooksPath: its scope as git names it, the value as written, and its ~ expanded."""

    scope: str
    value: str
    folder: str


class HookFile(NamedTuple):
    """A file in a hooks folder; content is empty for what cannot be read."""

    content: bytes
    is_executable: bool

    @property
    def is_ours(self) -> bool:
        """Whether init wrote it."""
        return is_ours(self.content)


class HookFacts(NamedTuple):
    """All that planning the hooks needs to know; folders are absolute."""

    top: str
    git_dir: str
    common_dir: str
    settings: tuple[HooksPath, ...]
    default_files: dict[str, HookFile]
    is_default_foreign: bool
    own_files: dict[str, HookFile]
    worktree_files: dict[str, HookFile]
    server_hooks: tuple[str, ...]

    @property
    def default_folder(self) -> str:
        """Where git looks for hooks when core.hooksPath is not set."""
        return os.path.join(self.common_dir, "hooks")

    @property
    def own_folder(self) -> str:
        """Our own hooks folder, which stands in for a core.hooksPath that is not ours to write to."""
        return os.path.join(self.common_dir, "openclaw", "hooks")

    @property
    def worktree_folder(self) -> str:
        """Our own hooks folder for a core.hooksPath that holds in this worktree only."""
        return os.path.join(self.git_dir, "openclaw", "worktree-hooks")

    @property
    def effective(self) -> HooksPath | None:
        """The core.hooksPath that git obeys here, leaving aside what single commands override."""
        return next((one for one in reversed(self.settings) if one.scope in PERSISTENT_SCOPES), None)

    def absolute(self, folder: str) -> str:
        """`folder` as git resolves it: relative ones from the top of the worktree."""
        return os.path.normpath(os.path.join(self.top, folder))


def read_hook_facts(repo: Repo) -> HookFacts:
    """The hooks of `repo` as they are now; reads only."""
    settings = read_hooks_paths(repo.top)
    default = os.path.join(repo.common_dir, "hooks")
    inside = os.path.realpath(default) == os.path.join(os.path.realpath(repo.common_dir), "hooks")
    facts = HookFacts(repo.top, repo.git_dir, repo.common_dir, settings, _read_folder(default), not inside, {}, {}, ())
    found = facts.effective
    earlier = facts.absolute(found.folder) if found else default
    return facts._replace(
        own_files=_read_folder(facts.own_folder),
        worktree_files=_read_folder(facts.worktree_folder),
        server_hooks=tuple(name for name in SERVER_HOOKS if os.path.isfile(os.path.join(earlier, name))),
    )


def read_hooks_paths(top: str) -> tuple[HooksPath, ...]:
    """Each setting of core.hooksPath that git sees in `top`, weakest first; scope `command` comes from GIT_CONFIG_*."""
    done = call_git(["config", "--show-scope", "--null", "--get-all", KEY], cwd=top)
    words = [os.fsdecode(word) for word in done.stdout.split(b"\0")]
    pairs = zip(words[::2], words[1::2], strict=False)
    return tuple(HooksPath(scope, value, os.path.expanduser(value)) for scope, value in pairs)


def read_hook(path: str) -> HookFile | None:
    """The hook file at `path`; None when there is none, not even a dangling link."""
    if not os.path.lexists(path) or os.path.isdir(path):
        return None
    try:
        with open(path, "rb") as stream:
            content = stream.read()
    except OSError:  # unreadable or dangling: somebody else's, and nothing git could run
        return HookFile(b"", False)
    return HookFile(content, os.access(path, os.X_OK))


def _read_folder(folder: str) -> dict[str, HookFile]:
    """The files of a hooks folder that bear a hook's name, also with a suffix, by name."""
    try:
        names = sorted(os.listdir(folder))
    except OSError:
        return {}
    wanted: Sequence[str] = (*CLIENT_HOOKS, *SERVER_HOOKS, *STAGES)
    files = {name: read_hook(os.path.join(folder, name)) for name in names if name.split(".", 1)[0] in wanted}
    return {name: file for name, file in files.items() if file and not name.endswith(".sample")}
