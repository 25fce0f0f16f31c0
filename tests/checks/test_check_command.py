from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import Repository


def run(cwd: Path, *words: str, **env: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-P", "-c", "from openclaw_hooks.cli.app import main; main()", "check", *words]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False, env={**os.environ, **env})


def test_what_is_staged_is_the_default(guarded: Repository, aws_key: str) -> None:
    guarded.stage("a.py", f"key = '{aws_key}'\n")
    guarded.write("b.py", f"key = '{aws_key}'\n")
    done = run(guarded.path)
    assert done.returncode == 1
    assert "a.py:1: secrets:" in done.stdout
    assert "b.py" not in done.stdout


def test_a_clean_change_says_what_was_checked(guarded: Repository) -> None:
    done = run(guarded.path)
    assert (done.returncode, done.stdout) == (0, "")
    assert "nothing found by secrets, structured-files" in done.stderr


def test_json_carries_every_finding(guarded: Repository, aws_key: str) -> None:
    guarded.stage(b"od\xffd name.py", f"key = '{aws_key}'\n")
    values: dict[str, Any] = json.loads(run(guarded.path, "--format", "json").stdout)
    assert values["schema"] == "openclaw/check/1"
    [finding] = values["data"]["findings"]
    assert finding["path"] == "od\\xffd name.py"
    assert set(finding) == {"check", "severity", "path", "line", "message", "hint", "rule"}
    assert (values["data"]["errors"], values["data"]["warnings"]) == (1, 0)
    assert aws_key not in json.dumps(values)


def test_sarif_has_what_code_scanning_asks_for(guarded: Repository, aws_key: str) -> None:
    guarded.stage("dir/a b.py", f"\nkey = '{aws_key}'\n# TODO x\n")
    log: dict[str, Any] = json.loads(run(guarded.path, "--format", "sarif").stdout)
    assert log["version"] == "2.1.0"
    [scan] = log["runs"]
    assert scan["tool"]["driver"]["name"] == "openclaw-hooks"
    rules = [rule["id"] for rule in scan["tool"]["driver"]["rules"]]
    for result in scan["results"]:
        assert rules[result["ruleIndex"]] == result["ruleId"]
        assert result["level"] in {"error", "warning"}
        location = result["locations"][0]["physicalLocation"]
        assert location["artifactLocation"]["uri"] == "dir/a%20b.py"
        assert location["region"]["startLine"] in {2, 3}
    assert {result["level"] for result in scan["results"]} == {"error", "warning"}


def test_files_and_folders_are_checked_outside_any_repository(tmp_path: Path, aws_key: str) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "a.py").write_text(f"key = '{aws_key}'\n")
    (tmp_path / "bad.json").write_text("{")
    done = run(tmp_path, "sub", "bad.json")
    assert done.returncode == 1
    assert "sub/a.py:1: secrets:" in done.stdout
    assert "bad.json:1: structured-files:" in done.stdout


def test_only_the_named_checks_run(guarded: Repository, aws_key: str) -> None:
    guarded.stage("a.json", f'{{"key": "{aws_key}"')
    assert "secrets" not in run(guarded.path, "--only", "structured-files").stdout
    assert "structured-files" not in run(guarded.path, "--only", "secrets").stdout


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (["--only", "secret"], "no check `secret` (did you mean `secrets`?)"),
        (["nowhere.py"], "no such file or folder: nowhere.py"),
        (["--staged", "a.py"], "exclude each other"),
        (["--receipts"], "--receipts needs commits"),
        (["--from", "nowhere"], "`nowhere` is no commit in this repository"),
        (["--role", "reviewr"], "did you mean `reviewer`?"),
    ],
)
def test_bad_input_is_one_clear_line_and_exit_code_2(guarded: Repository, words: list[str], reason: str) -> None:
    done = run(guarded.path, *words)
    assert done.returncode == 2
    assert reason in done.stderr
    assert "Traceback" not in done.stderr


def test_commits_are_checked_one_by_one(guarded: Repository, aws_key: str) -> None:
    guarded.stage("a.py", f"key = '{aws_key}'\n")
    guarded.commit("feat: add", "--no-verify")
    guarded.stage("a.py", "key = None\n")
    guarded.commit("bad message", "--no-verify")
    done = run(guarded.path, "--from", "HEAD~2")
    assert done.returncode == 1
    assert "a.py:1: secrets: in commit" in done.stdout
    assert "commit-message: in commit" in done.stdout


def test_the_deep_pass_adds_warnings_only(guarded: Repository) -> None:
    guarded.stage("notes.py", 'value = "c3VwZXIgc2VjcmV0IHZh' + 'bHVlIGZvciB0ZXN0aW5n9zQ"\n')
    assert run(guarded.path, "--only", "secrets").stdout == ""
    done = run(guarded.path, "--deep", "--only", "secrets")
    assert done.returncode == 0
    assert "notes.py:1: secrets (warning): Base64 High Entropy String" in done.stdout


def test_a_repository_of_twenty_thousand_files_is_checked_quickly(guarded: Repository) -> None:
    lines = [b"commit refs/heads/big", b"committer A <a@b> 0 +0000", b"data 1", b"x"]
    lines += [b"from refs/heads/main^0"]
    for number in range(20_000):
        lines += [b"M 100644 inline d%d/f%d.txt" % (number % 200, number), b"data 2", b"x\n"]
    stream = b"\n".join([*lines, b""])
    subprocess.run(["git", "fast-import", "--quiet"], cwd=guarded.path, input=stream, check=True)
    guarded.git("checkout", "-q", "big")
    guarded.stage("a.py", "a = 1\n")
    started = time.monotonic()
    assert guarded.commit("feat: one of many").returncode == 0
    assert time.monotonic() - started < 20
