from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from openclaw_hooks import git
from openclaw_hooks.checks.change import AddedLines, Change, parse_diff, unquote_path
from openclaw_hooks.checks.sources import commit_change, disk_change, staged_change
from openclaw_hooks.errors import OpenclawError

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.conftest import Repository

ODD_NAMES = [
    b"with space.txt",
    b"quote'\"s.txt",
    b"new\nline.txt",
    b"tab\tname.txt",
    b"$(touch owned).txt",
    b"`touch owned`.txt",
    b"-leading-dash.txt",
    b"--help",
    b"back\\slash.txt",
    b"latin-\xe9.txt",
    b"umlaut-\xc3\xa4.txt",
    b":(exclude)magic.txt",
    b"star*.txt",
    b"diff --git a/x b/x",
    b"\x1b[31mred.txt",
    b"x'+require('fs').writeFileSync('p','')+'.json",
    b"a/+++ b/deep.txt",
    b"newline\n@@ -0,0 +1 @@\n+forged",
]


@pytest.fixture
def here(repository: Repository, monkeypatch: pytest.MonkeyPatch) -> Repository:
    monkeypatch.chdir(repository.path)
    return repository


def staged(repository: Repository) -> Change:
    return staged_change(git.open_repo())


@pytest.mark.parametrize("name", ODD_NAMES, ids=repr)
def test_a_file_of_any_name_is_seen_with_its_lines(here: Repository, name: bytes) -> None:
    here.stage(name, "first\nsecond\n")
    [file] = staged(here).files
    assert os.fsencode(file.path) == name
    assert (file.status, file.added.text) == ("A", "first\nsecond")
    assert not (here.path / "owned").exists()


def test_all_odd_names_at_once_keep_their_own_lines(here: Repository) -> None:
    for number, name in enumerate(ODD_NAMES):
        here.stage(name, f"content {number}\n")
    found = {os.fsencode(file.path): file.added.text for file in staged(here).files}
    assert found == {name: f"content {number}" for number, name in enumerate(ODD_NAMES)}


def test_content_that_looks_like_a_patch_forges_nothing(here: Repository) -> None:
    forged = (
        "diff --git a/x b/x\n@@ -1,5 +1,5 @@\n--- a/x\n+++ b/x\n:100644 100644 a b M\tx\n\\ No newline at end of file\n"
    )
    here.stage("a.txt", forged)
    here.stage("b.txt", "plain\n")
    found = {file.path: file.added.text for file in staged(here).files}
    assert found == {"a.txt": forged.rstrip("\n"), "b.txt": "plain"}


def test_only_added_lines_of_a_modified_file_count_with_their_numbers(here: Repository) -> None:
    here.stage("a.txt", "".join(f"line {number}\n" for number in range(1, 21)))
    here.commit()
    lines = [f"line {number}\n" for number in range(1, 21)]
    lines[2] = "new three\nnew three and a half\n"
    del lines[9]
    lines.append("last")
    here.stage("a.txt", "".join(lines))
    [file] = staged(here).files
    assert file.status == "M"
    assert file.added.text == "new three\nnew three and a half\nlast"
    assert [file.added.line_number(index) for index in range(3)] == [3, 4, 21]


def test_a_line_without_newline_at_the_end_is_read_on_both_sides(here: Repository) -> None:
    here.stage("a.txt", "old")
    here.commit()
    here.stage("a.txt", "new")
    [file] = staged(here).files
    assert file.added.text == "new"


def test_statuses_of_every_kind_of_change(here: Repository) -> None:
    here.stage("gone.txt", "gone\n")
    here.stage("moved.txt", "".join(f"row {number}\n" for number in range(30)))
    here.stage("mode.sh", "#!/bin/sh\n")
    here.stage("kind.txt", "file\n")
    here.commit()
    here.git("rm", "-q", "gone.txt")
    here.git("mv", "moved.txt", "elsewhere.txt")
    here.write("elsewhere.txt", "".join(f"row {number}\n" for number in range(30)) + "more\n")
    here.git("add", "elsewhere.txt")
    here.git("update-index", "--chmod=+x", "mode.sh")
    (here.path / "kind.txt").unlink()
    (here.path / "kind.txt").symlink_to("/etc/passwd")
    here.git("add", "kind.txt")
    files = {file.path: file for file in staged(here).files}
    assert {path: file.status for path, file in files.items()} == {
        "gone.txt": "D",
        "elsewhere.txt": "R",
        "mode.sh": "M",
        "kind.txt": "T",
    }
    assert files["elsewhere.txt"].old_path == "moved.txt"
    assert files["elsewhere.txt"].added.text == "more"
    assert files["mode.sh"].added.text == ""
    assert files["kind.txt"].added.text == "/etc/passwd"
    assert [file.path for file in files.values() if not file.is_regular] == ["gone.txt", "kind.txt"]


def test_an_attribute_or_a_nul_byte_does_not_hide_a_file(here: Repository) -> None:
    here.stage(".gitattributes", "*.env binary\n*.txt -diff\n")
    here.stage("a.env", "one\n")
    here.stage("b.txt", "two\n")
    here.stage("c.bin", b"\0\1three\n")
    here.stage("d.utf16", "four\n".encode("utf-16-le"))
    found = {file.path: (file.added.text.strip(), file.is_binary) for file in staged(here).files}
    assert found["a.env"] == ("one", False)
    assert found["b.txt"] == ("two", False)
    assert found["c.bin"] == ("\1three", True)
    assert found["d.utf16"] == ("four", False)


