from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from openclaw_hooks.board.merge.field_merge import Conflict
from openclaw_hooks.board.merge.reconcile import (
    Merged,
    field_values,
    reconcile_file,
    reconcile_plan,
    reconcile_task,
)
from openclaw_hooks.documents import DocumentError
from openclaw_hooks.tasks.markdown import edit_task, parse_task
from openclaw_hooks.tasks.model import Direction, Measure
from tests.board.task_texts import (
    BODIES,
    HEADS,
    LISTS,
    PATH,
    Edit,
    apply_edits,
    bases,
    body_lines,
    edits,
    make_base,
    state_of,
    values,
)

EXAMPLES = 100  # of each property, and each draws from the same histories; test_convergence.py merges more of them
BASE = make_base(HEADS[1], BODIES[2])
three_versions = st.tuples(bases, edits("local"), edits("remote")).map(
    lambda drawn: (drawn[0], apply_edits(drawn[0], drawn[1]), apply_edits(drawn[0], drawn[2]))
)


def fields_in_conflict(merged: Merged) -> set[str]:
    return {conflict.field for conflict in merged.conflicts}


@settings(max_examples=EXAMPLES)
@given(three_versions)
def test_a_field_that_one_side_changed_has_its_value_and_of_two_edits_the_remotes_stays(
    versions: tuple[bytes, bytes, bytes],
) -> None:
    base, local, remote = versions
    merged = reconcile_task(base, local, remote)
    old, ours, theirs = (dict(values(content)) for content in versions)
    for field, value in values(merged.content):
        if ours[field] == old[field] or ours[field] == theirs[field]:
            assert value == theirs[field], field
        elif theirs[field] == old[field]:
            assert value == ours[field], field
        else:
            assert value == theirs[field], field
            record = next(conflict for conflict in merged.conflicts if conflict.field == field)
            shown = ours[field][1] if isinstance(ours[field], tuple) else ours[field]  # type: ignore[index]
            assert shown is None or str(shown).split()[0].strip("['").rstrip(",']") in record.dropped
            assert record.dropped != record.kept


@settings(max_examples=EXAMPLES)
@given(three_versions)
def test_no_line_of_a_body_is_lost(versions: tuple[bytes, bytes, bytes]) -> None:
    base, local, remote = versions
    merged = reconcile_task(base, local, remote)
    dropped = {line for conflict in merged.conflicts for line in conflict.dropped.splitlines()}
    found = body_lines(merged.content)
    assert body_lines(remote) <= found
    assert body_lines(local) - body_lines(base) <= found | dropped
    if not fields_in_conflict(merged) & {"body"} and not dropped:
        assert found == body_lines(local) | body_lines(remote)


@settings(max_examples=EXAMPLES)
@given(three_versions)
def test_lists_take_in_what_either_added_and_let_go_what_either_removed(versions: tuple[bytes, bytes, bytes]) -> None:
    base, local, remote = versions
    old, ours, theirs = (parse_task(PATH, content) for content in versions)
    task = parse_task(PATH, reconcile_task(base, local, remote).content)
    for name in LISTS:
        sides = [set(getattr(side, name)) for side in (old, ours, theirs)]
        added = (sides[1] | sides[2]) - sides[0]
        assert set(getattr(task, name)) == added | (sides[0] & sides[1] & sides[2])
        assert len(set(getattr(task, name))) == len(getattr(task, name))


@settings(max_examples=EXAMPLES)
@given(three_versions)
def test_both_machines_write_the_same_bytes_unless_one_has_to_give_way(versions: tuple[bytes, bytes, bytes]) -> None:
    base, local, remote = versions
    here, there = reconcile_task(base, local, remote), reconcile_task(base, remote, local)
    assert fields_in_conflict(here) == fields_in_conflict(there)
    if not here.conflicts:
        assert here.content == there.content
    # Whoever merges the two merges later has no conflict that is not recorded, and both get the same bytes.
    for origin in (local, remote):
        again, mirrored = (
            reconcile_task(origin, here.content, there.content),
            reconcile_task(origin, there.content, here.content),
        )
        if not again.conflicts:
            assert again.content == mirrored.content


