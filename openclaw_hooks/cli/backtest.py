"""`openclaw rules backtest`: what a rule would have stopped in the history that is already there."""

from __future__ import annotations

import os
import sys
import time
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from openclaw_hooks import git
from openclaw_hooks.checks.formats import finding_values
from openclaw_hooks.checks.history import Replayed, replay_history, select_checks
from openclaw_hooks.checks.report import format_finding, one_line
from openclaw_hooks.cli.output import print_json
from openclaw_hooks.cli.rule_files import read_rule_file
from openclaw_hooks.documents import suggest
from openclaw_hooks.errors import OpenclawError
from openclaw_hooks.rules.load import load_harness_rules, load_rules

if TYPE_CHECKING:
    from collections.abc import Iterable

    from openclaw_hooks.checks.policy import Policy
    from openclaw_hooks.rules.model import HarnessRule, Rule

PROGRESS_S = 0.1


class CheckCount(NamedTuple):
    """How often one check found something, and in how many commits."""

    findings: int
    commits: int


class Backtest(NamedTuple):
    """The outcome of a run: the commits with findings, newest first, and what it took."""

    name: str
    scanned: int
    hits: tuple[Replayed, ...]
    seconds: float

    @property
    def stopped(self) -> int:
        """How many commits would not have been made."""
        return sum(hit.is_stopped for hit in self.hits)

    def count_checks(self, policy: Policy) -> dict[str, CheckCount]:
        """The counts of every check that ran, also of those that found nothing."""
        names = [*(check.rule for check in policy.line_checks), *(check.rule for check in policy.file_checks)]
        found = {name: [sum(finding.rule == name for finding in hit.findings) for hit in self.hits] for name in names}
        return {name: CheckCount(sum(counts), sum(map(bool, counts))) for name, counts in found.items()}


def backtest(
    rule: Annotated[str, typer.Argument(metavar="RULE[/CHECK]", help="A rule's id, or the path of a rule file.")],
    since: Annotated[
        str, typer.Option(metavar="DATE", help="Only commits after it; as `git log --since` reads it.")
    ] = "",
    limit: Annotated[int, typer.Option(metavar="N", min=0, help="Only the newest N commits; 0 for all.")] = 0,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Show what a rule would have stopped in past commits.

    Runs its mechanical checks over what every commit behind HEAD changed. Merges are left out. Exit code 0 whatever is found: this is a report, and nothing is changed.

    Example: openclaw rules backtest security --since '1 year ago'
    """
    repo = git.open_repo()
    if not repo.head:
        raise OpenclawError("there are no commits yet", "a backtest needs some history")
    chosen, check_id = find_rule(repo.top or repo.git_dir, rule)
    policy = select_checks(chosen, check_id)
    if os.path.exists(os.path.join(repo.common_dir, "shallow")):
        print("note: a shallow clone: its oldest commits count as adding every file they hold", file=sys.stderr)
    outcome = _run(rule, replay_history(policy, since, limit))
    if not outcome.scanned:
        raise OpenclawError(
            f"no commits since `{since}`" if since else "no commits but merges", "choose an earlier date"
        )
    if as_json:
        print_json("rules-backtest", _values(outcome, policy))
    else:
        typer.echo(_format(outcome, policy))


def find_rule(root: str, name: str) -> tuple[Rule | HarnessRule, str]:
    """The rule that `name` means (an id, or a file that need not be installed) and the id of one check, or ""."""
    file, suffix, check_id = name.partition(".md/")
    if suffix or name.endswith(".md"):
        path = file + ".md" if suffix else name
        return read_rule_file(path, path), check_id
    rule_id, _, check_id = name.partition("/")
    loaded: list[Rule | HarnessRule] = [*load_harness_rules(root), *load_rules(root)]
    rules = {rule.id: rule for rule in loaded}
    if rule_id not in rules:
        raise OpenclawError(f"there is no rule `{rule_id}`", suggest(rule_id, list(rules)))
    return rules[rule_id], check_id


def _run(name: str, history: Iterable[Replayed]) -> Backtest:
    started = shown = time.monotonic()
    scanned, hits = 0, []
    is_watched = sys.stderr.isatty()
    for past in history:
        scanned += 1
        if past.findings:
            hits.append(past)
        if is_watched and (now := time.monotonic()) - shown > PROGRESS_S:
            shown = now
            print(f"\r{scanned:,} commits, {len(hits):,} with findings ", end="", file=sys.stderr, flush=True)
    if is_watched:
        print("\r\x1b[K", end="", file=sys.stderr, flush=True)
    return Backtest(name, scanned, tuple(hits), time.monotonic() - started)


def _values(outcome: Backtest, policy: Policy) -> dict[str, object]:
    return {
        "rule": outcome.name,
        "scanned": outcome.scanned,
        "stopped": outcome.stopped,
        "seconds": round(outcome.seconds, 3),
        "checks": {name: count._asdict() for name, count in outcome.count_checks(policy).items()},
        "commits": [
            {
                **hit.commit._asdict(),
                "stopped": hit.is_stopped,
                "findings": [finding_values(finding) for finding in hit.findings],
            }
            for hit in outcome.hits
        ],
    }


def _format(outcome: Backtest, policy: Policy) -> str:
    lines = []
    for hit in outcome.hits:
        lines.append(f"{hit.commit.day} {hit.commit.oid[:10]} {one_line(hit.commit.subject)}")
        lines += [f"  {format_finding(finding._replace(hint=''))}" for finding in hit.findings]
    counts = outcome.count_checks(policy)
    width = max(map(len, counts))
    warned = len(outcome.hits) - outcome.stopped
    lines += [
        *([""] if lines else []),
        f"{_count(outcome.scanned, 'commit')} in {outcome.seconds:.1f} s, merges left out:"
        f" {outcome.stopped:,} would have been stopped, {warned:,} more warned about",
        *(
            f"  {name.ljust(width)}  {_count(count.findings, 'finding')} in {_count(count.commits, 'commit')}"
            for name, count in counts.items()
        ),
    ]
    return "\n".join(lines)


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
