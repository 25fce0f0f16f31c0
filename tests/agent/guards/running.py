"""The guards of a run: who may go on with it, in which order it does things, and under which lease."""

from __future__ import annotations

from tests.agent.guards.model import Guard

_CODE = "openclaw_hooks/agent/run/"
HEART = f"{_CODE}heart.py"
LOOP = f"{_CODE}loop.py"
DECIDE = f"{_CODE}decide.py"
RESUME = f"{_CODE}resume.py"
START = f"{_CODE}start.py"
KEEPING = f"{_CODE}keeping.py"
ENDING = f"{_CODE}ending.py"
CONTEXT = f"{_CODE}context.py"
CLAIMS = "openclaw_hooks/board/leases/claims.py"
_TESTS = "tests/agent/run/"
_RUNS = f"{_TESTS}test_runs.py::"
_ENDS = f"{_TESTS}test_ends.py::"
_GUARDS = f"{_TESTS}test_guards.py::"
_LEASES = f"{_TESTS}test_leases.py::"
_REFUSED = (f"{_ENDS}test_a_task_that_no_agent_may_begin_is_refused_in_one_line",)
_ALIVE = (f"{_ENDS}test_a_run_that_is_alive_or_over_is_not_taken_up",)

LEASED = (
    Guard(
        "heartbeat",
        "a run gives signs of life",
        HEART,
        "        desk.heartbeat(line.task, line.token, line.minutes)\n",
        "        pass\n",
        (f"{_ENDS}test_a_lease_is_kept_alive_while_the_agent_works",),
    ),
    Guard(
        "lease-lost-heart",
        "a sign of life that is refused ends it",
        HEART,
        "        stops.lose(error.message)\n",
        "        print(error)\n",
        (f"{_LEASES}test_a_sign_of_life_that_is_refused_says_that_the_lease_is_gone",),
    ),
    Guard(
        "lease-lost-look",
        "and it looks whether it still has its task while an agent is at work",
        LOOP,
        "                run.stops.look_out(partial(run.desk.find_loss, line.task, line.token))\n",
        "",
        (f"{_LEASES}test_an_agent_whose_task_is_taken_away_is_ended_within_seconds",),
    ),
    Guard(
        "lease-lost-verb",
        "whatever step finds out that it has not",
        LOOP,
        "                run.stops.lose(error.message)\n",
        "                raise error\n",
        (f"{_LEASES}test_work_is_kept_under_a_lease_that_holds_or_not_at_all",),
    ),
    Guard(
        "lease-lost-snapshot",
        "and what its agent was at is taken all the same",
        DECIDE,
        "if stop.is_lost and not isinstance(last, said.AgentStarting | said.AgentStarted | said.AgentEnded):",
        "if stop.is_lost:",
        (f"{_ENDS}test_a_lost_lease_kills_the_agent_and_its_zombie_completes_nothing",),
    ),
    Guard(
        "lease-before-keep",
        "work is kept under a lease that holds",
        KEEPING,
        "        run.claim_is_held()\n",
        "",
        (f"{_LEASES}test_work_is_kept_under_a_lease_that_holds_or_not_at_all",),
    ),
    Guard(
        "lease-before-merge",
        "and so it is merged",
        ENDING,
        "        run.claim_is_held()\n",
        "",
        (f"{_LEASES}test_work_is_merged_under_a_lease_that_holds_or_not_at_all",),
    ),
    Guard(
        "lease-before-resume",
        "and taken up",
        RESUME,
        "        _require_lease(run)\n",
        "",
        (f"{_LEASES}test_a_run_that_is_taken_up_without_its_lease_measures_nothing",),
    ),
    Guard(
        "lease-token",
        "a token that is not the claim's any more completes nothing",
        CLAIMS,
        "    if lease.token != asked or lease.owner != owner:\n",
        "    if False:\n",
        (f"{_ENDS}test_a_lost_lease_kills_the_agent_and_its_zombie_completes_nothing",),
    ),
)

ALONE = (
    Guard(
        "resume-live",
        "a run that is alive is taken up by nobody",
        RESUME,
        "with hold_run(folder), stand_in",
        "with stand_in",
        _ALIVE,
    ),
    Guard(
        "resume-over", "nor one that has ended", RESUME, "    if state.ended is not None:\n", "    if False:\n", _ALIVE
    ),
    Guard(
        "lock",
        "a run holds its lock from its beginning on",
        START,
        "        with hold_run(folder):\n",
        "        with stand_in(request.repo):\n",
        (f"{_LEASES}test_a_run_under_way_is_taken_up_by_nobody",),
    ),
    Guard(
        "start-live",
        "no second run begins beside one that is alive",
        START,
        "        if is_alive(state.folder):\n",
        "        if False:\n",
        _ALIVE,
    ),
    Guard(
        "start-left",
        "nor beside one that can be taken up",
        START,
        "if held is not None and held.run == state.run:",
        "if False:",
        _ALIVE,
    ),
    Guard(
        "start-human",
        "what is for a person no agent begins",
        START,
        "if task.delegation.mode is Mode.HUMAN:",
        "if False:",
        _REFUSED,
    ),
    Guard(
        "start-status", "nor what cannot be worked on", START, "if task.status not in MAY_BEGIN:", "if False:", _REFUSED
    ),
    Guard(
        "start-program",
        "nor with a program that is not there",
        START,
        '        raise OpenclawError(\n            f"the program `',
        '        print(\n            f"the program `',
        (f"{_ENDS}test_a_program_that_is_not_there_is_named_before_anything_is_claimed",),
    ),
    Guard(
        "start-checked-out",
        "nor what somebody has checked out the branch of",
        START,
        "    refuse_checked_out(repo, task_branch(task.id))\n",
        "",
        (f"{_GUARDS}test_a_branch_that_is_checked_out_is_refused_before_the_task_is_claimed",),
    ),
    Guard(
        "keep-checked-out",
        "and such a branch is not moved later either",
        KEEPING,
        "        refuse_checked_out(run.repo, last.branch)\n",
        "",
        (f"{_GUARDS}test_a_branch_that_is_checked_out_meanwhile_is_not_moved",),
    ),
    Guard(
        "keep-superseded",
        "what somebody else had on the branch stays under a ref",
        KEEPING,
        "if old and old != new and not _contains(run.repo, new, old):",
        "if False:",
        (f"{_RUNS}test_a_branch_that_somebody_else_has_moved_is_kept_aside",),
    ),
    Guard(
        "run-names",
        "no name of a run leads anywhere else",
        f"{_CODE}folders.py",
        '    raise OpenclawError(f"there is no run `{name}` in this clone", f"the last ones:',
        '    if os.path.isdir(run_folder(repo, name)):\n        return name\n    raise OpenclawError(f"there is no run `{name}` in this clone", f"the last ones:',
        (f"{_GUARDS}test_no_name_of_a_run_leads_anywhere_else",),
    ),
    Guard(
        "foreign-index",
        "nothing around a run ties git to another repository",
        CONTEXT,
        "        del os.environ[name]\n",
        "        pass\n",
        (f"{_GUARDS}test_variables_that_tie_git_to_another_index_are_left_out",),
    ),
)
