"""Real Chromium on sites that are built once: the sample, one that means harm, and one that is broken."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.browser.builds import NOW, Site, build_shared, serve
from tests.browser.chrome import FLAGS, WANTED, Sight, find_browser
from tests.browser.hostile import make_broken, make_hostile
from tools.docs.sample import make_sample

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from playwright.sync_api import Browser

    Open = Callable[..., Sight]


# For each module anew: while Playwright's loop runs in a thread, no other test of it could have one.
@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium; without one the test is skipped, and fails where OPENCLAW_TEST_BROWSER says that there must be one."""
    program = find_browser()
    if not program:
        reason = f"NO BROWSER: Mission Control was not looked at; OPENCLAW_TEST_BROWSER={WANTED!r}"
        if WANTED:
            pytest.fail(reason)
        pytest.skip(reason)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=program, args=list(FLAGS))
        yield found
        found.close()


@pytest.fixture
def look(browser: Browser) -> Iterator[Open]:
    """Opens windows: `look(width=390, scripts=False)`; they close with the test."""
    opened: list[Sight] = []

    def open_window(**options: object) -> Sight:
        opened.append(Sight(browser, **options))  # type: ignore[arg-type]  # passed on as they are
        return opened[-1]

    yield open_window
    for sight in opened:
        sight.close()


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """A folder that all workers of this run have."""
    base = tmp_path_factory.getbasetemp()
    return base if worker_id == "master" else base.parent


@pytest.fixture(scope="session")
def site(shared: Path) -> Iterator[Site]:
    """The site of the sample with 120 tasks."""
    with serve(build_shared(shared, "sample", lambda path, now: make_sample(str(path), tasks=120, now=now))) as site:
        yield site


@pytest.fixture(scope="session")
def hostile_site(shared: Path) -> Iterator[Site]:
    """The site of a repository whose every text tries to run something."""
    with serve(build_shared(shared, "hostile", make_hostile)) as site:
        yield site


@pytest.fixture(scope="session")
def broken_site(shared: Path) -> Iterator[Site]:
    """The site of a board with files that cannot be read."""
    with serve(build_shared(shared, "broken", make_broken)) as site:
        yield site


__all__ = ["NOW"]
