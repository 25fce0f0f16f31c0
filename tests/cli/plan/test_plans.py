"""`openclaw plan`: templates, drafts, decisions, and how a plan is shown."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
import yaml

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.cli.conftest import Answer, Clerk
    from tests.conftest import Repository

TWO_WAVES = """\
format: 1
id: two-waves
name: "Two waves of {{vars.what}}"
description: "{{context}}"
failure_policy: %s
vars:
  what: things
phases:
  - name: First
    subtasks:
      - {id: one, title: Do one, delegation: {mode: local}, budget_minutes: 10, critical: true}
      - {id: two, title: Do two, delegation: {mode: solo_mesh}, metric: "true", budget_minutes: 30, scope: [src/]}
  - name: Second
    subtasks:
      - {id: three, title: "Do three: {{context}}", delegation: {mode: human}, depends_on: [one]}
      - {id: four, title: Do four, delegation: {mode: auto}}
"""


@pytest.fixture
def planner(clerk: Clerk) -> Clerk:
    """A clerk whose project has a template of its own."""
    clerk.repository.write(".openclaw/plan-templates/two-waves.yaml", TWO_WAVES % "continue_best_effort")
    return clerk


def make(clerk: Clerk, *options: str, template: str = "two-waves") -> str:
    """The id of a new draft."""
    return clerk.say("plan", "create", template, "--quiet", "--context", "it", *options).strip()


def approved(clerk: Clerk) -> str:
    """A plan that is under way."""
    made = make(clerk)
    clerk.say("plan", "approve", made)
    return made


def tasks_of(clerk: Clerk, plan: str) -> dict[str, str]:
    """The ids of a plan's tasks by subtask."""
    return {subtask["id"]: subtask["task"] for subtask in clerk.plan(plan)["subtasks"] if subtask["task"]}


def states_of(clerk: Clerk, plan: str) -> dict[str, str]:
    """How each subtask of a plan stands."""
    return {subtask["id"]: subtask["state"] for subtask in clerk.plan(plan)["subtasks"]}


def test_templates_are_listed_with_what_they_ask_for(planner: Clerk) -> None:
    lines = planner.say("plan", "templates").splitlines()
    [own] = [line for line in lines if line.startswith("two-waves") and "waves" in line[10:]]
    assert own.split("  ")[-1].strip() == "Two waves of <what>"
    assert "project" in own
    assert any(line.startswith("team-release   --var version=...  (required)") for line in lines)
    assert any(re.match(r"two-waves +--var what=\.\.\. +things", line) for line in lines)
    assert "{{" not in "".join(lines)
    found = planner("plan", "templates", "--json").data("plan-templates")
    assert {"two-waves", "team-feature"} <= {template["id"] for template in found}


def test_a_draft_has_no_tasks_and_says_what_comes_next(planner: Clerk) -> None:
    answer = planner("plan", "create", "two-waves", "--context", "the export")
    made = answer.out.split()[0]
    assert re.fullmatch(r"P-[0-9a-z]{6} draft: Two waves of things.*\n", answer.out)
    assert answer.err == f"look at it: openclaw plan show {made}; then: openclaw plan approve {made}\n"
    assert planner.subjects()[0] == f"plan {made} created from two-waves (node-a)"
    assert planner.listed("--all") == []
    assert set(states_of(planner, made).values()) == {"waiting"}


def test_a_plan_that_needs_no_approval_is_told_with_the_tasks_that_it_begins_with(planner: Clerk) -> None:
    answer = planner("plan", "create", "two-waves", "--context", "it", "--set", "requires_approval=false")
    made = answer.out.split()[0]
    tasks = tasks_of(planner, made)
    lines = answer.out.splitlines()
    assert lines[0] == f"{made} executing: {planner.plan(made)['title']}"
    assert set(lines[1:]) == {f"{tasks['one']} queued: Do one", f"{tasks['two']} queued: Do two"}
    assert answer.err == ""


def test_context_vars_and_sets_land_in_the_plan(planner: Clerk) -> None:
    planner.repository.write("context.md", "a file\nof two lines\n")
    words = ["--context-file", "context.md", "--var", "what=A=B", "--set", "two.budget_minutes=99", "--title", "Mine"]
    made = planner("plan", "create", "two-waves", *words, "--json").data("plan")
    assert (made["title"], made["context"], made["description"]) == (
        "Mine",
        "a file\nof two lines",
        "a file\nof two lines",
    )
    assert [subtask["budget_minutes"] for subtask in made["subtasks"]] == [10, 99, 15, 15]
    assert all(list(subtask) == list(made["subtasks"][0]) for subtask in made["subtasks"]), (
        "a key that is not always there"
    )
    assert made["critical_path"] == {"subtasks": ["two", "four"], "minutes": 114}
    assert made["waves"] == [["one", "two"], ["three", "four"]]


