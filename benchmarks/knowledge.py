"""What searching costs: `python -m benchmarks.knowledge` prints a markdown table; see README.md beside this file."""

from __future__ import annotations

import argparse
import gzip
import json
import os
import platform
import statistics
import sys
import tempfile
import time
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from benchmarks.hooks import CLI, print_row
from benchmarks.knowledge_pages import Pages, make_pages, write_pages
from benchmarks.knowledge_rival import Reference, measure_reference
from benchmarks.measure import Command, run_once
from benchmarks.repos import clean_env, git
from openclaw_hooks import __version__
from openclaw_hooks.cli.knowledge.browser import find_browser
from openclaw_hooks.knowledge.browser.building import browser_index
from openclaw_hooks.knowledge.browser.reading import read_library
from openclaw_hooks.knowledge.browser.teaching import open_teacher
from openclaw_hooks.knowledge.embed.opening import open_batch_embedder
from openclaw_hooks.knowledge.indexer import update_index
from openclaw_hooks.knowledge.meaning import open_meaning, update_vectors
from openclaw_hooks.knowledge.models.cache import models_folder
from openclaw_hooks.knowledge.models.catalog import MINILM
from openclaw_hooks.knowledge.place import find_place
from openclaw_hooks.knowledge.search import Question, answer_question
from openclaw_hooks.knowledge.store import open_store
from openclaw_hooks.knowledge.store.reading import find_tree
from openclaw_hooks.settings import KnowledgeSettings

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from openclaw_hooks.knowledge.embed.model import Embedder, Matrix
    from openclaw_hooks.knowledge.place import Place
    from openclaw_hooks.knowledge.store import Store

SIZES = (6_500, 50_000)
MOST_EMBEDDED = 10_000  # chunks; more of them get vectors by chance, which cost a search the same
REFERENCE = os.path.join("build", "st", "bin", "python")  # what `make test-st` makes
SETTINGS = KnowledgeSettings()
QUOTE = "import sys; from openclaw_hooks.knowledge.excerpts import quote_for_task as q; q(*sys.argv[1:], 1200)"


class Chance:
    """In the place of the model: vectors by chance, at once."""

    name = MINILM.name
    dimensions = MINILM.dimensions
    max_tokens = MINILM.max_tokens

    def __init__(self) -> None:
        self._random = np.random.default_rng(5)

    def count_tokens(self, text: str) -> int:
        """How many tokens `text` has: not looked at."""
        return len(text) // 4

    def embed(self, texts: Sequence[str]) -> Matrix:
        """float32[len(texts), dimensions], each row of length 1."""
        rows: Matrix = self._random.standard_normal((len(texts), self.dimensions)).astype(np.float32)
        rows /= np.linalg.norm(rows, axis=1, keepdims=True)
        return rows


class Stage(NamedTuple):
    """A repository with pages, and who embeds."""

    place: Place
    pages: Pages
    embedder: Embedder
    env: Mapping[str, str]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.knowledge", description=__doc__)
    parser.add_argument("--chunks", type=int, nargs="+", default=list(SIZES), metavar="N", help="sizes of the index")
    parser.add_argument("--reference", default=REFERENCE, metavar="PYTHON", help="one with sentence-transformers")
    options = parser.parse_args()
    embedder = open_batch_embedder()
    if embedder is None:
        sys.exit("the model is not set up: openclaw knowledge setup")
    for chunks in options.chunks:
        measure(chunks, embedder, options.reference)


def measure(chunks: int, model: Embedder, python: str) -> None:
    """Print the table for an index of about so many chunks."""
    pages = make_pages(chunks)
    is_embedded = chunks <= MOST_EMBEDDED
    with tempfile.TemporaryDirectory(prefix="openclaw-bench-") as folder:
        stage = make_stage(folder, pages, model if is_embedded else Chance())
        reference = measure_reference(python, folder, pages)
        print(
            f"\nopenclaw-hooks {__version__}, Python {platform.python_version()}, {platform.system()}, {os.cpu_count()} cores, "
            f"load {os.getloadavg()[0]:.1f}: {pages.chunks:,} chunks in {len(pages.texts)} files"
            f"{'' if is_embedded else ', their vectors by chance'}"
            f"{'' if reference else f'; no sentence-transformers at {python} (`make test-st` makes it)'}\n"
        )
        print_row(["what", "openclaw", "target", "sentence-transformers and sqlite-vec", "openclaw / theirs"])
        print_row(["---", *["---:"] * 4])
        measure_index(stage, reference, is_embedded=is_embedded)
        measure_changes(stage, model)
        measure_questions(stage, model, reference)
        measure_browser(stage)


def make_stage(folder: str, pages: Pages, embedder: Embedder) -> Stage:
    """A git repository with the pages committed."""
    home, top = os.path.join(folder, "home"), os.path.join(folder, "repo")
    os.makedirs(home)
    write_pages(pages, top)
    git(top, "init", "-q", home=home)
    git(top, "add", ".", home=home)
    git(top, "-c", "user.name=b", "-c", "user.email=b@example.org", "commit", "-qm", "pages", home=home)
    env = {**clean_env(home), "OPENCLAW_MODELS": models_folder()}
    return Stage(find_place(top, {}), pages, embedder, env)


