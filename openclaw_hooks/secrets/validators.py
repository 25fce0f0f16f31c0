"""What a match has to be beyond its shape: no placeholder, mixed characters, a right checksum, a decodable body."""

import re
from collections.abc import Callable

from openclaw_hooks.secrets.placeholders import is_placeholder, is_reference
from openclaw_hooks.secrets.randomness import is_sequence, word_likeness
from openclaw_hooks.secrets.shapes import compiled

# Gets the secret, the whole text, and the offset at which the secret starts.
Validator = Callable[[str, str, int], bool]

_SHOWN = r"x{5}|X{5}|\*{3}|\.{3}|(?i:example|your[-_]|[-_]your|placeholder|redacted|changeme|insert)"
_PEM = (
    r"-{4,5} ?BEGIN[ A-Z0-9]{0,40}PRIVATE KEY(?: BLOCK)? ?-{4,5}"
    r"(?P<head>(?:\\{1,2}[nrt]|[\s\"'+,;\\>|*#/.()]|(?:Proc-Type|DEK-Info|Version|Comment|Charset|Key-ID)[^\n\\]{0,120})*+)"
    r"(?P<body>[A-Za-z0-9+/=_-]{20,})"
)
# How "aes256-ctr" starts in base64 where an OpenSSH key names its cipher; unguarded keys say "none" there.
_OPENSSH_GUARDED = "b3BlbnNzaC1rZXktdjEAAAAACmFlc"
_WEAK = r"(?i)(?:pass|pwd|secret|passwd|password)\d{0,4}\Z"
_WALLET = r"(?i)priv|secret|accounts|\bpk\b|signer|deployer|wallet|key"
_CHAIN_DATA = r"(?i)hash|tx|block|root|topic|digest|sig|bytes32|address|slot|public"


def has_body(secret: str, _text: str, _start: int) -> bool:
    """Whether the end of the token varies enough to be more than a stand-in."""
    tail = secret[-24:]
    return (
        len(set(tail)) >= min(7, len(tail) // 2)
        and compiled(_SHOWN).search(secret) is None
        and not is_sequence(secret[-16:])
    )


def is_mixed(secret: str, text: str, start: int) -> bool:
    """As `has_body`, and the token is no word: it has digits, or letter pairs that words do not have."""
    tail = secret[4:]
    has_digit = any(char.isdigit() for char in tail)
    return has_body(secret, text, start) and (has_digit or word_likeness(tail) < 4.5)


def is_mixed_case(secret: str, text: str, start: int) -> bool:
    """As `has_body`, with both cases and letter pairs that identifiers do not have."""
    mixed = not secret[3:].islower() and not secret[3:].isupper()
    return has_body(secret, text, start) and mixed and word_likeness(secret[3:]) < 4.7


def is_assigned(secret: str, _text: str, _start: int) -> bool:
    """Whether a value at a place that only secrets have is more than a placeholder."""
    weak = compiled(_WEAK).search(secret) is not None
    return len(set(secret)) > 3 and not weak and not is_reference(secret) and not is_placeholder(secret)


def is_basic_credential(secret: str, _text: str, _start: int) -> bool:
    """Whether the text is base64 of `user:password` (RFC 7617)."""
    import binascii

    try:
        decoded = binascii.a2b_base64(secret + "=" * (-len(secret) % 4)).decode("ascii")
    except (ValueError, binascii.Error):
        return False
    user, colon, password = decoded.partition(":")
    if not colon or not decoded.isprintable() or len(password) < 5 or user == password:
        return False
    return not is_reference(password) and not is_placeholder(password) and not compiled(_WEAK).search(password)


def is_telegram(secret: str, text: str, start: int) -> bool:
    """The bot number is not part of a longer number or time, and the token is random."""
    return is_mixed_case(secret.partition(":")[2], text, start)


def is_private_key(secret: str, _text: str, _start: int) -> bool:
    """Whether a PEM begin line is followed by key material that a passphrase does not guard."""
    found = compiled(_PEM).match(secret)
    if found is None:
        return False
    body = found.group("body")
    if len(set(body[:64])) < 8 or compiled(_SHOWN).search(body[:64]):
        return False
    start = re.sub(r"[^A-Za-z0-9+/]", "", secret[found.start("body") : found.start("body") + 120])
    return "ENCRYPTED" not in found.group("head") and _OPENSSH_GUARDED not in start


def is_base64_private_key(secret: str, text: str, start: int) -> bool:
    """Whether base64 text holds a PEM private key."""
    import binascii

    try:
        head = binascii.a2b_base64(secret[:120]).decode("latin-1")
    except binascii.Error:
        return False
    return re.match(r"-----BEGIN[ A-Z0-9]{0,40}PRIVATE KEY", head) is not None and has_body(secret, text, start)


def is_jwt(secret: str, _text: str, _start: int) -> bool:
    """Whether the first part decodes to a JOSE header (RFC 7515, section 4) and a signature follows."""
    import binascii

    head, _, rest = secret.partition(".")
    payload, _, signature = rest.partition(".")
    try:
        decoded = binascii.a2b_base64(head.replace("-", "+").replace("_", "/") + "=" * (-len(head) % 4))
    except binascii.Error:
        return False
    named = b'"alg"' in decoded or b'"typ"' in decoded or b'"kid"' in decoded
    return named and len(payload) >= 10 and len(signature) >= 16 and len(set(signature)) >= 8


def is_nkey(secret: str, _text: str, _start: int) -> bool:
    """Whether the CRC-16 at the end of an nkey seed is right (github.com/nats-io/nkeys, crc16.go: CCITT)."""
    import base64
    import binascii

    try:
        raw = base64.b32decode(secret + "=" * (-len(secret) % 8))
    except binascii.Error:
        return False
    return binascii.crc_hqx(raw[:-2], 0) == int.from_bytes(raw[-2:], "little")


def is_mnemonic(secret: str, _text: str, _start: int) -> bool:
    """Whether the words can be a BIP-39 phrase: a right count, and none of the words that prose needs."""
    words = secret.split()
    prose = {"the", "and", "for", "with", "that", "this", "are", "from", "has", "was", "not", "which", "word", "words"}
    return len(words) in (12, 15, 18, 21, 24) and len(prose.intersection(words)) == 0 and len(set(words)) > 6


def is_wallet_key(secret: str, text: str, start: int) -> bool:
    """Whether 32 bytes of hex stand where a key is given and not a hash of chain data."""
    line = text[max(0, start - 80) : start].rsplit("\n", 1)[-1]
    return (
        compiled(_WALLET).search(line) is not None
        and compiled(_CHAIN_DATA).search(line) is None
        and has_body(secret, text, start)
    )


def is_wallet_import(secret: str, text: str, start: int) -> bool:
    """Whether base58 text of the right length is random and named like a key."""
    line = text[max(0, start - 80) : start].rsplit("\n", 1)[-1].lower()
    return is_mixed_case(secret, text, start) and any(
        word in line for word in ("wif", "priv", "key", "secret", "import")
    )


VALIDATORS: dict[str, Validator] = {
    "body": has_body,
    "mixed": is_mixed,
    "mixed-case": is_mixed_case,
    "assigned": is_assigned,
    "basic": is_basic_credential,
    "telegram": is_telegram,
    "private-key": is_private_key,
    "base64-private-key": is_base64_private_key,
    "jwt": is_jwt,
    "nkey": is_nkey,
    "mnemonic": is_mnemonic,
    "wallet": is_wallet_key,
    "wif": is_wallet_import,
    "none": lambda _secret, _text, _start: True,
}
