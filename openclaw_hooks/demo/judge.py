"""Whether an act came out as it had to; pure, so that a lying success can be tested."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from openclaw_hooks.scratch.hook_runs import find_line

if TYPE_CHECKING:
    from openclaw_hooks.demo.acts import Act
    from openclaw_hooks.scratch.hook_runs import HookRun


class Outcome(NamedTuple):
    """What happened: git's exit code and output, the hooks it ran, and what was changed by it.

    `has_moved` says whether the branch (commit) or the server (push) stands elsewhere than before;
    `receipt_checks` are the checks that the newest commit's receipt names, as the acted-on side has it.
    """

    code: int
    output: str
    hooks: tuple[HookRun, ...]
    has_moved: bool
    receipt_checks: tuple[str, ...] = ()

    @property
    def stopped_by(self) -> str:
        """The hook that said no; empty when none did."""
        return next((hook.name for hook in self.hooks if hook.code != 0), "")

    @property
    def hooks_ms(self) -> float:
        """What the hooks took together."""
        return sum(hook.ms for hook in self.hooks)


class Result(NamedTuple):
    """One act with its judgement; `fault` is empty when all is as expected."""

    act: Act
    outcome: Outcome
    finding: str
    fault: str


def judge_act(act: Act, outcome: Outcome) -> Result:
    """The outcome of `act` held against what had to happen."""
    finding = find_line(outcome.output, act.expected.check, act.expected.shows)
    fault = _judge_stop(act, outcome, finding) if act.expected.layer else _judge_pass(act, outcome)
    return Result(act, outcome, finding, fault)


def _judge_stop(act: Act, outcome: Outcome, finding: str) -> str:
    expected = act.expected
    if outcome.code == 0 or outcome.has_moved:
        return f"went through; {expected.layer} should have stopped it"
    if outcome.stopped_by != expected.layer:
        return f"stopped by {outcome.stopped_by or 'git itself'}, not by {expected.layer}"
    if not finding:
        return f"{expected.layer} stopped it, but no {expected.check} finding shows `{expected.shows}`"
    return ""


def _judge_pass(act: Act, outcome: Outcome) -> str:
    if outcome.code != 0:
        return f"stopped by {outcome.stopped_by or 'git itself'}, but nothing is wrong with it"
    if not outcome.has_moved:
        return "git said yes and did nothing"
    if act.expected.check not in outcome.receipt_checks:
        return f"went through without a receipt of the {act.expected.check} check"
    return ""
