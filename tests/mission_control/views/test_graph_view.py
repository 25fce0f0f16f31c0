"""The graph of tasks and texts, the memory with its backlinks, and events, from facts made by hand."""

from __future__ import annotations

from typing import Any

from openclaw_hooks.mission_control.facts import Facts
from openclaw_hooks.mission_control.fallback.graph import graph_html
from openclaw_hooks.mission_control.fallback.memory import memory_html
from openclaw_hooks.mission_control.fallback.mesh import events_html
from openclaw_hooks.mission_control.place import Place
from openclaw_hooks.mission_control.reading.board import BoardFacts
from openclaw_hooks.mission_control.reading.documents import Document, Documents
from openclaw_hooks.mission_control.reading.log import LogCommit
from openclaw_hooks.mission_control.reading.markdown_text import read_markdown
from openclaw_hooks.mission_control.reading.mesh import MeshFacts
from openclaw_hooks.mission_control.reading.policy import PolicyFacts, Verdict
from openclaw_hooks.mission_control.reading.texts import Body
from openclaw_hooks.mission_control.views.events import SHARD, view_events, view_older_events
from openclaw_hooks.mission_control.views.graph import GraphView, view_graph
from openclaw_hooks.mission_control.views.memory import classify, view_memory, view_memory_texts
from openclaw_hooks.tasks.graph import judge_all
from openclaw_hooks.tasks.model import Status, Task

ONE, TWO, THREE = "T-000001", "T-000002", "T-000003"
NOW = 1_790_000_000


def make_document(path: str, text: str, kind: str = "doc") -> Document:
    """A document as it is read."""
    title, sections, links = read_markdown(text)
    return Document(path, kind, title or path, text, sections, links, NOW)


def make_facts(documents: tuple[Document, ...] = (), log: tuple[LogCommit, ...] = (), **parts: Any) -> Facts:
    """Three tasks, one of which waits for another, and these documents."""
    depends = {ONE: (), TWO: (ONE,), THREE: ()}
    tasks = {
        name: Task(id=name, title=f"Title {name}", status=Status.QUEUED, depends_on=needs)
        for name, needs in depends.items()
    }
    tasks |= parts.pop("tasks", {})
    bodies = {ONE: Body(f"As in [[Guide]], after {THREE}; not T-zzzzzz.")}
    board = BoardFacts(tasks=tasks, standings=judge_all(tasks), bodies=bodies, log=log, absent="")
    return Facts(Place("/nowhere", None, NOW), board=board, documents=Documents(documents), **parts)


def edges_of(view: GraphView) -> set[tuple[str, str, str]]:
    """The edges by the ids of their nodes."""
    return {(view.nodes[one].id, view.edge_kinds[kind], view.nodes[two].id) for one, two, kind in view.edges}


def test_links_are_followed_by_path_by_title_and_by_id() -> None:
    guide = make_document("docs/guide.md", f"# Guide\n\n[next](sub/next.md#a), [[no such page]], `{TWO}` is {TWO}.\n")
    following = make_document("docs/sub/next.md", "# Next\n\n[up](../guide.md) and [root](/docs/guide.md)\n")
    view = view_graph(make_facts((guide, following)))
    assert edges_of(view) == {
        (TWO, "depends", ONE),
        (ONE, "wiki", "doc:docs/guide.md"),
        (ONE, "mention", THREE),
        ("doc:docs/guide.md", "link", "doc:docs/sub/next.md"),
        ("doc:docs/guide.md", "mention", TWO),
        ("doc:docs/sub/next.md", "link", "doc:docs/guide.md"),
    }
    assert [(view.nodes[missing.node].id, missing.target) for missing in view.missing] == [
        ("doc:docs/guide.md", "no such page")
    ]


def test_a_circle_is_named_in_full() -> None:
    circle = {
        ONE: Task(id=ONE, title="a", status=Status.QUEUED, depends_on=(TWO,)),
        TWO: Task(id=TWO, title="<b>", status=Status.QUEUED, depends_on=(ONE,)),
    }
    view = view_graph(make_facts(tasks=circle))
    assert view.cycles in (((ONE, TWO, ONE),), ((TWO, ONE, TWO),))
    assert "&lt;b&gt;" in graph_html(view)
    assert "→" in graph_html(view)


