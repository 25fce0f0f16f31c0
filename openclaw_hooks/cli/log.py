"""`openclaw log`: what the hooks decided, from the audit log."""

from __future__ import annotations

import os
import time
from typing import Annotated

import typer

from openclaw_hooks.audit import ALLOW, read_verdicts
from openclaw_hooks.checkout import find_checkout
from openclaw_hooks.checks.report import one_line
from openclaw_hooks.cli.output import print_json, print_table
from openclaw_hooks.errors import OpenclawError

UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}
STAMP_FORM = "%Y-%m-%dT%H:%M:%S"


def log(
    since: Annotated[
        str, typer.Option(metavar="WHEN", help="A span such as 30m, 2h, 7d, or a date such as 2026-11-22.")
    ] = "",
    deny: Annotated[bool, typer.Option("--deny", help="Only what was not simply allowed.")] = False,
    session: Annotated[str, typer.Option(metavar="ID", help="Only this session; its first characters do.")] = "",
    limit: Annotated[int, typer.Option(metavar="N", min=0, help="At most the last N; 0 for all.")] = 50,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Show the verdicts of the hooks in this repository, the latest last.

    Each line says when, which event and tool, the decision and the rules behind it; never a command or a content.

    Example: openclaw log --deny --since 2h
    """
    checkout = find_checkout(os.getcwd())
    if checkout is None:
        raise OpenclawError("no git repository here", "the log lies in the repository that is guarded")
    earliest = read_since(since, time.time()) if since else ""
    entries = [
        entry
        for entry in read_verdicts(checkout.state_dir)
        if str(entry.get("time", "")) >= earliest
        and (not deny or entry.get("decision") != ALLOW)
        and str(entry.get("session", "")).startswith(session)
    ]
    entries = entries[-limit:] if limit else entries
    if as_json:
        print_json("log", {"verdicts": entries})
    elif entries:
        print_table(("TIME", "SESSION", "EVENT", "TOOL", "DECISION", "MS", "WHERE", "RULES"), [*map(_row, entries)])
    else:
        typer.echo("nothing in the log", err=True)


def _row(entry: dict[str, object]) -> tuple[str, ...]:
    rules = entry.get("rules")
    cells = (
        str(entry.get("time", ""))[:19].replace("T", " "),
        str(entry.get("session", ""))[:8],
        str(entry.get("event", "")),
        str(entry.get("tool", "")),
        str(entry.get("decision", "")),
        str(entry.get("ms", "")),
        str(entry.get("where", "")),
        ", ".join(map(str, rules)) if isinstance(rules, list) else "",
    )
    return tuple(one_line(cell) for cell in cells)


def read_since(text: str, now: float) -> str:
    """The earliest time stamp that `text` asks for: a span back from `now`, or a date; raises OpenclawError."""
    number, unit = text[:-1], text[-1:]
    if unit in UNITS and number.isascii() and number.isdigit():
        return time.strftime(STAMP_FORM, time.gmtime(max(now - int(number) * UNITS[unit], 0)))
    for form in ("%Y-%m-%d", "%Y-%m-%dT%H:%M", STAMP_FORM, f"{STAMP_FORM}Z"):
        try:
            return time.strftime(STAMP_FORM, time.strptime(text, form))
        except ValueError:
            continue
    raise OpenclawError(f"`{text}` is no span and no date", "such as 30m, 2h, 7d, 2026-11-22 or 2026-11-22T09:00 (UTC)")
