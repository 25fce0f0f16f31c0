"""What the hooks cost: `python -m benchmarks.hooks` prints a markdown table; see README.md beside this file."""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import sys
import tempfile
import time

from benchmarks.measure import Command, Cost, measure_all, run_once
from benchmarks.repos import NOTES_REF, clean_env, git, make_cases, make_repo, make_unchecked_commits, stage
from benchmarks.rivals import find_rivals
from benchmarks.sources import make_files
from openclaw_hooks import __version__
from openclaw_hooks.globs import GlobIndex

BARE = "bare python"
OURS = "openclaw"
HOOK = (sys.executable, "-I", "-m", "openclaw_hooks.hook")
PASS = (sys.executable, "-I", "-c", "pass")
CLI = (sys.executable, "-I", "-c", "from openclaw_hooks.cli.app import main; main()")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.hooks", description=__doc__)
    parser.add_argument("--rivals", default="", metavar="BIN", help="bin folder with lefthook, prek, gitleaks")
    parser.add_argument("--only", default="", help="only the cases whose name holds this text")
    options = parser.parse_args()
    rivals = find_rivals(options.rivals)
    print(
        f"openclaw-hooks {__version__}, Python {platform.python_version()}, {platform.system()}, {os.cpu_count()} cores"
    )
    print(f"{git('.', '--version', home='/')}; beside it: {', '.join(rivals) or 'nothing'}\n")
    with tempfile.TemporaryDirectory(prefix="openclaw-bench-") as folder:
        home = os.path.join(folder, "home")
        os.mkdir(home)
        measure_staged(folder, home, rivals, options.only)
        if not options.only:
            measure_other_hooks(folder, home)
            measure_command_line(folder, home)
            measure_globs()


def measure_staged(folder: str, home: str, rivals: dict[str, tuple[str, ...]], only: str) -> None:
    """Print the table of pre-commit on staged changes."""
    names = [OURS, *rivals]
    head = [f"{name} CPU (wall)" for name in names]
    ratios = [f"openclaw / {name}" for name in rivals]
    print_row(["staged change", "bare python CPU", *head, "openclaw over bare", "budget", *ratios])
    print_row(["---", *["---:"] * (len(names) + 3 + len(ratios))])
    for case in make_cases(folder, home, only):
        env = clean_env(home)
        commands = {BARE: Command(PASS, case.path, env), OURS: Command((*HOOK, "pre-commit"), case.path, env)}
        commands |= {name: Command(argv, case.path, env) for name, argv in rivals.items()}
        costs = measure_all(commands, case.runs)
        budget = f"{case.budget_ms} ms" if case.budget_ms else "-"
        over = costs[OURS].cpu_ms - costs[BARE].cpu_ms
        compared = [f"{costs[OURS].cpu_ms / costs[name].cpu_ms:.2f}" for name in rivals]
        cells = [show_cost(costs[name]) for name in names]
        print_row([case.name, f"{costs[BARE].cpu_ms:.0f} ms", *cells, f"{over:+.0f} ms", budget, *compared])
        shutil.rmtree(case.path)
    print()


def measure_other_hooks(folder: str, home: str) -> None:
    """Print the table of the hooks around pre-commit."""
    env = clean_env(home)
    commands = {BARE: Command(PASS, folder, env), **_message_commands(folder, home)}
    costs = measure_all(commands, 11)
    for count in (1, 100):
        path = make_unchecked_commits(folder, home, count)
        name = f"pre-push of {count} unchecked commit{'s' if count > 1 else ''}"
        costs |= measure_all({name: _push_command(path, home)}, 7 if count == 1 else 3)
    _print_costs("hook", costs)


def _message_commands(folder: str, home: str) -> dict[str, Command]:
    env = clean_env(home)
    path = stage(make_repo(os.path.join(folder, "message"), home), make_files(2, 20, "new", 2), home)
    message = os.path.join(path, ".git", "COMMIT_EDITMSG")
    with open(message, "w", encoding="utf-8") as stream:
        stream.write("feat: add two files\n\nThey are measured.\n")
    run_once(Command((*HOOK, "pre-commit"), path, env))
    run_once(Command((*HOOK, "commit-msg", message), path, env))
    pending = os.path.join(path, ".git", "openclaw-pending.json")
    kept = f"{pending}.kept"
    shutil.copy(pending, kept)
    committed = os.path.join(folder, "committed")
    shutil.copytree(path, committed)
    git(committed, "commit", "--quiet", "--no-verify", "--file", message, home=home)

    def put_back() -> None:
        shutil.copy(kept, os.path.join(committed, ".git", "openclaw-pending.json"))
        git(committed, "update-ref", "-d", NOTES_REF, home=home)

    return {
        "commit-msg": Command((*HOOK, "commit-msg", message), path, env),
        "post-commit, which writes the receipt": Command((*HOOK, "post-commit"), committed, env, prepare=put_back),
    }


def _push_command(path: str, home: str) -> Command:
    new, old = git(path, "rev-parse", "HEAD", "origin/main", home=home).split()
    stdin = f"refs/heads/main {new} refs/heads/main {old}\n".encode()

    def forget() -> None:
        git(path, "update-ref", "-d", NOTES_REF, home=home)
        server = git(path, "config", "remote.origin.url", home=home)
        git(server, "update-ref", "-d", NOTES_REF, home=home)

    return Command((*HOOK, "pre-push", "origin", "server"), path, clean_env(home), stdin, forget)


def measure_command_line(folder: str, home: str) -> None:
    """Print the table of commands for people."""
    env, path = clean_env(home), make_repo(os.path.join(folder, "people"), home)
    matched = next(iter(make_files(20, 800, "base")))
    commands = {
        BARE: Command(PASS, path, env),
        "openclaw --help": Command((*CLI, "--help"), path, env),
        "openclaw rules match FILE": Command((*CLI, "rules", "match", matched), path, env),
    }
    _print_costs("command", measure_all(commands, 9))


def measure_globs() -> None:
    """Print what matching many rules against many paths takes, in this process."""
    shapes = ("**/*.{%s,pyi}", "%s/**/test_*.py", "services/%s/**", "src/**/%s_*.ts", "docs/%s/*.md", "/%s/")
    words = [f"{verb}{number}" for verb in ("load", "save", "find", "list") for number in range(25)]
    rules = [[shapes[at % len(shapes)] % word, f"!**/{word}/generated/**"] for at, word in enumerate(words)]
    paths = list(make_files(10_000, 10_000, "services/load1"))
    start = time.process_time()
    index = GlobIndex(rules)
    for path in paths:
        index.match(path)
    spent = time.process_time() - start
    print(f"{len(rules)} rules x {len(paths):,} paths, compiled and matched: {spent * 1000:.0f} ms of CPU")


def _print_costs(title: str, costs: dict[str, Cost]) -> None:
    print_row([title, "CPU (wall)", "over bare python"])
    print_row(["---", "---:", "---:"])
    for name, cost in costs.items():
        print_row([name, show_cost(cost), f"{cost.cpu_ms - costs[BARE].cpu_ms:+.0f} ms"])
    print()


def show_cost(cost: Cost) -> str:
    """CPU and wall clock in one cell."""
    return f"{cost.cpu_ms:,.0f} ({cost.wall_ms:,.0f}) ms"


def print_row(cells: list[str]) -> None:
    """One row of a markdown table, at once."""
    print(f"| {' | '.join(cells)} |", flush=True)


if __name__ == "__main__":
    main()
