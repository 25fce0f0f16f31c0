"""What is found in an attempt: by the policy of its base, in git's objects, whatever its files are called."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import pytest

from openclaw_hooks import git
from openclaw_hooks.agent.judge import check, size
from openclaw_hooks.agent.judge.check import MAX_FOUND, MAX_OWN_COMMITS, bound_findings, check_attempt
from openclaw_hooks.agent.model import Found
from openclaw_hooks.checks.table import CHECKS, FILES
from openclaw_hooks.verdict import Finding, Severity
from tests.agent.judge.conftest import ROLE, RULE, make_task

if TYPE_CHECKING:
    from tests.agent.judge.conftest import Bench
    from tests.conftest import Repository


def test_a_change_within_the_scope_finds_nothing(bench: Bench) -> None:
    assert [found for found in bench.check({"src/app.py": "x = 2\n"}) if found.is_error] == []


def test_a_folder_in_the_scope_means_all_that_is_in_it(bench: Bench) -> None:
    changed = {"src/app.py": "x = 2\n", "src/deep/er/new.py": "y = 1\n", "src/gone.py": "z = 1\n"}
    for scope in ("src/", "src", "/src", "src/**"):
        assert bench.errors(changed, make_task(scope=(scope,))) == [], scope
    assert bench.errors({"srcs/app.py": "x = 1\n"}) == [("scope", "srcs/app.py")]
    assert bench.errors({"lib/src/app.py": "x = 1\n"}, make_task(scope=("/src/",))) == [("scope", "lib/src/app.py")]


def test_deletions_and_both_ends_of_a_rename_count(bench: Bench) -> None:
    body = "".join(f"line {n}\n" for n in range(40))
    bench.start({"docs/guide.md": body, "src/kept.md": "here\n"})
    assert bench.errors({"docs/guide.md": None}) == [("scope", "docs/guide.md")]
    assert bench.errors({"docs/guide.md": None, "src/guide.md": body}) == [("scope", "docs/guide.md")]


HOSTILE = [
    b"out/a\nb.py",
    b'out/"quoted".py',
    b"out/caf\xe9.py",
    "out/naïve-日本.py".encode(),
    b"-rf",
    b"out/$(touch PWNED).py",
    b"out/`touch PWNED`.py",
    b"out/;touch PWNED;.py",
    b"out/tab\there.py",
    b"out/:(glob)**",
    b"out/\x1b[2Jx.py",
    b"src\n/app.py",
]


@pytest.mark.parametrize("name", HOSTILE, ids=ascii)
def test_a_name_made_to_mislead_is_a_name(bench: Bench, name: bytes) -> None:
    found = bench.check({name: b"1\n"})
    assert [one.check for one in found if one.is_error] == ["scope"]
    assert all(one.path.isprintable() and one.message.isprintable() for one in found)
    assert msgspec.json.decode(msgspec.json.encode(found), type=tuple[Found, ...]) == found
    assert not list(bench.repository.path.rglob("PWNED"))
    inside = b"src/" + name.replace(b"/", b"_")
    assert [one.path for one in bench.check({inside: b"1\n"}) if one.is_error] == []


def test_a_name_that_looks_like_the_scope_once_quoted_is_outside_of_it(bench: Bench) -> None:
    assert bench.errors({b'"src/x.py"': b"1\n"}) == [("scope", '"src/x.py"')]


def test_what_is_checked_out_or_staged_does_not_matter(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    found = bench.check({"out.py": "x\n", "src/app.py": "TODO\n"})
    elsewhere = bench.commit({"README.md": "another line of history\n"})
    bench.repository.git("checkout", "-q", elsewhere)
    bench.repository.stage("src/staged.py", "password = 'not looked at'\n")
    bench.repository.write("out.py", "changed on disk\n")
    assert bench.check({"out.py": "x\n", "src/app.py": "TODO\n"}) == found
    monkeypatch.setenv("GIT_INDEX_FILE", str(bench.repository.path / "no-index"))
    monkeypatch.setenv("GIT_DIFF_OPTS", "--unified=3")
    assert bench.check({"out.py": "x\n", "src/app.py": "TODO\n"}) == found
    monkeypatch.chdir(bench.repository.path / "src")
    assert bench.check({"out.py": "x\n", "src/app.py": "TODO\n"}) == found


HIDING = {
    "core.quotePath": "false",
    "diff.noprefix": "true",
    "diff.mnemonicPrefix": "true",
    "diff.external": "true",
    "diff.renames": "false",
    "diff.orderFile": "/dev/null",
    "core.bigFileThreshold": "1",
    "diff.hide.binary": "true",
    "diff.hide.textconv": "true",
    "diff.hide.command": "true",
    "diff.ignoreSubmodules": "all",
    "color.ui": "always",
    "log.showSignature": "true",
    "log.showRoot": "false",
    "diff.context": "9",
    "diff.interHunkContext": "9",
}


def test_settings_and_attributes_of_git_hide_nothing(bench: Bench, aws_key: str) -> None:
    changed = {"out.py": "x\n", "src/key.py": f"a\nb\nKEY = '{aws_key}'\n", ".gitattributes": "* -diff diff=hide\n"}
    own = bench.commit({"src/key.py": f"KEY = '{aws_key}'\n"}, bench.base, "chore: mine")
    found = bench.check(changed, own_head=own)
    for name, value in HIDING.items():
        bench.repository.git("config", name, value)
    info = bench.repository.path / ".git" / "info"
    (info / "attributes").write_text("* -diff diff=hide\n")
    (info / "grafts").write_text(f"{own}\n")
    bench.repository.git("replace", "-f", own, bench.base)
    assert bench.check(changed, own_head=own) == found
    assert {(one.check, one.path) for one in found if one.is_error} == {
        ("scope", "out.py"),
        ("scope", ".gitattributes"),
        ("secrets", "src/key.py"),
    }


def test_secrets_in_its_own_commits_are_found_when_it_took_them_out_again(bench: Bench, aws_key: str) -> None:
    first = bench.commit({"src/key.py": f"KEY = '{aws_key}'\n"}, bench.base, "feat(key): add it")
    second = bench.commit({"src/key.py": None, "src/app.py": "x = 2\n"}, first, f"fix(key): drop {aws_key}")
    found = [one for one in bench.check({"src/app.py": "x = 2\n"}, own_head=second) if one.is_error]
    assert [(one.check, one.path) for one in found] == [("secrets", "(commit message)"), ("secrets", "src/key.py")]
    assert second[:10] in found[0].message
    assert first[:10] in found[1].message
    assert aws_key not in str(found)


def test_more_own_commits_than_are_looked_through_is_an_error(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(check, "MAX_OWN_COMMITS", 1)
    tip = bench.commit({"src/a.py": "1\n"}, bench.commit({"src/a.py": "0\n"}, bench.base))
    found = [one for one in bench.check({"src/app.py": "x = 2\n"}, own_head=tip) if one.is_error]
    assert [one.message for one in found] == [
        "it left 2 commits besides its files, more than the 1 that are looked through"
    ]
    assert MAX_OWN_COMMITS > 1


def test_more_than_can_be_looked_through_is_an_error_and_is_not_read(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.start({"src/large.txt": "x" * 5000})
    monkeypatch.setattr(size, "MAX_BYTES", 2000)
    assert bench.errors({"src/app.py": "x = 2\n"}) == []  # what does not change has no weight
    with monkeypatch.context() as patch:
        patch.setattr(check, "range_change", None)
        found = [one for one in bench.check({"src/a.txt": "a" * 1500, "src/b.txt": "b" * 1500}) if one.is_error]
    assert [one.check for one in found] == ["snapshot"]
    assert "more than the" in found[0].message
    gone = bench.commit({"src/a.txt": "a" * 2500}, bench.base)
    own = bench.commit({"src/a.txt": None}, gone)
    found = [one for one in bench.check({"src/app.py": "x = 2\n"}, own_head=own) if one.is_error]
    assert ["more than the" in one.message for one in found] == [True]


def test_role_and_companions_are_asked_of_the_whole_attempt(bench: Bench) -> None:
    bench.start({".openclaw/rules/house.md": RULE, ".openclaw/roles/writer.yaml": ROLE})
    task = make_task(role="writer")
    assert bench.errors({"src/lib/count.py": "x = 1\n"}, task) == [
        ("scope", "src/RESULT.md"),
        ("scope", "src/RESULT.md"),
        ("rules", "src/lib/count.py"),
    ]
    assert bench.errors({"src/RESULT.md": "lorem ipsum\n"}, task) == [
        ("scope", "src/RESULT.md"),
        ("scope", "src/RESULT.md"),
    ]
    whole = {"src/lib/count.py": "x = 1\n", "src/tests/test_count.py": "x = 1\n", "src/RESULT.md": "Verdict: good\n"}
    assert bench.errors(whole, task) == []


@pytest.mark.parametrize("name", [name for name, entry in CHECKS.items() if FILES in entry.looks_at])
def test_a_check_that_crashes_is_an_error(bench: Bench, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    entry = CHECKS[name]._replace(function="no_such_function")
    monkeypatch.setitem(CHECKS, name, entry)
    found = [one for one in bench.check({"src/app.py": "x = 2\n"}) if one.is_error]
    assert [one.check for one in found] == [name]
    assert "could not be checked: AttributeError" in found[0].message


def test_a_snapshot_that_cannot_be_read_is_an_error(bench: Bench) -> None:
    task = make_task()
    left = bench.snapshot({"src/app.py": "x = 2\n"})
    gone = msgspec.structs.replace(left, commit="0123456789" * 4)
    found = check_attempt(bench.repo, bench.ground(task), task, gone, "")
    assert [one.check for one in found if one.is_error] == ["secrets", "snapshot"]
    lost = msgspec.structs.replace(left, own_head="0123456789" * 4)
    found = check_attempt(bench.repo, bench.ground(task), task, lost, "")
    assert [one.check for one in found if one.is_error] == ["secrets"]


def test_what_could_not_be_taken_into_the_snapshot_is_found_too(bench: Bench) -> None:
    task = make_task()
    lost = Found("snapshot", Severity.ERROR, "src/nested", 0, "a repository of its own")
    left = msgspec.structs.replace(bench.snapshot({"src/app.py": "x = 2\n"}), found=(lost,))
    assert [found for found in check_attempt(bench.repo, bench.ground(task), task, left, "") if found.is_error] == [
        lost
    ]


def test_findings_are_bounded_and_no_error_gets_lost() -> None:
    warnings = [Finding("rules", Severity.WARNING, "a", n, "w") for n in range(2 * MAX_FOUND)]
    found = bound_findings([*warnings, Finding("scope", Severity.ERROR, "z", 0, "e")])
    assert len(found) == MAX_FOUND
    assert found[0].check == "scope"
    assert (found[-1].severity, found[-1].message) == (Severity.WARNING, f"and {MAX_FOUND + 2} more findings")
    errors = [Finding("scope", Severity.ERROR, f"{n}", 0, "e") for n in range(MAX_FOUND + 1)]
    assert bound_findings(errors)[-1].is_error


def test_the_same_attempt_is_found_the_same(bench: Bench) -> None:
    changed = {"out.py": "x\n", "src/app.py": "# TODO it\n", "more/out.py": "y\n"}
    task = make_task()
    left = bench.snapshot(changed)
    ground = bench.ground(task)
    assert check_attempt(bench.repo, ground, task, left, "boom") == check_attempt(
        bench.repo, ground, task, left, "boom"
    )


def test_a_bare_repository_has_attempts_too(
    bench: Bench, repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    task = make_task()
    left = bench.snapshot({"out.py": "x\n"})
    ground = bench.ground(task)
    repository.git("config", "core.bare", "true")
    monkeypatch.chdir(repository.path / ".git")
    found = check_attempt(git.open_repo(), ground, task, left, "")
    assert [(one.check, one.path) for one in found if one.is_error] == [("scope", "out.py")]
