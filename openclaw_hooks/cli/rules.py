"""`openclaw rules`: the rules in force, which of them some files call for, and whether they are sound."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Annotated

import typer

from openclaw_hooks import git
from openclaw_hooks.checks.formats import verdict_values
from openclaw_hooks.cli.backtest import backtest
from openclaw_hooks.cli.check import Format, print_verdict
from openclaw_hooks.cli.output import print_json, print_table
from openclaw_hooks.cli.place import find_repo, locate_entries, open_policy
from openclaw_hooks.cli.rule_files import find_broken
from openclaw_hooks.documents import suggest
from openclaw_hooks.errors import EXIT_FINDINGS, OpenclawError
from openclaw_hooks.globs import globs_overlap
from openclaw_hooks.rules.lint import CHECK_ID, lint_rules
from openclaw_hooks.rules.load import load_harness_rules, load_rules, locate_rule
from openclaw_hooks.rules.match import match_scope
from openclaw_hooks.rules.model import HarnessRule
from openclaw_hooks.verdict import fold_findings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from openclaw_hooks.checks.policy import Policy
    from openclaw_hooks.rules.model import Rule

app = typer.Typer(
    help="List, show, match, lint and backtest the rules.\n\nExample: openclaw rules match src/app.py",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
)

Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@app.command("list")
def list_rules(
    all_: Annotated[bool, typer.Option("--all", help="Also those that are not active here.")] = False,
    as_json: Json = False,
) -> None:
    """List the active rules, with where they come from.

    Example: openclaw rules list --all
    """
    policy = open_policy()
    listed = [(rule, is_active) for rule, is_active in _with_activity(policy) if all_ or is_active]
    if as_json:
        print_json("rules", [_rule_values(rule, is_active) for rule, is_active in listed])
        return
    columns = ("ID", "KIND", "TIER", "VERSION", "PRIORITY", "ACTIVE", "CHECKS", "FROM")
    print_table(columns, [_rule_row(rule, is_active) for rule, is_active in listed])


@app.command("show")
def show_rule(
    rule_id: Annotated[str, typer.Argument(metavar="ID", help="The id of a rule or harness rule.")],
    as_json: Json = False,
) -> None:
    """Print a rule's file as it is.

    Example: openclaw rules show security
    """
    policy = open_policy()
    found = {rule.id: (rule, is_active) for rule, is_active in _with_activity(policy)}
    if rule_id not in found:
        raise OpenclawError(f"there is no rule `{rule_id}`", suggest(rule_id, list(found)))
    rule, is_active = found[rule_id]
    if as_json:
        print_json("rule", {**_rule_values(rule, is_active), "body": rule.body, "checks": list(rule.checks)})
        return
    with open(locate_rule(rule, policy.root), encoding="utf-8-sig") as stream:
        typer.echo(stream.read(), nl=False)


@app.command("match")
def match(
    paths: Annotated[list[str], typer.Argument(metavar="PATH...", help="Files, folders, or globs from the root.")],
    as_json: Json = False,
) -> None:
    """Show which active rules some files call for, and why.

    In their order of precedence. A scope is named by folders or globs.

    Example: openclaw rules match 'src/**/*.py' README.md
    """
    policy = open_policy()
    scope = locate_entries(policy.root, paths)
    active = [rule for rule, is_active in _with_activity(policy) if is_active and not isinstance(rule, HarnessRule)]
    matched = match_scope(active, scope)
    if as_json:
        print_json("rules-match", [_match_values(number, rule, scope) for number, rule in enumerate(matched, 1)])
        return
    rows = [
        (str(number), rule.id, str(rule.tier), str(rule.priority), "; ".join(_reasons(rule, scope)))
        for number, rule in enumerate(matched, 1)
    ]
    print_table(("#", "ID", "TIER", "PRIORITY", "BECAUSE"), rows)


@app.command("lint")
def lint(as_json: Json = False) -> None:
    """Check the rule files for errors and for likely mistakes.

    Exit code 1 when a file is wrong; likely mistakes are warnings.

    Example: openclaw rules lint
    """
    repo = find_repo()
    root = (repo.top or repo.git_dir) if repo else os.getcwd()
    findings = list(find_broken(root))
    if not findings:  # else what loads is not yet what will be in force
        tracked = git.list_worktree(root) if repo and repo.top else ()
        findings = lint_rules(load_rules(root), tracked, root, load_harness_rules(root))
    verdict = fold_findings(findings, (CHECK_ID,))
    if as_json:
        print_json("rules-lint", verdict_values(verdict))
    else:
        print_verdict(verdict, Format.TEXT)
    if verdict.blocks:
        raise typer.Exit(EXIT_FINDINGS)


app.command("backtest")(backtest)


def _with_activity(policy: Policy) -> list[tuple[Rule | HarnessRule, bool]]:
    """Every rule and harness rule, with whether it is active here."""
    active = {rule.id for rule in policy.rules}
    rules: list[Rule | HarnessRule] = [*load_rules(policy.root), *load_harness_rules(policy.root)]
    return [(rule, rule.id in active) for rule in rules]


def _rule_values(rule: Rule | HarnessRule, is_active: bool) -> dict[str, object]:
    return {
        "id": rule.id,
        "kind": "harness" if isinstance(rule, HarnessRule) else "rule",
        "title": rule.title,
        "tier": rule.tier,
        "version": rule.version,
        "priority": rule.priority,
        "active": is_active,
        "paths": rule.paths,
        "detect": rule.detect,
        "tags": rule.tags,
        "checks": [check.id for check in rule.checks],
        "file": rule.file,
        "origin": rule.origin,
    }


def _rule_row(rule: Rule | HarnessRule, is_active: bool) -> tuple[str, ...]:
    kind = "harness" if isinstance(rule, HarnessRule) else "rule"
    active = "yes" if is_active else "no"
    return (
        *(rule.id, kind, str(rule.tier), rule.version, str(rule.priority)),
        *(active, str(len(rule.checks)), f"{rule.file} ({rule.origin})"),
    )


def _match_values(number: int, rule: Rule, scope: Sequence[str]) -> dict[str, object]:
    return {
        "order": number,
        "id": rule.id,
        "tier": rule.tier,
        "priority": rule.priority,
        "because": _reasons(rule, scope),
    }


def _reasons(rule: Rule, scope: Sequence[str]) -> list[str]:
    """One line for each entry of `scope` that the rule is about, with the first of its globs that says so."""
    entries = [entry for entry in scope if not entry.startswith("!")]
    globs = [glob for glob in rule.paths if not glob.startswith("!")]
    meeting = [(entry, next((glob for glob in globs if globs_overlap(entry, glob)), None)) for entry in entries]
    return [f"`{entry}` meets `{glob}`" for entry, glob in meeting if glob]
