"""Reads words: quotes, escapes, expansions, substitutions."""

from __future__ import annotations

from openclaw_hooks.shell.cursor import META, NAME, NAME_START, SPECIAL_PARAMETERS, Cursor
from openclaw_hooks.shell.escapes import decode_escapes
from openclaw_hooks.shell.syntax import Arithmetic, Listing, Literal, Parameter, Part, Substitution, Word

_WORD_STOPS = META | frozenset("\\'\"`$?*+@!")
_QUOTED_STOPS = frozenset('\\"`$')
_OPERATORS = (
    ":-",
    ":=",
    ":?",
    ":+",
    "##",
    "%%",
    "^^",
    ",,",
    "//",
    "-",
    "=",
    "?",
    "+",
    "#",
    "%",
    "^",
    ",",
    "/",
    ":",
    "@",
)
_EXTGLOB = frozenset("?*+@!")


class WordReader(Cursor):
    """A cursor that reads words; what stands in `$(...)` is read by `read_listing` of the class below."""

    def read_listing(self, closers: tuple[str, ...]) -> Listing:
        """The commands up to one of `closers`, which is passed."""
        raise NotImplementedError

    def read_text(self, text: str) -> Listing:
        """The commands of another text, one level down."""
        raise NotImplementedError

    def read_word(self) -> Word | None:
        """The word that comes next, if any."""
        start = self.at
        parts: list[Part] = []
        while self.at < self.size:
            char = self.text[self.at]
            if char in _EXTGLOB and self.peek(1) == "(":
                parts.append(self._read_extended_glob())
            elif char in "<>" and self.peek(1) == "(":
                self.at += 2
                parts.append(Substitution(self._read_nested(), False, char))
            elif char in META:
                break
            else:
                self.read_part(parts, _WORD_STOPS)
        return Word(parts, start, self.at) if self.at > start else None

    def read_part(self, parts: list[Part], stops: frozenset[str]) -> None:
        """Add what comes next, outside quotes, to `parts`; plain text ends before any of `stops`."""
        char = self.text[self.at]
        if char == "\\":
            self._read_escape(parts)
        elif char == "'":
            end = self._find("'", self.at + 1)
            parts.append(Literal(self.text[self.at + 1 : end], True))
            self.at = end + 1
        elif char == '"':
            self.at += 1
            parts.append(Literal("", True))  # "" is a word, although an empty one
            self._read_quoted(parts, '"')
        elif char == "`":
            parts.append(self._read_backquotes(False))
        elif char == "$":
            self._read_dollar(parts, False)
        else:
            start = at = self.at
            at += 1
            while at < self.size and self.text[at] not in stops:
                at += 1
            self.at = at
            parts.append(Literal(self.text[start:at], False))

    def read_heredoc_parts(self) -> list[Part]:
        """All of the text as the body of a heredoc: expansions, but quotes mean nothing."""
        parts: list[Part] = []
        self._read_quoted(parts, "")
        return parts

    def _read_escape(self, parts: list[Part]) -> None:
        if self.at + 1 >= self.size:
            parts.append(Literal("\\", True))
            self.at += 1
            return
        char = self.text[self.at + 1]
        self.at += 2
        if char != "\n":
            parts.append(Literal(char, True))

    def _find(self, text: str, start: int) -> int:
        end = self.text.find(text, start)
        if end < 0:
            raise self.error(f"`{self.text[self.at]}` is never closed")
        return end

    def _read_quoted(self, parts: list[Part], closer: str) -> None:
        """Read what stands in double quotes up to `closer`, or up to the end without one."""
        while True:
            start = at = self.at
            while at < self.size and self.text[at] not in _QUOTED_STOPS:
                at += 1
            self.at = at
            if at > start:
                parts.append(Literal(self.text[start:at], True))
            if at >= self.size:
                if closer:
                    raise self.error('`"` is never closed')
                return
            char = self.text[at]
            if char == '"':
                self.at += 1
                if closer:
                    return
                parts.append(Literal(char, True))
            elif char == "$":
                self._read_dollar(parts, True)
            elif char == "`":
                parts.append(self._read_backquotes(True))
            else:
                self._read_quoted_escape(parts, closer)

    def _read_quoted_escape(self, parts: list[Part], closer: str) -> None:
        char = self.peek(1)
        self.at += 2
        if char == "\n":
            return
        special = "$`\\" + closer
        parts.append(Literal(char if char and char in special else "\\" + char, True))

    def _read_extended_glob(self) -> Literal:
        """`?(...)` and its like, as text: what it matches is not known."""
        start = self.at
        self.enter()
        self.at += 2
        inside: list[Part] = []
        while self.peek() != ")":
            if self.at >= self.size:
                raise self.error("`(` is never closed")
            if self.text[self.at] in _EXTGLOB and self.peek(1) == "(":
                self._read_extended_glob()
            elif self.text[self.at] in META:
                self.at += 1
            else:
                self.read_part(inside, _WORD_STOPS)
        self.at += 1
        self.leave()
        return Literal(self.text[start : self.at], False)

    def _read_backquotes(self, quoted: bool) -> Substitution:
        start = at = self.at + 1
        pieces = []
        while True:
            if at >= self.size:
                raise self.error("a backquote is never closed")
            char = self.text[at]
            if char == "`":
                break
            if char == "\\" and at + 1 < self.size:
                follower = self.text[at + 1]
                pieces.append(follower if follower in "`\\$" or (quoted and follower == '"') else char + follower)
                at += 2
                continue
            pieces.append(char)
            at += 1
        self.at = start
        body = self.read_text("".join(pieces))
        self.at = at + 1
        return Substitution(body, quoted)

    def _read_nested(self) -> Listing:
        self.enter()
        body = self.read_listing((")",))
        self.leave()
        return body

    def _read_dollar(self, parts: list[Part], quoted: bool) -> None:
        follower = self.peek(1)
        if follower == "(":
            parts.append(self._read_parenthesis(quoted))
        elif follower == "{":
            self.at += 2
            parts.append(self._read_braced(quoted))
        elif follower == "[":
            end = self._find("]", self.at + 2)
            parts.append(Arithmetic(self.read_inside(self.at + 2, end), quoted))
            self.at = end + 1
        elif follower == "'" and not quoted:
            parts.append(self._read_ansi())
        elif follower == '"' and not quoted:
            self.at += 1
        elif follower in NAME_START and follower:
            self.at += 1
            parts.append(Parameter(self.take_while(NAME), quoted))
        elif follower in SPECIAL_PARAMETERS and follower:
            self.at += 2
            parts.append(Parameter(follower, quoted))
        else:
            parts.append(Literal("$", True))
            self.at += 1

    def _read_ansi(self) -> Literal:
        start = at = self.at + 2
        while at < self.size and self.text[at] != "'":
            at += 2 if self.text[at] == "\\" else 1
        if at >= self.size:
            raise self.error("`$'` is never closed")
        self.at = at + 1
        return Literal(decode_escapes(self.text[start:at]), True)

    def _read_parenthesis(self, quoted: bool) -> Part:
        if self.peek(2) == "(":
            end = self.find_arithmetic_end(self.at + 3)
            if end >= 0:
                parts = self.read_inside(self.at + 3, end)
                self.at = end + 2
                return Arithmetic(parts, quoted)
        self.at += 2
        return Substitution(self._read_nested(), quoted)

    def read_key(self, start: int, end: int) -> list[Part]:
        """The expansions in a subscript; none for a plain one."""
        text = self.text[start:end]
        return self.read_inside(start, end) if "$" in text or "`" in text else []

    def read_inside(self, start: int, end: int) -> list[Part]:
        """The expansions in an arithmetic expression."""
        text = self.text[start:end]
        if "$" not in text and "`" not in text:
            return [Literal(text, True)]
        self.enter()
        inner = type(self)(text, self.depth)
        parts = inner.read_heredoc_parts()
        self.leave()
        return parts

    def _read_braced(self, quoted: bool) -> Parameter:
        """What stands behind `${`, up to and with its `}`."""
        prefix = ""
        if self.peek() in "!#" and self.peek(1) not in ("}", ":", "-", "=", "?", "+", "%", "/", ""):
            prefix = self.peek()
            self.at += 1
        name = self.take_while(NAME)
        if not name:
            name = self.peek()
            if name not in SPECIAL_PARAMETERS or not name:
                raise self.error("`${` without a name")
            self.at += 1
        parameter = Parameter(name, quoted)
        if self.accept("["):
            end = self._find("]", self.at)
            parameter.subscript = self.text[self.at : end].strip("\"'")
            parameter.key = self.read_key(self.at, end)
            self.at = end + 1
        parameter.operator = prefix + next((sign for sign in _OPERATORS if self.starts(sign)), "")
        self.at += len(parameter.operator) - len(prefix)
        self._read_argument(parameter)
        return parameter

    def _read_argument(self, parameter: Parameter) -> None:
        self.enter()
        stops = _WORD_STOPS | frozenset("}/:")
        while self.peek() != "}":
            if self.at >= self.size:
                raise self.error("`${` is never closed")
            if parameter.quoted and self.peek() == "'":
                parameter.argument.append(Literal("'", True))
                self.at += 1
            elif self.text[self.at] in META or self.text[self.at] in "/:":
                parameter.argument.append(Literal(self.text[self.at], False))
                self.at += 1
            else:
                self.read_part(parameter.argument, stops)
        self.at += 1
        self.leave()
