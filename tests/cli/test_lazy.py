"""Start-up and the terminal: what a command imports, what a shell completes, where colours are."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from openclaw_hooks.cli.app import COMMANDS, load_command

if TYPE_CHECKING:
    from tests.cli.conftest import Clerk

SCRIPT = Path(sys.executable).with_name("openclaw")
NOT_FOR_LISTS = {
    "yaml",
    "rich",
    "openclaw_hooks.board.actor",
    "openclaw_hooks.board.leases.claims",
    "openclaw_hooks.cli.plan.app",
    "openclaw_hooks.cli.task.edit",
    "openclaw_hooks.cli.task.moves",
    "openclaw_hooks.cli.task.new",
    "openclaw_hooks.plans.dispatch",
    "openclaw_hooks.plans.service",
    "openclaw_hooks.roles.load",
}


def imported_by(clerk: Clerk, *words: str) -> set[str]:
    """The modules that `openclaw WORDS` imports."""
    code = (
        "import sys; from openclaw_hooks.cli.app import app; sys.argv = ['openclaw', *sys.argv[1:]]\n"
        "app(standalone_mode=False); print(*sys.modules, sep='\\n', file=sys.stderr)"
    )
    command = [sys.executable, "-c", code, *words]
    done = subprocess.run(command, check=True, cwd=clerk.repository.path, capture_output=True, text=True)
    return set(done.stderr.splitlines())


@pytest.mark.parametrize("words", [("task", "list"), ("task", "ready"), ("task", "list", "--status", "queued")])
def test_listing_tasks_imports_no_more_than_it_needs(clerk: Clerk, words: tuple[str, ...]) -> None:
    clerk.add()
    imported_by(clerk, *words)  # fills the cache: then no YAML is read
    found = imported_by(clerk, *words)
    assert "openclaw_hooks.cli.task.list" in found
    assert not found & NOT_FOR_LISTS


def test_the_help_of_a_group_imports_none_of_its_commands(clerk: Clerk) -> None:
    found = imported_by(clerk, "task", "--help") | imported_by(clerk, "plan", "--help")
    assert {name for name in found if name.startswith("openclaw_hooks.cli.task.")} <= {"openclaw_hooks.cli.task.app"}
    assert "openclaw_hooks.tasks.model" not in found


def test_help_lines_are_short_enough_to_be_read_whole() -> None:
    groups = [load_command(name) for name in COMMANDS]
    lines = {name: entry.help for group in groups for name, entry in getattr(group, "table", {}).items()}
    assert {"claim", "approve", "sync"} <= set(lines)
    assert {name: text for name, text in lines.items() if len(text) > 62} == {}
    assert all(text.endswith(".") for text in lines.values())


def complete(clerk: Clerk, line: str) -> list[str]:
    """What bash offers for a line."""
    env = {**os.environ, "_OPENCLAW_COMPLETE": "complete_bash", "COMP_WORDS": line, "COMP_CWORD": str(line.count(" "))}
    done = subprocess.run([SCRIPT], check=False, cwd=clerk.repository.path, env=env, capture_output=True, text=True)
    return done.stdout.split()


def test_the_shell_completes_commands_and_ids(clerk: Clerk) -> None:
    done, made = clerk.add("Done"), clerk.add("Open")
    clerk.say("task", "complete", done)
    plan = clerk.say("plan", "create", "team-bugfix", "-c", "x", "-q").strip()
    assert complete(clerk, "openclaw tas") == ["task"]
    assert complete(clerk, "openclaw task cl") == ["claim"]
    assert complete(clerk, "openclaw task claim T-") == [made]
    assert complete(clerk, f"openclaw task show {done}") == [done]
    assert complete(clerk, "openclaw plan approve P") == [plan]
    assert complete(clerk, "openclaw nothing T-") == []


def on_terminal(clerk: Clerk, *words: str, **env: str) -> str:
    """What a terminal gets of a command."""
    outer, inner = pty.openpty()
    wide = {**os.environ, "TERM": "xterm-256color", "COLUMNS": "120", **env}
    process = subprocess.Popen([SCRIPT, *words], cwd=clerk.repository.path, env=wide, stdout=inner, stderr=inner)
    os.close(inner)
    parts = []
    while True:
        try:
            part = os.read(outer, 65536)
        except OSError:  # Linux says so when the other end is closed
            break
        if not part:
            break
        parts.append(part)
    os.close(outer)
    process.wait()
    return b"".join(parts).decode()


@pytest.mark.parametrize("kind", ["task", "plan"])
def test_colours_are_for_terminals_that_want_them(clerk: Clerk, kind: str) -> None:
    made = clerk.add("[bold]Markup[/bold]", "--role", "qa-engineer")
    clerk.say("task", "claim", made)
    if kind == "plan":
        made = clerk.say("plan", "create", "team-bugfix", "-c", "x", "-q").strip()
        clerk.say("plan", "approve", made)
    for verb in (["list"], ["show", made]):
        coloured = on_terminal(clerk, kind, *verb)
        plain = on_terminal(clerk, kind, *verb, NO_COLOR="1")
        assert "\x1b[36m" in coloured, "claimed and executing are cyan"
        assert "\x1b[3" not in plain
        assert made in coloured
        assert "\x1b" not in clerk.say(kind, *verb)
    if kind == "task":
        assert "[bold]Markup[/bold]" in on_terminal(clerk, "task", "list")


def test_a_narrow_terminal_keeps_ids_whole(clerk: Clerk) -> None:
    made = clerk.add("A title of many words that needs more room than there is in forty columns")
    shown = on_terminal(clerk, "task", "list", COLUMNS="40")
    assert made in shown
    assert "queued" in shown
    assert "OWNER" not in shown, "a column that says nothing takes no room"


def test_a_very_long_list_is_quick_on_a_terminal_too(clerk: Clerk, monkeypatch: pytest.MonkeyPatch) -> None:
    from openclaw_hooks.cli import output

    rows = [(f"T-{number:06d}", "claimed", "x" * 60) for number in range(5_000)]
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    clerk.capture.readouterr()
    began = time.process_time()
    output.print_table(("ID", "STATUS", "TITLE"), rows, {"claimed": "cyan"}, 2)
    assert time.process_time() - began < 0.3  # 0.02 measured, 2 s when each cell was drawn
    lines = clerk.capture.readouterr().out.splitlines()
    assert len(lines) == 5_001
    assert "claimed" in lines[1]
