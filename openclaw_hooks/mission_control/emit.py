"""Values as scripts: pages opened from a disk may not fetch files, but they may load scripts."""

from __future__ import annotations

import hashlib
from typing import Final

import msgspec

# What could end a script element or a line of JavaScript; in JSON these signs occur inside strings alone.
_ESCAPES: Final = (
    (b"<", b"\\u003c"),
    (b">", b"\\u003e"),
    (b"&", b"\\u0026"),
    ("\u2028".encode(), b"\\u2028"),
    ("\u2029".encode(), b"\\u2029"),
)


def encode_json(value: object) -> bytes:
    """`value` as compact JSON that may stand inside a script; what is not Unicode, as in a path, becomes question marks."""
    try:
        encoded = msgspec.json.encode(value)
    except UnicodeEncodeError:
        import json

        plain = json.dumps(msgspec.to_builtins(value), ensure_ascii=False, separators=(",", ":"))
        encoded = plain.encode("utf-8", "replace")
    for sign, escape in _ESCAPES:
        encoded = encoded.replace(sign, escape)
    return encoded


def script(name: str, encoded: bytes) -> bytes:
    """The script that hands the JSON `encoded` to the page under `name`."""
    return b"MC.put(" + encode_json(name) + b"," + encoded + b");\n"


def short_hash(content: bytes) -> str:
    """Twelve hexadecimal digits that change when `content` does."""
    return hashlib.sha256(content).hexdigest()[:12]
