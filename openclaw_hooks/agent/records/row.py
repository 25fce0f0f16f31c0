"""A row of telemetry: what a run came to, bounded, as one line of JSON on the board."""

from __future__ import annotations

from typing import Final

from msgspec import Struct

from openclaw_hooks.agent.model import Found, Outcome, Provenance, Stat, Terms
from openclaw_hooks.tasks.model import Measure

VERSION: Final = 1
MAX_ROW_BYTES: Final = 32_000


class Figure(Struct, frozen=True, omit_defaults=True):
    """What the metric said of a commit: whether it succeeded (None: unknown), median and noise of a numeric one, each reading."""

    passed: bool | None = None
    value: float | None = None
    noise: float = 0
    readings: tuple[float, ...] = ()
    why: str = ""
    seconds: float = 0


class Trial(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An attempt as the board keeps it.

    `n` counts through all runs of the task on the machine that made them, `snapshot` is the commit below
    `refs/openclaw/attempts/<task>/<n>`, `kept` the one on the task's branch. `found` is how many findings there were,
    `findings` the first of them, `tampered` the first of what was found changed around its worktree. `approach` is the same for attempts that changed the same files, `words` how many
    characters the agent's final words had (None: it was not heard to its end).
    """

    n: int
    verdict: str = ""
    cause: str = ""
    why: str = ""
    began: str = ""
    seconds: float = 0
    turns: int | None = None
    cost_usd: float | None = None
    tokens_in: int | None = None
    tokens_out: int | None = None
    code: int | None = None
    killed: str = ""
    denied: int = 0
    stat: Stat = Stat()
    approach: str = ""
    words: int | None = None
    figure: Figure | None = None
    found: int = 0
    findings: tuple[Found, ...] = ()
    tampered: tuple[str, ...] = ()
    prompt_sha256: str = ""
    base: str = ""
    snapshot: str = ""
    kept: str = ""
    interrupted: int = 0


class Row(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A run as the board keeps it; `run` is its key, and nothing in a row changes after it was written.

    `tried` is how many attempts were made, `trials` those that fit into the row. `findings` counts them by check. `kept`
    is the last commit on `branch`, `merged` whether it is in `target` or at the remote by now (None: nothing was to be
    done), `best` the figure of the last kept attempt. Without `cost_usd` and tokens the agent does not tell them.
    """

    run: str
    task: str
    title: str
    node: str
    agent: str
    provenance: Provenance
    outcome: Outcome
    began: str
    ended: str
    why: str = ""
    role: str = ""
    version: str = ""
    model: str = ""
    base: str = ""
    target: str = ""
    branch: str = ""
    kept: str = ""
    merged: bool | None = None
    merge_why: str = ""
    terms: Terms = Terms()
    tried: int = 0
    minutes: float = 0
    cost_usd: float | None = None
    tokens_in: int | None = None
    tokens_out: int | None = None
    findings: dict[str, int] = {}
    metric: str = ""
    measure: Measure | None = None
    baseline: Figure | None = None
    best: Figure | None = None
    flags: tuple[str, ...] = ()
    trials: tuple[Trial, ...] = ()
    v: int = VERSION
