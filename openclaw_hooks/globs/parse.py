"""The tokens of a glob, or an error that names the pattern and the column."""

from openclaw_hooks.errors import OpenclawError

MAX_PATTERN_CHARS = 4096
"""PATH_MAX on Linux: a longer pattern could not name more. Keeps every algorithm here bounded."""
MAX_BRACE_DEPTH = 32


class GlobError(OpenclawError):
    """A glob that cannot be read, or that no path can match."""

    def __init__(self, pattern: str, column: int, problem: str, hint: str = "") -> None:
        shown = pattern if len(pattern) <= 80 else pattern[:77] + "..."
        super().__init__(f"glob {shown!r}, column {column}: {problem}", hint)
        self.pattern = pattern
        self.column = column


class Wildcard:
    """A token that stands for no fixed character; compared by identity."""

    __slots__ = ("text",)

    def __init__(self, text: str) -> None:
        self.text = text


STAR = Wildcard("*")
GLOBSTAR = Wildcard("**")
ANY = Wildcard("?")
SLASH = "/"
DOT = "."


class CharClass:
    """`[...]`: inclusive ranges of characters, never `/`."""

    __slots__ = ("negated", "ranges")

    def __init__(self, ranges: tuple[tuple[str, str], ...], negated: bool) -> None:
        self.ranges = ranges
        self.negated = negated

    def accepts(self, char: str) -> bool:
        """Whether `char` is one of the class."""
        if char == "/":
            return False
        return any(low <= char <= high for low, high in self.ranges) is not self.negated


class Choice:
    """`{a,b}`: two or more alternatives."""

    __slots__ = ("alternatives",)

    def __init__(self, alternatives: "list[list[Token]]") -> None:
        self.alternatives = alternatives


Token = str | Wildcard | CharClass | Choice  # a str is one literal character


class _OpenBrace:
    """A `{` whose `}` is still to come."""

    __slots__ = ("alternatives", "column")

    def __init__(self, column: int) -> None:
        self.column = column
        self.alternatives: list[list[Token]] = [[]]

    def close(self) -> list[Token]:
        """What the braces stand for in the text around them."""
        if len(self.alternatives) == 1:
            return ["{", *self.alternatives[0], "}"]
        return [Choice(self.alternatives)]


def adds(pattern: str) -> bool:
    """Whether the pattern adds paths to a list; with a leading `!` it takes them back."""
    return not pattern.startswith("!")


def is_literal(pattern: str) -> bool:
    """Whether the pattern names one path: no wildcard, class, brace, escape or `!`."""
    return adds(pattern) and not any(char in pattern for char in "*?[]{}\\")


def parse_glob(pattern: str) -> list[Token]:
    """The tokens of a pattern, a leading `!` left aside. Raises `GlobError`."""
    position = 0 if adds(pattern) else 1
    if len(pattern) == position:
        raise GlobError(pattern, 1, "empty pattern", "write ** for everything")
    if len(pattern) > MAX_PATTERN_CHARS:
        raise GlobError(pattern, MAX_PATTERN_CHARS + 1, f"longer than {MAX_PATTERN_CHARS} characters")
    if "\0" in pattern:
        raise GlobError(pattern, pattern.index("\0") + 1, "NUL cannot be part of a path")
    stack = [_OpenBrace(0)]
    if pattern.startswith("./", position):
        position += 1  # `./docs` is `/docs`
    while position < len(pattern):
        position = _read_token(pattern, position, stack)
    if len(stack) > 1:
        raise GlobError(pattern, stack[-1].column, "'{' is never closed", "close it with '}', or write \\{ for a brace")
    return stack[0].alternatives[0]


def _read_token(pattern: str, position: int, stack: list[_OpenBrace]) -> int:
    """Add the token at `position` to the innermost alternative; return the position behind it."""
    char = pattern[position]
    tokens = stack[-1].alternatives[-1]
    if char == "*":
        end = position
        while end < len(pattern) and pattern[end] == "*":
            end += 1
        tokens.append(STAR if end - position == 1 else GLOBSTAR)
        return end
    if char == "[":
        return _read_class(pattern, position, tokens)
    if char == "\\":
        if position + 1 == len(pattern):
            raise GlobError(pattern, position + 1, "nothing follows the backslash", "write \\\\ for a backslash")
        tokens.append(pattern[position + 1])
        return position + 2
    if char in "{}" or (char == "," and len(stack) > 1):
        _read_brace(pattern, position, stack)
    else:
        tokens.append(ANY if char == "?" else char)
    return position + 1


def _read_brace(pattern: str, position: int, stack: list[_OpenBrace]) -> None:
    """Open, divide or close a brace."""
    char = pattern[position]
    if char == ",":
        stack[-1].alternatives.append([])
    elif char == "{":
        if len(stack) > MAX_BRACE_DEPTH:
            raise GlobError(pattern, position + 1, f"braces nested deeper than {MAX_BRACE_DEPTH}")
        stack.append(_OpenBrace(position + 1))
    elif len(stack) == 1:
        raise GlobError(pattern, position + 1, "'}' closes nothing", "open it with '{', or write \\} for a brace")
    else:
        closed = stack.pop().close()
        stack[-1].alternatives[-1].extend(closed)


def _read_class(pattern: str, start: int, tokens: list[Token]) -> int:
    """Add the `[...]` that starts at `start`; return the position behind it."""
    position = start + 1
    negated = pattern[position : position + 1] in ("!", "^")
    if negated:
        position += 1
    ranges: list[tuple[str, str]] = []
    while not (ranges and pattern.startswith("]", position)):
        first = position
        low, position = _class_char(pattern, start, position)
        high = low
        if pattern.startswith("-", position) and not pattern.startswith("-]", position):
            high, position = _class_char(pattern, start, position + 1)
        if low > high:
            raise GlobError(pattern, first + 1, f"range {low}-{high} runs backwards")
        ranges.append((low, high))
    tokens.append(CharClass(tuple(ranges), negated))
    return position + 1


def _class_char(pattern: str, start: int, position: int) -> tuple[str, int]:
    """One character inside the class that starts at `start`, and the position behind it."""
    if pattern.startswith("[:", position):
        raise GlobError(pattern, position + 1, "named classes are not supported", "write the characters, as [a-z]")
    if pattern.startswith("\\", position):
        position += 1
    if position >= len(pattern):
        raise GlobError(pattern, start + 1, "'[' is never closed", "close it with ']', or write \\[ for a bracket")
    if pattern[position] == "/":
        raise GlobError(pattern, position + 1, "a class is part of one name and cannot hold '/'")
    return pattern[position], position + 1
