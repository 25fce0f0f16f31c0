"""The two values of this room: a match in a text, and a row that describes one token format."""

# namedtuple and not typing.NamedTuple: importing typing alone takes longer than scanning a usual diff.
from collections import namedtuple


class SecretMatch(namedtuple("SecretMatch", ("rule", "description", "line", "start", "end", "secret"))):
    """One secret in a text: `line` counts from 1, `start` and `end` are offsets of `secret` in the text."""

    __slots__ = ()
    rule: str
    description: str
    line: int
    start: int
    end: int
    secret: str


class Format(
    namedtuple("Format", ("rule", "description", "source", "literals", "shape", "validator", "lead", "loose"))
):
    """One token format as its vendor documents it.

    `literals` are the case-sensitive strings without which the format cannot occur (the prefilter); `shape`
    is a regex in the notation of `shapes`, with the group `secret` where the secret is not the whole match;
    `validator` names a function of `validators` or is empty; `lead` is how many characters of the shape
    may stand before the literal; `loose` says that the literal may stand apart from the secret, so that looking at
    long words alone does not find it. `source` is the vendor's page about the format.
    """

    __slots__ = ()
    rule: str
    description: str
    source: str
    literals: tuple[str, ...]
    shape: str
    validator: str
    lead: int
    loose: bool


def token(
    rule: str, description: str, source: str, literals: str, shape: str, validator: str = "body", lead: int = 0
) -> Format:
    """A row for tokens that are one long word with the literal in it; `literals` are separated by spaces."""
    return Format(rule, description, source, tuple(literals.split(" ")), shape, validator, lead, False)


def passage(
    rule: str, description: str, source: str, literals: str, shape: str, validator: str = "body", lead: int = 0
) -> Format:
    """A row for secrets that are told by the text around them; in `literals`, an open box stands for a space."""
    parts = tuple(literal.replace("\u2423", " ") for literal in literals.split(" "))
    return Format(rule, description, source, parts, shape, validator, lead, True)


class Service(namedtuple("Service", ("rule", "description", "source", "names", "shape"))):
    """A vendor whose keys have a shape but no mark of their own: only the vendor's name beside them tells.

    `names` are lower-case strings found in the names of settings; `shape` is in the notation of `shapes`.
    """

    __slots__ = ()
    rule: str
    description: str
    source: str
    names: tuple[str, ...]
    shape: str


def service(names: str, shape: str, source: str) -> Service:
    """A service row; the first of `names` (separated by spaces) also names the rule."""
    found = tuple(names.split(" "))
    rule = found[0].replace("_", "-").replace(".", "-")
    return Service(f"{rule}-key", f"{rule} key or token", source, found, shape)
