"""Secrets to plant: made up at each run from pieces, so that neither this source nor a log ever holds one."""

from __future__ import annotations

import secrets
import string
from typing import NamedTuple

_BASE32 = string.ascii_uppercase + "234567"
_LETTERS_AND_DIGITS = string.ascii_letters + string.digits
_BASE64 = _LETTERS_AND_DIGITS + "+/"


class Planted(NamedTuple):
    """One made-up secret of each kind, in its vendor's format."""

    aws_id: str
    aws_key: str
    github: str
    anthropic: str
    openai: str
    private_key: str


def make_planted() -> Planted:
    """New secrets with random bodies."""
    return Planted(
        aws_id="AK" + "IA" + draw(_BASE32, 16),
        aws_key=draw(_BASE64, 40),
        github="gh" + "p_" + draw(_LETTERS_AND_DIGITS, 36),
        anthropic="sk-" + "ant-" + "api03-" + draw(_LETTERS_AND_DIGITS, 93) + "AA",
        openai="sk-" + "proj-" + draw(_LETTERS_AND_DIGITS, 74) + "T3Blbk" + "FJ" + draw(_LETTERS_AND_DIGITS, 74),
        private_key=_make_private_key(),
    )


def draw(alphabet: str, length: int) -> str:
    """Random text in which every kind of sign of `alphabet` occurs, as in nearly every real token of that length."""
    kinds = [set(kind) for kind in (string.ascii_lowercase, string.ascii_uppercase, string.digits)]
    wanted = [kind for kind in kinds if kind & set(alphabet)]
    while True:
        text = "".join(secrets.choice(alphabet) for _ in range(length))
        if all(kind & set(text) for kind in wanted):
            return text


def _make_private_key() -> str:
    kind = "RSA PRIVATE" + " KEY"
    lines = [draw(_BASE64, 64) for _ in range(12)]
    return "\n".join([f"-----BEGIN {kind}-----", "MII" + lines[0][3:], *lines[1:], f"-----END {kind}-----", ""])
