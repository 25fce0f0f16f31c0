"""What Mission Control costs: `python -m benchmarks.site` prints markdown tables; see README.md beside this file."""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from benchmarks.repos import clean_env
from benchmarks.site_pages import measure_pages
from openclaw_hooks import __version__
from tools.docs.sample import make_sample

if TYPE_CHECKING:
    from collections.abc import Mapping

DOCUMENTS: Final = 250
LARGE, SMALL = 1000, 200
OPENCLAW: Final = (sys.executable, "-m", "openclaw_hooks.cli")
MKDOCS: Final = (sys.executable, "-m", "mkdocs", "build", "--quiet")
CACHES: Final = ("board.cache", "policy-*.json", "site.*")  # what a first build leaves in the state folder
CONFIG: Final = """\
site_name: Measured
use_directory_urls: false
theme: {name: material, font: false, features: [navigation.prune]}
plugins: [search%s]
"""
UNLISTED: Final = "not_in_nav: |\n  /tasks/\n"


class Spent(NamedTuple):
    """What one run of a program took: seconds by the wall and of CPU, and MB of memory at the most."""

    wall_s: float
    cpu_s: float
    rss_mb: float


class Budget(NamedTuple):
    """What a figure may be at most, and how it is written."""

    most: float
    unit: str


BUDGETS: Final = {
    "build, 250 documents and 1,000 tasks, cold": Budget(3.0, "s"),
    "build, 250 documents and 1,000 tasks, cached": Budget(2.5, "s"),
    "memory of that build": Budget(80, "MB"),
    "board with 200 tasks, compressed": Budget(180, "KB"),
    "board with 1,000 tasks, compressed": Budget(230, "KB"),
    "board with 1,000 tasks ready": Budget(0.6, "s"),
    "filter, median of a keystroke": Budget(50, "ms"),
    "filter, slowest keystroke": Budget(100, "ms"),
    "task written to task visible, median": Budget(0.6, "s"),
}


def main() -> None:
    """Measure and print; ends with 1 when a budget is not kept."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.site", description=__doc__)
    parser.add_argument("--runs", type=int, default=3, metavar="N")
    parser.add_argument("--only", choices=("build", "pages"), default="")
    asked = parser.parse_args()
    print(
        f"openclaw-hooks {__version__}, Python {platform.python_version()}, {platform.system()}, {os.cpu_count()} cores\n"
    )
    figures: dict[str, float] = {}
    with tempfile.TemporaryDirectory(prefix="openclaw-bench-") as folder:
        os.mkdir(os.path.join(folder, "home"))
        env = {**clean_env(os.path.join(folder, "home")), "NO_MKDOCS_2_WARNING": "1"}
        large = make_sample(os.path.join(folder, "large"), tasks=LARGE, documents=DOCUMENTS)
        if asked.only != "pages":
            figures |= measure_builds(folder, large, env, asked.runs)
        if asked.only != "build":
            small = make_sample(os.path.join(folder, "small"), tasks=SMALL)
            figures |= measure_pages(folder, {LARGE: large, SMALL: small}, env, OPENCLAW)
    sys.exit(print_budgets(figures))


def measure_builds(folder: str, repo: str, env: Mapping[str, str], runs: int) -> dict[str, float]:
    """The builds side by side, printed; the figures that have a budget."""
    plain = _pages_for_tasks(folder, repo)
    ours, out = [*OPENCLAW, "site", "build", "--out"], os.path.join(folder, "out")
    _write(os.path.join(repo, "mkdocs.yml"), CONFIG % ", openclaw")
    cases = {
        "Mission Control beside 250 documents, cold": ([*ours, out], repo, True),
        "Mission Control beside 250 documents, cached": ([*ours, out], repo, False),
        "the 250 documents alone": (
            [*MKDOCS, "-f", _config(plain, "alone", "exclude_docs: tasks/\n"), "-d", out],
            plain,
            False,
        ),
        "a page for each task, not in the navigation": (
            [*MKDOCS, "-f", _config(plain, "unlisted", UNLISTED), "-d", out],
            plain,
            False,
        ),
        "a page for each task, in the navigation": (
            [*MKDOCS, "-f", _config(plain, "listed", ""), "-d", out],
            plain,
            False,
        ),
    }
    print("| build | wall | CPU | memory | size |\n|---|---|---|---|---|")
    found = {}
    for name, (argv, cwd, is_cold) in cases.items():
        samples = [_run(argv, cwd, env, is_cold) for _ in range(1 if name.endswith(", in the navigation") else runs)]
        found[name] = Spent(*(statistics.median(values) for values in zip(*samples, strict=True)))
        print(
            f"| {name} | {found[name].wall_s:.2f} s | {found[name].cpu_s:.2f} s | {found[name].rss_mb:.0f} MB | {_size_mb(out):.1f} MB |"
        )
    os.unlink(os.path.join(repo, "mkdocs.yml"))
    cold, cached, alone, unlisted, listed = found.values()
    print(f"\nOurs, cold, beside a page for each task: {unlisted.wall_s / cold.wall_s:.1f} times as fast as those not in the"
          f" navigation, {listed.wall_s / cold.wall_s:.1f} times as fast as those in it;"
          f" {cold.wall_s - alone.wall_s:.2f} s more than the documents alone.\n")  # fmt: skip
    return {
        "build, 250 documents and 1,000 tasks, cold": cold.wall_s,
        "build, 250 documents and 1,000 tasks, cached": cached.wall_s,
        "memory of that build": cold.rss_mb,
    }


def _pages_for_tasks(folder: str, repo: str) -> str:
    """A folder with the same documents, and the tasks as pages of their own."""
    plain = os.path.join(folder, "plain")
    shutil.copytree(os.path.join(repo, "docs"), os.path.join(plain, "docs"))
    shutil.copytree(os.path.join(repo, ".openclaw", "board", "tasks"), os.path.join(plain, "docs", "tasks"))
    return plain


def _config(folder: str, name: str, more: str) -> str:
    path = os.path.join(folder, f"mkdocs-{name}.yml")
    _write(path, CONFIG % "" + more)
    return path


def _write(path: str, text: str) -> None:
    with open(path, "w", encoding="utf-8") as stream:
        stream.write(text)


def _run(argv: list[str], cwd: str, env: Mapping[str, str], is_cold: bool) -> Spent:
    """What one run takes; `is_cold`: without what an earlier build left. Raises RuntimeError when it fails."""
    if is_cold:
        for path in (path for name in CACHES for path in Path(cwd, ".git", "openclaw").glob(name)):
            path.unlink()
    start = time.perf_counter()
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(argv, cwd=cwd, env=dict(env), stdout=said, stderr=said)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        wall = time.perf_counter() - start
        if process.returncode:
            said.seek(0)
            raise RuntimeError(f"{argv} ended with {process.returncode}: {said.read().decode()[-2000:]}")
    return Spent(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def _size_mb(folder: str) -> float:
    return sum(os.path.getsize(os.path.join(top, name)) for top, _, names in os.walk(folder) for name in names) / 1e6


def print_budgets(figures: Mapping[str, float]) -> int:
    """The table of budgets; 1 when one is not kept."""
    print("| figure | measured | budget | |\n|---|---|---|---|")
    worst = 0
    for name, measured in figures.items():
        budget = BUDGETS[name]
        is_kept = measured <= budget.most
        worst |= not is_kept
        print(
            f"| {name} | {measured:.3g} {budget.unit} | {budget.most:g} {budget.unit} | {'kept' if is_kept else 'NOT KEPT'} |"
        )
    return worst


if __name__ == "__main__":
    main()
