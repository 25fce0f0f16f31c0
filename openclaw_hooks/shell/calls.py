"""How a program is started, and which functions start themselves without end."""

from __future__ import annotations

from openclaw_hooks.shell.syntax import Command, Compound, Function, Simple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from openclaw_hooks.shell.reading import Redirection

Span = tuple[int, int]


class Call:
    """How a program is started: its input, its environment, its files, and through what."""

    __slots__ = ("cleared", "environment", "redirections", "span", "stdin", "stdin_is_file", "unset", "via")

    def __init__(self, span: Span) -> None:
        self.span = span
        self.stdin: str | None = None
        self.stdin_is_file = False
        self.environment: dict[str, str] = {}
        self.unset: frozenset[str] = frozenset()
        self.cleared = False
        self.redirections: list[Redirection] = []
        self.via: tuple[str, ...] = ()

    def inside(self, wrapper: str) -> Call:
        """The same, one wrapper further in."""
        other = Call(self.span)
        other.stdin, other.stdin_is_file = self.stdin, self.stdin_is_file
        other.environment = dict(self.environment)
        other.unset, other.cleared = self.unset, self.cleared
        other.redirections = self.redirections
        other.via = (*self.via, wrapper)
        return other


def is_bomb(function: Function) -> bool:
    """Whether a function starts itself twice at the same time."""
    if not isinstance(function.body, Compound):
        return False
    for body in function.body.bodies:
        calls = [sum(_calls(command, function.name) for command in pipeline.commands) for _, pipeline in body.items]
        if any(count > 1 for count in calls) or (sum(calls) > 1 and any(operator == "&" for operator, _ in body.items)):
            return True
    return False


def _calls(command: Command, name: str) -> bool:
    return isinstance(command, Simple) and bool(command.words) and command.words[0].plain_text() == name
