"""What the board costs: `python -m benchmarks.board` prints a markdown table; see README.md beside this file."""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import sys
import tempfile
from typing import TYPE_CHECKING, NamedTuple

from benchmarks.hooks import CLI, PASS, print_row
from benchmarks.measure import Command, Cost, measure_all
from benchmarks.repos import clean_env, git, make_repo
from openclaw_hooks import __version__
from openclaw_hooks.board.actor import find_actor
from openclaw_hooks.board.opening import open_board
from openclaw_hooks.board.store import edit_board, read_board
from openclaw_hooks.tasks.model import Status, TaskHead

if TYPE_CHECKING:
    from collections.abc import Mapping

    from openclaw_hooks.board.place import Board

RUNS = 7
LABELS = ("bug", "docs", "security", "performance")

# The plain way to answer the same question: read every file, parse its frontmatter, print a line.
NAIVE = """
import pathlib, yaml
tasks = [yaml.safe_load(path.read_text().split('---', 2)[1]) for path in pathlib.Path('.openclaw/board/tasks').glob('*.md')]
done = {task['id'] for task in tasks if task['status'] == 'completed'}
for task in sorted(tasks, key=lambda task: -task.get('priority', 0)):
    if task['status'] == 'queued' and not task.get('owner') and set(task.get('depends_on', ())) <= done:
        print(task['id'], task['title'])
"""


class Boards(NamedTuple):
    """The board that is measured, an active task and a plan on it, and a Backlog.md folder of the same size."""

    path: str
    task: str
    plan: str
    backlog: str


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.board", description=__doc__)
    parser.add_argument("--tasks", type=int, default=5000, metavar="N", help="how many tasks the board has")
    parser.add_argument("--backlog", default="", metavar="PROGRAM", help="Backlog.md's `backlog`, to run beside")
    options = parser.parse_args()
    print(
        f"openclaw-hooks {__version__}, Python {platform.python_version()}, {platform.system()}, {os.cpu_count()} cores"
    )
    print(f"{git('.', '--version', home='/')}; {options.tasks:,} tasks\n")
    with tempfile.TemporaryDirectory(prefix="openclaw-bench-") as folder:
        home = os.path.join(folder, "home")
        os.mkdir(home)
        env = clean_env(home)
        os.environ.update(env)
        boards = make_boards(folder, home, options.tasks, bool(options.backlog))
        measure(boards, env, options.backlog)


def make_boards(folder: str, home: str, count: int, with_backlog: bool) -> Boards:
    """A repository whose board has `count` tasks and a running plan, and the same tasks for Backlog.md."""
    path = make_repo(os.path.join(folder, "repo"), home)
    board = open_board(path, create=True)
    heads = fill_board(board, count)
    plan = run_cli(path, "plan", "create", "team-feature", "--context", "benchmark", "--quiet").strip()
    run_cli(path, "plan", "approve", plan)
    backlog = make_backlog(os.path.join(folder, "backlog"), heads) if with_backlog else ""
    return Boards(path, heads[0].id, plan, backlog)


