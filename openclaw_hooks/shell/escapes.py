"""Backslash escapes of `$'...'`, `echo -e` and `printf`."""

from __future__ import annotations

_SINGLE = {
    "a": "\a", "b": "\b", "e": "\x1b", "E": "\x1b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v",
    "\\": "\\", "'": "'", '"': '"', "?": "?",
}  # fmt: skip
_HEX = frozenset("0123456789abcdefABCDEF")
_OCTAL = frozenset("01234567")
_HEX_DIGITS = {"x": 2, "u": 4, "U": 8}


def decode_escapes(text: str) -> str:
    """`text` with its escapes replaced, as `$'...'` and `printf` do; a NUL ends nothing and is dropped."""
    if "\\" not in text:
        return text
    pieces = []
    at = 0
    while True:
        found = text.find("\\", at)
        if found < 0 or found + 1 >= len(text):
            pieces.append(text[at:])
            return "".join(pieces)
        pieces.append(text[at:found])
        decoded, at = _decode_one(text, found + 1)
        pieces.append(decoded)


def _decode_one(text: str, at: int) -> tuple[str, int]:
    """The meaning of the escape whose letter stands at `at`, and the offset behind it."""
    letter = text[at]
    if letter in _SINGLE:
        return _SINGLE[letter], at + 1
    if letter in _HEX_DIGITS:
        end = _run_end(text, at + 1, _HEX, _HEX_DIGITS[letter])
        return (_character(int(text[at + 1 : end], 16)), end) if end > at + 1 else ("\\" + letter, at + 1)
    if letter in _OCTAL:
        end = _run_end(text, at, _OCTAL, 4 if letter == "0" else 3)
        return _character(int(text[at:end], 8) & 0xFF), end
    if letter == "c" and at + 1 < len(text):
        return _character(ord(text[at + 1]) & 0x1F), at + 2
    return "\\" + letter, at + 1


def _run_end(text: str, at: int, digits: frozenset[str], most: int) -> int:
    end = at
    while end < len(text) and end - at < most and text[end] in digits:
        end += 1
    return end


def _character(code: int) -> str:
    """The character of `code`; nothing for NUL, and for codes that are none or that mean a hole here."""
    return "" if code == 0 or code > 0x10FFFF or 0xD800 <= code <= 0xDFFF else chr(code)
