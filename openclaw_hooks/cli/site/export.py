"""`site export`: the pages for a site generator that cannot run our plugin."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING, Annotated

import typer

from openclaw_hooks.cli.output import print_json
from openclaw_hooks.cli.site.build import find_top, relative, show_warnings
from openclaw_hooks.files import display_path

if TYPE_CHECKING:
    from collections.abc import Collection

NAME = "openclaw"


def export(
    folder: Annotated[
        str, typer.Argument(metavar="DIR", help="The folder of the site's documents.", show_default=False)
    ],
    flat: Annotated[
        bool,
        typer.Option("--flat", help="For sites whose pages are board.html and not board/ (use_directory_urls: false)."),
    ] = False,
    keep_links: Annotated[
        bool, typer.Option("--keep-links", help="For generators that leave links in HTML alone, as hugo and jekyll do.")
    ] = False,
    strict: Annotated[bool, typer.Option("--strict", help="Fail when a task, plan or rule is broken.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Write Mission Control into DIR/openclaw, as documents that hold nothing but HTML, with data and assets beside them.

    For generators that run no mkdocs plugins, zensical among them. What was exported there before is replaced.

    Example: openclaw site export docs && zensical build
    """
    from openclaw_hooks.mission_control.export import export_files
    from openclaw_hooks.mission_control.facts import read_facts
    from openclaw_hooks.mission_control.trouble import describe_broken, find_broken
    from openclaw_hooks.mkdocs_plugin.building import require_packages
    from openclaw_hooks.mkdocs_plugin.swapping import (
        EXPORT_MARK,
        BrokenSiteError,
        replacing,
        require_apart,
        require_free,
    )

    require_packages("markdown_it", "nh3")
    top = find_top()
    target = os.path.join(os.path.abspath(folder), NAME)
    require_apart(target, top)
    require_free(target, EXPORT_MARK)
    facts = read_facts(top, time.time())
    broken = tuple(describe_broken(item) for item in find_broken(facts))
    if strict and broken:
        raise BrokenSiteError(f"nothing was exported: {len(broken)} broken", "\n".join(broken))
    files = export_files(facts, is_flat=flat, keeps_links=keep_links)
    _require_no_others(target, files)
    with replacing(target) as building:
        for path, content in files.items():
            full = os.path.join(building, path)
            os.makedirs(os.path.dirname(full), exist_ok=True)
            with open(full, "wb") as stream:
                stream.write(content)
    if as_json:
        print_json("site-export", {"folder": target, "files": len(files), "warnings": list(broken)})
        return
    show_warnings(broken)
    typer.echo(f"{len(files)} files in {display_path(relative(target))}")


def _require_no_others(target: str, files: Collection[str]) -> None:
    """Raises SiteError when somebody put a document of their own beside those that were exported before."""
    from openclaw_hooks.mission_control.pages import PAGES
    from openclaw_hooks.mkdocs_plugin.swapping import SiteError

    ours = {path.split("/")[0] for path in files} | {f"{page.name}.md" for page in PAGES}
    names = os.listdir(target) if os.path.isdir(target) else []
    others = sorted(name for name in names if name not in ours and not name.startswith("."))
    if others:
        shown = display_path(relative(os.path.join(target, others[0])))
        raise SiteError(f"{shown} is not of an export and would be lost", "move it out of that folder")
