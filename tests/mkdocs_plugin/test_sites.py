"""Mission Control in sites of several kinds, each built by the real mkdocs."""

from __future__ import annotations

import html
import json
import os
import re
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
import yaml
from mkdocs.commands.build import build
from mkdocs.config import load_config

from openclaw_hooks.mission_control.facts import read_facts
from openclaw_hooks.mission_control.views.board import view_tasks

if TYPE_CHECKING:
    from collections.abc import Mapping

    from openclaw_hooks.mkdocs_plugin.building import Built

LOADING = re.compile(r'<(?:script|link|img|iframe|source)\b[^>]*?\b(?:src|href)="([^"]+)"[^>]*>')
PAGES = ("board", "plans", "rules")


def write_site(
    folder: Path, sample: Path, settings: Mapping[str, Any], options: Mapping[str, Any] | None = None
) -> Path:
    """A mkdocs.yml in a folder of its own, with one page, for the repository `sample`."""
    (folder / "docs").mkdir(parents=True)
    (folder / "docs/index.md").write_text("# Home\n\nSee [the board](openclaw/board.md).\n")
    whole: dict[str, Any] = {
        "site_name": "Mine",
        "theme": {"name": "material", "font": False},
        "plugins": ["search"],
        "validation": {"links": {"not_found": "warn"}},
        **settings,
    }
    ours = {"openclaw": {"repo": os.path.relpath(sample, folder), **(options or {})}}
    whole["plugins"] = [*whole["plugins"], ours]
    (folder / "mkdocs.yml").write_text(yaml.safe_dump(whole))
    return folder


def build_mkdocs(folder: Path) -> Path:
    config = load_config(str(folder / "mkdocs.yml"), site_dir=str(folder / "out"), strict=True)
    config.plugins.on_startup(command="build", dirty=False)
    build(config)
    return folder / "out"


def loaded_by(page: Path) -> list[str]:
    text = page.read_text()
    return [found[1] for found in LOADING.finditer(text) if not re.search(r'rel="(canonical|next|prev)"', found[0])]


def require_own_files(page: Path) -> None:
    """Everything that a page loads lies in its site."""
    for link in loaded_by(page):
        parts = urlsplit(link)
        assert not parts.scheme, link
        assert not parts.netloc, link
        assert (page.parent / parts.path).is_file(), f"{page.name}: {link}"


def test_the_default_site_opens_from_the_disk_at_its_root(default_site: Built) -> None:
    out = Path(default_site.folder)
    assert 'url=openclaw/index.html"' in (out / "index.html").read_text()
    for name in ("index", *PAGES):
        require_own_files(out / f"openclaw/{name}.html")


def test_the_default_site_shows_each_task_without_a_script_and_as_data(default_site: Built, sample: Path) -> None:
    out = Path(default_site.folder) / "openclaw"
    tasks = view_tasks(read_facts(str(sample), 0.0)).tasks
    assert len(tasks) >= 24
    page = (out / "board.html").read_text()
    assert all(task.id in page and html.escape(task.title) in page for task in tasks)
    data = (out / "data/tasks.js").read_text()
    assert data.startswith('MC.put("tasks",')
    assert all(task.id in data for task in tasks)
    assert {row["id"] for row in json.loads((out / "api/v1/tasks.json").read_text())["tasks"]} == {t.id for t in tasks}


def test_our_pages_forbid_what_they_do_not_need_and_other_pages_are_as_they_were(sample: Path, tmp_path: Path) -> None:
    out = build_mkdocs(write_site(tmp_path / "site", sample, {}))
    assert "Content-Security-Policy" in (out / "openclaw/board/index.html").read_text()
    assert "Content-Security-Policy" not in (out / "index.html").read_text()
    require_own_files(out / "openclaw/board/index.html")


def test_a_site_with_its_own_nav_gets_a_section_and_keeps_its_overrides(sample: Path, tmp_path: Path) -> None:
    features = ["navigation.instant", "navigation.tabs"]
    theme = {"name": "material", "custom_dir": "overrides", "features": features}
    folder = write_site(
        tmp_path / "site",
        sample,
        {
            "site_url": "https://example.org/docs/",
            "theme": theme,
            "nav": [{"Start": "index.md"}],
            "repo_url": "https://github.com/a/b",
        },
    )
    (folder / "overrides").mkdir()
    (folder / "overrides/main.html").write_text('{% extends "base.html" %}{% block announce %}Override{% endblock %}')
    out = build_mkdocs(folder)
    home, board = (out / "index.html").read_text(), (out / "openclaw/board/index.html").read_text()
    assert "Override" in home
    assert "Override" in board
    assert "Mission Control" in home
    assert 'href="openclaw/board/"' in home
    assert '"features":["navigation.tabs"]' in board, "leaving our page loads the next one with its own policy"
    assert "navigation.instant" in home
    sitemap = (out / "sitemap.xml").read_text()
    assert "<loc>https://example.org/docs/</loc>" in sitemap
    assert "openclaw" not in sitemap, "material loads what it does not find there, and with it the policy"
    assert 'data-md-component="source"' not in board, "material would count stars elsewhere"
    require_own_files(out / "openclaw/board/index.html")


