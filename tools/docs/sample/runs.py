"""Invented runs of agents, as rows of telemetry on the board: no agent and no script ever made them, and every row says so."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Final, NamedTuple

from msgspec.structs import replace

from openclaw_hooks.agent.model import Cause, Found, Outcome, Provenance, Stat, Terms, Verdict
from openclaw_hooks.agent.records.fit import fit_row
from openclaw_hooks.agent.records.flags import find_flags
from openclaw_hooks.agent.records.row import Figure, Row, Trial
from openclaw_hooks.agent.records.store import row_file
from openclaw_hooks.board.leases.held import stamp
from openclaw_hooks.board.merge.telemetry import unite_rows
from openclaw_hooks.mission_control.moments import read_moment
from openclaw_hooks.tasks.ids import ID_CHARS
from openclaw_hooks.tasks.model import ACTIVE, Direction, Measure, Status
from openclaw_hooks.verdict import Severity
from tools.docs.sample.cast import AGENTS, Member
from tools.docs.sample.desk import HOUR

if TYPE_CHECKING:
    from collections.abc import Sequence

    from openclaw_hooks.tasks.model import Task
    from tools.docs.sample.desk import Desk

SHARE: Final = 0.55  # of an agent's tasks that were done in runs
AGAIN: Final = 0.3  # of them had a run before that came to nothing
IMPROVED: Final = 2  # tasks about a figure
MODEL: Final = "sample-model"
PRICE: Final = 0.0011  # dollars a second
MEASURES: Final = (
    (Measure(name="seconds", direction=Direction.LOWER, min_gain=0.05, target=1.2, unit="s"), 4.18),
    (Measure(name="crossings_per_second", direction=Direction.HIGHER, min_gain=0.2, unit="/s"), 87.4),
)


class _End(NamedTuple):
    """How an attempt went wrong: why, and what checks found (check, line, what they say, rule)."""

    cause: Cause
    why: str
    found: tuple[tuple[str, int, str, str], ...] = ()


SCOPE: Final = ("scope", 0, "is outside of what the task may change", "")
ENDS: Final = (
    _End(Cause.VIOLATION, "1 file lies outside of the task's scope", (SCOPE,)),
    _End(Cause.METRIC_FAILED, "`make test` ended with exit 2: 3 tests of the winter timetable fail"),
    _End(Cause.NO_CHANGE, "the agent said that it was done and changed nothing"),
    _End(
        Cause.VIOLATION,
        "2 findings, 1 of them an error",
        (
            ("secrets", 3, "looks like a key of the harbour's payment service", ""),
            ("rules", 41, "local time is read where the tide tables need UTC", "tides"),
        ),
    ),
    _End(Cause.AGENT_FAILED, "the agent ended with exit 1 and no metric vouches for what it left"),
    _End(Cause.OVER_BUDGET, "its 30 minutes were used up"),
)


def make_runs(desk: Desk, seed: int) -> None:
    """Adds runs for tasks that agents worked on, with a generator of its own: nothing else of the sample changes for them."""
    rng = random.Random(seed + 1)  # noqa: S311  # the same each time
    members = {member.node: member for member in AGENTS}
    tasks = [task for task in desk.tasks.values() if task.owner in members and task.id in desk.began]
    ended = [task for task in tasks if task.status not in ACTIVE and rng.random() < SHARE]
    ended.sort(key=lambda task: desk.began[task.id])
    completed = [task for task in ended if task.status is Status.COMPLETED]
    improved = {task.id: number for number, task in enumerate(completed[-IMPROVED:])}
    rows: list[Row] = []
    for task in ended:
        begun = desk.began[task.id]
        if rng.random() < AGAIN and read_moment(task.created) < (at := begun - rng.uniform(1, 6) * HOUR):
            rows.append(_Maker(rng, task, members[rng.choice(AGENTS).node], (at, begun)).give_up(rows))
        made = _Maker(rng, task, members[task.owner], (begun, desk.now))
        made.before = rows[-1].tried if rows and rows[-1].task == task.id else 0
        rows.append(made.improve(*MEASURES[improved[task.id]]) if task.id in improved else made.work(rows))
    for row in sorted(rows, key=lambda row: (row.ended, row.run)):
        _write(desk, row, members[row.node])


def _write(desk: Desk, row: Row, who: Member) -> None:
    path = row_file(row.node, row.ended[:7])
    sheet = desk.open(read_moment(row.ended), who)
    many = "1 attempt" if row.tried == 1 else f"{row.tried} attempts"
    line = f"run {row.run} of {row.task} {row.outcome} after {many} ({row.node})"
    sheet.put(path, unite_rows(desk.files.get(path), fit_row(row)), line)
    sheet.close()


class _Maker:
    """Makes the row of one run."""

    def __init__(self, rng: random.Random, task: Task, who: Member, span: tuple[float, float]) -> None:
        self.rng, self.task, self.who = rng, task, who
        self.at, self.most = span[0], span[1] - span[0]
        self.before = 0  # attempts of earlier runs: they are counted on
        self.base = self._hex()

    def work(self, earlier: Sequence[Row]) -> Row:
        """A run that ends with the first attempt that passes, or with none."""
        rng, is_done = self.rng, self.task.status in (Status.COMPLETED, Status.PENDING_REVIEW)
        failures = rng.choices((0, 1, 2, 3), (50, 26, 14, 10))[0] if is_done else rng.choice((1, 3, 3))
        trials = [self._fail(number + 1, rng.choice(ENDS[:5])) for number in range(failures)]
        if not is_done and rng.random() < 0.4:
            trials[-1] = self._fail(failures, ENDS[5])
        if is_done:
            trials.append(self._pass(failures + 1))
        outcome = Outcome.RELEASED
        if is_done:
            outcome = Outcome.REVIEW if self.task.status is Status.PENDING_REVIEW else Outcome.COMPLETED
        elif trials[-1].cause == Cause.OVER_BUDGET:
            outcome = Outcome.OVER_BUDGET
        row = self._row(outcome, trials, Terms(attempts=max(3, len(trials))))
        return replace(row, flags=find_flags(row, earlier))

    def give_up(self, earlier: Sequence[Row]) -> Row:
        """A run before another: none of its attempts passed."""
        way = self._hex()[:12]
        trials = [replace(self._fail(number + 1, self.rng.choice(ENDS[:2])), approach=way) for number in range(3)]
        row = self._row(Outcome.RELEASED, trials, Terms())
        return replace(row, flags=find_flags(row, earlier))

    def improve(self, measure: Measure, value: float) -> Row:
        """A run of many attempts at a figure, each kept that is better by more than noise."""
        rng, trials = self.rng, []
        first = best = self._figure(value)
        sign = -1 if measure.direction is Direction.LOWER else 1
        for number in range(1, 11):
            if number in (4, 9):
                trials.append(self._fail(number, ENDS[0 if number == 4 else 1]))
                continue
            share = rng.choice((-0.04, -0.01, 0.004, 0.01, 0.05, 0.11, 0.16))
            figure = self._figure((best.value or value) * (1 + sign * share))
            gain = sign * ((figure.value or 0) - (best.value or 0))
            needed = max(measure.min_gain, 2 * max(best.noise, figure.noise))
            trials.append(self._try(number, figure, gain, needed))
            best = figure if gain > needed else best
        row = self._row(Outcome.COMPLETED, trials, Terms(attempts=10, minutes=120, max_cost_usd=8, metric_repeat=5))
        row = replace(row, metric="make bench", measure=measure, baseline=first, best=best if row.kept else None)
        return replace(row, flags=find_flags(row))

    def _figure(self, value: float) -> Figure:
        readings = sorted(round(value * (1 + self.rng.gauss(0, 0.008)), 3) for _ in range(5))
        median = readings[2]
        noise = sorted(abs(reading - median) for reading in readings)[2]
        seconds = round(self.rng.uniform(20, 60), 1)
        return Figure(passed=True, value=median, noise=round(noise, 3), readings=tuple(readings), seconds=seconds)

    def _try(self, number: int, figure: Figure, gain: float, needed: float) -> Trial:
        is_kept = gain > needed
        more = "more" if is_kept else "no more"
        why = f"{figure.value:g} is {'better' if gain > 0 else 'no better'}: by {gain:.3g}, {more} than the {needed:.3g} of noise"
        verdict, cause = (Verdict.KEEP, Cause.GAIN) if is_kept else (Verdict.DISCARD, Cause.NO_GAIN)
        return self._trial(number, verdict, cause, why, figure=figure, kept=self._hex() if is_kept else "")

    def _pass(self, number: int) -> Trial:
        figure = Figure(passed=True, seconds=round(self.rng.uniform(2, 40), 1)) if self.task.metric else None
        why = "no check found anything and the metric passed" if figure else "no check found anything"
        return self._trial(number, Verdict.KEEP, Cause.PASSED, why, figure=figure, kept=self._hex())

    def _fail(self, number: int, end: _End) -> Trial:
        path = "services/payments/keys.env" if end.found else ""
        found = tuple(
            Found(check, Severity.WARNING if check == "rules" else Severity.ERROR, path, line, message, rule=rule)
            for check, line, message, rule in end.found
        )
        figure = Figure(passed=False, why=end.why) if end.cause is Cause.METRIC_FAILED else None
        trial = self._trial(number, Verdict.DISCARD, end.cause, end.why, figure=figure)
        trial = replace(trial, findings=found, found=len(found))
        if end.cause is Cause.NO_CHANGE:
            return replace(trial, stat=Stat(), approach="")
        if end.cause is Cause.OVER_BUDGET:
            return replace(trial, code=None, killed="budget", seconds=1800.0)
        return replace(trial, code=1) if end.cause is Cause.AGENT_FAILED else trial

    def _trial(self, number: int, verdict: Verdict, cause: Cause, why: str, **fields: object) -> Trial:
        rng = self.rng
        seconds = round(rng.lognormvariate(5.4, 0.7), 1)
        folder = (self.task.scope or ("services/**",))[0].removesuffix("**")
        names = rng.sample(("calendar.py", "crossings.py", "views.py", "tests/test_calendar.py", "table.html"), 3)
        paths = tuple(sorted(f"{folder}{name}" for name in names[: rng.randint(1, 3)]))
        tells = self.who.agent != "gemini"  # not every agent says what it costs
        return Trial(
            n=number + self.before, verdict=verdict, cause=cause, why=why, began=stamp(self.at + number * 400), seconds=seconds,
            turns=rng.randint(4, 60), cost_usd=round(seconds * PRICE, 4) if tells else None,
            tokens_in=int(seconds * 900) if tells else None, tokens_out=int(seconds * 40) if tells else None, code=0,
            denied=rng.choice((0, 0, 0, 1)), stat=Stat(len(paths), rng.randint(2, 180), rng.randint(0, 60), paths),
            approach=self._hex()[:12], words=rng.choice((340, 512, 8)), prompt_sha256=self._hex() + self._hex()[:24],
            base=self.base, snapshot=self._hex(), **fields,  # type: ignore[arg-type]  # figure and kept, as they are
        )  # fmt: skip

    def _row(self, outcome: Outcome, trials: Sequence[Trial], terms: Terms) -> Row:
        kept = [trial.kept for trial in trials if trial.kept]
        took = min(sum(trial.seconds + 30 for trial in trials), self.most)
        costs = [trial.cost_usd for trial in trials if trial.cost_usd is not None]
        found: dict[str, int] = {}
        for finding in (finding for trial in trials for finding in trial.findings):
            found[finding.check] = found.get(finding.check, 0) + 1
        return Row(
            run=f"R-{''.join(self.rng.choices(ID_CHARS, k=6))}", task=self.task.id, title=self.task.title,
            node=self.who.node, agent=self.who.agent, provenance=Provenance.SYNTHETIC, outcome=outcome,
            began=stamp(self.at), ended=stamp(self.at + took), role=self.task.role, version="1.0 (invented)",
            model=MODEL, base=self.base, target="main", branch=f"openclaw/{self.task.id}" if kept else "",
            kept=kept[-1] if kept else "", terms=terms, tried=len(trials), minutes=round(took / 60, 2),
            cost_usd=round(sum(costs), 4) if costs else None,
            tokens_in=sum(trial.tokens_in or 0 for trial in trials) if costs else None,
            tokens_out=sum(trial.tokens_out or 0 for trial in trials) if costs else None,
            findings=found, metric=self.task.metric, trials=tuple(trials),
        )  # fmt: skip

    def _hex(self) -> str:
        return f"{self.rng.getrandbits(160):040x}"
