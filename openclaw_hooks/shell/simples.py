"""Reads simple commands: assignments, words, redirections, and the bodies of heredocs."""

from __future__ import annotations

from openclaw_hooks.shell.cursor import BLANKS, META, NAME, NAME_START
from openclaw_hooks.shell.syntax import Assignment, Literal, Part, Redirect, Simple, Word
from openclaw_hooks.shell.words import WordReader

_REDIRECTS = ("<<<", "<<-", "<<", "<&", "<>", "<", ">>", ">&", ">|", ">", "&>>", "&>")
_DIGITS = frozenset("0123456789")


class SimpleReader(WordReader):
    """A cursor that reads simple commands; heredocs wait in `pending` for the end of their line."""

    def __init__(self, text: str, depth: int = 0) -> None:
        super().__init__(text, depth)
        self.pending: list[Redirect] = []

    def skip_blanks(self) -> None:
        """Pass blanks, continued lines and a comment; not the end of the line."""
        while self.at < self.size:
            char = self.text[self.at]
            if char in BLANKS or char == "\r":
                self.at += 1
            elif char == "\\" and self.text.startswith("\\\n", self.at):
                self.at += 2
            elif char == "#":
                end = self.text.find("\n", self.at)
                self.at = self.size if end < 0 else end
            else:
                return

    def skip_lines(self) -> None:
        """Pass blanks and ends of lines, and with them the bodies of heredocs."""
        self.skip_blanks()
        while self.peek() == "\n":
            self.pass_line_end()
            self.skip_blanks()

    def pass_line_end(self) -> None:
        """Pass the end of a line and the heredocs behind it."""
        self.at += 1
        pending, self.pending = self.pending, []
        for redirect in pending:
            self._read_heredoc(redirect)

    def finish_heredocs(self) -> None:
        """At the end of the text: heredocs that no line follows are empty."""
        self.pending = []

    def _read_heredoc(self, redirect: Redirect) -> None:
        delimiter = "".join(part.text for part in redirect.target.parts if isinstance(part, Literal))
        quoted = any(isinstance(part, Literal) and part.quoted for part in redirect.target.parts)
        lines = []
        while self.at < self.size:
            end = self.text.find("\n", self.at)
            line = self.text[self.at :] if end < 0 else self.text[self.at : end]
            closes_substitution = (
                line.startswith(delimiter + ")") and self.depth > 0
            )  # bash takes `EOF)` with a warning
            self.at = self.at + len(delimiter) if closes_substitution else self.size if end < 0 else end + 1
            if redirect.operator == "<<-":
                line = line.lstrip("\t")
            if line == delimiter or closes_substitution:
                break
            lines.append(line + "\n")
        body = "".join(lines)
        if quoted or not any(char in body for char in "$`\\"):
            redirect.body = [Literal(body, True)]
            return
        self.enter()
        redirect.body = type(self)(body, self.depth).read_heredoc_parts()
        self.leave()

    def read_simple(self) -> Simple:
        """The simple command that comes next; it may hold no words at all."""
        simple = Simple(self.at)
        while True:
            simple.end = self.at
            self.skip_blanks()
            if self.at >= self.size:
                return simple
            if redirect := self.read_redirect():
                simple.redirects.append(redirect)
                continue
            if not simple.words and (assignment := self._read_assignment()):
                simple.assignments.append(assignment)
                continue
            word = self.read_word()
            if word is None:
                return simple
            simple.words.append(word)
            if self.peek() == "(":
                if self._declares(simple) and self.text[self.at - 1] == "=":
                    self._read_declared_array(simple)
                else:
                    return simple

    @staticmethod
    def _declares(simple: Simple) -> bool:
        return simple.words[0].plain_text() in ("declare", "local", "typeset", "readonly", "export")

    def _read_declared_array(self, simple: Simple) -> None:
        """`declare -a name=(...)`: kept as an assignment of its own."""
        name = (simple.words.pop().plain_text() or "").rstrip("=").rstrip("+")
        assignment = Assignment(name, "", False)
        assignment.elements = self._read_elements()
        simple.assignments.append(assignment)

    def read_redirect(self) -> Redirect | None:
        """The redirection that comes next, if any; the place stays when there is none."""
        start = self.at
        fd = self.take_while(_DIGITS)
        if not fd and self.peek() == "{":
            end = self.text.find("}", self.at)
            name = self.text[self.at + 1 : end]
            if end > 0 and name and all(char in NAME for char in name) and self.text[end + 1 : end + 2] in ("<", ">"):
                fd = name
                self.at = end + 1
        if self.peek() in ("<", ">") and self.peek(1) == "(" and not fd:
            return None  # a process substitution
        operator = next((sign for sign in _REDIRECTS if self.starts(sign)), "")
        if not operator or (operator[0] == "&" and fd):
            self.at = start
            return None
        self.at += len(operator)
        self.skip_blanks()
        target = self.read_word()
        if target is None:
            raise self.error(f"`{operator}` without a target")
        redirect = Redirect(fd, operator, target)
        if operator in ("<<", "<<-"):
            self.pending.append(redirect)
        return redirect

    def _read_assignment(self) -> Assignment | None:
        start = self.at
        if self.peek() not in NAME_START or not self.peek():
            return None
        name = self.take_while(NAME)
        subscript = ""
        key: list[Part] = []
        if self.peek() == "[":
            end = self.text.find("]", self.at)
            if end < 0 or self.text[end + 1 : end + 2] not in ("=", "+"):
                self.at = start
                return None
            subscript = self.text[self.at + 1 : end].strip("\"'")
            key = self.read_key(self.at + 1, end)
            self.at = end + 1
        appends = self.accept("+=")
        if not appends and not self.accept("="):
            self.at = start
            return None
        assignment = Assignment(name, subscript, appends)
        assignment.key = key
        if self.peek() == "(":
            assignment.elements = self._read_elements()
        else:
            assignment.value = self.read_word() or Word([], self.at, self.at)
        return assignment

    def _read_elements(self) -> list[Word]:
        self.at += 1
        elements: list[Word] = []
        while True:
            self.skip_lines()
            if self.accept(")"):
                return elements
            if self.peek() == "[":
                self._pass_key()
            word = self.read_word()
            if word is None:
                raise self.error("`(` of an array is never closed")
            elements.append(word)

    def _pass_key(self) -> None:
        """Pass the `[key]=` of an element."""
        end = self.text.find("]=", self.at)
        if end > 0 and not any(char in META for char in self.text[self.at : end]):
            self.at = end + 2
