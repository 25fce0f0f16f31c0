"""How the board keeps the repository small."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest

from openclaw_hooks.board.packing import is_packing_due, pack_objects

if TYPE_CHECKING:
    from tests.board.conftest import Desk
    from tests.conftest import Repository


@pytest.fixture
def loose(started: Repository) -> Repository:
    """A repository with more loose objects than are left alone."""
    names = "".join(f"blob\nmark :{n}\ndata {len(str(n))}\n{n}\n" for n in range(1, 1601))
    files = "".join(f"M 100644 :{n} f{n}\n" for n in range(1, 1601))
    stream = f"{names}commit refs/heads/many\ncommitter A <a@b> 1 +0000\ndata 1\nx\n{files}\ndone\n"
    words = ["git", "-c", "fastimport.unpackLimit=10000", "fast-import", "--quiet", "--done"]
    subprocess.run(words, cwd=started.path, input=stream.encode(), check=True)
    started.git("config", "gc.autoDetach", "false")
    return started


def count(repository: Repository) -> int:
    return int(repository.git("count-objects").stdout.split()[0])


def test_many_loose_objects_are_packed(loose: Repository, desk: Desk) -> None:
    task = desk.add("kept")
    assert count(loose) > 1600
    pack_objects(desk.board.repo)
    assert count(loose) < 100
    desk.put(task, title="changed")
    assert desk.titles() == ["changed"]


def test_a_few_are_left_alone(started: Repository, desk: Desk) -> None:
    before = count(started)
    pack_objects(desk.board.repo)
    assert count(started) == before


def test_who_switched_packing_off_is_heard(loose: Repository, desk: Desk) -> None:
    loose.git("config", "gc.auto", "0")
    before = count(loose)
    pack_objects(desk.board.repo)
    assert count(loose) == before


def test_one_commit_in_thirty_two_looks() -> None:
    assert sum(is_packing_due(f"{number:02x}ab") for number in range(256)) == 8
