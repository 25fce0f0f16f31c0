"""What the demo of the board plays: two people and an agent at one board, in the order in which it happens."""

from __future__ import annotations

from typing import Final, NamedTuple

ADA: Final = "ada"  # keeps the board, in the first clone
BEN: Final = "ben"  # works in a clone of his own
AGENT: Final = "agent"  # a coding agent in Ada's clone

TASK: Final = r"(T-\w{6}) queued:"
RECOVERY: Final = r"(T-\w{6}) queued: .*recovers"
PLAN: Final = r"(P-\w{6})"


class Step(NamedTuple):
    """One command: who gives it, its words, and what must come of it.

    `{name}` in the words and in `shows` stands for what an earlier step kept: `keeps` is a name and the pattern that
    finds its value in the output.
    """

    title: str
    who: str
    words: tuple[str, ...]
    code: int = 0
    shows: str = ""
    keeps: tuple[str, str] | None = None


TASKS: Final = (
    Step("a task, with the files that may change", ADA, ("task", "new", "Read the price list", "--scope", "src/"), keeps=("first", TASK)),
    Step("a second one that needs the first", ADA, ("task", "new", "Print prices as a table", "--depends-on", "{first}"), keeps=("second", TASK)),
    Step("what waits cannot be claimed", ADA, ("task", "claim", "{second}"), 1, "{second} is blocked: waits for {first}"),
    Step("Ada claims the first", ADA, ("task", "claim", "{first}"), shows="{first} claimed by ada"),
    Step("the board is shared by git alone", ADA, ("board", "sync"), shows="pushed to origin"),
    Step("Ben fetches it", BEN, ("board", "sync"), shows="origin"),
    Step("Ben's clone has it", BEN, ("task", "list"), shows="{first}  claimed"),
    Step("one claim, one holder", BEN, ("task", "claim", "{first}"), 1, "{first} is claimed by ada"),
    Step("done", ADA, ("task", "complete", "{first}", "--result", "Reads CSV and JSON."), shows="{first} claimed -> completed"),
    Step("and shared", ADA, ("board", "sync"), shows="pushed to origin"),
    Step("now the second is ready for Ben", BEN, ("board", "sync"), shows="origin"),
    Step("who takes it", BEN, ("task", "claim", "{second}"), shows="{second} claimed by ben"),
)  # fmt: skip

MERGE: Final = (
    Step("both edit the same task, each in their clone", ADA, ("task", "edit", "{second}", "--priority", "5")),
    Step("another field of it", BEN, ("task", "edit", "{second}", "--add-label", "output")),
    Step("Ben shares first", BEN, ("board", "sync"), shows="pushed to origin"),
    Step("then Ada: merged field by field", ADA, ("board", "sync"), shows="pushed to origin"),
    Step("nothing of either is lost", ADA, ("task", "show", "{second}"), shows="output"),
    Step("Ben takes what Ada made of it", BEN, ("board", "sync"), shows="origin"),
    Step("and finishes", BEN, ("task", "complete", "{second}"), shows="{second} claimed -> completed"),
)

PLANS: Final = (
    Step("a plan from a template", ADA, (
        "plan", "create", "team-bugfix", "--context", "Prices are a cent off", "--set", "reproduce.metric=true",
        "--set", "fix.metric=true", "--set", "regression-test.metric=true",
    ), keeps=("plan", PLAN)),
    Step("an agent cannot approve it", AGENT, ("plan", "approve", "{plan}"), 1, "approving is for a person"),
    Step("a person can: the first wave becomes tasks", ADA, ("plan", "approve", "{plan}"), shows="approved -> executing", keeps=("reproduce", TASK)),
    Step("the agent takes the first subtask", AGENT, ("task", "claim", "{reproduce}"), shows="claimed by ada"),
    Step("and fails: its role hands it on", AGENT, ("task", "fail", "{reproduce}", "--reason", "no test shows it"), shows="recovers {reproduce}", keeps=("recovery", RECOVERY)),
    Step("a person shows the bug", ADA, ("task", "complete", "{recovery}", "--result", "Seen with 0.29 times 3."), shows="pending_review"),
    Step("work of that kind is reviewed, and not by the agent", AGENT, ("task", "approve", "{recovery}"), 1, "for a person"),
    Step("approved: what had failed is recovered, the next wave begins", ADA, ("task", "approve", "{recovery}"), shows="recovered by {recovery}", keeps=("diagnose", TASK)),
    Step("the cause is found", ADA, ("task", "complete", "{diagnose}", "--result", "Rounding before the sum."), keeps=("fix", TASK)),
    Step("the agent mends it", AGENT, ("task", "claim", "{fix}")),
    Step("its metric is the review", AGENT, ("task", "complete", "{fix}", "--run-metric"), shows="claimed -> completed", keeps=("guard", TASK)),
    Step("the last subtask", AGENT, ("task", "claim", "{guard}")),
    Step("and the plan is done", AGENT, ("task", "complete", "{guard}", "--run-metric"), shows="executing -> completed"),
    Step("all of it as files in git", ADA, ("board", "log", "--limit", "3"), shows="{plan}"),
)  # fmt: skip

STEPS: Final = (*TASKS, *MERGE, *PLANS)
