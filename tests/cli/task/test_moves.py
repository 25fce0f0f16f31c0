"""The verbs that move a task: what each does and says, and every refusal."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from openclaw_hooks.board.leases.held import current_claims
from openclaw_hooks.checkout import find_checkout

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Clerk

STAMP = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"
REASON = ("--reason", "no time")


def claimed(clerk: Clerk, *options: str, owner: str = "node-a") -> str:
    """A task that somebody has claimed."""
    made = clerk.add("Claimed", *options)
    clerk.say("task", "claim", made, "--as", owner)
    return made


def reviewed(clerk: Clerk) -> str:
    """A task whose work waits for a person's review."""
    made = claimed(clerk, "--mode", "solo_mesh")
    clerk.say("task", "complete", made)
    assert clerk.status(made) == "pending_review"
    return made


def end_lease(clerk: Clerk, task: str) -> None:
    """Let the lease of a task come to its end: it says that it ended in 2020."""
    git = clerk.repository.git
    ref = f"refs/openclaw/claims/{task}"
    text = re.sub(r'("expires":")[^"]*', r"\g<1>2020-01-01T00:00:00Z", git("cat-file", "blob", ref).stdout)
    clerk.repository.write("lease.json", text)
    oid = git("hash-object", "-w", "lease.json").stdout.strip()
    git("update-ref", ref, oid)


def test_claim_start_complete_is_the_short_way(clerk: Clerk) -> None:
    made = clerk.add()
    said = clerk.say("task", "claim", made)
    assert re.fullmatch(rf"{made} claimed by node-a until {STAMP} \(token 1-[0-9a-f]{{8}}\)\n", said)
    assert clerk.say("task", "start", made) == f"{made} claimed -> running\n"
    done = clerk.say("task", "complete", made, "--result", "It works.\n## not a heading")
    assert done == f"{made} running -> completed (mode auto: whoever does it says when it is done)\n"
    task = clerk.task(made)
    assert (task["status"], task["owner"], task["lease"]) == ("completed", "node-a", None)
    assert "## Result\n\nIt works." in task["body"]
    assert clerk.subjects()[:3] == [
        f"task {made} running -> completed (node-a)",
        f"task {made} claimed -> running (node-a)",
        f"task {made} queued -> claimed (node-a)",
    ]


def test_a_person_completes_an_unclaimed_task_in_one_step(clerk: Clerk) -> None:
    made = clerk.add()
    before = len(clerk.subjects())
    assert clerk.say("task", "complete", made, "-m", "Done.").startswith(f"{made} queued -> completed")
    assert len(clerk.subjects()) == before + 1
    assert clerk.task(made)["lease"] is None


def test_an_agent_has_to_claim_first(clerk: Clerk) -> None:
    made = clerk.add()
    said = clerk.refused("task", "complete", made, OPENCLAW_AGENT="x")
    assert said == f"{made} is not claimed (claim it first: `openclaw task claim {made}`)"
    clerk.say("task", "claim", made, OPENCLAW_AGENT="x")
    clerk.say("task", "complete", made, OPENCLAW_AGENT="x")
    assert clerk.status(made) == "completed"


def test_a_lost_race_names_the_winner(clerk: Clerk) -> None:
    made = claimed(clerk, owner="node-b")
    said = clerk.refused("task", "claim", made)
    assert re.search(rf"{made}.* node-b, until {STAMP}", said), said


def test_a_lease_that_has_ended_can_be_taken_over(clerk: Clerk) -> None:
    made = claimed(clerk, owner="node-b")
    end_lease(clerk, made)
    assert "(ended)" in clerk.say("task", "show", made)
    assert "(token 2-" in clerk.say("task", "claim", made)
    assert clerk.task(made)["owner"] == "node-a"
    said = clerk.refused("task", "complete", made, "--as", "node-b")
    assert "node-a" in said


def test_several_are_claimed_or_none(clerk: Clerk) -> None:
    first, second = clerk.add("First"), clerk.add("Second")
    taken = claimed(clerk, owner="node-b")
    clerk.refused("task", "claim", first, taken)
    assert clerk.task(first)["lease"] is None
    said = clerk.say("task", "claim", first, second, first).splitlines()
    assert [line.split()[0] for line in said] == [first, second]
    assert clerk.subjects()[0] == "board: 2 changes"


