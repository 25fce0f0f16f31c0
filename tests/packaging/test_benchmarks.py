"""The benchmarks still run and say what they promise."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.mesh import Table
from openclaw_hooks.scratch.planted import make_planted

ROOT = Path(__file__).resolve().parent.parent.parent


def run_benchmark(name: str, *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", f"benchmarks.{name}", *words]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def test_the_hook_benchmark_prints_cost_budget_and_bare_python(tmp_path: Path) -> None:
    done = run_benchmark("hooks", "--only", "20 lines in", "--rivals", str(tmp_path))
    assert done.returncode == 0, done.stderr
    row = done.stdout.splitlines()[-2 if not done.stdout.splitlines()[-1] else -1]
    assert row.startswith("| 20 lines in 2 files | ")
    assert row.endswith("| 100 ms |")
    assert "beside it: nothing" in done.stdout


def test_the_secrets_benchmark_scores_only_gated_rows_and_can_fail(tmp_path: Path) -> None:
    planted = make_planted()
    rows = [
        {"text": f"key = '{planted.aws_id}'", "path": "a.py", "label": "secret"},
        {"text": "nothing to see", "path": "a.py", "label": "secret"},
        {"text": "also nothing", "path": "a.py", "label": "benign"},
        {"text": f"key = '{planted.github}'", "path": "a.py", "label": "benign", "gate": False},
    ]
    corpus = tmp_path / "corpus.jsonl"
    corpus.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    done = run_benchmark("secrets", "--corpus", str(corpus), "--min-recall", "0.5")
    assert done.returncode == 0, done.stderr
    assert "| recall | 50.0% (1 of 2) |" in done.stdout
    assert "| precision | 100.0% (1 of 1) |" in done.stdout
    assert run_benchmark("secrets", "--corpus", str(corpus), "--min-recall", "0.6").returncode == 1


def test_the_mesh_benchmark_prints_ours_beside_the_usual_way() -> None:
    done = run_benchmark("mesh", "--only", "claims", "--edits", "6")
    assert done.returncode == 0, done.stderr
    rows = [line.split(" | ") for line in done.stdout.splitlines() if line.startswith("| ")]
    names = [row[0].removeprefix("| ") for row in rows[2:]]
    assert names[0] == "claim at the lead, over the server, one client"
    assert names[-1] == "git commands of the user that failed meanwhile"
    assert all(cell.endswith(" ms") for cell in (rows[2][1], rows[2][3]))
    assert float(rows[2][4].removesuffix(" |")) > 0


def test_the_mesh_benchmark_ends_with_1_when_something_was_lost(capsys: pytest.CaptureFixture[str]) -> None:
    table = Table()
    table.count("tasks claimed twice", 0, "200")
    assert table.losses == []
    table.count("tasks claimed twice", 3, "200")
    assert table.losses == ["tasks claimed twice: 3"]
    with pytest.raises(SystemExit) as end:
        table.end()
    assert end.value.code == "\nlost, done twice or refused: tasks claimed twice: 3"
    capsys.readouterr()
