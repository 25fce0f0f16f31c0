"""What holds for every page: nothing is asked of other machines, nothing complains, everybody can use it."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

import pytest

from openclaw_hooks.mission_control.pages import PAGES

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.browser.builds import Site
    from tests.browser.conftest import Open

NAMES = [page.name for page in PAGES]
# All that WCAG 2.2 asks at levels A and AA, and what axe holds for good practice.
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# Of many elements alike the first few are enough: the slowest rules look at each text.
THIN = """() => { for (const parent of document.querySelectorAll('.mc *')) {
  if (parent.closest('svg')) continue;
  const alike = new Map();
  for (const child of [...parent.children]) {
    const count = (alike.get(child.className) ?? 0) + 1;
    alike.set(child.className, count);
    if (count > 3) child.remove();
  }
} }"""


@cache
def axe_script() -> str:
    return files("axe_playwright_python").joinpath("axe.min.js").read_text()


def find_violations(page: Page, *rules: str) -> list[str]:
    """What axe finds, as `rule: the first elements that break it`."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(axe_script())
        page.evaluate(THIN)
    chosen = {"type": "rule", "values": rules} if rules else {"type": "tag", "values": TAGS}
    found = page.evaluate("o => axe.run(document, o)", {"resultTypes": ["violations"], "runOnly": chosen})
    return [
        f"{one['id']}: " + "; ".join(f"{node['target']} {node['html'][:160]}" for node in one["nodes"][:3])
        for one in found["violations"]
    ]


@pytest.mark.parametrize("name", NAMES)
def test_page_is_accessible_in_both_themes_and_widths(name: str, site: Site, look: Open) -> None:
    sight = look()
    page = sight.open(site.url(name))
    faults: dict[str, list[str]] = {}
    for width in (1440, 390):
        sight.show_in("light", width)
        faults[f"overflow {width}"] = sight.overflow()
    for width in (390, 1440):
        sight.show_in("light", width)
        faults[f"light {width}"] = find_violations(page)
        sight.show_in("dark", width)
        faults[f"dark {width}"] = find_violations(page, "color-contrast", "link-in-text-block")
    found = [f"{where}: {fault}" for where, several in faults.items() for fault in several]
    assert not found, "\n".join(found)
    assert (sight.complaints, sight.far_requests(), sight.failed, sight.dialogs) == ([], [], [], [])


@pytest.mark.parametrize("name", NAMES)
def test_page_opens_from_a_file(name: str, site: Site, look: Open) -> None:
    sight = look()
    page = sight.open(site.file_url(name))
    assert page.locator("nav.mc-tabs [aria-current=page]").count() == 1
    assert (sight.complaints, sight.far_requests(), sight.failed) == ([], [], [])
