"""Calls of git that lose work: forced pushes, discarded changes, expired history."""

from __future__ import annotations

from typing import TYPE_CHECKING

from openclaw_hooks.checks.command_rules.model import UNSURE
from openclaw_hooks.shell.git_words import split_git, split_options
from openclaw_hooks.shell.holes import HOLES, PLAIN, is_known

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from openclaw_hooks.checks.command_rules.model import CommandFinding, Subject
    from openclaw_hooks.shell.git_words import GitOption

    Judge = Callable[[Subject, list[GitOption], list[str], list[str]], Iterator[CommandFinding]]

_WHOLE = frozenset((".", "./", ":/", "*", ":/*", "..", "../", ":(top)", ":(top).", "-A"))
_KEEP = "commit or `git stash` first, or name the files"


def judge_git_history(subject: Subject) -> Iterator[CommandFinding]:
    """Findings about one call of git."""
    parts = split_git(subject.run.words, subject.run.environment)
    judge = _JUDGES.get(parts.subcommand)
    if judge is None:
        return
    if parts.subcommand == "clean" and ("clean.requireforce", "false") in parts.settings:
        parts.arguments = ["-f", *parts.arguments]
    yield from judge(subject, *split_options(parts.subcommand, parts.arguments))


def _flags(options: list[GitOption]) -> set[str]:
    return {option.name for option in options}


def _has(options: list[GitOption], *names: str) -> bool:
    """Whether one of `names` is given; long ones may be abbreviated."""
    for option in options:
        for name in names:
            if option.name == name or (name.startswith("--") and len(option.name) > 4 and name.startswith(option.name)):
                return True
    return False


def _judge_push(
    subject: Subject, options: list[GitOption], others: list[str], rest: list[str]
) -> Iterator[CommandFinding]:
    names = _flags(options)
    if names & {"-n", "--dry-run"}:
        return
    words = others + rest
    refspecs = words[1:] if "--repo" not in names else words
    forced = bool(names & {"-f", "--force"}) or any(
        name.startswith("--force-") or name in ("--forc", "--for") for name in names
    )
    deletes = _has(options, "--delete", "-d")
    own = "push without force, or to a branch of your own"
    if "--mirror" in names or (_has(options, "--prune") and not refspecs):
        yield subject.finding(
            "force-push", "--mirror" if "--mirror" in names else "--prune", "deletes branches of the remote", own
        )
    if forced and names & {"--all", "--branches"}:
        yield subject.finding("force-push", "--all", "rewrites every branch of the remote", own)
    for refspec in refspecs or ([""] if forced else []):
        source, colon, target = refspec.removeprefix("+").partition(":")
        removes = deletes or (bool(colon) and not source and bool(target))
        if not (forced or removes or refspec.startswith("+")):
            continue
        branch = _target_branch(subject, target if colon else source)
        word = refspec or next(
            (option.word for option in options if option.name in ("-f", "--force") or "--force" in option.name), ""
        )
        if _is_protected(subject, branch):
            act = "deletes" if removes else "rewrites"
            yield subject.finding("force-push", word, f"{act} the protected branch `{branch}`", own)
        elif not is_known(branch) or "*" in branch:
            message = "may rewrite or delete a protected branch: which one is only known at run time"
            yield subject.finding(UNSURE, word, message, "name the branch", subject.facts.settings.unsure)


def _target_branch(subject: Subject, name: str) -> str:
    name = name.removeprefix("refs/heads/")
    if name in ("", "HEAD", "@") or name == PLAIN:
        return subject.facts.branch()  # without a name git pushes the current branch
    return name


def _is_protected(subject: Subject, branch: str) -> bool:
    if not branch:
        return False
    if "openclaw" in branch and branch.startswith("refs/notes/"):
        return True
    from openclaw_hooks.globs import compile_globs

    return is_known(branch) and compile_globs(subject.facts.protected).matches(branch)


def _judge_reset(
    subject: Subject, options: list[GitOption], _others: list[str], _rest: list[str]
) -> Iterator[CommandFinding]:
    if _has(options, "--hard") and subject.facts.is_dirty():
        yield subject.finding("discard-changes", "--hard", "throws away changes that are not committed", _KEEP)


def _judge_clean(
    subject: Subject, options: list[GitOption], others: list[str], rest: list[str]
) -> Iterator[CommandFinding]:
    if not _has(options, "-f", "--force") or _has(options, "-n", "--dry-run"):
        return
    paths = others + rest
    if not paths or any(path in _WHOLE or path[:1] in HOLES for path in paths):
        word = next(
            option.word for option in options if option.name in ("-f", "--force") or option.name.startswith("--f")
        )
        instead = "look with `git clean -n`, then name what may go"
        yield subject.finding("clean", word, "deletes every file that git does not track, for good", instead)


