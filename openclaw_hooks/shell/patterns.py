"""Matches shell patterns, and expands braces; both in bounded time."""

from __future__ import annotations

from openclaw_hooks.shell.syntax import Literal, Part

MAX_BRACED_WORDS = 64
_SIGNS = frozenset("*?[")


def has_pattern(text: str) -> bool:
    """Whether `text` holds a sign that a shell would expand to file names."""
    return any(char in _SIGNS for char in text)


def match_pattern(pattern: str, text: str) -> bool:
    """Whether the shell pattern matches all of `text`; `*` and `?` also take a `/`.

    One star at a time: going back to the last star only is enough, so the time is at most the product of the lengths.
    """
    at = place = 0
    star = mark = -1
    while at < len(text):
        width, matches = _match_one(pattern, place, text[at])
        if width and pattern[place] == "*":
            star, mark = place, at
            place += 1
        elif matches:
            at += 1
            place += width
        elif star >= 0:
            mark += 1
            at, place = mark, star + 1
        else:
            return False
    return all(char == "*" for char in pattern[place:])


def _match_one(pattern: str, place: int, char: str) -> tuple[int, bool]:
    """The width of the sign at `place`, and whether it takes `char`."""
    if place >= len(pattern):
        return 0, False
    sign = pattern[place]
    if sign == "?":
        return 1, True
    if sign == "[":
        end = pattern.find("]", place + 2)
        if end > 0:
            return end + 1 - place, _in_class(pattern[place + 1 : end], char)
    if sign == "\\" and place + 1 < len(pattern):
        return 2, pattern[place + 1] == char
    return 1, sign == char


def _in_class(members: str, char: str) -> bool:
    negated = members[0] in "!^" and len(members) > 1
    members = members[1:] if negated else members
    if members.startswith("[:"):
        return True  # a named class: taken for a match, as the guard rather sees too much
    at = 0
    while at < len(members):
        if at + 2 < len(members) and members[at + 1] == "-":
            if members[at] <= char <= members[at + 2]:
                return not negated
            at += 3
        else:
            if members[at] == char:
                return not negated
            at += 1
    return negated


def expand_braces(parts: list[Part]) -> list[list[Part]]:
    """The words that `{a,b}` and `{1..3}` make of a word, at most MAX_BRACED_WORDS of them."""
    if not any(isinstance(part, Literal) and not part.quoted and "{" in part.text for part in parts):
        return [parts]
    atoms = _split_atoms(parts)
    words = _expand_atoms(atoms, 0)
    return [_join_atoms(word) for word in words[:MAX_BRACED_WORDS]]


def _split_atoms(parts: list[Part]) -> list[str | Part]:
    """Unquoted characters one by one, everything else as it is."""
    atoms: list[str | Part] = []
    for part in parts:
        if isinstance(part, Literal) and not part.quoted:
            atoms.extend(part.text)
        else:
            atoms.append(part)
    return atoms


def _join_atoms(atoms: list[str | Part]) -> list[Part]:
    parts: list[Part] = []
    run: list[str] = []
    for atom in [*atoms, None]:
        if isinstance(atom, str):
            run.append(atom)
            continue
        if run:
            parts.append(Literal("".join(run), False))
            run = []
        if atom is not None:
            parts.append(atom)
    return parts


def _expand_atoms(atoms: list[str | Part], depth: int) -> list[list[str | Part]]:
    opening = next((at for at, atom in enumerate(atoms) if atom == "{"), -1)
    if opening < 0 or depth > 8:
        return [atoms]
    found = _find_alternatives(atoms, opening)
    if found is None:
        head = atoms[: opening + 1]
        return [head + tail for tail in _expand_atoms(atoms[opening + 1 :], depth + 1)]
    alternatives, end = found
    tails = _expand_atoms(atoms[end:], depth + 1)
    heads = [word for alternative in alternatives for word in _expand_atoms(alternative, depth + 1)]
    return [atoms[:opening] + head + tail for head in heads[:MAX_BRACED_WORDS] for tail in tails][:MAX_BRACED_WORDS]


def _find_alternatives(atoms: list[str | Part], opening: int) -> tuple[list[list[str | Part]], int] | None:
    """What stands between the commas of the brace at `opening`, and the place behind it; None when it is plain text."""
    level = 0
    alternatives: list[list[str | Part]] = [[]]
    for at in range(opening + 1, len(atoms)):
        atom = atoms[at]
        if atom == "{":
            level += 1
        elif atom == "}":
            if level == 0:
                sequence = _expand_sequence(alternatives[0]) if len(alternatives) == 1 else alternatives
                return (sequence, at + 1) if sequence else None
            level -= 1
        elif atom == "," and level == 0:
            alternatives.append([])
            continue
        alternatives[-1].append(atom)
    return None


def _expand_sequence(atoms: list[str | Part]) -> list[list[str | Part]]:
    """`1..3` and `a..c`; empty when it is none."""
    text = "".join(atom if isinstance(atom, str) else "\0" for atom in atoms)
    ends = text.split("..")
    if len(ends) not in (2, 3):
        return []
    first, last = ends[0], ends[1]
    if len(first) == 1 and len(last) == 1 and not (first + last).isdigit():
        low, high = ord(first), ord(last)
        return [[chr(code)] for code in _between(low, high)]
    try:
        low, high = int(first), int(last)
    except ValueError:
        return []
    return [list(str(number)) for number in _between(low, high)]


def _between(low: int, high: int) -> list[int]:
    step = 1 if high >= low else -1
    return list(range(low, high + step, step))[:MAX_BRACED_WORDS] if abs(high - low) < 1 << 20 else [low, high]