def test_where_a_nav_names_our_pages_no_section_is_added(sample: Path, tmp_path: Path) -> None:
    nav = [{"Start": "index.md"}, {"Work": [{"What is up": "openclaw/board.md"}]}]
    out = build_mkdocs(write_site(tmp_path / "site", sample, {"nav": nav}))
    home = (out / "index.html").read_text()
    assert "What is up" in home
    assert "Mission Control" not in home
    assert (out / "openclaw/rules/index.html").is_file()


def test_a_nav_made_by_mkdocs_has_our_section_under_its_name_and_in_our_order(sample: Path, tmp_path: Path) -> None:
    out = build_mkdocs(write_site(tmp_path / "site", sample, {}, {"section": "Control room"}))
    home = (out / "index.html").read_text()
    assert "Control room" in home
    links = re.findall(r'<a href="openclaw/([a-z]*)/?" class="md-nav__link"', home)
    assert links.index("board") < links.index("plans") < links.index("rules")


def test_a_site_for_the_disk_finds_its_scripts_at_home(sample: Path, tmp_path: Path) -> None:
    out = build_mkdocs(
        write_site(tmp_path / "site", sample, {"plugins": ["search", "offline"], "use_directory_urls": True})
    )
    page = out / "openclaw/board.html"
    require_own_files(page)
    assert "iframe-worker" in page.read_text()
    assert "unpkg" not in (out / "index.html").read_text()


def test_tasks_are_found_by_the_sites_own_search_with_escaped_titles(sample: Path, tmp_path: Path) -> None:
    out = build_mkdocs(write_site(tmp_path / "site", sample, {}))
    entries = {entry["location"]: entry for entry in json.loads((out / "search/search_index.json").read_text())["docs"]}
    for task in view_tasks(read_facts(str(sample), 0.0)).tasks:
        assert entries[f"openclaw/board/?task={task.id}"]["title"] == html.escape(task.title)
    assert "openclaw/board/" not in entries, "the page itself would be found for every word of every task"


def test_fonts_and_scripts_from_elsewhere_stay_out_of_our_pages_only(sample: Path, tmp_path: Path) -> None:
    theme = {"name": "material", "font": {"text": "Roboto", "code": "Roboto Mono"}}
    far = ["https://cdn.example.org/math.js"]
    out = build_mkdocs(write_site(tmp_path / "site", sample, {"theme": theme, "extra_javascript": far}))
    assert "fonts.googleapis.com" in (out / "index.html").read_text()
    require_own_files(out / "openclaw/board/index.html")


def test_only_the_pages_that_were_asked_for_are_there(sample: Path, tmp_path: Path) -> None:
    out = build_mkdocs(write_site(tmp_path / "site", sample, {}, {"pages": ["board", "rules"]}))
    there = {path.parent.name for path in (out / "openclaw").glob("*/index.html")}
    assert there == {"board", "rules"}
    tabs = re.search(r'<nav class="mc-tabs".*?</nav>', (out / "openclaw/board/index.html").read_text(), re.DOTALL)
    assert tabs is not None
    assert set(re.findall(r'href="([^"]*)"', tabs[0])) == {"../board/", "../rules/"}


def test_what_only_other_pages_show_is_not_published(sample: Path, tmp_path: Path) -> None:
    out = build_mkdocs(write_site(tmp_path / "site", sample, {}, {"pages": ["board", "rules"]})) / "openclaw"
    for folder in (out / "data", out / "api/v1"):
        names = {path.stem for path in folder.iterdir()}
        assert {"tasks", "rules", "history"} <= names
        assert not names & {"mesh", "events", "diagnostics", "memory", "search-docs", "search-index", "meaning"}
    version = json.loads((out / "data/version.json").read_text())
    assert "mesh" not in version


def test_an_unknown_page_is_named_with_those_that_exist(sample: Path, tmp_path: Path) -> None:
    folder = write_site(tmp_path / "site", sample, {}, {"pages": ["bord"]})
    command = [sys.executable, "-m", "mkdocs", "build", "-f", str(folder / "mkdocs.yml"), "-d", str(folder / "out")]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    assert done.returncode == 1
    assert "no page bord" in done.stderr
    assert "board" in done.stderr.partition("there are")[2]


@pytest.mark.skipif(find_spec("properdocs") is None, reason="properdocs is not installed: pip install properdocs")
def test_it_works_under_properdocs(sample: Path, tmp_path: Path) -> None:
    folder = write_site(tmp_path / "site", sample, {})
    command = [sys.executable, "-m", "properdocs", "build", "--strict", "-f", "mkdocs.yml", "-d", "out"]
    done = subprocess.run(
        command, check=False, capture_output=True, text=True, cwd=folder, env={**os.environ, "NO_MKDOCS_2_WARNING": "1"}
    )
    assert done.returncode == 0, done.stderr
    assert "Content-Security-Policy" in (folder / "out/openclaw/board/index.html").read_text()
    require_own_files(folder / "out/openclaw/board/index.html")
