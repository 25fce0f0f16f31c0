"""What an agent prints, read as it comes: a report at any time, from bounded memory, and never an exception for what it printed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

import msgspec

from openclaw_hooks.agent.commands.claude import read_claude
from openclaw_hooks.agent.commands.codex import read_codex
from openclaw_hooks.agent.commands.gemini import read_gemini
from openclaw_hooks.agent.commands.notes import Notes, one_line
from openclaw_hooks.agent.commands.opencode import read_opencode
from openclaw_hooks.agent.model import Report
from openclaw_hooks.agent_files.model import Events, FailIf
from openclaw_hooks.errors import OpenclawError

if TYPE_CHECKING:
    from collections.abc import Callable

READERS: Final[dict[Events, Callable[[dict[str, Any], Notes], None]]] = {
    Events.CLAUDE: read_claude,
    Events.CODEX: read_codex,
    Events.GEMINI: read_gemini,
    Events.OPENCODE: read_opencode,
}

_LINE_BYTES = 4096  # of a line that is no event
_BATCH_BYTES = 32_000
_OBJECT = b"{"


class Parser:
    """The reader of one agent's output, line by line."""

    def __init__(self, kind: Events, fail_if: FailIf = FailIf()) -> None:  # noqa: B008 - frozen
        self.kind = kind
        self.fail_if = fail_if
        self.notes = Notes()
        self._read = READERS.get(kind)
        self._patterns = [re.compile(pattern) for pattern in fail_if.output]  # validated when the file was read
        self._waiting: list[bytes] = []
        self._waiting_bytes = 0
        self._match = ""
        self._complaint = b""

    @property
    def last_call(self) -> str:
        """Its last tool call, in one line."""
        return self.notes.last_call

    def feed(self, line: bytes) -> None:
        """Take in a line of stdout, without its end."""
        event = self._decode(line) if self._read else None
        if event is None:
            self._keep(line)
        elif self._read is not None:
            self._flush()
            self._read(event, self.notes)

    def complain(self, line: bytes) -> None:
        """Take in a line of stderr, without its end."""
        if line.strip():
            self._complaint = line
            self._keep(line)

    def _keep(self, line: bytes) -> None:
        """Keep a line that is no event; many are read at once, since output may be all line ends."""
        self._waiting.append(line[:_LINE_BYTES])
        self._waiting_bytes += len(self._waiting[-1]) + 1
        if self._waiting_bytes > _BATCH_BYTES:
            self._flush()

    def _flush(self) -> None:
        """Read the lines that wait."""
        if not self._waiting:
            return
        text = b"\n".join(self._waiting).decode("utf-8", "replace")
        self._waiting.clear()
        self._waiting_bytes = 0
        if text.strip():
            self.notes.say(text)
            if self._patterns and not self._match:
                self._search(text)

    def report(self, code: int | None = None) -> Report:
        """What it said of itself so far, and whether it failed where it ended with `code`."""
        self._flush()
        notes = self.notes
        return Report(
            code=code,
            failure=self._failure(code),
            model=notes.model,
            session=notes.session,
            turns=notes.turns,
            cost_usd=notes.cost_usd,
            tokens_in=notes.tokens_in,
            tokens_out=notes.tokens_out,
            denied=tuple(notes.denied.values()),
            text=notes.text(),
            calls=tuple(notes.calls),
        )

    def spoken(self) -> str:
        """What it said and the commands that it gave, not what tools answered; bounded, with a gap in the middle."""
        self._flush()
        return self.notes.spoken()

    def _failure(self, code: int | None) -> str:
        if self.notes.failure:
            return self.notes.failure
        if self._match:
            return self._match
        codes = self.fail_if.codes
        if code is not None and (code in codes if codes is not None else code != 0):
            said = f": {one_line(self._complaint.decode('utf-8', 'replace'))}" if self._complaint else ""
            return f"exit code {code}{said}"
        if code is not None and self._read is not None and not self.notes.is_over:
            return "it ended without saying how its work did"
        return ""

    @staticmethod
    def _decode(line: bytes) -> dict[str, Any] | None:
        """The event on a line; None for anything else."""
        if line.lstrip()[:1] != _OBJECT:
            return None
        found: Any
        try:
            found = msgspec.json.decode(line)
        except (msgspec.MsgspecError, ValueError, RecursionError):
            found = _decode_loosely(line)
        return found if isinstance(found, dict) and isinstance(found.get("type"), str) else None

    def _search(self, text: str) -> None:
        from openclaw_hooks.regexes import search_lines

        for pattern in self._patterns:
            try:
                found = next(search_lines(pattern, text), None)
            except OpenclawError as error:  # a pattern that takes too long cannot say that all is well
                self._match = one_line(error.message, 300)
                return
            if found is not None:
                self._match = one_line(f"its output matches `{pattern.pattern}`: {found.line}", 300)
                return


def _decode_loosely(line: bytes) -> Any:
    """The event where a text in it ends within a character, as JavaScript cuts them; None for no JSON."""
    import json

    try:
        return json.loads(line)
    except (ValueError, RecursionError):
        return None


def make_parser(kind: Events, fail_if: FailIf = FailIf()) -> Parser:  # noqa: B008 - frozen
    """A reader of what a command of that kind prints."""
    return Parser(kind, fail_if)
