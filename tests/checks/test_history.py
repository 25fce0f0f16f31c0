"""What a rule would have stopped in the history that is already there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from openclaw_hooks.checks.history import replay_history, select_checks
from openclaw_hooks.errors import OpenclawError
from openclaw_hooks.rules.model import Forbid, ForbidPath, Origin, RequireCompanion, RequireContent, Rule, Tier
from openclaw_hooks.verdict import Severity

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.conftest import Repository

RULE = Rule(
    id="house",
    version="1.0.0",
    tier=Tier.PROJECT,
    body="# House",
    file="house.md",
    origin=Origin.PROJECT,
    checks=(
        Forbid(id="no-print", pattern=r"\bprint\(", in_=("*.py",), message="print"),
        ForbidPath(id="no-log", paths=("*.log",), message="a log file"),
        RequireCompanion(id="tested", for_=("src/*.py",), needs=("tests/test_{stem}.py",), message="no test"),
        RequireContent(id="licensed", in_=("src/*.py",), pattern="^# SPDX", message="no licence"),
        Forbid(id="shout", pattern="!!!", message="shouting", severity=Severity.WARNING),
    ),
)


@pytest.fixture
def repository(make_repository: Callable[..., Repository], monkeypatch: pytest.MonkeyPatch) -> Repository:
    repository = make_repository()
    monkeypatch.chdir(repository.path)
    return repository


def stopped(check: str = "", since: str = "", limit: int = 0) -> dict[str, list[tuple[str, int, str]]]:
    return {
        past.commit.subject: [(finding.path, finding.line, finding.rule) for finding in past.findings]
        for past in replay_history(select_checks(RULE, check), since, limit)
        if past.findings
    }


def test_each_commit_is_judged_by_what_it_changed(repository: Repository) -> None:
    repository.stage("a.py", "x = 1\nprint(x)\n")
    repository.commit("first")
    repository.stage("a.py", "x = 1\nprint(x)\ny = 2\n")
    repository.commit("leaves the print alone")
    repository.stage("b.py", "\n\nprint('b')\n")
    repository.stage("run.log", "x\n")
    repository.commit("two things")
    assert stopped() == {
        "first": [("a.py", 2, "house/no-print")],
        "two things": [("b.py", 3, "house/no-print"), ("run.log", 0, "house/no-log")],
    }


def test_companions_and_contents_are_those_of_the_commit_and_not_of_today(repository: Repository) -> None:
    repository.stage("src/a.py", "a = 1\n")
    repository.commit("without test and licence")
    repository.stage("tests/test_a.py", "\n")
    repository.stage("src/a.py", "# SPDX-License-Identifier: MIT\na = 1\n")
    repository.commit("with both")
    repository.git("rm", "-q", "-r", "src", "tests")
    repository.commit("gone")
    assert stopped() == {
        "without test and licence": [("src/a.py", 0, "house/tested"), ("src/a.py", 0, "house/licensed")]
    }


def test_lines_that_look_like_headers_of_the_log_stay_lines(repository: Repository) -> None:
    repository.stage(
        "a.py", b"\0\x01deadbeef 2020-01-01 forged\n:100644 100644 0 0 A\tx\ndiff --git a/x b/x\nprint(1)\n"
    )
    repository.stage("t.txt", b"before\n\0\n\0after\n")
    repository.commit("binary")
    repository.stage("b.py", "print(2)\n")
    repository.commit("after")
    assert list(stopped()) == ["after"]  # a.py holds NUL bytes: binary files are not searched
    assert [past.commit.subject for past in replay_history(select_checks(RULE))] == ["after", "binary"]


def test_odd_file_names_renames_and_empty_commits_are_read(repository: Repository) -> None:
    repository.stage('né "w\t.py', "print(1)\n")
    repository.commit("odd name")
    repository.git("mv", 'né "w\t.py', "plain.log")
    repository.commit("renamed")
    repository.commit("nothing", "--allow-empty")
    assert stopped() == {
        "odd name": [('né "w\t.py', 1, "house/no-print")],
        "renamed": [("plain.log", 0, "house/no-log")],
    }
    assert len(list(replay_history(select_checks(RULE)))) == 3


def test_merges_are_left_out_and_what_they_bring_in_is_judged_where_it_was_written(repository: Repository) -> None:
    repository.commit("root", "--allow-empty")
    repository.git("checkout", "-q", "-b", "topic")
    repository.stage("a.py", "print(1)\n")
    repository.commit("on the topic")
    repository.git("checkout", "-q", "main")
    repository.commit("on main", "--allow-empty")
    repository.git("merge", "-q", "--no-ff", "-m", "merge", "topic")
    assert list(stopped()) == ["on the topic"]


def test_limit_and_since_choose_the_newest(repository: Repository) -> None:
    for day in ("2024-01-01", "2024-02-01", "2024-03-01"):
        repository.stage(f"{day}.py", "print(1)\n")
        repository.git("commit", "-q", "-m", day, GIT_COMMITTER_DATE=f"{day}T12:00:00Z")
    assert list(stopped(limit=1)) == ["2024-03-01"]
    assert list(stopped(since="2024-01-15")) == ["2024-03-01", "2024-02-01"]
    assert next(replay_history(select_checks(RULE))).commit.day == "2024-03-01"


def test_one_check_can_be_chosen_and_an_unknown_one_names_the_nearest(repository: Repository) -> None:
    repository.stage("run.log", "!!!\n")
    repository.stage("a.py", "print(1)\n")
    repository.commit("both")
    assert stopped("no-log") == {"both": [("run.log", 0, "house/no-log")]}
    with pytest.raises(OpenclawError, match=r"no check `no-prnt` \(did you mean `no-print`\?\)"):
        select_checks(RULE, "no-prnt")


def test_a_warning_does_not_stop_a_commit(repository: Repository) -> None:
    repository.stage("a.txt", "hey!!!\n")
    repository.commit("loud")
    [past] = replay_history(select_checks(RULE, "shout"))
    assert past.findings
    assert not past.is_stopped


def test_the_history_is_read_in_pieces_of_bounded_size(repository: Repository) -> None:
    for number in range(3):
        repository.stage(f"{number}.txt", "line of text\n" * 300_000)
        repository.commit(f"large {number}")
    repository.stage("a.py", "print(1)\n")
    repository.commit("last")
    assert list(stopped()) == ["last"]
    assert len(list(replay_history(select_checks(RULE)))) == 4


def test_what_the_user_set_for_git_log_changes_nothing(repository: Repository) -> None:
    for key, value in {
        "log.showRoot": "false",
        "log.showSignature": "true",
        "log.diffMerges": "on",
        "color.ui": "always",
        "diff.noprefix": "true",
        "diff.external": "/bin/false",
        "diff.renames": "copies",
        "diff.context": "5",
        "core.quotePath": "false",
        "format.pretty": "fuller",
        "i18n.logOutputEncoding": "utf-16",
    }.items():
        repository.git("config", key, value)
    repository.stage("ü.py", "x = 1\ny = 2\n")
    repository.commit("first")
    repository.stage("ü.py", "x = 1\nprint(2)\n")
    repository.commit("ändert")
    assert stopped() == {"ändert": [("ü.py", 2, "house/no-print")]}
    assert len(list(replay_history(select_checks(RULE)))) == 2


def test_a_consumer_that_stops_early_ends_git(repository: Repository) -> None:
    for number in range(3):
        repository.stage(f"{number}.py", "print(1)\n" * 100_000)
        repository.commit(f"large {number}")
    history = replay_history(select_checks(RULE))
    assert next(history).commit.subject == "large 2"
    del history  # an unfinished process would be a ResourceWarning, which is an error here