def fill_board(board: Board, count: int) -> list[TaskHead]:
    """The tasks that were put on the board: a tenth over, every third waiting for another one."""
    heads: list[TaskHead] = []
    with edit_board(board, find_actor(board.repo)) as edit:
        for number in range(count):
            head = TaskHead(
                id=edit.new_id("T"),
                title=f"Task number {number}",
                status=Status.COMPLETED if number % 10 == 9 else Status.QUEUED,
                priority=number % 7,
                labels=(LABELS[number % 4],),
                depends_on=(heads[number // 2].id,) if number % 3 == 2 else (),
                scope=(f"src/part{number % 50}/",),
                created="2026-11-22T10:00:00Z",
                created_by="benchmark",
            )
            edit.add_task(head, f"## Description\n\n{'What is wanted, and why. ' * 20}\n")
            heads.append(head)
    read_board(board)
    return heads


def make_backlog(path: str, heads: list[TaskHead]) -> str:
    """The same tasks as Backlog.md keeps them, in a repository of their own."""
    numbers = {head.id: number for number, head in enumerate(heads, 1)}
    folder = os.path.join(path, "backlog", "tasks")
    os.makedirs(folder)
    git(path, "init", "-q", home=path)
    with open(os.path.join(path, "backlog", "config.yml"), "w", encoding="utf-8") as stream:
        stream.write('project_name: "bench"\ndefault_status: "To Do"\nstatuses: ["To Do", "In Progress", "Done"]\n')
        stream.write('remote_operations: false\nauto_commit: true\ntask_prefix: "task"\ncheck_active_branches: false\n')
    for head in heads:
        number = numbers[head.id]
        needed = ", ".join(f"TASK-{numbers[other]}" for other in head.depends_on)
        state = "Done" if head.status is Status.COMPLETED else "To Do"
        text = f"---\nid: TASK-{number}\ntitle: {head.title}\nstatus: {state}\nassignee: []\ncreated_date: '2026-11-22 10:00'\n"
        text += f"labels: [{head.labels[0]}]\ndependencies: [{needed}]\nordinal: {number}000\n---\n\n## Description\n\n"
        text += f"<!-- SECTION:DESCRIPTION:BEGIN -->\n{'What is wanted, and why. ' * 20}\n<!-- SECTION:DESCRIPTION:END -->\n"
        name = f"task-{number} - {head.title.replace(' ', '-')}.md"
        with open(os.path.join(folder, name), "w", encoding="utf-8") as stream:
            stream.write(text)
    git(path, "config", "user.name", "Bench", home=path)
    git(path, "config", "user.email", "bench@example.org", home=path)
    git(path, "add", "-A", home=path)
    git(path, "commit", "-qm", "tasks", home=path)
    return path


def measure(boards: Boards, env: Mapping[str, str], backlog: str) -> None:
    """Print the table: what each command takes beside bare Python, a plain re-parse and Backlog.md."""
    print_row(
        [
            "what",
            "openclaw wall (CPU)",
            "budget",
            "plain re-parse",
            "Backlog.md",
            "openclaw / re-parse",
            "openclaw / Backlog.md",
        ]
    )
    print_row(["---", *["---:"] * 6])
    naive = Command((sys.executable, "-I", "-c", NAIVE), boards.path, env)
    listing = (backlog, "task", "list", "--plain")
    row(boards, env, ("task list", "500 ms", "task", "list"), {"naive": naive, "backlog": rival(boards, env, listing)})
    row(
        boards, env, ("task ready", "500 ms", "task", "ready"), {"naive": naive, "backlog": rival(boards, env, listing)}
    )
    row(boards, env, ("plan show", "500 ms", "plan", "show", boards.plan), {"naive": naive})
    shown = rival(boards, env, (backlog, "task", "1", "--plain"))
    row(boards, env, ("task show", "", "task", "show", boards.task), {"backlog": shown})
    change_status(boards, env, backlog)
    cold(boards, env)
    print()
    plain = measure_all(
        {"python": Command(PASS, boards.path, env), "help": Command((*CLI, "--help"), boards.path, env)}, RUNS
    )
    print(f"Beside it: bare Python {plain['python'].wall_ms:.0f} ms, `openclaw --help` {plain['help'].wall_ms:.0f} ms.")


def rival(boards: Boards, env: Mapping[str, str], argv: tuple[str, ...]) -> Command | None:
    """Backlog.md's command, when it is to run beside."""
    return Command(argv, boards.backlog, env) if boards.backlog else None


def row(boards: Boards, env: Mapping[str, str], case: tuple[str, ...], others: Mapping[str, Command | None]) -> None:
    """Measure one command and print its row; `case` is its name, its budget and its words."""
    name, budget, *words = case
    commands = {"ours": Command((*CLI, *words), boards.path, env)}
    commands |= {key: command for key, command in others.items() if command}
    show(name, budget, measure_all(commands, RUNS))


def show(name: str, budget: str, costs: Mapping[str, Cost]) -> None:
    """Print the row of what was measured."""
    ours, naive, backlog = costs["ours"], costs.get("naive"), costs.get("backlog")
    cells = [name, f"{ours.wall_ms:.0f} ms ({ours.cpu_ms:.0f})", budget or "-"]
    cells += [f"{other.wall_ms:.0f} ms" if other else "-" for other in (naive, backlog)]
    cells += [f"{ours.wall_ms / other.wall_ms:.2f}" if other else "-" for other in (naive, backlog)]
    print_row(cells)


def change_status(boards: Boards, env: Mapping[str, str], backlog: str) -> None:
    """A claim, which is a change of status with its lease and its commit; the release before it is not counted."""

    def give_back() -> None:
        run_cli(boards.path, "task", "release", boards.task, "--reason", "again", may_fail=True)

    def put_back() -> None:
        if boards.backlog:
            run((backlog, "task", "edit", "1", "-s", "To Do", "--plain"), boards.backlog)

    commands = {"ours": Command((*CLI, "task", "claim", boards.task), boards.path, env, prepare=give_back)}
    if boards.backlog:
        argv = (backlog, "task", "edit", "1", "-s", "In Progress", "--plain")
        commands["backlog"] = Command(argv, boards.backlog, env, prepare=put_back)
    show("claim: status, lease and commit", "", measure_all(commands, RUNS))
    started = {
        "ours": Command((*CLI, "task", "start", boards.task), boards.path, env, prepare=lambda: claim_again(boards))
    }
    show("status change with its commit", "120 ms", measure_all(started, RUNS))


def claim_again(boards: Boards) -> None:
    """The task claimed and not started."""
    run_cli(boards.path, "task", "release", boards.task, "--reason", "again", may_fail=True)
    run_cli(boards.path, "task", "claim", boards.task)


def cold(boards: Boards, env: Mapping[str, str]) -> None:
    """The first reading, without the cache that every later one finds."""

    def forget() -> None:
        cache = os.path.join(boards.path, ".git", "openclaw", "board.cache")
        if os.path.exists(cache):
            os.unlink(cache)

    naive = Command((sys.executable, "-I", "-c", NAIVE), boards.path, env)
    ours = Command((*CLI, "task", "list"), boards.path, env, prepare=forget)
    show("task list without the cache", "", measure_all({"ours": ours, "naive": naive}, 3))


def run_cli(path: str, *words: str, may_fail: bool = False) -> str:
    """What `openclaw WORDS` prints in `path`."""
    return run((*CLI, *words), path, may_fail)


def run(argv: tuple[str, ...], path: str, may_fail: bool = False) -> str:
    """What a program prints in `path`; raises RuntimeError when it fails."""
    from openclaw_hooks.process import run_program

    done = run_program(argv, cwd=path)
    if done.code and not may_fail:
        raise RuntimeError((done.stdout + done.stderr).decode("utf-8", "replace"))
    return done.stdout.decode("utf-8")


if __name__ == "__main__":
    if shutil.which("git") is None:
        sys.exit("git is needed")
    main()
