"""Calls of git that harm the board: its branch, the claims beside it, its worktree and settings.

Its files are edited like any others, and the next `openclaw` command judges and commits them. What goes past that, by
git, could undo what others did, or take a claim from them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from openclaw_hooks.shell.git_words import split_git, split_options
from openclaw_hooks.shell.paths import join_path

if TYPE_CHECKING:
    from collections.abc import Iterator

    from openclaw_hooks.checks.command_rules.model import CommandFinding, Subject
    from openclaw_hooks.shell.git_words import GitOption, GitWords

RULE = "board"
BRANCH = "openclaw/board"
NAMESPACE = "refs/openclaw/"
FOLDER = (".openclaw", "board")
_INSTEAD = "edit the files in .openclaw/board, or use `openclaw task`, `openclaw plan` and `openclaw board`"
_SETTINGS = ("merge.openclaw-task.", f"branch.{BRANCH}.")

# Inside the board's worktree: what rewrites commits, or takes away what is on disk only.
_REWRITING = {
    "reset": "moves the board's branch, or throws edits away",
    "rebase": "rewrites commits of the board",
    "checkout": "switches the board's worktree, or throws edits away",
    "switch": "switches the board's worktree to another branch",
    "restore": "throws edits of the board away",
    "stash": "takes edits of the board away",
    "clean": "deletes files of the board",
    "rm": "deletes files of the board",
    "mv": "renames files of the board",
    "cherry-pick": "makes commits on the board that no command has judged",
    "revert": "undoes what others did on the board",
    "am": "makes commits on the board that no command has judged",
    "read-tree": "replaces what is staged on the board",
    "checkout-index": "overwrites files of the board",
}
_PRETENDING = ("-n", "--dry-run")
_UNSTAGING = frozenset(("-q", "--quiet", "--mixed", "-N", "--refresh", "--no-refresh"))


def judge_board(subject: Subject) -> Iterator[CommandFinding]:
    """Findings about one call of git."""
    parts = split_git(subject.run.words, subject.run.environment)
    options, others, rest = split_options(parts.subcommand, parts.arguments)
    words = others + rest
    reason = ""
    if is_in_board(subject, parts):
        reason = _judge_inside(parts.subcommand, options, words)
    reason = reason or _judge_refs(parts.subcommand, options, words) or _judge_worktree(subject, parts, words)
    if not reason and parts.subcommand == "config" and _sets(options, words):
        reason = "changes how the board is shared or merged"
    if reason:
        yield subject.finding(RULE, parts.subcommand, reason, _INSTEAD)


def is_in_board(subject: Subject, parts: GitWords) -> bool:
    """Whether the call works on the board's worktree."""
    folder = join_path(subject.facts.cwd, subject.run.cwd)
    for further in parts.folders:
        folder = join_path(folder, further)
    environment = subject.run.environment
    named = (parts.git_dir, parts.work_tree, environment.get("GIT_DIR", ""), environment.get("GIT_WORK_TREE", ""))
    places = [folder, *(join_path(folder, one) for one in named if one)]
    whole = (place if place.startswith(("/", "~")) else f"{subject.facts.root}/{place}" for place in places)
    return any(_lies_in_board(place) or place.endswith(".git/worktrees/board") for place in whole)


def _lies_in_board(path: str) -> bool:
    names = [name for name in path.split("/") if name not in ("", ".")]
    pairs = list(zip(names, names[1:], strict=False))  # noqa: RUF007  # itertools costs an import
    if FOLDER in pairs:
        return True
    # Where no working tree is the main one, it lies in the git folder.
    return any(
        pair == ("openclaw", "board") and place and names[place - 1].endswith((".git", ".bare"))
        for place, pair in enumerate(pairs)
    )


def _judge_inside(name: str, options: list[GitOption], words: list[str]) -> str:
    if name == "commit" and _has(options, "--amend"):
        return "rewrites a commit of the board"
    if name == "pull" and _has(options, "--rebase", "-r"):
        return "rewrites commits of the board"
    is_harmless = {
        "reset": {option.name for option in options} <= _UNSTAGING and words[:1] in ([], ["HEAD"]),
        "restore": _has(options, "--staged", "-S") and not _has(options, "--worktree", "-W"),
        "stash": words[:1] in (["list"], ["show"]),
        "clean": _has(options, *_PRETENDING),
        "rm": _has(options, *_PRETENDING),
        "mv": _has(options, *_PRETENDING),
    }
    return "" if is_harmless.get(name) else _REWRITING.get(name, "")


def _has(options: list[GitOption], *names: str) -> bool:
    """Whether one of `names` is given; long ones may be abbreviated."""
    given = (option.name for option in options)
    return any(
        one == name or (one.startswith("--") and len(one) > 3 and name.startswith(one))
        for one in given
        for name in names
    )


def _judge_refs(name: str, options: list[GitOption], words: list[str]) -> str:
    if name == "branch":
        changes = _has(options, "-d", "-D", "--delete", "-m", "-M", "--move", "-f", "--force", "-C")
        return "deletes, moves or renames the board's branch" if changes and _names_board(words) else ""
    if name in ("checkout", "switch"):
        made = [option.value for option in options if option.value]
        return "moves the board's branch" if _names_board(made) else ""
    if name == "push" and not _has(options, *_PRETENDING):
        forced = _has(options, "-f", "--force", "-d", "--delete", "--force-with-lease")
        return _judge_push(forced, words)
    if name == "fetch":
        targets = [word.partition(":")[2] for word in words]
        return "moves the board's branch or claims" if _names_board(targets) or _names_ours(targets) else ""
    return ""


def _judge_push(forced: bool, words: list[str]) -> str:
    for word in words[1:]:
        source, colon, target = word.removeprefix("+").partition(":")
        named = target if colon else source
        if _names_ours([named]):
            return "changes the claims that all nodes share"
        if (forced or word.startswith("+") or (colon and not source)) and _names_board([named]):
            return "deletes or rewrites the board that all nodes share"
    return ""


def _names_board(refs: list[str]) -> bool:
    return any(ref.removeprefix("refs/").removeprefix("heads/") == BRANCH for ref in refs)


def _names_ours(refs: list[str]) -> bool:
    return any(ref.startswith(NAMESPACE) for ref in refs)


def _judge_worktree(subject: Subject, parts: GitWords, words: list[str]) -> str:
    if parts.subcommand != "worktree" or words[:1] not in (["remove"], ["move"], ["unlock"]):
        return ""
    folder = join_path(subject.facts.cwd, subject.run.cwd)
    for further in parts.folders:
        folder = join_path(folder, further)
    named = join_path(folder, words[1]) if len(words) > 1 else ""
    # git also takes the last names of a path that tell worktrees apart
    is_meant = _lies_in_board(named) or words[1:2] == ["board"] or (named == "board" and folder == ".openclaw")
    return f"{words[0]}s the board's worktree, or lets others do so" if is_meant else ""


def _sets(options: list[GitOption], words: list[str]) -> bool:
    if _has(options, "--get", "--get-all", "--get-regexp", "--list", "-l"):
        return False
    keys = [word for word in words if word.lower().startswith(_SETTINGS)]
    sections = [word for word in words if f"{word.lower()}." in _SETTINGS]
    if sections and _has(options, "--remove-section", "--rename-section"):
        return True
    return bool(keys) and (len(words) > 1 or _has(options, "--unset", "--unset-all"))
