"""The board in a real browser: filters, address, keyboard, drawer, no script, print, phone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.browser.builds import Site
    from tests.browser.conftest import Open

CARD = ".mc-card"


def _rows(site: Site) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = site.put("tasks")["tasks"]
    return rows


def test_text_filter_keeps_what_fits_and_stands_in_the_address(site: Site, look: Open) -> None:
    sight = look()
    page = sight.open(site.url("board"))
    wanted = str(next(row["id"] for row in _rows(site) if row["column"] == "ready"))
    before = page.locator(CARD).count()
    page.keyboard.press("/")
    page.keyboard.type(wanted)
    sight.until("n => document.querySelectorAll('.mc-card').length < n", before)
    assert wanted in page.locator(CARD).first.inner_text()
    sight.until("id => location.href.includes(id)", wanted)
    again = look().open(page.url)
    assert again.locator(CARD).count() == page.locator(CARD).count()
    assert sight.complaints == []


def test_keyboard_goes_from_card_to_card_and_opens_one(site: Site, look: Open) -> None:
    sight = look()
    page = sight.open(site.url("board"))
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    focused = page.evaluate("document.activeElement.closest('.mc-card')?.innerText ?? ''")
    assert "T-" in focused
    page.keyboard.press("Enter")
    page.wait_for_selector("dialog[open]")
    assert "task=T-" in page.url
    page.keyboard.press("Escape")
    sight.until("() => !document.querySelector('dialog[open]')")
    assert "task=T-" not in page.url
    page.keyboard.press("?")
    page.wait_for_selector("dialog[open]")
    assert sight.complaints == []


def test_address_of_a_task_opens_its_drawer_with_text_history_and_commands(site: Site, look: Open) -> None:
    row = next(row for row in _rows(site) if row["status"] == "pending_review")
    sight = look()
    page = sight.open(site.url("board", f"?task={row['id']}"))
    page.wait_for_selector("dialog[open] .mc-prose")
    shown = page.locator("dialog[open]").inner_text()
    assert str(row["title"]) in shown
    assert f"openclaw task approve {row['id']}" in shown
    assert sight.complaints == []


def test_drawer_opens_on_other_pages_too(site: Site, look: Open) -> None:
    row = _rows(site)[0]
    sight = look()
    page = sight.open(site.url("overview", f"?task={row['id']}"))
    page.wait_for_selector("dialog[open]")
    assert str(row["title"]) in page.locator("dialog[open]").inner_text()


def test_without_a_script_every_task_stands_in_a_table(site: Site, look: Open) -> None:
    sight = look(scripts=False)
    sight.page.goto(site.url("board"))
    shown = sight.page.locator(".mc-fallback table").all_inner_texts()
    missing = [row["id"] for row in _rows(site) if not any(str(row["id"]) in text for text in shown)]
    assert missing == []


@pytest.mark.parametrize("name", ["board"])
def test_print_shows_the_table_and_no_controls(name: str, site: Site, look: Open) -> None:
    sight = look()
    page = sight.open(site.url(name))
    page.emulate_media(media="print")
    assert page.locator(".mc-fallback table").first.is_visible()
    assert not page.locator(".md-header").is_visible()


def test_phone_scrolls_columns_and_not_the_page(site: Site, look: Open) -> None:
    sight = look(width=390)
    page = sight.open(site.url("board"))
    assert sight.overflow() == []
    box = page.locator(CARD).first.bounding_box()
    assert box is not None
    assert box["width"] > 250


def test_slow_columns_show_more_on_demand(site: Site, look: Open) -> None:
    done = sum(row["column"] == "done" for row in _rows(site))
    sight = look()
    page = sight.open(site.url("board"))
    shown = page.locator(CARD).count()
    assert shown < len(_rows(site))
    assert done > 40
