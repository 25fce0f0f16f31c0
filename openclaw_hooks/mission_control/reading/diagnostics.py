"""What doctor and drill found last in this clone, and what has changed since."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from openclaw_hooks.diagnosis import load_doctor, load_drill
from openclaw_hooks.mission_control.reading.elsewhere import tell_elsewhere
from openclaw_hooks.settings import CONFIG_PATH

if TYPE_CHECKING:
    from openclaw_hooks.diagnosis import DoctorRun, DrillRun
    from openclaw_hooks.git import Repo
    from openclaw_hooks.mission_control.place import Place

WATCHED: Final = (CONFIG_PATH, ".pre-commit-config.yaml", ".claude/settings.json", ".claude/settings.local.json")
HOOKS: Final = ("pre-commit", "commit-msg", "post-commit", "pre-push")


@dataclass(frozen=True)
class DiagnosticsFacts:
    """The last runs, None where there was none; `changed` is when each file that they depend on was written."""

    doctor: DoctorRun | None = None
    drill: DrillRun | None = None
    changed: tuple[tuple[str, float], ...] = ()


def read_diagnostics(place: Place) -> DiagnosticsFacts:
    """What is kept for the clone at `place`."""
    if place.repo is None:
        return DiagnosticsFacts()
    doctor, drill = load_doctor(place.state_dir), load_drill(place.state_dir)
    return DiagnosticsFacts(
        tell_elsewhere(doctor, place) if doctor else None,
        tell_elsewhere(drill, place) if drill else None,
        _stamp_files(place.repo),
    )


def _stamp_files(repo: Repo) -> tuple[tuple[str, float], ...]:
    paths = [(name, os.path.join(repo.top, *name.split("/"))) for name in WATCHED]
    paths += [(f"hooks/{name}", os.path.join(repo.common_dir, "hooks", name)) for name in HOOKS]
    found = []
    for shown, path in paths:
        try:
            found.append((shown, os.stat(path).st_mtime))
        except OSError:
            continue
    return tuple(found)
