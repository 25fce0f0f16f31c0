"""What is let through on purpose: lines with a pragma, samples that vendors publish, and what is public by nature."""

from openclaw_hooks.secrets.shapes import compiled

# The comment marks that detect-secrets knows, so that its pragmas keep working: github.com/Yelp/detect-secrets,
# README, "Inline Allowlisting". A nextline pragma stands alone on its line, so that it cannot hide behind code.
_MARK = r"(?:#|//|/\*|'|--|<!--[# \t]*|;|%)[ \t]*"
_SAME_LINE = _MARK + r"pragma: ?(?:allow|white)list[ -]secret\b"
_NEXT_LINE = r"[ \t]*" + _MARK + r"pragma: ?allowlist[ -]nextline[ -]secret\b"

# Samples in the vendors' own documentation. Cut in two, so that no scanner takes this file for a leak.
KNOWN_SAMPLES = frozenset(
    left + right
    for left, right in (
        # docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_access-keys.html
        ("AKIAIOSFODNN", "7EXAMPLE"),
        ("AKIAI44QH8DH", "BEXAMPLE"),
        ("ASIAIOSFODNN", "7EXAMPLE"),
        ("wJalrXUtnFEMI/K7MDENG/", "bPxRfiCYEXAMPLEKEY"),
        ("je7MtGbClwBF/2Zp9Utk/", "h3yCo8nvbEXAMPLEKEY"),
        # docs.stripe.com/keys and the older docs of its API
        ("sk_test_4eC39Hq", "LyjWDarjtT1zdp7dc"),
        ("sk_test_BQokikJ", "OvBiI2HlWgH4olfQ2"),
        ("pk_test_TYooMQau", "vdEDq54NiTphI7jx"),
        # jwt.io: the token that the debugger opens with
        ("SflKxwRJSMeKKF2QT4", "fwpMeJf36POk6yJV_adQssw5c"),
        # RFC 6749, sections 4.1.3, 4.1.4 and 2.3.1
        ("czZCaGRSa3F0MzpnWDFm", "QmF0M2JW"),
        ("czZCaGRSa3F0Mzo3RmpmcDBa", "QnIxS3REUmJuZlZkbUl3"),
        ("2YotnFZFEjr1z", "CsicMWpAA"),
        ("tGzv3JOkF0XG", "5Qx2TlKWIA"),
        # RFC 7617, section 2: Aladdin, open sesame
        ("QWxhZGRpbjpvcGVu", "IHNlc2FtZQ=="),
        # learn.microsoft.com/en-us/azure/storage/common/storage-use-emulator: the emulator's well-known key
        ("Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/", "K1SZFPTOtr/KBHBeksoGMGw=="),
        # RFC 6238, appendix B: the digits 1 to 0 twice, in base32
        ("GEZDGNBVGY3TQOJQ", "GEZDGNBVGY3TQOJQ"),
        # github.com/google/google-authenticator/wiki/Key-Uri-Format
        ("JBSWY3DPEH", "PK3PXP"),
    )
)


# An SSH signature (PROTOCOL.sshsig of OpenSSH) in base64: its magic, then version 1. It is made to be shown, and as
# long as it is, it holds by chance what tokens look like.
_SIGNATURE = "U1NIU0lHAAAAA"
_MAX_SIGNATURE = 6000  # of an RSA key of 16,384 bits, public half included: about 5,600 characters


def is_allowed(text: str, start: int, secret: str) -> bool:
    """Whether the secret at `start` is a published sample, part of a signature, or let through by a pragma."""
    return is_known_sample(secret) or has_pragma(text, start) or _is_signature(text, start)


def _is_signature(text: str, start: int) -> bool:
    """Whether the word of base64 around `start` begins as an SSH signature does."""
    begin = text.rfind(_SIGNATURE, max(0, start - _MAX_SIGNATURE), start + len(_SIGNATURE))
    return begin >= 0 and compiled(r"[A-Za-z0-9+/]*").fullmatch(text, begin, start) is not None


def is_known_sample(secret: str) -> bool:
    """Whether the secret is, or is built around, a sample that its vendor publishes."""
    if secret in KNOWN_SAMPLES:
        return True
    return secret.startswith("eyJ") and secret.rpartition(".")[2] in KNOWN_SAMPLES


def has_pragma(text: str, start: int) -> bool:
    """Whether a pragma allows what stands at `start`: on its line, or alone on the line before."""
    line_start = text.rfind("\n", 0, start) + 1
    line_end = text.find("\n", start)
    line_end = len(text) if line_end < 0 else line_end
    if "pragma" not in text[max(0, line_start - 200) : line_end]:
        return False
    if compiled(_SAME_LINE).search(text, start, line_end):
        return True
    before = text[text.rfind("\n", 0, max(0, line_start - 1)) + 1 : max(0, line_start - 1)]
    return compiled(_NEXT_LINE).match(before) is not None
