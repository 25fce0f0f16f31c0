"""Files of telemetry, one JSON object a line with the key `run`: united, since rows are only ever added.

Lines that are no row are kept as they are, after the rows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

FOLDER: Final = "telemetry"
SUFFIX: Final = ".jsonl"


class Line(NamedTuple):
    """A line of a file: its number, its text, and what it is a row of; `run` is empty for a line that is no row."""

    number: int
    text: bytes
    run: str = ""
    ended: str = ""


def is_telemetry(path: str) -> bool:
    """Whether the board's file at `path` is one of telemetry."""
    folder, _, name = path.partition("/")
    return folder == FOLDER and name.endswith(SUFFIX) and "/" not in name


def read_lines(content: bytes) -> list[Line]:
    """The lines of a file that are not empty."""
    texts = enumerate(content.split(b"\n"), 1)
    return [_read_line(number, text.removesuffix(b"\r")) for number, text in texts if text.strip()]


def unite_rows(*contents: bytes | None) -> bytes:
    """One file with the rows of all, each run once, by time; the same whichever comes first.

    Of two rows of one run, which only an edit by hand makes, the one stays that ended later, or sorts last.
    """
    rows: dict[str, Line] = {}
    others: dict[bytes, None] = {}
    for line in (line for content in contents if content for line in read_lines(content)):
        if not line.run:
            others[line.text] = None
        elif line.run not in rows or _rank(line) > _rank(rows[line.run]):
            rows[line.run] = line
    ordered = sorted(rows.values(), key=lambda line: (line.ended, line.run))
    return _join([*(line.text for line in ordered), *sorted(others)])


def _read_line(number: int, text: bytes) -> Line:
    import msgspec

    try:
        found = msgspec.json.decode(text)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return Line(number, text)
    if not isinstance(found, dict):
        return Line(number, text)
    run, ended = found.get("run"), found.get("ended")
    return Line(number, text, run, ended) if isinstance(run, str) and isinstance(ended, str) else Line(number, text)


def _rank(line: Line) -> tuple[str, bytes]:
    return line.ended, line.text


def _join(texts: Iterable[bytes]) -> bytes:
    return b"".join(text + b"\n" for text in texts)
