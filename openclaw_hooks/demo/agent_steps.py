"""What the demo of agent runs plays: a task with a number to improve, and a scripted agent that tries six times.

No model is asked: what the agent does is in SCRIPT, word for word, and all that is told of it says `mock`.
"""

from __future__ import annotations

import shutil
import sys
from typing import Final, NamedTuple

from openclaw_hooks.agent.model import Cause, Verdict
from openclaw_hooks.demo.board_steps import ADA, TASK, Step

AGENT_NAME: Final = "scripted"
LEFT_BEHIND: Final = "left-behind.txt"  # the process id of what the last attempt leaves running
ATTEMPTS: Final = 6

# A search whose comparisons are counted: a number that is the same on every machine.
SEARCH: Final = '''\
"""Finds prices."""


def find(prices: list[int], wanted: int) -> int:
    """Where `wanted` lies in the sorted `prices`; -1 where it does not."""
    for place, price in enumerate(prices):
        if price == wanted:
            return place
    return -1
'''
COUNT: Final = '''\
"""Counts the comparisons that finding each of 64 prices takes; fails when one is not found."""

import sys

sys.path.insert(0, "src")
from search import find


class Price(int):
    """A price that counts how often it is compared."""

    compared = 0

    def __eq__(self, other):
        Price.compared += 1
        return int(self) == int(other)

    def __lt__(self, other):
        Price.compared += 1
        return int(self) < int(other)

    __hash__ = int.__hash__


prices = [Price(3 * number) for number in range(64)]
found = [find(prices, 3 * number) for number in range(64)]
assert found == list(range(64)), found
print(f"METRIC comparisons={Price.compared}")
'''
FILES: Final = {"README.md": "# Prices\n", "src/search.py": SEARCH, "bench/count.py": COUNT}

_SLOW: Final = SEARCH.replace("    for place", "    if wanted not in prices:\n        return -1\n    for place")
_FAST: Final = '''\
"""Finds prices."""

from bisect import bisect_left


def find(prices: list[int], wanted: int) -> int:
    """Where `wanted` lies in the sorted `prices`; -1 where it does not."""
    place = bisect_left(prices, wanted)
    return place if place < len(prices) and prices[place] == wanted else -1
'''


class AgentStep(NamedTuple):
    """A command of the story, and how much of its output is shown: so many lines from the one that begins with `begins`."""

    step: Step
    most_lines: int = 12
    begins: str = ""


class Wanted(NamedTuple):
    """What must become of an attempt, and a text that must be told of why."""

    title: str
    verdict: Verdict
    cause: Cause
    shows: str


WANTED: Final = (
    Wanted("says that it is done, and changed nothing", Verdict.DISCARD, Cause.NO_CHANGE, "no file differs"),
    Wanted("a worse result", Verdict.DISCARD, Cause.NO_GAIN, "comparisons"),
    Wanted("an edit outside the task's scope", Verdict.DISCARD, Cause.VIOLATION, "outside the scope"),
    Wanted("an edit of what measures it", Verdict.DISCARD, Cause.VIOLATION, "bench/count.py"),
    Wanted("a secret in the code", Verdict.DISCARD, Cause.VIOLATION, "AWS access key"),
    Wanted("a real gain, and bad manners", Verdict.KEEP, Cause.GAIN, "comparisons"),
)


def make_script(folder: str) -> str:
    """The acts of the scripted agent in each attempt, as YAML; the last leaves a process whose id goes into `folder`."""
    import json
    import os

    def write(path: str, text: str) -> dict[str, object]:
        return {"write": {"path": path, "text": text}}

    attempts: dict[str, list[dict[str, object]]] = {
        "1": [{"say": "All done: find is twice as fast now, and every test passes."}, _cost(0.02)],
        "2": [{"say": "I look first whether it is there at all."}, write("src/search.py", _SLOW), _cost(0.03)],
        "3": [write("src/search.py", _FAST), write("README.md", "# Prices, fast\n"), _cost(0.04)],
        "4": [
            {"say": "The count is what matters, so I set it."},
            write("bench/count.py", 'print("METRIC comparisons=1")\n'),
            _cost(0.02),
        ],
        "5": [write("src/search.py", _FAST), {"plant": {"path": "src/settings.py"}}, _cost(0.04)],
        "6": [
            {"deny": {"tool": "Bash", "command": "pip install numpy"}},
            write("src/search.py", _FAST),
            {"commit": "make it fast, past the hooks"},
            {"hang": {"children": 1, "own_session": True, "leave": True, "pids": os.path.join(folder, LEFT_BEHIND)}},
            _cost(0.05),
            {"exit": 1},
        ],
    }
    return json.dumps({"attempts": attempts}, indent=1)  # JSON is YAML


def _cost(usd: float) -> dict[str, object]:
    return {"figures": {"cost_usd": usd, "turns": 3, "tokens_in": 9000, "tokens_out": 700}}


def short_script() -> str:
    """The acts of the agent in the demo of everything: nothing, a secret, and then what was asked."""
    import json

    path = "src/expiry.py"
    attempts: dict[str, list[dict[str, object]]] = {
        "1": [{"say": "Done: unpaid orders are dropped now."}],
        "2": [{"plant": {"path": path, "text": '"""Drops unpaid orders."""\n\nDAYS = 30\nACCESS_KEY = "{secret}"\n'}}],
        "3": [{"write": {"path": path, "text": '"""Drops unpaid orders."""\n\nDAYS = 30\n'}}],
    }
    return json.dumps({"attempts": attempts}, indent=1)


def agent_steps() -> tuple[AgentStep, ...]:
    """The commands of the story, in the order in which they are given."""
    python = "python3" if shutil.which("python3") else sys.executable
    wanted = (
        "task", "new", "Find prices with fewer comparisons", "--scope", "src/",
        "--metric", f"{python} bench/count.py", "--measure", "comparisons:lower", "--min-gain", "10", "--evaluator", "bench/",
    )  # fmt: skip
    run = ("agent", "run", "{task}", "--agent", AGENT_NAME, "--attempts", str(ATTEMPTS), "--plain")
    tried = ("agent", "attempts", "{task}")
    told = ("prompt", "--task", "{task}", "--attempt", str(ATTEMPTS))
    return (
        AgentStep(
            Step("agent commands: a scripted one is known here", ADA, ("agent", "list", "--fast"), shows=AGENT_NAME)
        ),
        AgentStep(Step("a task with a number to improve, and what measures it", ADA, wanted, keeps=("task", TASK))),
        AgentStep(Step("six attempts", ADA, run, shows="(mock)", keeps=("run", r"(R-\w{6})")), 60),
        AgentStep(Step("what was tried, and why it was not kept", ADA, (*tried, "--table"), shows="(mock)")),
        AgentStep(
            Step("what one changed that was not kept", ADA, (*tried, "--diff", "2"), shows="if wanted not in prices")
        ),
        AgentStep(
            Step("what the sixth was told of the others", ADA, told, shows="### Take a different way"),
            20,
            "### Attempt 5",
        ),
        AgentStep(Step("the kept commit, measured again", ADA, ("agent", "replay", "{run}"), shows="agree")),
        AgentStep(Step("the task is done: its metric says so", ADA, ("task", "show", "{task}"), shows="completed")),
    )
