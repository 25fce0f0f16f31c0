"""Unknown text inside known text: characters that can stand in no word of a shell, each for one kind of not knowing."""

HOLE = "\0"
"""Any text, within one word."""
SPLAT = "\ud800"
"""Any text outside quotes: no word, one word or many."""
PLAIN = "\ud801"
"""The answer of a well-known program: one word that is no option, such as a branch, a date or a path."""
OUTER = "\ud802"
"""A variable that the line did not set."""

HOLES = HOLE + SPLAT + PLAIN + OUTER
_ERASE = {ord(char): None for char in HOLES}
_SHOWN = {ord(char): "…" for char in HOLES}
_QUOTED = {ord(SPLAT): HOLE}
_BARE = {ord(HOLE): SPLAT}


def is_known(text: str) -> bool:
    """Whether `text` has no hole."""
    return (text.isascii() and HOLE not in text) or not any(char in text for char in HOLES)


def without_holes(text: str) -> str:
    """The known part of `text`."""
    return text if is_known(text) else text.translate(_ERASE)


def show_holes(text: str) -> str:
    """`text` for people: holes as an ellipsis."""
    return text if is_known(text) else text.translate(_SHOWN)


def quote_holes(text: str) -> str:
    """`text` as it stands inside quotes: unknown words become unknown text."""
    return text.translate(_QUOTED)


def bare_holes(text: str) -> str:
    """`text` as it stands outside quotes: unknown text may fall apart into words."""
    return text.translate(_BARE)