@settings(max_examples=EXAMPLES)
@given(three_versions)
def test_merging_once_more_changes_nothing(versions: tuple[bytes, bytes, bytes]) -> None:
    base, local, remote = versions
    merged = reconcile_task(base, local, remote).content
    assert reconcile_task(remote, remote, merged) == Merged(merged, ())
    assert reconcile_task(remote, merged, remote) == Merged(merged, ())
    assert reconcile_task(base, merged, merged) == Merged(merged, ())
    assert reconcile_task(local, local, merged) == Merged(merged, ())
    assert reconcile_task(base, merged, remote).content == merged
    parse_task(PATH, merged)


@settings(max_examples=EXAMPLES)
@given(three_versions)
def test_without_a_base_everything_that_differs_is_kept_or_recorded(versions: tuple[bytes, bytes, bytes]) -> None:
    _, local, remote = versions
    merged = reconcile_task(None, local, remote)
    ours, theirs = (dict(values(content)) for content in (local, remote))
    for field, value in values(merged.content):
        assert value in (ours[field], theirs[field])
        if value != ours[field] and field not in fields_in_conflict(merged):
            assert ours[field] in (None, "", 0)
    dropped = {line for conflict in merged.conflicts for line in conflict.dropped.splitlines()}
    assert body_lines(local) | body_lines(remote) <= body_lines(merged.content) | dropped


@settings(max_examples=EXAMPLES)
@given(bases, edits("local"), edits("remote"))
def test_an_earlier_value_is_no_edit(base: bytes, first: list[Edit], second: list[Edit]) -> None:
    # The shared board went base -> middle -> remote; this machine's file fell back to what it was in the middle.
    middle = apply_edits(base, first)
    remote = apply_edits(middle, second)
    seen = {name: frozenset({value}) for name, value in field_values(middle).items()}
    merged = reconcile_task(remote, middle, remote, seen)
    assert dict(values(merged.content)) == dict(values(remote))
    assert parse_task(PATH, merged.content).body == parse_task(PATH, remote).body
    assert not merged.conflicts


@settings(max_examples=EXAMPLES)
@given(three_versions, st.sampled_from(("local", "remote", "both")))
def test_a_file_that_is_not_there_was_not_deleted(versions: tuple[bytes, bytes, bytes], side: str) -> None:
    base, local, remote = versions
    found = {
        "local": reconcile_task(base, None, remote),
        "remote": reconcile_task(base, local, None),
        "both": reconcile_task(base, None, None),
    }[side]
    assert found == Merged({"local": remote, "remote": local, "both": base}[side], ())


@settings(max_examples=EXAMPLES)
@given(three_versions, st.binary(max_size=40), st.integers(0, 100), st.booleans())
def test_a_version_that_does_not_parse_gives_way(
    versions: tuple[bytes, bytes, bytes], noise: bytes, at: int, is_local: bool
) -> None:
    base, local, remote = versions
    broken = b"---\n" + noise + b"\x00" + local[at:]
    merged = reconcile_task(base, broken, remote) if is_local else reconcile_task(base, local, broken)
    assert merged.content == (remote if is_local else local)
    assert fields_in_conflict(merged) == {"file"}


@settings(max_examples=EXAMPLES)
@given(st.binary(max_size=300), st.binary(max_size=300), st.binary(max_size=300))
def test_no_bytes_crash_a_merge(base: bytes, local: bytes, remote: bytes) -> None:
    for path in ("tasks/T-1abc23.md", "plans/P-1abc23.yaml", "README.md"):
        merged = reconcile_file(path, base, local, remote)
        if not merged.conflicts and local not in (base, remote) and remote != base:
            assert path == "README.md"


def test_comments_and_quotes_of_the_side_that_changed_a_field_survive() -> None:
    local = BASE.replace(b'"Base title"   # short', b"'Mine'  # and why")
    remote = BASE.replace(b"x-team: blue", b"x-team:   'red' # not blue")
    merged = reconcile_task(BASE, local, remote)
    assert b"title: 'Mine'  # and why\n" in merged.content
    assert b"x-team:   'red' # not blue\n" in merged.content
    assert merged.content == reconcile_task(BASE, remote, local).content


