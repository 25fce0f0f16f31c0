"""What an agent or a worker tries so that nobody looks at its work, and what comes of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.cli.conftest import Clerk

AGENT = {"OPENCLAW_AGENT": "x"}
WORKER = {"OPENCLAW_NODE_ROLE": "worker"}


@pytest.mark.parametrize(
    "words", [("--mode", "local"), ("--mode", "auto"), ("--metric", "true"), ("--mode", "local", "--metric", "true")]
)
def test_an_agent_does_not_edit_a_review_away(clerk: Clerk, words: tuple[str, ...]) -> None:
    made = clerk.add("Mine", "--mode", "solo_mesh")
    said = clerk.refused("task", "edit", made, *words, **AGENT)
    assert "it is reviewed (solo_mesh without a metric), and only a person changes that" in said
    clerk.say("task", "claim", made, **AGENT)
    clerk.say("task", "complete", made, **AGENT)
    assert clerk.status(made) == "pending_review"


def test_an_agent_narrows_its_scope_and_does_not_widen_it(clerk: Clerk) -> None:
    made = clerk.add("Mine", "--scope", "src/", "--scope", "docs/", "--role", "backend-dev")
    said = clerk.refused("task", "edit", made, "--scope", "**", **AGENT)
    assert "its scope is src/, docs/, its role backend-dev, and only a person widens that" in said
    assert "only a person" in clerk.refused("task", "edit", made, "--role", "infra-ops", **AGENT)
    clerk.say("task", "edit", made, "--scope", "src/", **AGENT)
    assert clerk.task(made)["scope"] == ["src/"]
    clerk.say("task", "edit", made, "--scope", "**")
    assert clerk.task(made)["scope"] == ["**"]


def test_an_agent_does_not_replace_a_metric_but_a_person_does(clerk: Clerk) -> None:
    made = clerk.add("Mine", "--mode", "solo_mesh", "--metric", "false")
    assert "its metric is `false`" in clerk.refused("task", "edit", made, "--metric", "true", **AGENT)
    clerk.say("task", "edit", made, "--priority", "3", "--note", "hard", **AGENT)
    clerk.say("task", "edit", made, "--metric", "true")
    clerk.say("task", "claim", made, **AGENT)
    clerk.say("task", "complete", made, "--run-metric", **AGENT)
    assert clerk.status(made) == "completed"


def test_the_metric_that_is_run_is_the_boards_and_not_the_one_written_over_it(clerk: Clerk) -> None:
    made = clerk.add("Mine", "--mode", "solo_mesh", "--metric", "exit 3")
    clerk.say("task", "claim", made, **AGENT)
    clerk.file(made).write_text(clerk.file(made).read_text().replace("metric: exit 3", "metric: exit 0"))
    assert "metric: exit 0" in clerk.file(made).read_text()
    answer = clerk("task", "complete", made, "--run-metric", **AGENT)
    assert f"the metric of {made} failed with exit code 3" in answer.err
    assert (clerk.status(made), clerk.task(made)["metric"]) == ("claimed", "exit 3")


def test_a_worker_adds_a_note_and_edits_nothing_else(clerk: Clerk) -> None:
    made = clerk.add("Mine")
    for words in (["--title", "Yours"], ["--note", "a", "--title", "Yours"], []):
        said = clerk.refused("task", "edit", made, *words, EDITOR="true", **WORKER)
        assert said == "editing is for the lead, not for a worker (add a note with --note)"
    clerk.say("task", "edit", made, "--note", "seen", **WORKER)
    assert (clerk.task(made)["title"], clerk.task(made)["body"]) == ("Mine", "## Notes\n\n- seen\n")


TEMPLATE = "id: {0}\nname: {0}\nrequires_approval: {1}\nphases: [{{name: A, subtasks: [{{id: a, title: A}}]}}]\n"


def test_a_plan_starts_without_approval_only_where_its_template_or_a_person_lets_it(clerk: Clerk) -> None:
    for name, value in (("asks", "true"), ("starts", "false")):
        clerk.repository.stage(f".openclaw/plan-templates/{name}.yaml", TEMPLATE.format(name, value))
    said = clerk.refused("plan", "create", "asks", "--set", "requires_approval=false", **AGENT)
    assert said == "template `asks` wants a person's approval (leave requires_approval as it is)"
    assert "is for the lead, not for a worker" in clerk.refused("plan", "create", "starts", **WORKER)
    assert clerk("task", "list", "--json").data("tasks") == []
    clerk.say("plan", "create", "asks", **WORKER)
    clerk.say("plan", "create", "starts", **AGENT)
    clerk.say("plan", "create", "asks", "--set", "requires_approval=false")
    assert len(clerk("task", "list", "--json").data("tasks")) == 2


@pytest.mark.parametrize(
    "words", [("--measure", "p95:higher"), ("--measure", ""), ("--min-gain", "0"), ("--evaluator", "src/")]
)
def test_an_agent_does_not_change_what_measures_its_work(clerk: Clerk, words: tuple[str, ...]) -> None:
    how = ("--measure", "p95:lower", "--min-gain", "1", "--evaluator", "bench/")
    made = clerk.add("Mine", "--mode", "solo_mesh", "--metric", "sh bench.sh", *how)
    assert "its metric is `sh bench.sh`" in clerk.refused("task", "edit", made, *words, **AGENT)
    clerk.say("task", "edit", made, *words)
