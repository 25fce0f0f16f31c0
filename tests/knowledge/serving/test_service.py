"""The long-lived service: in step with files and with other processes, whatever becomes of the index."""

from __future__ import annotations

import asyncio
import os
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import pytest

from openclaw_hooks.knowledge.embed.quantized import QuantizedEmbedder
from openclaw_hooks.knowledge.indexer import update_index
from openclaw_hooks.knowledge.meaning import update_vectors
from openclaw_hooks.knowledge.model import KnowledgeError
from openclaw_hooks.knowledge.place import find_place
from openclaw_hooks.knowledge.serving import follower
from openclaw_hooks.knowledge.serving.documents import MOST_CHARACTERS
from openclaw_hooks.knowledge.serving.follower import Habits, read_habits
from openclaw_hooks.knowledge.serving.service import KnowledgeService
from openclaw_hooks.settings import KnowledgeSettings

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Coroutine
    from pathlib import Path

    from openclaw_hooks.knowledge.place import Place
    from tests.conftest import Repository


@pytest.fixture
def place(repository: Repository, monkeypatch: pytest.MonkeyPatch) -> Place:
    """A place with something to find, whose files are looked at before each question."""
    monkeypatch.setattr(follower, "FRESH_S", 0.0)
    repository.write("docs/garden.md", "# Garden\n\nRoses and tulips.\n")
    repository.write("docs/trains.md", "# Trains\n\nStations and rails.\n")
    return find_place(str(repository.path), {})


@asynccontextmanager
async def serving(place: Place, *, makes_vectors: bool = False) -> AsyncIterator[KnowledgeService]:
    said: list[str] = []
    async with KnowledgeService(place, said.append, Habits(0, makes_vectors)) as service:
        yield service


def run(work: Coroutine[Any, Any, None]) -> None:
    asyncio.run(asyncio.wait_for(work, 30))


async def paths(service: KnowledgeService, query: str) -> list[str]:
    return [hit["path"] for hit in (await service.search({"query": query}))["hits"]]


def test_what_changes_is_found_with_the_next_question(repository: Repository, place: Place) -> None:
    async def work() -> None:
        async with serving(place) as service:
            assert await paths(service, "tulips") == ["docs/garden.md"]
            repository.write("docs/garden.md", "# Garden\n\nOnly moss.\n")
            assert await paths(service, "tulips") == []
            assert await paths(service, "moss") == ["docs/garden.md"]
            (repository.path / "docs/garden.md").unlink()
            assert await paths(service, "moss") == []

    run(work())


def test_whatever_becomes_of_the_index_answers_are_right(repository: Repository, place: Place) -> None:
    async def work() -> None:
        async with serving(place) as service:
            for harm in ("made anew", "deleted", "overwritten", "emptied"):
                assert await paths(service, "tulips") == ["docs/garden.md"], harm
                if harm == "made anew":
                    update_index(place, KnowledgeSettings(), anew=True)
                elif harm == "deleted":
                    os.unlink(place.db)
                elif harm == "overwritten":
                    with open(place.db, "r+b") as stream:
                        stream.write(b"\0" * 8192)
                else:
                    open(place.db, "w").close()
            assert await paths(service, "tulips") == ["docs/garden.md"]

    run(work())


def test_questions_are_answered_while_the_index_is_made_again(repository: Repository, place: Place) -> None:
    for number in range(150):
        repository.write(f"docs/n{number}.md", f"# Number {number}\n\nRoses, and word{number}word.\n")

    async def work() -> None:
        async with serving(place) as service:
            assert len(await paths(service, "roses")) == 10
            again = asyncio.create_task(service.reindex({"force": True}))
            asked = 0
            while not again.done() or asked < 5:
                assert len(await paths(service, "roses")) == 10
                asked += 1
            assert (await again)["changed"] == 152

    run(work())


def test_a_document_is_read_as_it_is_and_no_link_is_followed(repository: Repository, place: Place) -> None:
    repository.write("docs/deep/a.md", "# Deep\n\nWords.\n")
    repository.write("docs/long.md", "# Long\n\n" + "word " * (MOST_CHARACTERS // 4))
    secret = repository.path.parent / "secret"
    secret.mkdir()
    (secret / "a.md").write_text("# Secret\n")

    async def work() -> None:
        async with serving(place) as service:
            assert (await service.read("docs/deep/a.md")).text == "# Deep\n\nWords.\n"
            long = await service.read("docs/long.md")
            assert (len(long.text), long.left_out) == (
                MOST_CHARACTERS,
                8 + 5 * (MOST_CHARACTERS // 4) - MOST_CHARACTERS,
            )
            swap_folder_for_link(repository.path / "docs/deep", secret)
            with pytest.raises(KnowledgeError, match=r"not indexed|cannot be read"):
                await service.read("docs/deep/a.md")

    run(work())


def swap_folder_for_link(folder: Path, target: Path) -> None:
    folder.rename(folder.with_name("moved"))
    folder.symlink_to(target)


def test_vectors_that_another_process_makes_count_at_once(place: Place, minilm: Path) -> None:
    async def work() -> None:
        async with serving(place) as service:
            found = await service.search({"query": "flowers that bloom"})
            assert (found["parts"], found["hits"]) == (["keyword"], [])
            await asyncio.to_thread(update_vectors, place)
            found = await service.search({"query": "flowers that bloom"})
            assert found["parts"] == ["keyword", "meaning"]
            assert found["hits"][0]["path"] == "docs/garden.md"

            while not isinstance(service._desk._find_embedder(), QuantizedEmbedder):
                await asyncio.sleep(0.02)  # the quick form of the model takes over
            assert (await service.search({"query": "flowers that bloom"}))["hits"][0]["path"] == "docs/garden.md"

    run(work())


def test_the_service_makes_vectors_for_what_is_new(repository: Repository, place: Place, minilm: Path) -> None:
    async def work() -> None:
        async with serving(place, makes_vectors=True) as service:
            for query, path in (("flowers that bloom", "docs/garden.md"), ("money in an account", "docs/bank.md")):
                while not (found := await service.search({"query": query}))["hits"] or found["note"]:
                    await asyncio.sleep(0.1)  # a question takes from those who make the vectors
                assert found["hits"][0]["path"] == path
                repository.write("docs/bank.md", "# Bank\n\nDeposits and interest rates.\n")

    run(work())


def test_how_often_files_are_looked_at_is_a_number() -> None:
    assert read_habits("") == Habits(300.0)
    assert read_habits("0") == Habits(0.0)
    assert read_habits("1500") == Habits(1.5)
    for wrong in ("-1", "1e3", "99", "soon", "9" * 30):
        with pytest.raises(KnowledgeError, match="KNOWLEDGE_POLL_MS"):
            read_habits(wrong)
