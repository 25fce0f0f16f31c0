"""The HTML of a page: navigation, the element that the script fills, and what is there without a script."""

from __future__ import annotations

from datetime import UTC, datetime
from html import escape
from typing import TYPE_CHECKING, NamedTuple

from openclaw_hooks.mission_control.build import SCRIPT, STYLE, asset_version, data_version
from openclaw_hooks.mission_control.bundle import PAGES_FOLDER
from openclaw_hooks.mission_control.fallback.table import heading
from openclaw_hooks.mission_control.pages import find_page, shown_pages
from openclaw_hooks.mission_control.texts import text

if TYPE_CHECKING:
    from openclaw_hooks.mission_control.facts import Facts


class Address(NamedTuple):
    """How a page reaches the others: `root` leads to the folder of Mission Control, `ext` is what follows a page's name.

    `ext` is `/`, `.html` or `/index.html`; `live` is the address of changes as they happen, empty in a site that stays.
    """

    root: str = "../"
    ext: str = "/"
    live: str = ""

    def href(self, page: str) -> str:
        """The address of another page."""
        if page != "overview":
            return f"{self.root}{page}{self.ext}"
        return (self.root or "./") + ("" if self.ext == "/" else "index.html")


def page_html(name: str, facts: Facts, address: Address) -> str:
    """The content of the page `name`; raises KeyError when there is none."""
    page = find_page(name)
    root, assets = escape(address.root), asset_version()
    made = (
        f'<link rel="stylesheet" href="{root}{STYLE}?v={assets}">\n'
        f'<link rel="stylesheet" href="{root}assets/{PAGES_FOLDER}{name}.css?v={assets}">\n'
        f"{_tabs(name, facts, address)}"
        f'<div class="mc" data-mc="{name}" data-mc-root="{root}" data-mc-ext="{escape(address.ext)}"'
        f' data-mc-live="{escape(address.live)}" data-mc-version="{data_version(facts)}">\n'
        f'<div class="mc-fallback">\n{heading(page.title, 1)}{page.make_html(facts)}</div>\n</div>\n'
        f'<script src="{root}{SCRIPT}?v={assets}"></script>\n'
        f'<script src="{root}assets/{PAGES_FOLDER}{name}.js?v={assets}"></script>\n'
    )
    return made.encode("utf-8", "replace").decode()  # a path may hold what is not Unicode, and a page may not


def _tabs(current: str, facts: Facts, address: Address) -> str:
    links = "".join(
        f'<a href="{escape(address.href(page.name))}"{_mark(page.name == current)}>{escape(page.title)}</a>'
        for page in shown_pages(facts)
    )
    sample = facts.place.options.sample
    label = f'<span class="mc-sample">{escape(text("kernel.sample", label=sample))}</span>' if sample else ""
    return f'<nav class="mc-tabs" aria-label="{text("kernel.pages")}">{links}{label}{_freshness(facts)}</nav>\n'


def _mark(is_current: bool) -> str:
    return ' aria-current="page"' if is_current else ""


def _freshness(facts: Facts) -> str:
    moment = datetime.fromtimestamp(facts.place.now, UTC)
    head = f"HEAD <code>{escape(facts.code.head[:7])}</code> · " if facts.code.head else ""
    shown = moment.strftime("%Y-%m-%d %H:%M UTC")
    return f'<span class="mc-fresh">{head}<time datetime="{moment.isoformat()}">{shown}</time></span>'
