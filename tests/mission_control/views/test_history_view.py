"""The index and the months of the time machine, and the browser's way back beside Python's."""

from __future__ import annotations

import json
import random
import shutil
import subprocess
from pathlib import Path
from typing import Any

import msgspec
import pytest

from openclaw_hooks.mission_control.reading.history import History, Tag
from openclaw_hooks.mission_control.reading.history_cache import HistoryChange, HistoryCommit
from openclaw_hooks.mission_control.views.history import view_history, view_months
from openclaw_hooks.mission_control.views.past import column_of, state_at

DAY = 86_400
NOW = 20_000 * DAY + 3_600
SCRIPTS = Path(__file__).parents[3] / "openclaw_hooks" / "mission_control" / "assets" / "js"


def make_history(seed: int, commits: int) -> tuple[History, dict[str, dict[str, Any]]]:
    """Random commits, and the rows that they come to."""
    pick = random.Random(seed)
    rows: dict[str, dict[str, Any]] = {}
    made = []
    for number in range(commits):
        task = f"T-00000{pick.randint(1, 9)}"
        old = rows.get(task)
        new: dict[str, Any] | None = None
        if not old or pick.random() > 0.2:
            new = {"title": task, "status": pick.choice(["queued", "completed", "claimed"])}
            new["depends_on"] = [f"T-00000{pick.randint(1, 9)}"]
        change = HistoryChange(task, old, new)
        if old and new:
            change = HistoryChange(task, {name: old[name] for name in new}, new)
        rows = {name: row for name, row in rows.items() if name != task} | ({task: new} if new else {})
        if old or new:
            made.append(
                HistoryCommit(f"{number:012x}", NOW - (commits - number) * 9_000, "ada", f"change {number}", (change,))
            )
    made.reverse()
    return History("h", tuple(made), (Tag("v1", NOW - 2 * DAY, "abc", "first"),), True, made[-1].time), rows


def test_counts_of_each_day_are_those_of_the_board_then() -> None:
    history, rows = make_history(1, 80)
    view = view_history(history, rows, {"T-000009": "completed"}, NOW)
    assert len(view.days) == NOW // DAY - history.begins // DAY + 1
    for day in view.days:
        then = state_at(rows, history.commits, day.t)
        counted: dict[str, int] = {}
        for row in then.values():
            column = column_of(row, then, {"T-000009": "completed"})
            counted[column] = counted.get(column, 0) + 1
        assert day.counts == counted, day.day
    assert sum(day.commits for day in view.days) == len(history.commits)


def test_months_hold_every_commit_once() -> None:
    history, rows = make_history(2, 300)
    months = view_months(history)
    assert [commit.c for month in months.values() for commit in month.commits] == [
        commit.commit for commit in history.commits
    ]
    index = view_history(history, rows, {}, NOW)
    assert [f"history-{month.name}" for month in index.months] == list(months)
    assert {target.kind for target in index.targets} == {"tag", "commit"}


@pytest.mark.skipif(shutil.which("node") is None, reason="NODE IS MISSING: the browser's code is not tested")
def test_the_browser_goes_back_as_python_does(tmp_path: Path) -> None:
    history, rows = make_history(3, 120)
    commits = [commit for month in view_months(history).values() for commit in month.commits]
    moments = [NOW - hours * 3_601 for hours in range(0, 300, 20)]
    asked = {"rows": rows, "commits": msgspec.to_builtins(commits), "moments": moments}
    (tmp_path / "asked.json").write_text(json.dumps(asked))
    program = (
        "import { readFileSync } from 'node:fs';"
        f"import {{ stateAt, columnsOf }} from {json.dumps((SCRIPTS / 'timeline.js').as_uri())};"
        f"const asked = JSON.parse(readFileSync({json.dumps(str(tmp_path / 'asked.json'))}));"
        "const told = asked.moments.map((moment) => { const rows = stateAt(asked.rows, asked.commits, moment);"
        "const columns = columnsOf(rows); return Object.keys(rows).sort().map((id) => [id, rows[id].status, columns[id].column]); });"
        "console.log(JSON.stringify(told));"
    )
    done = subprocess.run(["node", "--input-type=module", "-e", program], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    for moment, told in zip(moments, json.loads(done.stdout), strict=True):
        then = state_at(rows, history.commits, moment)
        assert told == [[name, then[name]["status"], column_of(then[name], then, {})] for name in sorted(then)]
