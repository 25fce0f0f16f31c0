"""The keys of nodes: a seed that never leaves its machine but in a join file, and the public key the server knows."""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING, Any, NamedTuple

from openclaw_hooks.files import display_path
from openclaw_hooks.mesh.place import EXTRA_HINT, MeshError

if TYPE_CHECKING:
    from types import ModuleType


class Key(NamedTuple):
    """An nkey of a user: secret seed (`SU...`) and public key (`U...`)."""

    seed: str
    public: str

    def __repr__(self) -> str:
        """The public part alone: a key may end up in a log or a traceback."""
        return f"Key(public={self.public!r})"


def import_nkeys() -> ModuleType:
    """The library for keys; raises MeshError when the extra is not installed."""
    try:
        import nkeys
    except ImportError as error:
        raise MeshError("the mesh needs packages that are not installed", EXTRA_HINT) from error
    module: ModuleType = nkeys
    return module


def make_key() -> Key:
    """A new key of a user."""
    nkeys = import_nkeys()
    seed: bytes = nkeys.encode_seed(os.urandom(32), nkeys.PREFIX_BYTE_USER)
    return read_seed(seed.decode("ascii"))


def read_seed(seed: str) -> Key:
    """The key that `seed` belongs to; raises MeshError, which does not show it, for what is no seed of a user."""
    nkeys: Any = import_nkeys()
    refusal = MeshError("that is no seed of a user", "a seed begins with SU and has 58 letters and digits")
    if not (seed.startswith("SU") and seed.isascii() and len(seed) == 58):
        raise refusal
    try:
        public: bytes = nkeys.from_seed(bytearray(seed, "ascii")).public_key
        _, raw = nkeys.decode_seed(bytearray(seed, "ascii"))
        is_whole = nkeys.encode_seed(bytes(raw[:32]), nkeys.PREFIX_BYTE_USER) == seed.encode("ascii")
    except Exception as error:  # the library raises whatever its decoders do
        raise refusal from error
    if not is_whole:  # the library never looks at the checksum at its end
        raise refusal
    return Key(seed, public.decode("ascii"))


def load_key(path: str) -> Key:
    """The key at `path`; raises MeshError when it cannot be read or others may read it."""
    try:
        mode = os.stat(path).st_mode
        with open(path, encoding="ascii", errors="replace") as stream:
            seed = stream.read(200).strip()
    except OSError as error:
        raise MeshError(f"{display_path(path)} cannot be read: {error.strerror}") from error
    if mode & 0o077:
        raise MeshError(f"others may read {display_path(path)}", f"chmod 600 {display_path(path)}; is it still secret?")
    try:
        return read_seed(seed)
    except MeshError as error:
        raise MeshError(f"{display_path(path)}: {error.message}", error.hint) from error


def ensure_key(path: str) -> Key:
    """The key at `path`, made when there is none yet."""
    if not os.path.lexists(path):
        key = make_key()
        write_secret(path, f"{key.seed}\n")
    return load_key(path)


def write_secret(path: str, text: str) -> None:
    """Puts `text` at `path` in one step, never readable by others; raises MeshError when that cannot be."""
    folder, name = os.path.split(os.path.abspath(path))
    temporary = os.path.join(folder, f".{name}.{os.getpid()}.tmp")
    try:
        os.makedirs(folder, mode=0o700, exist_ok=True)
        with suppress(FileNotFoundError):
            os.unlink(temporary)
        with open(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as stream:
            stream.write(text.encode("utf-8", "surrogateescape"))
            stream.flush()
            os.fsync(stream.fileno())
        os.replace(temporary, path)
    except OSError as error:
        with suppress(OSError):
            os.unlink(temporary)
        raise MeshError(f"{display_path(path)} cannot be written: {error.strerror}") from error
