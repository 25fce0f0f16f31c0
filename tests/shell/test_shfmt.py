"""Our parser beside another one: `shfmt` finds the same simple commands with the same literal words."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from openclaw_hooks.shell.escapes import decode_escapes
from openclaw_hooks.shell.parse import parse_line
from openclaw_hooks.shell.syntax import (
    Arithmetic,
    Compound,
    Function,
    Listing,
    Literal,
    Parameter,
    ShellSyntaxError,
    Simple,
    Substitution,
)
from tests.checks.command_lines import ALLOWED, BLOCKED
from tests.shell.conftest import make_line

if TYPE_CHECKING:
    from collections.abc import Iterator

    from openclaw_hooks.shell.syntax import Assignment, Command, Part, Redirect, Word

SHFMT = Path(sys.executable).with_name("shfmt")
GENERATED = 400
Words = tuple[str | None, ...]  # None for a word that is not literal

# What shfmt refuses and bash takes, or takes up to that line.
STRICTER = ("reached EOF without matching", "unclosed here-document", "must be followed by", "is not a valid", "not a valid",
            "can only be used in full statements", "without matching `$((`")  # fmt: skip


def run_shfmt(text: str) -> Any:
    """The tree of shfmt; its complaint as a string when it refuses the text."""
    done = subprocess.run(
        [SHFMT, "-ln", "bash", "--to-json"], input=text.encode(), capture_output=True, check=False, timeout=20
    )
    return json.loads(done.stdout) if done.returncode == 0 else done.stderr.decode()


# Their tree


def their_commands(node: Any) -> Iterator[Words]:
    """The literal words of each command in a tree of shfmt."""
    if isinstance(node, list):
        for item in node:
            yield from their_commands(item)
    elif isinstance(node, dict):
        kind = node.get("Type", "")
        if kind == "CallExpr" and node.get("Args"):
            yield tuple(their_text(word["Parts"]) for word in node["Args"])
        elif kind == "DeclClause":
            yield (node["Variant"]["Value"],)
        elif kind == "LetClause":
            yield ("let",)
        for value in node.values():
            if isinstance(value, dict | list):
                yield from their_commands(value)


def their_text(parts: list[Any], quoted: bool = False) -> str | None:
    """The text of a literal word of shfmt; None for any other."""
    pieces = []
    for part in parts:
        kind = part["Type"]
        if kind == "Lit":
            pieces.append(unescape(part["Value"], quoted))
        elif kind == "SglQuoted":
            pieces.append(decode_escapes(part.get("Value", "")) if part.get("Dollar") else part.get("Value", ""))
        elif kind == "DblQuoted":
            inner = their_text(part.get("Parts") or [], quoted=True)
            if inner is None:
                return None
            pieces.append(inner)
        else:
            return None
    return "".join(pieces)


def unescape(text: str, quoted: bool) -> str:
    pieces = []
    at = 0
    while at < len(text):
        if text[at] == "\\" and at + 1 < len(text):
            follower = text[at + 1]
            at += 2
            if follower == "\n":
                continue
            pieces.append(follower if not quoted or follower in '$`"\\' else "\\" + follower)
            continue
        pieces.append(text[at])
        at += 1
    return "".join(pieces)


# Our tree


def our_commands(listing: Listing) -> Iterator[Words]:
    """The literal words of each command in one of our trees."""
    for _, pipeline in listing.items:
        for command in pipeline.commands:
            yield from commands_of(command)


def commands_of(command: Command) -> Iterator[Words]:
    if isinstance(command, Function):
        yield from commands_of(command.body)
    elif isinstance(command, Compound):
        for body in command.bodies:
            yield from our_commands(body)
        for word in command.words or []:
            yield from commands_in(word.parts)
        yield from commands_in_redirects(command.redirects)
    else:
        yield from commands_in_simple(command)


def commands_in_simple(command: Simple) -> Iterator[Words]:
    words = tuple(our_text(word) for word in command.words)
    declares = words[:1] in (("declare",), ("export",), ("local",), ("typeset",), ("readonly",), ("let",))
    if words:
        yield words[:1] if declares else words
    for assignment in command.assignments:
        yield from commands_in_assignment(assignment)
    for word in command.words:
        yield from commands_in(word.parts)
    yield from commands_in_redirects(command.redirects)


def commands_in_assignment(assignment: Assignment) -> Iterator[Words]:
    yield from commands_in(assignment.key)
    for word in [*(assignment.elements or []), *([assignment.value] if assignment.value else [])]:
        yield from commands_in(word.parts)


def commands_in_redirects(redirects: list[Redirect]) -> Iterator[Words]:
    for redirect in redirects:
        yield from commands_in(redirect.target.parts)
        yield from commands_in(redirect.body)


def commands_in(parts: list[Part]) -> Iterator[Words]:
    for part in parts:
        if isinstance(part, Substitution):
            yield from our_commands(part.body)
        elif isinstance(part, Parameter):
            yield from commands_in(part.key)
            yield from commands_in(part.argument)
        elif isinstance(part, Arithmetic):
            yield from commands_in(part.parts)


def our_text(word: Word) -> str | None:
    pieces = []
    for part in word.parts:
        if not isinstance(part, Literal) or (not part.quoted and is_extended_glob(part.text)):
            return None
        pieces.append(part.text)
    return "".join(pieces)


def is_extended_glob(text: str) -> bool:
    return text[:1] in ("?", "*", "+", "@", "!") and text[1:2] == "("


def compare(text: str) -> str:
    """How the two parsers differ on `text`; empty when they agree."""
    theirs = run_shfmt(text)
    try:
        ours = parse_line(text)
    except ShellSyntaxError as error:
        return "" if isinstance(theirs, str) else f"only we refuse it: {error.problem} at {error.at}"
    if isinstance(theirs, str):
        return "" if any(reason in theirs for reason in STRICTER) else f"only shfmt refuses it: {theirs}"
    expected = sorted(map(repr, their_commands(theirs)))
    found = sorted(map(repr, our_commands(ours)))
    return "" if expected == found else f"shfmt: {expected}\nwe:    {found}"


def test_we_find_the_same_commands_in_generated_lines() -> None:
    differing = {text: problem for seed in range(GENERATED) if (problem := compare(text := make_line(seed)))}
    assert differing == {}


@pytest.mark.parametrize("lines", [BLOCKED, ALLOWED], ids=["blocked", "allowed"])
def test_we_find_the_same_commands_in_collected_lines(lines: dict[str, str] | list[str]) -> None:
    differing = {text: problem for text in list(lines)[::2] if (problem := compare(text))}
    assert differing == {}
