"""What a run costs beside the agent itself: `python -m benchmarks.agent` prints markdown tables; see README.md beside this file."""

from __future__ import annotations

import argparse
import contextlib
import io
import os
import platform
import shutil
import statistics
import subprocess
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from benchmarks.repos import clean_env, git, make_repo
from benchmarks.sources import make_files
from openclaw_hooks import __version__
from openclaw_hooks.agent import events as said
from openclaw_hooks.agent.run.local_desk import LocalDesk
from openclaw_hooks.agent.run.request import Request
from openclaw_hooks.agent.run.start import start_run
from openclaw_hooks.board.actor import find_actor
from openclaw_hooks.board.opening import open_board
from openclaw_hooks.cli.app import app
from openclaw_hooks.git import open_repo

if TYPE_CHECKING:
    from collections.abc import Iterator

    from openclaw_hooks.agent.events import Event
    from openclaw_hooks.agent.run.state import RunState

FILES: Final = 5_000
BUDGET_S: Final = 1.0
# How the agent ends the work on a task, and what the task has as its metric.
AGENTS: Final = {
    "does nothing": (("true",), ""),
    "changes a file": (("sh", "-c", "echo 'A line.' >> notes.md"), ""),
    "changes a file, metric `true`": (("sh", "-c", "echo 'A line.' >> notes.md"), "true"),
}
STAGES: Final[tuple[tuple[str, type[Event], type[Event]], ...]] = (
    ("claim", said.RunBegan, said.Started),
    ("worktree and rules", said.AttemptBegan, said.Prompted),
    ("prompt to start", said.Prompted, said.AgentStarted),
    ("snapshot", said.AgentEnded, said.Snapshotting),
    ("checks", said.Snapshotting, said.Checked),
    ("metric", said.Measuring, said.AttemptMeasured),
    ("keep", said.Keeping, said.Kept),
    ("clean up", said.Judged, said.Cleaned),
    ("tell the board", said.Closing, said.Closed),
)


class Watched(NamedTuple):
    """When each event of a run was on disk, in seconds of a steady clock, and the bytes of its worktree while it was there."""

    moments: dict[type[Event], float]
    worktree_bytes: int

    def between(self, first: type[Event], last: type[Event]) -> float | None:
        """Seconds from one event to another; None where one of them was not told."""
        if first not in self.moments or last not in self.moments:
            return None
        return self.moments[last] - self.moments[first]


class Stopwatch:
    """A listener that notes when each event came for the first time."""

    def __init__(self) -> None:
        self.moments: dict[type[Event], float] = {}
        self.worktree_bytes = 0

    def on_event(self, state: RunState, event: Event) -> None:
        """Note the moment; what the note itself takes is not part of any stage."""
        self.moments.setdefault(type(event), time.perf_counter())
        if isinstance(event, said.Judged):
            self.worktree_bytes = count_bytes(state.attempts[-1].worktree)
            self.moments[said.Judged] = time.perf_counter()

    def on_progress(self, elapsed_s: float, last_call: str) -> None:
        """Nothing."""


