"""`mesh events`: what happened to tasks, plans and nodes, as the lead told it."""

from __future__ import annotations

import os
import sys
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from openclaw_hooks.checks.report import one_line
from openclaw_hooks.cli.mesh.place import Json  # noqa: TC001  # typer reads it
from openclaw_hooks.cli.output import all_fields, print_json
from openclaw_hooks.errors import RefusedError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from openclaw_hooks.mesh.offers.event_log import Told

LATEST = 50
PIPE_S = 0.5  # between looks at whether somebody still reads


class Kind(StrEnum):
    """What an event is about."""

    TASK = "task"
    PLAN = "plan"
    NODE = "node"


def events(
    follow: Annotated[bool, typer.Option("--follow", "-f", help="Print each new one, until Ctrl-C.")] = False,
    count: Annotated[
        int | None, typer.Option("-n", metavar="N", min=0, max=10_000, help="The latest N; 50, or 0 with --follow.")
    ] = None,
    task: Annotated[str, typer.Option(metavar="ID", help="Only those of this task (or plan).")] = "",
    kind: Annotated[Kind | None, typer.Option(help="Only those about one of these.")] = None,
    as_json: Json = False,
) -> None:
    """Show what happened on the mesh in the last days; with --follow, what happens: nothing is missed in between.

    With --follow --json each line is an event of its own.

    Example: openclaw mesh events --follow --kind task
    """
    import asyncio

    wanted = count if count is not None else 0 if follow else LATEST
    subject = find_subject(kind, task)
    try:
        latest = asyncio.run(print_events(subject, wanted, follow=follow, as_json=as_json))
    except KeyboardInterrupt:
        if follow:  # how following is meant to end
            return
        raise
    except BrokenPipeError:  # the same; nothing more may be written, also not at exit
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return
    if not follow and as_json:
        print_json("mesh-events", {"events": [show_told(told) for told in latest]})


def find_subject(kind: Kind | None, task: str) -> str:
    """The subject of the wanted events; raises OpenclawError for an id that is none."""
    from openclaw_hooks.errors import OpenclawError
    from openclaw_hooks.mesh.offers.event_log import choose_subject
    from openclaw_hooks.mesh.wire.keys import bucket_of

    if task and not bucket_of(task):
        raise OpenclawError(f"{task[:80]!a} is no id of a task or plan", "a whole one, such as T-4kf2mz")
    return choose_subject(kind.value if kind else "", task)


async def print_events(subject: str, count: int, *, follow: bool, as_json: bool) -> list[Told]:
    """Prints the latest events as lines and follows the others; the latest ones, which JSON without --follow prints.

    Raises RefusedError when this node is cut off.
    """
    from openclaw_hooks.cli.mesh.place import open_mesh
    from openclaw_hooks.mesh.access import find_access
    from openclaw_hooks.mesh.connection import open_connection
    from openclaw_hooks.mesh.offers.event_log import follow_events, read_latest

    place, actor = open_mesh()
    connection = await open_connection(find_access(place, actor.name), actor.name, lambda _: None)
    try:
        latest, last = await read_latest(connection, subject, count)
        if follow or not as_json:
            for told in latest:
                print_told(told, as_json=as_json)
        if follow:
            await _follow(follow_events(connection, subject, last), as_json=as_json)
    finally:
        await connection.close()
    return latest


async def _follow(followed: AsyncIterator[Told], *, as_json: bool) -> None:
    """Prints what follows; raises BrokenPipeError when nobody reads it any more, also while nothing happens."""
    import asyncio

    async def print_all() -> None:
        async for told in followed:
            print_told(told, as_json=as_json)
        raise RefusedError("the mesh does not know this node's key any more")

    tasks = [asyncio.ensure_future(work) for work in (print_all(), _wait_for_closed_pipe())]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        done.pop().result()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _wait_for_closed_pipe() -> None:
    import asyncio
    import select

    poll = select.poll()
    poll.register(sys.stdout.fileno(), 0)  # errors are told without being asked for
    while not any(told & select.POLLERR for _, told in poll.poll(0)):
        await asyncio.sleep(PIPE_S)
    raise BrokenPipeError


def print_told(told: Told, *, as_json: bool) -> None:
    """One line, which is there at once."""
    import msgspec

    if as_json:
        line = msgspec.json.encode({"schema": "openclaw/mesh-event/1", "data": show_told(told)}).decode()
    else:
        line = describe_event(told)
    print(line, flush=True)


def show_told(told: Told) -> dict[str, object]:
    """An event as JSON shows it."""
    return {"sequence": told.sequence, **all_fields(told.event)}


def describe_event(told: Told) -> str:
    """An event as a line for people."""
    event = told.event
    change = f"{event.old} -> {event.what}" if event.old else event.what
    parts = [event.at, f"{event.kind} {event.name}", change]
    if event.title:
        parts.append(f'"{event.title}"')
    if event.owner:
        parts.append(f"owner {event.owner}")
    if event.by:
        parts.append(f"by {event.by}")
    if event.reason:
        parts.append(f"({event.reason})")
    return one_line("  ".join(parts))
