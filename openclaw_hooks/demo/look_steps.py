"""What the demo shows at its end, as far as the extras are installed: the repository searched, and its pages built."""

from __future__ import annotations

import os
from importlib.util import find_spec
from typing import TYPE_CHECKING, Final, NamedTuple

from openclaw_hooks.demo.board_steps import ADA, Step

if TYPE_CHECKING:
    from collections.abc import Iterator

SITE: Final = "site"
TASK: Final = "Drop unpaid orders after thirty days"


class Missing(NamedTuple):
    """A part of the demo that cannot be shown, and what to install for it."""

    title: str
    hint: str


def find_look_steps(folder: str) -> Iterator[Step | Missing]:
    """The steps, in their order; the pages go below `folder`."""
    yield Step("a task for the pages to show", ADA, ("task", "new", TASK, "--scope", "src/"), shows="queued:")
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
