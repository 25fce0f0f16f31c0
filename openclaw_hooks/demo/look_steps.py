"""What the demo shows at its end: an agent's run, and as far as the extras are installed the repository searched and its pages built."""

from __future__ import annotations

import os
from importlib.util import find_spec
from typing import TYPE_CHECKING, Final, NamedTuple

from openclaw_hooks.demo.agent_steps import AGENT_NAME
from openclaw_hooks.demo.board_steps import ADA, Step
from openclaw_hooks.demo.board_steps import TASK as TASK_ID

if TYPE_CHECKING:
    from collections.abc import Iterator

SITE: Final = "site"
METRIC: Final = "grep -q 'DAYS = 30' src/expiry.py"
TASK: Final = "Drop unpaid orders after thirty days"


class Missing(NamedTuple):
    """A part of the demo that cannot be shown, and what to install for it."""

    title: str
    hint: str


def find_look_steps(folder: str) -> Iterator[Step | Missing]:
    """The steps, in their order; the pages go below `folder`."""
    wanted = ("task", "new", TASK, "--scope", "src/", "--metric", METRIC)
    yield Step("a task, and how it is known to be done", ADA, wanted, keeps=("task", TASK_ID))
    run = ("agent", "run", "{task}", "--agent", AGENT_NAME, "--plain")
    yield Step("an agent at work on it: a script, no model is asked", ADA, run, shows="kept     attempt 3")
    yield Step(
        "what it tried lies in git, kept or not", ADA, ("agent", "attempts", "{task}", "--table"), shows="(mock)"
    )
    if find_spec("apsw") and find_spec("sqlite_vec"):
        question = "when is an unpaid order dropped"
        yield Step(
            "what is written down, found",
            ADA,
            ("knowledge", "search", question, "--kind", "doc", "-n", "1"),
            shows="docs/decisions.md:",
        )
    else:
        yield Missing("searching what is written down", "pip install 'openclaw-hooks[knowledge]'")
    if find_spec("mkdocs") and find_spec("nh3"):
        out = os.path.join(folder, SITE)
        yield Step("tasks, rules and the rest as pages", ADA, ("site", "build", "--out", out), shows=SITE)
    else:
        yield Missing("tasks, rules and the rest as pages", "pip install 'openclaw-hooks[site]'")
