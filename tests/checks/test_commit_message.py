from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from openclaw_hooks.checks.commit_message import check_commit_message, clean_message, judge_message
from openclaw_hooks.settings import CommitMessageSettings

if TYPE_CHECKING:
    from collections.abc import Callable

    from openclaw_hooks.checks.change import Change
    from openclaw_hooks.checks.policy import Policy

DEFAULT = CommitMessageSettings()


@pytest.mark.parametrize(
    "message",
    [
        "feat: add a thing",
        "fix(parser): mend it",
        "feat(api)!: drop v1",
        "feat!: drop v1\n\nBREAKING CHANGE: v1 is gone",
        "refactor(a/b, c): move",
        "docs: ünïcode is fine",
        "Merge branch 'x' into main",
        "Merge remote-tracking branch 'origin/main'",
        "Merge pull request #1 from a/b",
        "Merge tag 'v1'",
        'Revert "feat: add a thing"\n\nThis reverts commit abc.',
        'Reapply "feat: add a thing"',
        "fixup! feat: add a thing",
        "squash! anything",
        "amend! anything",
    ],
)
def test_good_messages_and_those_that_git_writes_pass(message: str) -> None:
    assert judge_message(message, DEFAULT) == []


@pytest.mark.parametrize(
    ("message", "reason"),
    [
        ("update stuff", "is not `type(scope): description`"),
        ("feet: add", "unknown type `feet`"),
        ("Feat: add", "unknown type `Feat`"),
        ("feat:add", "no description after `:`"),
        ("feat: ", "no description after `:`"),
        ("feat(): add", "empty scope"),
        ("feat : add", "is not `type(scope): description`"),
        ("feat: " + "x" * 120, "126 characters, 100 at most"),
        ("feat: add\nsecond line", "second line is not blank"),
        ("Mergers and acquisitions", "is not `type(scope): description`"),
        ("Revert the change", "is not `type(scope): description`"),
        ("fixup feat: x", "is not `type(scope): description`"),
    ],
)
def test_bad_messages_are_refused_with_the_reason(message: str, reason: str) -> None:
    assert any(reason in fault for fault, _hint in judge_message(message, DEFAULT))


def test_an_unknown_type_names_the_nearest() -> None:
    [(_fault, hint)] = judge_message("feet: add", DEFAULT)
    assert hint == "did you mean `feat`?"


def test_types_and_scopes_are_what_the_settings_say() -> None:
    settings = CommitMessageSettings(types=("mesh", "fix"), scopes=("core",), require_scope=True)
    assert judge_message("mesh(core): run", settings) == []
    assert judge_message("mesh(other): run", settings) == [("unknown scope `other`", "known: core")]
    assert judge_message("mesh: run", settings) == [("no scope", "write `type(scope): description`")]


def test_the_check_is_silent_without_a_message(
    make_change: Callable[..., Change], make_policy: Callable[..., Policy]
) -> None:
    assert check_commit_message(make_change(), make_policy()) == []


def test_comments_and_the_diff_below_the_scissors_are_cut() -> None:
    text = "feat: x  \n\nbody\n# a comment\n# ------------------------ >8 ------------------------\ndiff --git\n"
    assert clean_message(text, "#", keeps_comments=False) == "feat: x\n\nbody"
    assert clean_message(text, "#", keeps_comments=True) == "feat: x\n\nbody\n# a comment"


def test_a_hash_at_the_start_stays_when_no_editor_was_opened() -> None:
    assert clean_message("#12: mend\n", "#", keeps_comments=True) == "#12: mend"