def test_a_blocked_task_can_be_neither_claimed_nor_completed(clerk: Clerk) -> None:
    first = clerk.add("First")
    second = clerk.add("Second", "--depends-on", first)
    for verb in ("claim", "complete"):
        said = clerk.refused("task", verb, second)
        assert said == f"{second} is blocked: waits for {first} (queued)"
    clerk.say("task", "complete", first)
    clerk.say("task", "claim", second)


def test_a_heartbeat_puts_the_end_off(clerk: Clerk) -> None:
    made = clerk.add()
    clerk.say("task", "claim", made, "--minutes", "5")
    before = clerk.task(made)["lease"]["expires"]
    head = clerk.board_head()
    said = clerk.say("task", "heartbeat", made, "--minutes", "500")
    after = clerk.task(made)["lease"]["expires"]
    assert after > before
    assert said == f"{made} held by node-a until {after}\n"
    assert clerk.board_head() == head, "a heartbeat is no commit"
    assert clerk.refused("task", "heartbeat", clerk.add()).endswith("is queued: there is no claim to renew")
    assert "node-a" in clerk.refused("task", "heartbeat", made, "--as", "node-b")


def test_a_claim_made_elsewhere_is_finished_with_its_token(clerk: Clerk) -> None:
    made = clerk.add()
    token = clerk.say("task", "claim", made).partition("(token ")[2].rstrip(")\n")
    assert "1-00000000" not in token
    clerk.refused("task", "complete", made, "--token", "1-00000000")
    clerk.say("task", "complete", made, OPENCLAW_TOKEN=token)
    assert clerk.status(made) == "completed"


@pytest.mark.parametrize("options", [(), ("--local",)])
def test_finished_work_binds_no_later_commit_though_the_remote_is_away(
    clerk: Clerk, tmp_path: Path, options: tuple[str, ...]
) -> None:
    remote, away = tmp_path / "remote.git", tmp_path / "away.git"
    clerk.repository.git("init", "-q", "--bare", str(remote))
    clerk.repository.git("remote", "add", "origin", str(remote))
    task = clerk.add("One thing", "--scope", "src/")
    clerk.say("board", "sync")
    clerk.say("task", "claim", task, *options)
    checkout = find_checkout(str(clerk.repository.path))
    assert checkout is not None
    assert [held.task for held in current_claims(checkout)] == [task]
    remote.rename(away)
    clerk.say("task", "complete", task)
    assert current_claims(checkout) == []


@pytest.mark.parametrize(("verb", "status"), [("fail", "failed"), ("release", "released")])
def test_fail_and_release_need_a_reason_and_free_the_claim(clerk: Clerk, verb: str, status: str) -> None:
    made = claimed(clerk)
    assert clerk.wrong("task", verb, made) == f"{made}: say why (add --reason TEXT)"
    assert clerk.say("task", verb, made, *REASON) == f"{made} claimed -> {status}\n"
    task = clerk.task(made)
    assert (task["status"], task["reason"], task["lease"]) == (status, "no time", None)
    assert task["owner"] == ("" if verb == "release" else "node-a")
    assert clerk.subjects()[0] == f"task {made} claimed -> {status} (node-a): no time"


def test_the_lead_may_end_what_somebody_else_holds_and_a_worker_may_not(clerk: Clerk) -> None:
    made = claimed(clerk, owner="node-b")
    assert "node-b" in clerk.refused("task", "fail", made, *REASON, OPENCLAW_NODE_ROLE="worker")
    said = clerk.refused("task", "release", made, *REASON)
    assert said.startswith(f"{made} is held by node-b")
    assert "take the task from them with --force" in said
    clerk.say("task", "release", made, *REASON, "--force")
    clerk.say("task", "claim", made)


def test_the_lead_needs_no_force_once_the_lease_has_ended(clerk: Clerk) -> None:
    made = claimed(clerk, owner="node-b")
    end_lease(clerk, made)
    assert clerk.say("task", "release", made, *REASON) == f"{made} claimed -> released\n"


def test_requeue_brings_back_what_failed(clerk: Clerk) -> None:
    made = claimed(clerk)
    said = clerk.refused("task", "requeue", clerk.add())
    assert "is queued and cannot become queued" in said
    clerk.say("task", "fail", made, *REASON)
    assert clerk.say("task", "requeue", made) == f"{made} failed -> queued\n"
    task = clerk.task(made)
    assert (task["ready"], task["owner"], task["reason"]) == (True, "", "")


