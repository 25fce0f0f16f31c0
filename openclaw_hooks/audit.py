"""The audit log: one line of JSON for every verdict of a hook, in the git common dir.

A line says when, who, what kind of act and which rules; never a command, a content or a secret. Formatted by hand
and written without a lock: the log must cost a hook less than a millisecond. Several writers share the file, so each
line is one `write` to the end of it.
"""

from __future__ import annotations

import os
import time

TYPE_CHECKING = False  # `typing` takes 8 ms to import
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

LOG = os.path.join("logs", "audit.jsonl")
MAX_BYTES = 1_000_000
KEPT = 3  # older files beside the one that is written to
MAX_RULES = 20
MAX_CHARS = 200  # of one value
LOCK_LIFE_S = 10.0

ALLOW, ASK, DENY = "allow", "ask", "deny"

_reasons: list[tuple[tuple[str, ...], str]] = []  # what this process has to say in its one line


def append_verdict(state_dir: str, facts: Mapping[str, str], rules: Iterable[str], elapsed_s: float) -> None:
    """Add a line with the time, `facts` in their order, the ids of `rules`, and milliseconds.

    Never raises: a log that cannot be written must not change a verdict.
    """
    now = time.time()
    values = [f'"time":"{time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(now))}.{int(now % 1 * 1000):03d}Z"']
    values += [f'"{name}":{_quote(value)}' for name, value in facts.items() if value]
    named = ",".join(_quote(rule) for rule in list(rules)[:MAX_RULES])
    line = f'{{{",".join(values)},"rules":[{named}],"ms":{elapsed_s * 1000:.1f}}}\n'
    path = os.path.join(state_dir, LOG)
    try:
        _append(path, line.encode("ascii"))
    except OSError:
        return


def note_reasons(rules: Iterable[str], where: str) -> None:
    """Keeps the ids behind a git hook's verdict, and the file that it is about, for the line that is written at its end.

    A git hook gives back no more than its exit code.
    """
    _reasons.append((tuple(dict.fromkeys(rules)), where))


def take_reasons() -> tuple[tuple[str, ...], str]:
    """The ids and the file last noted, once; none when nothing was."""
    noted = _reasons[-1] if _reasons else ((), "")
    _reasons.clear()
    return noted


def _quote(text: str) -> str:
    text = text[:MAX_CHARS]
    if text.isascii() and text.isprintable() and '"' not in text and "\\" not in text:
        return f'"{text}"'
    return '"' + "".join(_escape(char) for char in text) + '"'


def _escape(char: str) -> str:
    if char in '"\\':
        return "\\" + char
    if " " <= char <= "~":
        return char
    # Beyond the first plane JSON wants two surrogates.
    return "".join(f"\\u{unit:04x}" for unit in memoryview(char.encode("utf-16-le", "surrogatepass")).cast("H"))


def _append(path: str, line: bytes) -> None:
    flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0)
    try:
        descriptor = os.open(path, flags, 0o600)
    except FileNotFoundError:
        os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
        descriptor = os.open(path, flags, 0o600)
    try:
        os.write(descriptor, line)
        is_full = os.fstat(descriptor).st_size > MAX_BYTES
    finally:
        os.close(descriptor)
    if is_full:
        _rotate(path)


def _rotate(path: str) -> None:
    """Shift the files by one; whoever makes the lock file does it, and a lock left by a killed hook grows old."""
    lock = f"{path}.lock"
    try:
        os.close(os.open(lock, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    except FileExistsError:
        if time.time() - os.stat(lock).st_mtime > LOCK_LIFE_S:
            os.unlink(lock)
        return
    try:
        if os.stat(path).st_size <= MAX_BYTES:  # somebody else was first
            return
        for number in range(KEPT - 1, 0, -1):
            if os.path.exists(f"{path}.{number}"):
                os.replace(f"{path}.{number}", f"{path}.{number + 1}")
        os.replace(path, f"{path}.1")
    finally:
        os.unlink(lock)


def read_verdicts(state_dir: str) -> Iterator[dict[str, object]]:
    """The lines of the log from the oldest on; what is not a JSON object is skipped."""
    import json

    path = os.path.join(state_dir, LOG)
    for name in (*(f"{path}.{number}" for number in range(KEPT, 0, -1)), path):
        try:
            with open(name, encoding="utf-8", errors="replace") as stream:
                lines = stream.readlines()
        except OSError:
            continue
        for line in lines:
            try:
                entry = json.loads(line)
            except (ValueError, RecursionError):  # cut off by a full disk, or not of our making
                continue
            if isinstance(entry, dict):
                yield entry
