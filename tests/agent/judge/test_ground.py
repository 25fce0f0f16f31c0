"""What an attempt is judged by: the policy of its base, and nothing that came later or lies around."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

import pytest

from openclaw_hooks.agent.judge.check import check_attempt
from openclaw_hooks.agent.judge.ground import load_ground, read_ground, save_ground
from openclaw_hooks.errors import OpenclawError
from openclaw_hooks.verdict import Severity
from tests.agent.judge.conftest import ROLE, RULE, make_task

if TYPE_CHECKING:
    from pathlib import Path

    from tests.agent.judge.conftest import Bench


def test_the_agent_is_judged_by_the_base_and_not_by_its_edits(bench: Bench) -> None:
    bench.start({".openclaw/rules/house.md": RULE})
    ground = bench.ground(make_task(scope=()))
    # as the agent leaves the worktree: no rule, no check, another scope
    bench.repository.write(".openclaw/rules/house.md", "---\nid: house\n")
    bench.repository.write(".openclaw/config.yaml", "checks: {disable: [rules, scope, protected, secrets]}\n")
    left = bench.snapshot(
        {"src/app.py": "print(1)\n", ".openclaw/rules/house.md": None, ".openclaw/config.yaml": "format: 1\n"}
    )
    found = check_attempt(bench.repo, ground, make_task(scope=()), left, "")
    assert {(one.check, one.path) for one in found if one.is_error} == {
        ("rules", "src/app.py"),
        ("protected", ".openclaw/config.yaml"),
        ("protected", ".openclaw/rules/house.md"),
    }


def test_a_baseline_that_the_agent_left_beside_its_work_hides_nothing(bench: Bench, aws_key: str) -> None:
    bench.start({".gitignore": ".secrets.baseline\n"})
    task = make_task()
    ground = bench.ground(task)
    bench.repository.write("src/key.py", f"KEY = '{aws_key}'\n")
    digest = hashlib.sha1(aws_key.encode(), usedforsecurity=False).hexdigest()
    entry = {"type": "AWS Access Key", "filename": "src/key.py", "hashed_secret": digest, "line_number": 1}
    baseline = json.dumps({"version": "1.5.0", "results": {"src/key.py": [entry]}})
    bench.repository.write(".secrets.baseline", baseline)
    left = bench.snapshot({"src/key.py": f"KEY = '{aws_key}'\n"})
    assert [found.check for found in check_attempt(bench.repo, ground, task, left, "") if found.is_error] == ["secrets"]
    # the same baseline, there before the agent came, counts
    bench.repository.write(".secrets.baseline", baseline)
    known = read_ground(str(bench.repository.path), task, "claude")
    bench.repository.write(".secrets.baseline", "{}")
    assert [found for found in check_attempt(bench.repo, known, task, left, "") if found.is_error] == []


def test_settings_of_the_repository_weigh_findings(bench: Bench) -> None:
    bench.start({".openclaw/config.yaml": "checks: {warn: [scope], disable: [secrets]}\n"})
    found = bench.check({"out.py": "x\n"})
    assert [(one.check, one.severity) for one in found if one.path] == [("scope", Severity.WARNING)]


def test_an_unknown_role_or_a_broken_policy_is_no_ground(bench: Bench) -> None:
    with pytest.raises(OpenclawError, match="there is no role `captain`"):
        bench.ground(make_task(role="captain"))
    bench.start({".openclaw/config.yaml": "checks: {disabel: [scope]}\n"})
    with pytest.raises(OpenclawError, match="disabel"):
        bench.ground(make_task())


def test_scope_and_role_of_the_environment_do_not_count(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENCLAW_SCOPE", "**")
    monkeypatch.setenv("OPENCLAW_ROLE", "reviewer")
    assert bench.errors({"out.py": "x\n"}) == [("scope", "out.py")]


def test_the_ground_survives_the_runner(bench: Bench, tmp_path: Path) -> None:
    bench.start({".openclaw/rules/house.md": RULE, ".openclaw/roles/writer.yaml": ROLE, ".secrets.baseline": "{}"})
    ground = bench.ground(make_task(role="writer"))
    save_ground(str(tmp_path / "ground.json"), ground)
    assert load_ground(str(tmp_path / "ground.json")) == ground
