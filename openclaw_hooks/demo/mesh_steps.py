"""What the demo of the mesh plays: a lead, two workers and a person at one board, in the order in which it happens."""

from __future__ import annotations

from typing import Final, NamedTuple

from openclaw_hooks.demo.board_steps import TASK, Step

BOSS: Final = "boss"  # leads, and runs the server
W1: Final = "w1"
W2: Final = "w2"
ADA: Final = "ada"  # a person, who approves
WORKERS: Final = (W1, W2)
WINNER: Final = "{winner}"
OTHER: Final = "{other}"

SILENT_MINUTES: Final = 0.1
# How long what comes by itself may take: nothing of it takes a second, but on a machine that does ten other things.
PATIENCE_S: Final = 30.0

PROPOSED: Final = TASK.replace("queued", "proposed")
CLAIMED: Final = r"\(token (\S+)\)"


class Look(NamedTuple):
    """A command that is given again until it shows something: what nobody asked for, but what must come about."""

    title: str
    who: str
    words: tuple[str, ...]
    shows: str


class Race(NamedTuple):
    """One command given at several nodes at the same moment: exactly one succeeds, and keeps what `keeps` finds.

    Who that is, is kept as `winner`, and the other one as `other`; it must be told `refused`.
    """

    title: str
    runners: tuple[str, str]
    words: tuple[str, ...]
    keeps: tuple[str, str]
    refused: str


class Kill(NamedTuple):
    """The sidecar of a node, ended as by a power cut."""

    title: str
    who: str


class Start(NamedTuple):
    """The sidecar of a node, started; with an invitation in `role` when it has none yet."""

    title: str
    who: str
    role: str = ""


class Same(NamedTuple):
    """The files of all boards, which must be the same bytes."""

    title: str


MeshStep = Step | Look | Race | Kill | Start | Same

STATUS: Final = ("mesh", "status")

GATHER: Final[tuple[MeshStep, ...]] = (
    Start("the first node starts a server", BOSS),
    Look("and leads", BOSS, STATUS, "this node, term"),
    Start("a worker joins, with the file that the lead invited it by", W1, "worker"),
    Start("a second one", W2, "worker"),
    Start("and the node of a person, who may approve", ADA, "human"),
    *(Look("connected", who, STATUS, "lead     boss") for who in (W1, W2, ADA)),
)

CLAIM: Final[tuple[MeshStep, ...]] = (
    Step("a worker proposes", W1, ("task", "propose", "Round prices half up", "--scope", "src/**"), keeps=("task", PROPOSED)),
    Step("what it proposed it cannot accept", W1, ("task", "accept", "{task}"), 1, "lead"),
    Look("the lead's board has it", BOSS, ("task", "list"), "{task}  proposed"),
    Step("work of this kind is reviewed", BOSS, ("task", "edit", "{task}", "--mode", "solo_mesh")),
    Step("the lead accepts it", BOSS, ("task", "accept", "{task}"), shows="{task} proposed -> queued"),
    Look("one worker sees it", W1, ("task", "list"), "{task}  queued"),
    Look("the other too", W2, ("task", "list"), "{task}  queued"),
    Race("both claim it at once", WORKERS, ("task", "claim", "{task}"), ("token", CLAIMED), "{task} is claimed by {winner}"),
    Step("who has it begins", WINNER, ("task", "start", "{task}"), shows="{task} claimed -> running"),
)  # fmt: skip

TAKE_OVER: Final[tuple[MeshStep, ...]] = (
    Kill("its sidecar is killed", WINNER),
    Look("the lead hears nothing of it any more, and gives the task free", OTHER, ("task", "show", "{task}"), "{winner} has not been heard for"),
    Step("the other one takes it over", OTHER, ("task", "claim", "{task}"), shows="{task} claimed by {other}"),
    Step("and begins", OTHER, ("task", "start", "{task}"), shows="{task} claimed -> running"),
    Start("the killed one is back", WINNER),
    Look("and connected", WINNER, STATUS, "lead     boss"),
    Look("it hears what happened", WINNER, ("task", "list"), "{task}  running"),
    Step("its old claim completes nothing", WINNER, ("task", "complete", "{task}", "--result", "Too late.", "--token", "{token}"), 1, "{other}"),
)  # fmt: skip

APPROVE: Final[tuple[MeshStep, ...]] = (
    Step("the new owner does", OTHER, ("task", "complete", "{task}", "--result", "0.125 becomes 0.13."), shows="{task} running -> pending_review"),
    Step("a worker cannot approve", OTHER, ("task", "approve", "{task}"), 1, "person"),
    Look("the person sees that it waits", ADA, ("task", "list", "--status", "pending_review"), "{task}"),
    Step("and approves", ADA, ("task", "approve", "{task}"), shows="{task} pending_review -> completed"),
    Step("what happened, as every node can read it", W1, ("mesh", "events", "--task", "{task}"), shows="({winner} has not been heard for"),
    Same("four boards, the same bytes"),
)  # fmt: skip

STEPS: Final = (*GATHER, *CLAIM, *TAKE_OVER, *APPROVE)
