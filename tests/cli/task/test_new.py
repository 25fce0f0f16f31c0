"""`task new` and `task propose`: what is made, what is refused, and that nothing in a text becomes more than a text."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
import yaml

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Clerk

HOSTILE = [
    "---",
    "--- # end",
    "a: b",
    "- item",
    "{x: 1}",
    "[1, 2]",
    "# no comment",
    "x #y",
    "'quoted\" both'",
    "!!python/object:os.system",
    "&anchor *alias",
    "yes",
    "null",
    "2026-11-22",
    "1e3",
    "0o7",
    "%TAG ! x",
    "@at",
    "`tick`",
    "status: completed",
    "\N{FAMILY} \N{PARTY POPPER} \u05d0\u05d1 \u4e2d\u6587",
    "👩‍💻 zero-width joined",
    "back\\slash \\n \\x1b",
    "${HOME} $(id) {{context}}",
    "x" * 200,
]


def test_a_new_task_is_queued_and_told(clerk: Clerk) -> None:
    answer = clerk("task", "new", "Refuse empty passwords")
    task_id = answer.out.split()[0]
    assert (answer.code, answer.out, answer.err) == (0, f"{task_id} queued: Refuse empty passwords\n", "")
    assert clerk.subjects()[0] == f"task {task_id} queued: Refuse empty passwords (node-a)"
    task = clerk.task(task_id)
    assert (task["status"], task["created_by"], task["budget_minutes"], task["body"]) == ("queued", "node-a", 30, "")
    assert task["delegation"] == {"mode": "auto", "soul": "", "collaboration": None, "reason": ""}


def test_every_option_lands_in_its_field(clerk: Clerk) -> None:
    first = clerk.add("First")
    words = ["--description", "Because.", "--scope", "src/", "--scope", "!src/gen/", "--metric", "pytest -q"]
    words += [
        "--depends-on",
        first[:5],
        "--role",
        "qa-engineer",
        "--label",
        "b",
        "--label",
        "a",
        "--criterion",
        "It holds.",
    ]
    words += ["--priority", "7", "--budget-minutes", "45", "--mode", "human"]
    made = clerk("task", "new", "Second", *words, "--json").data("task")
    assert made["depends_on"] == [first]
    assert (made["scope"], made["metric"], made["role"]) == (["src/", "!src/gen/"], "pytest -q", "qa-engineer")
    assert (made["labels"], made["success_criteria"]) == (["b", "a"], ["It holds."])
    assert (made["priority"], made["budget_minutes"], made["delegation"]["mode"]) == (7, 45, "human")
    assert clerk.task(made["id"])["body"] == "## Description\n\nBecause.\n"


def test_the_body_comes_from_a_file_as_it_is(clerk: Clerk, tmp_path: Path) -> None:
    text = "Odd  \r\nlines\n\n---\nid: T-000000\n## Result\n\n\ttab\n"
    (tmp_path / "body.md").write_bytes(text.encode())
    made = clerk.add("With a body", "--body-file", str(tmp_path / "body.md"))
    assert clerk.task(made)["body"] == text


def test_a_dependency_that_closes_a_circle_is_named_in_full(clerk: Clerk) -> None:
    first = clerk.add("First")
    second = clerk.add("Second", "--depends-on", first)
    said = clerk.wrong("task", "edit", first, "--depends-on", second)
    assert (
        said
        == f"{first} would wait for itself: {first} -> {second} -> {first} (take {second} out of depends_on of {first})"
    )


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["two\nlines"], "the title holds a control character: U+000A (write it on one line)"),
        (["red \x1b[31m"], "the title holds a control character: U+001B (write it on one line)"),
        (
            ["x", "--scope", "["],
            r"scope: glob '[', column 1: '[' is never closed (close it with ']', or write \[ for a bracket)",
        ),
        (["x", "--role", "qa-enginer"], "there is no role `qa-enginer` (did you mean `qa-engineer`?)"),
        (["x", "--depends-on", "T-zzzzzz"], "there is no `T-zzzzzz` (`openclaw task list --all` shows them all)"),
        (["x", "--plan", "P-000000"], "there is no `P-000000` (`openclaw plan list --all` shows them all)"),
        (["x", "--priority", "1001"], "priority: expected `int` <= 1000"),
        (["x", "--budget-minutes", "0"], "budget_minutes: expected `int` >= 1"),
        (["x", "-d", "a", "--body-file", "b"], "--description and --body-file exclude each other (give one of them)"),
        (["x", "--body-file", "nowhere.md"], "nowhere.md: cannot be read: No such file or directory"),
        (
            ["x", "--as", "Ada L"],
            "`'Ada L'` is no name of a node (use lower-case letters, digits, `.`, `_` and `-`, 63 at most)",
        ),
    ],
    ids=str,
)
def test_bad_input_makes_nothing(clerk: Clerk, words: list[str], said: str) -> None:
    assert clerk.wrong("task", "new", *words) == said
    assert clerk.listed() == []


@pytest.mark.parametrize("title", ["", "   ", "x" * 201])
def test_a_title_is_one_line_of_some_length(clerk: Clerk, title: str) -> None:
    assert "title" in clerk.wrong("task", "new", title)


def test_a_file_that_is_no_text_is_refused(clerk: Clerk, tmp_path: Path) -> None:
    (tmp_path / "latin.md").write_bytes(b"caf\xe9")
    said = clerk.wrong("task", "new", "x", "--body-file", str(tmp_path / "latin.md"))
    assert said == f"{tmp_path}/latin.md: not valid UTF-8 (save it as UTF-8)"


@pytest.mark.parametrize("text", HOSTILE)
def test_texts_that_look_like_yaml_stay_texts(clerk: Clerk, text: str) -> None:
    label = f"{text[:50]}\nstatus: completed"
    body = f"---\nstatus: completed\n---\n{text}\n"
    clerk.repository.write("body.md", body)
    words = ["--label", label, "--criterion", text, "--metric", text, "--body-file", "body.md"]
    made = clerk("task", "new", *words, "--json", "--", text).data("task")
    task = clerk.task(made["id"])
    assert (task["title"], task["labels"], task["success_criteria"], task["metric"]) == (text, [label], [text], text)
    assert (task["status"], task["body"]) == ("queued", body)
    head = yaml.safe_load(clerk.file(made["id"]).read_text().split("\n---\n")[0])
    assert head["title"] == text
    assert len(clerk.listed()) == 1


def test_a_body_of_100_kilobytes_is_stored_and_one_too_big_is_refused(clerk: Clerk) -> None:
    clerk.repository.write("long.md", "é" * 50_000 + "\n")
    made = clerk.add("Long", "--body-file", "long.md")
    assert clerk.task(made)["body"] == "é" * 50_000 + "\n"
    clerk.repository.write("longer.md", "x" * 300_000)
    assert "256,000" in clerk.wrong("task", "new", "Longer", "--body-file", "longer.md")


def test_a_proposal_waits_for_the_lead(clerk: Clerk) -> None:
    answer = clerk("task", "propose", "Cache the tables", "--label", "speed", OPENCLAW_NODE_ROLE="worker")
    task_id = answer.out.split()[0]
    assert answer.out == f"{task_id} proposed: Cache the tables\n"
    assert clerk.task(task_id)["column"] == "Proposed"
    assert clerk("task", "ready", "--json").data("tasks") == []
    assert clerk.status(clerk.add("Also", "--propose")) == "proposed"


def test_a_worker_may_propose_but_not_queue(clerk: Clerk) -> None:
    said = clerk.refused("task", "new", "Mine", OPENCLAW_NODE_ROLE="worker")
    assert said == "a new task may not begin as queued (allowed: proposed)"


def test_a_name_and_role_of_the_node_must_be_good(clerk: Clerk) -> None:
    assert "which is no role of a node" in clerk.wrong("task", "new", "x", OPENCLAW_NODE_ROLE="boss")
    made = clerk.add("x", "--as", "node-b")
    assert clerk.task(made)["created_by"] == "node-b"


def test_without_a_board_it_says_how_to_get_one(clerk: Clerk) -> None:
    git = clerk.repository.git
    git("worktree", "unlock", ".openclaw/board", check=False)
    git("worktree", "remove", "--force", ".openclaw/board")
    git("branch", "-D", "openclaw/board")
    answer = clerk("task", "list")
    assert (answer.code, answer.out) == (2, "")
    assert answer.err == "openclaw: there is no board here (make one: openclaw board attach)\n"


def test_json_is_one_envelope(clerk: Clerk) -> None:
    answer = clerk("task", "new", "x", "--json")
    envelope = json.loads(answer.out)
    assert list(envelope) == ["schema", "data"]
    assert envelope["schema"] == "openclaw/task/1"


def test_a_task_says_how_it_is_measured(clerk: Clerk) -> None:
    words = ("--metric", "sh bench.sh", "--measure", "p95:lower:120", "--min-gain", "0.5", "--evaluator", "bench/")
    made = clerk.add("Faster", *words)
    task = clerk.task(made)
    assert task["measure"] == {"name": "p95", "direction": "lower", "min_gain": 0.5, "target": 120.0, "unit": ""}
    assert task["evaluator"] == ["bench/"]
    shown = clerk.say("task", "show", made)
    assert "measure       `p95`, lower is better, by more than 0.5, until 120" in shown
    assert "evaluator     bench/" in shown
    assert "nothing prints `METRIC p95=...`" in clerk.wrong("task", "new", "x", "--measure", "p95:lower")
    assert "--min-gain: there is no measure" in clerk.wrong("task", "new", "x", "--min-gain", "1")
    assert "evaluator: glob" in clerk.wrong("task", "propose", "x", "--evaluator", "[")
