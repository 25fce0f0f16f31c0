"""The guards of the order in which a run tells of what it does, and does it."""

from __future__ import annotations

from tests.agent.guards.model import Guard

_CODE = "openclaw_hooks/agent/run/"
KEEPING = f"{_CODE}keeping.py"
ENDING = f"{_CODE}ending.py"
JUDGING = f"{_CODE}judging.py"
ATTEMPTING = f"{_CODE}attempting.py"
LOCAL_DESK = f"{_CODE}local_desk.py"
EVENTS = "openclaw_hooks/agent/events.py"
_TESTS = "tests/agent/run/"
_GUARDS = f"{_TESTS}test_guards.py::"
_ORDER = (f"{_GUARDS}test_nothing_is_done_before_the_log_says_that_it_will_be",)

ORDERED = (
    Guard(
        "event-on-disk",
        "an event is on disk before anything follows",
        EVENTS,
        "            os.fsync(descriptor)\n",
        "",
        ("tests/agent/test_events.py::test_an_event_is_on_disk_when_the_log_has_taken_it",),
    ),
    Guard(
        "event-cut-off",
        "a line that a crash cut off spoils no other",
        EVENTS,
        'if size and os.pread(descriptor, 1, size - 1) != b"\\n":',
        "if False:",
        ("tests/agent/test_events.py::test_a_line_that_a_crash_cut_off_never_happened_and_spoils_no_other",),
    ),
    Guard(
        "event-changed",
        "a line that somebody changed is not passed over",
        EVENTS,
        "if number == len(lines) or _is_cut(line):",
        "if line:",
        ("tests/agent/test_events.py::test_a_line_that_somebody_changed_is_an_error_with_its_place",),
    ),
    Guard(
        "order-worktree",
        "an attempt is told of before its worktree is made",
        ATTEMPTING,
        "    run.tell(said.AttemptBegan(n=n, base=run.state.tip, worktree=path))",
        "    make_worktree(run.repo, Spot(run.state.run, n, run.state.task, path), run.state.tip)\n"
        "    run.tell(said.AttemptBegan(n=n, base=run.state.tip, worktree=path))",
        _ORDER,
    ),
    Guard(
        "order-ref",
        "a snapshot before its ref is set",
        JUDGING,
        "    run.tell(said.Snapshotting(n=attempt.number, snapshot=snapshot))",
        "    set_attempt_ref(run.repo, run.state.task, str(attempt.number), snapshot.commit)\n"
        "    run.tell(said.Snapshotting(n=attempt.number, snapshot=snapshot))",
        _ORDER,
    ),
    Guard(
        "order-branch",
        "kept work before the branch moves",
        KEEPING,
        "        _announce(run, _make_commit(run))\n",
        '        made = _make_commit(run)\n        move_branch(run.repo, task_branch(run.state.task), "", made)\n        _announce(run, made)\n',
        _ORDER,
    ),
    Guard(
        "order-merge",
        "a merge before it is done",
        ENDING,
        "        run.tell(said.Merging(old=state.began.base, new=state.tip))\n",
        "        offer = Offer(state.terms.merge, task_branch(state.task), state.began.target, state.began.base, state.tip)\n"
        "        merge_kept(run.repo, offer)\n"
        "        run.tell(said.Merging(old=state.began.base, new=state.tip))\n",
        _ORDER,
    ),
    Guard(
        "order-board",
        "and the end before the board hears of it",
        ENDING,
        "    run.tell(said.Closing(outcome=outcome, why=end.why))",
        '    run.desk.release(run.state.task, run.state.token, end.why, Ending("", fit_row(row)))\n'
        "    run.tell(said.Closing(outcome=outcome, why=end.why))",
        _ORDER,
    ),
    Guard(
        "board-told-once",
        "the board is told once",
        LOCAL_DESK,
        "if any(told.run == row.run for told in read_rows(self._board).rows):",
        "if False:",
        (f"{_GUARDS}test_a_run_that_the_board_was_told_of_is_over_for_it",),
    ),
)
