"""What the board says to an agent: the task that it works on, and those that it could take."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from openclaw_hooks.board.leases.held import Held, current_claims, stamp
from openclaw_hooks.checks.report import one_line
from openclaw_hooks.errors import OpenclawError

if TYPE_CHECKING:
    from openclaw_hooks.checkout import Checkout
    from openclaw_hooks.checks.policy import Policy
    from openclaw_hooks.tasks.model import Task

SHOWN_READY = 5
MAX_TITLE = 100  # characters; a title may have twice as many
MAX_METRIC = 200


def describe_claims(checkout: Checkout, tasks: dict[str, Task] | None = None) -> str:
    """What this working tree is claimed for, without the tokens; with `tasks` also how each stands on the board."""
    lines = []
    for held in current_claims(checkout):
        task = tasks.get(held.task) if tasks else None
        status = f" ({task.status})" if task else ""
        lines.append(f"Claimed here: {held.task}{status} {_shorten(held.title, MAX_TITLE)}. {_describe_lease(held)}")
        if held.metric:
            lines.append(f"It is done when this succeeds: {_shorten(held.metric, MAX_METRIC)}")
    return "\n".join(lines)


def _describe_lease(held: Held) -> str:
    if held.expires >= stamp(time.time()):
        return f"The claim holds until {held.expires}; commits renew it."
    return f"The claim ended at {held.expires}: renew it (`openclaw task heartbeat {held.task}`) before somebody takes it over."


def describe_ready(tasks: dict[str, Task]) -> str:
    """The most urgent tasks that could be claimed now, and how many there are; empty without any."""
    from openclaw_hooks.tasks.graph import judge_task

    ready = [task for task in tasks.values() if judge_task(task, tasks).ready]
    if not ready:
        return ""
    ready.sort(key=lambda task: (-task.priority, task.created, task.id))
    lines = [f"Tasks that are ready ({len(ready)}), claimed by `openclaw task claim ID`:"]
    for task in ready[:SHOWN_READY]:
        urgency = f" (priority {task.priority})" if task.priority else ""
        lines.append(f"- {task.id} {_shorten(task.title, MAX_TITLE)}{urgency}")
    if len(ready) > SHOWN_READY:
        lines.append("- more: `openclaw task ready`")
    return "\n".join(lines)


def describe_board(checkout: Checkout) -> str:
    """The current claims and the ready tasks; what cannot be read is told in one line."""
    tasks: dict[str, Task] | None = None
    problem = ""
    try:
        tasks = read_tasks(checkout)
    except (OpenclawError, OSError, ValueError, LookupError) as error:
        reason = error.message if isinstance(error, OpenclawError) else type(error).__name__
        problem = f"The board of tasks could not be read: {one_line(reason)[:200]}"
    parts = [describe_claims(checkout, tasks), describe_ready(tasks) if tasks else "", problem]
    return "\n".join(part for part in parts if part)


def read_tasks(checkout: Checkout) -> dict[str, Task] | None:
    """The tasks of the board, None where there is none; a board is not attached for this."""
    from openclaw_hooks.board.place import Board, find_board_folder

    top = find_board_folder(checkout)
    if not top:
        return None
    from openclaw_hooks import git
    from openclaw_hooks.board.store import read_board

    return read_board(Board(git.open_repo(checkout.top), top)).tasks


def describe_knowledge(checkout: Checkout, policy: Policy) -> str:
    """What the repository's own texts have for the tasks claimed here; empty unless config.yaml gives it a budget.

    Of several tasks each has its share of the budget. What cannot be read is told in one line.
    """
    claims = current_claims(checkout) if policy.settings.knowledge.prompt_chars else ()
    if not claims:
        return ""
    from openclaw_hooks.knowledge.excerpts import quote_for_task

    share = policy.settings.knowledge.prompt_chars // len(claims)
    try:
        asked = [f"{held.title}\n{_read_body(checkout, held.task)}" for held in claims]
        quoted = [quote_for_task(policy.root, question, share).text for question in asked]
    except (OpenclawError, OSError, ValueError, LookupError) as error:
        reason = error.message if isinstance(error, OpenclawError) else type(error).__name__
        return f"What is known here could not be searched: {one_line(reason)[:200]}"
    return "".join(dict.fromkeys(quoted)).rstrip("\n")


def _read_body(checkout: Checkout, task: str) -> str:
    from openclaw_hooks import git
    from openclaw_hooks.board.place import Board, find_board_folder
    from openclaw_hooks.board.store import read_task

    top = find_board_folder(checkout)
    return read_task(Board(git.open_repo(checkout.top), top), task)[0].body if top else ""


def claim_ids(checkout: Checkout) -> tuple[str, ...]:
    """The ids of the tasks that this working tree is claimed for."""
    return tuple(held.task for held in current_claims(checkout))


def _shorten(text: str, longest: int) -> str:
    line = one_line(text)
    return line if len(line) <= longest else f"{line[: longest - 3]}..."
