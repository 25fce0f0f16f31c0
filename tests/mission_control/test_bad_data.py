"""Boards full of files that should not be: the site is built all the same, and says what is wrong."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest

from openclaw_hooks.mission_control.build import build
from openclaw_hooks.mission_control.facts import read_facts
from openclaw_hooks.mission_control.page_html import Address, page_html
from openclaw_hooks.mission_control.pages import shown_pages
from openclaw_hooks.mission_control.trouble import find_broken
from openclaw_hooks.tasks.markdown import FIELDS
from openclaw_hooks.tasks.model import Status
from tests.mission_control.board_branch import commit_board, task_text

if TYPE_CHECKING:
    from tests.conftest import Repository

IDS = [f"T-{number:06d}" for number in range(40)]
ODD = (
    *("0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59", "2026-13-45", "true", "-5", "0", "1e400", "~", "'"),
    *('"\\0"', '"\\uD800"', '"a\\nb"', "[]", "{}", "[[1]]", "{mode: soul}", "*x", "&a b", "!!python/object x", "<b>"),
    *(IDS[0], f"[{IDS[0]}, {IDS[0]}]", "P-aaaaaa", "[T-zzzzzz]"),
)
PLAN = "id: P-aaaaaa\ntitle: x\nstatus: {}\ncreated: {}\nsubtasks:\n- {{id: a, title: A, depends_on: [{}]}}\n- {{id: b, title: B}}\n"


def spoil(chance: random.Random, task: str) -> bytes:
    """A task file of which anything may be wrong."""
    fields = {"status": chance.choice(list(Status)).value}
    fields.update({chance.choice(FIELDS): chance.choice(ODD) for _ in range(chance.randint(0, 4))})
    content = task_text(task, **fields).encode()
    return content[: chance.choice([0, 40, 9999, 9999, 9999])] + chance.choice([b"", b"", b"", b"\0", b"\xff\xfe"])


@pytest.mark.parametrize("seed", range(4))
def test_whatever_the_files_say_pages_are_built_and_broken_files_named(repository: Repository, seed: int) -> None:
    chance = random.Random(seed)
    moment = 1_700_000_000
    for number in range(4):
        changes: dict[str, str | bytes | None] = {
            f"tasks/{task}.md": spoil(chance, task) for task in chance.sample(IDS, 15)
        }
        plan = PLAN.format(
            chance.choice(["draft", "executing", "flying"]), chance.choice(ODD), chance.choice(["", "b", "zz"])
        )
        changes |= {"plans/P-aaaaaa.yaml": plan, f"memory/2026-11-0{number + 1}.md": bytes(range(number, 250))}
        commit_board(
            repository.path,
            moment + chance.choice([-1, 1]) * number * 100_000,
            changes,
            chance.choice([":", "x", "\x01"]),
        )
    for now in (0.0, 1.8e9):
        facts = read_facts(str(repository.path), now)
        assert build(facts)
        for page in shown_pages(facts):
            assert page_html(page.name, facts, Address())
        found = find_broken(facts)
        assert any(item.path.startswith(".openclaw/board/tasks/") and item.line for item in found)
        assert all(item.message for item in found)
        for task in chance.sample(sorted(facts.board.tasks), min(5, len(facts.board.tasks))):
            (repository.path / f".openclaw/board/tasks/{task}.md").write_bytes(spoil(chance, task))
