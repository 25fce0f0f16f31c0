"""What comes out of reading a command line."""

from __future__ import annotations


class Redirection:
    """A file that a run opens: `operator` as written, `target` with holes where it is not known."""

    __slots__ = ("operator", "target")

    def __init__(self, operator: str, target: str) -> None:
        self.operator = operator
        self.target = target

    @property
    def writes(self) -> bool:
        """Whether the file is written."""
        return ">" in self.operator


class Run:
    """One program that a line runs, as far as can be known.

    `program` is its bare name, empty when unknown; `words` what it gets, itself first; `environment` what the line sets
    for it; `unset` the variables taken away and `cleared` whether all are; `cwd` where it runs, relative to where the
    line starts; `via` the wrappers and interpreters that start it, outermost first; `start` and `end` the offsets of
    the command in the text as given; `stdin` the text it is fed, None when that is not from the line.
    """

    __slots__ = (
        "cleared",
        "cwd",
        "end",
        "environment",
        "program",
        "redirections",
        "start",
        "stdin",
        "unset",
        "via",
        "words",
    )  # fmt: skip

    def __init__(self, program: str, words: list[str], start: int, end: int) -> None:
        self.program = program
        self.words = words
        self.start = start
        self.end = end
        self.environment: dict[str, str] = {}
        self.unset: frozenset[str] = frozenset()
        self.cleared = False
        self.cwd = "."
        self.via: tuple[str, ...] = ()
        self.redirections: list[Redirection] = []
        self.stdin: str | None = None


COMMAND_WORD = "command-word"
PIPED_CODE = "piped-code"
CODE = "code"
SYNTAX = "syntax"
SIZE = "size"


class Unknown:
    """A place where what runs cannot be known: `kind` is one of the constants above, `words` what stands there."""

    __slots__ = ("end", "kind", "reason", "start", "via", "words")

    def __init__(self, kind: str, reason: str, words: list[str], span: tuple[int, int]) -> None:
        self.kind = kind
        self.reason = reason
        self.words = words
        self.start, self.end = span
        self.via: tuple[str, ...] = ()


class Reading:
    """Everything that a line runs, and everything about it that stays unknown.

    `bombs` are the functions that start themselves twice over, each in a process of its own.
    """

    __slots__ = ("bombs", "runs", "text", "unknowns")

    def __init__(self, text: str) -> None:
        self.text = text
        self.runs: list[Run] = []
        self.unknowns: list[Unknown] = []
        self.bombs: list[str] = []

    @property
    def is_complete(self) -> bool:
        """Whether all that runs is known."""
        return not self.unknowns
