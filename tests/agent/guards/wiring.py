"""The guards that a run puts between an attempt and its checks, its metric and its task."""

from __future__ import annotations

from tests.agent.guards.model import Guard

_CODE = "openclaw_hooks/agent/run/"
DECIDE = f"{_CODE}decide.py"
KEEPING = f"{_CODE}keeping.py"
ENDING = f"{_CODE}ending.py"
JUDGING = f"{_CODE}judging.py"
REVIEW = f"{_CODE}review.py"
ATTEMPTING = f"{_CODE}attempting.py"
PAPERS = f"{_CODE}papers.py"
LOCAL_DESK = f"{_CODE}local_desk.py"
_TESTS = "tests/agent/run/"
_RUNS = f"{_TESTS}test_runs.py::"
_GUARDS = f"{_TESTS}test_guards.py::"
_HOSTILE = f"{_TESTS}test_hostile.py::"

WIRED = (
    Guard(
        "evaluator-wired",
        "changes to what measures the work are asked for",
        JUDGING,
        "touched = judge_evaluator(change, run.task, run.state.began.frozen)",
        "touched = []",
        (f"{_GUARDS}test_what_is_declared_to_measure_the_work_may_not_change_with_it",),
    ),
    Guard(
        "frozen-wired",
        "and it is put back before anything is measured",
        f"{_CODE}measuring.py",
        "        frozen=began.frozen,\n",
        "        frozen=type(began.frozen)(),\n",
        (f"{_GUARDS}test_what_measures_the_work_is_put_back_where_the_scope_lets_it_change",),
    ),
    Guard(
        "crashed-run",
        "what cannot be looked at has not passed",
        JUDGING,
        '        return (Found("run", Severity.ERROR, "", 0, f"could not be checked: {error}"[:500]),)',
        "        del error\n        return ()",
        (f"{_GUARDS}test_what_cannot_be_looked_at_has_not_passed",),
    ),
    Guard(
        "tampering-wired",
        "what the agent changed around it is looked for",
        JUDGING,
        "around = find_tampering(run.repo, read_watch(run), snapshot)",
        "around = Tampering((), tuple)",
        (f"{_GUARDS}test_tampering_is_found_where_there_is_no_metric",),
    ),
    Guard(
        "run-log-touched",
        "that the agent wrote to the run's log is tampering",
        JUDGING,
        " if is_log_touched(run) else around",
        " if False else around",
        (f"{_HOSTILE}test_a_log_that_an_agent_changed_is_put_back_and_discards",),
    ),
    Guard(
        "only-copy",
        "a worktree with the only copy of an agent's work is not removed",
        KEEPING,
        "if owner is None or not tried or tried[-1].snapshot:",
        "if True:",
        (f"{_HOSTILE}test_work_that_no_snapshot_can_be_taken_of_stays_where_it_lies",),
    ),
    Guard(
        "tampering-by-metric",
        "and what the metric changed, which runs what the agent wrote",
        JUDGING,
        "    tampered = _look_around(run, snapshot).findings\n    run.tell(said.AttemptMeasured",
        "    tampered = ()\n    run.tell(said.AttemptMeasured",
        (f"{_GUARDS}test_what_the_metric_changes_around_it_is_found_and_put_back",),
    ),
    Guard(
        "tampering-undone",
        "and put back",
        JUDGING,
        "    if attempt.tampered:\n        put_back(run)\n",
        "    if attempt.tampered:\n        pass\n",
        (f"{_GUARDS}test_tampering_is_found_where_there_is_no_metric",),
    ),
    Guard(
        "tampering-interrupted",
        "also when the runner was killed meanwhile",
        f"{_CODE}interruption.py",
        "find_tampering(run.repo, watch, snapshot).undo()",
        "find_tampering(run.repo, watch, snapshot)",
        (f"{_GUARDS}test_what_an_interrupted_agent_changed_is_put_back",),
    ),
    Guard(
        "ground-in-memory",
        "what an attempt is judged by is not read where its agent can reach",
        PAPERS,
        "    if ground := _memory(run).ground:\n        return ground\n",
        "",
        (f"{_GUARDS}test_what_an_attempt_is_judged_by_is_not_read_where_its_agent_can_reach",),
    ),
    Guard(
        "watch-in-memory",
        "nor how the repository was before",
        PAPERS,
        "    if watch := _memory(run).watch:\n        return watch\n",
        "",
        (f"{_GUARDS}test_what_an_attempt_is_judged_by_is_not_read_where_its_agent_can_reach",),
    ),
    Guard(
        "subject-of-the-task",
        "the subject of kept work is the task's and none of the agent's words",
        KEEPING,
        "credit = Credit(task.id, task.title,",
        "credit = Credit(task.id, (attempt.report and attempt.report.text) or task.title,",
        (f"{_GUARDS}test_what_the_agent_says_is_not_in_the_commit_of_its_work",),
    ),
    Guard(
        "run-over-budget",
        "a run whose time is over makes no further attempt",
        DECIDE,
        "    if remaining_s(state) < LEAST_S:\n",
        "    if False:\n",
        (f"{_RUNS}test_an_agent_that_takes_too_long_is_killed_and_over_budget",),
    ),
    Guard(
        "run-over-cost",
        "nor one that has cost what it may",
        DECIDE,
        "    if terms.max_cost_usd and state.cost_usd >= terms.max_cost_usd:\n",
        "    if False:\n",
        (f"{_TESTS}test_spending.py::test_a_run_that_has_cost_what_it_may_makes_no_further_attempt",),
    ),
    Guard(
        "output-scan-of-run",
        "what the agent prints is handed on to those who look through it",
        ATTEMPTING,
        "    keep_spoken(run, parser.spoken())\n",
        '    keep_spoken(run, "")\n',
        (f"{_TESTS}test_wiring.py::test_what_the_agent_prints_is_looked_through",),
    ),
    Guard(
        "metric-of-discarded",
        "work that is discarded anyway is not run by the metric",
        DECIDE,
        "    return not any(found.is_error for found in checked.findings)\n",
        "    return True\n",
        (f"{_TESTS}test_wiring.py::test_work_that_is_discarded_anyway_is_not_run_by_the_metric",),
    ),
)

