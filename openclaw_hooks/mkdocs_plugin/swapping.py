"""A built site put in its place as a whole: whoever looks sees the old one or the new one, never a part."""

from __future__ import annotations

import os
import shutil
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from openclaw_hooks.errors import OpenclawError, RefusedError
from openclaw_hooks.files import display_path, swap_files

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

EXPORT_MARK: Final = os.path.join(
    "data", "version.json"
)  # what lies in every export, and in no folder of somebody else's
SITE_MARK: Final = os.path.join("openclaw", EXPORT_MARK)
GIT: Final = ".git"
ELSEWHERE: Final = "name a folder for the site alone"


class SiteError(OpenclawError):
    """A site that cannot be built, or not there."""


class BrokenSiteError(RefusedError):
    """A site that could be built, and was to have nothing broken in it."""


def require_apart(out: str, root: str) -> None:
    """Raises SiteError when to replace `out` would take away the repository at `root`, or what git keeps."""
    full, top = os.path.realpath(out), os.path.realpath(root)
    if os.path.commonpath((full, top)) == full:
        raise SiteError(f"{display_path(out)} holds the repository itself", ELSEWHERE)
    if GIT in os.path.relpath(full, top).split(os.sep):
        raise SiteError(f"{display_path(out)} belongs to git", ELSEWHERE)
    if os.path.lexists(os.path.join(full, GIT)):
        raise SiteError(f"{display_path(out)} is a checkout of git", "build elsewhere, and copy the site there")


def require_free(out: str, mark: str) -> None:
    """Raises SiteError when `out` holds anything but what was written there before, which has the file `mark`."""
    full = os.path.realpath(out)
    if not os.path.lexists(full):
        return
    if not os.path.isdir(full):
        raise SiteError(f"{display_path(out)} is no folder")
    if os.listdir(full) and not os.path.isfile(os.path.join(full, mark)):
        raise SiteError(
            f"{display_path(out)} holds files that are no site of ours", "name an empty folder, or a new one"
        )


@contextmanager
def replacing(out: str) -> Iterator[str]:
    """A path beside `out` to write a folder to, which comes into its place when all went well; else nothing is left of it.

    Raises SiteError for what the disk refuses.
    """
    building = sibling_of(out, "new")
    try:
        os.makedirs(os.path.dirname(building), exist_ok=True)
        yield building
        put_in_place(building, out)
    except OSError as error:
        where = os.fsdecode(error.filename) if isinstance(error.filename, str | bytes) else out
        raise SiteError(f"{display_path(where)}: {error.strerror or error}") from error
    finally:
        shutil.rmtree(building, ignore_errors=True)


def sibling_of(out: str, kind: str) -> str:
    """A path beside `out` that is this process's own."""
    return f"{os.path.realpath(out)}.{kind}-{os.getpid()}"


def put_in_place(built: str, out: str) -> None:
    """Moves the folder `built`, which lies beside `out`, to where `out` is, and takes the old one away.

    Hidden files that somebody put into the old one stay, as mkdocs leaves them too.
    """
    target = os.path.realpath(out)
    if not _is_first(built, target):
        _keep_hidden(target, built)
        if not swap_files(built, target):
            old = sibling_of(out, "old")
            os.rename(target, old)
            os.rename(built, target)
            built = old
        shutil.rmtree(built, ignore_errors=True)
    clear_left(target, "new", "old")


def _is_first(built: str, target: str) -> bool:
    """Whether nothing was at `target`, and `built` is there now."""
    if os.path.lexists(target):
        return False
    try:
        os.rename(built, target)
    except OSError:
        if os.path.lexists(target):  # another build was quicker
            return False
        raise
    return True


def _keep_hidden(old: str, new: str) -> None:
    for name in os.listdir(old):
        source, copy = os.path.join(old, name), os.path.join(new, name)
        if not name.startswith(".") or os.path.lexists(copy):
            continue
        if os.path.isdir(source) and not os.path.islink(source):
            shutil.copytree(source, copy, symlinks=True)
        else:
            shutil.copy2(source, copy, follow_symlinks=False)


def clear_left(target: str, *kinds: str) -> None:
    """Takes away what processes that were killed have left beside `target`."""
    for left in _left_behind(os.path.realpath(target), kinds):
        shutil.rmtree(left, ignore_errors=True)


def _left_behind(target: str, kinds: Collection[str]) -> Iterator[str]:
    parent, name = os.path.split(target)
    for entry in os.listdir(parent) if os.path.isdir(parent) else ():
        kind, dash, number = entry.removeprefix(f"{name}.").partition("-")
        is_ours = entry.startswith(f"{name}.") and dash and kind in kinds and number.isdigit()
        if is_ours and not _is_running(int(number)):
            yield os.path.join(parent, entry)


def _is_running(number: int) -> bool:
    try:
        os.kill(number, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True
