"""What a run of an agent tells the board when it ends, and how that gets into the task's text."""

from __future__ import annotations

from typing import Final, NamedTuple

from openclaw_hooks.tasks.attempts import join_attempts, list_runs
from openclaw_hooks.tasks.sections import ATTEMPTS, RESULT, get_section, set_section


class Account(NamedTuple):
    """What a run tells: the text for the section Attempts, and why a person has to look at the work.

    An empty `review` leaves that to the gate.
    """

    attempts: str = ""
    review: str = ""


NOTHING: Final = Account()


def tell_body(body: str, result: str, account: Account) -> str:
    """A task's text with what was done and what was tried in its sections."""
    if account.attempts.strip():
        body = set_section(body, ATTEMPTS, join_attempts(get_section(body, ATTEMPTS) or "", account.attempts))
    return set_section(body, RESULT, result) if result.strip() else body


def inherit_attempts(body: str, failed: str) -> str:
    """The text of a task that makes another good, with what was tried for that one, whose text is `failed`.

    Only what runs told, and no more of it than one task may have: however many failures stand behind each other.
    """
    told = list_runs(get_section(failed, ATTEMPTS) or "")
    return set_section(body, ATTEMPTS, told) if told else body
