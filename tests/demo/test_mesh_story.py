"""The story of the mesh as a program: it plays to its end with real sidecars, and leaves no process and no file."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from openclaw_hooks.demo.mesh_nodes import hash_board
from openclaw_hooks.demo.mesh_steps import CLAIMED, STEPS, Race
from openclaw_hooks.demo.mesh_story import judge_race
from openclaw_hooks.process import Completed
from tests.demo.test_demo import COMMAND, run_demo

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.xdist_group("demo")

RACE = Race("", ("w1", "w2"), ("task", "claim", "T-1"), ("token", CLAIMED), "held by {winner}")
WON = Completed(0, b"T-1 claimed (token 1-ab)", b"")
LATE = Completed(1, b"", b"held by w2")


def list_left(folder: Path) -> Iterator[str]:
    """Processes that have something to do with `folder`, and files in it."""
    for line in subprocess.run(
        ["ps", "-ax", "-o", "command="], capture_output=True, text=True, check=True
    ).stdout.split("\n"):
        if str(folder) in line:
            yield line
    for link in Path("/proc").glob("[0-9]*/cwd"):
        try:
            where = os.readlink(link)
        except OSError:
            continue
        if where.startswith(f"{folder}/tmp/"):
            yield f"{link}: {where}"
    yield from (str(path) for path in folder.rglob("*") if path.name != "tmp")


def test_the_story_plays_to_its_end_and_leaves_nothing_behind(tmp_path: Path) -> None:
    done = run_demo(tmp_path, "--mesh", "--json")
    values = json.loads(done.stdout)["data"]
    assert (done.returncode, values["ok"], values["fault"]) == (0, True, ""), done.stdout + done.stderr
    assert len(values["steps"]) == len(STEPS)
    assert list(list_left(tmp_path)) == []
    told = values["steps"][-2]["output"]
    assert "has not been heard for" in told, "the takeover is in the events"
    assert told.count("-> claimed") == 2
    assert len({line.split()[0] for line in values["steps"][-1]["output"].splitlines()}) == 1, "one hash of four boards"


def test_an_interrupted_story_leaves_nothing_behind(tmp_path: Path) -> None:
    (tmp_path / "tmp").mkdir()
    env = {"PATH": os.environ["PATH"], "TMPDIR": str(tmp_path / "tmp"), "HOME": str(tmp_path)}
    words = [*COMMAND, "--mesh"]
    with subprocess.Popen(
        words, cwd=tmp_path, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as demo:
        assert demo.stdout is not None
        assert any("joins" in line for line in demo.stdout), "two sidecars and the server run"
        demo.send_signal(signal.SIGTERM)
        _, errors = demo.communicate(timeout=60)
    assert (demo.returncode, "Traceback" in errors) == (130, False)
    assert list(list_left(tmp_path)) == []


def test_without_the_extra_one_line_says_how_to_get_it(tmp_path: Path) -> None:
    absent = "import sys; sys.modules['nkeys'] = None; from openclaw_hooks.cli.app import main; main()"
    call = [sys.executable, "-I", "-c", absent, "demo", "--mesh"]
    done = subprocess.run(call, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        "openclaw: the mesh needs packages that are not installed (pip install 'openclaw-hooks[mesh]')\n"
    )


@pytest.mark.parametrize(
    ("done", "fault"),
    [
        ({"w1": LATE, "w2": WON}, ""),
        ({"w1": WON, "w2": WON}, "2 of 2 have it"),
        ({"w1": LATE, "w2": LATE}, "0 of 2 have it"),
        ({"w1": Completed(2, b"", b"held by w2"), "w2": WON}, "exit code 2 for who is too late, not 1"),
        ({"w1": Completed(1, b"", b"no"), "w2": WON}, "does not show `held by w2`"),
        ({"w1": LATE, "w2": Completed(0, b"claimed", b"")}, "names no token"),
    ],
)
def test_a_race_has_one_winner_and_the_other_is_told_who(done: dict[str, Completed], fault: str) -> None:
    kept: dict[str, str] = {}
    assert judge_race(RACE, done, kept) == fault
    if not fault:
        assert kept == {"winner": "w2", "other": "w1", "token": "1-ab"}


def test_boards_are_the_same_only_when_names_and_bytes_are(tmp_path: Path) -> None:
    def board(name: str, files: dict[str, bytes]) -> str:
        for path, content in files.items():
            file = tmp_path / name / ".openclaw" / "board" / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content)
        return hash_board(str(tmp_path / name))

    one = {"tasks/T-1.md": b"a", "plans/P-1.yaml": b"b"}
    assert board("a", one) == board("b", {**one, "archive/T-2.md": b"c"}), "the archive is not mirrored"
    others = [{**one, "tasks/T-1.md": b"c"}, {"tasks/T-1.md": b"a"}, {**one, "tasks/T-2.md": b""}]
    assert len({board(str(number), files) for number, files in enumerate([one, *others])}) == 4