def test_accept_and_reject_decide_on_proposals(clerk: Clerk) -> None:
    one, two, three = (clerk.add(name, "--propose") for name in ("One", "Two", "Three"))
    assert clerk.say("task", "accept", one, two) == f"{one} proposed -> queued\n{two} proposed -> queued\n"
    assert clerk.say("task", "reject", three, *REASON) == f"{three} proposed -> rejected\n"
    assert clerk.task(three)["reason"] == "no time"
    assert clerk.refused("task", "accept", one) == f"{one} is queued, not proposed"
    assert clerk.refused("task", "reject", one) == f"{one} is queued, not proposed"


def test_review_is_approved_or_sent_back_or_ended(clerk: Clerk) -> None:
    good, again, bad = reviewed(clerk), reviewed(clerk), reviewed(clerk)
    assert clerk.say("task", "approve", good) == f"{good} pending_review -> completed\n"
    assert clerk.task(good)["approval"]["by"] == "node-a"
    assert clerk.say("task", "reject", again, *REASON) == f"{again} pending_review -> queued\n"
    assert clerk.task(again)["ready"]
    assert clerk.say("task", "reject", bad, "--final", *REASON) == f"{bad} pending_review -> failed\n"
    assert clerk.refused("task", "approve", good).startswith(f"{good} is completed and cannot become completed")


def test_finished_work_says_who_has_to_look(clerk: Clerk) -> None:
    made = claimed(clerk, "--mode", "solo_mesh")
    answer = clerk("task", "complete", made)
    assert answer.out == f"{made} claimed -> pending_review (solo_mesh without a metric)\n"
    assert answer.err == f"a person looks at it: `openclaw task approve {made}`, or reject with --reason\n"
    assert "review        solo_mesh without a metric" in clerk.say("task", "show", made)


@pytest.mark.parametrize("verb", ["approve", "reject"])
@pytest.mark.parametrize("env", [{"OPENCLAW_AGENT": "x"}, {"CLAUDECODE": "1"}, {"OPENCLAW_NODE_ROLE": "worker"}])
def test_review_is_for_a_person(clerk: Clerk, verb: str, env: dict[str, str]) -> None:
    made = reviewed(clerk)
    said = clerk.refused("task", verb, made, **env)
    assert "a person" in said, said
    assert clerk.status(made) == "pending_review"


def test_cancel_ends_what_is_not_over(clerk: Clerk) -> None:
    one, two = clerk.add("One"), claimed(clerk, owner="node-b")
    clerk.say("task", "cancel", one, two, "--reason", "dropped")
    assert (clerk.task(one)["reason"], clerk.status(two), clerk.task(two)["lease"]) == ("dropped", "cancelled", None)
    assert (
        clerk.refused("task", "cancel", one)
        == f"{one} is cancelled and cannot become cancelled (allowed from here: nothing)"
    )


@pytest.mark.parametrize("words", [("accept",), ("cancel",), ("requeue",), ("reject", "-r", "x")])
def test_a_worker_may_not_do_what_is_for_the_lead(clerk: Clerk, words: tuple[str, ...]) -> None:
    options = {"accept": ["--propose"], "reject": ["--propose"]}.get(words[0], [])
    made = clerk.add("Mine", *options)
    if words[0] == "requeue":
        clerk.say("task", "fail", made, *REASON)
    said = clerk.refused("task", words[0], made, *words[1:], OPENCLAW_NODE_ROLE="worker")
    assert " is for the lead only (allowed for you: " in said


def test_a_worker_may_claim_work_and_give_back(clerk: Clerk) -> None:
    made = clerk.add()
    for words in (["claim"], ["start"], ["release", *REASON], ["claim"], ["complete"]):
        clerk.say("task", words[0], made, *words[1:], OPENCLAW_NODE_ROLE="worker")
    assert clerk.status(made) == "completed"


@pytest.mark.parametrize("verb", ["claim", "start", "complete", "accept", "approve", "cancel"])
def test_what_is_over_stays_over(clerk: Clerk, verb: str) -> None:
    made = clerk.add()
    clerk.say("task", "complete", made)
    assert re.match(rf"{made} is completed(,| and) ", clerk.refused("task", verb, made))


def test_completing_says_what_comes_first(clerk: Clerk) -> None:
    proposed, released = clerk.add("Proposed", "--propose"), claimed(clerk)
    clerk.say("task", "release", released, *REASON)
    for made, verb, status in (
        (proposed, "accept", "proposed"),
        (released, "claim", "released"),
        (reviewed(clerk), "approve", "pending_review"),
    ):
        said = clerk.refused("task", "complete", made)
        assert said == f"{made} is {status} and cannot be completed (`openclaw task {verb} {made}` comes first)"


