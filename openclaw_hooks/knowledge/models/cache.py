"""The folder where models lie: one per user and machine, shared by all repositories."""

from __future__ import annotations

import os
from contextlib import suppress
from typing import IO, TYPE_CHECKING

from openclaw_hooks.errors import OpenclawError

if TYPE_CHECKING:
    from openclaw_hooks.knowledge.models.catalog import Model, ModelFile

FOLDER_VARIABLE = "OPENCLAW_MODELS"
_BLOCK_BYTES = 1 << 20


def models_folder() -> str:
    """OPENCLAW_MODELS when it is set, else a folder of ours below the user's cache folder (XDG base directories)."""
    chosen = os.environ.get(FOLDER_VARIABLE)
    if chosen:
        return os.path.abspath(chosen)
    cache = os.environ.get("XDG_CACHE_HOME", "")
    if not os.path.isabs(cache):  # the specification: a relative one is to be ignored
        cache = os.environ.get("LOCALAPPDATA") or os.path.join(os.path.expanduser("~"), ".cache")
    return os.path.join(cache, "openclaw-hooks", "models")


def model_folder(model: Model) -> str:
    """Where the files of `model` lie, or will lie."""
    return os.path.join(models_folder(), model.name)


def file_path(model: Model, file: ModelFile) -> str:
    """Where one of them lies, or will lie."""
    return os.path.join(model_folder(model), file.name)


def is_set_up(model: Model) -> bool:
    """Whether all files of `model` are there in full; by their sizes, since hashes were checked when they came."""
    return all(_has_size(file_path(model, file), file.size) for file in model.files)


def find_damage(model: Model) -> list[ModelFile]:
    """The files of `model` that are missing or not what they should be, by their hashes."""
    return [file for file in model.files if not is_genuine(file_path(model, file), file)]


def is_genuine(path: str, file: ModelFile) -> bool:
    """Whether the file at `path` is `file`, by its hash."""
    if not _has_size(path, file.size):
        return False
    try:
        with open(path, "rb") as stream:
            return _copy_block_by_block(stream, None, file.size) == file.sha256
    except OSError:
        return False


def store_file(model: Model, file: ModelFile, stream: IO[bytes], origin: str) -> None:
    """Keep what `stream` gives as `file`: in one step, and only when its hash is right.

    Raises OpenclawError that names `origin`; whatever was there before is then still there.
    """
    import zipfile
    import zlib

    path = file_path(model, file)
    temporary = f"{path}.{os.getpid()}.tmp"
    try:
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(temporary, "wb") as target:
            found = _copy_block_by_block(stream, target, file.size)
            target.flush()
            os.fsync(target.fileno())
        if found != file.sha256:
            raise OpenclawError(
                f"{file.name} from {origin} isn't the one that belongs to {model.name}: its SHA-256 is {found}",
                f"expected {file.sha256}; nothing was kept",
            )
        os.replace(temporary, path)
    except (zipfile.BadZipFile, zlib.error, EOFError) as error:
        raise OpenclawError(f"{file.name} from {origin} cannot be unpacked: {error}") from error
    except OSError as error:
        reason = error.strerror or error
        raise OpenclawError(f"cannot copy {file.name} from {origin} to {path}: {reason}", "is there room?") from error
    finally:
        with suppress(OSError):
            os.unlink(temporary)


def _copy_block_by_block(stream: IO[bytes], target: IO[bytes] | None, size: int) -> str:
    """The SHA-256 of what was read; at most one block more than `size`, which makes too long a file a wrong one."""
    import hashlib

    digest = hashlib.sha256()
    left = size
    while left >= 0 and (block := stream.read(_BLOCK_BYTES)):
        digest.update(block)
        left -= len(block)
        if target is not None:
            target.write(block)
    return digest.hexdigest()


def _has_size(path: str, size: int) -> bool:
    try:
        return os.stat(path).st_size == size
    except OSError:
        return False
