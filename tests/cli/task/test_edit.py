"""`task edit`: by options, and in a real editor that saves, spoils, does nothing, fails, or comes too late."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.cli.conftest import Answer, Clerk

    Editor = Callable[[str], str]

SCRIPT = Path(sys.executable).with_name("openclaw")


@pytest.fixture
def editor(tmp_path: Path) -> Editor:
    """Makes an editor: a script that does something to the file "$1"."""

    def make(script: str) -> str:
        path = tmp_path / "an editor"
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o755)
        return f"'{path}'"

    return make


def draft_of(clerk: Clerk, task: str) -> Path:
    """Where a draft of the task is kept."""
    return clerk.repository.path / ".git/openclaw/drafts" / f"{task}.md"


def spoil(clerk: Clerk, editor: Editor, task: str) -> Answer:
    """Edit a task so that its file is not valid any more."""
    return clerk("task", "edit", task, EDITOR=editor('sed -i "s/^title:.*/title: [Mended/" "$1"'))


def test_fields_by_option(clerk: Clerk) -> None:
    first, second = clerk.add("First"), clerk.add("Second")
    made = clerk.add("Old", "--label", "a", "--label", "b", "--depends-on", first, "--scope", "old/")
    words = ["--title", "New", "--priority", "-2", "--budget-minutes", "9", "--metric", "make", "--role", "reviewer"]
    words += ["--mode", "human", "--scope", "src/", "--add-label", "c", "--remove-label", "a"]
    words += ["--depends-on", second, "--drop-dependency", first[2:], "--note", "moved"]
    assert clerk.say("task", "edit", made, *words) == f"{made} edited\n"
    task = clerk.task(made)
    assert (task["title"], task["priority"], task["budget_minutes"]) == ("New", -2, 9)
    assert (task["metric"], task["role"], task["delegation"]["mode"]) == ("make", "reviewer", "human")
    assert (task["scope"], task["labels"], task["depends_on"]) == (["src/"], ["b", "c"], [second])
    assert task["body"] == "## Notes\n\n- moved\n"


def test_an_option_changes_its_line_and_nothing_else(clerk: Clerk) -> None:
    made = clerk.add("Plain")
    text = clerk.file(made).read_text().replace("title: Plain", "# mine\ntitle:   Plain   # why\nx-else:  {a:  1}")
    clerk.file(made).write_text(text + "\nOdd  body \t\n")
    clerk.say("task", "edit", made, "--priority", "3")
    after = clerk.file(made).read_text()
    assert after.replace("priority: 3\n", "") == text + "\nOdd  body \t\n"
    clerk.say("task", "edit", made, "--title", "Else")
    assert "title:   Else   # why\n" in clerk.file(made).read_text()


def test_the_same_again_changes_nothing(clerk: Clerk) -> None:
    made = clerk.add("Plain", "--priority", "3")
    head = clerk.board_head()
    assert clerk.say("task", "edit", made, "-p", "3") == f"{made} is so already: nothing was changed\n"
    assert clerk.board_head() == head


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--title", "a\nb"], "the title holds a control character: U+000A (write it on one line)"),
        (["--priority", "9999"], "priority: expected `int` <= 1000"),
        (["--scope", "["], "scope: glob '[', column 1: '[' is never closed"),
        (["--depends-on", "T-zzzzzz"], "there is no `T-zzzzzz`"),
        (["--drop-dependency", "T-zzzzzz"], "there is no `T-zzzzzz`"),
        (["--body-file", "nowhere"], "nowhere: cannot be read: No such file or directory"),
        (["--priority", "1", "--file", "x"], "--file and the fields exclude each other (give one of them)"),
        (["--file", "nowhere"], "nowhere: cannot be read: No such file or directory"),
    ],
    ids=str,
)
def test_bad_values_change_nothing(clerk: Clerk, words: list[str], said: str) -> None:
    made = clerk.add("Plain")
    assert clerk.wrong("task", "edit", made, *words).startswith(said)


def test_an_editor_that_saves(clerk: Clerk, editor: Editor) -> None:
    made = clerk.add("Plain", "--priority", "1")
    said = clerk.say("task", "edit", made, EDITOR=editor('sed -i "s/Plain/Better/; s/^priority: 1/priority: 4/" "$1"'))
    assert said == f"{made} edited\n"
    assert (clerk.task(made)["title"], clerk.task(made)["priority"]) == ("Better", 4)
    assert not draft_of(clerk, made).exists()
    assert clerk.subjects()[0] == f"task {made} edited"


def test_visual_comes_before_editor(clerk: Clerk, editor: Editor) -> None:
    made = clerk.add("Plain")
    clerk.say("task", "edit", made, VISUAL=editor('echo "by visual" >> "$1"'), EDITOR="false")
    assert "by visual" in clerk.task(made)["body"]


def test_an_editor_that_changes_nothing(clerk: Clerk) -> None:
    made = clerk.add("Plain")
    assert clerk.refused("task", "edit", made, EDITOR="true") == "nothing was changed"
    assert not draft_of(clerk, made).exists()


def test_an_editor_that_fails_or_is_not_there(clerk: Clerk, editor: Editor) -> None:
    made = clerk.add("Plain")
    assert clerk.wrong("task", "edit", made, EDITOR="false") == "the editor `false` ended with exit code 1"
    assert clerk.wrong("task", "edit", made, EDITOR="no-such-editor").startswith(
        "the editor `no-such-editor` cannot be started: "
    )
    assert clerk.wrong("task", "edit", made, EDITOR="'open").startswith("the editor `'open` cannot be started: ")
    assert not draft_of(clerk, made).exists()
    said = clerk.wrong("task", "edit", made, EDITOR=editor('echo kept >> "$1"; exit 7'))
    assert said.endswith(f"ended with exit code 7 (the draft is in {draft_of(clerk, made)})")
    assert draft_of(clerk, made).read_text().endswith("kept\n")


def test_what_is_not_valid_is_kept_aside_and_given_again(clerk: Clerk, editor: Editor) -> None:
    made = clerk.add("Plain")
    head = clerk.board_head()
    answer = spoil(clerk, editor, made)
    draft = draft_of(clerk, made)
    assert (answer.code, answer.out, clerk.board_head()) == (2, "", head)
    assert answer.err.startswith(f"openclaw: tasks/{made}.md:4: not valid YAML: ")
    assert f"mend the draft and give it with `openclaw task edit {made} --file {draft}`" in answer.err
    assert clerk.task(made)["title"] == "Plain"
    assert "not valid YAML" in clerk.wrong("task", "edit", made, "--file", str(draft))
    draft.write_text(draft.read_text().replace("[Mended", "Mended"))
    assert clerk.say("task", "edit", made, "--file", str(draft)) == f"{made} edited\n"
    assert clerk.task(made)["title"] == "Mended"
    assert not draft.exists()


def test_a_kept_draft_is_not_written_over(clerk: Clerk, editor: Editor) -> None:
    made = clerk.add("Plain")
    spoil(clerk, editor, made)
    kept = draft_of(clerk, made).read_bytes()
    said = clerk.refused("task", "edit", made, EDITOR="true")
    assert said.startswith(f"a draft of {made} from before is in {draft_of(clerk, made)} (give it with ")
    assert draft_of(clerk, made).read_bytes() == kept
    clerk.say("task", "edit", made, "--priority", "2")


@pytest.mark.parametrize(
    ("script", "said"),
    [
        ("s/^id: T-....../id: T-000000/", "id"),
        ("s/^title: .*/title: ''/", "title"),
        ("s/^status: .*/status: done/", "status"),
        ("1s/.*/no fence/", ""),
    ],
)
def test_each_kind_of_damage_is_refused_with_its_line(clerk: Clerk, editor: Editor, script: str, said: str) -> None:
    made = clerk.add("Plain")
    answer = clerk("task", "edit", made, EDITOR=editor(f'sed -i "{script}" "$1"'))
    assert answer.code == 2
    assert answer.err.startswith(f"openclaw: tasks/{made}.md:")
    assert said in answer.err
    assert draft_of(clerk, made).exists()


def test_a_status_is_not_moved_in_an_editor(clerk: Clerk, editor: Editor) -> None:
    made = clerk.add("Plain")
    answer = clerk(
        "task", "edit", made, EDITOR=editor('sed -i "s/^status: queued/status: completed/; s/Plain/New/" "$1"')
    )
    assert answer.code == 0
    assert made in answer.err
    assert "completed" in answer.err
    task = clerk.task(made)
    assert (task["status"], task["title"]) == ("queued", "New")


def test_a_key_that_an_editor_dropped_is_restored(clerk: Clerk, editor: Editor) -> None:
    made = clerk.add("Plain", "--scope", "src/")
    answer = clerk(
        "task", "edit", made, EDITOR=editor('sed -i "/^created/d; /^scope/d; /^  - src/d; s/Plain/New/" "$1"')
    )
    assert answer.code == 0
    task = clerk.task(made)
    assert (task["title"], task["scope"], task["created_by"]) == ("New", ["src/"], "node-a")
    assert "created" in answer.err


def test_a_board_that_moved_on_meanwhile_wins(clerk: Clerk, editor: Editor) -> None:
    made = clerk.add("Plain")
    racing = f"'{SCRIPT}' task edit {made} --priority 8 > /dev/null"
    answer = clerk("task", "edit", made, EDITOR=editor(f'{racing}; sed -i "s/Plain/Late/" "$1"'))
    assert (answer.code, answer.out) == (1, "")
    draft = draft_of(clerk, made)
    assert answer.err == (
        f"openclaw: {made} was changed by somebody else meanwhile (look at it with `openclaw task show {made}`, "
        f"then give the draft again with `openclaw task edit {made} --file {draft}`)\n"
    )
    assert (clerk.task(made)["title"], clerk.task(made)["priority"]) == ("Plain", 8)
    assert "Late" in draft.read_text()


def test_as_json_the_edited_task_is_printed(clerk: Clerk) -> None:
    made = clerk.add("Plain")
    [task] = clerk("task", "edit", made, "--title", "New", "--json").data("tasks")
    assert (task["id"], task["title"]) == (made, "New")


def test_a_body_from_a_file_and_a_note_go_together(clerk: Clerk) -> None:
    made = clerk.add("Plain", "--description", "Old.")
    clerk.repository.write("body.md", "## Description\n\nNew.\n")
    clerk.say("task", "edit", made, "--body-file", "body.md", "--note", "why: --- # x")
    assert clerk.task(made)["body"] == "## Description\n\nNew.\n\n## Notes\n\n- why: --- # x\n"


def test_a_measure_is_edited_by_options(clerk: Clerk) -> None:
    made = clerk.add("Faster", "--metric", "sh bench.sh", "--measure", "p95:lower:120", "--min-gain", "0.5")
    clerk.say("task", "edit", made, "--measure", "p95:lower", "--evaluator", "bench/", "--evaluator", "data/")
    task = clerk.task(made)
    assert task["measure"] == {"name": "p95", "direction": "lower", "min_gain": 0.5, "target": None, "unit": ""}
    assert task["evaluator"] == ["bench/", "data/"]
    clerk.say("task", "edit", made, "--min-gain", "2")
    assert clerk.task(made)["measure"] == {**dict(task["measure"]), "min_gain": 2.0}
    assert "nothing prints" in clerk.wrong("task", "edit", made, "--metric", "")
    clerk.say("task", "edit", made, "--measure", "", "--evaluator", "", "--metric", "")
    assert (clerk.task(made)["measure"], clerk.task(made)["evaluator"]) == (None, [])
