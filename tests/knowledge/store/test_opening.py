"""An index that is absent, damaged, old, new, or somebody else's file."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING

import apsw
import pytest

from openclaw_hooks.knowledge.indexer import update_index
from openclaw_hooks.knowledge.model import KnowledgeError
from openclaw_hooks.knowledge.place import find_place
from openclaw_hooks.knowledge.store import open_store
from openclaw_hooks.knowledge.store.schema import VERSION
from openclaw_hooks.settings import KnowledgeSettings
from tests.knowledge.conftest import Library

if TYPE_CHECKING:
    from tests.conftest import Repository


def set_pragma(path: str, name: str, value: int) -> None:
    connection = apsw.Connection(path)
    list(connection.execute(f"PRAGMA {name}={value}; PRAGMA wal_checkpoint(TRUNCATE)"))
    connection.close()


def test_without_an_index_there_is_none_to_open(library: Library) -> None:
    assert open_store(library.place) is None
    assert not Path(library.place.db).exists()


def test_an_empty_file_becomes_an_index(repository: Repository, library: Library) -> None:
    repository.write("a.md", "alpha\n")
    Path(library.place.db).parent.mkdir(parents=True, exist_ok=True)
    Path(library.place.db).touch()
    assert library.update().rebuilt == ""
    assert library.paths("alpha") == ["a.md"]


@pytest.mark.parametrize("content", [b"no database at all\n" * 100, b"SQLite format 3\0" + b"\xff" * 5000, b"S"])
def test_a_damaged_index_is_made_again(repository: Repository, library: Library, content: bytes) -> None:
    repository.write("a.md", "alpha\n")
    library.update()
    Path(library.place.db).write_bytes(content)
    assert open_store(library.place) is None
    assert library.update().rebuilt == "it was damaged, or of another version"
    assert library.paths("alpha") == ["a.md"]


def test_damage_inside_is_found_when_it_matters_and_mended(repository: Repository, library: Library) -> None:
    for number in range(40):
        repository.write(f"{number}.md", f"alpha {number} " + "word " * 400)
    library.update()
    content = bytearray(Path(library.place.db).read_bytes())
    content[4096:] = b"\xa5" * (len(content) - 4096)
    Path(library.place.db).write_bytes(content)
    assert library.update().rebuilt == "it was damaged"
    assert len(library.contents()) == 40


def test_an_index_whose_tables_are_gone_is_made_again(repository: Repository, library: Library) -> None:
    repository.write("a.md", "alpha\n")
    library.update()
    with library.open() as store:
        store.connection.execute("DROP TABLE files")
    assert library.update().rebuilt == "it was damaged"
    assert library.paths("alpha") == ["a.md"]


def test_an_index_of_an_older_version_is_made_again(repository: Repository, library: Library) -> None:
    repository.write("a.md", "alpha\n")
    library.update()
    set_pragma(library.place.db, "user_version", VERSION - 1)
    assert library.update().rebuilt == "it was damaged, or of another version"
    assert library.paths("alpha") == ["a.md"]


def test_an_index_of_a_newer_version_is_refused_and_kept(repository: Repository, library: Library) -> None:
    repository.write("a.md", "alpha\n")
    library.update()
    set_pragma(library.place.db, "user_version", VERSION + 1)
    before = Path(library.place.db).read_bytes()
    with pytest.raises(KnowledgeError, match="a newer version wrote the index") as caught:
        library.update()
    assert caught.value.hint == "upgrade openclaw-hooks, or delete the file"
    assert Path(library.place.db).read_bytes() == before


@pytest.mark.parametrize("kind", ["text", "database"])
def test_a_named_file_that_is_somebody_elses_is_refused_and_kept(
    repository: Repository, tmp_path: Path, kind: str
) -> None:
    path = tmp_path / "theirs.db"
    if kind == "text":
        path.write_text("my notes\n")
    else:
        with sqlite3.connect(path) as connection:
            connection.execute("CREATE TABLE mine (x)")
        connection.close()
    before = path.read_bytes()
    place = find_place(str(repository.path), {"KNOWLEDGE_DB": str(path)})
    with pytest.raises(KnowledgeError, match=r"theirs\.db is no index of this program"):
        update_index(place, KnowledgeSettings())
    assert path.read_bytes() == before


def test_a_named_file_is_made_where_none_is(repository: Repository, tmp_path: Path) -> None:
    repository.write("a.md", "alpha\n")
    named = Library(find_place(str(repository.path), {"KNOWLEDGE_DB": str(tmp_path / "new" / "x.db")}))
    named.update()
    assert named.paths("alpha") == ["a.md"]
    assert not (repository.path / ".git" / "openclaw" / "knowledge.db").exists()


def test_who_reads_notices_that_the_index_was_replaced(repository: Repository, library: Library) -> None:
    repository.write("a.md", "alpha\n")
    library.update()
    with library.open() as store:
        assert not store.is_replaced()
        Path(library.place.db).write_bytes(b"broken")
        library.update()
        assert store.is_replaced()


def test_the_leftovers_of_a_killed_process_are_no_hindrance(repository: Repository, library: Library) -> None:
    repository.write("a.md", "alpha\n")
    library.update()
    Path(library.place.db).unlink()
    Path(f"{library.place.db}-wal").write_bytes(b"of another file")
    Path(f"{library.place.db}-shm").write_bytes(b"of another file")
    Path(f"{library.place.db}.new").write_bytes(b"half of one")
    library.update()
    assert library.paths("alpha") == ["a.md"]
    assert not Path(f"{library.place.db}.new").exists()


def test_an_index_leaves_nothing_beside_it(repository: Repository, library: Library) -> None:
    repository.write("a.md", "alpha\n")
    library.update()
    names = {path.name for path in Path(library.place.db).parent.iterdir()}
    assert names == {"knowledge.db", "knowledge.db.lock"}
