from __future__ import annotations

import msgspec

from openclaw_hooks.mission_control.broken import Broken
from openclaw_hooks.mission_control.views.plans import PLANNED, show_plan, show_plans
from openclaw_hooks.mission_control.views.scene import Router
from openclaw_hooks.plans.model import FailurePolicy, PlanFile, PlanStatus, Subtask
from openclaw_hooks.plans.routing import route_subtask
from openclaw_hooks.tasks.model import Approval, Delegation, Mode
from tests.mission_control.views.scenes import PLAN, Story, at, make_plan, make_task, stamp
from tests.plans.play import make_role

DIAMOND: dict[str, tuple[str, ...]] = {"idea": (), "code": ("idea",), "docs": ("idea",), "ship": ("code", "docs")}


def started() -> tuple[Story, PlanFile]:
    """The diamond, its first subtask done and its second under way."""
    story = Story()
    for name, subtask in (("aaaaaa", "idea"), ("bbbbbb", "code"), ("cccccc", "docs")):
        story.make(0, make_task(name, plan=PLAN, subtask=subtask, budget_minutes=30))
    story.work(10, 30, "aaaaaa")
    story.move(40, "bbbbbb", "running", owner="bob")
    plan = make_plan(DIAMOND, tasks={"idea": "T-aaaaaa", "code": "T-bbbbbb", "docs": "T-cccccc"})
    return story, plan


def test_subtasks_stand_in_waves_with_states_owners_and_minutes() -> None:
    story, plan = started()

    row = show_plan(story.scene(55, plan), plan)

    assert row.waves == (("idea",), ("code", "docs"), ("ship",))
    assert row.path == ("idea", "code", "ship")
    assert [(part.id, part.state, part.column, part.wave, part.on_path) for part in row.subtasks] == [
        ("idea", "completed", "done", 1, True),
        ("code", "running", "progress", 2, True),
        ("docs", "queued", "ready", 2, False),
        ("ship", "waiting", PLANNED, 3, True),
    ]
    assert (row.done, row.total, row.running, row.late) == (1, 4, 1, 0)
    assert (row.budget_minutes, row.used_minutes) == (120, 20 + 15)
    assert (row.path_minutes, row.path_left_minutes) == (90, 60)
    assert row.subtasks[1].owner == "bob"
    assert row.subtasks[3].stand_reason == "waits for `code`, `docs`"
    assert not show_plan(story.scene(55, plan), plan).broken


def test_work_over_its_budget_is_late_as_for_the_engine() -> None:
    story, plan = started()
    assert show_plan(story.scene(70, plan), plan).late == 0
    late = show_plan(story.scene(71, plan), plan)
    assert late.late == 1
    assert late.subtasks[1].late


def test_a_draft_has_no_tasks_says_why_it_is_routed_so_and_how_to_approve_it() -> None:
    subtask = Subtask(id="fix", title="Fix it", scope=("src/auth/**",))
    plan = msgspec.structs.replace(make_plan({"x": ()}, status="draft"), subtasks=(subtask,))

    row = show_plan(Story().scene(0, plan), plan)

    routed = route_subtask(subtask, ())
    assert row.subtasks[0].mode == "collab_mesh" == routed.mode
    assert row.subtasks[0].mode_reason == routed.reason
    assert "sensitive folder `auth`" in row.subtasks[0].mode_reason
    assert row.subtasks[0].gate_reason == "collab_mesh without a metric"  # as of the task that will be made
    assert (row.subtasks[0].state, row.subtasks[0].column, row.subtasks[0].task) == ("waiting", PLANNED, "")
    assert row.commands[0] == f"openclaw plan approve {PLAN}"
    assert row.requires_approval
    assert row.approved is None


