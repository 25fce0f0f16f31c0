"""Reads the `.secrets.baseline` of detect-secrets: secrets that were looked at and accepted, known by hash and file."""

import hashlib
import json
import re

from openclaw_hooks.errors import OpenclawError

_BEGIN_LINE = re.compile(r"BEGIN[ A-Z0-9]{0,40}PRIVATE KEY(?: BLOCK)?")
_HASH = re.compile(r"[0-9a-f]{40}\Z")
_HINT = "write it anew with `detect-secrets scan > .secrets.baseline`"


class Baseline:
    """The accepted secrets of a repository; line numbers are ignored, because lines move."""

    def __init__(self, accepted: dict[str, frozenset[str]]) -> None:
        """`accepted` maps a path with forward slashes to the SHA-1 hashes of the secrets accepted in that file."""
        self._accepted = accepted

    def contains(self, path: str, secret: str) -> bool:
        """Whether this secret was accepted in this file."""
        accepted = self._accepted.get(_normal(path))
        return accepted is not None and any(_sha1(form) in accepted for form in _forms(secret))


def load_baseline(content: bytes | str, name: str = ".secrets.baseline") -> Baseline:
    """The baseline in `content`; raises `OpenclawError` unless it is what detect-secrets 1.x writes."""
    try:
        document = json.loads(content)
    except ValueError as error:
        raise OpenclawError(f"{name}: not valid JSON: {error}", _HINT) from error
    results = document.get("results") if isinstance(document, dict) else None
    if not isinstance(results, dict):
        raise OpenclawError(f"{name}: `results` must be a mapping of files to lists", _HINT)
    accepted: dict[str, frozenset[str]] = {}
    for path, entries in results.items():
        if not isinstance(entries, list):
            raise OpenclawError(f"{name}: results.{path} must be a list", _HINT)
        hashes = frozenset(_entry_hash(entry, f"{name}: results.{path}[{at}]") for at, entry in enumerate(entries))
        accepted[_normal(path)] = accepted.get(_normal(path), frozenset()) | hashes
    return Baseline(accepted)


def _entry_hash(entry: object, where: str) -> str:
    found = entry.get("hashed_secret") if isinstance(entry, dict) else None
    if not isinstance(found, str) or not _HASH.match(found):
        raise OpenclawError(f"{where}.hashed_secret must be a SHA-1 hash in hex", _HINT)
    return found


def _forms(secret: str) -> list[str]:
    """The texts that detect-secrets may have hashed for this secret: of a private key it keeps the begin line only."""
    begin = _BEGIN_LINE.search(secret, 0, 80)
    return [secret, begin.group()] if begin else [secret]


def _normal(path: str) -> str:
    return path.replace("\\", "/").removeprefix("./")


def _sha1(text: str) -> str:
    # The format's own choice of hash; it names secrets and protects none.
    return hashlib.sha1(text.encode("utf-8", "surrogatepass"), usedforsecurity=False).hexdigest()
