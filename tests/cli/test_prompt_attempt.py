"""`openclaw prompt --attempt`: what an agent run sent, to the byte, or what it would send."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

import pytest

from openclaw_hooks import git
from openclaw_hooks.agent import events as said
from openclaw_hooks.agent.judge.ground import read_ground
from openclaw_hooks.agent.judge.prompt import Setting, attempt_prompt
from openclaw_hooks.agent.model import Cause, Judgement, Provenance, Report, Terms, Verdict
from openclaw_hooks.agent.run.folders import run_folder
from openclaw_hooks.tasks.model import Status, Task

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Clerk

SENT = b"The task.\n\xc3\xa9 \x80 \r\n```\n"


@pytest.fixture
def task(clerk: Clerk) -> str:
    """A task on the board."""
    return clerk.add("Count things", "--scope", "src/", "--metric", "make count")


def tell_run(clerk: Clerk, task: str, *more: said.Event) -> Path:
    """The folder of a run at `task` whose first attempt was sent SENT."""
    from pathlib import Path

    repo = git.open_repo(str(clerk.repository.path))
    folder = Path(run_folder(repo, "R-aaaaaa"))
    folder.mkdir(parents=True)
    log = said.EventLog(str(folder))
    began = said.RunBegan(
        run="R-aaaaaa",
        task=task,
        title="Count things",
        node="here",
        agent="fake",
        provenance=Provenance.MOCK,
        base=clerk.repository.head(),
        target="main",
        terms=Terms(minutes=7),
        evaluator=("Makefile",),
    )
    lease = said.Claimed(token="token", expires="2030-01-01T00:00:00Z")
    attempt = said.AttemptBegan(n=1, base=clerk.repository.head(), worktree="/nowhere")
    prompted = said.Prompted(n=1, sha256=hashlib.sha256(SENT).hexdigest(), chars=len(SENT))
    for event in (began, said.Claiming(), lease, said.Started(), attempt, prompted, *more):
        log.append(event)
    (folder / "prompt-1.md").write_bytes(SENT)
    return folder


def discarded() -> tuple[said.Event, ...]:
    judgement = Judgement(Verdict.DISCARD, Cause.NO_CHANGE, "no file differs from the base")
    return (
        said.AgentStarting(n=1, argv=("fake",)),
        said.AgentStarted(n=1, pid=1),
        said.AgentEnded(n=1, report=Report(code=0, seconds=60, text="I am done.")),
        said.Judged(n=1, judgement=judgement),
        said.Cleaned(n=1),
    )


def test_before_the_first_attempt_it_is_what_would_be_sent(clerk: Clerk, task: str) -> None:
    text = clerk.say("prompt", "--task", task, "--attempt", "1")
    assert text.startswith(f"# {task}: Count things")
    assert "## How this run goes" in text
    assert "After 30 minutes you are stopped" in text
    assert text == clerk.say("prompt", "--task", task, "--attempt", "1")
    values = clerk("prompt", "--task", task, "--attempt", "1", "--json").data("attempt-prompt")
    assert (values["text"], values["sent"], values["attempt"]) == (text, False, 1)
    assert values["sha256"] == hashlib.sha256(text.encode()).hexdigest()


def test_the_next_one_of_a_run_knows_what_was_tried_and_what_is_left(clerk: Clerk, task: str) -> None:
    tell_run(clerk, task, *discarded())
    text = clerk.say("prompt", "--task", task, "--attempt", "2")
    assert "### Attempt 1, discarded (no change)" in text
    assert "I am done." in text
    assert "After 6 minutes you are stopped" in text
    assert "measured by `Makefile`" in text


def test_a_later_run_knows_what_earlier_ones_tried(clerk: Clerk, task: str) -> None:
    from openclaw_hooks.agent.model import Outcome

    ended = (
        said.Closing(outcome=Outcome.RELEASED, why="no attempt was kept"),
        said.Closed(status="released"),
        said.RunEnded(outcome=Outcome.RELEASED),
    )
    tell_run(clerk, task, *discarded(), *ended)
    clerk.repository.git("update-ref", f"refs/openclaw/attempts/{task}/1", clerk.repository.head())
    text = clerk.say("prompt", "--task", task, "--attempt", "2")
    assert "### Attempt 1, discarded (no change)" in text
    assert "After 30 minutes" in text


def test_passages_are_quoted_from_the_checkout_that_is_indexed(clerk: Clerk, task: str, tmp_path: Path) -> None:
    clerk.repository.write("docs/money.md", "# Money\n\nCount things before the refund reaches the customer.\n")
    clerk.repository.write(".openclaw/config.yaml", "knowledge:\n  prompt_chars: 600\n")
    clerk.say("knowledge", "search", "refund")  # makes the index
    assert "docs/money.md" in clerk.say("prompt", "--task", task, "--attempt", "1")
    # as a run does: with the policy of a checkout that is new
    clerk.repository.git("worktree", "add", "-q", "--detach", str(tmp_path / "new"))
    (tmp_path / "new" / ".openclaw").mkdir(exist_ok=True)
    (tmp_path / "new" / ".openclaw" / "config.yaml").write_text("knowledge:\n  prompt_chars: 600\n")
    found = Task(id=task, title="Count things", status=Status.RUNNING)
    policy = read_ground(str(tmp_path / "new"), found, "claude").policy
    assert attempt_prompt(policy, found, 1).passages == ()
    setting = Setting(texts=str(clerk.repository.path))
    assert attempt_prompt(policy, found, 1, (), setting).passages == ("docs/money.md:1",)


def test_a_prompt_that_was_changed_since_is_not_shown(clerk: Clerk, task: str) -> None:
    folder = tell_run(clerk, task)
    (folder / "prompt-1.md").write_bytes(SENT + b"more")
    assert "is not what was sent" in clerk.wrong("prompt", "--task", task, "--attempt", "1")
    (folder / "prompt-1.md").unlink()
    assert "cannot be read" in clerk.wrong("prompt", "--task", task, "--attempt", "1")


def test_attempts_that_nobody_knows(clerk: Clerk, task: str) -> None:
    assert "the next one is attempt 1" in clerk.wrong("prompt", "--task", task, "--attempt", "2")
    clerk.repository.git("update-ref", f"refs/openclaw/attempts/{task}/3", clerk.repository.head())
    assert "was not made in this clone" in clerk.wrong("prompt", "--task", task, "--attempt", "3")
    assert "of a task alone" in clerk.wrong("prompt", "--attempt", "1")
    assert "of a task alone" in clerk.wrong("prompt", "--task", task, "--attempt", "1", "--role", "reviewer")


def test_of_an_attempt_that_was_made_it_is_what_was_sent(clerk: Clerk, task: str) -> None:
    import subprocess

    from tests.cli.conftest import SCRIPT

    tell_run(clerk, task)
    words = [str(SCRIPT), "prompt", "--task", task, "--attempt", "1"]
    assert subprocess.run(words, cwd=clerk.repository.path, check=True, capture_output=True).stdout == SENT
    answer = subprocess.run([*words, "--json"], cwd=clerk.repository.path, check=True, capture_output=True).stdout
    values = json.loads(answer)["data"]
    assert values["text"] == SENT.decode("utf-8", "replace")
    assert (values["sent"], values["sha256"]) == (True, hashlib.sha256(SENT).hexdigest())
