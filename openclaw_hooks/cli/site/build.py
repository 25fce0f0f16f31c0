"""`site build`: the site as files."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from openclaw_hooks.checks.report import one_line
from openclaw_hooks.cli.output import print_json
from openclaw_hooks.files import display_path

if TYPE_CHECKING:
    from openclaw_hooks.mkdocs_plugin.building import Built

MOST_SHOWN = 20


def build(
    out: Annotated[
        str,
        typer.Option(
            "--out", "-o", metavar="DIR", help="Where to. Default: as mkdocs.yml says, else build/mission-control."
        ),
    ] = "",
    strict: Annotated[
        bool, typer.Option("--strict", help="Fail when a task, plan, rule or link is broken; nothing is replaced then.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Build Mission Control: by mkdocs.yml when it names the plugin `openclaw`, else alone.

    The folder can be opened from the disk (index.html) or put on any web server. It is replaced as a whole: a build
    that fails leaves the one before.

    Example: openclaw site build --out public --strict
    """
    from openclaw_hooks.mkdocs_plugin.building import Wish, build_site

    built = build_site(Wish(find_top(), os.path.abspath(out) if out else "", strict))
    if as_json:
        print_json("site-build", describe(built))
        return
    show_warnings(built.warnings)
    typer.echo(
        f"built {display_path(relative(built.folder))} in {built.seconds:.1f} s: open {find_entry(built.folder)}"
    )


def describe(built: Built) -> dict[str, object]:
    """The outcome as JSON shows it."""
    return {
        "folder": built.folder,
        "config": built.config,
        "entry": find_entry(built.folder),
        "seconds": round(built.seconds, 3),
        "warnings": list(built.warnings),
    }


def find_top() -> str:
    """The top folder of the repository around us; the current folder where there is none."""
    from openclaw_hooks.checkout import find_checkout

    found = find_checkout(os.getcwd())
    return (found.top if found else "") or os.getcwd()


def show_warnings(warnings: tuple[str, ...]) -> None:
    """What was complained of, on stderr."""
    for line in warnings[:MOST_SHOWN]:
        print(f"openclaw: {one_line(line.removeprefix('openclaw: '))}", file=sys.stderr)
    if len(warnings) > MOST_SHOWN:
        print(f"openclaw: and {len(warnings) - MOST_SHOWN} more", file=sys.stderr)


def find_entry(folder: str) -> str:
    """The page to open first, as a path from here."""
    pages = ("openclaw/index.html", "openclaw/board.html", "openclaw/board/index.html", "index.html")
    page = next((page for page in pages if os.path.isfile(os.path.join(folder, page))), "index.html")
    return display_path(relative(os.path.join(folder, page)))


def relative(path: str) -> str:
    """`path` as it is typed from the current folder."""
    here = os.path.realpath(os.getcwd())
    full = os.path.realpath(path)
    return os.path.relpath(full, here) if full == here or full.startswith(here + os.sep) else full
