"""A board with files that cannot be read: the site is built, each shows as broken where it is, `--strict` refuses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.browser.builds import run_openclaw
from tests.browser.hostile import UNREADABLE

if TYPE_CHECKING:
    from pathlib import Path

    from tests.browser.builds import Site
    from tests.browser.conftest import Open


def test_board_names_each_broken_file_with_its_line(broken_site: Site, look: Open) -> None:
    sight = look()
    page = sight.open(broken_site.url("board"))
    for note in page.locator("details.mc-note summary").all():
        note.click()
    shown = page.locator(".mc-stage").inner_text()
    missing = [f"{name}:{line}" for name, line in UNREADABLE.items() if name not in shown]
    assert missing == []
    assert "T-000002.md:4" in shown
    assert "sleeping" in shown
    assert (sight.complaints, sight.overflow()) == ([], [])


def test_board_names_broken_files_without_a_script_too(broken_site: Site, look: Open) -> None:
    sight = look(scripts=False)
    sight.page.goto(broken_site.url("board"))
    assert "T-000002.md:4" in sight.page.locator(".mc-fallback").inner_text()


def test_tasks_that_hold_no_water_are_shown_all_the_same(broken_site: Site, look: Open) -> None:
    tasks = broken_site.put("tasks")
    assert ["T-000005", "T-000006"] in [sorted(cycle) for cycle in tasks["cycles"]]
    ids = {row["id"] for row in tasks["tasks"]}
    assert {"T-000005", "T-000006", "T-000007", "T-00000d"} <= ids
    sight = look()
    page = sight.open(broken_site.url("board", "?task=T-000007"))
    page.wait_for_selector("dialog[open]")
    assert "P-000000" in page.locator("dialog").inner_text()
    assert sight.complaints == []


def test_strict_build_ends_and_says_which_files(broken_site: Site, tmp_path: Path) -> None:
    built = run_openclaw(broken_site.repo, tmp_path, "site", "build", "--strict", "--out", str(tmp_path / "strict"))
    assert built.returncode == 1
    told = built.stdout + built.stderr
    assert "tasks/T-000001.md:4" in told
    assert "plans/P-000001.yaml:5" in told
    assert "Traceback" not in told
