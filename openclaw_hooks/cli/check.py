"""`openclaw check`: the checks on demand, over files, the index or commits."""

from __future__ import annotations

import os
import sys
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from openclaw_hooks import git
from openclaw_hooks.checks.formats import verdict_sarif, verdict_values
from openclaw_hooks.checks.policy import load_policy
from openclaw_hooks.checks.report import format_verdict
from openclaw_hooks.checks.run import run_checks, weigh_finding
from openclaw_hooks.checks.sources import commit_change, disk_change, staged_change
from openclaw_hooks.checks.table import CHECKS, FILES, MESSAGE, checks_for
from openclaw_hooks.cli.output import print_json
from openclaw_hooks.cli.place import find_task
from openclaw_hooks.documents import suggest
from openclaw_hooks.errors import EXIT_FINDINGS, OpenclawError
from openclaw_hooks.verdict import Finding, Severity, Verdict, fold_findings

if TYPE_CHECKING:
    from openclaw_hooks.checks.change import Change
    from openclaw_hooks.checks.policy import Policy


class Format(StrEnum):
    """How the findings are printed."""

    TEXT = "text"
    JSON = "json"
    SARIF = "sarif"


def check(
    paths: Annotated[
        list[str] | None, typer.Argument(help="Files and folders, tracked or not.", show_default=False)
    ] = None,
    staged: Annotated[bool, typer.Option("--staged", help="What is staged (the default without paths).")] = False,
    from_: Annotated[str, typer.Option("--from", metavar="A", help="Each commit after A ...")] = "",
    to: Annotated[str, typer.Option("--to", metavar="B", help="... up to B.", show_default="HEAD")] = "",
    only: Annotated[str, typer.Option(metavar="CHECK,...", help=f"Of: {', '.join(CHECKS)}.")] = "",
    deep: Annotated[bool, typer.Option("--deep", help="Also the slower secrets pass, as warnings.")] = False,
    task: Annotated[str, typer.Option(metavar="ID", help="In the scope and role of this task.")] = "",
    role: Annotated[str, typer.Option(metavar="ROLE", help="In this role.")] = "",
    receipts: Annotated[
        bool, typer.Option("--receipts", help="Only whether each commit carries a valid receipt.")
    ] = False,
    format_: Annotated[Format, typer.Option("--format", help="How to print.")] = Format.TEXT,
) -> None:
    """Run the checks on files, on what is staged, or on commits.

    Exit code 1 when anything is found that would be blocked, 2 for bad input.

    Example: openclaw check src README.md --only secrets --format sarif
    """
    check_ids = choose_checks(only)
    if sum((bool(paths), staged, bool(from_ or to))) > 1:
        raise OpenclawError("paths, --staged and --from/--to exclude each other", "name one of them")
    if receipts and not (from_ or to):
        raise OpenclawError("--receipts needs commits", "add --from A [--to B]")
    if paths:
        verdict = _check_paths(paths, check_ids, (task, role), deep)
    else:
        repo = git.open_repo()
        policy = _load_policy(repo, task, role)
        if receipts:
            verdict = check_receipts(_list_range(from_, to))
        elif from_ or to:
            verdict = _check_commits(repo, policy, _list_range(from_, to), (check_ids, deep))
        elif repo.top:
            verdict = _judge(staged_change(repo), policy, check_ids, deep)
        else:  # nobody stages in a bare repository: a verdict on nothing would look like one on its commits
            raise OpenclawError("nothing is staged in a bare repository", "name the commits: --from A --to B")
    print_verdict(verdict, format_)
    if verdict.blocks:
        raise typer.Exit(EXIT_FINDINGS)


def choose_checks(only: str) -> tuple[str, ...]:
    """The check ids in the list `only`, or all; raises OpenclawError for an unknown one."""
    names = [name.strip() for name in only.split(",") if name.strip()]
    for name in names:
        if name not in CHECKS:
            raise OpenclawError(f"no check `{name}`", suggest(name, list(CHECKS)))
    return tuple(name for name in CHECKS if not names or name in names)


def print_verdict(verdict: Verdict, format_: Format) -> None:
    """Print a verdict; in text a clean one says so on stderr."""
    match format_:
        case Format.JSON:
            print_json("check", verdict_values(verdict))
        case Format.SARIF:
            import json

            typer.echo(json.dumps(verdict_sarif(verdict), indent=2))
        case Format.TEXT:
            if text := format_verdict(verdict):
                typer.echo(text)
            else:
                print(f"nothing found by {', '.join(verdict.checks)}", file=sys.stderr)


def _load_policy(repo: git.Repo, task: str, role: str) -> Policy:
    policy = load_policy(repo.top or repo.git_dir, repo.state_dir, "" if task else role)
    if not task:
        return policy
    from openclaw_hooks.checks.claimed import limit_to_task

    return limit_to_task(policy, find_task(task), role)


def _check_paths(paths: list[str], check_ids: tuple[str, ...], work: tuple[str, str], deep: bool) -> Verdict:
    task, role = work
    try:
        repo = git.open_repo()
    except git.NotARepositoryError:  # files outside any repository are checked by what is shipped
        if task:
            raise
        policy = load_policy(os.getcwd(), "", role)
    else:
        policy = _load_policy(repo, task, role)
    return _judge(disk_change(policy.root, paths), policy, check_ids, deep)


def _judge(change: Change, policy: Policy, check_ids: tuple[str, ...], deep: bool) -> Verdict:
    verdict = run_checks(change, policy, check_ids)
    if not deep:
        return verdict
    from openclaw_hooks.checks.secrets import check_secrets_deeply

    more = [weigh_finding(finding, policy) for finding in check_secrets_deeply(change, policy)]
    return fold_findings([*verdict.findings, *more], verdict.checks)


def _list_range(old: str, new: str) -> list[str]:
    tip = git.resolve_commit(new or "HEAD")
    return git.list_commits([tip, f"^{git.resolve_commit(old)}"] if old else [tip])


def _check_commits(repo: git.Repo, policy: Policy, oids: list[str], how: tuple[tuple[str, ...], bool]) -> Verdict:
    findings: list[Finding] = []
    for oid in oids:
        verdict = _judge(commit_change(repo, oid), policy, *how)
        findings += [
            finding._replace(message=f"in commit {oid[:10]}: {finding.message}") for finding in verdict.findings
        ]
    return fold_findings(findings, tuple(name for name in checks_for(FILES, MESSAGE) if name in how[0]))


def check_receipts(oids: list[str]) -> Verdict:
    """An error for each of the commits `oids` that carries no receipt for its tree and message."""
    from openclaw_hooks.receipts import lacking_receipts

    hint = "fetch refs/notes/openclaw; else check it with `openclaw check --from COMMIT^ --to COMMIT`"
    findings = [
        Finding("receipts", Severity.ERROR, commit.oid[:10], 0, f"no valid receipt: {_subject(commit.message)}", hint)
        for commit in lacking_receipts(oids)
    ]
    return fold_findings(findings, ("receipts",))


def _subject(message: str) -> str:
    return message.partition("\n")[0][:72]