def main() -> None:
    """Measure and print; ends with 1 when the budget is not kept."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.agent", description=__doc__)
    parser.add_argument("--runs", type=int, default=5, metavar="N")
    parser.add_argument("--files", type=int, default=FILES, metavar="N")
    asked = parser.parse_args()
    print(
        f"openclaw-hooks {__version__}, Python {platform.python_version()}, {platform.system()}, {os.cpu_count()} cores\n"
    )
    with tempfile.TemporaryDirectory(prefix="openclaw-bench-") as folder:
        home = os.path.join(folder, "home")
        os.mkdir(home)
        os.environ.update({"HOME": home, "GIT_CONFIG_NOSYSTEM": "1", "OPENCLAW_NODE_ID": "bench"})
        path = make_repo(os.path.join(folder, "measured"), home, make_files(asked.files, asked.files * 20, "old", 3))
        os.chdir(path)
        call("board", "attach")
        worktree_s = statistics.median(time_worktrees(path, os.path.join(folder, "reference"), home, asked.runs))
        found = {name: [watch_run(*agent) for _ in range(asked.runs)] for name, agent in AGENTS.items()}
        slowest = print_tables(found, worktree_s)
        print_disk(path, found)
    raise SystemExit(int(slowest > BUDGET_S))


def call(*words: str) -> None:
    """Run `openclaw WORDS` in this process."""
    with contextlib.redirect_stdout(io.StringIO()):
        app([*words], standalone_mode=False)


def watch_run(argv: tuple[str, ...], metric: str) -> Watched:
    """A run of one attempt with the agent command `argv`, from a new task to its end."""
    repo = open_repo()
    board = open_board(repo.top)
    call("task", "new", "Measure a run", "--scope", "*.md", *(["--metric", metric] if metric else []))
    task = newest_task()
    desk, watch = LocalDesk(board, find_actor(repo)), Stopwatch()
    start_run(Request(repo, task, argv=argv, attempts=1), desk, watch)
    return Watched(watch.moments, watch.worktree_bytes)


def newest_task() -> str:
    """The id of the task that was written last."""
    return max(Path(".openclaw/board/tasks").glob("T-*.md"), key=lambda path: path.stat().st_mtime_ns).stem


def time_worktrees(path: str, where: str, home: str, runs: int) -> Iterator[float]:
    """Seconds that git itself takes to make a worktree and to remove it, for comparison."""
    for _ in range(runs + 1):
        began = time.perf_counter()
        git(path, "worktree", "add", "--quiet", "--detach", where, home=home)
        git(path, "worktree", "remove", "--force", where, home=home)
        yield time.perf_counter() - began


def print_tables(found: dict[str, list[Watched]], worktree_s: float) -> float:
    """Print what each kind of agent costs, by stage and whole; the slower of the two sums of the worst kind."""
    heads = [
        "agent",
        "claim to start",
        "end to verdict",
        "together",
        "beside git's worktree",
        *(row[0] for row in STAGES),
    ]
    print(f"| {' | '.join(heads)} |\n|{'---|' * len(heads)}")
    slowest = 0.0
    for name, runs in found.items():
        before = middle(runs, said.RunBegan, said.AgentStarted)
        after = middle(runs, said.AgentEnded, said.Judged)
        slowest = max(slowest, before + after)
        stages = [show(middle(runs, first, last)) for _, first, last in STAGES]
        whole = [show(before), show(after), show(before + after), f"{(before + after) / worktree_s:.1f} x"]
        print(f"| {' | '.join([name, *whole, *stages])} |")
    verdict = "kept" if slowest <= BUDGET_S else "MISSED"
    print(
        f"\nMedians in ms. Budget of both together {BUDGET_S:g} s: {verdict}. Git's own worktree, made and removed: ",
        end="",
    )
    print(f"{worktree_s * 1000:.0f} ms.\n")
    return slowest


def middle(runs: list[Watched], first: type[Event], last: type[Event]) -> float:
    """The median of the seconds between two events; 0 where no run has both."""
    spans = [span for run in runs if (span := run.between(first, last)) is not None]
    return statistics.median(spans) if spans else 0.0


def show(seconds: float) -> str:
    """Seconds as whole milliseconds; a dash for what did not happen."""
    return f"{seconds * 1000:.0f}" if seconds else "-"


def print_disk(path: str, found: dict[str, list[Watched]]) -> None:
    """Print what an attempt takes on disk while it is under way, and what stays of it."""
    runs = [run for kind in found.values() for run in kind]
    worktree_mb = statistics.median(run.worktree_bytes for run in runs) / 1e6
    kept_kb = count_bytes(os.path.join(path, ".git", "openclaw", "runs")) / len(runs) / 1e3
    left = subprocess.run(
        ["git", "worktree", "list"], cwd=path, env=clean_env(os.environ["HOME"]), capture_output=True, check=True
    ).stdout.count(b"\n")
    print("| on disk | |\n|---|---|")
    print(f"| worktree of an attempt while it is under way | {worktree_mb:.1f} MB |")
    print(f"| log, prompt and output of a run, kept | {kept_kb:.0f} KB |")
    print(f"| worktrees left behind by {len(runs)} runs | {left - 2} |")


def count_bytes(folder: str) -> int:
    """Bytes that the files below `folder` take on disk."""
    found = (
        subprocess.run(["du", "-sk", folder], capture_output=True, check=False).stdout if shutil.which("du") else b""
    )
    return int(found.split()[0]) * 1024 if found else 0


if __name__ == "__main__":
    main()
