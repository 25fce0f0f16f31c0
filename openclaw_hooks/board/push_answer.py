"""What git says of a push or fetch that did not come about."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from openclaw_hooks.process import Completed

# Refusals that only mean that somebody else was faster.
LOST_RACE: Final = (
    "stale info",
    "already exists",
    "fetch first",
    "non-fast-forward",
    "cannot lock ref",
    "failed to update ref",
)


def read_refusal(done: Completed) -> str:
    """Why the remote did not take a ref, from what `git push --porcelain` prints; empty when it did not answer."""
    output = done.stdout.decode("utf-8", "replace")
    answer = next((line for line in output.splitlines() if line.startswith("!\t")), "")
    return answer.rpartition("\t")[2]


def is_lost_race(refusal: str) -> bool:
    """Whether a refusal only means that somebody else was faster."""
    return any(sign in refusal for sign in LOST_RACE)


def read_complaint(done: Completed) -> str:
    """The first complaint on git's stderr, without its prefix; else its first line, else the exit code."""
    lines = [line.strip() for line in done.stderr.decode("utf-8", "replace").splitlines() if line.strip()]
    told = [line.split(": ", 1)[1] for line in lines if line.startswith(("fatal: ", "error: "))]
    return (told or lines or [f"git ended with exit code {done.code}"])[0]
