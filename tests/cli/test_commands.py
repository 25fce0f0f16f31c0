"""What holds for every command: help with an example, clear errors, exit codes."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from openclaw_hooks.cli.app import COMMANDS, app, load_command
from openclaw_hooks.cli.boundary import run_guarded
from tests.cli.conftest import Answer

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.conftest import Repository

    Openclaw = Callable[..., Answer]

SCRIPT = Path(sys.executable).with_name("openclaw")


def all_commands() -> list[tuple[str, ...]]:
    below = [(name, sub) for name in COMMANDS for sub in getattr(load_command(name), "commands", ())]
    return [(), *((name,) for name in COMMANDS), *below]


@pytest.fixture
def ask(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Openclaw:
    """Runs a command outside of any repository, without starting a process each time."""
    monkeypatch.chdir(tmp_path)

    def run(*words: str) -> Answer:
        code = run_guarded(lambda: app(list(words), standalone_mode=False))
        return Answer(subprocess.CompletedProcess(words, code, *capsys.readouterr()))

    return run


@pytest.mark.parametrize("words", all_commands(), ids=" ".join)
def test_every_command_has_help_with_an_example(ask: Openclaw, words: tuple[str, ...]) -> None:
    answer = ask(*words, "--help")
    assert answer.code == 0, answer.err
    assert "Example: openclaw" in answer.out


@pytest.mark.parametrize("words", all_commands(), ids=" ".join)
def test_an_unknown_option_is_a_usage_error(ask: Openclaw, words: tuple[str, ...]) -> None:
    answer = ask(*words, "--no-such")
    assert (answer.code, answer.out) == (2, "")
    assert "No such option: --no-such" in answer.err


@pytest.mark.parametrize("words", [(), ("doctor",), ("task",), ("task", "new")], ids=" ".join)
def test_the_script_helps_and_refuses_as_the_commands_do(openclaw: Openclaw, words: tuple[str, ...]) -> None:
    helped, refused = openclaw(*words, "--help"), openclaw(*words, "--no-such")
    assert (helped.code, refused.code, refused.out) == (0, 2, "")
    assert "Example: openclaw" in helped.out
    assert "No such option: --no-such" in refused.err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("rulez",), "no command `rulez` (did you mean `rules`?)"),
        (
            ("schema",),
            "which schema? (one of: config, rule, harness-rule, role, task, plan-template, plan, agents, receipt, check)",
        ),
        (("schema", "confg"), "no schema `confg` (did you mean `config`?)"),
        (("check", "nowhere"), "no such file or folder: nowhere"),
        (("check", "--only", "secret"), "no check `secret` (did you mean `secrets`?)"),
        (("check", "--receipts"), "--receipts needs commits (add --from A [--to B])"),
        (("check", "--staged", "--from", "HEAD"), "paths, --staged and --from/--to exclude each other"),
        (("check", "--from", "nope"), "`nope` is no commit in this repository"),
    ],
)
def test_bad_input_is_one_clear_line_and_exit_code_2(
    openclaw: Openclaw, house: Repository, words: Any, said: str
) -> None:
    answer = openclaw(*words)
    assert (answer.code, answer.out) == (2, "")
    assert answer.err.startswith(f"openclaw: {said}")
    assert answer.err.count("\n") == 1


def test_version(openclaw: Openclaw) -> None:
    from openclaw_hooks import __version__

    assert openclaw("--version").out == f"openclaw-hooks {__version__}\n"


def test_schema_prints_the_bare_schema_and_lists_them(openclaw: Openclaw) -> None:
    assert json.loads(openclaw("schema", "role").out)["title"] == "Role"
    listed = openclaw("schema", "--list").out.splitlines()[1:]
    names = ["config", "rule", "harness-rule", "role", "task", "plan-template", "plan", "agents", "receipt", "check"]
    assert [line.split()[0] for line in listed] == names


def test_check_exits_1_with_findings_and_0_without(openclaw: Openclaw, house: Repository) -> None:
    clean = openclaw("check", "src")
    assert (clean.code, clean.out) == (0, "")
    assert clean.err.startswith("nothing found by secrets, ")
    house.write("src/bad.py", "print(1)\n")
    found = openclaw("check", "src")
    assert found.code == 1
    assert found.out == "src/bad.py:1: rules: print in code [house/no-print]\n    use the log\n1 error, 0 warnings\n"


def test_check_as_json_and_sarif(openclaw: Openclaw, house: Repository) -> None:
    house.write("src/bad.py", "print(1)\n")
    printed = json.loads(openclaw("check", "src", "--format", "json").out)
    assert printed["schema"] == "openclaw/check/1"
    [finding] = printed["data"]["findings"]
    assert list(finding) == ["check", "severity", "path", "line", "message", "hint", "rule"]
    [run] = json.loads(openclaw("check", "src", "--format", "sarif").out)["runs"]
    assert run["results"][0]["ruleId"] == "rules/house/no-print"


def test_check_of_commits_and_receipts(openclaw: Openclaw, house: Repository) -> None:
    house.write(".openclaw/config.yaml", "format: 1\n")
    house.install()
    house.stage("src/ok.py", "y = 2\n")
    house.commit("feat: fine")
    assert openclaw("check", "--from", "HEAD^", "--receipts").code == 0
    house.stage("src/bad.py", "print(1)\n")
    house.commit("feat: bypass", "--no-verify")
    lacking = openclaw("check", "--from", "HEAD^", "--to", "HEAD", "--receipts")
    assert lacking.code == 1
    assert "no valid receipt: feat: bypass" in lacking.out
    found = openclaw("check", "--from", "HEAD^", "--to", "HEAD")
    assert found.code == 1
    assert f"in commit {house.head()[:10]}: print in code" in found.out


def test_in_a_bare_repository_only_commits_are_judged(openclaw: Openclaw, house: Repository) -> None:
    house.write("src/leak.py", f'key = "AKIA{"QYLPMN5HHHFPZAM2"}"\n')
    house.git("add", "--all")
    house.git("commit", "--quiet", "--message", "feat: leak")
    house.git("clone", "--quiet", "--bare", ".", "bare.git")
    staged = openclaw("check", folder="bare.git")
    assert (staged.code, staged.out) == (2, "")
    assert "bare repository (name the commits: --from A --to B)" in staged.err
    found = openclaw("check", "--from", "HEAD^", folder="bare.git")
    assert found.code == 1
    assert "src/leak.py:1: secrets: " in found.out


def test_outside_a_repository_the_shipped_policy_is_used(tmp_path: Path) -> None:
    for words in (["rules", "list"], ["rules", "lint"], ["roles", "list"], ["prompt"], ["schema", "rule"]):
        done = subprocess.run([SCRIPT, *words], check=False, cwd=tmp_path, capture_output=True, text=True)
        assert (done.returncode, bool(done.stdout or "nothing" in done.stderr)) == (0, True), done.stderr


def test_a_reader_that_goes_away_is_no_error(house: Repository) -> None:
    done = subprocess.run(
        f"'{SCRIPT}' rules list --all --json | head -c 10",
        check=False,
        shell=True,
        cwd=house.path,
        capture_output=True,
        text=True,
    )
    assert (done.stdout, done.stderr) == ('{\n  "schem', "")
