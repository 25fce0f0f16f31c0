"""What the file of a task says, as frozen values that a cache can hold."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Final

from msgspec import Meta, Struct

# T- or P- and six characters of Crockford's base 32 in lower case (https://www.crockford.com/base32.html).
TASK_ID_PATTERN: Final = r"^T-[0-9a-hjkmnp-tv-z]{6}$"
PLAN_ID_PATTERN: Final = r"^P-[0-9a-hjkmnp-tv-z]{6}$"

TASKS_FOLDER: Final = "tasks"
MAX_TITLE: Final = 200  # characters
MAX_TASK_BYTES: Final = 256_000  # what a value of the mesh's bucket may hold, with room for its envelope

TaskId = Annotated[str, Meta(pattern=TASK_ID_PATTERN, description="`T-` and six characters")]
Title = Annotated[str, Meta(min_length=1, max_length=MAX_TITLE, description="one line")]
Minutes = Annotated[int, Meta(ge=1, le=100_000)]


class Status(StrEnum):
    """Where a task stands; `moves.MOVES` says what may follow what."""

    PROPOSED = "proposed"
    QUEUED = "queued"
    CLAIMED = "claimed"
    RUNNING = "running"
    PENDING_REVIEW = "pending_review"
    COMPLETED = "completed"
    FAILED = "failed"
    RELEASED = "released"
    CANCELLED = "cancelled"
    REJECTED = "rejected"


TERMINAL: Final = frozenset({Status.COMPLETED, Status.FAILED, Status.CANCELLED, Status.REJECTED})
CLOSED: Final = frozenset({Status.FAILED, Status.CANCELLED, Status.REJECTED})
ACTIVE: Final = frozenset({Status.CLAIMED, Status.RUNNING})


class Column(StrEnum):
    """The columns of the board, in their order."""

    PROPOSED = "Proposed"
    READY = "Ready"
    BLOCKED = "Blocked"
    IN_PROGRESS = "In progress"
    REVIEW = "Review"
    DONE = "Done"
    CLOSED = "Closed"


class Mode(StrEnum):
    """Who does a task: an agent alone, several together, this machine's person or agent, a named agent, a person, or as routed."""

    SOLO_MESH = "solo_mesh"
    COLLAB_MESH = "collab_mesh"
    LOCAL = "local"
    SOUL = "soul"
    HUMAN = "human"
    AUTO = "auto"


class CollaborationMode(StrEnum):
    """How several nodes share one task."""

    PARALLEL = "parallel"
    SEQUENTIAL = "sequential"
    REVIEW = "review"
    CIRCLING = "circling"


class Convergence(StrEnum):
    """When several nodes have agreed."""

    UNANIMOUS = "unanimous"
    MAJORITY = "majority"
    COORDINATOR = "coordinator"
    METRIC = "metric"


class Collaboration(Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """How many nodes share a task, and how they come to an end."""

    mode: CollaborationMode = CollaborationMode.REVIEW
    min_nodes: Annotated[int, Meta(ge=2, le=100)] = 2
    max_nodes: Annotated[int, Meta(ge=0, le=100, description="0: any number")] = 0
    max_rounds: Annotated[int, Meta(ge=1, le=100)] = 3
    convergence: Convergence = Convergence.UNANIMOUS
    threshold: Annotated[float, Meta(gt=0, le=1, description="share of votes that makes a majority")] = 0.66


class Delegation(Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """Who is to do a task, and how several share it."""

    mode: Mode = Mode.AUTO
    soul: Annotated[str, Meta(description="the named agent of mode `soul`")] = ""
    collaboration: Collaboration | None = None
    reason: Annotated[str, Meta(description="why it was routed so")] = ""


class Approval(Struct, frozen=True, omit_defaults=True):
    """Who approved which content, and when; `signature` is the armoured SSH signature's base64 in one line."""

    by: str
    at: str
    hash: str = ""
    signature: str = ""


class Direction(StrEnum):
    """Which way a metric gets better."""

    HIGHER = "higher"
    LOWER = "lower"


class Measure(Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """What of a metric's output counts, and from where on it counts as better."""

    name: Annotated[str, Meta(pattern=r"^[A-Za-z_][A-Za-z0-9_.-]{0,63}$", description="as in `METRIC name=number`")]
    direction: Annotated[Direction, Meta(description="which way is better")] = Direction.HIGHER
    min_gain: Annotated[float, Meta(ge=0, description="the least gain that counts, in the metric's own unit")] = 0
    target: Annotated[float | None, Meta(description="with it reached, nothing more is tried")] = None
    unit: str = ""


class TaskHead(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The frontmatter of a task file. Keys that are not named here belong to others and are kept."""

    id: TaskId
    title: Title
    status: Status
    owner: str = ""
    reason: Annotated[str, Meta(description="why it failed, was released, rejected or cancelled")] = ""
    priority: Annotated[int, Meta(ge=-1000, le=1000, description="higher comes first")] = 0
    labels: tuple[str, ...] = ()
    depends_on: tuple[TaskId, ...] = ()
    scope: Annotated[tuple[str, ...], Meta(description="globs of the files that may change; none: any")] = ()
    role: str = ""
    delegation: Delegation = Delegation()
    requires_review: Annotated[bool | None, Meta(description="whether a person approves; none: as the gate says")] = (
        None
    )
    metric: Annotated[str, Meta(description="the command whose success says that the work is done")] = ""
    measure: Annotated[
        Measure | None, Meta(description="the number that the metric prints, for work that improves it")
    ] = None
    evaluator: Annotated[
        tuple[str, ...], Meta(description="globs of the files that measure the work; frozen while the metric runs")
    ] = ()
    budget_minutes: Minutes = 30
    success_criteria: tuple[str, ...] = ()
    plan: Annotated[str, Meta(description="id of the plan it belongs to")] = ""
    subtask: Annotated[str, Meta(description="id of the plan's subtask that it is")] = ""
    recovers: Annotated[str, Meta(description="id of the failed task that this one makes good")] = ""
    recovered_by: Annotated[str, Meta(description="id of the task that made this failure good")] = ""
    approval: Approval | None = None
    created: Annotated[str, Meta(description="UTC, such as 2026-11-22T10:00:00Z")] = ""
    created_by: str = ""
    origin: Annotated[str, Meta(description="node or tool it came from")] = ""
    sync: Annotated[str, Meta(description="`<revision>:<hash>` of the mesh that this file was last in step with")] = ""


class Task(TaskHead, frozen=True, kw_only=True, omit_defaults=True):
    """A task as loaded: its frontmatter and the text below."""

    body: str = ""
