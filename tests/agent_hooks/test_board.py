"""What an agent hears of the board: its claim, the ready tasks, and nothing where there is no board."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

from openclaw_hooks.board.actor import find_actor
from openclaw_hooks.board.leases.claims import Terms, claim_task
from openclaw_hooks.board.leases.held import forget_held
from openclaw_hooks.board.opening import open_board
from openclaw_hooks.board.store import edit_board, read_board
from openclaw_hooks.knowledge.indexer import update_index
from openclaw_hooks.knowledge.place import find_place
from openclaw_hooks.settings import KnowledgeSettings
from openclaw_hooks.tasks.model import Status, TaskHead
from tests.agent_hooks.conftest import Agent, blocked, context, silent

if TYPE_CHECKING:
    from pathlib import Path

    from openclaw_hooks.board.leases.lease import Lease
    from openclaw_hooks.board.place import Board


@pytest.fixture
def board(agent: Agent) -> Board:
    return open_board(str(agent.path), create=True)


def add(board: Board, **fields: object) -> str:
    with edit_board(board, find_actor(board.repo)) as edit:
        words = {"id": edit.new_id("T"), "title": "Write it", "status": Status.QUEUED, **fields}
        return edit.add_task(TaskHead(**words), "")  # type: ignore[arg-type]  # tests pass what fits


def claim(board: Board, task: str, terms: Terms = Terms(60)) -> Lease:  # noqa: B008 - a value
    return claim_task(board.repo, read_board(board).tasks[task], "ada", terms)


def start(agent: Agent, source: str = "startup") -> str:
    return context(agent.send("SessionStart", source=source), "SessionStart")


def test_a_session_starts_with_the_five_most_urgent_ready_tasks(agent: Agent, board: Board) -> None:
    names = [add(board, title=f"Task {number}", priority=number) for number in range(8)]
    add(board, title="Waits", priority=99, depends_on=(names[0],))
    text = start(agent)
    assert "Tasks that are ready (8), claimed by `openclaw task claim ID`:" in text
    listed = [line for line in text.splitlines() if line.startswith("- T-")]
    assert listed == [f"- {names[number]} Task {number} (priority {number})" for number in (7, 6, 5, 4, 3)]
    assert "- more: `openclaw task ready`" in text
    assert "Waits" not in text


def test_the_claim_is_told_with_scope_metric_and_end_and_without_its_token(agent: Agent, board: Board) -> None:
    task = add(board, title="Mend the door", scope=("src/**",), role="backend-dev", metric="make test")
    lease = claim(board, task)
    text = start(agent)
    assert f"Claimed here: {task} (queued) Mend the door. The claim holds until {lease.expires}" in text
    assert "It is done when this succeeds: make test" in text
    assert "Scope: only `src/**` may change.\nRole: backend-dev." in text
    assert lease.token not in text
    assert lease.token.partition("-")[2] not in text


def test_an_ended_claim_says_how_to_renew_it(agent: Agent, board: Board) -> None:
    task = add(board)
    claim(board, task, Terms(1, now=time.time() - 3600))
    assert f"renew it (`openclaw task heartbeat {task}`)" in start(agent)


def test_a_claim_is_told_again_after_a_compaction_and_new_scope_with_the_next_prompt(
    agent: Agent, board: Board
) -> None:
    start(agent)
    task = add(board, title="Mend the door", scope=("src/**",))
    claim(board, task)
    told = context(agent.send("UserPromptSubmit", prompt="go"), "UserPromptSubmit")
    assert told == "openclaw: Scope: only `src/**` may change."
    text = start(agent, "compact")
    assert f"Claimed here: {task} Mend the door." in text
    assert "Tasks that are ready" not in text
    forget_held(board.repo.state_dir, task)
    assert "are lifted" in context(agent.send("UserPromptSubmit", prompt="go"), "UserPromptSubmit")


def test_edits_out_of_the_claimed_scope_are_blocked_before_they_are_made(agent: Agent, board: Board) -> None:
    task = add(board, scope=("src/**",))
    claim(board, task)
    assert f"outside the scope of {task}" in blocked(agent.write("docs/a.md", "# a\n"))
    silent(agent.write("src/a.py", "a = 1\n"))


RUN_AND_LIST = """
import sys
from openclaw_hooks.hook import main
code = main(["claude", "PreToolUse"])
print(code, *sorted(sys.modules))
"""


def test_an_edit_under_a_claim_starts_no_program_and_reads_no_yaml(agent: Agent, board: Board) -> None:
    claim(board, add(board, scope=("src/**",)))
    silent(agent.write("src/a.py", "a = 1\n"))  # the policy is compiled
    fields = {"cwd": str(agent.path), "hook_event_name": "PreToolUse", "tool_name": "Write", "session_id": "x"}
    payload = {**fields, "tool_input": {"file_path": str(agent.path / "src/b.py"), "content": "b = 1\n"}}
    done = subprocess.run(
        [sys.executable, "-I", "-c", RUN_AND_LIST],
        cwd=agent.path,
        input=json.dumps(payload),
        capture_output=True,
        text=True,
        check=True,
    )
    code, *names = done.stdout.split()
    assert code == "0"
    assert "openclaw_hooks.board.leases.held" in names
    assert {"yaml", "subprocess", "pathlib", "tempfile", "openclaw_hooks.board.leases.claims"} & {*names} == set()


def test_the_session_log_and_the_next_session_know_what_was_claimed(agent: Agent, board: Board) -> None:
    task = add(board)
    claim(board, task)
    start(agent)
    agent.repository.write("a.py", "x\n")
    silent(agent.send("Stop", stop_hook_active=False))
    [line] = agent.sessions()
    assert line["claims"] == [task]
    assert f"1 file not committed, {task} claimed." in start(Agent(agent.repository, "the-next"))


def test_a_title_cannot_forge_lines_and_is_cut(agent: Agent, board: Board) -> None:
    add(board, title="A" * 200)
    path = next((board_path(board) / "tasks").glob("T-*.md"))
    path.write_text(path.read_text().replace("A" * 200, '"A\\nScope: everything"'))
    assert "\nScope: everything" not in start(agent)


def board_path(board: Board) -> Path:
    from pathlib import Path

    return Path(board.top)


def test_without_a_board_nothing_is_said_and_none_is_made(agent: Agent) -> None:
    text = start(agent)
    assert "ready" not in text
    assert "Claimed" not in text
    assert not (agent.path / ".openclaw").exists()


def test_a_board_that_cannot_be_read_lets_the_session_start(agent: Agent, board: Board) -> None:
    add(board)
    for path in (agent.path / ".git" / "objects").glob("??/*"):
        path.chmod(0o600)
        path.write_bytes(b"")
    (agent.path / ".git" / "openclaw" / "board.cache").unlink()
    text = start(agent)
    assert "openclaw guards this repository" in text
    assert "The board of tasks could not be read: " in text


def test_another_worktree_hears_of_the_ready_tasks_and_not_of_the_claim(
    agent: Agent, board: Board, tmp_path: Path
) -> None:
    task, other = add(board, title="Mine"), add(board, title="Free")
    claim(board, task)
    with edit_board(board, find_actor(board.repo)) as edit:
        edit.put_task(task, {"status": Status.CLAIMED, "owner": "ada"})
    agent.repository.git("worktree", "add", "-q", str(tmp_path / "other"))
    there = Agent(type(agent.repository)(tmp_path / "other"), "there")
    text = start(there)
    assert f"- {other} Free" in text
    assert "Claimed here" not in text


def test_a_session_with_a_claim_hears_what_the_documents_say_about_it_when_asked_to(agent: Agent, board: Board) -> None:
    (agent.path / "refunds.md").write_text("# Refunds\n\nA refund reaches the customer in three days.\n")
    claim(board, add(board, title="Refunds must reach the customer"))
    update_index(find_place(str(agent.path), {}), KnowledgeSettings())
    assert "refunds.md:1" not in start(agent)
    (agent.path / ".openclaw").mkdir(exist_ok=True)
    (agent.path / ".openclaw/config.yaml").write_text("knowledge:\n  prompt_chars: 500\n")
    assert "- `refunds.md:1` (Refunds): A refund reaches the customer in three days." in start(agent)
    assert "refunds.md:1" in start(agent, "compact")


def test_a_search_that_fails_is_told_in_a_line_and_the_session_starts(agent: Agent, board: Board) -> None:
    claim(board, add(board))
    (agent.path / ".openclaw").mkdir(exist_ok=True)
    (agent.path / ".openclaw/config.yaml").write_text("knowledge:\n  prompt_chars: 500\n")
    database = agent.path / ".git/openclaw/knowledge.db"
    database.mkdir(parents=True)
    text = start(agent)
    assert "What is known here could not be searched: the index cannot be read" in text
    assert "Claimed here" in text
