"""Graph, memory and events in a real browser: search, focus, keys, table, paper, older events."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.browser.builds import Site
    from tests.browser.conftest import Open

SETTLED = "() => document.querySelector('[data-settled]')"


def test_a_node_is_found_walked_from_and_left_again(site: Site, look: Open) -> None:
    sight = look()
    page = sight.open(site.url("graph") + "?view=knowledge")
    sight.until(SETTLED)
    page.keyboard.press("/")
    page.keyboard.type("payments")
    page.keyboard.press("Enter")
    page.wait_for_selector(".mc-graph__panel")
    assert "focus=doc" in page.url
    page.locator(".mc-graph__panel .mc-graph__link").first.click()
    sight.until("() => document.querySelector('.mc-graph__name').textContent !== 'Payments'")
    page.focus("canvas")
    for key in ("+", "-", "ArrowLeft", "0", "Escape"):
        page.keyboard.press(key)
    assert page.locator(".mc-graph__side").is_hidden()
    assert "focus" not in page.url
    assert sight.complaints == []


def test_the_table_has_what_the_picture_has_and_paper_a_table_too(site: Site, look: Open) -> None:
    sight = look()
    page = sight.open(site.url("graph") + "?view=table")
    nodes = site.put("graph")["nodes"]
    documents = sum(node.get("path", "").startswith("docs/") for node in nodes)
    page.fill(".mc-graph__search", "docs/")
    assert page.locator(".mc-graph__table tbody tr").count() == documents > 3
    page.emulate_media(media="print")
    assert not page.locator("canvas").is_visible()
    assert page.locator(".mc-fallback table").first.is_visible()


def test_a_day_of_the_calendar_opens_its_log(site: Site, look: Open) -> None:
    sight = look()
    page = sight.open(site.url("memory"))
    page.locator("button.mc-day").first.click()
    day = str(page.locator("button.mc-day[aria-pressed=true]").first.get_attribute("title"))[:10]
    sight.until("day => location.search.includes(day)", day)
    sight.until("() => document.querySelector('.mc-memory__note .mc-prose li')")
    assert sight.complaints == []


def test_older_events_come_on_demand(site: Site, look: Open) -> None:
    sight = look()
    page = sight.open(site.url("events"))
    total = int(site.put("events")["total"])
    more = page.locator(".mc-events__more button")
    for _ in range(30):
        if not more.count():
            break
        more.first.click()
        page.wait_for_timeout(50)
    assert page.locator(".mc-event").count() == total
    page.click(".mc-events__kinds button >> nth=-1")
    assert 0 < page.locator(".mc-event").count() < total
