"""The checks over an attempt: over what it left as a whole, over its own commits, and over what the agent said and ran.

Whatever goes wrong in here is an error among the findings: an attempt that could not be checked has not passed.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from openclaw_hooks import git
from openclaw_hooks.agent.judge.exemptions import find_exemptions
from openclaw_hooks.agent.judge.ground import WHERE, stand_on
from openclaw_hooks.agent.judge.size import find_huge
from openclaw_hooks.agent.model import Found
from openclaw_hooks.checks.run import run_checks, weigh_finding
from openclaw_hooks.checks.sources import commit_change, range_change
from openclaw_hooks.checks.table import FILES, checks_for
from openclaw_hooks.errors import OpenclawError
from openclaw_hooks.rules.harness import CHECK_ID, active_harness, check_services, require_metric, scan_output
from openclaw_hooks.rules.model import Enforcement
from openclaw_hooks.secrets.redact import redact
from openclaw_hooks.secrets.scan import scan_text
from openclaw_hooks.verdict import Finding, Severity

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from openclaw_hooks.agent.judge.ground import Ground
    from openclaw_hooks.agent.model import Snapshot
    from openclaw_hooks.checks.change import Change
    from openclaw_hooks.checks.policy import Policy
    from openclaw_hooks.rules.model import HarnessRule
    from openclaw_hooks.tasks.model import Task

MAX_FOUND: Final = 200
MAX_OWN_COMMITS: Final = 200
SECRETS: Final = "secrets"
SPOKEN: Final = "spoken.txt"  # what the search for secrets takes an agent's words for
_OUTPUT: Final = (Enforcement.OUTPUT_BLOCK, Enforcement.POST_SCAN)


def check_attempt(repo: git.Repo, ground: Ground, task: Task, snapshot: Snapshot, spoken: str) -> tuple[Found, ...]:
    """What is found in `snapshot` against its base, and in `spoken`: what the agent said, and the commands that it ran.

    Everything is judged by `ground` and read from git's objects; the process has to stand in the repository, and what is
    checked out or staged there does not matter. At most MAX_FOUND findings, errors first.
    """
    if huge := _guarded("snapshot", partial(find_huge, repo, snapshot.base, snapshot.commit)):
        return bound_findings([*snapshot.found, *huge])
    with stand_on(ground) as policy:
        findings = [
            *_check_files(repo, policy, snapshot),
            *_guarded(SECRETS, partial(_check_own_commits, repo, policy, snapshot)),
        ]
    findings += _guarded(CHECK_ID, partial(_check_harness, ground, task, spoken))
    return bound_findings([*snapshot.found, *findings])


def check_start(ground: Ground, task: Task) -> tuple[Found, ...]:
    """What is found before an attempt is begun: services that its rules name and that are not there."""
    found: list[Finding] = []
    for rule in _enforced(ground, task, (Enforcement.PRE_CHECK,)):
        found += _guarded(CHECK_ID, partial(check_services, rule))
    return bound_findings(weigh_finding(finding, ground.policy) for finding in found)


def bound_findings(findings: Iterable[Finding | Found]) -> tuple[Found, ...]:
    """`findings` for the log: each once, errors first, and no more than MAX_FOUND, the last of which counts the rest."""
    told = (finding if isinstance(finding, Found) else Found.of(finding) for finding in findings)
    unique = dict.fromkeys(told)
    ordered = sorted(unique, key=lambda found: (not found.is_error, found.path, found.line, found.check))
    if len(ordered) <= MAX_FOUND:
        return tuple(ordered)
    rest = ordered[MAX_FOUND - 1 :]
    more = Found("more", rest[0].severity, "", 0, f"and {len(rest)} more findings", "mend these first")
    return (*ordered[: MAX_FOUND - 1], more)


def _check_files(repo: git.Repo, policy: Policy, snapshot: Snapshot) -> Iterator[Finding]:
    wanted = [check_id for check_id in checks_for(FILES) if check_id not in policy.settings.checks.disable]
    try:
        change = range_change(repo, snapshot.base, snapshot.commit)
    except Exception as error:  # a guard: what cannot be read has not passed
        yield _crashed("snapshot", error)
        return
    for check_id in wanted:
        yield from _guarded(check_id, partial(_run_check, change, policy, check_id))
    yield from _guarded("exemptions", partial(find_exemptions, repo, snapshot.base, change, policy))


def _run_check(change: Change, policy: Policy, check_id: str) -> tuple[Finding, ...]:
    return run_checks(change, policy, (check_id,)).findings


def _check_own_commits(repo: git.Repo, policy: Policy, snapshot: Snapshot) -> list[Finding]:
    """Secrets in the commits that the agent made by itself, messages included: what it took out again is in them still."""
    if SECRETS in policy.settings.checks.disable:
        return []
    # all that the snapshot keeps besides its base: what the agent was on last, and what it left elsewhere
    own = [*git.commit_parents(snapshot.commit), *filter(None, [snapshot.own_head])]
    commits = git.list_commits([*own, f"^{snapshot.base}"])
    if len(commits) > MAX_OWN_COMMITS:
        message = (
            f"it left {len(commits)} commits besides its files, more than the {MAX_OWN_COMMITS} that are looked through"
        )
        return [Finding(SECRETS, Severity.ERROR, "", 0, message, "make few commits, or none: the runner commits")]
    findings: list[Finding] = []
    for commit in commits:
        if huge := find_huge(repo, next(iter(git.commit_parents(commit)), ""), commit):
            return [*findings, *huge]
        verdict = run_checks(commit_change(repo, commit), policy, (SECRETS,))
        findings += [
            finding._replace(message=f"in its own commit {commit[:10]}: {finding.message}")
            for finding in verdict.findings
        ]
    return findings


def _check_harness(ground: Ground, task: Task, spoken: str) -> list[Finding]:
    # before a finding quotes a piece of it: findings go into logs, prompts, and onto the board
    said = redact(spoken, [match.secret for match in scan_text(spoken, SPOKEN)])
    found: list[Finding] = []
    for rule in _enforced(ground, task, (*_OUTPUT, Enforcement.METRIC_REQUIRED)):
        if rule.enforcement is Enforcement.METRIC_REQUIRED:
            found += require_metric(rule, task.metric)
        else:
            found += _guarded(CHECK_ID, partial(scan_output, rule, said))
    return [weigh_finding(finding, ground.policy) for finding in found]


def _enforced(ground: Ground, task: Task, by: Sequence[Enforcement]) -> list[HarnessRule]:
    """The harness rules that `task` activates and that one of `by` enforces."""
    active = active_harness(ground.harness, WHERE, f"{task.title}\n{task.body}")
    return [rule for rule in active if rule.enforcement in by]


def _guarded(check_id: str, check: Callable[[], Iterable[Finding]]) -> list[Finding]:
    """What `check` finds, or an error that says that it crashed."""
    try:
        return list(check())
    except Exception as error:  # a guard: what crashed has not passed
        return [_crashed(check_id, error)]


def _crashed(check_id: str, error: Exception) -> Finding:
    reason = error.message if isinstance(error, OpenclawError) else f"{type(error).__name__}: {error}"
    hint = error.hint if isinstance(error, OpenclawError) else "report this as a bug"
    return Finding(check_id, Severity.ERROR, "", 0, f"could not be checked: {reason}"[:500], hint)
