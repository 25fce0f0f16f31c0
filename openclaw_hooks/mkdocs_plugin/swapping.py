"""A built site put in its place as a whole: whoever looks sees the old one or the new one, never a part."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING, Final

from openclaw_hooks.errors import OpenclawError, RefusedError
from openclaw_hooks.files import display_path, swap_files

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

VERSIONS: Final = os.path.join("data", "version.json")
MARKS: Final = (VERSIONS, os.path.join("openclaw", VERSIONS), "404.html", "sitemap.xml")


class SiteError(OpenclawError):
    """A site that cannot be built, or not there."""


class BrokenSiteError(RefusedError):
    """A site that could be built, and was to have nothing broken in it."""


def require_free(out: str, root: str) -> None:
    """Raises SiteError when `out` holds anything but a site, or is a folder that the repository at `root` lies in."""
    full, top = os.path.realpath(out), os.path.realpath(root)
    if os.path.commonpath((full, top)) == full:
        raise SiteError(f"{display_path(out)} holds the repository itself", "name a folder for the site alone")
    if ".git" in os.path.relpath(full, top).split(os.sep):
        raise SiteError(f"{display_path(out)} belongs to git", "name a folder for the site alone")
    if not os.path.lexists(full):
        return
    if not os.path.isdir(full):
        raise SiteError(f"{display_path(out)} is no folder")
    if os.listdir(full) and not any(os.path.isfile(os.path.join(full, mark)) for mark in MARKS):
        raise SiteError(f"{display_path(out)} holds files that are no site", "name an empty folder, or a new one")


def sibling_of(out: str, kind: str) -> str:
    """A path beside `out` that is this process's own."""
    return f"{os.path.realpath(out)}.{kind}-{os.getpid()}"


def put_in_place(built: str, out: str) -> None:
    """Moves the folder `built`, which lies beside `out`, to where `out` is, and takes the old one away."""
    target = os.path.realpath(out)
    if os.path.lexists(target):
        if not swap_files(built, target):
            old = sibling_of(out, "old")
            os.rename(target, old)
            os.rename(built, target)
            built = old
        shutil.rmtree(built, ignore_errors=True)
    else:
        os.rename(built, target)
    clear_left(target, "new", "old")


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
