"""Reads `name = value` around a word, in every syntax in which people write settings down."""

from collections import namedtuple

from openclaw_hooks.secrets.shapes import compiled

MAX_VALUE = 512
_NAME_CHARACTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-$@"
_MAX_NAME = 60
_QUOTES = "\"'`"

# After the name: its closing quote or bracket, maybe a type, then what assigns. Every repeat is bounded. No type has an
# operator at its end and nothing behind: that is base64 with its padding.
_TYPE = r"(?:&(?:'\w{1,12} )?)?[A-Za-z_][\w.<>\[\]|?]{0,30}(?=[ \t]|[^\s\w]{1,2}\S)"
_OPERATOR = (
    r"(?P<close>\\{0,3}[\"'`]|&quot;)?[\])]{0,2}"
    r"(?:"
    rf"(?:[ \t]{{0,2}}:?[ \t]{{1,2}}{_TYPE})?"
    r"[ \t]{0,24}(?P<sign>:=|\?=|\.=|\+=|=>|=(?![=~])|:{1,2}(?!/)"
    r"|,(?=[ \t]{0,2}[\"'])|\|\||\?\?|>(?!=))"
    r"|(?P<call>\((?=[ \t]?[\"']))"
    r"|,?\s{1,30}(?:-[ \t])?[\"']?value[\"']?[ \t]{0,3}[:=]"
    r"|(?P<space>[ \t]{1,3}(?=[^\s:=,;(){}<>|&]))"
    r")"
)
# Before the value: line breaks only in front of a quote, and calls that hand the value on unchanged.
_LEAD = (
    r"(?:[ \t]{0,24}(?:\r?\n[ \t]{0,40}(?=[\"'`]))?)(?:\||>)?(?:new )?"
    r"(?:(?:\[\]byte|Buffer\.from|\w{0,20}[bB]ase64\w{0,10}|Some|[Ss]tring|str|bytes|SecretStr|SecureString)\()?"
    r"(?:\$|[bBrRuUL@]|u8)?(?=\\{0,3}[\"'`])|[ \t]{0,24}"
)
_BARE = rf"[^\s\"'`<>,;&|\\(){{}}\[\]=]{{1,{MAX_VALUE}}}={{0,2}}"


class Assignment(namedtuple("Assignment", ("name", "value", "start", "quoted", "spaced", "flag"))):
    """A name with its value at offset `start`; `spaced` if only a space stands between, `flag` for `--name`."""

    __slots__ = ()
    name: str
    value: str
    start: int
    quoted: bool
    spaced: bool
    flag: bool

    @property
    def end(self) -> int:
        """The offset behind the value."""
        return self.start + len(self.value)


def name_around(text: str, position: int) -> tuple[int, int]:
    """Start and end of the name that the character at `position` belongs to."""
    before = text[max(0, position - _MAX_NAME) : position]
    after = text[position : position + _MAX_NAME]
    start = position - (len(before) - len(before.rstrip(_NAME_CHARACTERS)))
    end = position + (len(after) - len(after.lstrip(_NAME_CHARACTERS)))
    return start, end


def read_assignment(text: str, start: int, end: int) -> Assignment | None:
    """The assignment to the name at `start:end`, if one follows."""
    operator = compiled(_OPERATOR).match(text, end)
    if operator is None:
        return None
    lead = compiled(_LEAD).match(text, operator.end())
    at = lead.end() if lead else operator.end()
    name = text[start:end].strip("-.$@")
    flag = text.startswith("--", start)
    spaced = operator.group("space") is not None
    quote_at = at + (len(text[at : at + 3]) - len(text[at : at + 3].lstrip("\\")))
    if text[quote_at : quote_at + 1] in _QUOTES and quote_at < len(text):
        return _quoted(text, name, at, quote_at, (spaced, flag))
    if operator.group("call"):
        return None
    bare = compiled(_BARE).match(text, at)
    if bare is None or text[bare.end() : bare.end() + 1] in ("(", "[", "{"):
        return None
    return Assignment(name, bare.group().rstrip(".:!?*") if spaced else bare.group(), at, False, spaced, flag)


def _quoted(text: str, name: str, at: int, quote_at: int, how: tuple[bool, bool]) -> Assignment | None:
    opening = text[at : quote_at + 1]
    start = quote_at + 1
    if text.startswith(opening[-1] * 2, start):
        start += 2
    end = text.find(opening, start, start + MAX_VALUE)
    line_end = text.find("\n", start, start + MAX_VALUE if end < 0 else end)
    if line_end >= 0:
        end = line_end
    if end < 0:
        end = min(len(text), start + MAX_VALUE)
    return Assignment(name, text[start:end].rstrip("\r"), start, True, *how) if end > start else None
