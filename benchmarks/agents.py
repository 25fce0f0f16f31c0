"""What a tool call of an agent costs: `python -m benchmarks.agents` prints a markdown table; see README.md beside this file."""

from __future__ import annotations

import argparse
import json
import os
import statistics
import tempfile
from typing import NamedTuple

from benchmarks.hooks import HOOK, PASS, print_row
from benchmarks.measure import Command, Cost, run_once
from benchmarks.repos import clean_env, make_repo
from benchmarks.sources import make_files

RULES = 50
SHIPPED = 13  # rules that are in force without any of the project's own
CODE = "".join(f"def add_{number}(value):\n    return value + {number}\n\n\n" for number in range(40))


class Act(NamedTuple):
    """One call: the event, its fields, and the budget in CPU milliseconds over bare Python."""

    name: str
    event: str
    fields: dict[str, object]
    budget_ms: int = 0


def make_acts(path: str) -> list[Act]:
    """The calls that are measured, in a repository at `path`."""
    existing = next(iter(make_files(20, 800, "base")))
    target = os.path.join(path, existing)
    with open(target, encoding="utf-8") as stream:
        line = stream.readline().rstrip("\n")
    bash = {
        "command without git": ("ls -la src && cargo test 2>&1 | tail -20", 15),
        "command read in full": ("git add -A && git commit -m 'feat: add a thing' && git push origin HEAD", 30),
        "long command read in full": (f"cat <<'EOF' > notes.md\n{CODE}EOF\ngit commit -am 'docs: notes'", 30),
    }
    tool = "PreToolUse"
    return [
        *(Act(name, tool, {"tool_name": "Bash", "tool_input": {"command": text}}, ms) for name, (text, ms) in bash.items()),
        Act("Read", tool, {"tool_name": "Read", "tool_input": {"file_path": target}}, 15),
        Act(f"Write, {RULES} rules", tool, {
            "tool_name": "Write", "tool_input": {"file_path": os.path.join(path, "src", "new.py"), "content": CODE},
        }, 60),
        Act(f"Edit, {RULES} rules", tool, {
            "tool_name": "Edit", "tool_input": {"file_path": target, "old_string": line, "new_string": f"{line}  # looked at"},
        }, 60),
        Act("after a write", "PostToolUse", {"tool_name": "Write", "tool_input": {"file_path": target}}),
        Act("session start", "SessionStart", {"source": "startup"}),
        Act("prompt", "UserPromptSubmit", {"prompt": "go on"}),
        Act("stop", "Stop", {"stop_hook_active": False}),
    ]  # fmt: skip


def make_rules(count: int) -> dict[str, str]:
    """Files of `count` project rules, each with a check of its own."""
    return {
        f".openclaw/rules/rule-{number}.md": (
            f"---\nid: rule-{number}\nversion: 1.0.0\ntier: project\npaths: ['src/**', 'lib{number}/**/*.py']\nchecks:\n"
            f"  - {{type: forbid, id: no-call, pattern: 'forbidden_{number}\\(', message: not here}}\n---\n"
            f"# Rule {number}\n\n- Do without it.\n"
        )
        for number in range(count)
    }


def measure_acts(runs: int) -> None:
    """Print the table: medians and 95th percentiles over interleaved runs."""
    print_row(["tool call or event", "CPU p50", "CPU p95", "wall p50", "wall p95", "p50 over bare python", "budget"])
    print_row(["---", *["---:"] * 6])
    with tempfile.TemporaryDirectory(prefix="openclaw-bench-") as folder:
        home = os.path.join(folder, "home")
        os.mkdir(home)
        env = {**clean_env(home), "CLAUDECODE": "1"}
        path = make_repo(os.path.join(folder, "repo"), home, make_rules(RULES - SHIPPED))
        acts = make_acts(path)
        commands = {"bare python": Command(PASS, path, env)}
        for act in acts:
            payload = {"session_id": "bench", "cwd": path, "hook_event_name": act.event, **act.fields}
            commands[act.name] = Command((*HOOK, "claude", act.event), path, env, json.dumps(payload).encode())
        for command in commands.values():
            run_once(command)
        costs: dict[str, list[Cost]] = {name: [] for name in commands}
        for _ in range(runs):
            for name, command in commands.items():
                costs[name].append(run_once(command))
    budgets = {act.name: f"{act.budget_ms} ms" for act in acts if act.budget_ms}
    bare = statistics.median(cost.cpu_ms for cost in costs["bare python"])
    for name, samples in costs.items():
        cpu, wall = [cost.cpu_ms for cost in samples], [cost.wall_ms for cost in samples]
        cells = [f"{number:.1f} ms" for number in (*_middle_and_tail(cpu), *_middle_and_tail(wall))]
        print_row([name, *cells, f"{statistics.median(cpu) - bare:+.1f} ms", budgets.get(name, "-")])


def _middle_and_tail(samples: list[float]) -> tuple[float, float]:
    ordered = sorted(samples)
    return statistics.median(ordered), ordered[min(len(ordered) - 1, round(len(ordered) * 0.95))]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.agents", description=__doc__)
    parser.add_argument("--runs", type=int, default=40, help="of each call")
    measure_acts(parser.parse_args().runs)


if __name__ == "__main__":
    main()
