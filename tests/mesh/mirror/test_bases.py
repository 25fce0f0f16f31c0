"""What was agreed on, kept in a database that may be anything when it is opened."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from openclaw_hooks.mesh.mirror.bases import MIGRATIONS, Bases
from openclaw_hooks.mesh.mirror.epochs import Epoch, Standing, judge_epoch, next_mark
from openclaw_hooks.mesh.mirror.step import Base

if TYPE_CHECKING:
    from pathlib import Path

BASE = Base(7, b"content\0\xff", {"title": frozenset({"'a'", "'b'"}), "": frozenset({"0f"})})


@pytest.fixture
def path(tmp_path: Path) -> str:
    return str(tmp_path / "nats" / "mirror.db")


def test_what_was_put_is_there_when_it_is_opened_again(path: str) -> None:
    bases = Bases(path)
    bases.put({"tasks/T-000001.md": BASE, "plans/P-000001.yaml": Base(1, b"x")})
    bases.set_epoch("MESH_TASKS", Epoch("2026-11-22", 9, 3))
    bases.refuse("tasks/T-000002.md", b"no")
    bases.close()
    again = Bases(path)
    assert again.get("tasks/T-000001.md") == BASE
    assert dict(again.get_all())["plans/P-000001.yaml"] == Base(1, b"x")
    assert {path: again.revision(path) for path in again.paths()} == {"tasks/T-000001.md": 7, "plans/P-000001.yaml": 1}
    assert again.epoch("MESH_TASKS") == Epoch("2026-11-22", 9, 3)
    assert again.epoch("MESH_PLANS") is None
    assert again.is_refused("tasks/T-000002.md", b"no")
    assert not again.is_refused("tasks/T-000002.md", b"yes")
    again.forget_revisions()
    assert again.get("tasks/T-000001.md") == BASE._replace(revision=0)
    again.drop(["tasks/T-000001.md"])
    assert again.paths() == {"plans/P-000001.yaml"}
    assert os.stat(path).st_mode & 0o077 == 0
    again.close()


def write_garbage(path: str) -> None:
    with open(path, "wb") as stream:
        stream.write(b"no database " * 500)


def write_foreign(path: str) -> None:
    with sqlite3.connect(path) as db:
        db.execute("CREATE TABLE other (a)")
    db.close()


def write_newer(path: str) -> None:
    Bases(path).close()
    with sqlite3.connect(path) as db:
        db.execute(f"PRAGMA user_version = {len(MIGRATIONS) + 1}")
    db.close()


def damage(path: str) -> None:
    bases = Bases(path)
    bases.put({f"tasks/T-{number:06}.md": Base(1, b"x" * 900) for number in range(400)})
    bases.close()
    with open(path, "rb+") as stream:
        stream.seek(8192)
        stream.write(b"\xa5" * 60_000)


@pytest.mark.parametrize(
    ("spoil", "told"),
    [(write_garbage, "no database"), (write_foreign, "something else"), (write_newer, "newer"), (damage, "damaged")],
)
def test_a_file_that_cannot_be_used_is_moved_aside_with_one_line(path: str, spoil: object, told: str) -> None:
    os.makedirs(os.path.dirname(path))
    spoil(path)  # type: ignore[operator]
    bases = Bases(path)
    assert len(bases.notes) == 1
    assert told in bases.notes[0]
    assert bases.paths() == set()
    bases.put({"tasks/T-000001.md": BASE})
    bases.close()
    assert Bases(path).notes == []
    assert len([name for name in os.listdir(os.path.dirname(path)) if ".broken-" in name]) >= 1


WRITER = """
import sys
from openclaw_hooks.mesh.mirror.bases import Bases
from openclaw_hooks.mesh.mirror.step import Base
bases = Bases(sys.argv[1])
for count in range(1, 1_000_000):
    bases.put({"tasks/T-%06d.md" % number: Base(count, b"%d" % count) for number in range(3)})
    if count == 20:
        print("go", flush=True)
"""


def test_a_writer_that_is_killed_leaves_all_or_nothing_of_its_last_batch(path: str) -> None:
    with subprocess.Popen([sys.executable, "-P", "-c", WRITER, path], stdout=subprocess.PIPE) as writer:
        assert writer.stdout is not None
        writer.stdout.readline()
        os.kill(writer.pid, signal.SIGKILL)
    bases = Bases(path)
    assert bases.notes == []
    revisions = {bases.revision(path) for path in bases.paths()}
    assert len(revisions) == 1
    assert min(revisions) >= 20


@pytest.mark.parametrize(
    ("known", "found", "standing"),
    [
        (None, Epoch("a", 5), Standing.SAME),
        (Epoch("a", 5), Epoch("a", 9), Standing.SAME),
        (Epoch("a", 5), Epoch("a", 4), Standing.BROKEN),
        (Epoch("a", 5), Epoch("b", 9), Standing.BROKEN),
        (Epoch("a", 5, 1), Epoch("b", 9, 1), Standing.BROKEN),
        (Epoch("a", 5, 1), Epoch("b", 9, 2), Standing.MENDED),
        (Epoch("a", 5, 1), Epoch("a", 9, 2), Standing.MENDED),
    ],
)
def test_a_bucket_that_fell_back_is_told_from_one_that_was_mended(
    known: Epoch | None, found: Epoch, standing: Standing
) -> None:
    assert judge_epoch(known, found) is standing


def test_a_mark_is_above_every_other_even_for_a_lead_that_forgot_them() -> None:
    assert next_mark(None, Epoch("a", 1, 0), 1_000.9) == 1001
    assert next_mark(Epoch("a", 1, 5_000), Epoch("a", 1, 7_000), 1_000.0) == 7001