def test_notes_know_who_refers_to_them() -> None:
    log = make_document(
        ".openclaw/board/memory/2026-11-20.md", f"# 2026-11-20\n\nDone {ONE}.\n\n<img src=x onerror=alert(1)>", "memory"
    )
    recap = make_document("memory/recaps/2026-W47.md", "# Week\n\nSee [[2026-11-20]].\n", "memory")
    facts = make_facts((log, recap), (LogCommit("c" * 40, 77, "ada", "memory", (), ("memory/2026-11-20.md",)),))
    view = view_memory(facts)
    day, week = view.notes
    assert (day.kind, day.day, day.changed) == ("day", "2026-11-20", 77)
    assert (week.kind, week.day) == ("recap", "2026-11-16")
    assert [link.id for link in day.backlinks] == ["memory:memory/recaps/2026-W47.md"]
    assert [link.id for link in day.links] == [ONE]
    html = view_memory_texts(facts)["memory-0"][".openclaw/board/memory/2026-11-20.md"]
    assert "<img" not in html
    assert "<h3" not in html, "the title is not said twice"
    assert "<img" not in memory_html(view)


def test_names_of_notes_tell_what_they_are() -> None:
    assert classify("memory/2026-11-20.md") == ("day", "2026-11-20")
    assert classify("memory/2026-11-20-evening.md") == ("day", "2026-11-20")
    assert classify("memory/about-2026-11-20.md") == ("note", "2026-11-20")
    assert classify("memory/2026-13-45.md") == ("note", "")
    assert classify("memory/recap-2026-11-20.md") == ("recap", "2026-11-20")
    assert classify("memory/2026-W99.md") == ("recap", "")
    assert classify("MEMORY.md") == ("note", "")


def test_without_any_note_the_page_says_how_to_begin() -> None:
    assert "openclaw/board/memory" in memory_html(view_memory(make_facts()))


def make_log(lines: list[tuple[int, str, tuple[str, ...]]]) -> tuple[LogCommit, ...]:
    """Commits, newest first, of (time, subject, further lines)."""
    return tuple(LogCommit(f"{at:040x}", at, "ada", subject, more, ()) for at, subject, more in sorted(lines)[::-1])


def test_events_are_moves_births_blocked_acts_and_notes_of_the_sidecar() -> None:
    lines = [
        (10, f"task {ONE} queued -> claimed (ada)", ()),
        (
            30,
            "board: 2 changes",
            (f"task {TWO} queued: Title {TWO} (ada)", f"task {THREE} running -> failed (bo): it <b>broke</b>"),
        ),
        (50, "plan P-000001 approved (ada)", ()),
        (
            60,
            "board: 2 changes",
            (f"task {ONE} claimed -> completed (ada)", f"run R-a1b2c3 of {ONE} completed after 2 attempts (ada)"),
        ),
    ]
    verdicts = (
        Verdict(20, "codex", "PreToolUse", "Bash", "deny", "", ("scope",), 5.0),
        Verdict(21, "codex", "PreToolUse", "Bash", "allow", "", (), 5.0),
    )
    notes = (
        {"at": "1970-01-01T00:00:40.500Z", "level": "error", "event": "lost", "text": "the server"},
        {"event": "no time"},
    )
    facts = make_facts(log=make_log(lines), policy=PolicyFacts(verdicts=verdicts), mesh=MeshFacts(log=notes))
    view = view_events(facts)
    assert [(event.kind, event.task or event.plan, event.old, event.new, event.what) for event in view.events] == [
        ("run", ONE, "", "", "completed after 2 attempts"),
        ("task", ONE, "claimed", "completed", ""),
        ("plan", "P-000001", "", "", "approved"),
        ("mesh", "", "", "", "lost: the server"),
        ("task", THREE, "running", "failed", "it <b>broke</b>"),
        ("task", TWO, "", "queued", ""),
        ("blocked", "", "", "", "PreToolUse Bash: scope"),
        ("task", ONE, "queued", "claimed", ""),
    ]
    assert view.counts == {"task": 4, "plan": 1, "run": 1, "mesh": 1, "blocked": 1}
    assert [event.run for event in view.events if event.run] == ["R-a1b2c3"]
    assert "&lt;b&gt;broke" in events_html(view)


def test_older_events_lie_in_files_that_stay_as_they_are() -> None:
    lines: list[tuple[int, str, tuple[str, ...]]] = [(at, f"memory: {at}", ()) for at in range(1, 3 * SHARD)]
    before = make_facts(log=make_log(lines))
    after = make_facts(log=make_log([*lines, (9_999_999, "one more", ())]))
    older = view_older_events(before)
    assert list(view_events(before).older) == ["events-1", "events-0"]
    assert view_older_events(after) == older
    times = [event.t for event in (*view_events(before).events, *older["events-1"], *older["events-0"])]
    assert times == sorted(times, reverse=True)
    assert len(times) == view_events(before).total == 3 * SHARD - 1
