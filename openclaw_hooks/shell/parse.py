"""Reads commands: `parse_line` gives the tree of a whole text."""

from __future__ import annotations

from openclaw_hooks.shell.compounds import CompoundReader

TYPE_CHECKING = False
if TYPE_CHECKING:
    from openclaw_hooks.shell.syntax import Listing


class CommandReader(CompoundReader):
    """The whole reader; its bases read words, simple commands and compounds."""

    def read_text(self, text: str) -> Listing:
        """The commands of another text, one level down."""
        self.enter()
        inner = CommandReader(text, self.depth)
        listing = inner.read_all()
        self.leave()
        return listing

    def read_all(self) -> Listing:
        """The commands up to the end; raises ShellSyntaxError."""
        listing = self.read_listing(())
        if self.at < self.size:
            raise self.error(f"`{self.text[self.at]}` stands where a command should")
        return listing


def parse_line(text: str) -> Listing:
    """The tree of a command line or script; raises ShellSyntaxError with the problem and its offset."""
    return CommandReader(text).read_all()
