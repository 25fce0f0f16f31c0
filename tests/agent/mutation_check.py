"""Takes away each guard of agent runs, one at a time, and sees a test fail: `python -m tests.agent.mutation_check [--only NAME]`.

It works on copies of this checkout, as it lies, in a temporary folder. A guard that no test misses, one that is not where the table
says, and tests that fail without any of that end it with exit code 1.
"""

from __future__ import annotations

import argparse
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from fnmatch import fnmatchcase
from pathlib import Path
from queue import SimpleQueue
from typing import TYPE_CHECKING, NamedTuple

from tests.agent.guards.table import GUARDS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.agent.guards.model import Guard

TOP = Path(__file__).resolve().parents[2]
LIMIT_S = 120  # for the tests of one guard


class Ran(NamedTuple):
    """How a call of pytest ended (None: it took too long), and what it printed."""

    code: int | None
    output: str

    def failed(self, *kinds: str) -> list[str]:
        """The tests that failed, or that could not even begin, as pytest's summary names them."""
        lines = (line.partition(" ") for line in self.output.splitlines())
        return [rest.partition(" - ")[0] for kind, _, rest in lines if kind in kinds and rest.startswith("tests/")]


class Outcome(NamedTuple):
    """What became of a guard that was taken away: the test that noticed, else why that does not count."""

    guard: Guard
    killer: str
    trouble: str
    seconds: float


def find_misplaced(guards: Sequence[Guard], top: Path = TOP) -> list[str]:
    """What of the table does not fit the code below `top`: texts that are not there once, and replacements that are no Python."""
    told = []
    for guard in guards:
        text = (top / guard.file).read_text(encoding="utf-8")
        if (count := text.count(guard.source)) != 1:
            told.append(f"{guard.name}: its text occurs {count} times in {guard.file}")
            continue
        try:
            compile(text.replace(guard.source, guard.replacement), guard.file, "exec")
        except SyntaxError as error:
            told.append(f"{guard.name}: without it {guard.file}:{error.lineno} is no Python")
    return told


