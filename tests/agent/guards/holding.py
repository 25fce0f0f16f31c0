"""The guards around the task that a run has: who may end it, who keeps its claim alive, who may begin a run."""

from __future__ import annotations

from tests.agent.guards.model import Guard

_WORK, _VERBS, _DOOR = (
    "openclaw_hooks/plans/work.py",
    "openclaw_hooks/plans/verbs.py",
    "openclaw_hooks/cli/task/door.py",
)
_CLAIMS = "tests/plans/test_run_claims.py::"
_MESH = "tests/cli/task/test_mesh_runs.py::"
_RUN = "tests/cli/agent/test_run.py::"
_FORCED = (f"{_CLAIMS}test_an_agent_cannot_force_its_way_out_of_its_run",)

HELD = (
    Guard(
        "held-by-its-run",
        "without its token nobody ends the task that a run has",
        _WORK,
        "    refuse_run(work, task, token, by_force)\n",
        "",
        (f"{_CLAIMS}test_nobody_moves_the_task_of_a_run_without_its_token",),
    ),
    Guard(
        "held-against-force",
        "an agent does not take a task from its run by force",
        _WORK,
        "by_force and not work.actor.agent",
        "by_force",
        _FORCED,
    ),
    Guard(
        "held-against-cancel",
        "an agent does not cancel the task of its run",
        _VERBS,
        "    refuse_run(work, task, by_force=True)\n",
        "",
        _FORCED,
    ),
    Guard(
        "held-against-requeue",
        "an agent does not requeue the task of its run",
        _VERBS,
        "        refuse_run(work, task, by_force=by_force)\n",
        "",
        (f"{_CLAIMS}test_an_agent_cannot_force_its_way_out_of_its_run",),
    ),
    Guard(
        "token-from-inside",
        "what an attempt starts may not use even the token of its run",
        _WORK,
        "if not may or is_inside(held):",
        "if not may:",
        (f"{_CLAIMS}test_what_an_attempt_of_the_run_starts_may_not_use_even_its_token",),
    ),
    Guard(
        "held-in-a-mesh",
        "the lead is not asked to end the task of a run without its token",
        _DOOR,
        "        if held and held.run:\n            self._refuse_run(held)\n",
        "",
        (f"{_MESH}test_a_run_claims_starts_and_completes_and_each_can_be_asked_again",),
    ),
    Guard(
        "claim-ends-with-its-run",
        "a sidecar keeps no claim alive whose run was killed",
        "openclaw_hooks/mesh/sidecar/keeping.py",
        " and not _is_under_way(state_dir, held.run)",
        "",
        (f"{_MESH}test_a_sidecar_keeps_no_claim_alive_of_a_run_that_may_be_dead_but_one_that_waits_for_the_lead",),
    ),
    Guard(
        "told-once",
        "the lead is not told twice how a run ended",
        "openclaw_hooks/cli/agent/mesh_desk.py",
        "if told := self._find_ended(task_id, token, ending):",
        "if (told := self._find_ended(task_id, token, ending)) and not told:",
        (f"{_MESH}test_what_waits_for_the_lead_is_not_sent_twice",),
    ),
    Guard(
        "no-run-in-a-run",
        "an agent starts no agents",
        "openclaw_hooks/cli/agent/options.py",
        'if run := os.environ.get(RUN_VARIABLE, ""):',
        'if run := "":',
        (f"{_RUN}test_bad_input_is_told_before_anything_begins",),
    ),
    Guard(
        "token-stays-here",
        "who reads the events of a run does not get its token",
        "openclaw_hooks/cli/agent/watch.py",
        '        values.pop("token", None)  # whoever has it can end the task\n',
        "",
        (f"{_RUN}test_a_run_into_a_pipe_is_told_as_events_and_what_was_kept_is_the_last_line",),
    ),
    Guard(
        "for-agents-alone",
        "a worker takes only what is for an agent alone",
        "openclaw_hooks/cli/agent/pick.py",
        "if delegation.mode is Mode.SOLO_MESH:",
        "if delegation.mode:",
        ("tests/cli/agent/test_pick.py::test_only_what_is_for_an_agent_alone_is_taken",),
    ),
)
