"""Command lines that were made to get past the reader; each was seen to take effect in a real repository."""

from __future__ import annotations

import pytest

from openclaw_hooks.checks.command_rules.model import CommandFacts
from openclaw_hooks.checks.commands import judge_command
from openclaw_hooks.verdict import Answer

FACTS = CommandFacts(root="/repo", branch=lambda: "main", is_dirty=lambda: True)


def decide(command: str) -> Answer:
    return judge_command(command, FACTS).decision


@pytest.mark.parametrize(
    "command",
    [
        "g$@it push --no-verify",
        "g$*it push --no-verify",
        "g$9it push --no-verify",
        "g$none'it' push --no-verify",
        "gi$@t pu$@sh --no-verify",
        "$0 -c 'g$@it push --no-verify'",
        "$BASH -c 'g$@it push --no-verify'",
        "r$9m .gi$9t/ho$9oks/pre-com$9mit",
        ">.gi$9t/ho$9oks/pre-comm$9it",
    ],
)
def test_an_empty_parameter_within_a_word_hides_nothing(command: str) -> None:
    assert decide(command) is Answer.DENY


@pytest.mark.parametrize("command", [": > .g?t/h?oks/pre-comm?t", "echo x>.cl*/set*.json", "echo x 2>.g?t/h?oks/pre-*"])
def test_a_pattern_that_finds_a_guarded_file_is_read(command: str) -> None:
    assert decide(command) is Answer.DENY


@pytest.mark.parametrize(
    "command", ["ls *.py", "cat src/*.ts > all.ts", "wc -l ./*.md", "echo $1", "sleep $x", "ls a$b"]
)
def test_harmless_patterns_and_parameters_pass(command: str) -> None:
    assert decide(command) is Answer.ALLOW


@pytest.mark.parametrize(
    "command",
    [
        "command_not_found_handle() { git commit -n -m x; }; nosuch",
        'command_not_found_handle() { git "$@"; }; commit -n -m x',
    ],
)
def test_the_function_for_programs_that_do_not_exist_is_followed(command: str) -> None:
    assert decide(command) is Answer.DENY


def test_that_function_does_no_harm_to_programs_that_exist() -> None:
    assert decide('command_not_found_handle() { echo "no $1"; }; git status') is Answer.ALLOW


def test_that_function_hides_no_program_that_exists() -> None:
    assert decide("command_not_found_handle() { :; }; pre-commit uninstall") is Answer.DENY
    assert decide("command_not_found_handle() { :; }; truncate -s0 .git/hooks/pre-commit") is Answer.DENY
