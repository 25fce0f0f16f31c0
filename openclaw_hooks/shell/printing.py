"""What `echo` and `printf` print."""

from __future__ import annotations

from openclaw_hooks.shell.escapes import decode_escapes
from openclaw_hooks.shell.holes import HOLE, is_known

MAX_PRINTED_CHARS = 1 << 16
_FLAGS = frozenset("-+ #0123456789.*'")


def echo_text(words: list[str]) -> str:
    """What `echo WORDS` prints, `words` without the `echo`."""
    ends, decodes = "\n", False
    at = 0
    while at < len(words) and len(words[at]) > 1 and words[at][0] == "-" and not set(words[at][1:]) - set("neE"):
        ends = "" if "n" in words[at] else ends
        decodes = "e" in words[at]
        at += 1
    text = " ".join(words[at:])
    return (decode_escapes(text) if decodes else text) + ends


def printf_text(template: str, words: list[str]) -> str:
    """What `printf TEMPLATE WORDS` prints; the template is used again until no word is left."""
    if not is_known(template):
        return HOLE
    pieces: list[str] = []
    left = list(words)
    while True:
        before = len(left)
        pieces.append(_format_once(template, left))
        if not left or len(left) == before or len(pieces) > len(words) + 1:
            return "".join(pieces)[:MAX_PRINTED_CHARS]


def _format_once(template: str, left: list[str]) -> str:
    pieces = []
    at = 0
    while True:
        found = template.find("%", at)
        if found < 0:
            pieces.append(decode_escapes(template[at:]))
            return "".join(pieces)
        pieces.append(decode_escapes(template[at:found]))
        letter = found + 1
        while letter < len(template) and template[letter] in _FLAGS:
            letter += 1
        kind = template[letter : letter + 1]
        pieces.append("%" if kind == "%" else _format_word(kind, template[found + 1 : letter], left))
        at = letter + 1
        if kind == "(":
            at = max(template.find("T", letter), letter) + 1


def _format_word(kind: str, flags: str, left: list[str]) -> str:
    if "*" in flags and left:
        left.pop(0)
        return HOLE
    word = left.pop(0) if left else ""
    if kind == "b":
        return decode_escapes(word)
    if kind == "c":
        return word[:1]
    if kind in ("s", "q"):
        _, dot, digits = flags.partition(".")
        return word[: int(digits[:6])] if dot and digits.isdigit() and is_known(word) else word
    if kind in ("d", "i", "u"):
        return word if word.lstrip("-").isdigit() else "0" if not word else HOLE
    return HOLE
