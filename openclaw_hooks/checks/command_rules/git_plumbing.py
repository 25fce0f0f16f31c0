"""Calls of git that make or move commits past every hook, and tools that take hooks away."""

from __future__ import annotations

from typing import TYPE_CHECKING

from openclaw_hooks.shell.git_words import split_git, split_options
from openclaw_hooks.shell.holes import HOLES, OUTER, PLAIN

if TYPE_CHECKING:
    from collections.abc import Iterator

    from openclaw_hooks.checks.command_rules.model import CommandFinding, Subject

_ALWAYS = {
    "commit-tree": "makes a commit that no hook sees",
    "fast-import": "writes commits and branches that no hook sees",
    "send-pack": "pushes without the pre-push hook",
    "http-push": "pushes without the pre-push hook",
}
_COMMIT = "use `git commit`, `git merge` or `git push`, which run the hooks"
_TOOLS = ("openclaw-hooks", "openclaw_hooks", "pre-commit", "prek", "lefthook", "husky", "overcommit")
_INSTALLERS = (
    "pip",
    "pip3",
    "uv",
    "pipx",
    "poetry",
    "pdm",
    "conda",
    "npm",
    "pnpm",
    "yarn",
    "bun",
    "gem",
    "brew",
    "apt",
    "apt-get",
)


def judge_git_plumbing(subject: Subject) -> Iterator[CommandFinding]:
    """Findings about one call of git."""
    parts = split_git(subject.run.words, subject.run.environment)
    name = parts.subcommand
    options, others, rest = split_options(name, parts.arguments)
    words = others + rest
    flags = [option.name for option in options]
    if name in _ALWAYS:
        yield subject.finding("plumbing", name, f"`git {name}` {_ALWAYS[name]}", _COMMIT)
    elif name == "update-ref":
        if "--stdin" in flags or (words and _is_guarded_ref(words[0])):
            yield subject.finding(
                "plumbing", words[0] if words else "--stdin", "moves a branch past every hook", _COMMIT
            )
    elif name == "symbolic-ref":
        if len(words) > 1 or "-d" in flags or "--delete" in flags:
            yield subject.finding("plumbing", name, "moves HEAD past every hook", "use `git switch`")
    elif name == "hash-object":
        if any(option.name == "-t" and option.value not in ("blob", "tree", "tag") for option in options):
            yield subject.finding("plumbing", "-t", "writes a commit that no hook sees", _COMMIT)
    elif name == "replace":
        if words and not {"-d", "--delete", "-l", "--list"} & set(flags):
            yield subject.finding("plumbing", name, "puts one commit in place of another past every hook", _COMMIT)
    elif name == "fetch":
        if {"-u", "--update-head-ok"} & set(flags) and any(":" in word for word in words[1:]):
            yield subject.finding(
                "plumbing", "--update-head-ok", "moves the branch you are on past every hook", _COMMIT
            )
    elif name == "init":
        if "--separate-git-dir" in flags and not words:
            instead = "leave the git folder where it is"
            yield subject.finding("plumbing", "--separate-git-dir", "moves the git folder and its hooks away", instead)
    elif name == "notes":
        yield from _judge_notes(subject, words, [option.value for option in options if option.name == "--ref"])


def _is_guarded_ref(ref: str) -> bool:
    if ref[:1] in HOLES and ref[0] not in (PLAIN, OUTER):
        return True
    return not ref.startswith(("refs/tags/", "refs/backup/", "refs/stash", "refs/original/", "refs/replace/"))


def _judge_notes(subject: Subject, words: list[str], refs: list[str]) -> Iterator[CommandFinding]:
    ref = (refs or [subject.run.environment.get("GIT_NOTES_REF", "")])[0]
    if "openclaw" in ref and words[:1] not in ([], ["list"], ["show"], ["get-ref"]):
        yield subject.finding("receipts", ref, "changes the receipts of the checks", "let the hooks write the receipts")


def judge_hook_tools(subject: Subject) -> Iterator[CommandFinding]:
    """Findings about programs that take hooks away: `pre-commit uninstall` and its like."""
    run = subject.run
    words = run.words[1:]
    verbs = [word for word in words if not word.startswith("-")]
    if not {"--help", "-h", "--dry-run"}.isdisjoint(words):
        return
    instead = "leave the hooks installed; a person takes them away from their own shell"
    if run.program in _TOOLS or run.program in ("openclaw", "openclaw-hook"):
        if verbs[:1] == ["uninstall"] or "--uninstall" in words:
            yield subject.finding("hook-tools", "uninstall", f"`{run.program} uninstall` takes the hooks away", instead)
        if verbs[:1] == ["install"] and run.program in ("pre-commit", "prek") and ("--allow-missing-config" in words):
            yield subject.finding(
                "hook-tools", "--allow-missing-config", "lets commits pass without a configuration", instead
            )
    elif run.program in _INSTALLERS and any(verb in ("uninstall", "remove", "rm", "un", "purge") for verb in verbs):
        for word in verbs:
            if word in _TOOLS:
                yield subject.finding("hook-tools", word, f"without `{word}` the hooks cannot run", instead)
    elif run.program == "claude":
        yield from _judge_claude(subject)


def _judge_claude(subject: Subject) -> Iterator[CommandFinding]:
    run = subject.run
    instead = "start it with the settings of this repository"
    for word in run.words[1:]:
        if "disableAllHooks" in word or word in ("--bare", "--setting-sources"):
            yield subject.finding("hook-tools", word, "starts an agent without its hooks", instead)
    for name in ("CLAUDE_CODE_SIMPLE", "CLAUDE_CODE_SAFE_MODE"):
        if run.environment.get(name):
            yield subject.finding("hook-tools", name, "starts an agent without its hooks", instead)
