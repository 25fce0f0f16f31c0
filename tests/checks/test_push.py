from __future__ import annotations

import pytest

from openclaw_hooks.checks.push import RefUpdate, judge_update, parse_updates
from openclaw_hooks.errors import OpenclawError
from openclaw_hooks.settings import PushSettings

OLD, NEW, ZERO = "1" * 40, "2" * 40, "0" * 40


def judge(ref: str, old: str, new: str, is_forced: bool = False, settings: PushSettings | None = None) -> str:
    finding = judge_update(RefUpdate("refs/heads/x", new, ref, old), settings or PushSettings(), is_forced)
    return finding.message if finding else ""


@pytest.mark.parametrize("branch", ["main", "master", "production", "release", "release/1.0", "release/a/b"])
def test_a_protected_branch_is_neither_deleted_nor_rewritten(branch: str) -> None:
    assert "deletes the protected branch" in judge(f"refs/heads/{branch}", OLD, ZERO)
    assert "rewrites the protected branch" in judge(f"refs/heads/{branch}", OLD, NEW, is_forced=True)
    assert judge(f"refs/heads/{branch}", OLD, NEW) == ""
    assert judge(f"refs/heads/{branch}", ZERO, NEW) == ""


@pytest.mark.parametrize(
    "ref", ["refs/heads/topic", "refs/heads/mainline", "refs/tags/main", "refs/heads/topic/main-x"]
)
def test_other_refs_may_be_rewritten(ref: str) -> None:
    assert judge(ref, OLD, NEW, is_forced=True) == ""
    assert judge(ref, OLD, ZERO) == ""


def test_the_receipts_are_protected_too() -> None:
    assert "receipts" in judge("refs/notes/openclaw", OLD, ZERO)
    assert "receipts" in judge("refs/notes/openclaw", OLD, NEW, is_forced=True)


def test_protected_branches_are_what_the_settings_say() -> None:
    settings = PushSettings(protected=("trunk", "!trunk-old"))
    assert "trunk" in judge("refs/heads/trunk", OLD, ZERO, settings=settings)
    assert judge("refs/heads/main", OLD, ZERO, settings=settings) == ""


def test_updates_are_read_from_their_end() -> None:
    text = f"HEAD@{{1 day ago}} {NEW} refs/heads/main {OLD}\n(delete) {ZERO} refs/heads/x {OLD}\n"
    first, second = parse_updates(text)
    assert first.local_ref == "HEAD@{1 day ago}"
    assert second.is_deletion
    assert not first.is_creation


def test_a_line_that_is_none_is_refused() -> None:
    with pytest.raises(OpenclawError, match="not a line of a pre-push hook"):
        parse_updates("garbage\n")
