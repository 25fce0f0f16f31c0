"""Plans, roadmap and overview in a real window: lines that meet their cards, keys, the address, a browser that stores nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.sync_api import expect

if TYPE_CHECKING:
    from tests.browser.builds import Site
    from tests.browser.conftest import Open

# For each line of the graph how far its ends are from the sides of the cards that it joins, in pixels.
DISTANCES = """() => {
  const frame = document.querySelector('.mc-waves').getBoundingClientRect();
  const box = (id) => document.querySelector(`[data-step="${id}"]`).getBoundingClientRect();
  return [...document.querySelectorAll('.mc-edge')].map((line) => {
    const ends = [line.getPointAtLength(0), line.getPointAtLength(line.getTotalLength())];
    const from = box(line.dataset.from), to = box(line.dataset.to);
    return Math.max(Math.abs(ends[0].x + frame.left - from.right), Math.abs(ends[1].x + frame.left - to.left));
  });
}"""


def test_lines_of_a_plan_meet_its_cards_also_after_the_window_has_changed(site: Site, look: Open) -> None:
    page = look().open(site.url("plans"))
    page.locator(".mc-pick").nth(1).click()
    for width in (1440, 700):
        page.set_viewport_size({"width": width, "height": 900})
        page.wait_for_timeout(150)
        distances = page.evaluate(DISTANCES)
        assert distances
        assert max(distances) < 1.5


def test_a_plan_has_an_address_and_its_cards_open_their_tasks(site: Site, look: Open) -> None:
    sight = look()
    page = sight.open(site.url("plans"))
    page.locator(".mc-pick").first.click()  # what is under way comes first
    title = page.locator(".mc-plan-title h2").inner_text()
    assert "plan=P-" in page.url

    page.locator(".mc-step").first.click()
    expect(page.locator("dialog[open]")).to_be_visible()
    assert "task=T-" in page.url
    page.keyboard.press("Escape")
    page.reload()
    expect(page.locator(".mc-plan-title h2")).to_have_text(title)
    assert sight.complaints == []


def test_a_draft_shows_the_command_that_approves_it_and_its_subtasks_without_tasks(site: Site, look: Open) -> None:
    page = look().open(site.url("plans"))
    page.locator(".mc-pick", has_text="Draft").first.click()
    plan = page.locator(".mc-plan-title .mc-id").inner_text()
    expect(page.locator(".mc-plan-note")).to_contain_text(f"openclaw plan approve {plan}")
    page.locator(".mc-step").first.click()
    expect(page.locator("dialog[open]")).to_contain_text(plan)
    assert "task=" not in page.url


def test_roadmap_is_led_by_keys_and_keeps_labels_and_head_in_sight(site: Site, look: Open) -> None:
    page = look().open(site.url("roadmap"))
    pressed = page.locator(".mc-segments [aria-pressed=true]")
    chart = page.locator(".mc-gantt")
    chart.focus()
    page.keyboard.press("-")
    expect(pressed).to_have_text("Month")
    page.keyboard.press("+")
    page.keyboard.press("+")
    expect(pressed).to_have_text("Day")
    page.evaluate("document.querySelector('.mc-gantt').scrollTo(0, 60)")
    page.keyboard.press("t")
    today, frame = page.locator(".mc-gantt__today").bounding_box(), chart.bounding_box()
    label, head = page.locator(".mc-gantt__label").last.bounding_box(), page.locator(".mc-gantt__top").bounding_box()
    assert today
    assert frame
    assert label
    assert head
    assert frame["x"] < today["x"] < frame["x"] + frame["width"]
    assert abs(label["x"] - frame["x"]) < 2
    assert abs(head["y"] - frame["y"]) < 2


def test_overview_tells_what_changed_since_the_last_visit(site: Site, look: Open) -> None:
    page = look().open(site.url("overview"))
    expect(page.locator(".mc-changed")).to_contain_text("From your next visit on")
    page.evaluate(
        """() => { for (const key of Object.keys(localStorage)) if (key.startsWith('mc-visit:'))
        localStorage.setItem(key, JSON.stringify({since: 0, last: Date.now() / 1000 - 400 * 86400})); }"""
    )
    page.reload()
    expect(page.locator(".mc-changed .mc-line")).not_to_have_count(0)


def test_overview_does_without_a_browser_that_stores_anything(site: Site, look: Open) -> None:
    sight = look()
    page = sight.open(site.url("roadmap"))
    # The theme keeps things of its own, and complains where it may not.
    page.add_init_script(
        """for (const name of ['getItem', 'setItem']) {
        const before = Storage.prototype[name];
        Storage.prototype[name] = function (key, ...rest) {
            if (key.startsWith('mc-')) throw new DOMException('no', 'SecurityError');
            return before.call(this, key, ...rest);
        };
        }"""
    )
    page.goto(site.url("overview"))
    expect(page.locator(".mc-changed")).to_contain_text("From your next visit on")
    assert sight.complaints == []
