"""The page of runs in real Chromium: choosing, filtering, the metric drawn and told, and a run that goes on."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from tests.browser.test_every_page import find_violations

if TYPE_CHECKING:
    from tests.browser.builds import Site
    from tests.browser.conftest import Open

OPEN_ALL = "for (const one of document.querySelectorAll('details.mc-attempt')) one.open = true"


def runs_of(site: Site) -> list[dict[str, Any]]:
    """The runs in the list."""
    rows: list[dict[str, Any]] = site.put("runs")["runs"]
    return rows


def improved(site: Site) -> dict[str, Any]:
    """A run with a numeric metric."""
    return next(row for row in runs_of(site) if row.get("gain"))


def test_metric_is_drawn_and_told_in_a_table_that_agree(site: Site, look: Open) -> None:
    run = improved(site)
    trials = site.put(run["data"])[run["id"]]["trials"]
    sight = look()
    page = sight.open(site.url("runs", f"?run={run['id']}"))
    page.wait_for_selector("svg.mc-plot")
    kept = [trial for trial in trials if trial["verdict"] == "keep"]
    assert page.locator(".mc-plot__kept").count() == len(kept)
    assert page.locator(".mc-plot-table tbody tr").count() == len(trials) + 1
    assert "attempts with a figure were kept" in (page.locator("svg.mc-plot").get_attribute("aria-label") or "")
    page.evaluate(OPEN_ALL)
    for width in (1440, 390):
        sight.show_in("light", width)
        assert sight.overflow() == []
    for scheme in ("light", "dark"):
        sight.show_in(scheme, 1440)
        assert find_violations(page) == [], scheme
    assert sight.complaints == []


def test_attempts_say_why_with_findings_and_commands_that_can_be_copied(site: Site, look: Open) -> None:
    runs = [(row, site.put(row["data"])[row["id"]]) for row in runs_of(site)[1:12]]
    run, whole = next(pair for pair in runs if any(trial.get("findings") for trial in pair[1]["trials"]))
    trial = next(trial for trial in whole["trials"] if trial.get("findings"))
    sight = look()
    page = sight.open(site.url("runs", f"?run={run['id']}"))
    attempt = page.locator(f"details.mc-attempt[data-n='{trial['n']}']")
    if attempt.get_attribute("open") is None:
        attempt.locator("summary").press("Enter")
    said = attempt.inner_text()
    finding = trial["findings"][0]
    for words in (
        trial["why"],
        finding["path"],
        finding["message"],
        f"refs/openclaw/attempts/{run['task']}/{trial['n']}",
    ):
        assert words in said, words
    assert f"git diff --stat {trial['base'][:10]} refs/openclaw/attempts/{run['task']}/{trial['n']}" in said


def test_what_no_agent_did_says_so_in_list_head_and_chart(site: Site, look: Open) -> None:
    sight = look()
    page = sight.open(site.url("runs", f"?run={improved(site)['id']}"))
    page.wait_for_selector("svg.mc-plot")
    for place in (".mc-sums", ".mc-runrow[aria-current]", ".mc-run-head", ".mc-plot-title"):
        assert page.locator(f"{place} .mc-provenance--synthetic").count() == 1, place
    assert "No agent and no script ran" in page.locator(".mc-unreal").inner_text()


def test_filters_are_in_the_address_and_keys_walk_the_list(site: Site, look: Open) -> None:
    sight = look()
    page = sight.open(site.url("runs"))
    every = page.locator(".mc-runrow").count()
    page.keyboard.press("/")
    page.keyboard.type("claude")
    shown = page.locator(".mc-runrow")
    assert 0 < shown.count() < every
    assert "q=claude" in page.url
    page.keyboard.press("Tab")
    page.get_by_role("button", name="Outcome").click()
    page.locator(".mc-menu:popover-open input").first.check()
    page.keyboard.press("Escape")
    assert re.search(r"outcome=[a-z]", page.url)
    page.get_by_role("button", name="Clear all filters").click()
    assert page.locator(".mc-runrow").count() == every
    page.locator(".mc-runrow").first.focus()
    page.keyboard.press("j")
    second = page.locator(".mc-runrow").nth(1)
    assert second.get_attribute("aria-current") == "true"
    assert page.evaluate("document.activeElement.dataset.run") == second.get_attribute("data-run")
    sight.until(
        "id => document.querySelector('.mc-run-head').textContent.includes(id)", second.get_attribute("data-run")
    )
    page.go_back()
    sight.until("() => !location.search.includes('run=')")


def test_phone_shows_the_list_or_the_run_and_the_way_back(site: Site, look: Open) -> None:
    sight = look(width=390)
    page = sight.open(site.url("runs"))
    assert not page.locator(".mc-runs__detail").is_visible()
    page.locator(".mc-runrow").nth(1).click()
    page.wait_for_selector(".mc-run-head__title")
    assert not page.locator(".mc-runlist").is_visible()
    assert sight.overflow() == []
    page.get_by_role("button", name="All runs").click()
    assert page.locator(".mc-runlist").is_visible()
    assert "run=" not in page.url


def test_an_interrupted_run_says_how_to_take_it_up_again(site: Site, look: Open) -> None:
    run = next(row for row in runs_of(site) if row["outcome"] == "interrupted")
    page = look().open(site.url("runs", f"?run={run['id']}"))
    page.wait_for_selector(".mc-live")
    said = page.locator(".mc-live").inner_text()
    assert "Attempt 2 of 3" in said
    assert f"openclaw agent resume {run['id']}" in said


def test_drawer_of_a_task_leads_to_its_runs(site: Site, look: Open) -> None:
    run = improved(site)
    sight = look()
    page = sight.open(site.url("board", f"?task={run['task']}"))
    part = page.locator("dialog[open] .mc-tried-run").first
    part.wait_for()
    assert part.locator(".mc-tried").count() == run["tried"]
    part.locator("a").click()
    page.wait_for_selector(".mc-run-head")
    assert run["id"] in page.locator(".mc-run-head").inner_text()
    assert sight.complaints == []


def test_without_a_script_runs_and_attempts_stand_in_tables(site: Site, look: Open) -> None:
    sight = look(scripts=False)
    sight.page.goto(site.url("runs"))
    runs, attempts = sight.page.locator(".mc-fallback table").all_inner_texts()
    assert all(row["id"] in runs for row in runs_of(site))
    assert "synthetic" in runs
    assert improved(site)["id"] in attempts


def test_no_command_is_made_of_what_is_no_id(hostile_site: Site, look: Open) -> None:
    sight = look()
    page = sight.open(hostile_site.url("runs"))
    for row in page.locator(".mc-runrow").all()[:12]:
        row.click()
        page.evaluate(OPEN_ALL)
        for command in page.locator(".mc-runs__detail .mc-command__text").all_inner_texts():
            assert re.fullmatch(r"\$ [\w./ ~-]+", command), command
        assert page.evaluate("window.__xss") is None
        assert sight.overflow() == []
    assert (sight.dialogs, sight.far_requests(), sight.complaints) == ([], [], [])


def test_a_line_that_is_no_row_is_told_where_it_is(broken_site: Site, look: Open) -> None:
    page = look().open(broken_site.url("runs"))
    assert "telemetry/ada-2026-11.jsonl:1" in page.locator(".mc-broken").inner_text()
