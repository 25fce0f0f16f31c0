"""Every row of the formats: finds a token that has the shape, and lets one pass that has been cut."""

import base64
import binascii
import struct
from collections.abc import Callable

import pytest

from openclaw_hooks.secrets.formats import FORMATS
from openclaw_hooks.secrets.model import Format
from openclaw_hooks.secrets.scan import scan_text
from openclaw_hooks.secrets.shapes import CHARACTERS, compile_shape
from openclaw_hooks.secrets.validators import VALIDATORS
from tests.secrets.examples import random_text, text_of_shape

SEEDS = range(12)
BASE64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"


def jwt(payload: str) -> str:
    parts = [f'{{"alg":"HS256","typ":"JWT","kid":"{payload}"}}', f'{{"sub":"{payload}","iat":1516239022}}']
    encoded = [base64.urlsafe_b64encode(part.encode()).decode().rstrip("=") for part in parts]
    return ".".join([*encoded, random_text(43)])


def nkey_seed() -> str:
    # nkeys: two bytes of prefix ("SU" in base32), 32 of seed, CRC-16 little-endian.
    raw = bytes([0x95, 0x00]) + random_text(32).encode()
    raw = base64.b32decode("SU" + base64.b32encode(raw).decode()[2:].ljust(56, "A")[:54])[:34]
    return base64.b32encode(raw + struct.pack("<H", binascii.crc_hqx(raw, 0))).decode().rstrip("=")


def key_block(kind: str) -> str:
    body = "\n".join(random_text(64, BASE64, seed) for seed in range(8))
    return f"-----BEGIN {kind}PRIVATE " + f"KEY-----\n{body}\n-----END {kind}PRIVATE " + "KEY-----"


# Rows whose tokens carry a checksum or a text that random characters do not have.
SPECIAL: dict[str, Callable[[], str]] = {
    "jwt": lambda: jwt("somebody"),
    "discord-bot-token": lambda: "MTA" + random_text(23) + "." + random_text(6, seed=8) + "." + random_text(38, seed=9),
    "nats-nkey-seed": nkey_seed,
    "private-key": lambda: key_block("RSA "),
    "private-key-base64": lambda: base64.b64encode(key_block("EC ").encode()).decode(),
    "docker-config-auth": lambda: '"auth": "' + base64.b64encode(b"robot:" + random_text(18).encode()).decode() + '"',
    "bip39-mnemonic": lambda: "mnemonic: " + " ".join(random_text(5, "bcdfgaeiou", seed) for seed in range(12)),
    "ethereum-private-key": lambda: "private_key = 0x" + random_text(64, "0123456789abcdef"),
    "bitcoin-wif": lambda: "wif: K" + random_text(51, "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"),
    "jwk-private-key": lambda: '{"kty": "EC", "d": "' + random_text(43) + '"}',
    "otpauth-uri": lambda: "otpauth://totp/app:me?secret=" + random_text(32, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"),
    "npmrc-auth-token": lambda: "//npm.corp.io/:_authToken=" + random_text(36),
    "netrc-password": lambda: "machine ftp.corp.io login robot password " + random_text(14),
    "pgpass-entry": lambda: "db.corp.io:5432:main:robot:" + random_text(14),
}


def example(row: Format, seed: int) -> str:
    if row.rule in SPECIAL:
        return SPECIAL[row.rule]()
    return text_of_shape(row.shape, seed)


def found_rules(text: str) -> set[str]:
    return {match.rule for match in scan_text(text, "notes.txt")}


@pytest.mark.parametrize("row", FORMATS, ids=[row.rule for row in FORMATS])
def test_a_token_of_the_format_is_found(row: Format) -> None:
    # A random body can by chance look like a word or lack a digit; of twelve, most have to be found.
    hits = 0
    for seed in SEEDS:
        token = example(row, seed)
        hits += bool(found_rules(f"\n{token}\n" if row.loose else f"value '{token}' here\n"))
    assert hits >= len(SEEDS) * 2 // 3


@pytest.mark.parametrize("row", FORMATS, ids=[row.rule for row in FORMATS])
def test_a_literal_of_the_format_alone_is_no_token(row: Format) -> None:
    for literal in row.literals:
        assert found_rules(f"it starts with `{literal}`, then comes the token ({literal}...)\n") == set()
        assert found_rules(f"{literal}xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\n") == set()


@pytest.mark.parametrize("row", [row for row in FORMATS if not row.loose], ids=lambda row: row.rule)
def test_a_token_cut_short_is_not_taken_for_one(row: Format) -> None:
    token = example(row, 1)
    end = min(token.find(literal) + len(literal) for literal in row.literals if literal in token)
    cut = token[len(token) // 2 :] if row.lead else token[: end + 3]
    assert not compile_shape(row.shape).search(cut)


def test_rows_are_complete_and_named_once() -> None:
    assert len({row.rule for row in FORMATS}) == len(FORMATS)
    for row in FORMATS:
        assert row.validator in VALIDATORS
        assert "." in row.source
        assert " " not in row.source
        assert row.description
        assert all(row.literals)


def test_shapes_have_no_unbounded_repeats() -> None:
    for row in FORMATS:
        for unbounded in ("]+", "]*", ")+", ")*", ".*", ".+", r"\w+", r"\s*"):
            assert unbounded not in row.shape, row.rule
    assert all("+" not in characters.rstrip("]") or characters == CHARACTERS["b"] for characters in CHARACTERS.values())


@pytest.mark.parametrize(
    ("pieces", "rule"),
    [
        (("ghp_", 36), "github-pat"),
        (("glpat-", 20), "gitlab-pat"),
        (("sk-ant-api03-", 93, "AA"), "anthropic-key"),
        (("sk-proj-", 74, "T3BlbkFJ", 74), "openai-key"),
        (("hf_", 34), "huggingface-token"),
        (("sk_live_", 24), "stripe-key"),
        (("AIza", 35), "gcp-api-key"),
        (("dckr_pat_", 27), "docker-hub-pat"),
        (("npm_", 36), "npm-token"),
        (("pypi-AgEIcHlwaS5vcmc", 100), "pypi-token"),
        (("SG.", 22, ".", 43), "sendgrid-key"),
        (("hvs.", 90), "vault-service-token"),
    ],
)
def test_tokens_as_the_vendors_describe_them(pieces: tuple[str | int, ...], rule: str) -> None:
    token = "".join(piece if isinstance(piece, str) else random_text(piece, seed=at) for at, piece in enumerate(pieces))
    for line in (token, f"https://api.example.com/v1?key={token}&x=1", f'{{"a": "{token}\\n"}}', f"TOKEN={token}\r"):
        matches = scan_text(line + "\n", "a.txt")
        assert [match.rule for match in matches] == [rule]
        assert matches[0].secret == token
        assert line[matches[0].start : matches[0].end] == token
