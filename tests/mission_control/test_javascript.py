"""The pages' pure modules under node's own test runner, and what they say held against Python's tables."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from openclaw_hooks.resources import PACKAGE
from openclaw_hooks.tasks.model import Status
from openclaw_hooks.tasks.moves import MOVES

_HERE = Path(__file__).parent / "js"
_ASSETS = Path(PACKAGE) / "mission_control" / "assets"
_MODULES = _ASSETS / "js"
_NODE = shutil.which("node")
_ENDS = {
    "accept": Status.QUEUED,
    "reject": Status.QUEUED,
    "claim": Status.CLAIMED,
    "complete": Status.COMPLETED,
    "release": Status.RELEASED,
    "fail": Status.FAILED,
    "cancel": Status.CANCELLED,
    "requeue": Status.QUEUED,
    "approve": Status.COMPLETED,
}

pytestmark = pytest.mark.skipif(_NODE is None, reason="NODE IS MISSING: the pages' JavaScript was not tested")


def _run_node(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Node with these arguments; what it printed and how it ended."""
    assert _NODE is not None
    return subprocess.run([_NODE, *arguments], capture_output=True, text=True, check=False, timeout=120)


def test_the_modules_decide_what_their_tests_say() -> None:
    files = sorted(str(path) for path in _HERE.glob("*.test.mjs"))
    done = _run_node("--test", "--test-reporter=tap", *files)
    assert files
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]


def test_every_move_that_the_board_offers_is_in_the_table_of_moves() -> None:
    code = f"import('{(_MODULES / 'moves.js').as_uri()}').then((m) => console.log(JSON.stringify(m.knownMoves())))"
    moves = json.loads(_run_node("-e", code).stdout)
    assert len(moves) > 15
    for status, _column, verb in moves:
        end = Status.REJECTED if (status, verb) == ("proposed", "reject") else _ENDS[verb]
        assert (Status(status), end) in MOVES, f"{verb} does not lead from {status} to {end}"


def test_every_text_that_a_module_asks_for_is_written_down() -> None:
    texts = {
        f"{path.stem}.{key}"
        for path in (_ASSETS / "texts").glob("*.json")
        for key in json.loads(path.read_text("utf-8"))
    }
    wanted = {
        (path.name, key)
        for path in _MODULES.rglob("*.js")
        for key in re.findall(r'\b(?:t|translate)\(\s*"([a-z]+\.[\w-]+)"', path.read_text("utf-8"))
    }
    assert len(wanted) > 50
    assert not sorted((name, key) for name, key in wanted if key not in texts)
