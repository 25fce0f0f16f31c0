"""Shows people which secret was found without showing them the secret."""

from collections.abc import Iterable

MASK = "****"
# Of a shorter secret, even four characters would give too much away.
SHORT = 16
SHOWN = 4


def redact(text: str, secrets: Iterable[str]) -> str:
    """`text` with each of `secrets` replaced by its first four characters, or by nothing of it if it is short.

    A secret over several lines is also taken out line by line, since a message may quote one line of it.
    """
    parts: set[str] = set()
    for secret in secrets:
        parts.add(secret)
        parts.update(line for line in secret.splitlines() if len(line) >= SHORT and not line.startswith("-----"))
    # The longest first: a shorter secret inside a longer one must not leave the longer one's rest behind.
    for part in sorted(filter(None, parts), key=len, reverse=True):
        text = text.replace(part, mask(part))
    return text


def mask(secret: str) -> str:
    """What may be shown of one secret."""
    return secret[:SHOWN] + MASK if len(secret) >= SHORT else MASK
