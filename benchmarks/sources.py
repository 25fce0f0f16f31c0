"""Source text that looks like people's: functions, settings and prose in several languages, the same for each seed."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


def _split(text: str) -> tuple[str, ...]:
    return tuple(text.split())


_NOUNS = _split(
    "order price stock user session basket payment invoice report filter index queue worker token cache policy "
    "message address customer product shipment discount account currency region schedule window buffer channel"
)
_VERBS = _split("load save find list build parse merge split check count apply render fetch store open close update")
_WORDS = _split(
    "the of and a to in is that for it as with be by on not this are from or have an they which one were all we "
    "when there can more if no out so what up into than them only some could time these two may then do first any"
)


def python_lines(pick: random.Random, count: int) -> list[str]:
    """A Python module of `count` lines."""
    lines = ['"""' + _sentence(pick) + '"""', "", "from __future__ import annotations", ""]
    while len(lines) < count:
        verb, noun, other = pick.choice(_VERBS), pick.choice(_NOUNS), pick.choice(_NOUNS)
        lines += [
            "",
            f"def {verb}_{noun}({other}: dict[str, int], limit: int = {pick.randint(1, 900)}) -> list[str]:",
            f'    """{_sentence(pick)}"""',
            f"    # {_sentence(pick)}",
            f"    {noun}_id = {other}.get('{noun}_id', {pick.randint(1, 9999)})",
            f"    if {noun}_id > limit:",
            f'        raise ValueError(f"{noun} {{{noun}_id}} is over {{limit}}")',
            f"    return [str(value) for key, value in {other}.items() if key != '{verb}']",
            "",
        ]
    return lines[:count]


def typescript_lines(pick: random.Random, count: int) -> list[str]:
    """A TypeScript module of `count` lines."""
    lines: list[str] = []
    while len(lines) < count:
        verb, noun, other = pick.choice(_VERBS), pick.choice(_NOUNS), pick.choice(_NOUNS)
        name = f"{verb}{noun.title()}"
        lines += [
            f"/** {_sentence(pick)} */",
            f"export async function {name}({other}: readonly string[], limit = {pick.randint(1, 99)}): Promise<string> {{",
            f"  const url = `https://example.com/api/${{limit}}/{noun}?id={pick.randint(1, 99999)}`;",
            f"  const {noun} = {other}.filter((item) => item.length < limit).map((item) => item.trim());",
            f"  return {noun}.join('{pick.choice(',;|')}') + url;",
            "}",
            "",
        ]
    return lines[:count]


def yaml_lines(pick: random.Random, count: int) -> list[str]:
    """A YAML mapping of `count` lines."""
    return [
        f"{pick.choice(_NOUNS)}_{number}: {pick.choice((str(pick.randint(1, 999)), pick.choice(_NOUNS), 'true'))}"
        for number in range(count)
    ]


def markdown_lines(pick: random.Random, count: int) -> list[str]:
    """A page of prose of `count` lines."""
    return [f"# {pick.choice(_NOUNS).title()}", ""][:count] + [
        " ".join(_sentence(pick) for _ in range(2)) if number % 4 else "" for number in range(count - 2)
    ]


def _sentence(pick: random.Random) -> str:
    words = [pick.choice(_WORDS) for _ in range(pick.randint(5, 11))]
    words.insert(2, pick.choice(_NOUNS))
    return " ".join(words).capitalize() + "."


KINDS: tuple[tuple[str, Callable[[random.Random, int], list[str]]], ...] = (
    ("py", python_lines),
    ("ts", typescript_lines),
    ("py", python_lines),
    ("yaml", yaml_lines),
    ("md", markdown_lines),
)


def make_files(count: int, lines: int, folder: str, seed: int = 1) -> dict[str, str]:
    """`count` files with `lines` lines in all, by path below `folder`, twenty to a folder."""
    pick = random.Random(seed)
    files = {}
    for number in range(count):
        suffix, write = KINDS[number % len(KINDS)]
        share = lines // count + (number < lines % count)
        name = f"{folder}/part{number // 20:03}/{pick.choice(_VERBS)}_{pick.choice(_NOUNS)}_{number}.{suffix}"
        files[name] = "\n".join(write(pick, share)) + "\n"
    return files