def test_a_dry_run_prints_the_file_and_writes_nothing(planner: Clerk) -> None:
    head = planner.board_head()
    plan = yaml.safe_load(planner.say("plan", "create", "two-waves", "-c", "it", "--dry-run"))
    assert (plan["status"], plan["template"]) == ("draft", "two-waves")
    assert planner.board_head() == head


def test_a_dry_run_needs_no_board(repository: Repository, openclaw: Callable[..., Answer]) -> None:
    answer = openclaw("plan", "create", "team-bugfix", "-c", "it", "--dry-run")
    assert answer.out.startswith("format: 1\nid: P-000000\ntitle: 'Bug fix: it'\nstatus: draft\n")
    assert repository.git("branch", "--all").stdout == ""
    answer = openclaw("plan", "create", "team-bugfix", "-c", "it")
    assert (answer.code, answer.err) == (2, "openclaw: there is no board here (make one: openclaw board attach)\n")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["team-feture"], "there is no plan template `team-feture`"),
        (["team-release"], "`team-release` needs"),
        (["two-waves", "--var", "what"], "`what` is no variable (write it as in --var ticket=ABC-12)"),
        (["two-waves", "--var", "waht=x"], ""),
        (["two-waves", "--set", "one.no-such=1"], ""),
        (["two-waves", "--set", "nobody.metric=1"], ""),
        (["two-waves", "--context", "a", "--context-file", "b"], "--context and --context-file exclude each other"),
        (["two-waves", "--context-file", "nowhere"], "nowhere: cannot be read: No such file or directory"),
    ],
    ids=str,
)
def test_a_plan_that_cannot_be_made_leaves_nothing(planner: Clerk, words: list[str], said: str) -> None:
    assert said in planner.wrong("plan", "create", *words)
    assert planner("plan", "list", "--all", "--json").data("plans") == []


def test_approving_queues_the_first_wave_in_the_same_commit(planner: Clerk) -> None:
    made = make(planner)
    before = len(planner.subjects())
    lines = planner.say("plan", "approve", made).splitlines()
    assert len(planner.subjects()) == before + 1
    assert (lines[0], lines[-1]) == (f"{made} draft -> approved", f"{made} approved -> executing")
    assert [re.sub(r"^T-\w{6}", "T", line) for line in lines[1:-1]] == ["T queued: Do one", "T queued: Do two"]
    plan = planner.plan(made)
    assert plan["approval"]["by"] == "node-a"
    one = planner.task(tasks_of(planner, made)["one"])
    assert (one["plan"], one["subtask"]) == (made, "one")


@pytest.mark.parametrize("env", [{"OPENCLAW_AGENT": "x"}, {"OPENCLAW_NODE_ROLE": "worker"}])
def test_approving_is_for_a_person(planner: Clerk, env: dict[str, str]) -> None:
    made = make(planner)
    said = planner.refused("plan", "approve", made, **env)
    assert "person" in said or "human" in said or "agent" in said
    assert planner.plan(made)["status"] == "draft"
    assert planner.listed("--all") == []


def test_a_draft_is_edited_by_hand_and_approved_as_it_stands(planner: Clerk) -> None:
    made = make(planner)
    path = planner.file(made)
    path.write_text(path.read_text().replace("Do one", "Do it by hand  # not twice"))
    planner.say("plan", "approve", made)
    assert planner.task(tasks_of(planner, made)["one"])["title"] == "Do it by hand"


def test_a_wave_follows_as_its_dependencies_are_done(planner: Clerk) -> None:
    made = approved(planner)
    assert states_of(planner, made) == {"one": "queued", "two": "queued", "three": "waiting", "four": "waiting"}
    lines = planner.say("task", "complete", tasks_of(planner, made)["one"]).splitlines()
    assert lines[0].endswith("queued -> completed (mode local: whoever does it says when it is done)")
    assert re.fullmatch(r"T-\w{6} queued: Do three: .*", lines[1])
    two = tasks_of(planner, made)["two"]
    planner.say("task", "claim", two)
    assert "Do four" in planner.say("task", "complete", two, "--run-metric")
    planner.say("task", "complete", tasks_of(planner, made)["four"])
    three = tasks_of(planner, made)["three"]
    planner.say("task", "complete", three)
    assert planner.plan(made)["status"] == "executing"
    assert planner.say("task", "approve", three).splitlines()[-1] == f"{made} executing -> completed"
    assert planner.say("plan", "show", made).splitlines()[1] == "  status        completed, 4 of 4 done"


