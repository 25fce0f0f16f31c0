"""Made-up tokens for the tests, built when a test runs, so that no file here holds anything that looks live."""

import random
import re
from re import _constants as code  # type: ignore[attr-defined]  # the parser of re has no public face
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

from openclaw_hooks.secrets.shapes import expand

ALPHABET = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"


def random_text(length: int, alphabet: str = ALPHABET, seed: int = 7) -> str:
    """Random characters, the same for the same seed."""
    generator = random.Random(seed)
    return "".join(generator.choice(alphabet) for _ in range(length))


def text_of_shape(shape: str, seed: int = 7) -> str:
    """A random text that has the shape."""
    generator = random.Random(seed)
    regex = expand(shape)
    text = _sequence(parser.parse(regex), generator)
    assert re.fullmatch(regex, text), (shape, text)
    return text


def _sequence(items: Any, generator: random.Random) -> str:
    return "".join(_item(operation, argument, generator) for operation, argument in items)


def _item(operation: Any, argument: Any, generator: random.Random) -> str:
    if operation is code.LITERAL:
        return chr(argument)
    if operation in (code.MAX_REPEAT, code.MIN_REPEAT, code.POSSESSIVE_REPEAT):
        least, most, inner = argument
        count = generator.randint(least, min(int(most), least + 8))
        return "".join(_sequence(inner, generator) for _ in range(count))
    if operation is code.IN:
        return _member(argument, generator)
    if operation is code.SUBPATTERN:
        return _sequence(argument[-1], generator)
    if operation is code.BRANCH:
        return _sequence(generator.choice(argument[1]), generator)
    if operation in (code.ASSERT, code.ASSERT_NOT, code.AT):
        return ""
    raise AssertionError(f"the generator does not know {operation}")


def _member(items: Any, generator: random.Random) -> str:
    members = [char for char in map(chr, range(33, 127)) if _matches(items, char)] or [" "]
    return generator.choice(members)


def _matches(items: Any, char: str) -> bool:
    negated = items[0][0] is code.NEGATE
    found = False
    for operation, argument in items:
        if operation is code.LITERAL:
            found |= ord(char) == argument
        elif operation is code.RANGE:
            found |= argument[0] <= ord(char) <= argument[1]
        elif operation is code.CATEGORY:
            found |= _in_category(argument, char)
    return found != negated


def _in_category(category: Any, char: str) -> bool:
    if category is code.CATEGORY_DIGIT:
        return char.isdigit()
    if category is code.CATEGORY_WORD:
        return char.isalnum() or char == "_"
    if category is code.CATEGORY_SPACE:
        return char.isspace()
    return category is code.CATEGORY_NOT_SPACE
