"""Four nodes, whatever may happen between them, and what must hold of it; and that each rule is needed for that."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from openclaw_hooks.mesh.mirror import answers, epochs, lineage, step
from openclaw_hooks.mesh.mirror.epochs import Standing
from openclaw_hooks.mesh.mirror.step import Step
from tests.mesh.mirror.model import BrokenInvariantError, remember_decisions
from tests.mesh.mirror.play import play

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from openclaw_hooks.mesh.mirror.step import Base, Remote, Versions

RUNS = 2000
TAPE_BYTES = 120
TRIES = 1000


@pytest.fixture(scope="module", autouse=True)
def memory() -> Iterator[None]:
    """Decisions are made once for the same values."""
    with pytest.MonkeyPatch.context() as patch:
        remember_decisions(patch.setattr)
        yield


@settings(max_examples=RUNS, database=None, derandomize=True)
@given(st.binary(min_size=8, max_size=80))
def test_nothing_that_must_hold_is_broken_whatever_happens(tape: bytes) -> None:
    play(tape)


@pytest.mark.parametrize("seed", range(40))
def test_nothing_is_broken_by_long_stories(seed: int) -> None:
    play(random.Random(seed).randbytes(4 * TAPE_BYTES))


def leave_key(patch: pytest.MonkeyPatch) -> None:
    """A key that is missing stays missing."""
    patch.setattr(step, "_step_alone", lambda path, base, local, *, leads: Step())


def leave_file(patch: pytest.MonkeyPatch) -> None:
    """A file that is missing stays missing."""
    decide = step.sync_step

    def sync(path: str, versions: Versions, *, leads: bool) -> Step:
        return Step() if versions.local is None and versions.base else decide(path, versions, leads=leads)

    for module in (step, answers, epochs):
        patch.setattr(module, "sync_step", sync)


def forget_values(patch: pytest.MonkeyPatch) -> None:
    """What a field was before is not remembered: an old copy counts as an edit."""
    for module in (step, answers):
        patch.setattr(module, "grow_seen", lambda path, seen, old, new: {})


def honour_late_moves(patch: pytest.MonkeyPatch) -> None:
    """A change of status counts on whatever content."""
    patch.setattr(step, "is_unchanged", lambda base, remote: True)


def keep_no_records(patch: pytest.MonkeyPatch) -> None:
    """What gives way is thrown away."""
    for module in (step, answers, epochs):
        patch.setattr(module, "make_records", lambda path, conflicts: ())


def prefer_local(patch: pytest.MonkeyPatch) -> None:
    """Where both sides changed a field, this board's value stays."""
    merge = step.reconcile

    def swap(path: str, sides: tuple[bytes | None, bytes, bytes], seen: dict[str, frozenset[str]]) -> object:
        return merge(path, (sides[0], sides[2], sides[1]), seen)._replace(conflicts=())

    patch.setattr(step, "reconcile", swap)


def trust_everything(patch: pytest.MonkeyPatch) -> None:
    """What the mesh has is written, whatever it is."""
    patch.setattr(step, "judge", lambda path, content: "")


def ignore_order(patch: pytest.MonkeyPatch) -> None:
    """A value that was overtaken on its way is taken for the newest."""
    patch.setattr(step, "newest", lambda base, remote: remote)


def ignore_epochs(patch: pytest.MonkeyPatch) -> None:
    """A mesh that has fallen back is believed."""
    patch.setattr(epochs, "judge_epoch", lambda known, found: Standing.SAME)


def forget_what_was_sent(patch: pytest.MonkeyPatch) -> None:
    """An answer says nothing about what was sent: what the lead refused is sent again and again."""

    def plain(path: str, versions: Versions, sent: bytes) -> Step:
        return step.sync_step(path, versions, leads=False)

    patch.setattr(answers, "answer_step", plain)


def take_old_as_agreed(patch: pytest.MonkeyPatch) -> None:
    """The base moves on without the file being compared with it: every difference is a new edit."""

    def move(path: str, base: Base | None, remote: Remote) -> Base | None:
        return base

    for module in (step, epochs):
        patch.setattr(module, "move_base", move)


ABLATIONS: tuple[Callable[[pytest.MonkeyPatch], None], ...] = (
    leave_key,
    leave_file,
    forget_values,
    honour_late_moves,
    keep_no_records,
    prefer_local,
    trust_everything,
    ignore_order,
    ignore_epochs,
    forget_what_was_sent,
    take_old_as_agreed,
)


def count_until_broken(order: str = "rfbs") -> int:
    """After how many tapes something that must hold is broken; 0 when it never is."""
    for seed in range(TRIES):
        try:
            play(random.Random(seed).randbytes(TAPE_BYTES), order)
        except BrokenInvariantError:
            return seed + 1
    return 0


@pytest.mark.parametrize("ablate", ABLATIONS, ids=lambda ablate: str(ablate.__name__))
def test_the_model_misses_each_rule(
    ablate: Callable[[pytest.MonkeyPatch], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    ablate(monkeypatch)
    assert count_until_broken() > 0, str(ablate.__doc__)


def test_records_come_before_the_file_that_they_are_about() -> None:
    assert count_until_broken("fbsr") > 0


def test_old_values_are_remembered_as_the_merge_compares_them() -> None:
    old = b"---\nid: T-1abc23\ntitle: one\nstatus: queued\nlabels: [a]\nx-team: blue\n---\ntext\n"
    new = b"---\nid: T-1abc23\ntitle: two\nstatus: claimed\nowner: w1\nlabels: [a, b]\nx-team: red\n---\nmore\n"
    path = "tasks/T-1abc23.md"
    plain = (old.replace(b"x-team: blue\n", b""), new.replace(b"x-team: red\n", b""))
    slow = lineage._compare(path, *plain)
    fast = lineage.changed_values(path, *plain)
    assert {name: fast[name] for name in slow} == slow
    assert set(fast) - set(slow) == {lineage.WHOLE}
    assert lineage.changed_values(path, old, new)["x-team"] == ("'blue'", "'red'")
