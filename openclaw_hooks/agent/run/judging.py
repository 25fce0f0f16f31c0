"""What an attempt left, from its snapshot to the word that keeps or discards it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from openclaw_hooks.agent import events as said
from openclaw_hooks.agent.judge.check import bound_findings, check_attempt
from openclaw_hooks.agent.judge.decide import Facts, judge
from openclaw_hooks.agent.judge.size import find_huge
from openclaw_hooks.agent.measure.evaluator import judge_evaluator
from openclaw_hooks.agent.measure.gain import is_gain
from openclaw_hooks.agent.model import Cause, Found, Judgement, Snapshot, Verdict
from openclaw_hooks.agent.run.interruption import free_name
from openclaw_hooks.agent.run.measuring import measure_commit
from openclaw_hooks.agent.run.papers import is_log_touched, read_kept_ground, read_spoken, read_watch
from openclaw_hooks.agent.trees.refs import attempt_refs, set_attempt_ref
from openclaw_hooks.agent.trees.snapshot import Taking, take_snapshot
from openclaw_hooks.agent.trees.tampering import Tampering, find_tampering
from openclaw_hooks.checks.sources import range_change
from openclaw_hooks.errors import OpenclawError
from openclaw_hooks.verdict import Severity

if TYPE_CHECKING:
    from openclaw_hooks.agent.run.context import Run

LOG_TOUCHED: Final = "the log of the run was changed"


def snapshot_attempt(run: Run) -> None:
    """Takes what lies in the worktree; what cannot be taken is discarded with the reason."""
    attempt = run.state.attempt
    message = f"{run.state.task}: attempt {attempt.number}\n\nRun: {run.state.run}\n"
    try:
        taking = Taking(attempt.worktree, attempt.base, message, run.subject.author, read_watch(run))
        snapshot = take_snapshot(run.repo, taking)
    except OpenclawError as error:
        around = _look_around(run, Snapshot(commit=attempt.base, tree="", base=attempt.base))
        around.undo()  # nothing hangs on it: the attempt is discarded whatever is found
        told = "".join(f"; {line}" for line in around.findings)
        judgement = Judgement(
            Verdict.DISCARD, Cause.AGENT_FAILED, f"nothing could be taken from its worktree: {error}{told}"
        )
        run.tell(said.Judged(n=attempt.number, judgement=judgement))
        return
    run.tell(said.Snapshotting(n=attempt.number, snapshot=snapshot))


def check(run: Run) -> None:
    """Puts the snapshot under its ref and says what is found in it, or changed around it."""
    n, snapshot = run.state.attempt.number, _snapshot(run)
    try:
        keep_snapshot(run)
        tampered = _look_around(run, snapshot).findings
    except OpenclawError:  # names that the agent has put in the way: they go before it is judged
        tampered = _look_around(run, snapshot).findings
        if not tampered:
            raise
    findings = () if tampered or _is_over(run) else find_all(run, snapshot)
    run.tell(said.Checked(n=n, findings=findings, tampered=tampered))


def keep_snapshot(run: Run) -> None:
    """Puts the snapshot of the attempt under way under its ref, or beside it where another run has that number by now."""
    attempt, task = run.state.attempt, run.state.task
    if attempt.snapshot is None:
        return
    name = str(attempt.number)
    if attempt_refs(run.repo, task).get(attempt.number, attempt.snapshot.commit) != attempt.snapshot.commit:
        name = free_name(run, attempt.number)
    set_attempt_ref(run.repo, task, name, attempt.snapshot.commit)


def find_all(run: Run, snapshot: Snapshot) -> tuple[Found, ...]:
    """What the checks find; what keeps them from looking is an error among it."""
    try:
        ground, spoken = read_kept_ground(run), read_spoken(run)
        if find_huge(run.repo, snapshot.base, snapshot.commit):  # the checks say so; the diff is not for us to hold
            touched = []
        else:
            change = range_change(run.repo, snapshot.base, snapshot.commit)
            touched = judge_evaluator(change, run.task, run.state.began.frozen)
    except Exception as error:  # a guard: what could not be looked at has not passed
        return (Found("run", Severity.ERROR, "", 0, f"could not be checked: {error}"[:500]),)
    return bound_findings([*touched, *check_attempt(run.repo, ground, run.task, snapshot, spoken)])


def measure_attempt(run: Run) -> None:
    """Runs the metric on the snapshot, and looks around once more: what it runs is what the agent wrote."""
    n, snapshot = run.state.attempt.number, _snapshot(run)
    if isinstance(run.state.last, said.Checked):
        run.tell(said.Measuring(n=n))
    measured = measure_commit(run, snapshot.commit)
    run.guard_log()
    tampered = _look_around(run, snapshot).findings
    run.tell(said.AttemptMeasured(n=n, measured=measured, tampered=tampered))


def judge_attempt(run: Run) -> None:
    """Puts back what was changed around the attempt, and says what becomes of it."""
    attempt, measure = run.state.attempt, run.state.began.measure
    if attempt.tampered:
        put_back(run)
        keep_snapshot(run)
    gain = None
    if measure and attempt.measured:
        gain = is_gain(run.state.best, attempt.measured, measure)
    facts = Facts(
        report=attempt.report,
        snapshot=attempt.snapshot,
        findings=attempt.findings,
        tampered=attempt.tampered,
        has_metric=bool(run.state.began.metric),
        is_numeric=measure is not None,
        measured=attempt.measured,
        gain=gain,
    )
    run.tell(said.Judged(n=attempt.number, judgement=judge(facts)))


def put_back(run: Run) -> None:
    """Puts back what was changed around the attempt under way; nothing where that was done."""
    if run.state.attempt.snapshot is not None:
        _look_around(run, run.state.attempt.snapshot).undo()


def _look_around(run: Run, snapshot: Snapshot) -> Tampering:
    """What was changed around the attempt; that nobody can say what was there before is a finding too."""
    try:
        around = find_tampering(run.repo, read_watch(run), snapshot)
    except OpenclawError as error:
        around = Tampering((str(error),), tuple)
    return around._replace(findings=(*around.findings, LOG_TOUCHED)) if is_log_touched(run) else around


def _is_over(run: Run) -> bool:
    """Whether the attempt is discarded without a look, because its agent was killed."""
    report = run.state.attempt.report
    return report is None or bool(report.killed)


def _snapshot(run: Run) -> Snapshot:
    snapshot = run.state.attempt.snapshot
    assert snapshot is not None  # the steps that ask for it come after it
    return snapshot
