"""`site export`: the pages for a site generator that cannot run our plugin."""

from __future__ import annotations

import os
import shutil
import time
from typing import Annotated

import typer

from openclaw_hooks.cli.output import print_json
from openclaw_hooks.cli.site.build import find_top, relative, show_warnings
from openclaw_hooks.files import display_path

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
    from openclaw_hooks.mkdocs_plugin.swapping import BrokenSiteError, put_in_place, require_free, sibling_of

    require_packages("markdown_it", "nh3")
    top = find_top()
    target = os.path.join(os.path.abspath(folder), NAME)
    require_free(target, top)
    facts = read_facts(top, time.time())
    broken = tuple(describe_broken(item) for item in find_broken(facts))
    if strict and broken:
        raise BrokenSiteError(f"nothing was exported: {len(broken)} broken", "\n".join(broken))
    os.makedirs(os.path.dirname(target), exist_ok=True)
    building = sibling_of(target, "new")
    try:
        files = export_files(facts, is_flat=flat, keeps_links=keep_links)
        for path, content in files.items():
            full = os.path.join(building, path)
            os.makedirs(os.path.dirname(full), exist_ok=True)
            with open(full, "wb") as stream:
                stream.write(content)
        put_in_place(building, target)
    finally:
        shutil.rmtree(building, ignore_errors=True)
    if as_json:
        print_json("site-export", {"folder": target, "files": len(files), "warnings": list(broken)})
        return
    show_warnings(broken)
    typer.echo(f"{len(files)} files in {display_path(relative(target))}")