def test_quoting_alone_is_no_edit() -> None:
    local = BASE.replace(b'"Base title"', b"Base title")
    remote = BASE.replace(b'"Base title"', b"Theirs")
    assert reconcile_task(BASE, local, remote) == Merged(remote, ())


def test_status_and_owner_move_together() -> None:
    local = edit_task(BASE, {"status": "claimed", "owner": "mine"})
    remote = edit_task(BASE, {"status": "cancelled", "reason": "not needed"})
    merged = reconcile_task(BASE, local, remote)
    assert state_of(merged.content) == ("cancelled", "", "not needed")
    assert merged.conflicts == (
        Conflict(
            "state", "status:   queued", "status:   cancelled\nreason: not needed", "status:   claimed\nowner: mine"
        ),
    )


@pytest.mark.parametrize("status", ["queued", "claimed", "running", "released", "pending_review"])
def test_finished_work_never_goes_without_a_record(status: str) -> None:
    base = edit_task(BASE, {"status": "claimed", "owner": "ada"})
    local = edit_task(base, {"status": "completed"})
    remote = edit_task(base, {"status": status, "owner": "bob"})
    merged = reconcile_task(base, local, remote)
    assert state_of(merged.content)[0] == status
    (record,) = merged.conflicts
    assert "completed" in record.dropped
    assert status in record.kept


def test_notes_that_both_appended_all_stay_in_one_order() -> None:
    local = BASE.replace(b"- second\n", b"- second\n- l1\n- l2\n")
    remote = BASE.replace(b"- second\n", b"- second\n- r1\n").replace(b"nothing yet", b"all done")
    merged = reconcile_task(BASE, local, remote)
    assert b"- second\n- l1\n- l2\n- r1\n\n## Result\n\nall done" in merged.content
    assert merged == reconcile_task(BASE, remote, local)


def test_without_a_base_the_order_that_both_sides_have_stays() -> None:
    local = edit_task(BASE, {"priority": 7})
    merged = reconcile_task(None, local, BASE)
    assert merged.content == reconcile_task(None, BASE, local).content
    assert merged.content in (local, BASE)


def test_a_section_that_both_wrote_is_the_remotes_with_the_other_in_the_record() -> None:
    base = make_base(HEADS[0], "\nText.\n")
    local = edit_task(base, {"body": "Text.\n\n## Result\n\nmine\n"})
    remote = edit_task(base, {"body": "Text.\n\n## Result\n\ntheirs\n"})
    merged = reconcile_task(base, local, remote)
    assert merged.content == remote
    assert merged.conflicts == (Conflict("body ## Result", "", "## Result\n\ntheirs", "## Result\n\nmine"),)


def test_a_section_that_one_side_removed_and_the_other_changed_stays_as_changed() -> None:
    removed = BASE.replace(b"## Notes\n\n- first\n- second\n\n", b"")
    changed = BASE.replace(b"- second\n", b"- second\n- third\n")
    for local, remote in ((removed, changed), (changed, removed)):
        merged = reconcile_task(BASE, local, remote)
        assert b"- third" in merged.content
        assert fields_in_conflict(merged) == {"body ## Notes"}


def test_headings_in_code_are_no_sections() -> None:
    base = make_base(HEADS[0], BODIES[3])
    local = base.replace(b"Text\n", b"Text\nmore\n")
    remote = base.replace(b"## no heading", b"## still none")
    merged = reconcile_task(base, local, remote)
    assert b"## still none" in merged.content or b"## still none" in remote
    assert parse_task(PATH, merged.content).body.count("```") == 2


def test_a_merge_that_would_not_parse_falls_back_field_by_field() -> None:
    base = make_base("id: T-1abc23\ntitle: t\nstatus: queued\nx-a: &n one\nx-b: two\nrole: r\n", "")
    local = base.replace(b"x-b: two", b"x-b: *n").replace(b"role: r", b"role: mine")
    remote = base.replace(b"x-a: &n one", b"x-a: one plain")
    merged = reconcile_task(base, local, remote)
    assert parse_task(PATH, merged.content).role == "mine"
    assert b"x-b: two" in merged.content
    assert [(conflict.field, conflict.dropped) for conflict in merged.conflicts] == [("x-b", "x-b: *n")]


