"""The index that a browser is given, made from a real one, and asked by the site's own code in Node.js."""

from __future__ import annotations

import base64
import json
import os
import shutil
from typing import TYPE_CHECKING, Any

import pytest

from openclaw_hooks.cli.knowledge.browser import find_browser
from openclaw_hooks.knowledge.browser.building import browser_index
from openclaw_hooks.knowledge.browser.packing import pack_numbers, pack_rows
from openclaw_hooks.knowledge.browser.reading import CACHE_ENDING, read_browser_files, read_library
from openclaw_hooks.knowledge.meaning import update_vectors
from openclaw_hooks.settings import KnowledgeSettings
from tests.knowledge.test_search import TopicEmbedder

if TYPE_CHECKING:
    from openclaw_hooks.knowledge.browser.building import Library as BrowserLibrary
    from openclaw_hooks.knowledge.browser.teaching import Teacher
    from openclaw_hooks.knowledge.place import Place
    from tests.conftest import Repository
    from tests.knowledge.conftest import Library

np = pytest.importorskip("numpy")

PAGES = {
    "docs/pets.md": "# Pets\n\nA kitten sleeps.\n",
    "docs/sea.md": "# Sea\n\nA ship sails.\n\n## Harbour\n\nThe vessel lies still.\n",
    "docs/food.md": "# Food\n\nA loaf is baked.\n",
    **{f"docs/other{number}.md": f"# Other\n\nNothing of note {number}.\n" for number in range(12)},
}

needs_node = pytest.mark.skipif(
    shutil.which("node") is None, reason="NODE IS MISSING: the page's search was not tested"
)


@pytest.fixture
def stocked(repository: Repository, library: Library) -> Library:
    for path, text in PAGES.items():
        repository.write(path, text)
    library.update()
    return library


def read(library: Library) -> BrowserLibrary:
    with library.open() as store:
        return read_library(store, library.tree(store))


def first_paths(values: dict[str, Any], *questions: str) -> list[str]:
    """The first document for each question, by the page's code."""
    answers = find_browser()(values, {question: question for question in questions})
    return [next(iter(answers[question][0]), "") for question in questions]


def test_numbers_take_seven_bits_a_byte() -> None:
    assert base64.b64decode(pack_numbers([0, 127, 128, 300])) == bytes([0, 127, 128, 1, 172, 2])


def test_rows_are_letters_between_a_and_o_with_a_scale() -> None:
    packed = pack_rows(np.array([[0.7, -0.7, 0.1], [0, 0, 0]], np.float32))
    assert packed["rows"] == "OAIHHH"
    assert np.frombuffer(base64.b64decode(packed["scales"]), "<f4") == pytest.approx([0.1, 0])


@needs_node
def test_a_page_without_a_word_of_the_question_is_found_by_meaning(stocked: Library, teacher: Teacher) -> None:
    update_vectors(stocked.place, embedder=TopicEmbedder())
    values = browser_index(read(stocked), teacher)
    assert values["meaning"]["dimensions"] == 4
    assert first_paths(values, "felines", "boats", "a loaf") == ["docs/pets.md", "docs/sea.md", "docs/food.md"]


@needs_node
def test_without_vectors_words_are_looked_for(stocked: Library, teacher: Teacher) -> None:
    values = browser_index(read(stocked), teacher)
    assert values["meaning"]["dimensions"] == 0
    assert "meaning-vectors" not in values
    assert values["neighbours"] == {}
    assert first_paths(values, "felines", "a vessel", "baking") == ["", "docs/sea.md", "docs/food.md"]


@needs_node
def test_an_empty_index_finds_nothing(library: Library, teacher: Teacher) -> None:
    library.update()
    values = browser_index(read(library), teacher)
    assert values["meaning"]["chunks"] == 0
    assert first_paths(values, "felines") == [""]


def test_documents_about_the_same_are_neighbours(repository: Repository, stocked: Library, teacher: Teacher) -> None:
    repository.write("docs/cats.md", "# Cats\n\nOne cat.\n")
    stocked.update()
    update_vectors(stocked.place, embedder=TopicEmbedder())
    near = browser_index(read(stocked), teacher)["neighbours"]
    assert near["docs/cats.md"][0] == ("docs/pets.md", pytest.approx(1, abs=0.05))
    assert "docs/sea.md" not in dict(near["docs/cats.md"])


def emit(name: str, value: object) -> bytes:
    return f"{name}={json.dumps(value)}".encode()


def test_files_are_built_again_only_when_the_index_changed(
    repository: Repository, stocked: Library, place: Place
) -> None:
    built = read_browser_files(place, KnowledgeSettings(), emit)
    kept = f"{place.db}{CACHE_ENDING}"
    assert {"meaning", "meaning-words", "meaning-text-0", "neighbours"} == set(built)
    before = os.stat(kept)
    assert read_browser_files(place, KnowledgeSettings(), emit) == built
    assert os.stat(kept).st_ino == before.st_ino
    repository.write("docs/new.md", "# New\n\nA walrus.\n")
    changed = read_browser_files(place, KnowledgeSettings(), emit)
    assert b"walru" in changed["meaning-words"]
    assert os.stat(kept).st_ino != before.st_ino


def test_a_damaged_file_of_what_was_built_is_made_again(stocked: Library, place: Place) -> None:
    built = read_browser_files(place, KnowledgeSettings(), emit)
    with open(f"{place.db}{CACHE_ENDING}", "wb") as stream:
        stream.write(b"\x93\x00garbage")
    assert read_browser_files(place, KnowledgeSettings(), emit) == built


def test_where_there_is_no_index_nothing_is_made(repository: Repository, place: Place) -> None:
    repository.write("docs/a.md", "# A\n")
    assert read_browser_files(place, KnowledgeSettings(), emit) == {}
    assert not os.path.exists(place.db)