def measure_index(stage: Stage, reference: Reference | None, *, is_embedded: bool) -> None:
    """The rows of the index made for the first time."""
    tell("searchable by keyword", [clock(lambda: update_index(stage.place, SETTINGS))], "2 s", unit="s")
    seconds = clock(lambda: update_vectors(stage.place, embedder=stage.embedder))
    if is_embedded:
        tell("all vectors", [seconds], "30 s", [reference.vectors_s] if reference else [], unit="s")
    with open_index(stage.place) as store:
        list(store.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)"))
    size = os.path.getsize(stage.place.db) / 1e6
    tell("the file, vectors, words and texts", [size], "10 MB", [reference.db_mb] if reference else [], unit="MB")


def measure_changes(stage: Stage, model: Embedder) -> None:
    """The rows of an index brought up to date."""
    tell(
        "nothing changed, warm", [clock(lambda: update_index(stage.place, SETTINGS)) * 1e3 for _ in range(20)], "10 ms"
    )
    path = os.path.join(stage.place.root, next(iter(stage.pages.texts)))
    turns = iter(range(1000))

    def change() -> None:
        with open(path, "a", encoding="utf-8") as stream:
            stream.write(f"\nOne more sentence about queues and workers, number {next(turns)}.\n")

    def follow() -> None:
        update_index(stage.place, SETTINGS)
        update_vectors(stage.place, embedder=model)

    warm = []
    for _ in range(10):
        change()
        warm.append(clock(follow) * 1e3)
    tell("one file changed, warm, with its vectors", warm, "50 ms")
    index = Command((*CLI, "knowledge", "index"), stage.place.root, stage.env, prepare=change)
    tell("one file changed, `openclaw knowledge index`", run_all(index, 7), "400 ms")


def measure_questions(stage: Stage, model: Embedder, reference: Reference | None) -> None:
    """The rows of questions asked of a server's index, and by a command."""
    times = []
    with open_index(stage.place) as store:
        tree = find_tree(store, stage.place.root)
        assert tree is not None
        meaning = open_meaning(store, tree, open_batch_embedder(workers=1), is_held=True)
        assert not isinstance(meaning, str), meaning
        for question in stage.pages.questions[:20]:  # the first ones fill caches
            answer_question(store, tree, Question(question), meaning)
        for question in stage.pages.questions:
            began = time.perf_counter()
            answer_question(store, tree, Question(question), meaning)
            times.append((time.perf_counter() - began) * 1e3)
    tell("question, warm: p50", times, "5 ms", reference.query_ms if reference else [])
    last = [percentile(found, 99) for found in (times, reference.query_ms if reference else [])]
    tell("question, warm: p99", last[:1], "10 ms", last[1:] if reference else [])
    search = Command((*CLI, "knowledge", "search", stage.pages.questions[0]), stage.place.root, stage.env)
    beside = [(reference.load_s + statistics.median(reference.query_ms) / 1e3) * 1e3] if reference else []
    tell("`openclaw knowledge search`, a process each", run_all(search, 9), "250 ms", beside)
    quote = (sys.executable, "-c", QUOTE, stage.place.root, stage.pages.questions[0])
    tell("passages for a prompt, a process each", run_all(Command(quote, stage.place.root, stage.env), 9), "-")


def measure_browser(stage: Stage) -> None:
    """The rows of what a page of the site holds and takes."""
    with open_index(stage.place) as store:
        tree = find_tree(store, stage.place.root)
        assert tree is not None
        teacher = open_teacher()
        began = time.process_time()
        built: dict[str, Any] = {**browser_index(read_library(store, tree), teacher)}
        tell("browser: index fitted, CPU", [time.process_time() - began], "60 s", unit="s")
    size = sum(len(gzip.compress(json.dumps(value, ensure_ascii=False).encode(), 6)) for value in built.values()) / 1e6
    tell("browser: all of it, gzip", [size], "2.5 MB", unit="MB")
    answers = find_browser()(built, {str(at): text for at, text in enumerate(stage.pages.questions)})
    times = [milliseconds for _, milliseconds in answers.values()]
    tell("browser: question with snippets, p50", times, "5 ms")
    tell("browser: question with snippets, p99", [percentile(times, 99)], "-")


def open_index(place: Place) -> Store:
    """The index, which has been made."""
    store = open_store(place)
    assert store is not None
    return store


def clock(work: Callable[[], object]) -> float:
    """How many seconds `work` takes."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def run_all(command: Command, runs: int) -> list[float]:
    """The wall clock of a program in milliseconds, after one run that warms the disk."""
    run_once(command)
    return [run_once(command).wall_ms for _ in range(runs)]


def percentile(times: Sequence[float], part: int) -> float:
    """The time that so many of a hundred stay below; 0 for none."""
    ordered = sorted(times)
    return ordered[min(len(ordered) - 1, len(ordered) * part // 100)] if ordered else 0.0


def tell(name: str, ours: Sequence[float], target: str, beside: Sequence[float] = (), unit: str = "ms") -> None:
    """Print a row: medians, and their ratio."""
    digits = 2 if unit == "s" else 1
    mine = statistics.median(ours)
    theirs = statistics.median(beside) if beside else 0.0
    print_row(
        [
            name,
            f"{mine:.{digits}f} {unit}",
            target,
            f"{theirs:.{digits}f} {unit}" if theirs else "-",
            f"{mine / theirs:.2f}" if theirs else "-",
        ]
    )


if __name__ == "__main__":
    main()
