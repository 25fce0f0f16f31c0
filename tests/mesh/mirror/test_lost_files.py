"""Files that went while no sidecar looked, and a branch that was put back to an older commit."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest

from tests.mesh.mirror.test_mirror import KEY, join, make_key, make_task

if TYPE_CHECKING:
    from tests.mesh.mirror.desk import Mesh, Station

MANY = [make_key(number) for number in range(40)]


def git(station: Station, *words: str) -> str:
    done = subprocess.run(["git", "-C", station.board.top, *words], capture_output=True, text=True, check=True)
    return done.stdout.strip()


def begin_anew(station: Station, mesh: Mesh) -> tuple[str, str]:
    """A sidecar that starts; why it halted, and what it told."""
    station.restart()
    station.mirror.take(mesh.values, complete=True)
    outcome = station.mirror.look()
    mesh.accept(station, outcome)
    return outcome.halted, " ".join(outcome.reports)


def test_a_file_that_went_before_the_start_comes_back(station: Station, mesh: Mesh) -> None:
    join(station, mesh)
    station.mirror.take(mesh.put(KEY, make_task()))
    station.mirror.commit()
    station.path(KEY).unlink()
    assert begin_anew(station, mesh) == ("", f"tasks/{KEY}.md was missing and is restored")
    assert station.path(KEY).read_bytes() == make_task()


@pytest.mark.parametrize("leads", [True, False])
def test_a_branch_that_was_put_back_gets_all_that_the_mesh_has(station: Station, mesh: Mesh, leads: bool) -> None:
    station.leads = leads
    join(station, mesh)
    station.mirror.take(mesh.put(KEY, make_task()))
    station.mirror.commit()
    old = git(station, "rev-parse", "HEAD")
    for key in MANY:
        station.mirror.take(mesh.put(key, make_task(key)))
    station.mirror.commit()
    git(station, "reset", "-q", "--hard", old)
    assert not station.path(MANY[0]).exists()
    assert begin_anew(station, mesh)[0] == ""
    station.mirror.commit()
    assert all(station.path(key).read_bytes() == make_task(key) for key in MANY)
    assert git(station, "status", "--porcelain") == ""


def test_many_files_that_the_branch_still_has_stay_gone_until_somebody_says_so(station: Station, mesh: Mesh) -> None:
    join(station, mesh)
    station.mirror.take({key: mesh.put(key, make_task(key))[key] for key in MANY})
    station.mirror.commit()
    for key in MANY[:20]:
        station.path(key).unlink()
    assert "20 of the 40 files" in begin_anew(station, mesh)[0]
    git(station, "checkout", "HEAD", "--", ".")
    assert begin_anew(station, mesh)[0] == ""