def test_textconv_and_external_diff_of_the_user_are_not_run(here: Repository) -> None:
    here.git("config", "diff.external", "touch owned; false")
    here.git("config", "diff.odd.textconv", "touch owned; echo nothing <")
    here.git("config", "diff.noprefix", "true")
    here.git("config", "diff.mnemonicPrefix", "true")
    here.git("config", "color.ui", "always")
    here.stage(".gitattributes", "*.odd diff=odd\n")
    here.stage("a.odd", "real\n")
    assert {file.path: file.added.text for file in staged(here).files}["a.odd"] == "real"
    assert not (here.path / "owned").exists()


def test_a_submodule_is_seen_and_not_read(here: Repository, make_repository: Callable[..., Repository]) -> None:
    other = make_repository("other")
    other.stage("x", "x\n")
    other.commit()
    here.git("submodule", "add", "-q", str(other.path), "sub")
    files = {file.path: file for file in staged(here).files}
    assert files["sub"].mode == "160000"
    assert not files["sub"].is_regular
    assert files[".gitmodules"].is_regular


def test_the_index_of_commit_all_is_the_one_that_counts(here: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    here.stage("a.txt", "one\n")
    here.commit()
    other = here.path / ".git" / "other-index"
    here.write("a.txt", "one\ntwo\n")
    here.git("read-tree", "HEAD", GIT_INDEX_FILE=str(other))
    here.git("add", "a.txt", GIT_INDEX_FILE=str(other))
    assert staged(here).files == ()
    monkeypatch.setenv("GIT_INDEX_FILE", str(other))
    assert [file.added.text for file in staged(here).files] == ["two"]


@pytest.mark.parametrize("object_format", ["sha1", "sha256"])
def test_before_the_first_commit_everything_is_new(
    make_repository: Callable[..., Repository], monkeypatch: pytest.MonkeyPatch, object_format: str
) -> None:
    repository = make_repository("fresh", f"--object-format={object_format}")
    monkeypatch.chdir(repository.path)
    repository.stage("a.txt", "one\n")
    [file] = staged(repository).files
    assert file.added.text == "one"
    assert staged_change(git.open_repo()).read([file]) == {"a.txt": b"one\n"}


def test_a_merge_counts_what_differs_from_every_parent(here: Repository) -> None:
    here.stage("base.txt", "base\n")
    here.commit()
    here.git("switch", "-q", "-c", "side")
    here.stage("side.txt", "side\n")
    here.stage("base.txt", "base from side\n")
    here.commit()
    here.git("switch", "-q", "main")
    here.stage("main.txt", "main\n")
    here.stage("base.txt", "base from main\n")
    here.commit()
    here.git("merge", "-q", "side", check=False)
    here.stage("base.txt", "settled\n")
    here.stage("evil.txt", "sneaked in\n")
    assert {file.path for file in staged(here).files} == {"base.txt", "evil.txt"}
    here.commit("Merge branch 'side'")
    assert {file.path for file in commit_change(git.open_repo(), "HEAD").files} == {"base.txt", "evil.txt"}


def test_a_commit_is_read_with_its_message(here: Repository) -> None:
    here.stage("a.txt", "one\n")
    here.commit("feat: one\n\nbody")
    change = commit_change(git.open_repo(), "HEAD")
    assert change.message.strip() == "feat: one\n\nbody"
    assert [file.path for file in change.files] == ["a.txt"]
    assert change.paths() == {"a.txt"}


def test_files_and_folders_on_disk_are_read_whole(here: Repository) -> None:
    here.write(".gitignore", "ignored.txt\n")
    here.write("ignored.txt", "seen when named\n")
    here.write("src/a.py", "one\ntwo\n")
    here.write("src/ignored.txt", "hidden\n")
    change = disk_change(str(here.path), ["src", "ignored.txt"])
    assert {file.path: file.added.text for file in change.files} == {
        "src/a.py": "one\ntwo",
        "ignored.txt": "seen when named",
    }
    assert change.read(change.files)["src/a.py"] == b"one\ntwo\n"


def test_a_path_that_does_not_exist_is_named(here: Repository) -> None:
    with pytest.raises(OpenclawError, match=r"no such file or folder: nowhere"):
        disk_change(str(here.path), ["nowhere"])


def test_a_diff_whose_patches_do_not_fit_its_files_is_refused() -> None:
    raw = b":000000 100644 " + b"0" * 40 + b" " + b"1" * 40 + b" A\ta.txt\n"
    with pytest.raises(OpenclawError, match="fewer patches"):
        parse_diff(raw + b"\n")
    with pytest.raises(OpenclawError, match="more patches"):
        parse_diff(raw + b"\ndiff --git a/a b/a\ndiff --git a/b b/b\n")


@pytest.mark.parametrize(
    ("quoted", "path"),
    [
        (b"plain", b"plain"),
        (rb'"a\nb"', b"a\nb"),
        (rb'"\303\244"', "ä".encode()),
        (rb'"q\"q\\"', rb'q"q\\'[:3] + b"\\"),
    ],
)
def test_quoted_paths_are_read_as_git_means_them(quoted: bytes, path: bytes) -> None:
    assert unquote_path(quoted) == path


def test_line_numbers_of_lines_without_hunks_count_from_one() -> None:
    assert AddedLines("a\nb").line_number(1) == 2
