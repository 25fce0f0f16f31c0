from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from openclaw_hooks.checks.policy import load_policy
from openclaw_hooks.errors import OpenclawError

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import Repository


def load(root: Path, **fields: object) -> object:
    return load_policy(str(root), str(root / "state"), **fields)  # type: ignore[arg-type]  # tests pass what fits


def ids(root: Path) -> set[str]:
    return {rule.id for rule in load_policy(str(root), str(root / "state")).rules}


def test_a_cached_policy_equals_a_fresh_one(tmp_path: Path) -> None:
    fresh = load_policy(str(tmp_path))
    assert load(tmp_path) == fresh
    assert len(list((tmp_path / "state").glob("policy-*.json"))) == 1
    assert load(tmp_path) == fresh


def test_what_tests_of_hooks_begin_with_is_what_a_hook_keeps(guarded: Repository) -> None:
    [cache] = (guarded.path / ".git" / "openclaw").glob("policy-*.json")
    before = cache.read_bytes()
    cache.unlink()
    guarded.hook("pre-commit")
    assert cache.read_bytes() == before


@pytest.mark.parametrize("content", [b"", b"{", b'{"key": "x"}', b"\xff\xfe"])
def test_a_broken_cache_is_made_anew(tmp_path: Path, content: bytes) -> None:
    fresh = load(tmp_path)
    [cache] = (tmp_path / "state").glob("policy-*.json")
    cache.write_bytes(content)
    assert load(tmp_path) == fresh


def test_config_rules_roles_and_markers_are_seen_when_they_change(tmp_path: Path) -> None:
    assert "typescript" not in ids(tmp_path)
    (tmp_path / "tsconfig.json").write_text("{}")
    assert "typescript" in ids(tmp_path)
    config = tmp_path / ".openclaw" / "config.yaml"
    config.parent.mkdir()
    config.write_text("rules: {disable: [typescript]}\n")
    assert "typescript" not in ids(tmp_path)
    config.unlink()
    assert "typescript" in ids(tmp_path)
    rule = tmp_path / ".openclaw" / "rules" / "own.md"
    rule.parent.mkdir()
    rule.write_text("---\nid: own\nversion: 1.0.0\ntier: project\n---\n# Own\n")
    assert "own" in ids(tmp_path)
    rule.unlink()
    assert "own" not in ids(tmp_path)


def test_a_new_file_that_says_nothing_about_frameworks_keeps_the_cache(tmp_path: Path) -> None:
    load(tmp_path)
    [cache] = (tmp_path / "state").glob("policy-*.json")
    before = cache.stat()
    (tmp_path / "NEWS.md").write_text("new\n")
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "a.txt").write_text("a\n")
    load(tmp_path)
    assert (cache.stat().st_ino, cache.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_a_path_that_a_rule_waits_for_is_seen_however_deep_it_lies(tmp_path: Path) -> None:
    rule = tmp_path / ".openclaw" / "rules" / "deep.md"
    rule.parent.mkdir(parents=True)
    rule.write_text("---\nid: deep\nversion: 1.0.0\ntier: framework\ndetect: [a/b/c/marker]\n---\n# Deep\n")
    assert "deep" not in ids(tmp_path)
    (tmp_path / "a" / "b" / "c").mkdir(parents=True)
    (tmp_path / "a" / "b" / "c" / "marker").write_text("")
    assert "deep" in ids(tmp_path)
    (tmp_path / "a" / "b" / "c" / "marker").unlink()
    assert "deep" not in ids(tmp_path)


def test_a_read_only_state_folder_only_costs_time(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("a file where the folder should be")
    assert load(tmp_path) == load_policy(str(tmp_path))


def test_scope_and_role_come_from_the_call_then_the_environment_then_the_config(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".openclaw").mkdir()
    (tmp_path / ".openclaw" / "config.yaml").write_text("scope: {paths: [a/], role: reviewer}\n")
    policy = load_policy(str(tmp_path))
    assert (policy.scope, policy.role and policy.role.id) == (("a/",), "reviewer")
    monkeypatch.setenv("OPENCLAW_SCOPE", "b/ c/*.py")
    monkeypatch.setenv("OPENCLAW_ROLE", "docs-writer")
    policy = load_policy(str(tmp_path))
    assert (policy.scope, policy.role and policy.role.id) == (("b/", "c/*.py"), "docs-writer")
    policy = load_policy(str(tmp_path), "", "qa-engineer", ("d/",))
    assert (policy.scope, policy.role and policy.role.id) == (("d/",), "qa-engineer")


def test_an_unknown_role_names_the_nearest(tmp_path: Path) -> None:
    with pytest.raises(OpenclawError, match="reviewer"):
        load_policy(str(tmp_path), "", "reviewr")


def test_an_agent_is_recognised_by_its_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert load_policy(str(tmp_path)).agent == ""
    monkeypatch.setenv("AI_AGENT", "claude-code_2-1-330_agent")
    assert load_policy(str(tmp_path)).agent == "claude-code"
    monkeypatch.setenv("CODEX_CI", "1")
    assert load_policy(str(tmp_path)).agent == "codex"
