"""Reads compound commands and functions."""

from __future__ import annotations

from openclaw_hooks.shell.cursor import META
from openclaw_hooks.shell.listings import CLOSERS, OPENERS, ListingReader
from openclaw_hooks.shell.syntax import Command, Compound, Function, Listing, Literal, Pipeline, Word


class CompoundReader(ListingReader):
    """A cursor that reads everything that commands are made of."""

    def read_command(self) -> Command:
        """The command that comes next, with its redirections."""
        start = self.at
        if self.peek() == "(":
            return self._finish(self._read_parentheses())
        word = self.peek_reserved()
        if word not in OPENERS:
            if word in CLOSERS:
                raise self.error(f"`{word}` stands where a command should")
            return self._read_simple_or_function()
        self.at += len(word)
        self.enter()
        command: Command
        if word in ("while", "until"):
            command = self._read_loop(start)
        elif word == "if":
            command = self._read_if(start)
        elif word in ("for", "select"):
            command = self._read_for(start)
        elif word == "case":
            command = self._read_case(start)
        elif word == "[[":
            command = self._read_test(start)
        elif word == "function":
            command = self._read_function()
        elif word == "coproc":
            command = self._read_coproc(start)
        else:
            command = Compound("{", start)
            command.bodies.append(self.read_listing(("}",)))
        self.leave()
        return self._finish(command)

    def _finish(self, command: Command) -> Command:
        """`command` with the redirections behind it."""
        if isinstance(command, Compound):
            self.skip_blanks()
            while redirect := self.read_redirect():
                command.redirects.append(redirect)
                self.skip_blanks()
            command.end = self.at
        return command

    def _read_parentheses(self) -> Compound:
        start = self.at
        self.enter()
        command = Compound("(", start)
        end = self.find_arithmetic_end(self.at + 2) if self.starts("((") else -1
        if end >= 0:
            command.kind = "(("
            word = Word(self.read_inside(self.at + 2, end), start, end)
            command.words = [word]
            self.at = end + 2
        else:
            self.at += 1
            command.bodies.append(self.read_listing((")",)))
        self.leave()
        return command

    def _read_loop(self, start: int) -> Compound:
        command = Compound("while", start)
        command.bodies.append(self.read_listing(("do",)))
        command.bodies.append(self.read_listing(("done",)))
        return command

    def _read_if(self, start: int) -> Compound:
        command = Compound("if", start)
        command.bodies.append(self.read_listing(("then",)))
        while True:
            command.bodies.append(self.read_listing(("elif", "else", "fi")))
            if self.closer == "fi":
                return command
            closers = ("then",) if self.closer == "elif" else ("fi",)
            command.bodies.append(self.read_listing(closers))
            if closers == ("fi",):
                return command

    def _read_for(self, start: int) -> Compound:
        command = Compound("for", start)
        self.skip_blanks()
        if self.starts("(("):
            end = self.find_arithmetic_end(self.at + 2)
            if end < 0:
                raise self.error("`((` is never closed")
            self.at = end + 2
        else:
            name = self.read_word()
            command.name = (name.plain_text() if name else None) or ""
            self.skip_lines()
            if self.peek_reserved() == "in":
                self.at += 2
                command.words = self._read_words()
        self.skip_blanks()
        self.accept(";")
        self.skip_lines()
        closer = "}" if self.accept("{") else "done"
        if closer == "done" and not self.at_closer(("do",)):
            raise self.error("`do` is missing")
        command.bodies.append(self.read_listing((closer,)))
        return command

    def _read_words(self) -> list[Word]:
        words: list[Word] = []
        while True:
            self.skip_blanks()
            word = self.read_word()
            if word is None:
                return words
            words.append(word)

    def _read_case(self, start: int) -> Compound:
        command = Compound("case", start)
        self.skip_blanks()
        subject = self.read_word()
        command.words = [subject] if subject else []
        self.skip_lines()
        if not self.at_closer(("in",)):
            raise self.error("`in` is missing")
        while True:
            self.skip_lines()
            if self.at_closer(("esac",)):
                return command
            self.accept("(")
            self._read_patterns(command)
            command.bodies.append(self.read_listing((";;&", ";;", ";&", "esac")))
            if self.closer == "esac":
                return command

    def _read_patterns(self, command: Compound) -> None:
        while True:
            self.skip_blanks()
            word = self.read_word()
            if word and command.words is not None:
                command.words.append(word)
            self.skip_blanks()
            if self.accept(")"):
                return
            if not self.accept("|"):
                raise self.error("`)` of a case is missing")

    def _read_test(self, start: int) -> Compound:
        command = Compound("[[", start)
        command.words = []
        while True:
            self.skip_lines()
            if self.at >= self.size:
                raise self.error("`]]` is missing")
            if self.peek() in META:
                self.at += 1
                continue
            word = self.read_word()
            assert word is not None  # neither at the end nor at a sign that ends words
            if word.plain_text() == "]]":
                return command
            command.words.append(word)

    def _read_function(self) -> Function:
        self.skip_blanks()
        name = self.read_word()
        if name is None:
            raise self.error("`function` without a name")
        self.skip_blanks()
        if self.accept("("):
            self.skip_blanks()
            if not self.accept(")"):
                raise self.error("`)` is missing")
        return self._read_function_body(name)

    def _read_function_body(self, name: Word) -> Function:
        self.skip_lines()
        self.enter()
        body = self.read_command()
        self.leave()
        text = "".join(part.text for part in name.parts if isinstance(part, Literal))
        return Function(text, body)

    def _read_coproc(self, start: int) -> Compound:
        command = Compound("coproc", start)
        self.skip_blanks()
        before = self.at
        if not self._at_opener():
            self.read_word()
            self.skip_blanks()
            if not self._at_opener():
                self.at = before  # it was the program, not the name of the coprocess
        listing = Listing()
        listing.items.append((";", Pipeline([self.read_command()])))
        command.bodies.append(listing)
        return command

    def _at_opener(self) -> bool:
        """Whether a compound command comes next."""
        return self.peek() == "(" or self.peek_reserved() in OPENERS

    def _read_simple_or_function(self) -> Command:
        simple = self.read_simple()
        if self.peek() != "(":
            if not (simple.words or simple.assignments or simple.redirects):
                raise self.error(f"`{self.peek() or 'the end'}` stands where a command should")
            return simple
        if len(simple.words) != 1 or simple.assignments or simple.redirects:
            raise self.error("`(` stands where a word should")
        self.at += 1
        self.skip_blanks()
        if not self.accept(")"):
            raise self.error("`(` stands where a word should")
        return self._read_function_body(simple.words[0])
