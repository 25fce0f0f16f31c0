"""The built site: every link leads somewhere, nothing is fetched from elsewhere, every command is there."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from openclaw_hooks.cli.app import COMMANDS, load_command
from openclaw_hooks.plans.templates import load_templates
from openclaw_hooks.schemas import FORMATS, encode_schema
from openclaw_hooks.settings import Settings
from openclaw_hooks.tasks.moves import MOVES, Right
from tools.docs.moves_table import COLUMNS, MARK, render_moves

ROOT = Path(__file__).parents[2]
LOADING = {
    "script": "src",
    "link": "href",
    "img": "src",
    "iframe": "src",
    "source": "src",
    "video": "src",
    "object": "data",
}
NOT_LOADED = {"canonical", "next", "prev"}  # kinds of <link> that a browser only reads


class Page(HTMLParser):
    """What a page links to, what it loads, and its anchors."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.loaded: list[str] = []
        self.anchors: set[str] = set()
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        self.anchors |= {values[name] for name in ("id", "name") if name in values}
        if tag == "a" and "href" in values:
            self.links.append(values["href"])
        if (wanted := LOADING.get(tag)) and wanted in values and values.get("rel") not in NOT_LOADED:
            self.loaded.append(values[wanted])

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.fixture(scope="session")
def site(built_site: Path) -> dict[Path, Page]:
    return {path: Page(path.read_text(encoding="utf-8")) for path in built_site.rglob("*.html")}


def page(site: dict[Path, Page], name: str) -> Page:
    [found] = [page for path, page in site.items() if path.as_posix().endswith(f"/{name}/index.html")]
    return found


def test_every_internal_link_and_anchor_leads_somewhere(site: dict[Path, Page]) -> None:
    broken = []
    for path, page in site.items():
        if path.name == "404.html":  # its links begin at the root of the server
            continue
        for link in page.links:
            parts = urlsplit(link)
            if parts.scheme or parts.netloc:
                continue
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            target = target / "index.html" if target.is_dir() else target
            if not target.is_file() or (
                parts.fragment and target.suffix == ".html" and not _has(site, target, parts.fragment)
            ):
                broken.append(f"{path.parent.name}: {link}")
    assert broken == []
    assert sum(len(page.links) for page in site.values()) > 100


def _has(site: dict[Path, Page], target: Path, anchor: str) -> bool:
    return unquote(anchor) in site[target].anchors or anchor == "__skip"


def test_no_page_loads_anything_from_another_host(site: dict[Path, Page], built_site: Path) -> None:
    foreign = [f"{path.name}: {name}" for path, page in site.items() for name in page.loaded if urlsplit(name).netloc]
    assert foreign == []
    for sheet in built_site.rglob("*.css"):
        assert not re.search(r"@import|url\(\s*['\"]?(?:https?:)?//", sheet.read_text(encoding="utf-8")), sheet.name


def test_every_command_and_option_is_in_the_reference(site: dict[Path, Page]) -> None:
    text = page(site, "reference/cli").text
    missing = []
    for name in COMMANDS:
        command = load_command(name)
        every = {name: command, **{f"{name} {sub}": below for sub, below in getattr(command, "commands", {}).items()}}
        for words, found in every.items():
            section = text.partition(f"openclaw {words}¶")[2].partition("¶")[0]
            options = [name for param in found.params if param.param_type_name == "option" for name in param.opts]
            missing += [
                f"openclaw {words} {option}".strip()
                for option in ["", *options]
                if not section or option not in section
            ]
    assert missing == []


def test_a_bar_in_code_ends_no_cell_and_shows_no_backslash(site: dict[Path, Page]) -> None:
    assert "--mode solo_mesh|collab_mesh|local|soul|human|auto" in page(site, "reference/cli").text
    assert "{{vars.test | shell}}" in page(site, "reference/shipped").text
    for found in site.values():
        assert "\\|" not in found.text


def test_every_setting_is_in_the_configuration_reference(site: dict[Path, Page]) -> None:
    found = page(site, "reference/configuration")
    for section in Settings.__struct_fields__:
        for key in getattr(getattr(Settings(), section), "__struct_fields__", (section,)):
            assert key in found.text, f"{section}.{key}"


def test_every_move_of_a_task_is_in_the_table_for_those_who_may_make_it_and_nobody_else(site: dict[Path, Page]) -> None:
    lines = [line.split("|")[1:-1] for line in render_moves().splitlines() if line.startswith("| `")]
    rows = {name.strip("` "): cells for name, *cells in lines}
    for (old, new), rights in MOVES.items():
        for cell, right in zip(rows[old], COLUMNS, strict=True):
            is_told = right in rights and (right is Right.ANY or Right.ANY not in rights)
            assert (new in cell.strip().split(", ")) == is_told, (old, new, right)
    shown = page(site, "tasks").text
    assert MARK not in shown
    assert all(re.search(rf"^{old}$", shown, re.MULTILINE) for old in rows)


def test_every_shipped_plan_template_is_listed_with_its_subtasks(site: dict[Path, Page]) -> None:
    text = page(site, "reference/shipped").text
    for template in load_templates(None):
        section = text.partition(f"{template.id}¶")[2].partition("¶")[0]
        for phase in template.phases:
            for subtask in phase.subtasks:
                assert f"{subtask.id}: " in section, (template.id, subtask.id)


def test_the_schemas_are_published(built_site: Path) -> None:
    for name in FORMATS:
        assert (built_site / "schemas" / f"{name}.json").read_bytes() == encode_schema(name)


def test_every_page_has_a_title_and_is_in_the_navigation(site: dict[Path, Page], built_site: Path) -> None:
    start = site[built_site / "index.html"]
    linked = {(built_site / urlsplit(link).path).resolve() for link in start.links if not urlsplit(link).netloc}
    for path in site:
        if path.name == "index.html":
            assert path.parent in linked, path
