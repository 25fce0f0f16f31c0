"""Calls of git that skip, replace or disable its hooks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from openclaw_hooks.agents import MARKS
from openclaw_hooks.shell.git_words import GitWords, split_git, split_options
from openclaw_hooks.shell.holes import HOLE, HOLES, OUTER, SPLAT, is_known
from openclaw_hooks.shell.paths import join_path

if TYPE_CHECKING:
    from collections.abc import Iterator

    from openclaw_hooks.checks.command_rules.model import CommandFinding, Subject
    from openclaw_hooks.shell.git_words import GitOption

HOOKED = frozenset(
    ("commit", "merge", "push", "pull", "rebase", "am", "cherry-pick", "revert", "citool", "gui", "subtree", "lfs")
)
"""Subcommands that run hooks which may refuse."""

_READING = frozenset(
    ("log", "status", "diff", "show", "rev-parse", "rev-list", "blame", "grep", "shortlog", "ls-files", "ls-tree", "ls-remote",
     "cat-file", "describe", "help", "version", "var", "for-each-ref", "name-rev", "merge-base", "check-ignore", "count-objects")
)  # fmt: skip
_SKIPPING = ("SKIP", "PREK_SKIP", "LEFTHOOK_EXCLUDE", "PRE_COMMIT_ALLOW_NO_CONFIG", "PREK_ALLOW_NO_CONFIG", "HUSKY_SKIP_HOOKS",
             "OVERCOMMIT_DISABLE", "SKIP_SIMPLE_GIT_HOOKS", "HUSKY_SKIP_INSTALL")  # fmt: skip
_OFF = {"HUSKY": ("0", "false"), "LEFTHOOK": ("0", "false")}
_ELSEWHERE = ("GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM", "HOME", "XDG_CONFIG_HOME", "GIT_EXEC_PATH", "GIT_COMMON_DIR")

_COMMIT = "run the checks and mend what they find: `git commit` without the option"
_SETTINGS = "leave git's settings about hooks as they are; a person changes them in their own shell"
_ENVIRONMENT = "run it in the environment as it is"


def judge_git_bypass(subject: Subject) -> Iterator[CommandFinding]:
    """Findings about one call of git."""
    parts = split_git(subject.run.words, subject.run.environment)
    yield from _judge_unknown_words(subject, parts)
    yield from _judge_settings(subject, parts)
    if parts.subcommand == "config":
        yield from _judge_config(subject, parts)
    if parts.subcommand == "clone":
        values = [
            option.value for option in split_options("clone", parts.arguments)[0] if option.name in ("-c", "--config")
        ]
        for key, _, value in (setting.partition("=") for setting in values):
            yield from _judge_setting(subject, key.lower(), value, f"{key}={value}")
    if parts.subcommand in HOOKED:
        yield from _judge_flags(subject, parts)
        yield from _judge_environment(subject)
        yield from _judge_places(subject, parts)
    elif parts.subcommand in _READING or not parts.subcommand:
        return
    else:
        for word in parts.arguments:
            if word == "--no-verify" and parts.subcommand not in ("config", "grep", "tag", "notes", "stash", "branch"):
                yield _skips(subject, word)


def _skips(subject: Subject, word: str) -> CommandFinding:
    return subject.finding("no-verify", word, f"`{word}` skips the git hooks that check this work", _COMMIT)


def _judge_flags(subject: Subject, parts: GitWords) -> Iterator[CommandFinding]:
    options, others, _ = split_options(parts.subcommand, parts.arguments)
    skipping = ""
    for option in options:
        if _is_skipping(parts.subcommand, option):
            skipping = option.word
        elif len(option.name) > 5 and "--verify".startswith(option.name):
            skipping = ""  # the last one wins
        elif not is_known(option.name):
            yield _unknown_word(subject, option.word)
    if skipping:
        yield _skips(subject, skipping)
    opening = HOLE + SPLAT + (OUTER if parts.subcommand == "commit" else "")
    for word in others:
        if word[:1] and word[0] in opening:
            yield _unknown_word(subject, word)


def _is_skipping(subcommand: str, option: GitOption) -> bool:
    if len(option.name) > 5 and "--no-verify".startswith(option.name):
        return True
    return option.name == "-n" and subcommand in ("commit", "am")


def _unknown_word(subject: Subject, word: str) -> CommandFinding:
    return subject.finding(
        "unknown-option",
        word,
        "a word that is only known at run time may be an option that skips the hooks",
        "write the options out, and put file names behind `--`",
    )


def _judge_unknown_words(subject: Subject, parts: GitWords) -> Iterator[CommandFinding]:
    if parts.unknown and parts.subcommand not in _READING:
        yield _unknown_word(subject, parts.unknown[0])
    if parts.subcommand and parts.subcommand[0] in HOLES:
        for word in parts.arguments:
            if word == "-n" or (len(word) > 5 and "--no-verify".startswith(word)):
                yield _skips(subject, word)


# Settings


def _judge_settings(subject: Subject, parts: GitWords) -> Iterator[CommandFinding]:
    if parts.subcommand in _READING:
        return
    for key, value in parts.settings:
        yield from _judge_setting(subject, key, value, f"{key}={value}")
    environment = subject.run.environment
    packed = environment.get("GIT_CONFIG_PARAMETERS", "").lower()
    if packed and (not is_known(packed) or any(name in packed for name in ("hook", "include", "alias."))):
        yield subject.finding(
            "git-settings", "GIT_CONFIG_PARAMETERS", "sets hook settings for one call of git", _SETTINGS
        )
    count = environment.get("GIT_CONFIG_COUNT", "")
    named = sum(name.startswith("GIT_CONFIG_KEY_") for name in environment)
    if count and (not count.isdigit() or int(count[:6]) > named):
        yield subject.finding(
            "git-settings", "GIT_CONFIG_COUNT", "gives git settings that are not known here", _SETTINGS
        )


def _judge_setting(subject: Subject, key: str, value: str, word: str) -> Iterator[CommandFinding]:
    """The finding about a setting that is given or written; `key` in lower case."""
    lowered = key.lower()
    if lowered == "core.hookspath" or lowered.startswith("hook."):
        yield subject.finding("git-settings", word, f"`{key}` decides which hooks run", _SETTINGS)
    elif lowered == "include.path" or lowered.startswith("includeif."):
        yield subject.finding(
            "git-settings", word, f"`{key}` brings in settings from a file that is not reviewed", _SETTINGS
        )
    elif lowered.endswith(".mergeoptions") and "no-v" in value:
        yield subject.finding("no-verify", word, f"`{key}` makes merges skip the hooks", _SETTINGS)
    elif lowered in ("core.worktree", "extensions.worktreeconfig", "core.repositoryformatversion"):
        return
    elif not is_known(key) and (key[0] in HOLES or key.lower().startswith(("core.", "hook", "include", "alias"))):
        yield subject.finding("git-settings", word, "the name of the setting is only known at run time", _SETTINGS)


_CONFIG_READING = (
    "--get",
    "--get-all",
    "--get-regexp",
    "--get-urlmatch",
    "--list",
    "--get-color",
    "--get-colorbool",
    "--name-only",
)
_CONFIG_TAKING = ("--unset", "--unset-all", "--remove-section", "--rename-section", "--add", "--replace-all")


def _judge_config(subject: Subject, parts: GitWords) -> Iterator[CommandFinding]:
    options, others, rest = split_options("config", parts.arguments)
    others += rest
    names = [option.name for option in options]
    verb = (
        others[0]
        if others and others[0] in ("set", "unset", "get", "list", "edit", "rename-section", "remove-section")
        else ""
    )
    others = others[1:] if verb else others
    if verb in ("get", "list") or "-l" in names or any(name in _CONFIG_READING for name in names):
        return
    if verb == "edit" or "-e" in names or "--edit" in names:
        yield subject.finding("git-settings", "--edit", "opens all settings of git for writing", _SETTINGS)
        return
    takes = [name for name in names if any(len(name) > 4 and taking.startswith(name) for taking in _CONFIG_TAKING)]
    if not others or (len(others) == 1 and not verb and not takes):
        return
    if verb.endswith("section") or any("section" in name for name in takes):
        if others[0].lower().split(".")[0] in ("core", "hook", "include", "includeif", "alias") or not is_known(
            others[0]
        ):
            yield subject.finding("git-settings", others[0], "takes settings about hooks away", _SETTINGS)
        return
    yield from _judge_setting(subject, others[0], others[1] if len(others) > 1 else "", others[0])


# Environment and places


def _judge_environment(subject: Subject) -> Iterator[CommandFinding]:
    run = subject.run
    for name, value in run.environment.items():
        word = f"{name}={value}"
        if (name in _SKIPPING and value) or value.lower() in _OFF.get(name, ()):
            yield subject.finding("skip-variable", word, f"`{name}` makes the hooks skip their checks", _ENVIRONMENT)
        elif name in _ELSEWHERE:
            yield subject.finding(
                "git-settings", word, f"`{name}` puts other settings in place of git's own", _ENVIRONMENT
            )
        elif name.startswith("OPENCLAW_") or ((name in MARKS or name == "AI_AGENT") and value != "1"):
            yield subject.finding(
                "agent-marks", word, f"`{name}` tells the hooks who is at work and on what", _ENVIRONMENT
            )
    if run.cleared:
        yield subject.finding("agent-marks", "env -i", "hides from the hooks that an agent is at work", _ENVIRONMENT)
    for name in sorted(run.unset):
        if name in MARKS or name == "AI_AGENT" or name.startswith("OPENCLAW_"):
            yield subject.finding(
                "agent-marks", name, f"taking `{name}` away hides from the hooks that an agent is at work", _ENVIRONMENT
            )


def _judge_places(subject: Subject, parts: GitWords) -> Iterator[CommandFinding]:
    git_dir = parts.git_dir or subject.run.environment.get("GIT_DIR", "")
    if git_dir and not _is_own_git_dir(subject, git_dir):
        message = "another git folder than this repository's has none of its hooks"
        yield subject.finding(
            "git-dir", git_dir, message, "work in the repository itself, without --git-dir and GIT_DIR"
        )
    if parts.exec_path:
        yield subject.finding("git-dir", parts.exec_path, "replaces the programs that git is made of", _ENVIRONMENT)


def _is_own_git_dir(subject: Subject, git_dir: str) -> bool:
    path = join_path(subject.run.cwd, git_dir)
    root = subject.facts.root
    if path.startswith("/"):
        return bool(root) and (path == f"{root}/.git" or path.startswith(f"{root}/.git/"))
    names = [name for name in path.split("/") if name != ".."]
    return names[:1] == [".git"]
