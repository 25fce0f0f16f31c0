"""Several machines that edit offline and sync when they like: what is true of every order in which that can happen."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from hypothesis import given, settings
from hypothesis import strategies as st

from openclaw_hooks.board.merge.reconcile import reconcile_task
from openclaw_hooks.tasks.markdown import parse_task

if TYPE_CHECKING:
    from openclaw_hooks.board.merge.field_merge import Conflict

PATH = "tasks/T-1abc23.md"
START = """\
---
id: T-1abc23
title: v0  # the title
status: queued
owner: v0
role: v0
x-own: v0
labels: [v0]
---

v0

## Notes

- v0

## Result

v0
"""
EXAMPLES = 120  # histories with ten syncs or so each; what one merge does is tried in test_reconcile.py
FIELDS = ("title", "owner", "role", "x-own")
PLACES = ("label", "note", "result")


class Act(NamedTuple):
    """Something that a machine does."""

    machine: int
    what: str


@dataclass
class World:
    """The shared board, the machines, and what was ever written by whom over what."""

    shared: str = START
    local: list[str] = field(default_factory=lambda: [START] * 3)
    base: list[str] = field(default_factory=lambda: [START] * 3)
    records: list[Conflict] = field(default_factory=list)
    written: dict[str, set[str]] = field(default_factory=dict)
    overwritten: dict[str, set[str]] = field(default_factory=dict)
    count: int = 0

    def edit(self, machine: int, what: str) -> None:
        self.count += 1
        value = f"v{self.count}"
        text = self.local[machine]
        self.written.setdefault(what, set()).add(value)
        if what == "label":
            labels = parse_task(PATH, text.encode()).labels
            self.local[machine] = re.sub(r"labels: .*", f"labels: [{', '.join((*labels, value))}]", text)
        elif what == "note":
            self.local[machine] = text.replace("\n\n## Result", f"\n- {value}\n\n## Result")
        else:
            pattern = r"(## Result\n\n)(v\d+)" if what == "result" else rf"(\n{what}: )(v\d+)"
            found = re.search(pattern, text)
            assert found is not None
            self.overwritten.setdefault(what, set()).add(found[2])
            self.local[machine] = text[: found.start(2)] + value + text[found.end(2) :]

    def sync(self, machine: int) -> None:
        base, local, shared = (text.encode() for text in (self.base[machine], self.local[machine], self.shared))
        merged = reconcile_task(base, local, shared)
        self.records += merged.conflicts
        self.local[machine] = self.base[machine] = self.shared = merged.content.decode()

    def value(self, what: str) -> str:
        found = re.search(r"## Result\n\n(v\d+)" if what == "result" else rf"\n{what}: (v\d+)", self.shared)
        assert found is not None
        return found[1]


acts = st.lists(
    st.builds(Act, st.integers(0, 2), st.sampled_from((*FIELDS, *PLACES, "sync", "sync", "sync"))),
    min_size=1,
    max_size=25,
)


@settings(max_examples=EXAMPLES)
@given(acts)
def test_machines_that_have_all_synced_agree_and_no_edit_is_lost(history: list[Act]) -> None:
    world = World()
    for act in history:
        if act.what == "sync":
            world.sync(act.machine)
        else:
            world.edit(act.machine, act.what)
    for machine in (0, 1, 2, 0, 1):
        world.sync(machine)
    assert world.local == [world.shared] * 3
    task = parse_task(PATH, world.shared.encode())
    dropped = " ".join(record.dropped for record in world.records)
    for what in (*FIELDS, "result"):
        final = world.value(what)
        gone = world.overwritten.get(what, set())
        assert final not in gone, f"{what} went back to {final}"
        lost = world.written.get(what, set()) - gone - {final}
        assert all(re.search(rf"\b{value}\b", dropped) for value in lost), what
    assert set(task.labels) == {"v0"} | world.written.get("label", set())
    notes = set(re.findall(r"^- (v\d+)$", task.body, re.MULTILINE))
    kept = notes | set(re.findall(r"- (v\d+)", dropped))
    assert {"v0"} | world.written.get("note", set()) <= kept
    assert len(re.findall(r"^- v\d+$", task.body, re.MULTILINE)) == len(notes)


@settings(max_examples=EXAMPLES)
@given(acts)
def test_a_field_that_one_machine_alone_writes_is_always_its_last(history: list[Act]) -> None:
    owners = {what: at % 3 for at, what in enumerate((*FIELDS, *PLACES))}
    world = World()
    last: dict[str, str] = {}
    for act in history:
        if act.what == "sync":
            world.sync(act.machine)
        elif owners[act.what] == act.machine:
            world.edit(act.machine, act.what)
            last[act.what] = f"v{world.count}"
    for machine in (0, 1, 2, 0, 1):
        world.sync(machine)
    assert not world.records
    for what in (*FIELDS, "result"):
        assert world.value(what) == last.get(what, "v0")