REVIEWED = (
    Guard(
        "review-not-merged",
        "kept work that could not be merged goes to a person",
        REVIEW,
        "if merged is not None and not merged.done:",
        "if False:",
        (f"{_RUNS}test_what_cannot_be_merged_stays_on_its_branch_for_a_person",),
    ),
    Guard(
        "review-task-changed",
        "and work for a task whose metric, or other text, was changed meanwhile",
        REVIEW,
        "    if changed:\n",
        "    if False:\n",
        (f"{_GUARDS}test_work_for_a_task_that_asks_for_something_else_by_now_is_not_merged",),
    ),
    Guard(
        "review-excused",
        "and work with lines that the agent excused",
        REVIEW,
        "if excused := find_excused(found for attempt in state.kept for found in attempt.findings):",
        "if excused := find_excused(()):",
        (f"{_GUARDS}test_lines_that_the_agent_excused_are_for_a_person_to_look_at",),
    ),
    Guard(
        "review-no-metric",
        "and work that nothing but the agent's word vouches for",
        REVIEW,
        "if not now.metric and now.requires_review is None:",
        "if False:",
        (f"{_GUARDS}test_nothing_but_the_word_of_an_agent_is_not_enough",),
    ),
    Guard(
        "review-before-merge",
        "what a person looks at first is not merged",
        ENDING,
        "if policy is Merge.FF and (review :=",
        "if policy is Merge.BRANCH and (review :=",
        (f"{_GUARDS}test_work_that_a_person_has_to_look_at_is_not_merged",),
    ),
    Guard(
        "metric-of-the-board",
        "a metric that the board does not have any more vouches for nothing",
        LOCAL_DESK,
        "is_measured = ending.is_measured and how == (seen.metric, seen.measure, seen.evaluator)",
        "is_measured = ending.is_measured",
        (f"{_GUARDS}test_a_metric_that_changes_while_the_board_is_told_is_not_the_one_that_was_run",),
    ),
)
