"""The board of another day, what changed since, and the search over everything."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.browser.builds import Site
    from tests.browser.conftest import Open

COUNTS = """() => Object.fromEntries([...document.querySelectorAll('.mc-column__head')].map((column) =>
  [column.dataset.column, Number(column.querySelector('.mc-count').textContent.trim())]))"""


def _days(site: Site) -> list[dict[str, Any]]:
    """The days of the history, oldest first, with a count for each column."""
    none = dict.fromkeys(("proposed", "ready", "blocked", "progress", "review", "done", "closed"), 0)
    return [{**day, "counts": {**none, **day["counts"]}} for day in site.put("history")["days"]]


def test_board_of_another_day_holds_what_the_history_counted(site: Site, look: Open) -> None:
    day = _days(site)[-25]
    sight = look()
    page = sight.open(site.url("board", f"?at={day['day']}"))
    page.wait_for_selector(".mc-time")
    sight.until(
        "n => Number(document.querySelector('.mc-column__head[data-column=done] .mc-count').textContent) === n",
        day["counts"]["done"],
    )
    assert page.evaluate(COUNTS) == day["counts"]
    assert sight.complaints == []


def test_slider_goes_back_and_the_way_home_is_one_step(site: Site, look: Open) -> None:
    sight = look()
    page = sight.open(site.url("board"))
    now = page.evaluate(COUNTS)
    page.get_by_role("button", name="History").first.click()
    page.wait_for_selector(".mc-time__slider")
    page.locator(".mc-time__slider").evaluate(
        "(s) => { s.value = String(s.max - 60); s.dispatchEvent(new Event('input', { bubbles: true })); }"
    )
    sight.until("() => location.search.includes('at=') || location.hash.includes('at=')")
    day = _days(site)[-61]
    sight.until(
        "n => Number(document.querySelector('.mc-column__head[data-column=done] .mc-count').textContent) === n",
        day["counts"]["done"],
    )
    assert page.evaluate(COUNTS) == day["counts"] != now
    page.locator(".mc-time").get_by_role("button", name="Back to now").click()
    sight.until("() => !location.href.includes('at=')")
    assert page.evaluate(COUNTS) == now
    assert sight.complaints == []


def test_changes_since_a_tag_are_counted_and_marked(site: Site, look: Open) -> None:
    sight = look()
    page = sight.open(site.url("board", "?vs=v2.4.0"))
    page.wait_for_selector(".mc-time__found .mc-change")
    assert page.locator(".mc-card__change").count() > 0
    assert sight.complaints == []


def test_search_finds_tasks_rules_and_documents_with_one_box(site: Site, look: Open) -> None:
    sight = look()
    page = sight.open(site.url("search"))
    page.locator(".mc-search__field").click()
    page.keyboard.type("margin tide")
    page.wait_for_selector(".mc-hit")
    kinds = {text.strip() for text in page.locator(".mc-hit__kind").all_inner_texts()}
    assert len(kinds) >= 2, kinds
    assert page.locator(".mc-hit .mc-mark").count() > 0
    assert "margin" in page.url
    again = look().open(page.url)
    assert again.locator(".mc-search__field").input_value() == "margin tide"
    assert sight.complaints == []


def test_search_finds_a_task_by_its_id(site: Site, look: Open) -> None:
    row = site.put("tasks")["tasks"][0]
    sight = look()
    page = sight.open(site.file_url("search", f"?q={row['id']}"))
    page.wait_for_selector(".mc-hit")
    assert row["title"] in page.locator(".mc-hit").first.inner_text()
    page.locator(".mc-hit a, a.mc-hit").first.click()
    page.wait_for_selector("dialog[open]")
    assert row["id"] in page.locator("dialog[open]").inner_text()
    assert (sight.complaints, sight.far_requests()) == ([], [])
