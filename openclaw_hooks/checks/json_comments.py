"""JSON with comments and trailing commas made plain, every line and column kept."""

from __future__ import annotations

import re

# Two passes, each linear: an unclosed comment or string runs to its end instead of being tried again and again.
_COMMENT = re.compile(r'"(?:[^"\\\n]|\\.)*+"?|//[^\n]*|/\*.*?(?:\*/|\Z)', re.DOTALL)
_TRAILING_COMMA = re.compile(r'"(?:[^"\\\n]|\\.)*+"?|,(?=\s*[}\]])', re.DOTALL)


def strip_comments(text: str) -> str:
    """`text` with comments and trailing commas turned into blanks, line ends kept."""
    return _TRAILING_COMMA.sub(_blank, _COMMENT.sub(_blank, text))


def _blank(match: re.Match[str]) -> str:
    token = match[0]
    return token if token.startswith('"') else re.sub(r"[^\n]", " ", token)
