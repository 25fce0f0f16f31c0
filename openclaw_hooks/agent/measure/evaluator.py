"""Which files measure the work, and what is said when the work changes them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from openclaw_hooks.agent.measure.inference import anchor, infer_evaluator
from openclaw_hooks.agent.model import Frozen
from openclaw_hooks.globs import compile_globs
from openclaw_hooks.tasks.evaluation import check_evaluation
from openclaw_hooks.verdict import Finding, Severity

if TYPE_CHECKING:
    from collections.abc import Collection

    from openclaw_hooks.checks.change import Change
    from openclaw_hooks.settings import Settings
    from openclaw_hooks.tasks.model import TaskHead

CHECK: Final = "evaluator"
MEASURED_SO: Final = "the metric is run with this file as it was at the base"


def frozen_paths(task: TaskHead, settings: Settings, paths: Collection[str]) -> Frozen:
    """What measures the work of `task` in a tree with the files `paths`: that of the commit which the run started from.

    A `!` pattern of the task takes back what was inferred; it cannot take back what the repository declares. Raises
    OpenclawError for a pattern that cannot be read, and for a measure that nothing prints.
    """
    check_evaluation(task)
    if not task.metric:
        return Frozen((*task.evaluator, *settings.agent.evaluator))
    scope = compile_globs(task.scope)
    inferred = infer_evaluator(task.metric, paths, scope.matches)
    return Frozen((*task.evaluator, *settings.agent.evaluator), inferred.named, inferred.tools)


def judge_evaluator(change: Change, task: TaskHead, frozen: Frozen) -> list[Finding]:
    """What is said of a change to what measures the work.

    An error for what is declared, and for what is only inferred unless the task's scope says that it may change: then a
    warning. New files among tests that are only inferred are work like any other. A rename counts at both ends.
    """
    if not task.metric and not frozen.declared:
        return []
    declared, strict, known = (compile_globs(part) for part in (frozen.declared, frozen.strict, frozen.globs))
    scope = compile_globs(task.scope)
    findings: list[Finding] = []
    for file in change.files:
        ends = {file.path: file.status in "ARC"}  # whether it is new there
        if file.old_path and file.status == "R":
            ends[file.old_path] = False
        for path, is_new in ends.items():
            if declared.matches(path):
                hint = f"put it back as it was; {MEASURED_SO}"
                findings.append(
                    Finding(CHECK, Severity.ERROR, path, 0, "measures the work, and may not change with it", hint)
                )
            elif strict.matches(path) if is_new else known.matches(path):
                findings.append(_judge_inferred(path, may_change=scope.matches(path)))
    return findings


def _judge_inferred(path: str, *, may_change: bool) -> Finding:
    if may_change:
        hint = f"to have the change measured, add the pattern `!{anchor(path)}` to the task's evaluator"
        return Finding(CHECK, Severity.WARNING, path, 0, f"belongs to what the metric runs: {MEASURED_SO}", hint)
    hint = "put it back; if it is the work, a person names it in the task's scope or takes it out of its evaluator with `!`"
    return Finding(
        CHECK, Severity.ERROR, path, 0, "belongs to what the metric runs, and no scope says that it may change", hint
    )
