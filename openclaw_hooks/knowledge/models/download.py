"""Files fetched over HTTP so that a broken download goes on where it stopped."""

from __future__ import annotations

import os
from typing import IO, TYPE_CHECKING, Any, NamedTuple

from openclaw_hooks.errors import OpenclawError
from openclaw_hooks.knowledge.models.cache import file_path

if TYPE_CHECKING:
    from collections.abc import Iterator

    from openclaw_hooks.knowledge.models.catalog import Model, ModelFile

TIMEOUT_S = 30.0  # without a byte
_BLOCK_BYTES = 1 << 18


class UrlSource(NamedTuple):
    """A folder on a web server, of a mirror or a model hub: each file lies at ADDRESS/NAME."""

    model: Model
    address: str

    @property
    def origin(self) -> str:
        """The place, in words; without a password in the address."""
        from urllib.parse import urlsplit

        parts = urlsplit(self.address)
        return f"{parts.scheme}://{parts.hostname or ''}{f':{parts.port}' if parts.port else ''}{parts.path}"

    @property
    def fetched_bytes(self) -> int:
        """How much has to come over the network."""
        return sum(file.size for file in self.model.files)

    def open_files(self) -> Iterator[tuple[ModelFile, IO[bytes]]]:
        """The files, each fetched to the end; what was begun earlier is taken up."""
        for file in self.model.files:
            partial = file_path(self.model, file) + ".part"
            os.makedirs(os.path.dirname(partial), exist_ok=True)
            _fetch_rest(f"{self.address.rstrip('/')}/{file.name}", partial, file)
            with open(partial, "rb") as stream:
                os.unlink(partial)  # right or wrong, it has served; a wrong one must not be taken up again
                yield file, stream


def _fetch_rest(url: str, partial: str, file: ModelFile) -> None:
    """Fetch what `partial` still lacks of `file`; raises OpenclawError and leaves what came."""
    import http.client
    from urllib.error import URLError

    have = os.path.getsize(partial) if os.path.exists(partial) else 0
    if have == file.size:
        return
    if have > file.size:  # of another version
        os.unlink(partial)
        have = 0
    try:
        with _open_url(url, have) as answer, open(partial, "ab" if answer.status == 206 else "wb") as target:
            _copy_at_most(answer, target, file.size)
    except (URLError, http.client.HTTPException, OSError, ValueError) as error:
        raise OpenclawError(
            f"cannot fetch {file.name}: {getattr(error, 'reason', None) or error}",
            "run setup again: it goes on where it stopped",
        ) from error
    if os.path.getsize(partial) < file.size:
        raise OpenclawError(f"{file.name} broke off", "run setup again: it goes on where it stopped")


def _open_url(url: str, have: int) -> Any:
    from urllib.request import Request, urlopen

    if not url.startswith(("https://", "http://")):
        raise ValueError("only http and https")
    request = Request(url, headers={"Range": f"bytes={have}-"} if have else {})  # noqa: S310  # checked above
    return urlopen(request, timeout=TIMEOUT_S)  # noqa: S310


def _copy_at_most(answer: IO[bytes], target: IO[bytes], size: int) -> None:
    """Copy until the end, or until `target` is longer than `size`: then it's a wrong file, which the hash will say."""
    while target.tell() <= size and (block := answer.read(_BLOCK_BYTES)):
        target.write(block)
