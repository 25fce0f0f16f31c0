"""The checkout that a metric runs in: what is in it, whose version, and what cannot be reached from it."""

from __future__ import annotations

import os
import stat
import subprocess
from typing import TYPE_CHECKING

import pytest

from openclaw_hooks.agent.measure.checkout import Wanted, make_checkout, remove_checkout
from openclaw_hooks.agent.measure.overlay import Entry, lay_over, leaves_tree
from openclaw_hooks.agent.model import Frozen
from openclaw_hooks.errors import OpenclawError

if TYPE_CHECKING:
    from pathlib import Path

    from tests.agent.measure.conftest import Bench

TESTS = Frozen(inferred=("/bench.sh", "/tests/"), tools=("conftest.py",))
DECLARED = Frozen(declared=("/bench.sh", "tests/"))


def files_of(bench: Bench) -> dict[str, str]:
    """What lies in the checkout: contents, and where links lead; git's folder left out."""
    found = {}
    for folder, folders, names in os.walk(bench.path):
        folders[:] = [name for name in folders if name != ".git"]
        for name in [*names, *(name for name in folders if os.path.islink(os.path.join(folder, name)))]:
            path = os.path.join(folder, name)
            shown = os.fsencode(os.path.relpath(path, bench.path)).decode("utf-8", "backslashreplace")
            if os.path.islink(path):
                found[shown] = f"-> {os.readlink(path)}"
            else:
                with open(path, encoding="utf-8", newline="") as stream:
                    found[shown] = stream.read()
    return found


def git_in(bench: Bench, *words: str) -> str:
    done = subprocess.run(["git", *words], cwd=bench.path, capture_output=True, text=True, check=False)
    return done.stdout + done.stderr


def check_out(bench: Bench, commit: str, frozen: Frozen = DECLARED, shared: tuple[str, ...] = ()) -> dict[str, str]:
    make_checkout(bench.repo, str(bench.path), Wanted(commit, bench.base, frozen, shared))
    return files_of(bench)


BASE = {"bench.sh": "echo METRIC n=$(wc -l < src/app.txt)\n", "tests/a.txt": "a\n", "tests/deep/b.txt": "b\n"}


@pytest.mark.parametrize(
    "tampering",
    [
        {"bench.sh": "echo METRIC n=99\n"},
        {"bench.sh": None},
        {"bench.sh": None, "bench.sh/x": "a folder in its place\n"},
        {"tests/a.txt": None, "tests/deep/b.txt": None},
        {"tests/a.txt": None, "tests/deep/b.txt": None, "tests": "a file in its place\n"},
        {"tests/deep/b.txt": None, "tests/deep": "a file in its place\n"},
        {"tests/new.txt": "new\n", "tests/deep/er/new.txt": "new\n"},
        {"tests/a.txt": None, "tests/a.txt/b/c": "x\n"},
    ],
)
def test_what_is_frozen_is_exactly_as_in_the_base(bench: Bench, tampering: dict[str, str | None]) -> None:
    commit = bench.attempt({**tampering, "src/app.txt": "work\n"})
    assert check_out(bench, commit) == {**BASE, "src/app.txt": "work\n"}
    assert git_in(bench, "status", "--porcelain") == ""


@pytest.mark.parametrize("frozen", [DECLARED, TESTS])
@pytest.mark.parametrize("intruder", ["bench.sh/x", "tests", "tests/deep", "tests/a.txt/b/c"])
def test_nothing_new_stands_in_the_way_of_what_is_frozen(frozen: Frozen, intruder: str) -> None:
    entry = Entry("100644", "0" * 40)
    base = dict.fromkeys(("bench.sh", "src/app.txt", "tests/a.txt", "tests/deep/b.txt"), entry)
    assert lay_over({"src/app.txt": entry, intruder: entry}, base, frozen, ()) == base


def test_new_tests_stay_where_the_folder_was_only_inferred_and_new_settings_go(bench: Bench) -> None:
    new = {"tests/new.txt": "new\n", "src/conftest.py": "evil\n", "conftest.py": "evil\n", "tests/a.txt": "edited\n"}
    assert check_out(bench, bench.attempt(new), TESTS) == {
        **BASE,
        "tests/new.txt": "new\n",
        "src/app.txt": "one\ntwo\n",
    }


def test_links_in_the_place_of_what_is_frozen_are_not_followed(bench: Bench, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "a.txt").write_text("mine\n")
    git = bench.repository.git
    git("rm", "-rq", "tests", "bench.sh")
    (bench.repository.path / "tests").symlink_to(outside)
    (bench.repository.path / "bench.sh").symlink_to("src/app.txt")
    git("add", "-A")
    bench.repository.commit()
    assert check_out(bench, bench.repository.head()) == {**BASE, "src/app.txt": "one\ntwo\n"}
    assert (outside / "a.txt").read_text() == "mine\n"
    assert sorted(os.listdir(outside)) == ["a.txt"]


