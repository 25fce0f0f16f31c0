"""Which paths guard the work: hooks, policy, settings of agents. The same list as the protected check has, plus git's own."""

from __future__ import annotations

from openclaw_hooks.shell.holes import HOLES
from openclaw_hooks.shell.paths import join_path
from openclaw_hooks.shell.patterns import match_pattern

# Each as names from the root; what lies below is meant, too.
GUARDED = (
    (".git", "hooks"),
    (".git", "config"),
    (".git", "config.worktree"),
    (".git", "openclaw"),
    (".git", "refs"),
    (".git", "packed-refs"),
    (".git", "HEAD"),
    (".git", "logs"),
    (".git", "objects"),
    (".git", "worktrees", "board"),
    (".claude", "settings.json"),
    (".claude", "settings.local.json"),
    (".claude", "rules", "openclaw"),
    (".claude", "hooks"),
    (".openclaw",),
    (".pre-commit-config.yaml",),
    (".pre-commit-config.yml",),
    ("prek.toml",),
    (".codex", "hooks.json"),
    (".gemini", "settings.json"),
    (".qwen", "settings.json"),
    (".cursor", "hooks.json"),
    (".windsurf", "hooks.json"),
    (".github", "hooks"),
    (".husky",),
    (".githooks",),
    ("lefthook.yml",),
    ("lefthook.yaml",),
    (".lefthook.yml",),
    (".lefthook.yaml",),
    ("lefthook-local.yml",),
    (".secrets.baseline",),
    (".gitconfig",),
    (".config", "git", "config"),
)
_ELSEWHERE = frozenset(("/etc/gitconfig", "/usr/local/etc/gitconfig", "/opt/homebrew/etc/gitconfig"))
_INSTALLED = frozenset(
    (("bin", "openclaw-hook"), ("Scripts", "openclaw-hook.exe"), ("site-packages", "openclaw_hooks"))
)
_BOARD = (".openclaw", "board")
_NESTED = frozenset((".git", ".claude"))
_HOOK_NAMES = frozenset(
    ("pre-commit", "commit-msg", "pre-push", "prepare-commit-msg", "post-commit", "pre-merge-commit", "pre-rebase",
     "post-checkout", "post-merge", "reference-transaction", "post-rewrite", "pre-receive", "update", "post-receive")
)  # fmt: skip
TEMPORARY = ("/tmp", "/var/tmp", "/private/tmp", "/private/var/folders", "/var/folders", "/dev/shm")  # noqa: S108
_HOLE_TO_STAR = {ord(char): "*" for char in HOLES}


def is_temporary(path: str) -> bool:
    """Whether an absolute path lies where temporary files are kept."""
    return any(path == folder or path.startswith(folder + "/") for folder in TEMPORARY)


def names_below_root(path: str, cwd: str, root: str) -> list[str] | None:
    """The names of `path` from the repository's root, holes as `*`; None when it lies elsewhere.

    A path that climbs is taken to climb to the root: where the line starts may lie below it.
    """
    whole = join_path(cwd, path.rstrip("/") or path).translate(_HOLE_TO_STAR)
    if whole.startswith("/"):
        if root and (whole == root or whole.startswith(root + "/")):
            whole = whole[len(root) :]
        elif is_temporary(whole) or not any(name in whole for name in (".git", ".claude")):
            return None
    elif whole.startswith("~") and ".git" not in whole and ".claude" not in whole and ".config/git" not in whole:
        return None
    names = [name for name in whole.split("/") if name and name != "."]
    while names and (names[0] == ".." or names[0].startswith("~")):
        names.pop(0)
    return names


def is_guarded(path: str, cwd: str, root: str) -> bool:
    """Whether `path` is, or lies in, something that guards."""
    if path.rstrip("/") in _ELSEWHERE or _is_installed(path):
        return True
    names = names_below_root(path, cwd, root)
    if not names:
        return False
    starts = [place for place, name in enumerate(names) if place == 0 or name in _NESTED or path.startswith(("/", "~"))]
    for start in starts:
        rest = names[start:]
        if _begins(rest, _BOARD) and not any("*" in name for name in rest[:2]):
            if _same_name(rest[-1], ".git"):
                return True
            continue
        if any(_begins(rest, guarded) for guarded in GUARDED):
            return True
    return _is_hook_in_unknown_folder(names) or _is_hook_of_part(names)


def _is_installed(path: str) -> bool:
    """Whether `path` is the installed program that hooks and agents call, or its package."""
    names = path.rstrip("/").split("/")
    return any(pair in _INSTALLED for pair in zip(names, names[1:], strict=False))  # noqa: RUF007  # itertools costs an import


def _is_hook_of_part(names: list[str]) -> bool:
    """Whether the path is a hook or the settings of a submodule or a worktree, which git keeps below `.git`."""
    for place, name in enumerate(names[:-2]):
        if name == ".git" and names[place + 1] in ("modules", "worktrees"):
            return "hooks" in names[place + 3 :] or names[-1] in ("config", "config.worktree")
    return False


def covers_guarded(path: str, cwd: str, root: str) -> bool:
    """Whether something that guards lies in the folder `path`, or is it."""
    if is_guarded(path, cwd, root):
        return True
    names = names_below_root(path, cwd, root)
    if not names:
        return False
    return _covers_board(names) or any(_begins(guarded, names) for guarded in GUARDED)


def _covers_board(names: list[str]) -> bool:
    """Whether all of the board, a folder of it or any number of its files is meant: one file is put back, not many."""
    at = next((at for at in range(len(names) - 1) if tuple(names[at : at + 2]) == _BOARD), -1)
    below = names[at + 2 :]
    return at >= 0 and (len(below) < 2 or any("*" in name for name in below))


def _is_hook_in_unknown_folder(names: list[str]) -> bool:
    """`$X/hooks/pre-commit`: a hook by its name, in a folder that nobody knows."""
    return len(names) > 2 and "*" in names[-3] and names[-2] == "hooks" and names[-1] in _HOOK_NAMES


def _begins(names: tuple[str, ...] | list[str], beginning: tuple[str, ...] | list[str]) -> bool:
    """Whether `names` begin with the names of `beginning`; either may hold patterns."""
    if len(names) < len(beginning):
        return False
    return all(_same_name(name, other) for name, other in zip(names, beginning, strict=False))


def _same_name(name: str, other: str) -> bool:
    if name == other or name.lower() == other.lower():
        return True  # file systems that ignore case are common
    for pattern, text in ((name, other), (other, name)):
        if any(char in pattern for char in "*?[") and match_pattern(pattern, text):
            # A star at the start finds no dot files, and one alone says nothing.
            return not (pattern[0] in "*?" and text.startswith(".")) and pattern.strip("*?") != ""
    return False
