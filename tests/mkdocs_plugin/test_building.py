"""A site comes into its place as a whole, or not at all."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

import pytest

from openclaw_hooks.errors import EXIT_FINDINGS
from openclaw_hooks.mkdocs_plugin.building import Wish, build_site
from openclaw_hooks.mkdocs_plugin.swapping import BrokenSiteError, SiteError, put_in_place

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import Repository


@pytest.fixture
def top(repository: Repository) -> Path:
    repository.stage("README.md", "# Here\n")
    repository.commit()
    return repository.path


def break_rule(top: Path) -> None:
    path = top / ".openclaw/rules/broken.md"
    path.parent.mkdir(parents=True)
    path.write_text("---\nid: broken\nno_such_key: 1\n---\nText\n")


def test_a_repository_without_a_board_gets_a_site_that_says_how_to_make_one(top: Path) -> None:
    built = build_site(Wish(str(top)))
    assert built.folder == str(top / "build/mission-control")
    assert "openclaw board attach" in (top / "build/mission-control/openclaw/board.html").read_text()
    assert (top / "build/mission-control/.gitignore").read_text() == "*\n"


def test_what_is_broken_is_told_and_fails_a_strict_build_which_leaves_the_old_site(top: Path) -> None:
    build_site(Wish(str(top)))
    page = top / "build/mission-control/openclaw/rules.html"
    before = page.read_bytes()
    break_rule(top)
    with pytest.raises(BrokenSiteError, match="strict") as caught:
        build_site(Wish(str(top), is_strict=True))
    assert ".openclaw/rules/broken.md" in caught.value.hint
    assert caught.value.exit_code == EXIT_FINDINGS
    assert page.read_bytes() == before
    assert os.listdir(top / "build") == ["mission-control"], "nothing is left beside it"

    warnings = build_site(Wish(str(top))).warnings
    assert any(".openclaw/rules/broken.md" in line for line in warnings)
    assert page.read_bytes() != before


def test_a_folder_with_other_files_is_not_replaced(top: Path) -> None:
    (top / "notes").mkdir()
    (top / "notes/mine.txt").write_text("mine")
    with pytest.raises(SiteError, match="no site"):
        build_site(Wish(str(top), str(top / "notes")))
    assert (top / "notes/mine.txt").read_text() == "mine"


@pytest.mark.parametrize("out", [".", "..", ".git/site"])
def test_neither_the_repository_nor_gits_files_are_replaced(top: Path, out: str) -> None:
    with pytest.raises(SiteError, match=r"repository itself|belongs to git"):
        build_site(Wish(str(top), str(top / out)))
    assert (top / "README.md").is_file()


def test_a_mkdocs_yml_without_the_plugin_is_left_alone_and_the_way_to_it_is_told(top: Path) -> None:
    (top / "docs").mkdir()
    (top / "docs/index.md").write_text("# Mine\n")
    (top / "mkdocs.yml").write_text("site_name: Mine\n")
    built = build_site(Wish(str(top)))
    assert built.config == ""
    assert built.folder.endswith("build/mission-control")
    assert any("- openclaw" in line for line in built.warnings)


def test_a_mkdocs_yml_that_cannot_be_read_is_named(top: Path) -> None:
    (top / "docs").mkdir()
    (top / "mkdocs.yml").write_text("site_name: Mine\nplugins: [openclaw, nobody]\n")
    with pytest.raises(SiteError, match=r'mkdocs.yml: .*"nobody" plugin is not installed'):
        build_site(Wish(str(top)))


def test_what_a_killed_build_left_is_taken_away_by_the_next(top: Path) -> None:
    left = top / "build/mission-control.new-4194305"  # above the largest number that a process can have
    left.mkdir(parents=True)
    build_site(Wish(str(top)))
    assert not left.exists()


def test_a_site_that_somebody_else_made_is_not_replaced(top: Path) -> None:
    for name in ("404.html", "sitemap.xml", "data/version.json"):
        path = top / "public" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("mine")
    with pytest.raises(SiteError, match="no site of ours"):
        build_site(Wish(str(top), str(top / "public")))
    assert (top / "public/404.html").read_text() == "mine"


def test_hidden_files_in_a_site_stay_and_a_checkout_is_not_replaced(top: Path) -> None:
    out = top.parent / "public"
    build_site(Wish(str(top), str(out)))
    assert not (out / ".gitignore").exists(), "whoever names the folder may want to commit it"
    (out / ".nojekyll").touch()
    build_site(Wish(str(top), str(out)))
    assert (out / ".nojekyll").is_file()
    (out / ".git").write_text("gitdir: /elsewhere\n")
    with pytest.raises(SiteError, match="checkout of git"):
        build_site(Wish(str(top), str(out)))
    assert (out / ".git").is_file()


def test_the_folder_that_mkdocs_yml_names_is_not_replaced_when_it_is_a_checkout(top: Path) -> None:
    for name, text in {
        "docs/index.md": "# Mine\n",
        "site/.git": "gitdir: /elsewhere\n",
        "mkdocs.yml": "site_name: Mine\nplugins: [openclaw]\n",
    }.items():
        (top / name).parent.mkdir(exist_ok=True)
        (top / name).write_text(text)
    with pytest.raises(SiteError, match="checkout of git"):
        build_site(Wish(str(top)))


@pytest.mark.parametrize("out", ["README.md/below", "/proc/nowhere/below"])
def test_what_the_disk_refuses_is_one_line(top: Path, out: str) -> None:
    with pytest.raises(SiteError, match=r"README.md|/proc/nowhere"):
        build_site(Wish(str(top), str(top / out)))


def test_of_two_builds_at_once_the_later_stays(tmp_path: Path) -> None:
    quicker, later, out = (tmp_path / name for name in ("quicker", "later", "out"))
    for folder in (quicker, later):
        folder.mkdir()
        (folder / "index.html").write_text(folder.name)
    put_in_place(str(quicker), str(out))
    put_in_place(str(later), str(out))
    assert (out / "index.html").read_text() == "later"
    assert sorted(os.listdir(tmp_path)) == ["out"]


@pytest.mark.parametrize(
    ("config", "said"),
    [
        ("site_name: Mine\nplugins: [\n", r"^mkdocs.yml:3: expected the node content"),
        ("plugins: [openclaw: {colour: red}]\nsite_name: Mine\n", "Unrecognised configuration name: colour"),
        ("plugins: [openclaw]\nsite_name: Mine\ntheme: {name: mkdocs, custom_dir: over}\n", "over/main.html:2: "),
    ],
)
def test_what_is_wrong_with_the_configuration_is_one_line(config: str, said: str, top: Path) -> None:
    for name, text in {
        "docs/index.md": "# Mine\n",
        "over/main.html": "\n{% nothing %}\n",
        "mkdocs.yml": config,
    }.items():
        (top / name).parent.mkdir(exist_ok=True)
        (top / name).write_text(text)
    with pytest.raises(SiteError, match=said) as caught:
        build_site(Wish(str(top), is_strict=True))
    assert "\n" not in str(caught.value)


def test_a_bare_repository_has_nothing_broken(top: Path, tmp_path: Path) -> None:
    subprocess.run(["git", "clone", "-q", "--bare", top, tmp_path / "bare"], check=True)
    assert build_site(Wish(str(tmp_path / "bare"), is_strict=True)).warnings == ()
