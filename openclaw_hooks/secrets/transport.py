"""Secrets in the syntax that carries them: addresses with a login, authorization headers, command lines."""

import re
from collections import namedtuple
from collections.abc import Iterator

from openclaw_hooks.secrets.generic import is_secret_value, without_escapes
from openclaw_hooks.secrets.names import PASSWORD, STRONG
from openclaw_hooks.secrets.placeholders import is_placeholder, is_reference
from openclaw_hooks.secrets.randomness import word_likeness
from openclaw_hooks.secrets.shapes import compiled
from openclaw_hooks.secrets.validators import is_basic_credential

# RFC 3986, section 3.2.1: user information before the @ of an address.
_LOGIN = r"://(?P<user>[^\s/:@\"'<>`|]{0,80}):(?P<secret>[^\s/@\"'<>`]{3,200})@(?P<host>[\w.*\[{$%-]{1,80})"
_BARE_LOGIN = r"://(?P<secret>[A-Za-z0-9_-]{20,120})@(?P<host>[\w.-]{3,80})"
_BEARER = r"(?i:bearer|token|apikey)(?::|%20|[ ])[ ]{0,2}(?P<secret>[A-Za-z0-9+/=._~-]{16,500})"
_BASIC = r"(?i:basic)[ ]{1,3}(?P<secret>[A-Za-z0-9+/]{10,400}={0,2})(?![A-Za-z0-9+/=])"
_ARGUMENT = r"[\"']?(?P<secret>[^\s\"'|;&<>]{6,200})"


class Command(namedtuple("Command", ("literal", "regex"))):
    """A program that takes a secret as an argument, and where in its command line."""

    __slots__ = ()
    literal: str
    regex: str


COMMANDS = (
    Command("curl ", r"curl [^\n]{0,200}?(?:-\w{0,3}u|--user|--proxy-user)[ =][\"']?[^\s:\"']{1,100}:(?:[\"'](?=[^\s\"']))?" + _ARGUMENT),
    Command("docker login", r"docker login[^\n]{0,120}? (?:-p|--password)[ =]" + _ARGUMENT),
    Command("mysql", r"mysql(?:dump|admin)?[ ][^\n]{0,120}?-p" + _ARGUMENT),
    Command("redis-cli", r"redis-cli[ ][^\n]{0,120}?-a[ ]" + _ARGUMENT),
    Command("sshpass", r"sshpass[ ]{1,3}-p[ ]?" + _ARGUMENT),
    Command("psexec", r"(?i:psexec)(?:\.exe)?[ ][^\n]{0,200}?-p[ ]" + _ARGUMENT),
    Command("convertto-securestring", r"(?i:convertto-securestring)[ ](?:-string[ ])?" + _ARGUMENT),
    Command("identified by", r"(?i:identified by)[ ]{1,3}" + _ARGUMENT),
    Command("-passout pass:", r"-passout pass:" + _ARGUMENT),
    Command("-passin pass:", r"-passin pass:" + _ARGUMENT),
)  # fmt: skip
_WEAK_START = r"(?i)(?:my|your|the|test|some)?[-_]?(?:pass|pwd|secret|user|root|admin|token|foo|bar|key|changeme)"


def find_carried(text: str, lowered: str) -> Iterator[tuple[str, str, int, str]]:
    """Rule, description, offset and text of each secret in an address, header or command line."""
    if "://" in text:
        for found in _at_each(text, "://", _LOGIN):
            if _is_login(found):
                yield "url-credentials", "Password in an address", found.start("secret"), found.group("secret")
        for found in _at_each(text, "://", _BARE_LOGIN):
            if "sentry" not in found.group("host") and is_secret_value(found.group("secret"), STRONG):
                yield "url-credentials", "Token in an address", found.start("secret"), found.group("secret")
    for literal in ("bearer", "authorization", "x-api-key"):
        for found in _at_each(lowered, literal, _BEARER, text):
            if is_secret_value(found.group("secret"), STRONG):
                yield (
                    "authorization-header",
                    "Credential in an Authorization header",
                    found.start("secret"),
                    found.group("secret"),
                )
    for found in _at_each(lowered, "basic ", _BASIC, text):
        if is_basic_credential(found.group("secret"), text, 0):
            yield (
                "authorization-header",
                "Login in a basic Authorization header",
                found.start("secret"),
                found.group("secret"),
            )
    for command in COMMANDS:
        if command.literal in lowered:
            yield from _command_secrets(command, text, lowered)


def _command_secrets(command: Command, text: str, lowered: str) -> Iterator[tuple[str, str, int, str]]:
    for found in _at_each(lowered, command.literal, command.regex, text):
        if is_secret_value(found.group("secret"), PASSWORD):
            yield "command-line-password", "Password on a command line", found.start("secret"), found.group("secret")


def _at_each(searched: str, literal: str, regex: str, text: str = "") -> Iterator[re.Match[str]]:
    position = searched.find(literal)
    while position >= 0:
        found = compiled(regex).match(text or searched, position)
        if found:
            yield found
        position = searched.find(literal, found.end() if found else position + len(literal))


def _is_login(found: re.Match[str]) -> bool:
    secret, user = found.group("secret"), found.group("user")
    if "%" in secret:
        secret = without_escapes(secret)
    if secret == user or is_reference(secret) or is_reference(user) or found.group("host")[0] in "<{$[%*":
        return False
    if is_placeholder(secret) or compiled(_WEAK_START).match(secret) or len(secret) < 6 or len(set(secret)) < 4:
        return False
    has_digit = any(char.isdigit() for char in secret)
    has_sign = any(not char.isalnum() for char in secret)
    likeness = word_likeness(secret)
    return likeness < 4.6 or (has_digit and has_sign and likeness < 5.2)
