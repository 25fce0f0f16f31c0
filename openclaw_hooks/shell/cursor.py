"""A place in a text, and how the reader moves over it."""

from __future__ import annotations

from openclaw_hooks.shell.syntax import ShellSyntaxError

MAX_DEPTH = 40
"""Nesting that is followed: far more than people write, and far less than the stack of Python."""

BLANKS = " \t"
META = frozenset(" \t\n;&|<>()")
NAME_START = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_")
NAME = NAME_START | frozenset("0123456789")
SPECIAL_PARAMETERS = frozenset("0123456789@*#?-$!")


class Cursor:
    """`text` and the offset `at` of what comes next; `depth` counts what is open around it."""

    def __init__(self, text: str, depth: int = 0) -> None:
        self.text = text
        self.size = len(text)
        self.at = 0
        self.depth = depth

    def peek(self, ahead: int = 0) -> str:
        """The character `ahead` of the place, empty behind the end."""
        at = self.at + ahead
        return self.text[at] if at < self.size else ""

    def starts(self, text: str) -> bool:
        """Whether `text` comes next."""
        return self.text.startswith(text, self.at)

    def accept(self, text: str) -> bool:
        """Whether `text` came next; then it is passed."""
        if self.text.startswith(text, self.at):
            self.at += len(text)
            return True
        return False

    def take_while(self, chars: frozenset[str]) -> str:
        """The longest run of `chars` that comes next."""
        start = at = self.at
        while at < self.size and self.text[at] in chars:
            at += 1
        self.at = at
        return self.text[start:at]

    def enter(self) -> None:
        """One level down; raises ShellSyntaxError when that is too deep to follow."""
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise self.error("nested too deep to follow")

    def leave(self) -> None:
        """One level up."""
        self.depth -= 1

    def error(self, problem: str) -> ShellSyntaxError:
        """The error that `problem` lies here."""
        return ShellSyntaxError(problem, self.at)

    def find_arithmetic_end(self, start: int) -> int:
        """Where the `))` lies that closes an arithmetic expression from `start` on; -1 when it is none."""
        level = 0
        for at in range(start, self.size):
            char = self.text[at]
            if char == "(":
                level += 1
            elif char == ")":
                if level == 0:
                    return at if self.text.startswith("))", at) else -1
                level -= 1
        return -1
