"""What the mesh costs: `python -m benchmarks.mesh` prints a markdown table; see README.md beside this file."""

from __future__ import annotations

import argparse
import asyncio
import os
import platform
import statistics
import sys
import tempfile
from typing import TYPE_CHECKING

from benchmarks import mesh_crowd as crowd
from benchmarks import mesh_large as large
from benchmarks import mesh_live as live
from benchmarks.hooks import print_row
from benchmarks.mesh_stage import Mesh
from benchmarks.mesh_user import GitUser
from openclaw_hooks import __version__
from openclaw_hooks.mesh.program import find_program, show_version

if TYPE_CHECKING:
    from collections.abc import Sequence

PARTS = ("files", "claims", "crowd", "large")
NODES = 8


def main() -> None:
    """Measure and print; exit with 1 when something was lost, done twice, or refused to somebody's git."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.mesh", description=__doc__)
    parser.add_argument("--tasks", type=int, default=10_000, metavar="N", help="how many tasks the large board has")
    parser.add_argument("--runs", type=int, default=3, metavar="N", help="how often the large board is measured")
    parser.add_argument("--edits", type=int, default=200, metavar="N", help="edits, claims, and tasks of the race")
    parser.add_argument("--nodes", type=int, default=NODES, metavar="N", help="how many nodes race")
    parser.add_argument("--only", default="", choices=("", *PARTS), help="only this part")
    options = parser.parse_args()
    print(
        f"openclaw-hooks {__version__}, Python {platform.python_version()}, {platform.system()}, {os.cpu_count()} cores, "
        f"load {os.getloadavg()[0]:.1f}; nats-server {show_version(find_program().version)}\n"
    )
    print_row(["what", "openclaw", "target", "the usual way", "openclaw / the usual way"])
    print_row(["---", *["---:"] * 4])
    table = Table()
    with tempfile.TemporaryDirectory(prefix="openclaw-bench-") as folder:
        if options.only != "large":
            measure_live(table, folder, options)
        if options.only in ("", "large"):
            measure_large(table, folder, options)
    table.end()


class Table:
    """Prints rows as they come, and remembers which counts should have been 0."""

    def __init__(self) -> None:
        self.losses: list[str] = []

    def times(self, name: str, ours: Sequence[float], target: str, beside: Sequence[float] = ()) -> None:
        """A row of milliseconds: median and 99th percentile."""
        ratio = f"{statistics.median(ours) / statistics.median(beside):.2f}" if beside else "-"
        print_row([name, show_times(ours), target, show_times(beside) if beside else "-", ratio])

    def seconds(self, name: str, ours: Sequence[float], target: str, beside: Sequence[float] = ()) -> None:
        """A row of seconds: median and best."""
        ratio = f"{statistics.median(ours) / statistics.median(beside):.2f}" if beside else "-"
        print_row([name, show_seconds(ours), target, show_seconds(beside) if beside else "-", ratio])

    def count(self, name: str, found: int, of: str, beside: str = "-") -> None:
        """A row of what should be none."""
        print_row([name, f"{found} of {of}", "0", beside, "-"])
        if found:
            self.losses.append(f"{name}: {found}")

    def end(self) -> None:
        """Ends the program with 1 when one of the counts is not 0."""
        if self.losses:
            sys.exit(f"\nlost, done twice or refused: {', '.join(self.losses)}")


def show_times(times: Sequence[float]) -> str:
    """Median and 99th percentile."""
    ordered = sorted(times)
    return f"{statistics.median(ordered):.1f} / {ordered[min(len(ordered) - 1, int(len(ordered) * 0.99))]:.1f} ms"


def show_seconds(seconds: Sequence[float]) -> str:
    """Median and best."""
    return f"{statistics.median(seconds):.2f} s (best {min(seconds):.2f})"


def measure_live(table: Table, folder: str, options: argparse.Namespace) -> None:
    """The rows of a small board with few and with many nodes, while somebody uses git in a worker's tree."""
    with Mesh(os.path.join(folder, "live")) as mesh:
        lead = mesh.add("boss").start()
        lead.wait_for_noted("serving")
        worker = mesh.join(lead, "w1")
        users = [GitUser(lead), GitUser(worker)]
        for user in users:
            user.start()
        try:
            if options.only in ("", "files"):
                measure_files(table, mesh, options.edits)
            if options.only in ("", "claims"):
                measure_claims(table, mesh, options.edits)
            if options.only in ("", "crowd"):
                measure_crowd(table, mesh, options.nodes, options.edits)
        finally:
            usages = [user.end() for user in users]
        failed = [one for usage in usages for one in usage.failed]
        for one in failed[:5]:
            print(one, file=sys.stderr)
        slowest = max(usage.slowest_ms for usage in usages)
        done = f"{sum(usage.done for usage in usages)}, the slowest {slowest:.0f} ms"
        table.count("git commands of the user that failed meanwhile", len(failed), done)