def _judge_branch(
    subject: Subject, options: list[GitOption], others: list[str], rest: list[str]
) -> Iterator[CommandFinding]:
    forced = _has(options, "-f", "--force")
    names = others + rest
    if _has(options, "-D") or (forced and _has(options, "-d", "--delete")):
        for name in names:
            if not is_known(name):
                message = "deletes branches that are only known at run time, merged or not"
                yield subject.finding(UNSURE, name, message, "use `git branch -d`", subject.facts.settings.unsure)
            elif _is_protected(subject, name) or subject.facts.is_unmerged(name):
                message = f"deletes `{name}` although commits of it are nowhere else, or it is protected"
                yield subject.finding("delete-branch", name, message, "use `git branch -d`, which keeps unmerged work")
    elif forced and names and _is_protected(subject, names[0]):
        yield subject.finding("delete-branch", names[0], f"moves the protected branch `{names[0]}`", "merge into it")


def _judge_checkout(
    subject: Subject, options: list[GitOption], others: list[str], rest: list[str]
) -> Iterator[CommandFinding]:
    forced = _has(options, "-f", "--force", "--discard-changes")
    whole = [word for word in others + rest if word in _WHOLE]
    creates = _has(options, "-b", "-B", "--orphan", "-c", "-C", "--patch", "-p")
    if (forced or (whole and not creates)) and subject.facts.is_dirty():
        word = whole[0] if whole else "--force"
        yield subject.finding("discard-changes", word, "throws away changes that are not committed", _KEEP)


def _judge_restore(
    subject: Subject, options: list[GitOption], others: list[str], rest: list[str]
) -> Iterator[CommandFinding]:
    names = _flags(options)
    touches_files = not names & {"--staged", "-S"} or bool(names & {"--worktree", "-W"})
    whole = [word for word in others + rest if word in _WHOLE]
    if touches_files and whole and not _has(options, "--patch", "-p") and subject.facts.is_dirty():
        yield subject.finding("discard-changes", whole[0], "throws away changes that are not committed", _KEEP)


def _judge_stash(
    subject: Subject, _options: list[GitOption], others: list[str], _rest: list[str]
) -> Iterator[CommandFinding]:
    if others[:1] in (["drop"], ["clear"]):
        yield subject.finding("drop-stash", others[0], "throws stashed work away", "leave it, or `git stash apply` it")


def _judge_reflog(
    subject: Subject, options: list[GitOption], others: list[str], _rest: list[str]
) -> Iterator[CommandFinding]:
    if others[:1] in (["expire"], ["delete"], ["drop"]) and not _has(options, "-n", "--dry-run"):
        yield subject.finding(
            "expire", others[0], "takes away what lost work is found again with", "leave the reflog alone"
        )


def _judge_gc(
    subject: Subject, options: list[GitOption], _others: list[str], _rest: list[str]
) -> Iterator[CommandFinding]:
    for option in options:
        if option.name == "--prune" and option.value not in ("", "never", "2.weeks.ago"):
            yield subject.finding("expire", option.word, "deletes what lost work is found again with", "use `git gc`")


def _judge_prune(
    subject: Subject, options: list[GitOption], _others: list[str], _rest: list[str]
) -> Iterator[CommandFinding]:
    if not _has(options, "-n", "--dry-run"):
        yield subject.finding("expire", "prune", "deletes what lost work is found again with", "use `git gc`")


def _judge_rewrite(
    subject: Subject, _options: list[GitOption], _others: list[str], _rest: list[str]
) -> Iterator[CommandFinding]:
    name = next(word for word in subject.run.words if word in ("filter-branch", "filter-repo"))
    yield subject.finding(
        "rewrite", name, "rewrites the whole history", "ask a person; published history stays as it is"
    )


def _judge_worktree(
    subject: Subject, options: list[GitOption], others: list[str], _rest: list[str]
) -> Iterator[CommandFinding]:
    if others[:1] == ["remove"] and _has(options, "-f", "--force"):
        yield subject.finding(
            "discard-changes", "--force", "deletes a worktree with its changes", "use it without --force"
        )


def _judge_read_tree(
    subject: Subject, options: list[GitOption], _others: list[str], _rest: list[str]
) -> Iterator[CommandFinding]:
    if _has(options, "--reset", "-f", "--force") and _has(options, "-u", "-a", "--all") and subject.facts.is_dirty():
        yield subject.finding("discard-changes", "--reset", "throws away changes that are not committed", _KEEP)


def _judge_remove(
    subject: Subject, options: list[GitOption], others: list[str], rest: list[str]
) -> Iterator[CommandFinding]:
    whole = [word for word in others + rest if word in _WHOLE]
    if whole and _has(options, "-r") and not _has(options, "--cached", "-n", "--dry-run"):
        yield subject.finding("discard-changes", whole[0], "deletes every tracked file", "name the files that may go")


_JUDGES: dict[str, Judge] = {
    "push": _judge_push,
    "reset": _judge_reset,
    "clean": _judge_clean,
    "branch": _judge_branch,
    "checkout": _judge_checkout,
    "switch": _judge_checkout,
    "restore": _judge_restore,
    "stash": _judge_stash,
    "reflog": _judge_reflog,
    "gc": _judge_gc,
    "prune": _judge_prune,
    "filter-branch": _judge_rewrite,
    "filter-repo": _judge_rewrite,
    "worktree": _judge_worktree,
    "read-tree": _judge_read_tree,
    "checkout-index": _judge_read_tree,
    "rm": _judge_remove,
}
