from __future__ import annotations

from openclaw_hooks.mission_control.views.roadmap import MAX_LOOSE, show_roadmap
from tests.mission_control.views.scenes import PLAN, Story, at, make_plan, make_task

CHAIN: dict[str, tuple[str, ...]] = {"idea": (), "code": ("idea",), "ship": ("code",)}


def under_way() -> Story:
    """The first subtask of the chain is done, the second goes on since minute 40."""
    story = Story()
    story.make(0, make_task("aaaaaa", plan=PLAN, subtask="idea", budget_minutes=30))
    story.work(10, 30, "aaaaaa")
    story.make(30, make_task("bbbbbb", plan=PLAN, subtask="code", budget_minutes=30))
    story.move(40, "bbbbbb", "running", owner="bob")
    return story


LINKS = {"idea": "T-aaaaaa", "code": "T-bbbbbb"}


def test_done_work_goes_on_and_comes_in_the_order_of_its_dependencies() -> None:
    plan = make_plan(CHAIN, tasks=LINKS)

    group = show_roadmap(under_way().scene(50, plan)).groups[0]
    idea, code, ship = group.bars

    assert (idea.parts, idea.ahead, idea.ended, idea.open) == (((at(10), at(30), "work"),), None, at(30), False)
    assert (code.parts, code.ahead, code.open) == (((at(40), at(50), "work"),), (at(50), at(70)), True)
    assert (code.due, code.late) == (at(70), False)
    assert (ship.parts, ship.ahead) == ((), (at(70), at(100)))
    assert (group.begins, group.ends, group.projected) == (at(0), at(100), True)
    assert (group.done, group.total) == (1, 3)


def test_late_work_is_marked_and_what_follows_begins_now() -> None:
    plan = make_plan(CHAIN, tasks=LINKS)

    group = show_roadmap(under_way().scene(90, plan)).groups[0]

    assert (group.bars[1].late, group.bars[1].over_minutes, group.bars[1].ahead) == (True, 20, None)
    assert group.bars[2].ahead == (at(90), at(120))
    assert group.late == 1


def test_nothing_is_projected_behind_what_is_lost_or_for_a_plan_that_has_ended() -> None:
    story = under_way()
    story.move(60, "bbbbbb", "failed", reason="failed: no")
    plan = make_plan(CHAIN, tasks=LINKS)
    assert [bar.ahead for bar in show_roadmap(story.scene(70, plan)).groups[0].bars] == [None, None, None]

    ended = make_plan(CHAIN, "aborted", tasks=LINKS)
    group = show_roadmap(under_way().scene(50, ended)).groups[0]
    assert not group.projected
    assert [bar.ahead for bar in group.bars] == [None, None, None]


def test_burn_up_counts_subtasks_and_what_was_added_to_them() -> None:
    story = under_way()
    story.move(60, "bbbbbb", "failed", reason="failed: no")
    story.make(61, make_task("dddddd", plan=PLAN, subtask="code", recovers="T-bbbbbb"))
    story.work(62, 80, "dddddd")
    story.move(80, "bbbbbb", "completed", recovered_by="T-dddddd")
    plan = make_plan(CHAIN, tasks=LINKS)

    group = show_roadmap(story.scene(90, plan)).groups[0]

    assert group.burnup == ((at(0), 3, 0), (at(30), 3, 1), (at(61), 4, 1), (at(80), 4, 3))
    assert group.bars[-1].recovers == "T-bbbbbb"


def test_completed_work_that_was_opened_again_is_not_done() -> None:
    story = Story()
    story.make(0, make_task("aaaaaa", plan=PLAN, subtask="idea"))
    story.work(10, 20, "aaaaaa")
    story.move(30, "aaaaaa", "queued")
    plan = make_plan({"idea": ()}, tasks={"idea": "T-aaaaaa"})

    group = show_roadmap(story.scene(40, plan)).groups[0]

    assert [point[2] for point in group.burnup] == [0, 1, 0]
    assert group.bars[0].ended == 0


def test_tasks_of_no_plan_that_somebody_worked_on_come_last_and_not_without_end() -> None:
    story = Story()
    story.make(0, make_task("aaaaaa"))
    story.make(0, make_task("bbbbbb", plan="P-gone00"))
    story.work(10, 20, "bbbbbb")
    plan = make_plan({"idea": ()})

    groups = show_roadmap(story.scene(30, plan)).groups

    assert [(group.plan, [bar.task for bar in group.bars]) for group in groups] == [(PLAN, [""]), ("", ["T-bbbbbb"])]

    letters = "0123456789abcdefghjkmnpqrstvwxyz"
    for number in range(MAX_LOOSE + 5):
        name = f"n{letters[number // 32]}{letters[number % 32]}000"
        story.make(0, make_task(name))
        story.work(10, 20 + number, name)
    last = show_roadmap(story.scene(3000, plan)).groups[-1]
    assert (len(last.bars), last.left_out) == (MAX_LOOSE, 6)


def test_a_board_without_plans_has_an_empty_roadmap_around_now() -> None:
    view = show_roadmap(Story().scene(7))
    assert (view.groups, view.begins, view.ends) == ((), at(7), at(7))
