"""`mesh intents`: the commands that wait until the lead can be asked, and those that it refused."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from openclaw_hooks.checks.report import one_line
from openclaw_hooks.cli.mesh.place import Json  # noqa: TC001 - Typer reads the annotations
from openclaw_hooks.cli.output import print_json, print_table

if TYPE_CHECKING:
    from collections.abc import Iterable

    from openclaw_hooks.mesh.relay.intents import Intent, Intents

COLUMNS = ("INTENT", "STATE", "SINCE", "VERB", "TASK", "WHAT, OR WHY NOT")
COLOURS = {"waits": "yellow", "refused": "red"}


def intents(
    drop: Annotated[str, typer.Option(metavar="ID", help="Drop this one; the first characters do.")] = "",
    as_json: Json = False,
) -> None:
    """Show what waits until the lead can be asked, and what it refused; drop what is not wanted any more.

    Example: openclaw mesh intents --drop 4f0c
    """
    from openclaw_hooks.git import open_repo
    from openclaw_hooks.mesh.place import find_place
    from openclaw_hooks.mesh.relay.intents import drop_intent, list_intents

    place = find_place(open_repo())
    if drop:
        dropped = drop_intent(place, drop)
        if as_json:
            print_json("mesh-intents", {"dropped": describe(dropped)})
            return
        typer.echo(one_line(f"dropped: {dropped.command.verb} {describe(dropped)['what']}"))
        return
    listed = list_intents(place)
    if as_json:
        print_json("mesh-intents", show_values(listed))
        return
    for reason in listed.broken.values():
        typer.echo(one_line(f"openclaw: {reason}"), err=True)
    found = [*listed.waiting.values(), *listed.refused.values()]
    if not found:
        typer.echo("no intents wait", err=True)
        return
    print_table(COLUMNS, list(make_rows(found)), COLOURS)


def make_rows(found: Iterable[Intent]) -> Iterable[tuple[str, ...]]:
    """The lines of the table."""
    for intent in found:
        shown = describe(intent)
        text = shown["reason"] or shown["what"]
        since = shown["refused"] or shown["made"]
        yield shown["intent"], shown["state"], since, shown["verb"], shown["task"], one_line(text)


def show_values(listed: Intents) -> dict[str, object]:
    """The intents as JSON shows them."""
    return {
        "waiting": [describe(intent) for intent in listed.waiting.values()],
        "refused": [describe(intent) for intent in listed.refused.values()],
        "broken": [{"path": path, "reason": reason} for path, reason in listed.broken.items()],
    }


def describe(intent: Intent) -> dict[str, str]:
    """An intent in words: what it is to do, and why it was refused."""
    command, problem = intent.command, intent.problem
    fields = command.args.get("fields", {})
    title = fields.get("title", "") if isinstance(fields, dict) else ""
    what = title or command.args.get("reason", "") or command.args.get("result", "") or command.task
    reason = f"{problem.message} ({problem.hint})" if problem and problem.hint else problem.message if problem else ""
    return {
        "intent": command.id,
        "state": "refused" if problem else "waits",
        "verb": command.verb,
        "task": command.task,
        "made": intent.made,
        "refused": intent.refused,
        "what": str(what),
        "reason": reason,
    }
