"""Real Chromium finds by meaning in a page that was opened from the disk."""

from __future__ import annotations

import re
import subprocess
import sys
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest

from openclaw_hooks.knowledge.browser.reading import read_browser_files
from openclaw_hooks.knowledge.indexer import update_index
from openclaw_hooks.knowledge.meaning import update_vectors
from openclaw_hooks.knowledge.place import find_place
from openclaw_hooks.mission_control.bundle import link_modules, read_sources
from openclaw_hooks.mission_control.emit import encode_json, script
from openclaw_hooks.mission_control.texts import ASSETS
from openclaw_hooks.settings import KnowledgeSettings
from tests.knowledge.minilm import minilm, minilm_folder

if TYPE_CHECKING:
    from pathlib import Path

    from openclaw_hooks.knowledge.place import Place
    from tests.browser.conftest import Open
    from tests.conftest import Repository

__all__ = ["minilm", "minilm_folder"]

pytestmark = pytest.mark.xdist_group("meaning")  # what the model is asked once is kept for the second of them

PAGES = {
    "felines.md": "# Felines\n\nKittens purr when they are stroked, and hunt mice at night.\n",
    "boats.md": "# Boats\n\nA vessel under sail gives way to nobody but the wind.\n",
    "bread.md": "# Bread\n\nSourdough rises for a night before the oven is lit.\n",
    "garden.md": "# Garden\n\nTomatoes want sun, and water each morning.\n",
    "bicycle.md": "# Bicycle\n\nThe chain needs oil when it creaks.\n",
}
ENTRY = """
import { openMeaning } from "./meaning.js";
const waiting = new Map();
globalThis.MC = { put: (name, value) => waiting.get(name)(value) };
const load = (name) => new Promise((resolve, reject) => {
  waiting.set(name, resolve);
  const element = document.createElement("script");
  element.onerror = () => reject(new Error(name));
  element.src = `data/${name}.js`;
  document.head.append(element);
});
const opened = openMeaning(load);
globalThis.ask = async (text) => (await opened).search(text, { limit: 3 });
"""


def index_pages(repository: Repository, minilm: Path) -> Place:
    """A few documents with vectors of the real model."""
    assert minilm.is_dir()
    for path, text in PAGES.items():
        repository.write(path, text)
    place = find_place(str(repository.path), {})
    update_index(place, KnowledgeSettings())
    update_vectors(place)
    return place


@pytest.fixture
def page_address(repository: Repository, minilm: Path, tmp_path: Path) -> str:
    """A page of its own with the index of a few documents, as a file."""
    place = index_pages(repository, minilm)
    files = read_browser_files(place, KnowledgeSettings(), lambda name, value: script(name, encode_json(value)))
    folder = tmp_path / "page"
    (folder / "data").mkdir(parents=True)
    for name, content in files.items():
        (folder / "data" / f"{name}.js").write_bytes(content)
    sources = {**read_sources(f"{ASSETS}/js"), "ask.js": ENTRY}
    for name, content in link_modules(sources, "ask.js", {}).items():
        (folder / name).write_bytes(content)
    (folder / "index.html").write_text('<!doctype html><meta charset="utf-8"><script src="ask.js"></script>')
    return (folder / "index.html").as_uri()


def test_a_page_from_the_disk_finds_what_shares_no_word_with_the_question(page_address: str, look: Open) -> None:
    sight = look()
    sight.page.goto(page_address)
    found = {
        question: sight.page.evaluate("text => ask(text)", question)
        for question in ("cats and other pets", "ships", "cooking at home", "repairing wheels")
    }
    first = {question: (answer["hits"][0]["path"], answer["hits"][0]["parts"]) for question, answer in found.items()}
    assert first == {
        "cats and other pets": ("felines.md", ["meaning"]),
        "ships": ("boats.md", ["meaning"]),
        "cooking at home": ("bread.md", ["meaning"]),
        "repairing wheels": ("bicycle.md", ["meaning"]),
    }
    hit = found["ships"]["hits"][0]
    assert (hit["heading"], hit["first_line"], hit["snippet"]) == (
        ["Boats"],
        1,
        PAGES["boats.md"].split("\n\n")[1].strip(),
    )
    assert sight.complaints == []
    assert {url.partition(":")[0] for url in sight.requests} == {"file"}


def test_the_search_page_of_a_built_site_says_that_it_found_by_meaning(
    repository: Repository, minilm: Path, look: Open, tmp_path: Path
) -> None:
    index_pages(repository, minilm)
    repository.git("add", "--all")
    repository.commit("docs: pages")
    argv = [sys.executable, "-m", "openclaw_hooks.cli", "site", "build", "--out", str(tmp_path / "site")]
    subprocess.run(argv, cwd=repository.path, check=True, capture_output=True)
    sight = look()
    page = (tmp_path / "site" / "openclaw" / "search.html").as_uri()
    for question, title, badge in (
        ("ships", "Boats", "meaning"),
        ("a vessel under sail", "Boats", "keyword + meaning"),
    ):
        sight.page.goto(f"{page}?q={quote(question)}")
        first = sight.page.locator(".mc-hit").first
        first.locator(".mc-hit__badge").filter(has_text=re.compile(f"^{re.escape(badge)}$")).wait_for()
        assert first.locator(".mc-hit__title").inner_text() == title
    assert sight.complaints == []
    assert {url.partition(":")[0] for url in sight.requests} == {"file"}
