"""Whatever the text: an answer, the same each time, soon, and never a prefilter that overlooks what is refused."""

from __future__ import annotations

import time

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from openclaw_hooks.checks.command_rules.model import CommandFacts
from openclaw_hooks.checks.commands import judge_command, judge_reading
from openclaw_hooks.shell.parse import parse_line
from openclaw_hooks.shell.prefilter import needs_reading
from openclaw_hooks.shell.read import read_command
from openclaw_hooks.shell.syntax import ShellSyntaxError
from openclaw_hooks.verdict import Answer
from tests.checks.command_lines import ALLOWED, BLOCKED
from tests.shell.conftest import make_line

FACTS = CommandFacts(root="/repo", branch=lambda: "main", is_dirty=lambda: True, is_unmerged=bool)
PIECES = (
    "git", "commit", "-n", "--no-verify", " ", " ", "\n", "'", '"', "$", "`", "$(", ")", "(", "{", "}", "${", "<<E\n", "<<'E'\n", "\nE\n",
    "<<<", "|", "&&", "||", ";", "&", "\\", "\\\n", "$'", "x=", "$x", "for ", "in ", "do ", "done", "if ", "then ", "fi", "case ", "esac",
    ";;", "eval ", "bash -c ", "echo ", "xargs ", "find . -exec ", "\\;", "env ", "python -c ", "#", "[[", "]]", "((", "))", "*", "?", "[",
    "]", "{a,b}", ">", "<(", "rm -rf ", ".git/hooks", "/", "é", "\0", "\ud800", "function f ", "f() ", "alias ", "trap ", ":-", "%%", "@",
)  # fmt: skip
LINES = st.one_of(
    st.lists(st.sampled_from(PIECES), max_size=30).map("".join),
    st.text(max_size=60),
    st.integers(0, 5000).map(make_line),
    st.sampled_from([*BLOCKED, *ALLOWED]),
)


@settings(max_examples=800, deadline=None)
@given(LINES)
@example("*python -c ")
@example("/usr/bin/?ython3 -c x")
def test_every_text_gets_an_answer_and_the_same_each_time(text: str) -> None:
    first, second = judge_command(text, FACTS), judge_command(text, FACTS)
    assert first == second


@settings(max_examples=1500, deadline=None)
@given(LINES)
@example("python -c $x")
def test_what_the_prefilter_lets_through_is_never_refused(text: str) -> None:
    if not needs_reading(text):
        assert judge_reading(read_command(text), FACTS).findings == ()


@settings(max_examples=500, deadline=None)
@given(LINES)
def test_what_does_not_parse_is_never_called_safe_when_git_is_around(text: str) -> None:
    try:
        parse_line(text)
    except ShellSyntaxError:
        mentions = any(word in text.lower() for word in ("git", "hook", ".claude"))
        assert (judge_command(text, FACTS).decision is Answer.DENY) or not mentions


@settings(max_examples=300, deadline=None)  # each alone is tried in tests/checks/test_commands.py
@given(st.sampled_from(sorted(BLOCKED)), st.integers(0, 5000))
def test_nothing_before_or_behind_it_hides_what_is_refused(text: str, seed: int) -> None:
    around = f"{make_line(seed)}\n{text}\n{make_line(seed + 1)}"
    assert judge_command(around, FACTS).decision is not Answer.ALLOW


@pytest.mark.parametrize(
    "piece",
    [
        "$", "$(", "((", "$((", "`", "'", '"', "{a,", "{a,b}", "(", "{ ", "?(", "${x:-", "${x/a/b}", "cat <<A\n", "git commit x ", "a;",
        "a=$a$a;", "a|", "if a;then ", "case x in ", "for i in 1 2 3;do ", "[[ ", "eval ", "bash -c ", "f(){ f;f;};", "git >a ", "x='", "\\",
        "f() { ", "!", "&&", "<(", "$'", "a[", "-exec ", "python -c \"'a'+", "\n", "#", "git -c a=b ", "/*",
    ],
)  # fmt: skip
def test_reading_takes_linear_time_whatever_repeats(piece: str) -> None:
    """Ten times the text takes about ten times as long; a quadratic reader would take minutes here."""
    for suffix in ("", " git"):
        text = piece * (20_000 // len(piece)) + suffix
        began = time.process_time()
        judge_command(text, FACTS)
        assert time.process_time() - began < 1.0  # at most 0.2 measured


def test_values_and_calls_that_grow_are_cut_off() -> None:
    began = time.process_time()
    for text in (
        "x=aaaaaaaa;" + "x=$x$x;" * 60 + "git commit $x",
        "a(){ b;b;b;b;}; b(){ c;c;c;c;}; c(){ d;d;d;d;}; d(){ e;e;e;e;}; e(){ a; git log; }; a",
        "".join(f"for v{n} in a b c d e f g h;do " for n in range(9)) + "git $v0$v1$v2$v3$v4$v5" + ";done" * 9,
        "alias a='b;b' b='c;c' c='d;d' d='e;e' e='a;a'\na",
        "eval '" * 1 + 'eval "$0 $0"\'; git',
        "x0='git log'\n"
        + "\n".join(f"x{n + 1}='{'{ ' * 30}eval \"$x{n}\"{'; }' * 30}'" for n in range(30))
        + '\neval "$x30"',
        "x=" + "a" * 3000 + "; echo ${x%%*b*b*b*b*b*c} git",
    ):
        judge_command(text, FACTS)
    assert time.process_time() - began < 3.0
