"""Ways in which runners of agents are known to let bad work through or to stop good work: none of them here."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING

import pytest

from openclaw_hooks.agent.judge.check import check_attempt
from openclaw_hooks.agent.judge.decide import Facts, judge
from openclaw_hooks.agent.judge.ground import read_ground
from openclaw_hooks.agent.model import Cause, Report, Verdict
from openclaw_hooks.agent.trees.keeping import Credit, make_kept_commit
from openclaw_hooks.checks.run import run_checks
from openclaw_hooks.checks.sources import commit_change
from openclaw_hooks.checks.table import MESSAGE, checks_for
from openclaw_hooks.errors import OpenclawError
from openclaw_hooks.tasks.model import Collaboration, Delegation, Mode
from tests.agent.judge.conftest import RULE, make_task

if TYPE_CHECKING:
    from pathlib import Path

    from openclaw_hooks.agent.model import Judgement
    from openclaw_hooks.tasks.model import Task
    from tests.agent.judge.conftest import Bench, Files

ROLE = """\
id: quiet
version: 1.0.0
name: Quiet
forbidden_patterns: [{pattern: "console\\\\.log", in: "**/*.js"}]
"""


def verdict(bench: Bench, files: Files, task: Task | None = None, spoken: str = "", own_head: str = "") -> Judgement:
    """What becomes of an attempt whose agent ended well and says so."""
    task = task or make_task()
    left = bench.snapshot(files, own_head)
    found = check_attempt(bench.repo, bench.ground(task), task, left, spoken)
    return judge(Facts(Report(code=0, text="Done!"), left, found))


def test_a_secret_is_found_although_nothing_was_ever_staged(bench: Bench, aws_key: str) -> None:
    assert bench.repository.git("diff", "--cached", "--name-only").stdout == ""
    found = verdict(bench, {"src/settings.py": f"KEY = '{aws_key}'\n"})
    assert found.cause is Cause.VIOLATION
    assert "AWS access key id" in found.why


def test_a_scanner_on_the_path_that_reports_no_leaks_stops_nothing(
    bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran = tmp_path / "ran"
    for name in ("gitleaks", "trufflehog", "detect-secrets"):
        program = tmp_path / name
        program.write_text(f"#!/bin/sh\ntouch '{ran}'\necho 'no leaks found: 0 secrets, 0 tokens'\nexit 1\n")
        program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    assert verdict(bench, {"src/app.py": "x = 2\n"}).verdict is Verdict.KEEP
    assert not ran.exists()


@pytest.mark.parametrize(
    ("files", "spoken"),
    [
        ({"docs/other.md": "out of scope\n"}, ""),
        ({"src/page.js": "console.log(1)\n"}, ""),
        ({"src/page.js": "let x\n"}, "$ rm -rf /\n"),
        ({"src/app.py": "print(1)\n"}, ""),
    ],
    ids=["scope", "forbidden pattern", "output", "rule"],
)
def test_every_violation_discards_and_not_secrets_alone(bench: Bench, files: dict[str, str], spoken: str) -> None:
    bench.start({".openclaw/roles/quiet.yaml": ROLE, ".openclaw/rules/house.md": RULE})
    assert verdict(bench, files, make_task(role="quiet"), spoken).cause is Cause.VIOLATION


def test_work_that_the_agent_committed_itself_is_judged_whole(bench: Bench, aws_key: str) -> None:
    """Against the base, and not against a HEAD that the agent moved."""
    task = make_task()
    ground = bench.ground(task)
    files = {"docs/out.md": "x\n", "src/key.py": f"KEY = '{aws_key}'\n"}
    for name, content in files.items():
        bench.repository.stage(name, content)
    bench.repository.commit("feat: all by myself")
    assert bench.repository.git("status", "--porcelain").stdout == ""
    left = bench.snapshot(files, bench.repository.head())
    found = check_attempt(bench.repo, ground, task, left, "")
    assert {(one.check, one.path) for one in found if one.is_error} == {
        ("scope", "docs/out.md"),
        ("secrets", "src/key.py"),
    }


@pytest.mark.parametrize(
    "name", [b'src/"; touch PWNED; ".py', b"src/$(touch PWNED)", "src/größe.py".encode(), b"src/a\nb", b"src/\xff.py"]
)
def test_names_reach_no_shell_and_are_matched_as_they_are(bench: Bench, name: bytes) -> None:
    assert verdict(bench, {name: b"x\n"}).verdict is Verdict.KEEP
    assert verdict(bench, {name: b"x\n"}, make_task(scope=("docs/",))).cause is Cause.VIOLATION
    assert not list(bench.repository.path.rglob("PWNED"))


def test_without_a_worktree_nothing_is_judged_by_what_lies_elsewhere(bench: Bench) -> None:
    with pytest.raises(OpenclawError, match="there is no worktree"):
        read_ground(str(bench.repository.path / "gone"), make_task(), "claude")


def test_tasks_that_several_share_are_judged_like_any_other(bench: Bench) -> None:
    shared = make_task(delegation=Delegation(Mode.COLLAB_MESH, collaboration=Collaboration()))
    assert verdict(bench, {"docs/out.md": "x\n"}, shared).cause is Cause.VIOLATION


@pytest.mark.parametrize(
    "title",
    [
        "Count things",
        "feat(count): count things",
        "mesh(T-aaaaaa): count",
        '$(touch PWNED) `x` "y"',
        "A title\x1b[2J that: " + "goes on " * 24,
        "Grüße",
    ],
)
@pytest.mark.parametrize("config", ["", "{types: [task], scopes: [core], require_scope: true, max_subject: 50}"])
def test_the_commit_of_kept_work_passes_the_check_of_messages(bench: Bench, title: str, config: str) -> None:
    bench.start({".openclaw/config.yaml": f"commit_message: {config}\n"} if config else {})
    policy = bench.ground(make_task()).policy
    left = bench.snapshot({"src/app.py": "x = 2\n"})
    credit = Credit("T-aaaaaa", title, "R-aaaaaa", 1, "Ada <ada@example.org>")
    commit = make_kept_commit(bench.repo, left, credit, policy.settings.commit_message)
    assert run_checks(commit_change(bench.repo, commit), policy, checks_for(MESSAGE)).errors == ()
    assert bench.repository.git("log", "-1", "--format=%P %T", commit).stdout.split() == [left.base, left.tree]
    assert not list(bench.repository.path.rglob("PWNED"))


def test_figures_of_failure_are_read_and_not_counted_by_word(bench: Bench) -> None:
    def suspects(spoken: str) -> list[int]:
        found = bench.check({"src/app.py": "x = 2\n"}, spoken=spoken)
        return [one.line for one in found if one.rule == "no-silent-failure"]

    assert suspects("ok: 12 passed, 0 FAILED, 0 errors\nno failures\n") == []
    assert suspects("error: no such table\nerror: no such column\nerror: disk full\n") == [1, 2, 3]


def test_rules_are_read_anew_and_a_broken_one_is_no_attempt(bench: Bench) -> None:
    """Neither what an earlier attempt was judged by is kept, nor does a broken file mean no rules."""
    rule = bench.repository.path / ".openclaw/rules/house.md"
    task = make_task()
    top = str(bench.repository.path)

    def findings() -> list[str]:
        found = check_attempt(bench.repo, read_ground(top, task, "claude"), task, left, "")
        return [one.rule for one in found if one.check == "rules"]

    left = bench.snapshot({"src/app.py": "print(1)\n"})
    assert findings() == []
    bench.repository.write(".openclaw/rules/house.md", RULE)
    assert findings() == ["house/no-print"]
    rule.write_text(RULE.replace("type: forbid", "type: forbidd"))
    with pytest.raises(OpenclawError, match=r"house\.md"):
        read_ground(top, task, "claude")
    rule.unlink()
    assert findings() == []
