"""All token formats, found by the literal without which they cannot occur."""

import re

from openclaw_hooks.secrets import formats_business, formats_cloud, formats_code, formats_keys
from openclaw_hooks.secrets.model import Format

FORMATS: tuple[Format, ...] = (
    formats_code.FORMATS + formats_cloud.FORMATS + formats_business.FORMATS + formats_keys.FORMATS
)
_IN_WORDS = tuple((literal, row) for row in FORMATS if not row.loose for literal in row.literals)
_IN_TEXT = tuple((literal, row) for row in FORMATS if row.loose for literal in row.literals)

_LONG_WORD = re.compile(r"[A-Za-z0-9_.:/+=~%$@!|-]{12,}")
_HAS_DIGIT = re.compile("[0-9]")


def long_words(text: str) -> list[str]:
    """The words of `text` that can be tokens: long, with digits, or longer still; most code has hardly any.

    Hundreds of literals are then looked for in these few words instead of in the whole text.
    """
    return [
        word
        for word in _LONG_WORD.findall(text)
        if _HAS_DIGIT.search(word) or len(word) >= 30 or (len(word) >= 16 and word.isupper())
    ]


def literals_in(text: str, words: list[str]) -> list[tuple[str, Format]]:
    """Each literal that occurs, with the format it belongs to; `words` are the long words of `text`."""
    found = [(literal, row) for literal, row in _IN_TEXT if literal in text]
    if words:
        joined = " ".join(words)
        found += [(literal, row) for literal, row in _IN_WORDS if literal in joined]
    return found
