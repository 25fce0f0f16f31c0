"""Reads lists and pipelines: commands one after the other."""

from __future__ import annotations

from openclaw_hooks.shell.cursor import META
from openclaw_hooks.shell.simples import SimpleReader
from openclaw_hooks.shell.syntax import Command, Listing, Pipeline

OPENERS = frozenset(("if", "while", "until", "for", "select", "case", "{", "[[", "function", "coproc", "time", "!"))
CLOSERS = frozenset(("then", "elif", "else", "fi", "do", "done", "esac", "}"))


class ListingReader(SimpleReader):
    """A cursor that reads lists; `closer` is what ended the last one. One command is read by the class below."""

    closer = ""

    def read_command(self) -> Command:
        """The command that comes next."""
        raise NotImplementedError

    def read_listing(self, closers: tuple[str, ...]) -> Listing:
        """The commands up to one of `closers` (`)`, `;;` or a reserved word), which is passed; `()` means the end."""
        listing = Listing()
        operator = ";"
        while True:
            self.skip_lines()
            if self.at >= self.size:
                if closers:
                    raise self.error(f"`{closers[0]}` is missing")
                self.finish_heredocs()
                return listing
            if self.at_closer(closers):
                return listing
            listing.items.append((operator, self._read_pipeline()))
            self.skip_blanks()
            operator = self._read_operator()

    def at_closer(self, closers: tuple[str, ...]) -> bool:
        """Pass and note in `self.closer` the one of `closers` that comes next, if one does."""
        for closer in closers:
            if not self.starts(closer):
                continue
            if (
                closer[0] in "abcdefghijklmnopqrstuvwxyz}"
                and self.peek(len(closer)) not in META
                and self.peek(len(closer))
            ):
                continue
            self.at += len(closer)
            self.closer = closer
            return True
        word = self.peek_reserved()
        if word in CLOSERS:
            raise self.error(f"`{word}` stands where a command should")
        return False

    def _read_operator(self) -> str:
        if self.peek() == "\n":
            return ";"
        if self.starts(";;") or self.starts(";&"):
            return ";"
        for operator in ("&&", "||", ";", "&"):
            if self.accept(operator):
                return operator
        if self.peek() in ("", ")"):
            return ";"
        raise self.error(f"`{self.peek()}` stands where a command should end")

    def peek_reserved(self) -> str:
        """The plain word that comes next, when it could be a reserved one."""
        at = self.at
        while at < self.size and at - self.at < 10 and self.text[at] not in META:
            at += 1
        return self.text[self.at : at]

    def _read_pipeline(self) -> Pipeline:
        commands: list[Command] = []
        while True:
            self._pass_prefixes()
            commands.append(self.read_command())
            self.skip_blanks()
            if self.starts("||") or not (self.accept("|&") or self.accept("|")):
                return Pipeline(commands)
            self.skip_lines()

    def _pass_prefixes(self) -> None:
        """Pass `!` and `time`, which change nothing about what runs."""
        while (word := self.peek_reserved()) in ("!", "time"):
            self.at += len(word)
            self.skip_blanks()
            if word == "time" and self.peek_reserved() in ("-p", "--"):
                self.at += 2
                self.skip_blanks()
