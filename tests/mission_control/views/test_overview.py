from __future__ import annotations

from openclaw_hooks.mission_control.broken import Broken
from openclaw_hooks.mission_control.fallback.overview import overview_html
from openclaw_hooks.mission_control.fallback.plans import plans_html
from openclaw_hooks.mission_control.fallback.roadmap import roadmap_html
from openclaw_hooks.mission_control.views.board import TaskRow
from openclaw_hooks.mission_control.views.overview import DAYS, LISTED, count_days, show_overview
from openclaw_hooks.mission_control.views.plans import PlansView, show_plans
from openclaw_hooks.mission_control.views.roadmap import RoadmapView, show_roadmap
from tests.mission_control.views.scenes import PLAN, Story, at, make_plan, make_task

DAY = 24 * 60
EVIL = "<img src=x onerror=alert(1)>"


def row(name: str, column: str, **fields: object) -> TaskRow:
    """A row of the board."""
    return TaskRow(**{"id": f"T-{name}", "title": f"Do {name}", "status": "queued", "column": column, **fields})  # type: ignore[arg-type]  # the tests name real fields


def test_tasks_are_sorted_into_what_a_reader_does_about_them() -> None:
    rows = [
        row("a", "review", needs_you="review", since=5),
        row("b", "proposed", needs_you="accept", priority=9),
        row("c", "progress", live=True, since=9),
        row("d", "progress", late=True, since=3),
        row("e", "ready", priority=1),
        row("f", "ready", priority=5),
        row("g", "progress", blocked=True, waits=("T-x",)),
    ]

    view = show_overview((rows, (), ()), at(0))

    assert [task.id for task in view.needs_you.tasks] == ["T-b", "T-a"]
    assert view.needs == {"review": 1, "accept": 1}
    assert [task.id for task in view.running.tasks] == ["T-d", "T-c", "T-g"]
    assert [task.id for task in view.ready.tasks] == ["T-f", "T-e"]
    assert [task.id for task in view.blocked.tasks] == ["T-g"]
    assert list(view.columns.items()) == [("proposed", 1), ("ready", 2), ("progress", 3), ("review", 1)]
    assert view.late == 1


def test_blocked_counts_all_that_wait_and_names_the_stuck() -> None:
    rows = [row(str(number), "blocked", waits=("T-x",)) for number in range(LISTED + 8)]
    rows += [row("stuck", "blocked", blocked=True), row("begun", "progress", blocked=True), row("free", "ready")]
    view = show_overview((rows, (), ()), at(0))
    assert (view.held, view.blocked.total) == (LISTED + 10, 2)


def test_long_lists_say_how_much_is_left_out() -> None:
    rows = [row(str(number), "ready") for number in range(LISTED + 30)]
    view = show_overview((rows, (), ()), at(0))
    assert (view.ready.total, len(view.ready.tasks)) == (LISTED + 30, LISTED)


def test_days_count_what_was_finished_and_made_and_nothing_older() -> None:
    story = Story()
    story.make(-40 * DAY, make_task("aaaaaa"))
    story.make(0, make_task("bbbbbb"))
    story.work(10, 20, "bbbbbb")
    story.make(DAY, make_task("cccccc"))
    story.work(DAY + 1, DAY + 2, "aaaaaa")
    story.work(DAY + 3, DAY + 4, "cccccc")

    first, finished, created = count_days(story.scene(DAY + 60).commits, at(DAY + 60))

    assert len(finished) == len(created) == DAYS
    assert (finished[-2:], sum(finished)) == ((1, 2), 3)
    assert (created[-2:], sum(created)) == ((1, 1), 2)
    assert first % 86_400 == 0


def test_a_task_that_failed_finishes_no_day() -> None:
    story = Story()
    story.make(0, make_task("aaaaaa"))
    story.move(5, "aaaaaa", "failed")
    assert sum(count_days(story.scene(10).commits, at(10))[1]) == 0


def test_drafts_that_wait_for_a_person_are_told_and_old_plans_counted() -> None:
    from msgspec.structs import replace

    plans = [make_plan({"idea": ()}, "draft")]
    plans += [replace(make_plan({"idea": ()}, "completed"), id=f"P-{number:06}") for number in range(5)]
    rows = show_plans(Story().scene(0, *plans)).plans

    view = show_overview(((), rows, ()), at(0))

    assert [plan.waits for plan in view.plans] == [True, False, False, False]
    assert view.further_plans == 2


def test_activity_is_the_newest_commits_with_the_title_of_a_single_task() -> None:
    story = Story()
    story.make(0, make_task("aaaaaa"))
    story.move(5, "aaaaaa", "claimed")

    view = show_overview(([row("aaaaaa", "progress")], (), story.scene(9).commits), at(9))

    assert [(act.t, act.who, act.title) for act in view.activity] == [
        (at(5), "ada", "Do aaaaaa"),
        (at(0), "ada", "Do aaaaaa"),
    ]
    assert view.activity[0].what == "task T-aaaaaa queued -> claimed (ada)"


def test_tables_for_readers_without_scripts_escape_every_text() -> None:
    task = make_task("aaaaaa", plan=PLAN, subtask="idea", owner=EVIL)
    story = Story()
    story.make(0, task)
    story.move(5, "aaaaaa", "failed", reason=EVIL, title=EVIL)
    plan = make_plan({"idea": ()}, "aborted", title=EVIL, reason=EVIL, tasks={"idea": "T-aaaaaa"})
    scene = story.scene(9, plan, broken=(Broken(EVIL, 3, EVIL, EVIL),))
    plans = show_plans(scene)
    board = [row("aaaaaa", "progress", title=EVIL, owner=EVIL, needs_you="review")]
    overview = show_overview((board, plans.plans, scene.commits), scene.now, scene.broken)

    pages = [overview_html(overview), plans_html(plans), roadmap_html(show_roadmap(scene))]

    for page in pages:
        assert "<img" not in page
        assert "&lt;img src=x" in page


def test_tables_say_how_to_begin_where_there_is_nothing() -> None:
    nothing = show_overview(((), (), ()), at(0), absent=("there is no board here yet", "openclaw board attach"))
    assert "openclaw board attach" in overview_html(nothing)
    assert "openclaw plan create" in plans_html(PlansView(at(0)))
    assert "openclaw plan create" in roadmap_html(RoadmapView(at(0), at(0), at(0)))
    assert "openclaw init" in plans_html(PlansView(at(0), absent="no repository", start="openclaw init"))
    assert "openclaw init" in roadmap_html(
        RoadmapView(at(0), at(0), at(0), absent="no repository", start="openclaw init")
    )