def measure_files(table: Table, mesh: Mesh, runs: int) -> None:
    """Edits and commands, from one board to the other."""
    lead, worker = mesh.clones[:2]
    tasks = live.make_tasks(lead, 20, "edited")
    live.wait_for_all([lead, worker], tasks)
    out = live.time_files((lead, worker), lead.access, tasks, runs)
    table.times("file to file, lead to worker: p50 / p99", out.ours, "20 / 60 ms", out.reference)
    back = live.time_files((worker, lead), lead.access, tasks, runs)
    table.times("file to file, worker to lead", back.ours, "20 / 60 ms", back.reference)
    sent, whole = live.time_verbs(worker, lead, tasks)
    table.times("a claim over the sidecar's socket to the other node's file", sent, "20 / 60 ms")
    table.times("`openclaw task complete` to the other node's file", whole, "-")


def measure_claims(table: Table, mesh: Mesh, runs: int) -> None:
    """Claims of one client, at each of the two doors."""
    lead, worker = mesh.clones[:2]
    beside: list[float] = []
    asked: list[float] = []
    given: list[float] = []
    for _ in range(3):
        tasks = live.make_tasks(lead, max(runs // 3 * 2, 2), "claimed")
        live.wait_for_all([lead, worker], tasks)
        half = len(tasks) // 2
        asked += asyncio.run(live.ask_claims(worker, tasks[:half]))
        given += live.time_claims(worker, tasks[half:])
        beside += asyncio.run(live.put_claims(lead, tasks[:half]))
    table.times("claim at the lead, over the server, one client", asked, "5 ms", beside)
    table.times("claim over the sidecar's socket, on the board when it returns", given, "-", beside)


def measure_crowd(table: Table, mesh: Mesh, nodes: int, runs: int) -> None:
    """Many at once."""
    lead, worker = mesh.clones[:2]
    deputies = [mesh.join(lead, f"w{number}") for number in range(2, nodes)]
    clones = [lead, worker, *deputies]
    tasks = live.make_tasks(lead, runs, "raced for")
    live.wait_for_all(clones, tasks)
    done = crowd.race(clones, tasks)
    beside, doubles = crowd.race_reference(lead, nodes, tasks)
    table.times(f"claims, {nodes} nodes x {runs} tasks at once", done.took, "-", beside)
    table.count("tasks claimed twice, or by nobody", done.doubles, str(runs), f"{doubles} of {runs}")
    table.count("won tasks that a board gives to somebody else", crowd.count_wrong(clones, done), str(runs))
    for clone in deputies:
        clone.stop()
    edited = live.make_tasks(lead, min(runs, 50), "edited by two")
    live.wait_for_all([lead, worker], edited)
    lost, theirs = crowd.count_lost_edits(lead, worker, edited), crowd.count_lost_edits_of_reference(lead, edited)
    both = str(2 * len(edited))
    table.count("edits of the same file at once that are lost", lost, both, f"{theirs} of {both}")
    heard = asyncio.run(crowd.time_watchers(lead, worker, edited[0], max(runs // 4, 2)))
    table.times(f"a write to each of {crowd.WATCHERS} watchers", heard.ours, "-", heard.reference)


def measure_large(table: Table, folder: str, options: argparse.Namespace) -> None:
    """The rows of the large board; each run has a mesh of its own."""
    found: list[large.Large] = []
    kills: list[large.Kill] = []
    for number in range(options.runs):
        with Mesh(os.path.join(folder, f"large{number}")) as mesh:
            figures, lead, worker = large.measure_large(mesh, number, options.tasks)
            found.append(figures)
            if number == options.runs - 1:
                kills = [large.measure_kill(lead, worker, lead.list()[at]) for at in range(large.KILLS)]
    pushes, pulls = [one.push for one in found], [one.pull for one in found]
    name = f"{options.tasks:,} tasks"
    table.seconds(
        f"cold push of {name}, from when it leads",
        [one.reached for one in pushes],
        "2.5 s",
        [one.reference for one in pushes],
    )
    table.seconds("... from the start of the program", [one.started for one in pushes], "-")
    table.seconds(
        f"cold pull of {name}, from when it is connected",
        [one.reached for one in pulls],
        "2.0 s",
        [one.reference for one in pulls],
    )
    table.seconds("... from the start of the program", [one.started for one in pulls], "-")
    table.times("claims right after the pull, while it is committed", [ms for one in found for ms in one.claims], "-")
    weights = zip(*(one.memory for one in found), strict=True)
    for who, weight, target in zip(("lead", "worker", "server"), weights, ("60 MB", "60 MB", "-"), strict=True):
        print_row([f"memory of the {who}, {name}", f"{statistics.median(weight):.0f} MB", target, "-", "-"])
    table.seconds("server killed to both boards in step", [one.seconds for one in kills], "2 s")
    table.count(
        "acknowledged tasks lost when it was killed",
        sum(one.lost for one in kills),
        str(sum(one.acknowledged for one in kills)),
    )


if __name__ == "__main__":
    main()
