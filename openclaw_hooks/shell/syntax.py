"""The tree of a command line. Plain classes: dataclasses would cost more to import than the parser itself."""

from __future__ import annotations


class ShellSyntaxError(Exception):
    """A text that bash would not take, or that is nested deeper than is followed; `at` is an offset."""

    def __init__(self, problem: str, at: int) -> None:
        super().__init__(problem)
        self.problem = problem
        self.at = at


class Literal:
    """Text that stands for itself."""

    __slots__ = ("quoted", "text")

    def __init__(self, text: str, quoted: bool) -> None:
        self.text = text
        self.quoted = quoted


class Parameter:
    """`$name`, `${name}` and all that may follow the name; `operator` is empty, or the signs that came behind it."""

    __slots__ = ("argument", "key", "name", "operator", "quoted", "subscript")

    def __init__(self, name: str, quoted: bool) -> None:
        self.name = name
        self.quoted = quoted
        self.subscript = ""
        self.key: list[Part] = []  # the same, when it holds expansions
        self.operator = ""
        self.argument: list[Part] = []


class Substitution:
    """`$(...)`, backquotes, or with a direction `<(...)` and `>(...)`."""

    __slots__ = ("body", "direction", "quoted")

    def __init__(self, body: Listing, quoted: bool, direction: str = "") -> None:
        self.body = body
        self.quoted = quoted
        self.direction = direction


class Arithmetic:
    """`$((...))` and `$[...]`: a number."""

    __slots__ = ("parts", "quoted")

    def __init__(self, parts: list[Part], quoted: bool) -> None:
        self.parts = parts
        self.quoted = quoted


Part = Literal | Parameter | Substitution | Arithmetic


class Word:
    """One word as written, from offset `start` up to `end`."""

    __slots__ = ("end", "parts", "start")

    def __init__(self, parts: list[Part], start: int, end: int) -> None:
        self.parts = parts
        self.start = start
        self.end = end

    def plain_text(self) -> str | None:
        """The text of a word without quotes and expansions; None for any other."""
        if len(self.parts) == 1:
            part = self.parts[0]
            if isinstance(part, Literal) and not part.quoted:
                return part.text
        return None


class Assignment:
    """`name=value`, `name+=value`, `name[key]=value` or `name=(elements)`."""

    __slots__ = ("appends", "elements", "key", "name", "subscript", "value")

    def __init__(self, name: str, subscript: str, appends: bool) -> None:
        self.name = name
        self.subscript = subscript
        self.appends = appends
        self.key: list[Part] = []
        self.value: Word | None = None
        self.elements: list[Word] | None = None


class Redirect:
    """`fd operator target`; for `<<` the target is the delimiter and `body` the text."""

    __slots__ = ("body", "fd", "operator", "target")

    def __init__(self, fd: str, operator: str, target: Word) -> None:
        self.fd = fd
        self.operator = operator
        self.target = target
        self.body: list[Part] = []


class Simple:
    """Assignments, words and redirections."""

    __slots__ = ("assignments", "end", "redirects", "start", "words")

    def __init__(self, start: int) -> None:
        self.start = start
        self.end = start
        self.assignments: list[Assignment] = []
        self.words: list[Word] = []
        self.redirects: list[Redirect] = []


class Pipeline:
    """Commands whose outputs feed the next one's input."""

    __slots__ = ("commands",)

    def __init__(self, commands: list[Command]) -> None:
        self.commands = commands


class Listing:
    """Pipelines in a row, each with the operator before it: `;`, `&`, `&&` or `||`."""

    __slots__ = ("items",)

    def __init__(self) -> None:
        self.items: list[tuple[str, Pipeline]] = []


class Compound:
    """A command made of others: `kind` is its first word (`{`, `(`, `if`, `while`, `for`, `case`, `[[`, `((`, `coproc`).

    `bodies` are its lists in the order of the text, `words` what a `for` runs over, a `case` looks at or `[[` compares.
    """

    __slots__ = ("bodies", "end", "kind", "name", "redirects", "start", "words")

    def __init__(self, kind: str, start: int) -> None:
        self.kind = kind
        self.start = start
        self.end = start
        self.name = ""
        self.bodies: list[Listing] = []
        self.words: list[Word] | None = None
        self.redirects: list[Redirect] = []


class Function:
    """The definition of a function."""

    __slots__ = ("body", "name")

    def __init__(self, name: str, body: Command) -> None:
        self.name = name
        self.body = body


Command = Simple | Compound | Function
