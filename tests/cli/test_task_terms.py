"""`check --task` and `prompt --task`: the terms of a task on the board."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from openclaw_hooks.board.actor import find_actor
from openclaw_hooks.board.leases.claims import Terms, claim_task
from openclaw_hooks.board.opening import open_board
from openclaw_hooks.board.store import edit_board
from openclaw_hooks.tasks.model import Status, TaskHead

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.cli.conftest import Answer
    from tests.conftest import Repository

    Openclaw = Callable[..., Answer]
    Add = Callable[..., str]


@pytest.fixture
def add(house: Repository) -> Add:
    board = open_board(str(house.path), create=True)

    def add(body: str = "", **fields: object) -> str:
        with edit_board(board, find_actor(board.repo)) as edit:
            words = {"id": edit.new_id("T"), "title": "Mend the door", "status": Status.QUEUED, **fields}
            return edit.add_task(TaskHead(**words), body)  # type: ignore[arg-type]  # tests pass what fits

    return add


def test_check_holds_a_change_against_the_scope_and_role_of_the_task(
    openclaw: Openclaw, house: Repository, add: Add
) -> None:
    task = add(scope=("docs/**",), role="docs-writer")
    house.stage("src/app.py", "x = 2\n")
    answer = openclaw("check", "--task", task)
    assert answer.code == 1
    assert f"src/app.py: scope: outside the scope of {task} [docs-writer]" in answer.out
    assert openclaw("check", "--task", add(scope=("src/**",))).code == 0
    assert openclaw("check").code == 0
    assert openclaw("check", "src/app.py", "--task", task[2:6]).code == 1
    house.git("commit", "-q", "-m", "feat: x")
    assert openclaw("check", "--from", "HEAD~1", "--task", task).code == 1


def test_the_named_task_counts_and_not_the_claimed_one(openclaw: Openclaw, house: Repository, add: Add) -> None:
    board = open_board(str(house.path))
    claim_task(board.repo, TaskHead(id=add(), title="x", status=Status.QUEUED, scope=("docs/**",)), "ada", Terms(60))
    house.stage("src/app.py", "x = 2\n")
    assert openclaw("check").code == 1
    assert openclaw("check", "--task", add(scope=("src/**",))).code == 0
    assert openclaw("check", "--task", add(), OPENCLAW_SCOPE="docs/**").code == 0


def test_a_task_that_is_not_there_is_named(openclaw: Openclaw, add: Add) -> None:
    add()
    for command in ("check", "prompt"):
        answer = openclaw(command, "--task", "T-zzzzzz")
        assert answer.code == 2
        assert "zzzzzz" in answer.err


def test_the_prompt_of_a_task_has_its_text_limits_rules_and_role(openclaw: Openclaw, add: Add) -> None:
    body = "## Description\n\nIt squeaks.\n"
    task = add(body, scope=("src/*.py",), role="backend-dev", metric="make test", success_criteria=("It is quiet.",))
    answer = openclaw("prompt", "--task", task)
    assert answer.err == ""
    assert answer.out.startswith(
        f"# {task}: Mend the door\n\n## Description\n\nIt squeaks.\n\n## Limits of this task\n"
    )
    headings = [line for line in answer.out.splitlines() if line.startswith("## ")]
    assert headings == [
        "## Description", "## Limits of this task", "## Rules for this work", "## How work is done here",
        "## Your role: Backend developer",
    ]  # fmt: skip
    assert "- Only these files may change: `src/*.py`\n- Done when: It is quiet.\n" in answer.out
    assert "- Done when this command succeeds: `make test`\n" in answer.out
    assert "- Log, do not print." in answer.out
    values = openclaw("prompt", "--task", task, "--json").data("prompt")
    assert (values["text"], values["scope"], values["role"]) == (answer.out, ["src/*.py"], "backend-dev")


def test_words_of_the_task_activate_harness_rules_and_a_role_may_be_given(
    openclaw: Openclaw, house: Repository, add: Add
) -> None:
    head = "---\nid: sail\nversion: 1.0.0\ntype: inject\nscope: [local]\nactivate_on: [set sail]\n---\n# Sail\n- Weigh anchor.\n"
    house.write(".openclaw/rules/harness/sail.md", head)
    task = add("Then set sail.\n", role="backend-dev")
    assert "Weigh anchor" in openclaw("prompt", "--task", task).out
    assert "Weigh anchor" not in openclaw("prompt", "--task", add()).out
    assert openclaw("prompt", "--task", task, "--role", "reviewer", "--json").data("prompt")["role"] == "reviewer"


def test_task_and_paths_exclude_each_other(openclaw: Openclaw, add: Add) -> None:
    answer = openclaw("prompt", "--task", add(), "src")
    assert answer.code == 2
    assert "exclude each other" in answer.err
