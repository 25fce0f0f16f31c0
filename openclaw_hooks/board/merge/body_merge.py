"""The text below a task's frontmatter, merged section by section."""

from __future__ import annotations

import re
from typing import NamedTuple

from openclaw_hooks.board.merge.line_merge import merge_lines
from openclaw_hooks.board.merge.order_merge import merge_order

NOTES = "## Notes"

_HEADING = re.compile(r"#{1,2}(?:[ \t]|$)")
_STRAY_BREAK = re.compile(r"\r(?!\n)")  # ends no line
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})(.*)")


class Clash(NamedTuple):
    """A section that both sides changed so that one of them had to give way; "" is a section that is not there."""

    heading: str
    base: str
    kept: str
    dropped: str


class MergedBody(NamedTuple):
    """The text of a merge, and what did not get into it."""

    text: str
    clashes: tuple[Clash, ...]


class _Section(NamedTuple):
    text: str  # without the blank lines behind it
    tail: str  # those lines, and the line end of the text


def merge_body(base: str | None, local: str, remote: str) -> MergedBody:
    """What both sides made of `base`; without one, the remote's sections stay where the two differ.

    A section that one side removed and the other changed stays as changed.
    """
    if local in (remote, base):
        return MergedBody(remote, ())
    if remote == base:
        return MergedBody(local, ())
    old, ours, theirs = split_sections(base or ""), split_sections(local), split_sections(remote)
    merged: dict[str, _Section] = {}
    clashes: list[Clash] = []
    for key in {**theirs, **ours}:
        section, clash = _merge_section(key, old.get(key), ours.get(key), theirs.get(key), has_base=base is not None)
        if section:
            merged[key] = section
        if clash:
            clashes.append(clash)
    order = merge_order(list(old), list(ours), list(theirs), merged)
    return MergedBody(_join([merged[key] for key in order]), tuple(sorted(clashes)))


def split_sections(body: str) -> dict[str, _Section]:
    """The sections of `body` by their heading; "" is the text above the first, `## A 2` the second one of a name."""
    sections: dict[str, list[str]] = {"": []}
    counts: dict[str, int] = {}
    lines = sections[""]
    fence = ""
    for line in re.findall(r"[^\n]*\n|[^\n]+", body):  # splitlines() also splits at signs that are no line ends here
        was_code, fence = fence, _fence_behind(line, fence)
        if not was_code and not fence and _HEADING.match(line):
            lines = sections.setdefault(_free_name(line.strip(), sections, counts), [])
        lines.append(line)
    return {key: _make_section("".join(lines)) for key, lines in sections.items() if key or lines}


def _fence_behind(line: str, fence: str) -> str:
    """The code fence that is open behind `line`, when `fence` was open before it."""
    found = _FENCE.match(line)
    if found is None:
        return fence
    marks, rest = found.groups()
    if fence:
        return "" if marks.startswith(fence) and not rest.strip() else fence
    return "" if marks[0] == "`" and "`" in rest else marks


def _free_name(heading: str, taken: dict[str, list[str]], counts: dict[str, int]) -> str:
    """`heading`, with the next number that is free; `counts` remembers where to go on, for thousands of one name."""
    name, count = heading, counts.get(heading, 1)
    while name in taken:
        count += 1
        name = f"{heading} {count}"
    counts[heading] = count
    return name


def _make_section(text: str) -> _Section:
    if not text.strip():
        return _Section("", text)
    start = len(text.rstrip(" \t\r\n"))
    start = max((found.end() for found in _STRAY_BREAK.finditer(text, start)), default=start)
    return _Section(text[:start], text[start:])


def _merge_section(
    key: str, base: _Section | None, local: _Section | None, remote: _Section | None, *, has_base: bool
) -> tuple[_Section | None, Clash | None]:
    old, ours, theirs = (section.text if section else None for section in (base, local, remote))
    tail = _merge_tails(*(section.tail if section else None for section in (base, local, remote)))
    if ours in (theirs, old):
        chosen, clash = theirs, None
    elif theirs == old or theirs is None:
        chosen = ours
        clash = Clash(key, old or "", ours or "", "") if theirs != old else None
    elif ours is None:
        chosen, clash = theirs, Clash(key, old or "", theirs, "")
    else:
        chosen, clash = _merge_text(key, old, ours, theirs, has_base=has_base)
    return None if chosen is None else _Section(chosen, tail), clash


def _merge_text(key: str, base: str | None, local: str, remote: str, *, has_base: bool) -> tuple[str, Clash | None]:
    """A section that both changed. What both appended to it all stays; a text that both wrote anew is one or the other."""
    heading = local.partition("\n")[0] if key else ""
    old = heading if base is None else base
    keep_both = has_base and (key == NOTES or old not in ("", heading))
    merged = merge_lines(*(_split_lines(text) for text in (old, local, remote)), keep_both=keep_both)
    text = "".join(merged.lines).removesuffix("\n")
    if merged.clean:
        return text, None
    return text, Clash(key, base or "", text, local)


def _split_lines(text: str) -> list[str]:
    """Lines with their ends; the last one gets its own, or it would differ from the same line further up."""
    return [f"{line}\n" for line in text.split("\n")] if text else []


def _merge_tails(base: str | None, local: str | None, remote: str | None) -> str:
    if local is None or remote is None:
        return (local if local is not None else remote) or ""
    if local in (remote, base):
        return remote
    return local if remote == base else max(local, remote, key=lambda tail: (len(tail), tail))


def _join(sections: list[_Section]) -> str:
    pieces: list[str] = []
    for index, section in enumerate(sections):
        text = section.text + section.tail
        is_last = index == len(sections) - 1
        pieces.append(text if is_last or not text or text.endswith("\n") else f"{text}\n")
    return "".join(pieces)
