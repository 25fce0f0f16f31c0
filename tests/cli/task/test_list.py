"""`task list`, `task ready`, `task show`: filters, orders, trees, and what is shown of what stands in the way."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NamedTuple

import pytest

if TYPE_CHECKING:
    from tests.cli.conftest import Clerk, Molds


class Stock(NamedTuple):
    """Tasks in many states: ids by what they are."""

    auth: str
    docs: str
    blocked: str
    claimed: str
    done: str
    failed: str


@pytest.fixture
def stock(clerk: Clerk, molds: Molds) -> Stock:
    names = molds.folder / "stock.json"
    if molds.cast("stock", clerk.repository):
        return Stock(*json.loads(names.read_text()))
    made = fill(clerk)
    molds.keep("stock", clerk.repository)
    names.write_text(json.dumps(made))
    return made


def fill(clerk: Clerk) -> Stock:
    """A stock at an empty board."""
    auth = clerk.add("Auth", "--scope", "src/auth/", "--label", "a", "--label", "b", "--priority", "5")
    docs = clerk.add("Docs", "--scope", "docs/**/*.md", "--label", "a", "--role", "docs-writer", "--priority", "4")
    blocked = clerk.add("Blocked", "--depends-on", auth, "--priority", "3")
    claimed = clerk.add("Claimed", "--priority", "2")
    done = clerk.add("Done", "--priority", "1")
    failed = clerk.add("Failed", "--priority", "-1")
    clerk.say("task", "claim", claimed, "--as", "node-b")
    clerk.say("task", "complete", done)
    clerk.say("task", "fail", failed, "--reason", "no way")
    return Stock(auth, docs, blocked, claimed, done, failed)


@pytest.mark.usefixtures("stock")
@pytest.mark.parametrize(
    ("options", "titles"),
    [
        ([], ["Auth", "Docs", "Blocked", "Claimed"]),
        (["--all"], ["Auth", "Docs", "Blocked", "Claimed", "Done", "Failed"]),
        (["--status", "queued"], ["Auth", "Docs", "Blocked"]),
        (["--status", "claimed,completed"], ["Claimed", "Done"]),
        (["--status", "failed"], ["Failed"]),
        (["--owner", "node-b"], ["Claimed"]),
        (["--label", "a"], ["Auth", "Docs"]),
        (["--label", "a", "--label", "b"], ["Auth"]),
        (["--role", "docs-writer"], ["Docs"]),
        (["--ready"], ["Auth", "Docs"]),
        (["--blocked"], ["Blocked"]),
        (["--scope", "src/auth/login.py"], ["Auth", "Blocked", "Claimed"]),
        (["--scope", "docs/guide.md"], ["Docs", "Blocked", "Claimed"]),
        (["--limit", "2"], ["Auth", "Docs"]),
        (["--all", "--sort", "title"], ["Auth", "Blocked", "Claimed", "Docs", "Done", "Failed"]),
        (["--all", "--sort", "status", "--status", "failed,queued"], ["Auth", "Docs", "Blocked", "Failed"]),
    ],
    ids=" ".join,
)
def test_filters_and_orders(clerk: Clerk, options: list[str], titles: list[str]) -> None:
    assert clerk.listed(*options) == titles


def test_the_order_by_id_is_that_of_the_ids(clerk: Clerk, stock: Stock) -> None:
    found = clerk("task", "list", "--all", "--sort", "id", "--json").data("tasks")
    assert [task["id"] for task in found] == sorted(stock)


def test_the_table_says_what_each_waits_for(clerk: Clerk, stock: Stock) -> None:
    lines = clerk.say("task", "list").splitlines()
    assert lines[0].split("  ")[0] == "ID"
    assert lines[0].split() == ["ID", "STATUS", "PRI", "OWNER", "TITLE", "WAITS", "FOR"]
    assert lines[1].split() == [stock.auth, "queued", "5", "Auth"]
    [blocked] = [line for line in lines if line.startswith(stock.blocked)]
    assert blocked.split()[1] == "blocked"
    assert blocked.endswith(f"waits for {stock.auth} (queued)")
    assert all(line == line.rstrip() for line in lines)


def test_a_dependency_that_failed_is_named(clerk: Clerk, stock: Stock) -> None:
    waiting = clerk.add("Waits in vain", "--depends-on", stock.failed)
    assert clerk.task(waiting)["standing"] == f"{stock.failed} is failed"


def test_the_tree_has_each_task_once_below_what_it_waits_for(clerk: Clerk, stock: Stock) -> None:
    leaf = clerk.add("Leaf", "--depends-on", stock.blocked, "--depends-on", stock.docs)
    lines = clerk.say("task", "list", "--tree").splitlines()
    auth, blocked, below = (
        next(i for i, line in enumerate(lines) if name in line) for name in ("Auth", "└ Blocked", "Leaf")
    )
    assert (blocked, below) == (auth + 1, auth + 2)
    assert "  └ Leaf" in lines[below]
    assert sum(line.startswith(leaf) for line in lines) == 1


def test_ready_is_what_can_be_claimed_now_the_most_urgent_first(clerk: Clerk, stock: Stock) -> None:
    lines = clerk.say("task", "ready").splitlines()
    assert [line.split()[0] for line in lines] == ["ID", stock.auth, stock.docs]
    assert lines[0].split() == ["ID", "PRI", "TITLE", "ROLE", "SCOPE"]
    assert lines[2].split() == [stock.docs, "4", "Docs", "docs-writer", "docs/**/*.md"]
    assert len(clerk("task", "ready", "--limit", "1", "--json").data("tasks")) == 1


def test_nothing_ready_says_what_there_is_instead(clerk: Clerk) -> None:
    answer = clerk("task", "ready")
    assert (answer.code, answer.out, answer.err) == (0, "", "nothing is ready\n")
    first = clerk.add("First")
    clerk.add("Second", "--depends-on", first)
    clerk.say("task", "claim", first)
    assert clerk("task", "ready").err == "nothing is ready (2 not over, 1 of them blocked: `openclaw task list`)\n"


def test_an_empty_list_is_no_error(clerk: Clerk) -> None:
    answer = clerk("task", "list")
    assert (answer.code, answer.out, answer.err) == (0, "", "no tasks: other filters, or --all, may show some\n")
    assert clerk("task", "list", "--json").data("tasks") == []


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["list", "--status", "queud"], "no status `queud` (did you mean `queued`?)"),
        (["list", "--scope", "../elsewhere"], "`../elsewhere` lies outside of"),
        (["list", "--plan", "P-000000"], "there is no `P-000000` (`openclaw plan list --all` shows them all)"),
        (["show", "T-"], "there is no `T-`"),
        (["show", "nope"], "there is no `nope` (`openclaw task list --all` shows them all)"),
    ],
    ids=str,
)
def test_what_is_not_there_is_named(clerk: Clerk, words: list[str], said: str) -> None:
    assert clerk.wrong("task", *words).startswith(said)


def test_ids_may_be_given_by_their_beginning(clerk: Clerk, stock: Stock) -> None:
    short = stock.auth[:6]
    for name in (stock.auth, stock.auth.upper(), stock.auth[2:], short):
        assert clerk.task(name)["id"] == stock.auth


def test_an_id_that_could_be_two_is_refused(clerk: Clerk, stock: Stock) -> None:
    said = clerk.wrong("task", "show", "T-")
    assert said.startswith("`T-` could be T-")
    assert said.endswith("(write more of the id)")
    assert len(stock) == 6


def test_show_tells_fields_neighbours_holder_and_text(clerk: Clerk, stock: Stock) -> None:
    clerk.say("task", "edit", stock.auth, "--note", "seen")
    shown = clerk.say("task", "show", stock.auth)
    assert shown.startswith(
        f"{stock.auth} Auth\n  status        queued (Ready)\n  priority      5\n  labels        a, b\n"
    )
    assert f"\n  needed by     {stock.blocked} queued: Blocked\n" in shown
    assert shown.endswith("\n\n## Notes\n\n- seen\n")
    blocked = clerk.say("task", "show", stock.blocked)
    assert "  status        queued (Blocked)\n" in blocked
    assert f"  blocked       waits for {stock.auth} (queued)\n" in blocked
    assert f"  depends on    {stock.auth} queued: Auth\n" in blocked
    claimed = clerk.say("task", "show", stock.claimed)
    assert "  owner         node-b\n" in claimed
    assert "  lease         node-b, until " in claimed
    assert "  reason        no way\n" in clerk.say("task", "show", stock.failed)


def test_show_as_json_has_everything(clerk: Clerk, stock: Stock) -> None:
    task = clerk.task(stock.auth)
    assert (task["dependents"], task["lease"], task["ready"]) == ([stock.blocked], None, True)
    held = clerk.task(stock.claimed)
    assert list(held["lease"]) == ["owner", "expires"]
    assert "token" not in str(held)


def test_history_lists_the_commits_of_one_task(clerk: Clerk, stock: Stock) -> None:
    shown = clerk.say("task", "show", stock.done, "--history").splitlines()
    assert [line.split(" ", 2)[2] for line in shown[-2:]] == [
        f"task {stock.done} queued -> completed (node-a)",
        f"task {stock.done} queued: Done (node-a)",
    ]
    history = clerk("task", "show", stock.done, "--history", "--json").data("task")["history"]
    assert [list(entry) for entry in history] == [["commit", "time", "subject"]] * 2


def test_raw_is_the_file(clerk: Clerk, stock: Stock) -> None:
    assert clerk.say("task", "show", stock.auth, "--raw") == clerk.file(stock.auth).read_text()


def test_no_control_character_of_a_file_gets_to_the_terminal(clerk: Clerk) -> None:
    evil = "\x1b]0;pwned\x07\x1b[31mred\x9b2J\u202egnp"
    made = clerk.add("Plain")
    text = clerk.file(made).read_text().rstrip("\n")
    head, _, _ = text.rpartition("---")
    quoted = '"' + "".join(f"\\u{ord(char):04x}" for char in evil) + '"'
    clerk.file(made).write_text(
        f"{head}labels: [{quoted}]\nrole: {quoted}\nmetric: {quoted}\nsuccess_criteria: [{quoted}]\n---\n\n{evil}\n"
    )
    for words in (["list"], ["ready"], ["show", made], ["show", made, "--history"]):
        answer = clerk("task", *words)
        assert answer.code == 0, answer.err
        assert not set(answer.out + answer.err) & set("\x1b\x07\x9b\u202e"), words
    assert clerk.task(made)["labels"] == [evil]
    clerk.say("task", "fail", made, "--reason", f"because {evil}")
    for words in (["list", "--all"], ["show", made], ["show", "nope" + evil], ["claim", made]):
        answer = clerk("task", *words)
        assert not set(answer.out + answer.err) & set("\x1b\x07\x9b\u202e"), words


def test_a_broken_file_is_told_and_the_rest_is_shown(clerk: Clerk, stock: Stock) -> None:
    clerk.file(stock.docs).write_text("no frontmatter\n")
    answer = clerk("task", "list")
    assert answer.code == 0
    assert f"openclaw: broken: tasks/{stock.docs}.md:1:" in answer.err
    assert "Auth" in answer.out


def test_wide_characters_keep_the_columns_straight(clerk: Clerk) -> None:
    first = clerk.add("Narrow, and longer than the wide one")
    clerk.add("\u4e2d\u6587", "--depends-on", first)
    head, *lines = clerk.say("task", "list").splitlines()
    [line] = [line for line in lines if "waits" in line]
    assert line.index("waits") == head.index("WAITS") - 2, "two characters that take two columns each"