def test_tasks_are_listed_and_added_by_plan(planner: Clerk) -> None:
    made, other = approved(planner), make(planner)
    extra = planner.add("Extra", "--plan", other[2:6])
    assert planner.task(extra)["plan"] == other
    assert sorted(planner.listed("--plan", made[2:])) == ["Do one", "Do two"]
    assert planner.listed("--plan", other) == ["Extra"]


def test_abort_cancels_what_is_not_finished(planner: Clerk) -> None:
    made = approved(planner)
    one, two = (tasks_of(planner, made)[name] for name in ("one", "two"))
    planner.say("task", "complete", one)
    planner.say("task", "claim", two)
    planner.say("plan", "abort", made, "--reason", "put off")
    assert (planner.status(one), planner.status(two)) == ("completed", "cancelled")
    assert planner.task(two)["lease"] is None
    plan = planner.plan(made)
    assert (plan["status"], plan["reason"]) == ("aborted", "put off")
    assert states_of(planner, made)["four"] == "not begun"
    assert planner.refused("plan", "abort", made).startswith(f"{made} is aborted")


def test_a_worker_may_not_abort(planner: Clerk) -> None:
    made = approved(planner)
    said = planner.refused("plan", "abort", made, OPENCLAW_NODE_ROLE="worker")
    assert said == f"{made}: aborting is for the lead, not for a worker"


def test_a_plan_is_approved_once(planner: Clerk) -> None:
    made = approved(planner)
    assert planner.refused("plan", "approve", made).startswith(f"{made} is executing")


def test_advance_has_nothing_to_do_where_nothing_was_forgotten(planner: Clerk) -> None:
    made = approved(planner)
    head = planner.board_head()
    assert planner.say("plan", "advance", made) == f"{made} is executing: nothing to do\n"
    assert planner.board_head() == head
    assert planner("plan", "advance", made, "--json").data("plan")["id"] == made


def test_a_critical_failure_aborts_with_the_reason(planner: Clerk) -> None:
    planner.repository.write(".openclaw/plan-templates/two-waves.yaml", TWO_WAVES % "abort_on_critical_fail")
    made = approved(planner)
    tasks = tasks_of(planner, made)
    planner.say("task", "cancel", tasks["one"], "--reason", "nobody wants it")
    plan = planner.plan(made)
    assert plan["status"] == "aborted"
    assert "`one`" in plan["reason"]
    assert planner.status(tasks["two"]) == "cancelled"


def test_plans_are_listed_while_they_run(planner: Clerk) -> None:
    assert planner("plan", "list").err == "no plans; `openclaw plan create` makes one\n"
    made, draft = approved(planner), make(planner)
    lines = planner.say("plan", "list").splitlines()
    assert lines[0].split() == ["ID", "STATUS", "DONE", "OPEN", "NOW", "TEMPLATE", "TITLE"]
    assert [line for line in lines if line.startswith(f"{made}  executing  0/4   one, two  two-waves")]
    planner.say("plan", "abort", draft)
    listed = [plan["id"] for plan in planner("plan", "list", "--json").data("plans")]
    assert listed == [made]
    assert len(planner("plan", "list", "--all", "--json").data("plans")) == 2
    assert [plan["id"] for plan in planner("plan", "list", "--status", "aborted", "--json").data("plans")] == [draft]
    assert planner.wrong("plan", "list", "--status", "abortd") == "no status `abortd` (did you mean `aborted`?)"