def test_as_json_a_verb_gives_the_tasks_in_the_order_they_were_named(clerk: Clerk) -> None:
    one, two = clerk.add("One"), clerk.add("Two")
    tasks = clerk("task", "claim", two[2:], one, "--json").data("tasks")
    assert [task["id"] for task in tasks] == [two, one]
    assert {task["status"] for task in tasks} == {"claimed"}


def test_a_reason_is_one_line_of_the_commit_and_exact_in_the_file(clerk: Clerk) -> None:
    made = clerk.add()
    reason = "two\nlines: --- \x1b[31m 🎉\nstatus: completed"
    clerk.say("task", "fail", made, "--reason", reason)
    assert clerk.task(made)["reason"] == reason
    assert clerk.status(made) == "failed"
    message = clerk.repository.git("log", "-1", "--format=%B", "openclaw/board").stdout
    assert message.count("\n") <= 2


class TestMetric:
    """`complete` and the command that measures the work."""

    def test_one_that_passes_stands_for_the_review(self, clerk: Clerk) -> None:
        made = claimed(clerk, "--mode", "solo_mesh", "--metric", "echo measured; test -f src/app.py")
        answer = clerk("task", "complete", made, "--run-metric")
        assert answer.code == 0
        assert answer.err == "openclaw: running echo measured; test -f src/app.py\nmeasured\n"
        assert answer.out == (f"{made} claimed -> completed (solo_mesh with a metric: the metric is the approval)\n")

    def test_one_that_fails_changes_nothing(self, clerk: Clerk) -> None:
        made = claimed(clerk, "--metric", "exit 3")
        head = clerk.board_head()
        answer = clerk("task", "complete", made, "--run-metric")
        assert (answer.code, answer.out) == (1, "")
        assert answer.err.endswith(
            f"openclaw: the metric of {made} failed with exit code 3 (nothing was changed on the board)\n"
        )
        assert (clerk.board_head(), clerk.status(made)) == (head, "claimed")

    def test_one_that_was_not_run_is_no_approval(self, clerk: Clerk) -> None:
        made = claimed(clerk, "--mode", "solo_mesh", "--metric", "true")
        said = clerk.say("task", "complete", made)
        assert said == f"{made} claimed -> pending_review (its metric was not measured)\n"

    def test_none_is_run_for_a_task_that_could_not_be_completed(self, clerk: Clerk) -> None:
        made = clerk.say("task", "new", "Do it", "--metric", "touch ran", "--quiet").strip()
        clerk.say("task", "cancel", made)
        assert "cannot be completed" in clerk("task", "complete", made, "--run-metric").err
        unclaimed = clerk.say("task", "new", "Do it", "--metric", "touch ran", "--quiet").strip()
        assert "is not claimed" in clerk("task", "complete", unclaimed, "--run-metric", OPENCLAW_AGENT="coder").err
        assert not (clerk.repository.path / "ran").exists()

    def test_without_a_metric_there_is_nothing_to_run(self, clerk: Clerk) -> None:
        made = claimed(clerk)
        said = clerk.wrong("task", "complete", made, "--run-metric")
        assert said == f"{made} has no metric (give it one: `openclaw task edit {made} --metric CMD`)"

    def test_its_output_does_not_spoil_the_json(self, clerk: Clerk) -> None:
        made = claimed(clerk, "--metric", "echo noise")
        [task] = clerk("task", "complete", made, "--run-metric", "--json").data("tasks")
        assert task["status"] == "completed"


def test_the_result_comes_from_a_file_too(clerk: Clerk) -> None:
    made = clerk.add()
    clerk.repository.write("result.md", "Measured.\n\n| a | b |\n")
    assert "exclude each other" in clerk.wrong("task", "complete", made, "-m", "x", "--result-file", "result.md")
    clerk.say("task", "complete", made, "--result-file", "result.md")
    assert clerk.task(made)["body"] == "## Result\n\nMeasured.\n\n| a | b |\n"


def test_work_under_review_keeps_nobody_from_other_work(clerk: Clerk) -> None:
    reviewed(clerk)
    made = clerk.add("Another")
    assert made in clerk.say("task", "ready")
    clerk.say("task", "claim", made)
    clerk.say("task", "complete", made)
    assert clerk.status(made) == "completed"
