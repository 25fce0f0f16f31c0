"""The settings of the commands check, kept ready: reading them from YAML costs more than judging a command.

The copy lies in the git common dir as JSON beside the stamp of config.yaml, and holds for this version of the program.
"""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

from openclaw_hooks import __version__
from openclaw_hooks.agent_hooks.payload import PayloadError, decode_json

if TYPE_CHECKING:
    from openclaw_hooks.checkout import Checkout

CONFIG = os.path.join(".openclaw", "config.yaml")
FORMAT = 1


class Kept(NamedTuple):
    """What the commands check asks of config.yaml: what to say by pack, and the branches nobody may force."""

    answers: dict[str, str]
    protected: tuple[str, ...]


def read_kept(checkout: Checkout) -> Kept:
    """The settings in force; raises DocumentError when config.yaml is broken."""
    stamp = _stamp(checkout)
    path = _kept_path(checkout)
    return _read_copy(path, stamp) or _read_config(checkout, path, stamp)


def _stamp(checkout: Checkout) -> str:
    """What changes whenever config.yaml may have changed; its path is in it, since worktrees share the folder."""
    path = os.path.join(checkout.top, CONFIG)
    shown = os.fsencode(path).decode("latin-1")  # JSON takes no bytes that are not UTF-8
    try:
        found = os.stat(path)
    except FileNotFoundError:
        return f"{FORMAT} {__version__} {shown} -"
    times = f"{found.st_mtime_ns} {found.st_ctime_ns}"
    return f"{FORMAT} {__version__} {shown} {times} {found.st_size} {found.st_ino}"


def _kept_path(checkout: Checkout) -> str:
    # One copy for each worktree, whose git folder has a name of its own; the main one's is the common dir.
    name = os.path.basename(checkout.git_dir) if checkout.git_dir != checkout.common_dir else "main"
    return os.path.join(checkout.state_dir, f"commands-{name}.json")


def _read_copy(path: str, stamp: str) -> Kept | None:
    with suppress(OSError, PayloadError), open(path, "rb") as stream:
        match decode_json(stream.read()):
            case {"stamp": str(kept), "answers": dict(answers), "protected": list(protected)} if kept == stamp:
                return Kept({str(name): str(answer) for name, answer in answers.items()}, tuple(map(str, protected)))
    return None


def _read_config(checkout: Checkout, path: str, stamp: str) -> Kept:
    from openclaw_hooks.imports import import_msgspec

    import_msgspec()
    import msgspec

    from openclaw_hooks.files import atomic_write
    from openclaw_hooks.settings import load_settings

    settings = load_settings(checkout.top)
    answers = {name: str(answer) for name, answer in msgspec.structs.asdict(settings.commands).items()}
    kept = Kept(answers, settings.push.protected)
    with suppress(OSError):  # a read-only repository only loses speed
        atomic_write(path, msgspec.json.encode({"stamp": stamp, **kept._asdict()}))
    return kept
