"""Pages for other generators: nothing in them can be taken for Markdown, a macro or an inclusion."""

from __future__ import annotations

import html
import re
import subprocess
import sys
from typing import TYPE_CHECKING

import markdown  # type: ignore[import-untyped]  # it ships no types

from openclaw_hooks.mission_control.export import shield_html

if TYPE_CHECKING:
    from tests.conftest import Repository

HOSTILE = "**b** {{ config }} {% include 'x' %} --8<-- \"x\" [l](javascript:x) <b onclick=x>"


def run_export(repository: Repository, *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "openclaw_hooks.cli", "site", "export", *words]
    return subprocess.run(command, cwd=repository.path, check=False, capture_output=True, text=True)


def test_what_people_wrote_comes_through_markdown_as_it_was_and_nothing_is_made_of_it() -> None:
    page = f'<div>\n<p title="{html.escape(HOSTILE)}">{html.escape(HOSTILE)}</p>\n</div>'
    shielded = shield_html(page)
    assert "\n" not in shielded
    assert not re.search(r"[{%*\[]|--8", shielded)
    rendered = markdown.markdown(shielded, extensions=["attr_list", "md_in_html"])
    [text] = re.findall(r"<p[^>]*>(.*?)</p>", rendered)
    assert html.unescape(text) == HOSTILE
    assert html.unescape(re.findall(r'title="([^"]*)"', rendered)[0]) == HOSTILE


def test_export_replaces_what_it_wrote_before_and_nothing_else(repository: Repository) -> None:
    repository.stage("docs/index.md", "# Home\n")
    repository.commit()
    assert run_export(repository, "docs").returncode == 0
    folder = repository.path / "docs/openclaw"
    stale = folder / "data/stale.js"
    stale.write_text("old")
    done = run_export(repository, "docs")
    assert done.returncode == 0, done.stderr
    assert not stale.exists()
    assert (repository.path / "docs/index.md").read_text() == "# Home\n"
    assert 'href="./assets/mc.css' in (folder / "board.md").read_text(), "zensical resolves links from the document"
    assert 'data-mc-root="../"' in (folder / "board.md").read_text()


def test_export_leaves_a_folder_of_that_name_alone_which_is_not_its_own(repository: Repository) -> None:
    mine = repository.write("docs/openclaw/mine.md", "mine")
    done = run_export(repository, "docs")
    assert done.returncode == 2
    assert "holds files that are no site" in done.stderr
    assert mine.read_text() == "mine"


def test_export_leaves_a_document_alone_that_somebody_put_beside_its_own(repository: Repository) -> None:
    assert run_export(repository, "docs").returncode == 0
    mine = repository.write("docs/openclaw/mine.md", "mine")
    done = run_export(repository, "docs")
    assert done.returncode == 2
    assert "docs/openclaw/mine.md is not of an export" in done.stderr
    assert mine.read_text() == "mine"


def test_export_into_a_place_that_is_no_folder_is_one_line(repository: Repository) -> None:
    repository.write("file", "x")
    done = run_export(repository, "file")
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert "file" in done.stderr
