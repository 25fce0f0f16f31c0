"""What is indexed again and what is not, and how an index is shared and survives."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
import time
from typing import TYPE_CHECKING

import pytest

from openclaw_hooks.errors import OpenclawError
from openclaw_hooks.knowledge.indexer import TICK_NS, update_index
from openclaw_hooks.knowledge.place import find_place
from openclaw_hooks.knowledge.stats import tree_stats
from openclaw_hooks.knowledge.store.vectors import put_vectors, use_model, vectors_missing
from openclaw_hooks.settings import KnowledgeSettings
from tests.knowledge.conftest import Library

if TYPE_CHECKING:
    from pathlib import Path

    from openclaw_hooks.knowledge.place import Place
    from tests.conftest import Repository

CHILD = """
import os, signal, sys
from openclaw_hooks.knowledge import indexer
from openclaw_hooks.knowledge.place import find_place
from openclaw_hooks.knowledge.stats import tree_stats
from openclaw_hooks.settings import KnowledgeSettings
indexer.BATCH_S = 0.003
if sys.argv[2]:  # after that much work the signal's default ends it as kill -9 does: nothing is closed or rolled back
    signal.setitimer(signal.ITIMER_PROF, float(sys.argv[2]))
indexer.update_index(find_place(sys.argv[1], {}), KnowledgeSettings(), force=sys.argv[3] == "force")
"""


def start(repository: Repository, end_after_s: str = "", mode: str = "") -> subprocess.Popen[bytes]:
    """A process that indexes, and is ended in the middle of it where that is asked."""
    words = [sys.executable, "-c", textwrap.dedent(CHILD), str(repository.path), end_after_s, mode]
    return subprocess.Popen(words, stderr=subprocess.PIPE)


def settle(*paths: Path) -> None:
    """Makes files look as if they were written a while ago: else they count as possibly still changing."""
    for path in paths:
        found = path.stat()
        os.utime(path, ns=(found.st_atime_ns - 100 * TICK_NS, found.st_mtime_ns - 100 * TICK_NS))


def fill(repository: Repository, count: int) -> None:
    """Many files, each with a word of its own."""
    for number in range(count):
        sections = "".join(f"## Section {part}\n\n{'Some text of it. ' * 20}\n\n" for part in range(8))
        repository.write(f"docs/{number:03}.md", f"# Title\n\nunique{number:03}\n\n{sections}")


def test_what_changed_is_indexed_again_and_nothing_else(repository: Repository, library: Library) -> None:
    repository.write("a.md", "# A\n\nalpha\n")
    repository.write("b.md", "# B\n\nbeta\n")
    assert library.update()[:4] == (2, 2, 0, 0)
    assert library.update()[:4] == (2, 0, 0, 0)
    repository.write("a.md", "# A\n\ngamma\n")
    assert library.update()[:4] == (2, 0, 1, 0)
    assert (library.paths("alpha"), library.paths("gamma"), library.paths("beta")) == ([], ["a.md"], ["b.md"])
    (repository.path / "b.md").unlink()
    assert library.update()[:4] == (1, 0, 0, 1)
    assert library.paths("beta") == []
    assert list(library.contents()) == ["a.md"]


def test_a_file_that_was_only_touched_keeps_its_chunks(repository: Repository, library: Library) -> None:
    path = repository.write("a.md", "alpha\n")
    library.update()
    with library.open() as store:
        before = store.connection.execute("SELECT id FROM documents").fetchall()
    settle(path)
    assert library.update()[:4] == (1, 0, 0, 0)
    with library.open() as store:
        assert store.connection.execute("SELECT id FROM documents").fetchall() == before


def test_a_change_within_the_same_tick_and_of_the_same_size_is_seen(repository: Repository, library: Library) -> None:
    path = repository.write("a.md", "alpha\n")
    library.update()
    stamp = path.stat().st_mtime_ns
    path.write_text("gamma\n")
    os.utime(path, ns=(stamp, stamp))
    library.update()
    assert library.paths("gamma") == ["a.md"]


def test_nothing_is_written_when_nothing_changed(repository: Repository, library: Library) -> None:
    repository.write("a.md", "alpha\n")
    time.sleep(3 * TICK_NS / 1e9)
    library.update()
    with library.open() as store:
        before = store.connection.execute("SELECT indexed_at FROM trees").get
    library.update()
    with library.open() as store:
        assert store.connection.execute("SELECT indexed_at FROM trees").get == before


def test_force_reads_and_cuts_everything_again(repository: Repository, library: Library) -> None:
    repository.write("a.md", "alpha\n")
    library.update()
    with library.open() as store:
        store.connection.execute("UPDATE chunks SET last_line = 99")
    library.update()
    assert library.search("alpha").hits[0].last_line == 99
    assert library.update(force=True)[:4] == (1, 0, 1, 0)
    assert library.search("alpha").hits[0].last_line == 1


def test_odd_files_are_reported_each_time_until_they_are_mended(repository: Repository, library: Library) -> None:
    repository.write("latin.md", b"caf\xe9 noir\n")
    repository.write("binary.md", b"\0\1\2")
    messages = {
        "binary.md": "not text: it holds NUL bytes",
        "latin.md": "not valid UTF-8 from line 1 on; such bytes are indexed as \ufffd",
    }
    assert dict(library.update().problems) == messages
    assert dict(library.update().problems) == messages
    assert library.paths("noir") == ["latin.md"]
    repository.write("latin.md", "caf\u00e9 noir\n")
    (repository.path / "binary.md").unlink()
    assert library.update().problems == ()


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read_is_reported(repository: Repository, library: Library) -> None:
    repository.write("a.md", "alpha\n").chmod(0)
    assert dict(library.update().problems) == {"a.md": "cannot be read: Permission denied"}


def test_settings_that_leave_a_file_out_take_it_from_the_index(repository: Repository, library: Library) -> None:
    repository.write("a.md", "alpha\n")
    library.update()
    assert library.update(settings=KnowledgeSettings(exclude=("a.md",)))[:4] == (0, 0, 0, 1)
    assert library.paths("alpha") == []


def test_worktrees_share_what_they_have_in_common_and_see_only_their_own(
    repository: Repository, library: Library, tmp_path: Path
) -> None:
    repository.stage("same.md", "common\n")
    repository.stage("differs.md", "here\n")
    repository.commit()
    library.update()
    other_path = tmp_path / "other"
    repository.git("worktree", "add", "-q", str(other_path))
    (other_path / "differs.md").write_text("there\n")
    other = Library(find_place(str(other_path), {}))
    assert other.update()[:4] == (2, 2, 0, 0)
    with library.open() as store:
        assert store.connection.execute("SELECT count(*) FROM documents").get == 3
    assert (library.paths("common"), other.paths("common")) == (["same.md"], ["same.md"])
    assert (library.paths("there"), other.paths("there")) == ([], ["differs.md"])
    assert (library.paths("here"), other.paths("here")) == (["differs.md"], [])
    repository.git("worktree", "remove", "--force", str(other_path))
    repository.write("new.md", "new\n")
    library.update()
    assert library.paths("there") == []
    with library.open() as store:
        assert store.connection.execute("SELECT count(*) FROM documents").get == 3  # same, differs, new
        assert store.connection.execute("SELECT count(*) FROM trees").get == 1


def test_a_small_edit_keeps_the_vectors_of_what_reads_the_same(repository: Repository, library: Library) -> None:
    text = "".join(f"# Section {number}\n\nText {number}.\n\n" for number in range(11))
    repository.write("a.md", text)
    library.update()
    with library.open() as store:
        model = use_model(store, "some", 2)
        missing = [found for batch in vectors_missing(store, library.tree(store), model, 4) for found in batch]
        assert [found.passage.split("\n")[0] for found in missing] == [f"Section {number}" for number in range(11)]
        put_vectors(store, model, [(found.hash, b"\1\2", 0.5) for found in missing])
    repository.write("a.md", "# New\n\nAbove all.\n\n" + text.replace("Text 3.", "Other words."))
    library.update()
    with library.open() as store:
        (batch,) = vectors_missing(store, library.tree(store), model)
        assert [found.passage for found in batch] == [
            "New\n# New\n\nAbove all.",
            "Section 3\n# Section 3\n\nOther words.",
        ]
        assert store.connection.execute("SELECT count(*) FROM vectors").get == 10


def test_a_model_of_other_dimensions_loses_its_vectors(repository: Repository, library: Library) -> None:
    repository.write("a.md", "alpha\n")
    library.update()
    with library.open() as store:
        model = use_model(store, "some", 2)
        put_vectors(store, model, [(b"x", b"\1\2", 0.5)])
        assert use_model(store, "some", 2) == model
        use_model(store, "some", 3)
        assert store.connection.execute("SELECT count(*) FROM vectors").get == 0


@pytest.mark.parametrize("mode", ["", "force"])
def test_a_process_that_is_killed_leaves_an_index_that_answers(
    repository: Repository, library: Library, mode: str
) -> None:
    fill(repository, 100)
    if mode:
        library.update()
    killed = 0
    for delay in ("0.02", "0.03", "0.05", "0.07", "0.09"):
        child = start(repository, delay, mode)
        _, complaints = child.communicate()
        assert b"Traceback" not in complaints
        killed += child.returncode != 0
        if os.path.exists(library.place.db):
            kept = library.contents()
            assert {len(chunks) for chunks in kept.values()} <= {9}  # each document is there as a whole, or not at all
            assert len(kept) == 100 or not mode
    assert killed > 1
    library.update()
    contents = library.contents()
    assert len(contents) == 100
    assert {len(chunks) for chunks in contents.values()} == {9}
    assert library.paths("unique042") == ["docs/042.md"]


def test_two_processes_that_index_at_once_do_no_harm(repository: Repository, library: Library) -> None:
    fill(repository, 40)
    children = [start(repository), start(repository, "", "force"), start(repository)]
    for child in children:
        _, complaints = child.communicate()
        assert child.returncode == 0, complaints.decode()
    assert len(library.contents()) == 40
    assert library.update()[1:4] == (0, 0, 0)


def test_an_index_can_be_searched_while_it_is_written(repository: Repository, library: Library) -> None:
    fill(repository, 60)
    library.update()
    child = start(repository, "", "force")
    asked = 0
    while child.poll() is None:
        assert library.paths("unique042") == ["docs/042.md"]
        asked += 1
    assert child.communicate()[1] == b""
    assert asked > 2


def test_who_waits_too_long_is_told_who_holds_the_index(repository: Repository, place: Place) -> None:
    repository.write("a.md", "alpha\n")
    code = "import sys, time; from openclaw_hooks.board.lock import hold_lock\nwith hold_lock(sys.argv[1], 'x', 1): print(flush=True); time.sleep(60)"
    holder = subprocess.Popen([sys.executable, "-c", code, place.lock], stdout=subprocess.PIPE)
    try:
        assert holder.stdout is not None
        holder.stdout.readline()
        with pytest.raises(OpenclawError, match=f"the index is being changed by process {holder.pid}"):
            update_index(place, KnowledgeSettings(), timeout_s=0.05)
    finally:
        holder.kill()
        holder.communicate()


def test_the_first_results_can_be_found_before_the_last_file_is_read(repository: Repository, library: Library) -> None:
    from openclaw_hooks.knowledge import indexer

    fill(repository, 40)
    seen: list[tuple[int, int, int]] = []

    def look(done: int, total: int) -> None:
        seen.append((done, total, len(set(library.paths("title", 100)))))

    batch, indexer.BATCH_S = indexer.BATCH_S, 0.0005  # type: ignore[misc]  # a constant, but for this
    try:
        update_index(library.place, KnowledgeSettings(), tell=look)
    finally:
        indexer.BATCH_S = batch  # type: ignore[misc]
    assert len(seen) > 2
    assert all(total == 40 for _, total, _ in seen)
    assert 0 < seen[0][2] < 40
    assert [done for done, _, _ in seen] == sorted({done for done, _, _ in seen})


def test_an_index_that_cannot_be_written_is_one_clear_line(repository: Repository, tmp_path: Path) -> None:
    repository.write("a.md", "alpha\n")
    (tmp_path / "file").write_text("x")
    place = find_place(str(repository.path), {"KNOWLEDGE_DB": str(tmp_path / "file" / "x.db")})
    with pytest.raises(OpenclawError, match=r"^the index cannot be changed: .*file/x\.db.*: File exists") as caught:
        update_index(place, KnowledgeSettings())
    assert "\n" not in str(caught.value)


def test_5000_files_are_looked_at_by_their_stamps_alone(repository: Repository, library: Library) -> None:
    for number in range(5000):
        repository.write(f"docs/{number // 100}/{number}.md", f"word{number}\n")
    time.sleep(3 * TICK_NS / 1e9)
    assert library.update().added == 5000
    before = time.process_time()
    assert library.update()[:4] == (5000, 0, 0, 0)
    assert time.process_time() - before < 0.5  # 0.05 on a quiet machine; reading them all takes longer
    repository.write("docs/7/777.md", "quokka\n")
    assert library.update()[:4] == (5000, 0, 1, 0)
    assert library.paths("quokka") == ["docs/7/777.md"]


def test_files_that_are_left_out_are_told_as_long_as_they_lie_there(repository: Repository, library: Library) -> None:
    repository.write("a.md", "# A\n\nalpha\n")
    link = repository.path / "outside.md"
    link.symlink_to("/etc/hostname")
    (repository.path / "large.md").write_bytes(b"word\n" * 900_000)

    def told() -> dict[str, str]:
        with library.open() as store:
            problems: dict[str, str] = tree_stats(store, library.tree(store))["problems"]
            return problems

    first = library.update()
    assert [problem.path for problem in first.problems] == ["large.md", "outside.md"]
    assert told() == dict(first.problems)
    time.sleep(2 * TICK_NS / 1e9)
    library.update()
    before = os.stat(library.place.db).st_mtime_ns
    again = library.update()
    assert (again.removed, again.problems) == (0, first.problems)
    assert os.stat(library.place.db).st_mtime_ns == before  # the same again is not written again

    link.unlink()
    link.write_text("# Now a file\n")
    (repository.path / "large.md").unlink()
    third = library.update()
    assert (third.added, third.removed, third.problems, told()) == (1, 0, (), {})
    assert library.paths("now a file") == ["outside.md"]
