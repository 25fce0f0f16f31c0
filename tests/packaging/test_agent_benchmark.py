"""The benchmark of tool calls still runs, and every act in it is let through."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent


def test_the_agent_benchmark_prints_percentiles_and_budgets() -> None:
    command = [sys.executable, "-m", "benchmarks.agents", "--runs", "2"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    rows = {row.split(" | ")[0].removeprefix("| "): row for row in done.stdout.splitlines()}
    assert rows["command without git"].endswith("| 15 ms |")
    assert rows["command read in full"].endswith("| 30 ms |")
    assert rows["Write, 50 rules"].endswith("| 60 ms |")
    assert {"bare python", "Edit, 50 rules", "session start", "stop"} <= rows.keys()