def test_show_draws_waves_routing_gates_budgets_and_the_critical_path(planner: Clerk) -> None:
    made = make(planner)
    one, _, rest = planner.say("plan", "show", made).partition("\nwave 2: Second\n")
    head, _, first = one.partition("\nwave 1: First\n")
    assert head.splitlines()[0].startswith(f"{made} Two waves of things")
    for line in (
        "  status        draft, 0 of 4 done",
        "  on failure    continue_best_effort",
        "  approved by   nobody yet",
        "  budget        70 min",
        "  critical path two > four (45 min)",
    ):
        assert line in head.splitlines()
    assert "├─   one    -         waiting  10 min, critical\n│      Do one\n│      local" in first
    assert "└─   two    -         waiting  30 min, on the critical path\n" in first
    assert (
        "metric: true\n       no review: solo_mesh with a metric: the metric is the approval\n       scope: src/"
        in first
    )
    assert "│      review: mode human is always reviewed\n│      waits for: one\n" in rest
    assert re.search(r"\n       local: .+\n       no review: mode local", rest), "routing and its reason"
    assert all(line == line.rstrip() for line in (one + rest).splitlines())


def test_show_traces_what_became_of_a_failure(planner: Clerk) -> None:
    made = make(planner, "--set", "one.role=backend-dev")
    planner.say("plan", "approve", made)
    one = tasks_of(planner, made)["one"]
    planner.say("task", "fail", one, "--reason", "too hard \x1b[31m")
    shown = planner.say("plan", "show", made)
    [recovery] = planner.plan(made)["recoveries"]
    assert recovery["recovers"] == one
    assert f"├─ ✗ one    {one}  failed " in shown
    assert "reason: too hard  [31m\n" in shown
    assert f"recovery {recovery['task']} queued" in shown
    assert f"(recovers {one})" in planner.say("task", "list")
    assert "\x1b" not in shown


def test_what_a_recovery_made_good_is_told_as_such_and_not_by_the_old_failure(planner: Clerk) -> None:
    made = make(planner, "--set", "one.role=qa-engineer")
    planner.say("plan", "approve", made)
    one = tasks_of(planner, made)["one"]
    planner.say("task", "fail", one, "--reason", "too hard")
    [recovery] = planner.plan(made)["recoveries"]
    planner.say("task", "complete", recovery["task"])
    told = planner.say("task", "approve", recovery["task"])
    assert f"{one} failed -> completed: recovered by {recovery['task']}\n" in told


def test_a_persons_step_is_not_told_to_be_done_by_a_person_in_the_role_of_one(planner: Clerk) -> None:
    path = ".openclaw/plan-templates/two-waves.yaml"
    text = (planner.repository.path / path).read_text()
    planner.repository.write(path, text.replace("delegation: {mode: human}", "role: human"))
    shown = planner.say("plan", "show", make(planner))
    assert "human: its role is a person" in shown
    assert "as human" not in shown


def test_show_raw_is_the_file(planner: Clerk) -> None:
    made = make(planner)
    assert planner.say("plan", "show", made, "--raw") == planner.file(made).read_text()


@pytest.mark.parametrize("verb", ["show", "approve", "abort", "advance"])
def test_a_plan_that_is_not_there(planner: Clerk, verb: str) -> None:
    said = planner.wrong("plan", verb, "P-zzzzzz")
    assert said == "there is no `P-zzzzzz` (`openclaw plan list --all` shows them all)"


def test_plans_may_be_named_by_their_beginning(planner: Clerk) -> None:
    made = make(planner)
    assert planner.plan(made[2:])["id"] == made
    assert planner.plan(made.lower())["id"] == made


def test_a_broken_plan_is_told_with_its_line_and_the_others_are_shown(planner: Clerk) -> None:
    good, bad = make(planner), make(planner)
    planner.file(bad).write_text(planner.file(bad).read_text() + "context: [never closed\n")
    answer = planner("plan", "list")
    assert answer.code == 0
    assert re.search(rf"openclaw: broken: plans/{bad}\.yaml:\d+: ", answer.err)
    assert good in answer.out
    said = planner.wrong("plan", "approve", bad)
    assert said.startswith(f"plans/{bad}.yaml:"), "what is on the branch is not what its reader means to approve"


@pytest.mark.parametrize(
    "text", ["---", "a: b", "x\x1b[31m", "{{vars.what}}", "🎉 \u202e", "- [x]\n  y: z", "x" * 5_000]
)
def test_a_context_is_a_text_whatever_it_looks_like(planner: Clerk, text: str) -> None:
    answer = planner("plan", "create", "two-waves", "--json", "--context", text)
    if answer.code:
        assert (answer.code, answer.err.count("\n")) == (2, 1)
        return
    plan = answer.data("plan")
    assert plan["context"] == text
    assert planner.plan(plan["id"])["context"] == text
    assert len(plan["subtasks"]) == 4
    assert not set(planner.say("plan", "show", plan["id"])) & set("\x1b\u202e")
