"""Strings that a text must hold for a pattern to match at all: a test that spares most searches."""

from __future__ import annotations

import re
from re import _constants as sre  # type: ignore[attr-defined]  # typeshed does not know the parser's modules
from re import _parser as sre_parser  # type: ignore[attr-defined]  # the only way to read a pattern's structure
from typing import Any

MIN_LENGTH = 3
MAX_CHOICES = 24


def required_literals(pattern: str, flags: int = 0) -> tuple[str, ...]:
    """Strings, lower-cased, one of which is in the lower-cased form of every text that `pattern` matches.

    Empty when nothing can be said, so that the pattern must always be searched for.
    """
    try:
        return _required(sre_parser.parse(pattern, flags))
    except (re.error, RecursionError, OverflowError):
        return ()


def _required(items: Any) -> tuple[str, ...]:
    """The best choice of strings that a sequence of nodes needs: the one whose shortest string is longest."""
    candidates: list[tuple[str, ...]] = []
    run = ""
    for code, value in [*items, (None, None)]:
        if code is sre.LITERAL and chr(value).isascii():
            run += chr(value).lower()
            continue
        if run:
            candidates.append((run,))
            run = ""
        if code is not None and (found := _of_node(code, value)):
            candidates.append(found)
    usable = [choice for choice in candidates if min(map(len, choice)) >= MIN_LENGTH]
    return max(usable, key=lambda choice: (min(map(len, choice)), -len(choice)), default=())


def _of_node(code: Any, value: Any) -> tuple[str, ...]:
    if code is sre.SUBPATTERN:
        # (?i:...) inside changes nothing: both sides are compared in lower case
        return _required(value[3])
    if code in (sre.MAX_REPEAT, sre.MIN_REPEAT, sre.POSSESSIVE_REPEAT):
        return _required(value[2]) if value[0] >= 1 else ()
    if code is sre.ATOMIC_GROUP:
        return _required(value)
    if code is sre.BRANCH:
        choices = [_required(branch) for branch in value[1]]
        together = tuple(dict.fromkeys(word for choice in choices for word in choice))
        return together if all(choices) and len(together) <= MAX_CHOICES else ()
    return ()
