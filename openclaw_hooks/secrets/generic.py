"""The one rule without a vendor: something named like a secret is given a value that looks like one."""

from collections.abc import Iterator

from openclaw_hooks.secrets import names
from openclaw_hooks.secrets.assignment import Assignment, name_around, read_assignment
from openclaw_hooks.secrets.placeholders import is_dotted_name, is_placeholder, is_public, is_reference
from openclaw_hooks.secrets.randomness import entropy, word_likeness
from openclaw_hooks.secrets.shapes import compiled

RULE = "generic-secret"
DESCRIPTION = "A value that looks random is assigned to a name that says it is secret"

# In these languages a bare word after an operator is a variable, not a value.
CODE = (
    ".py", ".js", ".jsx", ".ts", ".tsx", ".mjs", ".cjs", ".go", ".java", ".kt", ".rb", ".rs", ".c", ".h", ".cc", ".cpp", ".hpp",
    ".cs", ".php", ".swift", ".scala", ".vue", ".svelte", ".lua", ".dart", ".ex", ".hs", ".m", ".r", ".erb", ".svg", ".css", ".pl",
)  # fmt: skip
_UUID = r"\{?[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}\}?\Z"
_HEX = r"(?:0x)?[0-9A-Fa-f]{16,512}\Z"
# The parts that a connection string begins with: learn.microsoft.com/en-us/dotnet/framework/data/adonet/connection-string-syntax
_CONNECTION = (
    r"(?i)[\"'`; ](?:server|data source|host|user id|uid|username|database|initial catalog)[ ]?=[^\"'`;]{1,80};"
)
_MAX_CONNECTION = 300
# The token of a badge shows a picture and nothing else: docs.codecov.com/docs/status-badges
_BADGE = "badge.svg?"
_ESCAPE = "%[0-9A-Fa-f]{2}"
_PRINTABLE = r"[!-~]+\Z"


def find_assignments(text: str, lowered: str, path: str) -> Iterator[Assignment]:
    """The assignments of secrets in `text`; `lowered` is the same text in lower case, offset for offset."""
    in_code = path.lower().endswith(CODE)
    behind = 0
    for position in _hints(lowered):
        if position < behind:
            continue
        start, end = name_around(text, position)
        behind = end
        strength = names.promise(text[start:end])
        if strength == names.NONE or text.endswith(_BADGE, 0, start):
            continue
        found = read_assignment(text, start, end)
        if found is None:
            continue
        if found.spaced and not _may_be_spaced(found, strength, text, start):
            continue
        bare = in_code and not found.quoted and not _is_inside_literal(text, start)
        if is_secret_value(found.value, strength, bare_in_code=bare):
            behind = found.end
            yield found


def _is_inside_literal(text: str, start: int) -> bool:
    """Whether the name at `start` stands in a query or a connection string, where a bare word is a value in code too."""
    before = text[max(0, start - _MAX_CONNECTION) : start].rpartition("\n")[2].rstrip(" ")
    return before.endswith(("?", "&")) or (before.endswith(";") and compiled(_CONNECTION).search(before) is not None)


def _hints(lowered: str) -> list[int]:
    positions = []
    for hint in names.HINTS:
        position = lowered.find(hint)
        while position >= 0:
            positions.append(position)
            position = lowered.find(hint, position + len(hint))
    positions.sort()
    return positions


def _may_be_spaced(found: Assignment, strength: int, text: str, start: int) -> bool:
    """Whether a value behind a mere space is meant for the name: an option, an instruction, or plainly no prose."""
    if found.flag or _is_instruction(text, start):
        return True
    if found.quoted and strength == names.PASSWORD:  # SQL: `PASSWORD '...'`; Gradle: `storePassword "..."`
        return any(char.isdigit() for char in found.value)
    return strength >= names.STRONG and _is_unmistakable(found.value)


def _is_instruction(text: str, start: int) -> bool:
    before = text[max(0, start - 8) : start].rsplit("\n", 1)[-1].lower()
    return before.lstrip() in ("env ", "arg ", "export ", "set ", "setx ", "setenv ")


def is_secret_value(value: str, strength: int, *, bare_in_code: bool = False) -> bool:
    """Whether the value is random enough for a name of this strength, and neither placeholder nor reference."""
    if len(value) < 6 or not compiled(_PRINTABLE).match(value) or is_reference(value) or is_placeholder(value):
        return False
    if is_public(value):
        return False
    if compiled(_UUID).match(value):
        return strength >= names.STRONG
    has_digit = any(char.isdigit() for char in value)
    has_letter = any(char.isalpha() for char in value)
    if compiled(_HEX).match(value) and has_digit and has_letter:
        return len(set(value)) >= 6 and (strength >= names.STRONG or len(value) >= 32)
    if not has_letter:
        return False
    if bare_in_code:
        return _is_bare_literal(value)
    if strength == names.PASSWORD:
        return _is_password(value, has_digit)
    if strength == names.STRONG:
        return _is_random(value, has_digit, 10, 4.7) or (len(value) >= 8 and _is_random(value, has_digit, 8, 3.9))
    return has_digit and _is_random(value, has_digit, 20, 4.3) and entropy(value) >= 3.3


def _is_bare_literal(value: str) -> bool:
    plain = value.rstrip("=").isalnum()
    return plain and len(value) >= 20 and any(char.isdigit() for char in value) and word_likeness(value) < 4.2


def _is_unmistakable(value: str) -> bool:
    """Whether the value is taken for a secret even where only a space stands between it and its name."""
    has_digit = any(char.isdigit() for char in value)
    return len(value) >= 20 and has_digit and not is_dotted_name(value) and word_likeness(value) < 4.2


def _is_password(value: str, has_digit: bool) -> bool:
    if len(value) < 8:
        return False
    has_sign = any(not char.isalnum() and char not in "-_.:/ " for char in value)
    mixed = not value.islower() and not value.isupper()
    if "%" in value:
        value = without_escapes(value)
    likeness = word_likeness(value)
    if len(value) >= 6 and has_digit + has_sign + mixed >= 2 and not is_dotted_name(value):
        return likeness < (5.6 if has_digit and has_sign and mixed else 5.0)
    return _is_random(value, has_digit, 8, 4.5)


def without_escapes(value: str) -> str:
    """The value without percent escapes (RFC 3986, section 2.1): how it is written says nothing about it."""
    return compiled(_ESCAPE).sub("", value)


def _is_random(value: str, has_digit: bool, least: int, bar: float) -> bool:
    if len(value) < least or entropy(value) < 2.5:
        return False
    likeness = word_likeness(value)
    if has_digit:
        return likeness < bar
    return len(value) >= 16 and likeness < 4.2