def test_links_that_the_attempt_brings_lead_nowhere_outside(bench: Bench, tmp_path: Path) -> None:
    targets = {
        "out": str(tmp_path),
        "src/up": "../../x",
        "in": "src/app.txt",
        "src/in": "../tests",
        "tricky": "src/in/../../..",
    }
    for name, target in targets.items():
        (bench.repository.path / name).symlink_to(target)
    bench.repository.git("add", "-A")
    bench.repository.commit()
    found = check_out(bench, bench.repository.head())
    assert {name: text for name, text in found.items() if text.startswith("->")} == {
        "in": "-> src/app.txt",
        "src/in": "-> ../tests",
    }


@pytest.mark.parametrize(
    ("path", "target", "leaves"),
    [
        ("a", "b", False),
        ("a", "..", True),
        ("a/b", "..", False),
        ("a/b", "../..", True),
        ("a/b", "./../c//d", False),
        ("a", "/etc/passwd", True),
        ("a/b", "c/../d", True),  # `c` may be a link
        ("a/b/c", "../../d", False),
        ("a", "...", False),
        ("a", "", False),
    ],
)
def test_which_links_leave_a_tree(path: str, target: str, leaves: bool) -> None:
    assert leaves_tree(path, target) is leaves


def test_modes_and_links_of_the_base_come_back(bench: Bench) -> None:
    git = bench.repository.git
    (bench.repository.path / "bench.sh").chmod(0o755)
    (bench.repository.path / "tests" / "link").symlink_to("/etc/hostname")  # the base's own, which a person committed
    git("add", "-A")
    bench.repository.commit()
    bench.base = bench.repository.head()
    commit = bench.attempt({"tests/link": "a file\n", "bench.sh": None})
    found = check_out(bench, commit)
    assert found["tests/link"] == "-> /etc/hostname"
    assert stat.S_IMODE((bench.path / "bench.sh").stat().st_mode) & 0o111


def test_attributes_of_the_attempt_do_not_change_how_frozen_files_are_written(bench: Bench) -> None:
    attributes = "*.txt text eol=crlf\nbench.sh text eol=crlf working-tree-encoding=UTF-16LE-BOM\n"
    commit = bench.attempt({".gitattributes": attributes, "tests/.gitattributes": attributes, "src/app.txt": "work\n"})
    found = check_out(bench, commit, Frozen(declared=("/bench.sh", "/tests/*.txt", "/tests/deep/")))
    assert found.pop("src/app.txt") == "work\r\n"
    assert {name: text for name, text in found.items() if not name.endswith(".gitattributes")} == BASE


def test_odd_names_are_checked_out(bench: Bench) -> None:
    names = ["new\nline", "tab\t", "'quote\"", "-dash", "\u00e9", ":(glob)x", "sp ace/\\back"]
    for name in names:
        bench.repository.stage(f"src/{name}", f"{name}\n")
    bench.repository.stage(b"src/\xff\xfe", "raw\n")
    bench.repository.commit()
    found = check_out(bench, bench.repository.head())
    assert {f"src/{name}": f"{name}\n" for name in names}.items() <= found.items()
    assert found["src/\\xff\\xfe"] == "raw\n"


def test_nothing_of_a_shared_path_comes_from_the_attempt(bench: Bench) -> None:
    commit = bench.attempt({"node_modules/jest/run.js": "fake\n", "src/x/deps": "fake\n"})
    assert "node_modules/jest/run.js" not in check_out(bench, commit, shared=("node_modules", "src/x/deps/more"))
    assert "src/x/deps" not in files_of(bench)


def test_it_is_a_repository_of_its_own(bench: Bench) -> None:
    repository = bench.repository
    repository.git("tag", "v1")
    commit = bench.attempt({"src/app.txt": "work\n", "bench.sh": "evil\n"})
    repository.git("update-ref", "refs/openclaw/attempts/T-1/1", commit)
    repository.git("tag", "later", commit)
    repository.git("config", "user.secret", "hidden")
    before = (repository.git("for-each-ref").stdout, (repository.path / ".git/config").read_bytes())
    check_out(bench, bench.attempt({"src/app.txt": "other\n"}))
    assert git_in(bench, "for-each-ref", "--format=%(refname)") == "refs/tags/v1\n"
    assert git_in(bench, "describe", "--tags").startswith("v1-")
    assert git_in(bench, "show", "HEAD:src/app.txt") == "other\n"
    assert git_in(bench, "config", "user.secret") == ""
    assert git_in(bench, "rev-parse", "--show-toplevel").strip() == os.path.realpath(bench.path)
    git_in(bench, "config", "core.hooksPath", "/tmp/evil")
    git_in(bench, "branch", "evil")
    git_in(bench, "stash")
    git_in(bench, "update-ref", "refs/heads/main", "HEAD")
    git_in(bench, "commit", "--allow-empty", "-m", "evil")
    git_in(bench, "gc", "--prune=now", "-q")
    assert (repository.git("for-each-ref").stdout, (repository.path / ".git/config").read_bytes()) == before
    assert repository.git("fsck", "--full", "--strict").returncode == 0
    assert repository.git("status", "--porcelain").stdout == ""


