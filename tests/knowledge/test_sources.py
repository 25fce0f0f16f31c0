"""Which files are searched: what git sees, the board, and nothing from outside."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from openclaw_hooks.knowledge.model import Kind, KnowledgeError
from openclaw_hooks.knowledge.place import find_place
from openclaw_hooks.knowledge.sources import MOST_BYTES, decode_source, list_sources, read_source
from openclaw_hooks.settings import KNOWLEDGE_FILES, KnowledgeSettings

if TYPE_CHECKING:
    from pathlib import Path

    from openclaw_hooks.knowledge.place import Place
    from tests.conftest import Repository


def paths(place: Place, settings: KnowledgeSettings | None = None) -> list[str]:
    return [source.path for source in list_sources(place, settings or KnowledgeSettings()).found]


def problems(place: Place) -> dict[str, str]:
    return dict(list_sources(place, KnowledgeSettings()).problems)


def test_tracked_and_untracked_markdown_is_found_and_ignored_files_are_not(
    repository: Repository, place: Place
) -> None:
    repository.write(".gitignore", "build/\nsecret.md\n")
    repository.stage("docs/a.md", "a")
    for name in ("b.MD", "c.markdown", "d.mdx", "build/e.md", "secret.md", "code.py", "f.txt"):
        repository.write(name, "x")
    assert paths(place) == ["b.MD", "c.markdown", "d.mdx", "docs/a.md"]


def test_a_staged_file_that_is_gone_is_left_out(repository: Repository, place: Place) -> None:
    repository.stage("a.md", "a")
    (repository.path / "a.md").unlink()
    assert paths(place) == []
    assert problems(place) == {}


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("README.md", Kind.DOC),
        ("memory.md", Kind.DOC),
        ("memory/2026-01-01.md", Kind.MEMORY),
        ("MEMORY.md", Kind.MEMORY),
        (".learnings/a.md", Kind.MEMORY),
        (".openclaw/rules/house.md", Kind.RULE),
        (".claude/rules/house.md", Kind.RULE),
        (".openclaw/roles/qa.yaml", Kind.ROLE),
        (".openclaw/plan-templates/p.yaml", Kind.PLAN),
    ],
)
def test_the_kind_of_a_document_is_where_it_lies(repository: Repository, place: Place, path: str, kind: Kind) -> None:
    repository.write(path, "x")
    (source,) = list_sources(place, KnowledgeSettings()).found
    assert (source.path, source.kind) == (path, kind)


def test_settings_choose_files_and_leave_some_out(repository: Repository, place: Place) -> None:
    for name in ("docs/a.md", "docs/old/b.md", "notes.txt", "c.md"):
        repository.write(name, "x")
    assert paths(place, KnowledgeSettings(include=("docs/", "*.txt"), exclude=("docs/old/",))) == [
        "docs/a.md",
        "notes.txt",
    ]
    assert paths(place, KnowledgeSettings(exclude=("docs/**", "!docs/a.md"))) == ["c.md", "docs/a.md"]


@pytest.mark.parametrize(
    "name", ["a.md", "docs/A.md", "deep/er/b.markdown", "x.mdx", ".openclaw/roles/a.yaml", "a.yaml"]
)
def test_git_and_the_globs_agree_on_the_default(repository: Repository, place: Place, name: str) -> None:
    repository.write(name, "x")
    as_globs = KnowledgeSettings(include=(*KNOWLEDGE_FILES, "*.MD"))  # not the default any more
    assert paths(place) == paths(place, as_globs)


def test_links_out_of_the_root_are_refused(repository: Repository, place: Place, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret.md").write_text("secret")
    (repository.path / "file.md").symlink_to(outside / "secret.md")
    (repository.path / "folder").symlink_to(outside)
    repository.write("docs/inside.md", "x")
    (repository.path / "alias.md").symlink_to("docs/inside.md")
    assert paths(place) == ["docs/inside.md"]
    assert problems(place) == {"file.md": "a link out of the root"}


def test_a_tracked_folder_that_became_a_link_out_of_the_root_is_refused(
    repository: Repository, place: Place, tmp_path: Path
) -> None:
    repository.stage("docs/secret.md", "ours")
    repository.commit()
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "secret.md").write_text("theirs")
    (repository.path / "docs" / "secret.md").unlink()
    (repository.path / "docs").rmdir()
    (repository.path / "docs").symlink_to(tmp_path / "outside")
    assert paths(place) == []
    assert problems(place) == {"docs/secret.md": "in a folder that is a link"}


def test_a_file_that_becomes_a_link_after_it_was_listed_is_not_read(repository: Repository, place: Place) -> None:
    repository.write("a.md", "x")
    (source,) = list_sources(place, KnowledgeSettings()).found
    (repository.path / "a.md").unlink()
    (repository.path / "a.md").symlink_to("/etc/hostname")
    with pytest.raises(OSError, match=r"a\.md"):
        read_source(source)


def test_what_is_no_text_file_is_reported(repository: Repository, place: Place) -> None:
    os.mkfifo(repository.path / "pipe.md")
    repository.git(
        "update-index", "--add", "--cacheinfo", "100644", "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391", "pipe.md"
    )
    repository.write(b"odd-\xff.md", "x")
    with open(repository.path / "huge.md", "wb") as stream:
        stream.truncate(100_000_000)
    assert paths(place) == []
    assert problems(place) == {
        "huge.md": "100 MB; files up to 4 MB are indexed",
        "odd-\\udcff.md": "its name is not UTF-8",
        "pipe.md": "not a regular file",
    }


def test_names_with_spaces_quotes_and_line_ends_are_found(repository: Repository, place: Place) -> None:
    for name in ("a b.md", 'quo"te.md', "line\nend.md", "\u00fcber.md", "-dash.md", ":(icase).md"):
        repository.write(name, "x")
    assert len(paths(place)) == 6


def test_odd_content_is_read_as_far_as_it_is_text() -> None:
    assert decode_source(b"\xef\xbb\xbfa\r\nb\rc\n") == ("a\nb\rc\n", "")
    text, reason = decode_source(b"a\nb \xe9\n")
    assert text == "a\nb \ufffd\n"
    assert reason == "not valid UTF-8 from line 2 on; such bytes are indexed as \ufffd"
    assert decode_source(b"\x00PNG") == ("", "not text: it holds NUL bytes")
    assert decode_source(b"x" * (MOST_BYTES + 1))[0] == ""


def test_the_environment_names_root_index_and_folders(repository: Repository, tmp_path: Path) -> None:
    vault = tmp_path / "vault"
    for name in ("a/x.md", "b/y.md", ".hidden/z.md", "node_modules/p/README.md", ".learnings/l.md", "SOUL.md"):
        (vault / name).parent.mkdir(parents=True, exist_ok=True)
        (vault / name).write_text("x")
    found = find_place(str(repository.path), {"KNOWLEDGE_ROOT": str(vault)})
    assert found.db == str(vault / ".knowledge.db")
    assert paths(found) == [".learnings/l.md", "SOUL.md", "a/x.md", "b/y.md"]
    env = {"KNOWLEDGE_ROOT": str(vault), "KNOWLEDGE_DB": "x.db", "INCLUDE_DIRS": "a/, SOUL.md"}
    narrowed = find_place(str(repository.path), env)
    assert narrowed.db == str(vault / "x.db")
    assert paths(narrowed) == ["SOUL.md", "a/x.md"]


@pytest.mark.parametrize("folders", ["../elsewhere", "/etc", "a/../../b"])
def test_folders_outside_of_the_root_are_refused(repository: Repository, folders: str) -> None:
    with pytest.raises(KnowledgeError, match="lies outside of the root"):
        find_place(str(repository.path), {"INCLUDE_DIRS": folders})


def test_a_folder_without_a_repository_is_refused(tmp_path: Path) -> None:
    with pytest.raises(KnowledgeError, match="not in a git repository"):
        find_place(str(tmp_path), {})


def test_worktrees_share_one_index(repository: Repository, tmp_path: Path) -> None:
    repository.stage("a.md", "a")
    repository.commit()
    repository.git("worktree", "add", "-q", str(tmp_path / "other"))
    other = find_place(str(tmp_path / "other"), {})
    assert other.db == find_place(str(repository.path), {}).db
    assert other.root != str(repository.path)
