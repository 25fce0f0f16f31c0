"""What is kept of an agent's events: little, clean and bounded, whatever it prints."""

from __future__ import annotations

import math
import re
from collections import deque
from typing import Any, Final

# What a terminal would act on: escape sequences as a whole, then single control characters and those that turn text around.
_ESCAPES = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]{0,4096}(?:\x07|\x1b\\)?|[@-Z\\-_])")
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]")

TEXT_CHARS: Final = 4000
SPOKEN_CHARS: Final = 128_000  # of its beginning, and as much of its end
CALLS: Final = 20
CALL_CHARS: Final = 200
DENIED: Final = 50
MAX_COUNT: Final = 1 << 53

# Where tools say what they act on, the most telling first.
_SUBJECTS = ("command", "cmd", "file_path", "filePath", "path", "pattern", "query", "url", "prompt", "description")


def clean(text: str, max_chars: int = SPOKEN_CHARS) -> str:
    """`text` without what a terminal would act on and what UTF-8 cannot carry, cut at `max_chars`."""
    text = text[:max_chars].encode("utf-8", "replace").decode()
    return _CONTROLS.sub("\ufffd", _ESCAPES.sub("", text.replace("\r\n", "\n").replace("\r", "\n")))


def one_line(text: str, max_chars: int = CALL_CHARS) -> str:
    """`text` as one clean line, cut with a mark."""
    line = " ".join(clean(text, 4 * max_chars).split())
    return line if len(line) <= max_chars else line[: max_chars - 1] + "…"


def as_text(found: Any) -> str:
    """`found` where it is a text, else nothing."""
    return found if isinstance(found, str) else ""


def as_mapping(found: Any) -> dict[str, Any]:
    """`found` where it is an object, else an empty one."""
    return found if isinstance(found, dict) else {}


def as_items(found: Any) -> list[Any]:
    """`found` where it is a list, else an empty one."""
    return found if isinstance(found, list) else []


def as_count(found: Any) -> int | None:
    """`found` where it is a number of things, else None."""
    return found if isinstance(found, int) and not isinstance(found, bool) and 0 <= found < MAX_COUNT else None


def as_cost(found: Any) -> float | None:
    """`found` where it is a number of US dollars, else None."""
    is_number = isinstance(found, (int, float)) and not isinstance(found, bool)
    return float(found) if is_number and math.isfinite(found) and 0 <= found < MAX_COUNT else None


def add_counts(usage: dict[str, Any], *names: str) -> int | None:
    """The sum of what `usage` has under `names`; None where it has none of them."""
    found = [count for name in names if (count := as_count(usage.get(name))) is not None]
    return sum(found) if found else None


class Notes:
    """What an agent has said and done so far."""

    def __init__(self) -> None:
        self.model = ""
        self.session = ""
        self.turns: int | None = None
        self.cost_usd: float | None = None
        self.tokens_in: int | None = None
        self.tokens_out: int | None = None
        self.failure = ""
        self.is_over = False  # its events say that the work has come to an end, good or bad
        self.last_call = ""
        self.scratch = ""  # what a reader remembers from one event to the next
        self.calls: deque[str] = deque(maxlen=CALLS)
        self.denied: dict[str, str] = {}
        self.tools: dict[str, str] = {}
        self._first: list[str] = []
        self._first_chars = 0
        self._last: deque[str] = deque()
        self._last_chars = 0
        self._has_gap = False
        self._text: deque[str] = deque()
        self._text_chars = 0

    def say(self, text: str, *, joined: bool = False) -> None:
        """Keep a piece of what it said; a `joined` one goes on where the last ended."""
        if text:
            piece = clean(text if joined else f"{text}\n")
            self._text_chars = _append(self._text, piece[-TEXT_CHARS:], self._text_chars, TEXT_CHARS)
            self._speak(piece)

    def call(self, name: str, arguments: Any, call_id: str = "") -> None:
        """Keep a tool call: its name and what it acts on; a command line also counts as spoken."""
        given = as_mapping(arguments)
        subject = next((text for key in _SUBJECTS if (text := _words(given.get(key)))), "")
        self.last_call = one_line(f"{name}: {subject}" if subject else name)
        self.calls.append(self.last_call)
        for key in ("command", "cmd"):
            if command := _words(given.get(key)):
                self._speak(clean(f"{command}\n"))
        if call_id and len(self.tools) < 10_000:
            self.tools[call_id[:200]] = one_line(name, 80)

    def deny(self, what: str, key: str) -> None:
        """Keep that something was denied, once for each `key`."""
        if key[:200] not in self.denied and len(self.denied) < DENIED:
            self.denied[key[:200]] = one_line(what)

    def fail(self, why: str) -> None:
        """Keep why it failed, as it said last."""
        self.failure = one_line(why, 500) or "it says that it failed"

    def text(self) -> str:
        """The end of what it said."""
        return "".join(self._text)[-TEXT_CHARS:].strip()

    def spoken(self) -> str:
        """All that it said and the commands that it gave, with a gap in the middle of what is too long."""
        gap = "\n[...]\n" if self._has_gap else ""
        return "".join(self._first) + gap + "".join(self._last)

    def _speak(self, piece: str) -> None:
        if (room := SPOKEN_CHARS - self._first_chars) > 0:
            self._first.append(piece[:room])
            self._first_chars += len(piece[:room])
            piece = piece[room:]
        if piece:
            before = self._last_chars + len(piece)
            self._last_chars = _append(self._last, piece, self._last_chars, SPOKEN_CHARS)
            self._has_gap = self._has_gap or self._last_chars < before


def _append(pieces: deque[str], piece: str, chars: int, max_chars: int) -> int:
    """Adds `piece` and drops whole pieces from the front while `max_chars` stay; the new count.

    Short pieces are joined, so that a million of one character each need no million objects.
    """
    if pieces and len(pieces[-1]) + len(piece) < 2048:
        pieces[-1] += piece
    else:
        pieces.append(piece)
    chars += len(piece)
    while chars - len(pieces[0]) >= max_chars:
        chars -= len(pieces.popleft())
    return chars


def _words(found: Any) -> str:
    if isinstance(found, list):
        return " ".join(word for word in found[:200] if isinstance(word, str))
    return as_text(found)
