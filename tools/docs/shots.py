"""Pictures of every page of a built site, in light, dark and on a phone: `python -m tools.docs.shots SITE OUT [PAGE ...]`."""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tests.browser.builds import Site, serve
from tests.browser.chrome import FLAGS, SCHEMES, Sight, find_browser

if TYPE_CHECKING:
    from playwright.sync_api import Browser

KINDS: Final = {"light": ("light", 1440), "dark": ("dark", 1440), "phone": ("light", 390), "phone-dark": ("dark", 390)}
TASK: Final = "task"  # not a page: the board with a task open


def main() -> None:
    """Take the pictures, and say of each page what it complained about or asked of other machines."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("site", type=Path, help="the folder of a built site")
    parser.add_argument("out", type=Path, help="a folder for the pictures")
    parser.add_argument("pages", nargs="*", help=f"only these; `{TASK}` is the board with a task open")
    parser.add_argument("--full", action="store_true", help="whole pages and not one window full")
    asked = parser.parse_args()
    asked.out.mkdir(parents=True, exist_ok=True)
    from playwright.sync_api import sync_playwright

    with serve(Site(asked.site, asked.site)) as site, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_browser(), args=list(FLAGS))
        for page in asked.pages or [*list_pages(asked.site), TASK]:
            _take(browser, site, page, asked)
        browser.close()


def list_pages(folder: Path) -> list[str]:
    """The pages of Mission Control in the site at `folder`."""
    ours = folder / "openclaw"
    names = {path.stem for path in ours.glob("*.html")} | {path.parent.name for path in ours.glob("*/index.html")}
    return sorted("overview" if name == "index" else name for name in names)


def _take(browser: Browser, site: Site, page: str, asked: argparse.Namespace) -> None:
    for kind, (scheme, width) in KINDS.items():
        sight = Sight(browser, width)
        sight.page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
        found = sight.open(site.url("board" if page == TASK else page))
        if page == TASK:
            found.locator("a[href*='task=T-']").nth(3).click()
        if found.locator("body").get_attribute("data-md-color-scheme") != SCHEMES[scheme]:
            sight.show_in(scheme, width)
        found.wait_for_timeout(400)
        name = os.path.join(asked.out, f"{page}-{kind}.png")
        found.screenshot(path=name, full_page=asked.full)
        trouble = [*sight.complaints, *sight.far_requests(), *sight.failed, *sight.overflow()]
        print(name, *trouble, sep="\n    ")
        sight.close()


if __name__ == "__main__":
    main()