def copy_checkout(target: Path) -> None:
    """A copy of the files of this checkout, compiled ahead so that a mutant costs no more than its own file."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "-co", "--exclude-standard"], cwd=TOP, capture_output=True, check=True
    )
    for name in listed.stdout.decode().split("\0"):
        if name and (TOP / name).is_file():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(TOP / name, target / name, follow_symlinks=False)
    words = [sys.executable, "-m", "compileall", "-q", "--invalidation-mode", "checked-hash", "openclaw_hooks"]
    subprocess.run(words, cwd=target, check=True)
    asked = [sys.executable, "-c", "import openclaw_hooks; print(openclaw_hooks.__file__)"]
    found = subprocess.run(asked, cwd=target, env=_env(target), capture_output=True, text=True, check=True).stdout
    if not found.startswith(str(target)):
        sys.exit(f"tests in {target} would import {found.strip()}")


def run_tests(copy: Path, tests: Sequence[str], limit_s: float, *words: str) -> Ran:
    """How `tests` end in a copy; whatever they started is ended when they take too long."""
    call = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", f"--basetemp={copy}.tmp", *words, *tests]
    pytest = subprocess.Popen(
        call,
        cwd=copy,
        env=_env(copy),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="backslashreplace",
        start_new_session=True,
    )
    try:
        output, _ = pytest.communicate(timeout=limit_s)
    except subprocess.TimeoutExpired:
        os.killpg(pytest.pid, signal.SIGKILL)
        return Ran(None, pytest.communicate()[0])
    return Ran(pytest.returncode, output)


def end_left(folder: str) -> None:
    """Ends what a mutant has not: processes whose words name something in `folder`, which nobody but its tests has."""
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if os.fsencode(f"{folder}/") in (process / "cmdline").read_bytes():
                os.kill(int(process.name), signal.SIGKILL)


def try_mutant(copy: Path, guard: Guard) -> Outcome:
    """What becomes of `guard` taken away in a copy, which is as it was afterwards."""
    path, began = copy / guard.file, time.monotonic()
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace(guard.source, guard.replacement), encoding="utf-8")
    try:
        ran = run_tests(copy, guard.tests, LIMIT_S, "-x", "--tb=no")
    finally:
        path.write_text(text, encoding="utf-8")
        end_left(f"{copy}.tmp")
    seconds = time.monotonic() - began
    if ran.code == 1 and (failed := ran.failed("FAILED")):
        return Outcome(guard, failed[0], "", seconds)
    trouble = {0: "SURVIVED", None: f"took more than {LIMIT_S} s"}.get(
        ran.code, "broke the tests instead of failing one"
    )
    return Outcome(guard, "", trouble, seconds)


def main(words: Sequence[str] | None = None) -> int:
    """The exit code: 0 when every guard is missed by a test."""
    parser = argparse.ArgumentParser(prog="python -m tests.agent.mutation_check", description=__doc__)
    parser.add_argument(
        "--only", metavar="NAME", action="append", help="a guard's name, or the beginning of some (repeatable)"
    )
    parser.add_argument("--jobs", type=int, default=2, help="copies to work in at once (default: 2)")
    asked = parser.parse_args(words)
    guards = [
        guard for guard in GUARDS if not asked.only or any(fnmatchcase(guard.name, f"{name}*") for name in asked.only)
    ]
    if not guards or (misplaced := find_misplaced(guards)):
        print("\n".join(misplaced) if guards else "no guard has such a name", file=sys.stderr)
        return 1
    with tempfile.TemporaryDirectory(prefix="openclaw-mutants-") as folder:
        return _check(guards, [Path(folder).resolve() / f"copy-{number}" for number in range(max(asked.jobs, 1))])


def _check(guards: Sequence[Guard], copies: Sequence[Path]) -> int:
    with ThreadPoolExecutor(len(copies)) as pool:
        list(pool.map(copy_checkout, copies))
        broken = _find_broken(pool, guards, copies)
        whole = [guard for guard in guards if not broken.intersection(test.partition("[")[0] for test in guard.tests)]
        outcomes = _try_all(pool, whole, copies) if whole else []
    alive = [outcome for outcome in outcomes if not outcome.killer]
    alive += [Outcome(guard, "", "its tests fail as the code is", 0) for guard in guards if guard not in whole]
    seconds = sum(outcome.seconds for outcome in outcomes)
    print(
        f"\n{len(guards)} guards: {len(guards) - len(alive)} missed by a test, {len(alive)} not ({seconds:.0f} s of tests)"
    )
    for outcome in alive:
        print(f"  {outcome.guard.name}: {outcome.trouble}; {outcome.guard.holds}")
    return 1 if alive else 0


def _find_broken(pool: ThreadPoolExecutor, guards: Sequence[Guard], copies: Sequence[Path]) -> set[str]:
    """The tests, without their cases, that fail although every guard is there."""
    tests = sorted({test for guard in guards for test in guard.tests})
    parts = [part for number in range(len(copies)) if (part := tests[number :: len(copies)])]
    print(f"{len(guards)} guards; first their {len(tests)} tests as the code is", flush=True)
    broken: set[str] = set()
    for ran in pool.map(lambda copy, part: run_tests(copy, part, LIMIT_S * 10), copies, parts):
        failed = {name.partition("[")[0] for name in ran.failed("FAILED", "ERROR")}
        if ran.code != 0:
            print(ran.output[-6000:], file=sys.stderr)
        if ran.code not in (0, 1) or (ran.code and not failed):
            sys.exit("the tests cannot be run")
        broken |= failed
    return broken


def _try_all(pool: ThreadPoolExecutor, guards: Sequence[Guard], copies: Sequence[Path]) -> list[Outcome]:
    """Each guard taken away, told in the order of the table as soon as that is known."""
    free: SimpleQueue[Path] = SimpleQueue()
    for copy in copies:
        free.put(copy)

    def work(guard: Guard) -> Outcome:
        copy = free.get()
        try:
            return try_mutant(copy, guard)
        finally:
            free.put(copy)

    width = max(len(guard.name) for guard in guards)
    print(f"\n{'guard':{width}}  {'s':>5}  killed by")
    outcomes = []
    for outcome in pool.map(work, guards):
        outcomes.append(outcome)
        shown = outcome.killer.removeprefix("tests/") or outcome.trouble
        print(f"{outcome.guard.name:{width}}  {outcome.seconds:5.1f}  {shown}", flush=True)
    return outcomes


def _env(copy: Path) -> dict[str, str]:
    """The environment in which the copy is imported, and nothing is compiled for the next mutant to stumble over."""
    return {**os.environ, "PYTHONPATH": str(copy), "PYTHONDONTWRITEBYTECODE": "1"}


if __name__ == "__main__":
    sys.exit(main())