def test_approvals_of_plan_and_task_say_who_when_and_whether_signed() -> None:
    story = Story()
    approval = Approval(by="mara", at=stamp(5), signature="c2ln")
    task = make_task("aaaaaa", "completed", plan=PLAN, subtask="idea", approval=Approval(by="jo", at=stamp(9)))
    task = msgspec.structs.replace(task, delegation=Delegation(mode=Mode.HUMAN))
    story.make(0, task)
    plan = make_plan({"idea": ()}, "executing", approval=approval, tasks={"idea": task.id})

    row = show_plan(story.scene(20, plan), plan)

    assert row.approved is not None
    assert (row.approved.by, row.approved.at, row.approved.signature) == ("mara", at(5), True)
    gate = row.subtasks[0]
    assert (gate.needs_review, gate.gate_reason) == (True, "mode human is always reviewed")
    assert gate.approved is not None
    assert (gate.approved.by, gate.approved.signature) == ("jo", False)
    assert f"openclaw plan advance {PLAN}" in row.commands


def test_a_subtask_whose_file_is_gone_is_an_item_of_its_own() -> None:
    plan = make_plan({"idea": ()}, tasks={"idea": "T-aaaaaa"})

    row = show_plan(Story().scene(0, plan), plan)

    assert (row.subtasks[0].state, row.subtasks[0].column) == ("missing", "missing")
    assert row.broken[0].path == f"plans/{PLAN}.yaml"
    assert "T-aaaaaa" in row.broken[0].message
    assert "openclaw" in row.broken[0].hint


def test_lost_work_its_recoveries_and_what_they_block_are_told_apart() -> None:
    story = Story()
    story.make(0, make_task("aaaaaa", plan=PLAN, subtask="idea"))
    story.move(5, "aaaaaa", "failed", reason="failed: 3 tests")
    story.make(6, make_task("dddddd", plan=PLAN, subtask="idea", recovers="T-aaaaaa"))
    plan = make_plan({"idea": (), "code": ("idea",)}, tasks={"idea": "T-aaaaaa"})
    scene = story.scene(10, plan)

    hopeful = show_plan(scene, plan)

    assert (hopeful.subtasks[0].stand, hopeful.lost) == ("recovering", 0)
    assert [(task.id, task.recovers) for task in hopeful.further] == [("T-dddddd", "T-aaaaaa")]

    story.move(20, "dddddd", "cancelled")
    lost = show_plan(story.scene(30, plan), plan)

    assert [(part.stand, part.stand_reason) for part in lost.subtasks] == [
        ("lost", "failed: 3 tests"),
        ("blocked", "depends on `idea`, which is lost"),
    ]
    assert lost.lost == 2


def test_what_goes_on_comes_before_what_waits_and_what_has_ended() -> None:
    plans = []
    for number, status in enumerate(("completed", "draft", "aborted", "executing", "approved")):
        plan = make_plan({"idea": ()}, status, failure_policy=FailurePolicy.ABORT_ON_FIRST_FAIL)
        plans.append(msgspec.structs.replace(plan, id=f"P-{number:06}", reason="put off" * (status == "aborted")))
    scene = Story().scene(0, *plans, broken=(Broken("plans/P-bad.yaml", 3, "no"),))

    view = show_plans(scene)

    assert [row.status for row in view.plans] == ["executing", "approved", "draft", "aborted", "completed"]
    aborted = view.plans[3]
    assert (aborted.reason, aborted.failure_policy) == ("put off", "abort_on_first_fail")
    assert aborted.subtasks[0].state == "not begun"
    assert all("abort " not in command for command in aborted.commands)
    assert view.broken == (Broken("plans/P-bad.yaml", 3, "no"),)
    assert view.plans[4].status == PlanStatus.COMPLETED


def test_a_plan_that_is_one_chain_marks_no_critical_path() -> None:
    plan = make_plan({"idea": (), "code": ("idea",)})
    row = show_plan(Story().scene(0, plan), plan)
    assert row.path == ("idea", "code")
    assert not any(part.on_path for part in row.subtasks)
    assert row.path_left_minutes == 60


def test_a_role_is_asked_for_once_however_often_a_scope_comes() -> None:
    router = Router((make_role("docs", paths=("docs/**",)),))
    subtask = Subtask(id="a", title="A", scope=("docs/guide/**",))
    choice, routed = router.route(subtask)
    assert (choice.role, routed.mode) == ("docs", "solo_mesh")
    assert router.route(msgspec.structs.replace(subtask, id="b", title="B"))[0] is choice
