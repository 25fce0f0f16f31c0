"""Texts that mean harm, on every page of real Chromium: nothing runs, nothing is fetched, the layout holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from openclaw_hooks.mission_control.pages import PAGES
from tests.browser.vectors import ALL, HOST

if TYPE_CHECKING:
    from tests.browser.builds import Site
    from tests.browser.chrome import Sight
    from tests.browser.conftest import Open

NAMES = [page.name for page in PAGES]
# Whatever a text could have become that a browser acts on; ours has none of it inside its own part of the page.
ACTIVE = """() => [...document.querySelectorAll('.mc, .mc *, dialog, dialog *')].flatMap((node) => {
  const tag = node.localName;
  const found = [];
  if (/^(script|iframe|frame|object|embed|base|meta|link|form|style|foreignobject|math|animate|set|video|audio)$/i.test(tag)
      && !node.matches('form.mc-form')) found.push(`<${tag}>`);
  for (const { name, value } of node.attributes) {
    if (/^on/i.test(name) || /^(srcdoc|formaction|action|ping|poster|srcset|background)$/i.test(name)) found.push(name);
    if (/^(href|src|xlink:href)$/i.test(name) && !/^(#|\\?|\\.{0,2}\\/|[\\w-]+\\.html|https?:\\/\\/(?!evil))/i.test(value)) {
      found.push(`${name}=${value}`);
    }
    if (name === 'src' && /^(https?:)?\\/\\//.test(value)) found.push(`${name}=${value}`);
    if (name === 'style' && /url\\(|position|expression/i.test(value)) found.push(`${name}=${value}`);
  }
  return found.map((one) => `${node.outerHTML.slice(0, 120)} has ${one}`);
}).slice(0, 10)"""
# Opens the drawer of each task as an address does, and waits for its text.
OPEN_EACH = """async () => {
  const opened = [];
  for (const { id } of MC.values.get('tasks').tasks) {
    history.replaceState(null, '', `?task=${id}`);
    dispatchEvent(new PopStateEvent('popstate'));
    for (let tries = 0; tries < 100; tries += 1) {
      const prose = document.querySelector('dialog[open] .mc-prose');
      if (prose && document.querySelector('dialog[open]').innerText.includes(id)) break;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    for (const node of document.querySelectorAll('dialog *')) node.dispatchEvent(new Event('mouseover'));
    opened.push(document.querySelector('dialog[open] .mc-prose')?.innerText ?? '');
  }
  return opened;
}"""
POKE = """() => { for (const node of document.querySelectorAll('.mc *, dialog *')) {
  for (const kind of ['mouseover', 'focus', 'toggle', 'error', 'load']) node.dispatchEvent(new Event(kind));
} return window.__xss; }"""


def assert_harmless(sight: Sight) -> None:
    """Nothing ran, nothing was tried, and nothing is there that could."""
    page = sight.page
    assert page.evaluate(ACTIVE) == []
    assert page.evaluate(POKE) is None
    assert sight.dialogs == []
    assert sight.far_requests() == []
    assert sight.complaints == []  # what the policy had to stop would be told there
    assert page.evaluate("document.title.length > 0 && typeof MC.put") == "function"


@pytest.mark.parametrize("name", NAMES)
def test_no_text_runs_or_fetches_anything(name: str, hostile_site: Site, look: Open) -> None:
    sight = look()
    page = sight.open(hostile_site.url(name))
    policy = page.locator("meta[http-equiv=Content-Security-Policy]").first.get_attribute("content") or ""
    assert "script-src 'self'" in policy
    assert "'unsafe-inline'" not in policy.partition("script-src")[2].partition(";")[0]
    assert_harmless(sight)
    assert sight.overflow() == []
    sight.show_in("light", 390)
    assert sight.overflow() == []


def test_no_task_runs_anything_in_its_drawer(hostile_site: Site, look: Open) -> None:
    sight = look()
    page = sight.open(hostile_site.url("board"))
    opened = page.evaluate(OPEN_EACH)
    assert len(opened) >= len(ALL)
    assert [text for text in opened if not text] == []
    assert_harmless(sight)
    assert sight.overflow() == []


def test_search_of_the_site_shows_hostile_titles_as_text(hostile_site: Site, look: Open) -> None:
    sight = look()
    page = sight.open(hostile_site.url("board"))
    page.locator(".md-search__input").click()
    page.locator(".md-search__input").fill("press")
    page.wait_for_selector(".md-search-result__item, .md-search-result__meta:not(:text('Initializing'))")
    assert page.evaluate("window.__xss") is None
    assert (sight.dialogs, sight.far_requests()) == ([], [])
    assert HOST not in " ".join(page.evaluate("[...document.images].map((image) => image.src)"))
