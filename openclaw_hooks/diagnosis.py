"""What doctor and drill found last: kept in the git common dir, for those who look later and elsewhere.

Machine state, never committed: it says how the hooks of this clone are. A result that cannot be kept or read is no
error; whoever reads it has to say how old it is.
"""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING, TypeVar

import msgspec
from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Iterable

FOLDER = "diagnosis"
DOCTOR_FILE = "doctor.json"
DRILL_FILE = "drill.json"
MAX_CHARS = 2000  # of one text: evidence may quote the output of a program
MAX_BYTES = 4_000_000


class ProbeResult(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One layer as doctor saw it; `status` is ok, warn or fail, `fix` the command that mends it."""

    id: str
    status: str
    evidence: str = ""
    fix: str = ""


class DoctorRun(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What doctor found; `at` in seconds since the epoch, `version` of this program."""

    at: float
    version: str
    probes: tuple[ProbeResult, ...] = ()


class LayerResult(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One layer of the drill: what keeps it from working, how much it stopped, and how long a call took."""

    name: str
    inert: str = ""
    warnings: tuple[str, ...] = ()
    stopped: int = 0
    tried: int = 0
    calls: int = 0
    p50_ms: float = 0.0
    p95_ms: float = 0.0


class TryResult(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What one layer did with one act, in its own words."""

    layer: str
    catch: str
    reason: str = ""


class ActResult(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One act of the drill; `fault` is empty when it came out as it should."""

    id: str
    title: str
    tries: tuple[TryResult, ...] = ()
    fault: str = ""
    skipped: str = ""


class DrillRun(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What the drill found; acts that were left out say why in `skipped`."""

    at: float
    version: str
    layers: tuple[LayerResult, ...] = ()
    acts: tuple[ActResult, ...] = ()

    @property
    def is_ok(self) -> bool:
        """Whether nothing got through and no honest work was refused."""
        return not any(act.fault for act in self.acts)


def save_doctor(state_dir: str, run: DoctorRun) -> None:
    """Keep `run` as the last of doctor; never raises, since a result that is not kept is still shown."""
    _save(state_dir, DOCTOR_FILE, run)


def save_drill(state_dir: str, run: DrillRun) -> None:
    """Keep `run` as the last of the drill; never raises."""
    _save(state_dir, DRILL_FILE, run)


def load_doctor(state_dir: str) -> DoctorRun | None:
    """The last run of doctor here; None when there was none, or when what is kept cannot be read."""
    return _load(state_dir, DOCTOR_FILE, DoctorRun)


def load_drill(state_dir: str) -> DrillRun | None:
    """The last drill here; None when there was none, or when what is kept cannot be read."""
    return _load(state_dir, DRILL_FILE, DrillRun)


def clip(text: str) -> str:
    """`text` as long as a result keeps it."""
    return text if len(text) <= MAX_CHARS else f"{text[: MAX_CHARS - 3]}..."


def clip_all(texts: Iterable[str]) -> tuple[str, ...]:
    """Each of `texts` as long as a result keeps it."""
    return tuple(map(clip, texts))


def _save(state_dir: str, name: str, run: DoctorRun | DrillRun) -> None:
    from openclaw_hooks.files import atomic_write

    # Paths may hold bytes that were no UTF-8; JSON cannot.
    with suppress(OSError, UnicodeEncodeError, msgspec.MsgspecError):
        atomic_write(os.path.join(state_dir, FOLDER, name), msgspec.json.encode(run), 0o600)


RunType = TypeVar("RunType", DoctorRun, DrillRun)


def _load(state_dir: str, name: str, kind: type[RunType]) -> RunType | None:
    path = os.path.join(state_dir, FOLDER, name)
    with suppress(OSError, msgspec.MsgspecError, UnicodeDecodeError, RecursionError), open(path, "rb") as stream:
        return msgspec.json.decode(stream.read(MAX_BYTES), type=kind)
    return None
