"""The mkdocs hook: pages that are made from the program itself, so that they cannot say anything else than it does."""

from __future__ import annotations

import atexit
import shutil
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from mkdocs.structure.files import File

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import Files
    from mkdocs.structure.pages import Page

ROOT = Path(__file__).parents[2]


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """The configuration with Mission Control on invented data: a repository made for this build, and gone after it."""
    _find_tools()
    from tools.docs.sample import LABEL, make_sample

    ours = config.plugins["openclaw"].config
    folder = tempfile.mkdtemp(prefix="openclaw-sample-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    ours["repo"], ours["sample"] = make_sample(str(Path(folder) / "harbour-line")), LABEL
    return config


def _find_tools() -> None:
    if str(ROOT) not in sys.path:  # mkdocs puts only this folder there
        sys.path.insert(0, str(ROOT))


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """The pages of the folder and the generated ones."""
    _find_tools()
    from tools.docs.cli_reference import render_cli
    from tools.docs.content_reference import render_content
    from tools.docs.format_reference import render_configuration, render_formats

    pages = {
        "reference/cli.md": render_cli(),
        "reference/configuration.md": render_configuration(),
        "reference/formats.md": render_formats(),
        "reference/shipped.md": render_content(),
        "changelog.md": (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"),
    }
    for name, text in pages.items():
        files.append(File.generated(config, name, content=text))
    return files


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """A page with its marks replaced by what they stand for; `on_files` has made our modules importable."""
    from tools.docs.moves_table import MARK, render_moves

    return markdown.replace(MARK, render_moves()) if MARK in markdown else markdown
