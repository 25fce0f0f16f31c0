"""The values of an agent run: its terms, what each step of an attempt found, and how attempt and run ended."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct

from openclaw_hooks.agent_files.model import Provenance as Provenance  # noqa: PLC0414 - a value of runs as well
from openclaw_hooks.files import display_path, escape_character
from openclaw_hooks.settings import Merge
from openclaw_hooks.verdict import Finding, Severity


class Verdict(StrEnum):
    """What became of an attempt."""

    KEEP = "keep"
    DISCARD = "discard"


class Cause(StrEnum):
    """Why an attempt was kept or discarded, in the order in which it is asked."""

    PASSED = "passed"  # checks, and the metric where there is one
    GAIN = "gain"  # a numeric metric got better by more than noise
    OVER_BUDGET = "over budget"
    TAMPERED = "tampered"  # hooks, settings or refs of the repository were changed
    AGENT_FAILED = "agent failed"  # and no metric vouches for what it left
    NO_CHANGE = "no change"
    VIOLATION = "violation"  # of scope, secrets, rules, role, protected files, evaluator
    METRIC_FAILED = "metric failed"
    METRIC_UNKNOWN = "metric unknown"
    NO_GAIN = "no gain"


class Outcome(StrEnum):
    """How a run ended."""

    COMPLETED = "completed"
    REVIEW = "review"  # kept, and a person looks at it
    RELEASED = "released"  # no attempt was kept
    OVER_BUDGET = "over budget"
    STOPPED = "stopped"  # by a person; the task is given back
    LOST = "lost"  # the lease is somebody else's by now


class Terms(Struct, frozen=True, kw_only=True):
    """What a run may take: `minutes` of all its attempts together, their number, US dollars (0: no limit).

    `metric_repeat`: how often a numeric metric is measured each time.
    """

    attempts: int = 3
    minutes: float = 30
    max_cost_usd: float = 0
    metric_repeat: int = 1
    merge: Merge = Merge.NONE


class Report(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How an agent's command ended and what it said of itself; None or empty where it says nothing.

    `code` is None when it was killed, `killed` says why (`budget`, `stopped`, `lost`, `interrupted`). `failure` is what of its output or
    exit code says that it failed. `text` is the end of what it said, `calls` its last tool calls, one a line.
    """

    code: int | None = None
    killed: str = ""
    seconds: float = 0
    failure: str = ""
    model: str = ""
    session: str = ""
    version: str = ""
    turns: int | None = None
    cost_usd: float | None = None
    tokens_in: int | None = None
    tokens_out: int | None = None
    denied: tuple[str, ...] = ()
    text: str = ""
    calls: tuple[str, ...] = ()
    output_bytes: int = 0
    dropped_bytes: int = 0


class Stat(Struct, frozen=True, omit_defaults=True):
    """How much a snapshot changes: files, lines added and removed, and the first paths."""

    files: int = 0
    added: int = 0
    removed: int = 0
    paths: tuple[str, ...] = ()


class Snapshot(Struct, frozen=True, omit_defaults=True):
    """What an attempt left, as a commit whose first parent is `base`.

    `own_head` is the agent's last commit where it made some (then a second parent); what else it committed follows as further
    parents. `is_empty`: the tree is the base's. `found` is what could not be taken as it lay there.
    """

    commit: str
    tree: str
    base: str
    own_head: str = ""
    is_empty: bool = False
    stat: Stat = Stat()
    found: tuple[Found, ...] = ()


class Found(Struct, frozen=True, omit_defaults=True):
    """A finding of a check, as the log keeps it."""

    check: str
    severity: Severity
    path: str
    line: int
    message: str
    hint: str = ""
    rule: str = ""

    @property
    def is_error(self) -> bool:
        """Whether this discards the attempt."""
        return self.severity is Severity.ERROR

    @classmethod
    def of(cls, finding: Finding) -> Found:
        """`finding` for the log: its texts without what could not be written as JSON, or would break a line."""
        return cls(
            check=finding.check,
            severity=finding.severity,
            path=display_path(finding.path),
            line=finding.line,
            message=_one_line(finding.message),
            hint=_one_line(finding.hint),
            rule=finding.rule,
        )


def _one_line(text: str) -> str:
    """`text` with everything that is no character of one line escaped."""
    return text if text.isprintable() else "".join(map(escape_character, text))


class Frozen(Struct, frozen=True, omit_defaults=True):
    """The globs of what measures the work: those that somebody declared, and those that the metric's command lets one infer.

    `inferred` names files of the base; new files that it matches are work. `tools` names the files by which programs decide what
    they run: they count wherever they turn up, as declared ones do.
    """

    declared: tuple[str, ...] = ()
    inferred: tuple[str, ...] = ()
    tools: tuple[str, ...] = ()

    @property
    def globs(self) -> tuple[str, ...]:
        """All of them as one list; what is declared comes last, so that its `!` patterns take back what was inferred."""
        return (*self.inferred, *self.tools, *self.declared)

    @property
    def strict(self) -> tuple[str, ...]:
        """Those that name new files too."""
        return (*self.tools, *self.declared)


class Reading(Struct, frozen=True, omit_defaults=True):
    """One run of the metric: exit code (None: killed), its numbers, the end of its output, and why it counts for nothing."""

    code: int | None
    seconds: float = 0
    values: dict[str, float] = {}
    tail: str = ""
    why: str = ""


class Measured(Struct, frozen=True, omit_defaults=True):
    """What the metric said of a commit: whether it succeeded (None: unknown), and for a numeric one median and noise.

    `noise` is the median absolute deviation of the readings. `why` says what is wrong where `passed` is not True.
    """

    commit: str
    passed: bool | None
    readings: tuple[Reading, ...] = ()
    value: float | None = None
    noise: float = 0
    why: str = ""
    seconds: float = 0


class Judgement(Struct, frozen=True, omit_defaults=True):
    """What became of an attempt, and why, in one line for people."""

    verdict: Verdict
    cause: Cause
    why: str


class Attempt(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An attempt as far as it got; `number` counts through all runs of its task. `kept` is the commit on the task's branch.

    `interrupted` are the refs of what lay there each time that its runner was killed, `lost_s` the seconds of work until then.
    `tampered` is what was found changed around its worktree, after the agent and after the metric.
    """

    number: int
    base: str
    began: str = ""
    worktree: str = ""
    prompt_sha256: str = ""
    report: Report | None = None
    snapshot: Snapshot | None = None
    findings: tuple[Found, ...] = ()
    measured: Measured | None = None
    judgement: Judgement | None = None
    kept: str = ""
    interrupted: tuple[str, ...] = ()
    lost_s: float = 0
    tampered: tuple[str, ...] = ()