def test_an_alias_never_takes_the_value_of_the_other_sides_anchor() -> None:
    base = make_base("id: T-1abc23\ntitle: t\nstatus: queued\nx-a: &n one\nx-b: two\n", "")
    local = base.replace(b"x-b: two", b"x-b: *n")
    remote = base.replace(b"x-a: &n one", b"x-a: &n other")
    merged = reconcile_task(base, local, remote)
    assert b"x-b: two" in merged.content
    assert merged.conflicts[0].dropped == "x-b: *n"


def test_a_merge_that_grows_too_large_keeps_the_remotes_text() -> None:
    base = make_base(HEADS[0], "\n## Notes\n\nstart\n")
    local = edit_task(base, {"body": "## Notes\n\nstart\n" + "l" * 200_000 + "\n"})
    remote = edit_task(base, {"body": "## Notes\n\nstart\n" + "r" * 200_000 + "\n"})
    merged = reconcile_task(base, local, remote)
    parse_task(PATH, merged.content)
    assert "l" * 200_000 in merged.conflicts[0].dropped


def test_a_body_of_a_hundred_thousand_equal_lines_merges_in_time() -> None:
    base = make_base(HEADS[0], "x\n" * 100_000)
    local = base + b"y\n"
    remote = base.replace(b"---\nx\n", b"---\nz\n")
    merged = reconcile_task(base, local, remote)
    assert merged.content.startswith(remote[:60])
    assert merged.content.endswith(b"y\n") or merged.conflicts


def test_plans_merge_by_key_with_status_and_approval_as_one() -> None:
    base = b"id: P-1abc23\nstatus: draft\nbudget_minutes: 10\nsubtasks:\n  - {id: a}\n"
    local = base.replace(b"draft", b"approved\napproval: {by: ada, at: now}").replace(b"10", b"20")
    remote = base.replace(b"draft", b"aborted").replace(b"- {id: a}", b"- {id: a}\n  - {id: b}")
    merged = reconcile_plan(base, local, remote)
    assert merged.content == (
        b"id: P-1abc23\nstatus: aborted\nbudget_minutes: 20\nsubtasks:\n  - {id: a}\n  - {id: b}\n"
    )
    assert merged.conflicts == (
        Conflict("state", "status: draft", "status: aborted", "status: approved\napproval: {by: ada, at: now}"),
    )


def test_other_texts_merge_by_line() -> None:
    base = b"# The board\n\none\n\nmiddle\n\ntwo\n"
    merged = reconcile_file("README.md", base, base.replace(b"one", b"1"), base.replace(b"two", b"2"))
    assert merged == Merged(b"# The board\n\n1\n\nmiddle\n\n2\n", ())


def test_there_must_be_something_to_merge() -> None:
    with pytest.raises(DocumentError):
        reconcile_task(None, None, None)


def test_what_either_side_freezes_is_frozen_and_a_measure_is_taken_whole() -> None:
    base = edit_task(
        BASE, {"metric": "make bench", "measure": Measure("p95", Direction.LOWER), "evaluator": ("bench/",)}
    )
    local = edit_task(base, {"evaluator": ("bench/", "data/"), "measure": Measure("p95", Direction.LOWER, min_gain=2)})
    remote = edit_task(base, {"evaluator": ("bench/", "ci/")})
    merged = reconcile_task(base, local, remote)
    task = parse_task(PATH, merged.content)
    assert not merged.conflicts
    assert set(task.evaluator) == {"bench/", "data/", "ci/"}
    assert task.measure == Measure("p95", Direction.LOWER, min_gain=2)
    both = reconcile_task(base, local, edit_task(base, {"measure": Measure("p99", Direction.LOWER)}))
    assert parse_task(PATH, both.content).measure == Measure("p99", Direction.LOWER)
    assert fields_in_conflict(both) == {"measure"}
