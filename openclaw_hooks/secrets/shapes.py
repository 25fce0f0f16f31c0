"""The notation of token shapes: a regex in which `<w36>` stands for 36 letters and digits, compiled when first used.

`<w8>` exactly 8, `<w8,12>` between 8 and 12, `<w8,>` 8 up to `OPEN_END`. The letter says which characters:
w letters and digits, s those with - and _, h lower-case hex, H hex, d digits, l lower-case letters and digits,
u upper-case letters and digits, a letters, b base64, x base58, k base32; `<uuid>` is a UUID.
Every repeat is bounded, so a pattern takes linear time on any text.
"""

import re

OPEN_END = 500
CHARACTERS = {
    "w": "[A-Za-z0-9]",
    "s": "[A-Za-z0-9_-]",
    "h": "[0-9a-f]",
    "H": "[0-9A-Fa-f]",
    "d": "[0-9]",
    "l": "[a-z0-9]",
    "u": "[A-Z0-9]",
    "a": "[A-Za-z]",
    "b": "[A-Za-z0-9+/]",
    "x": "[1-9A-HJ-NP-Za-km-z]",
    "k": "[A-Z2-7]",
}
UUID = "[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}"
# A token starts after anything but a letter or digit; the n, r, t or b of an escape like \n is none.
BEGIN = r"(?:(?<![A-Za-z0-9])|(?<=\\[nrtb]))"
END = r"(?![A-Za-z0-9_])"

_compiled: dict[str, re.Pattern[str]] = {}


def expand(shape: str) -> str:
    """The regex that a shape stands for, without boundaries."""
    parts = re.split(r"<([a-zA-Z])(\d+)(,?)(\d*)>|<(uuid)>", shape)
    regex = parts[0]
    for index in range(1, len(parts), 6):
        letter, least, comma, most, uuid, rest = parts[index : index + 6]
        count = f"{least},{most or OPEN_END}" if comma else least
        regex += (UUID if uuid else f"{CHARACTERS[letter]}{{{count}}}") + rest
    return regex


def compiled(regex: str) -> re.Pattern[str]:
    """The compiled regex; compiled when first asked for, because most texts need few of them."""
    pattern = _compiled.get(regex)
    if pattern is None:
        pattern = _compiled[regex] = re.compile(regex)
    return pattern


def compile_shape(shape: str) -> re.Pattern[str]:
    """The compiled regex of a shape that stands alone between token boundaries."""
    pattern = _compiled.get(shape)
    if pattern is None:
        pattern = _compiled[shape] = re.compile(f"{BEGIN}(?:{expand(shape)}){END}")
    return pattern


def compile_value(shape: str) -> re.Pattern[str]:
    """The compiled regex of a shape that a whole value has to have; case of letters is not told apart."""
    key = "=" + shape
    pattern = _compiled.get(key)
    if pattern is None:
        pattern = _compiled[key] = re.compile(f"(?:{expand(shape)})\\Z")
    return pattern
