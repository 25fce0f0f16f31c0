"""What the state of this machine says, for readers elsewhere: a site may be public, where somebody's home lies is not."""

from __future__ import annotations

import os
import re
from functools import cache
from typing import TYPE_CHECKING, Any, Final, TypeVar

import msgspec

if TYPE_CHECKING:
    from openclaw_hooks.mission_control.place import Place

_LOGIN: Final = re.compile(r"(?<=://)[^/@\s\"']+@")

Told = TypeVar("Told", bound=msgspec.Struct)


def tell_elsewhere(struct: Told, place: Place) -> Told:
    """`struct` with every text in it as `hide_machine` makes it."""
    found: Told = msgspec.convert(tell_texts(msgspec.to_builtins(struct), place), type(struct))
    return found


def tell_texts(value: Any, place: Place) -> Any:
    """A value of JSON with every text in it as `hide_machine` makes it."""
    if isinstance(value, str):
        return hide_machine(value, place)
    if isinstance(value, dict):
        return {name: tell_texts(each, place) for name, each in value.items()}
    return [tell_texts(each, place) for each in value] if isinstance(value, list | tuple) else value


def hide_machine(text: str, place: Place) -> str:
    """`text` with paths as seen from the top of the repository or from home, and addresses without who logs in there.

    Commands with such paths can still be run, from the top.
    """
    if "/" not in text:
        return text
    for folder, shown in _folders(place.root, place.repo.common_dir if place.repo else "", os.path.expanduser("~")):
        if folder in text:
            text = re.sub(rf"(?<![\w.-]){re.escape(folder)}(?![\w.-])", shown, text)
    return _LOGIN.sub("", text) if "://" in text else text


@cache
def _folders(root: str, common_dir: str, home: str) -> tuple[tuple[str, str], ...]:
    """What each folder is called, the inner ones first; a worktree has its git folder in another repository's."""
    found = ((root, "."), (os.path.dirname(common_dir), "<repository>"), (home, "~"))
    return tuple((folder, shown) for folder, shown in found if len(folder) > 1)
