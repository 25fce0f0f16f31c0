"""What an agent is told for one attempt: the task and its rules, how the run goes, what was tried, what it reviews."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from openclaw_hooks.agent.judge.evidence import format_evidence
from openclaw_hooks.agent.judge.ground import WHERE
from openclaw_hooks.agent.judge.quote import quote_line
from openclaw_hooks.agent.judge.review import Reviewed, format_reviewed
from openclaw_hooks.prompts import Prompt, Work, assemble_task_prompt
from openclaw_hooks.tasks.model import Direction

if TYPE_CHECKING:
    from collections.abc import Sequence

    from openclaw_hooks.agent.model import Attempt, Measured
    from openclaw_hooks.checks.policy import Policy
    from openclaw_hooks.tasks.model import Task

MAX_NAME: Final = 200
MAX_EVALUATOR: Final = 40

CONDUCT: Final = """## How this run goes
- You work alone, in the current folder, which is a checkout of its own; read and change nothing outside of it. Nobody answers questions.
- Whether you commit does not matter: when you end, the runner takes the files as they lie here and judges what differs from the
  start. Make no branches or tags, push nothing, and leave git's settings, hooks and other checkouts alone.
- It is judged by programs: the scope, the rules, secrets, the limits of the role, then the metric. One violation discards all of it.
- Files that guard the repository (`.openclaw/`, hooks, agents' settings) are not yours to change.
- Leave no process running. When you are done, or cannot go on, say in a few sentences what you did, what you saw, what is left open."""


class Setting(NamedTuple):
    """What an attempt's prompt is made of besides the task: the minutes and US dollars it may take (0: nothing is said).

    `evaluator` are the globs that measure the work, `best` is the base's or the last kept measurement, `reviewed` the work
    of other tasks that this one is to judge, `texts` the checkout whose texts are searched for passages to quote.
    """

    minutes: float = 0
    max_cost_usd: float = 0
    evaluator: tuple[str, ...] = ()
    best: Measured | None = None
    reviewed: tuple[Reviewed, ...] = ()
    texts: str = ""


PLAIN: Final = Setting()


def attempt_prompt(
    policy: Policy, task: Task, n: int, earlier: Sequence[Attempt] = (), setting: Setting = PLAIN
) -> Prompt:
    """The prompt for attempt `n` at `task`; from the same arguments and files always the same text.

    `policy` is that of the task, with its root at a checkout that nobody has worked in yet. Raises OpenclawError.
    """
    told = assemble_task_prompt(policy, task, Work(where=WHERE, texts=setting.texts))
    blocks = (
        told.text,
        format_conduct(setting),
        format_improvement(task, setting.best),
        format_reviewed(setting.reviewed),
        format_evidence(earlier, n),
    )
    return told._replace(text="\n".join(block for block in blocks if block))


def format_conduct(setting: Setting) -> str:
    """What holds for every attempt, with its budget and what measures it."""
    lines = [CONDUCT]
    if frozen := [glob for glob in setting.evaluator if not glob.startswith("!")]:
        named = [f"`{quote_line(glob, MAX_NAME)}`" for glob in frozen[:MAX_EVALUATOR]]
        more = f" and {len(frozen) - MAX_EVALUATOR} more" if len(frozen) > MAX_EVALUATOR else ""
        lines.append(
            f"- The work is measured by {', '.join(named)}{more}: leave that as it is. It is put back before anything is measured."
        )
    if setting.minutes:
        lines.append(f"- After {setting.minutes:g} minutes you are stopped, and what is unfinished then is discarded.")
    if setting.max_cost_usd:
        lines.append(f"- It may cost {setting.max_cost_usd:g} US dollars.")
    return "\n".join(lines) + "\n"


def format_improvement(task: Task, best: Measured | None) -> str:
    """For work that improves a number: where it stands, which way is better, and what counts as a gain."""
    measure = task.measure
    if measure is None:
        return ""
    better = "higher" if measure.direction is Direction.HIGHER else "lower"
    unit = f" {quote_line(measure.unit, MAX_NAME)}" if measure.unit else ""
    lines = [
        "## The number to improve",
        f"- The metric prints `METRIC {measure.name}=number`; {better} is better.",
    ]
    if best is not None and best.value is not None:
        noise = f" (noise {best.noise:g})" if best.noise else ""
        lines.append(f"- It stands at {best.value:g}{unit}{noise}: that is what this folder has now.")
        lines.append(f"- Kept is what gets better by more than {max(measure.min_gain, 2 * best.noise):g}{unit}.")
    elif measure.min_gain:
        lines.append(f"- Kept is what gets better by more than {measure.min_gain:g}{unit}.")
    if measure.target is not None:
        lines.append(f"- With {measure.target:g}{unit} reached, the work is done.")
    lines.append("- Make one change whose effect you can explain; several at once hide which of them helped.")
    return "\n".join(lines) + "\n"
