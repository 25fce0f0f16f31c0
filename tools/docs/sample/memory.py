"""What the invented team remembers: a log of each working day, and a recap of each week."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

from tools.docs.sample.cast import EVERYBODY, PEOPLE
from tools.docs.sample.desk import DAY, HOUR
from tools.docs.sample.texts import make_note

if TYPE_CHECKING:
    from tools.docs.sample.desk import Desk

WORKING_DAYS: Final = 5
FOLDER: Final = "memory"


def make_memory(desk: Desk, days: int = 60) -> None:
    """Adds `memory/<day>.md` for each working day with work in it, and `memory/recaps/<year>-W<week>.md` for each week."""
    by_day: dict[str, list[str]] = {}
    for edit in desk.edits:
        for line in edit.message.strip().splitlines():
            if line.startswith("task ") and " -> completed" in line:
                by_day.setdefault(_day(edit.at), []).append(line.split()[1])
    week: list[str] = []
    for back in range(days, -1, -1):
        at = desk.now - back * DAY
        moment = time.gmtime(at)
        done = by_day.get(_day(at), [])
        if moment.tm_wday < WORKING_DAYS and done:
            _log_day(desk, at, done)
            week += done
        if moment.tm_wday == WORKING_DAYS and week:
            _write_recap(desk, at, week)
            week = []


def _log_day(desk: Desk, at: float, done: list[str]) -> None:
    day, rng = _day(at), desk.rng
    lines = [f"# {day}", "", "## Done", ""]
    lines += [f"- {name} {desk.tasks[name].title} ({desk.tasks[name].owner})" for name in done[:12]]
    lines += ["", "## Learned", "", f"- {make_note(rng)}"]
    if rng.random() < 0.4:
        lines += ["", "## Decided", "", "- The margin stays as it is, see [[timetable]] and `docs/decisions`."]
    _put(desk, min(at, desk.now - HOUR), f"{FOLDER}/{day}.md", "\n".join(lines) + "\n")


def _write_recap(desk: Desk, at: float, done: list[str]) -> None:
    name = time.strftime("%G-W%V", time.gmtime(at))
    best = "\n".join(f"- {task}: {desk.tasks[task].title}" for task in done[:6])
    text = f"# Week {name}\n\n{len(done)} tasks were completed.\n\n## Worth remembering\n\n{best}\n\n## Open\n\n- {make_note(desk.rng)}\n"
    _put(desk, at, f"{FOLDER}/recaps/{name}.md", text)


def _put(desk: Desk, at: float, path: str, text: str) -> None:
    sheet = desk.open(at, desk.rng.choice(EVERYBODY if "recaps" not in path else PEOPLE))
    sheet.put(path, text.encode(), f"memory: {path}")
    sheet.close()


def _day(at: float) -> str:
    return time.strftime("%Y-%m-%d", time.gmtime(at))
