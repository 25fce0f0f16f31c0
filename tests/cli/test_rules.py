from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.cli.conftest import Answer
    from tests.conftest import Repository

    Openclaw = Callable[..., Answer]


def test_list_shows_the_active_rules_and_where_they_come_from(openclaw: Openclaw, house: Repository) -> None:
    rules = {rule["id"]: rule for rule in openclaw("rules", "list", "--json").data("rules")}
    assert rules["house"]["file"] == ".openclaw/rules/house.md"
    assert rules["house"]["origin"] == "project"
    assert rules["house"]["checks"] == ["no-print"]
    assert rules["python"]["active"]
    assert rules["no-hardcoded-secrets"]["kind"] == "harness"
    assert "solidity" not in rules


def test_list_all_shows_also_what_is_not_active(openclaw: Openclaw, house: Repository) -> None:
    house.stage(".openclaw/config.yaml", "rules:\n  disable: [security]\n")
    rules = {rule["id"]: rule["active"] for rule in openclaw("rules", "list", "--all", "--json").data("rules")}
    assert rules["solidity"] is False
    assert rules["security"] is False
    assert rules["house"] is True
    answer = openclaw("rules", "list")
    assert "security " not in answer.out
    assert answer.out.splitlines()[0].split() == [
        "ID",
        "KIND",
        "TIER",
        "VERSION",
        "PRIORITY",
        "ACTIVE",
        "CHECKS",
        "FROM",
    ]


def test_show_prints_the_file_as_it_is(openclaw: Openclaw, house: Repository) -> None:
    answer = openclaw("rules", "show", "house")
    assert answer.out == (house.path / ".openclaw/rules/house.md").read_text(encoding="utf-8")
    shown = openclaw("rules", "show", "house", "--json").data("rule")
    assert shown["checks"][0]["pattern"] == r"\bprint\("
    assert shown["body"] == "# House rules\n\n- Log, do not print."


def test_show_of_an_unknown_rule_names_the_nearest(openclaw: Openclaw) -> None:
    answer = openclaw("rules", "show", "securty")
    assert (answer.code, answer.out) == (2, "")
    assert answer.err == "openclaw: there is no rule `securty` (did you mean `security`?)\n"


def test_match_orders_by_precedence_and_says_why(openclaw: Openclaw, house: Repository) -> None:
    matched = openclaw("rules", "match", "src/app.py", "--json").data("rules-match")
    assert [rule["id"] for rule in matched][:3] == ["house", "python", "security"]
    assert matched[0]["because"] == ["`/src/app.py` meets `*.py`"]
    assert [rule["order"] for rule in matched] == list(range(1, len(matched) + 1))
    assert "house" in openclaw("rules", "match", "src").out
    assert "house" not in openclaw("rules", "match", "docs/**/*.md").out


def test_match_takes_paths_from_the_current_folder(openclaw: Openclaw, house: Repository) -> None:
    [first, *_] = openclaw("rules", "match", "app.py", "--json", folder="src").data("rules-match")
    assert first["because"] == ["`/src/app.py` meets `*.py`"]


def test_a_file_with_glob_signs_in_its_name_is_matched_as_a_file(openclaw: Openclaw, house: Repository) -> None:
    house.stage("src/[id].py", "x = 1\n")
    [first, *_] = openclaw("rules", "match", "src/[id].py", "--json").data("rules-match")
    assert first["because"] == [r"`/src/\[id\].py` meets `*.py`"]


def test_lint_of_sound_rules_exits_0(openclaw: Openclaw, house: Repository) -> None:
    answer = openclaw("rules", "lint")
    assert (answer.code, answer.out) == (0, "")
    assert "nothing found by rule-lint" in answer.err


def test_lint_names_every_broken_file_with_its_line(openclaw: Openclaw, house: Repository) -> None:
    house.write(".openclaw/rules/one.md", "---\nid: one\nversion: 1.0.0\ntier: projct\n---\n# One\n- x\n")
    house.write(".openclaw/rules/harness/two.md", "---\nid: two\nversion: 1.0.0\n---\n# Two\n- x\n")
    answer = openclaw("rules", "lint")
    assert answer.code == 1
    assert ".openclaw/rules/one.md:4: rule-lint: `tier`: unknown value `projct`" in answer.out
    assert ".openclaw/rules/harness/two.md:2: rule-lint: key `type` is missing" in answer.out
    assert answer.out.endswith("2 errors, 0 warnings\n")