def test_hooks_filters_and_templates_of_others_do_not_run(bench: Bench, isolated_home: Path) -> None:
    mark = bench.path.parent.parent / "ran"
    template = isolated_home / "template"
    (template / "hooks").mkdir(parents=True)
    for hook in (template / "hooks" / "post-checkout", bench.repository.path / ".git" / "hooks" / "post-checkout"):
        hook.write_text(f"#!/bin/sh\ntouch {mark}\n")
        hook.chmod(0o755)
    bench.repository.git("config", "core.fsmonitor", f"touch {mark}")
    bench.repository.git("config", "--global", "init.templateDir", str(template))
    check_out(bench, bench.base)
    assert not (bench.path / ".git" / "hooks").exists()
    assert not mark.exists()


def test_a_bare_repository_and_one_of_sha256_have_checkouts_too(bench: Bench, tmp_path: Path) -> None:
    bench.repository.git("clone", "-q", "--bare", ".", str(tmp_path / "bare.git"))
    from openclaw_hooks.git import open_repo

    make_checkout(open_repo(str(tmp_path / "bare.git")), str(bench.path), Wanted(bench.base, bench.base, DECLARED))
    assert files_of(bench) == {**BASE, "src/app.txt": "one\ntwo\n"}
    other = tmp_path / "new\nline"
    words = ["git", "init", "-q", "--object-format=sha256", str(other)]
    subprocess.run(words, check=True)
    (other / "bench.sh").write_text("x\n")
    subprocess.run(["git", "add", "-A"], cwd=other, check=True)
    subprocess.run(["git", "commit", "-qm", "x"], cwd=other, check=True)
    repo = open_repo(str(other))
    make_checkout(repo, str(bench.path), Wanted(repo.head, repo.head, DECLARED))
    assert files_of(bench) == {"bench.sh": "x\n"}
    assert git_in(bench, "log", "--format=%s") == "x\n"


def test_what_a_killed_run_left_is_replaced_and_anything_else_stays(bench: Bench) -> None:
    check_out(bench, bench.attempt({"src/old.txt": "old\n"}))
    (bench.path / "made").mkdir()
    (bench.path / "made" / "file").write_text("x")
    (bench.path / "made").chmod(0o500)
    assert check_out(bench, bench.base) == {**BASE, "src/app.txt": "one\ntwo\n"}
    assert remove_checkout(str(bench.path))
    assert not remove_checkout(str(bench.path))
    bench.path.mkdir()
    (bench.path / "mine").write_text("mine")
    with pytest.raises(OpenclawError, match="is no checkout of a metric: it stays"):
        check_out(bench, bench.base)
    assert (bench.path / "mine").read_text() == "mine"


def test_a_half_made_checkout_is_removed(bench: Bench) -> None:
    (bench.path / ".git").mkdir(parents=True)  # killed before the owner was written
    assert check_out(bench, bench.base)
    bench.path.rename(bench.path.parent / "other")
    bench.path.symlink_to(bench.path.parent / "other")
    with pytest.raises(OpenclawError, match="it stays"):
        remove_checkout(str(bench.path))
    assert (bench.path / "bench.sh").exists()


def test_a_commit_that_is_not_there_is_an_error(bench: Bench) -> None:
    with pytest.raises(OpenclawError, match="ls-tree"):
        check_out(bench, "0" * 40)


def test_a_filter_that_does_not_work_is_left_out(bench: Bench) -> None:
    for key, value in (("smudge", "false"), ("clean", "cat"), ("required", "true")):
        bench.repository.git("config", f"filter.large.{key}", value)
    commit = bench.attempt({"src/big.bin": "pointer\n", ".gitattributes": "*.bin filter=large\n"})
    assert check_out(bench, commit)["src/big.bin"] == "pointer\n"
    bench.base = commit
    assert check_out(bench, commit) == {**BASE, "src/app.txt": "one\ntwo\n", "src/big.bin": "pointer\n"} | {
        ".gitattributes": "*.bin filter=large\n"
    }


def test_a_submodule_is_an_empty_folder(bench: Bench) -> None:
    git = bench.repository.git
    git("update-index", "--add", "--cacheinfo", f"160000,{bench.base},vendor/lib")
    tree = git("write-tree").stdout.strip()
    commit = git("commit-tree", tree, "-p", bench.base, "-m", "sub").stdout.strip()
    assert check_out(bench, commit) == {**BASE, "src/app.txt": "one\ntwo\n"}
    assert os.listdir(bench.path / "vendor" / "lib") == []
