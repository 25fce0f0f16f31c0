"""Options in front of a program's other words, read as getopt does."""

from __future__ import annotations

from openclaw_hooks.shell.holes import HOLES


def skip_options(words: list[str], at: int, shorts: str = "", longs: tuple[str, ...] = ()) -> int:
    """The place of the first word from `at` on that is no option.

    `shorts` are the letters, `longs` the names (without dashes) of options whose value may be the next word.
    """
    while at < len(words):
        word = words[at]
        if word == "--":
            return at + 1
        if word and word[0] in HOLES and len(word) == 1 and at + 1 < len(words):
            at += 1  # an unknown word between a wrapper and its program: rather an option than the program
            continue
        if len(word) < 2 or word[0] not in "-+":
            return at
        if word.startswith("--"):
            at += 2 if "=" not in word and word[2:] in longs else 1
            continue
        at += 2 if _takes_next(word, shorts) else 1
    return at


def _takes_next(word: str, shorts: str) -> bool:
    """Whether the value of a bundle such as `-xn` is the next word: its first letter with a value stands last."""
    for place, letter in enumerate(word[1:], 2):
        if letter in shorts:
            return place == len(word)
    return False


def option_values(words: list[str], names: tuple[str, ...]) -> list[str]:
    """The values of the options `names` (`-x`, `--long`) wherever they stand: in the next word, behind `=`, or attached."""
    values = []
    for place, word in enumerate(words):
        for name in names:
            if word == name:
                values.extend(words[place + 1 : place + 2])
            elif name.startswith("--") and word.startswith(name + "="):
                values.append(word[len(name) + 1 :])
            elif len(name) == 2 and word.startswith(name) and not word.startswith("--"):
                values.append(word[2:].removeprefix("="))
            elif (
                len(name) == 2 and word[0:1] == "-" and word.endswith(name[1]) and word[1:].isalpha() and len(word) < 9
            ):
                values.extend(words[place + 1 : place + 2])  # the last letter of a bundle
    return values
