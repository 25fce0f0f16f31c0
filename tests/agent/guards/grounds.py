"""The guards around what an attempt is judged by."""

from __future__ import annotations

from tests.agent.guards.model import Guard

GROUND, CHECK = "openclaw_hooks/agent/judge/ground.py", "openclaw_hooks/agent/judge/check.py"
_TESTS = "tests/agent/judge/"
_FLAWS = f"{_TESTS}test_known_flaws.py::"
_CHECKS = f"{_TESTS}test_check.py::"
_GROUND = f"{_TESTS}test_ground.py::"
_OUTPUT = f"{_TESTS}test_output.py::"

GROUNDED = (
    Guard(
        "scope-of-the-task",
        "it is the scope of the task that counts, whatever is claimed elsewhere",
        GROUND,
        "limit_to_task(compile_policy(worktree), task)",
        "compile_policy(worktree)",
        (f"{_CHECKS}test_deletions_and_both_ends_of_a_rename_count",),
    ),
    Guard(
        "protected-agent",
        "who works for a run is an agent, whatever it is called",
        GROUND,
        'agent=agent or "agent"',
        'agent=""',
        ("tests/agent/judge/test_guards.py::test_files_that_guard_the_repository_are_not_an_agents_to_change",),
    ),
    Guard(
        "no-worktree",
        "without a worktree there is no ground to judge by",
        GROUND,
        "if not os.path.isdir(worktree):",
        "if False:",
        (f"{_FLAWS}test_without_a_worktree_nothing_is_judged_by_what_lies_elsewhere",),
    ),
    Guard(
        "ground-of-the-base",
        "files of the worktree are not read while it is judged",
        GROUND,
        "yield msgspec.structs.replace(policy, root=_NOWHERE)",
        "yield policy",
        (f"{_GROUND}test_a_baseline_that_the_agent_left_beside_its_work_hides_nothing",),
    ),
    Guard(
        "ground-baseline",
        "secrets that were known before are known still",
        GROUND,
        "            atomic_write(path, ground.baseline)\n",
        "            pass\n",
        (f"{_GROUND}test_a_baseline_that_the_agent_left_beside_its_work_hides_nothing",),
    ),
    Guard(
        "ground-baseline-inside",
        "a baseline that lies elsewhere is nobody's to write",
        GROUND,
        "        if path.startswith(folder + os.sep):  # one outside the worktree is nobody's to trust\n",
        "        if path:\n",
        (f"{_TESTS}test_guards.py::test_a_baseline_is_never_written_outside_of_its_folder",),
    ),
    Guard(
        "ground-rules",
        "rules that are switched off say nothing of what was spoken",
        GROUND,
        "if rule.id in active",
        "if rule.id",
        (f"{_OUTPUT}test_settings_of_the_repository_weigh_what_was_said",),
    ),
    Guard(
        "output-scan-wired",
        "what was said is looked through at all",
        CHECK,
        "    findings += _guarded(CHECK_ID, partial(_check_harness, ground, task, spoken))\n",
        "",
        (f"{_OUTPUT}test_what_the_agent_ran_and_said_is_scanned",),
    ),
    Guard(
        "output-scan-weighed",
        "and weighed as the repository has set it",
        CHECK,
        "return [weigh_finding(finding, ground.policy) for finding in found]",
        "return found",
        (f"{_OUTPUT}test_settings_of_the_repository_weigh_what_was_said",),
    ),
)