def test_lint_warns_of_likely_mistakes_and_exits_0(openclaw: Openclaw, house: Repository) -> None:
    house.write(
        ".openclaw/rules/lost.md", "---\nid: lost\nversion: 1.0.0\ntier: project\npaths: [nowhere/**]\n---\n# L\n- x\n"
    )
    answer = openclaw("rules", "lint", "--json")
    [found] = answer.data("rules-lint")["findings"]
    assert found["severity"] == "warning"
    assert (found["path"], found["line"]) == (".openclaw/rules/lost.md", 5)


def test_other_commands_refuse_a_broken_rule_with_file_and_line(openclaw: Openclaw, house: Repository) -> None:
    house.write(".openclaw/rules/one.md", "---\nid: one\nversion: 1.0.0\ntier: projct\n---\n# One\n")
    for words in (("rules", "list"), ("roles", "list"), ("prompt",), ("check", "src")):
        answer = openclaw(*words)
        assert (answer.code, answer.out) == (2, ""), words
        assert answer.err.startswith("openclaw: .openclaw/rules/one.md:4: `tier`: unknown value `projct`")


def test_backtest_reports_what_would_have_been_stopped(openclaw: Openclaw, house: Repository) -> None:
    house.stage("src/app.py", "x = 1\nprint(x)\n")
    house.commit("feat: print it")
    answer = openclaw("rules", "backtest", "house")
    day, oid, *subject = answer.out.splitlines()[0].split()
    assert (oid, subject) == (house.head()[:10], ["feat:", "print", "it"])
    assert len(day) == 10
    assert answer.out.splitlines()[1] == "  src/app.py:2: rules: print in code [house/no-print]"
    assert "merges left out: 1 would have been stopped, 0 more warned about" in answer.out
    assert answer.out.splitlines()[-1].split() == ["house/no-print", "1", "finding", "in", "1", "commit"]
    assert answer.code == 0


def test_backtest_as_json(openclaw: Openclaw, house: Repository) -> None:
    house.stage("src/app.py", "print(1)\n")
    house.commit("feat: print it")
    report = openclaw("rules", "backtest", "house/no-print", "--json").data("rules-backtest")
    assert (report["scanned"], report["stopped"]) == (2, 1)
    assert report["checks"] == {"house/no-print": {"findings": 1, "commits": 1}}
    [commit] = report["commits"]
    assert commit["oid"] == house.head()
    assert commit["findings"][0]["rule"] == "house/no-print"
    assert report["seconds"] > 0


def test_backtest_runs_a_rule_file_that_is_not_installed(openclaw: Openclaw, house: Repository) -> None:
    text = (house.path / ".openclaw/rules/house.md").read_text(encoding="utf-8")
    house.write("draft/strict.md", text.replace("id: house", "id: strict").replace(r"\bprint\(", "x = 1"))
    assert "strict/no-print  1 finding in 1 commit" in openclaw("rules", "backtest", "draft/strict.md").out
    assert "strict/no-print  1 finding in 1 commit" in openclaw("rules", "backtest", "draft/strict.md/no-print").out
    assert openclaw("rules", "backtest", "missing.md").err.startswith("openclaw: missing.md:1: cannot be read")


def test_backtest_says_what_it_cannot_do(openclaw: Openclaw, repository: Repository) -> None:
    assert "there are no commits yet" in openclaw("rules", "backtest", "security").err
    repository.git("commit", "-q", "--allow-empty", "-m", "start", GIT_COMMITTER_DATE="2020-01-01T12:00:00Z")
    assert "no check `nope`" in openclaw("rules", "backtest", "security/nope").err
    assert "has no mechanical checks" in openclaw("rules", "backtest", "no-assume-running").err
    late = openclaw("rules", "backtest", "security", "--since", "2021-01-01")
    assert (late.code, late.err) == (2, "openclaw: no commits since `2021-01-01` (choose an earlier date)\n")


def test_a_path_outside_of_the_repository_is_refused(openclaw: Openclaw, house: Repository) -> None:
    for path in ("/etc/passwd", "../elsewhere.py"):
        answer = openclaw("rules", "match", path)
        assert (answer.code, answer.out) == (2, "")
        assert answer.err.startswith(f"openclaw: `{path}` lies outside of ")
    assert openclaw("rules", "match", "../src/app.py", folder="src").code == 0


def test_a_glob_that_cannot_be_read_is_refused(openclaw: Openclaw, house: Repository) -> None:
    for words in (("rules", "match", "[a"), ("roles", "match", "[a"), ("prompt", "--paths", "[a")):
        answer = openclaw(*words)
        assert (answer.code, answer.out) == (2, "")
        assert "'[' is never closed" in answer.err


def test_lint_in_a_bare_repository_judges_what_is_shipped(openclaw: Openclaw, house: Repository) -> None:
    house.git("init", "-q", "--bare", "bare.git")
    answer = openclaw("rules", "lint", folder="bare.git")
    assert (answer.code, answer.out) == (0, "")
