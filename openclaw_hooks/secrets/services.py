"""Vendors whose keys carry no mark of their own: the vendor's name beside a value of the right shape tells."""

from collections.abc import Iterator

from openclaw_hooks.secrets.assignment import name_around, read_assignment
from openclaw_hooks.secrets.placeholders import is_placeholder, is_reference
from openclaw_hooks.secrets.service_rows import SERVICES
from openclaw_hooks.secrets.shapes import compile_value

# A name stands at most this far from the start of its value; longer lines are looked at in parts.
MAX_NEAR = 200


def find_services(text: str, lowered: str, words: list[str]) -> Iterator[tuple[str, str, int, str]]:
    """Rule, description, offset and text of each value that has the shape of the service named beside it.

    `words` are the long words of `text`: without one near, a name has no value that could match.
    """
    if not words:
        return
    near = _lines_with(words, text).lower()
    for row in SERVICES:
        for name in row.names:
            position = lowered.find(name) if name in near else -1
            while position >= 0:
                if _inside_word(text, position):
                    position = lowered.find(name, position + len(name))
                    continue
                start, end = name_around(text, position)
                end = _with_spaced_words(lowered, end)
                found = read_assignment(text, start, end)
                if found and compile_value(row.shape).match(found.value) and _is_value(found.value):
                    yield row.rule, row.description, found.start, found.value
                position = lowered.find(name, max(end, position + len(name)))


def _lines_with(words: list[str], text: str) -> str:
    """The lines that the words stand in, each with the line before it."""
    lines = []
    behind = position = 0
    for word in words:
        position = text.find(word, position)
        if position < behind:
            continue
        start = text.rfind("\n", 0, max(0, text.rfind("\n", 0, position))) + 1
        behind = text.find("\n", position)
        behind = len(text) if behind < 0 else behind
        lines.append(text[max(start, position - MAX_NEAR) : min(behind, position + MAX_NEAR)])
        behind = min(behind, position + MAX_NEAR)
    return "\n".join(lines)


def _inside_word(text: str, position: int) -> bool:
    """Whether the name at `position` is only a part of a longer word, as "etsy" in SetSysctl."""
    before = text[position - 1 : position]
    return before.isalpha() and not (before.islower() and text[position].isupper())


def _with_spaced_words(lowered: str, end: int) -> int:
    """Where the name ends if words such as "api key" follow it: people also write `taxjar key: ...`."""
    for _ in range(3):
        for word in _WORDS:
            if lowered.startswith(word, end):
                end += len(word)
                break
        else:
            return end
    return end


_WORDS = (
    " api", " access", " secret", " private", " auth", " key", " token", " bot", " code", "_key", " authtoken", " password",
    " apikey", " id",
)  # fmt: skip


def _is_value(value: str) -> bool:
    return (
        not is_reference(value)
        and not is_placeholder(value)
        and len(set(value)) >= 6
        and any(char.isdigit() for char in value)
    )
