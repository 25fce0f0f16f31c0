"""`knowledge index`: the index brought up to date."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from openclaw_hooks.cli.knowledge.place import Json, make_teller, open_knowledge, show_news, tell_problems
from openclaw_hooks.cli.knowledge.setup import make_vector_teller
from openclaw_hooks.cli.output import print_json

if TYPE_CHECKING:
    from openclaw_hooks.knowledge.indexer import Report
    from openclaw_hooks.knowledge.meaning import Made


def index(
    force: Annotated[bool, typer.Option("--force", help="Read and cut every file again, changed or not.")] = False,
    as_json: Json = False,
) -> None:
    """Bring the index up to date: what is new or changed since the last time is read, nothing else.

    Searching does so by itself for the words; here passages also get their vectors, which finding by meaning needs, and
    you see which files are left out. Everything can be found by its words while vectors are made.

    Example: openclaw knowledge index --force
    """
    from openclaw_hooks.knowledge.indexer import update_index
    from openclaw_hooks.knowledge.meaning import update_vectors

    place, settings = open_knowledge()
    report = update_index(place, settings, force=force, tell=make_teller())
    made = update_vectors(place, tell=make_vector_teller())
    if as_json:
        problems = [one._asdict() for one in report.problems]
        print_json("knowledge-index", {**report._asdict(), "problems": problems, "vectors": made._asdict()})
        return
    show_news(report)
    for line in tell_problems(report.problems):
        print(line, file=sys.stderr)
    typer.echo(describe(report))
    typer.echo(describe_vectors(made))


def describe(report: Report) -> str:
    """One line for people."""
    counts = ((report.added, "added"), (report.changed, "changed"), (report.removed, "removed"))
    done = ", ".join(f"{count:,} {what}" for count, what in counts if count) or "nothing new"
    return f"{report.files:,} file{'' if report.files == 1 else 's'}: {done} ({report.seconds:.2f} s)"


def describe_vectors(made: Made) -> str:
    """One line for people."""
    done = f"{made.passages:,} passage{'' if made.passages == 1 else 's'} embedded ({made.seconds:.2f} s)"
    if not made.note:
        return done
    return f"{done}; {made.note}" if made.passages else f"found by keyword; {made.note}"
