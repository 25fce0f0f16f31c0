"""Each page loads the style sheets of what it draws."""

from __future__ import annotations

import os
import re

import pytest

from openclaw_hooks.mission_control.build import build_assets
from openclaw_hooks.mission_control.pages import FIRST_STYLES, PAGES
from openclaw_hooks.mission_control.texts import ASSETS

FOLDER = os.path.join(ASSETS, "css")


def classes_in(sheet: str) -> set[str]:
    """The classes that a style sheet speaks of."""
    with open(os.path.join(FOLDER, f"{sheet}.css"), encoding="utf-8") as stream:
        return set(re.findall(r"\.(mc-[\w-]+)", stream.read()))


SHEETS = {name.removesuffix(".css"): classes_in(name.removesuffix(".css")) for name in os.listdir(FOLDER)}


@pytest.mark.parametrize("page", [page.name for page in PAGES])
def test_a_class_that_a_page_names_is_in_a_sheet_that_it_loads(page: str) -> None:
    loaded = {*FIRST_STYLES, *next(found.styles for found in PAGES if found.name == page)}
    known = set().union(*(SHEETS[sheet] for sheet in loaded))
    scripts = build_assets()["assets/mc.js"] + build_assets()[f"assets/pages/{page}.js"]
    named = set(re.findall(r"(?<![\w-])mc-[\w-]*\w", scripts.decode()))
    elsewhere = {name: sheet for sheet, classes in SHEETS.items() if sheet not in loaded for name in classes}
    assert {name: elsewhere[name] for name in named & elsewhere.keys() if name not in known} == {}


def test_no_sheet_is_loaded_by_nobody() -> None:
    assert set(SHEETS) == {*FIRST_STYLES, *(sheet for page in PAGES for sheet in page.styles)}
