"""Finds secrets in text and in file names: a test for literals first, regexes only where a literal is."""

import re
from bisect import bisect_left
from collections.abc import Iterator

from openclaw_hooks.secrets import allow, generic, transport
from openclaw_hooks.secrets.formats import literals_in, long_words
from openclaw_hooks.secrets.model import Format, SecretMatch
from openclaw_hooks.secrets.services import find_services
from openclaw_hooks.secrets.shapes import compile_shape
from openclaw_hooks.secrets.validators import VALIDATORS

__all__ = ["SecretMatch", "scan_name", "scan_text"]

# Text is scanned in pieces of about this many characters, so that a huge file needs no second huge copy.
CHUNK = 4_000_000
# A PEM block of an RSA key of 16,384 bits takes about 12,700 characters.
MAX_KEY_BLOCK = 20_000

# Names that files with keys or passwords have and others do not; what can also be public is left to its content.
KEY_FILES = frozenset((
    "id_rsa", "id_dsa", "id_ecdsa", "id_ed25519", "id_ecdsa_sk", "id_ed25519_sk", ".netrc", "_netrc", ".pgpass",
    ".git-credentials", ".htpasswd", ".my.cnf", ".s3cfg", ".dockercfg", ".vault-token", ".boto", ".authinfo",
    ".authinfo.gpg", "otr.private_key",
))  # fmt: skip
KEY_SUFFIXES = (".ppk", ".kdbx", ".agekey", ".keychain-db", ".kwallet", ".agilekeychain")

# From the most specific finding to the least; then rule, description, offset and text of the secret.
_VENDOR, _SERVICE, _CARRIED, _GENERIC = range(4)
_Found = tuple[str, str, int, str]
_Candidate = tuple[int, str, str, int, str]


def scan_text(text: str, path: str) -> list[SecretMatch]:
    """The secrets in `text`, in order, each once per line; `path` tells code from settings.

    Lines with an allowlist pragma and values that vendors publish as samples are left out.
    """
    if len(text) <= CHUNK:
        return list(_scan_piece(text, path, 0, 1))
    # A piece begins with the end of the one before it, so that nothing is cut in two.
    found: dict[int, SecretMatch] = {}
    start = 0
    line = 1
    while True:
        end = min(len(text), start + CHUNK)
        for match in _scan_piece(text[start:end], path, start, line):
            if match.start not in found or match.end > found[match.start].end:
                found[match.start] = match
        if end == len(text):
            return [found[at] for at in sorted(found)]
        latest = end - min(MAX_KEY_BLOCK, CHUNK // 2)
        following = text.rfind("\n", start, latest) + 1 or latest
        line += text.count("\n", start, following)
        start = following


def scan_name(path: str) -> list[SecretMatch]:
    """The secrets in a file name: a token in it, or a name that only files full of secrets have."""
    matches = [
        SecretMatch(rule, description, 1, start, start + len(secret), secret)
        for rule, description, start, secret in _formats_in(path, long_words(path))
        if not allow.is_known_sample(secret)
    ]
    name = path.replace("\\", "/").rpartition("/")[2]
    lowered = name.lower()
    if lowered in KEY_FILES or lowered.endswith(KEY_SUFFIXES):
        start = len(path) - len(name)
        matches.append(SecretMatch("secret-file", "A file that holds keys or passwords", 1, start, len(path), name))
    return matches


def _scan_piece(text: str, path: str, offset: int, line: int) -> Iterator[SecretMatch]:
    lowered = lower_in_place(text)
    words = long_words(text)
    candidates = [(_VENDOR, *found) for found in _formats_in(text, words)]
    candidates += [(_SERVICE, *found) for found in find_services(text, lowered, words)]
    candidates += [(_CARRIED, *found) for found in transport.find_carried(text, lowered)]
    for assignment in generic.find_assignments(text, lowered, path):
        candidates.append((_GENERIC, generic.RULE, generic.DESCRIPTION, assignment.start, assignment.value))
    seen: set[tuple[int, str]] = set()
    counted = 0
    for _rank, rule, description, start, secret in _most_specific(candidates):
        line += text.count("\n", counted, start)
        counted = start
        if (line, secret) in seen or allow.is_allowed(text, start, secret):
            continue
        seen.add((line, secret))
        yield SecretMatch(rule, description, line, offset + start, offset + start + len(secret), secret)


def lower_in_place(text: str) -> str:
    """The text in lower case with every character at the same offset as before."""
    lowered = text.lower()
    if len(lowered) == len(text):
        return lowered
    # A few letters grow when lowered (U+0130); only ASCII matters here.
    return text.encode("utf-8", "surrogatepass").lower().decode("utf-8", "surrogatepass")


def _most_specific(candidates: list[_Candidate]) -> list[_Candidate]:
    """The candidates that remain where several overlap, by offset: format beats service, and that beats the rest."""
    if len(candidates) < 2:
        return candidates
    kept: list[tuple[int, int, _Candidate]] = []
    for candidate in sorted(candidates, key=lambda candidate: (candidate[0], -len(candidate[4]), candidate[3])):
        start = candidate[3]
        end = start + len(candidate[4])
        at = bisect_left(kept, start, key=lambda item: item[0])
        if (at == 0 or kept[at - 1][1] <= start) and (at == len(kept) or kept[at][0] >= end):
            kept.insert(at, (start, end, candidate))
    return [candidate for _start, _end, candidate in kept]


def _formats_in(text: str, words: list[str]) -> Iterator[_Found]:
    for literal, row in literals_in(text, words):
        yield from _format_at(row, literal, text)


def _format_at(row: Format, literal: str, text: str) -> Iterator[_Found]:
    pattern = compile_shape(row.shape)
    validator = VALIDATORS[row.validator]
    position = text.find(literal)
    while position >= 0:
        found = pattern.match(text, position) if not row.lead else _match_before(pattern, text, position, row.lead)
        after = position + len(literal)
        if found is not None:
            group = "secret" if "secret" in pattern.groupindex else 0
            start, secret = found.start(group), found.group(group)
            if validator(secret, text, start):
                if secret.startswith("----"):
                    secret = _whole_key(text, start, secret)
                yield row.rule, row.description, start, secret
                after = max(after, start + len(secret))
        position = text.find(literal, after)


def _match_before(pattern: re.Pattern[str], text: str, position: int, lead: int) -> re.Match[str] | None:
    """The match that starts at most `lead` characters before `position` and goes on beyond it."""
    for start in range(max(0, position - lead), position + 1):
        if start and text[start - 1].isalnum():
            continue
        found = pattern.match(text, start)
        if found is not None and found.end() > position:
            return found
    return None


def _whole_key(text: str, start: int, begin: str) -> str:
    """The key block from its begin line through its end line, or as much as was matched."""
    end_mark = text.find("END", start + len("-----BEGIN"), start + MAX_KEY_BLOCK)
    end = text.find("----", end_mark, end_mark + 60) if end_mark >= 0 else -1
    return text[start : end + len("-----")] if end >= 0 else begin
