"""Any task file that parses, edited in any way: what is set reads back, and no other byte moves."""

from __future__ import annotations

import re
from typing import Any

import pytest
import yaml
from hypothesis import assume, given
from hypothesis import strategies as st

from openclaw_hooks.documents import DocumentError
from openclaw_hooks.errors import OpenclawError
from openclaw_hooks.tasks.markdown import edit_task, new_task_text, parse_task
from openclaw_hooks.tasks.model import (
    Approval,
    Collaboration,
    Delegation,
    Direction,
    Measure,
    Mode,
    Status,
    Task,
    TaskHead,
)
from openclaw_hooks.tasks.yaml_edit import get_keys, put_entry, set_key

NAME = "T-4k2m9x.md"
NASTY = st.sampled_from(
    [
        *("", " ", "~", "null", "yes", "No", "y", "0x10", "1e3", "1_000", "0o7", "012", "1:30", ".5", ".inf", "-", "?"),
        *("2026-11-22", "2026-11-22T10:00:00Z", "=", "<<", "*", "&a", "*a", "!x", "!!str x", "%YAML", "@", "`", "|"),
        *(
            "key: value",
            "a: b: c",
            "# no",
            "a # b",
            "a#b",
            "a:b",
            "- item",
            "-",
            "--- ",
            "---",
            "...",
            "[a",
            "{a",
            "a]",
        ),
        *(
            "status: completed",
            "x\nstatus: completed",
            "a\n---\nb",
            "it's",
            '"',
            'say "x"',
            "back\\slash",
            "\ttab",
            " a",
        ),
        *(
            "a ",
            "é",
            "日本　語",
            "👩‍👩‍👧",
            "\x00",
            "\x07",
            "\x85",
            "\u2028",
            "\u2029",
            "\ufeff",
            "\xa0",
            "\ud800",
            "\uffff",
        ),
        *("\r\n", "\r", "\n", "x" * 5000, "word " * 400, "a,b", "<<<<<<< HEAD", ">>>>>>> x", "True", "NULL", "NaN"),
    ]
)
TEXT = NASTY | st.text(max_size=30) | st.text(alphabet="abc:# -'\"\\\n[]{},&*!|>%@`~=<é😀\u2028\x85", max_size=12)
TEXTS = st.lists(TEXT, max_size=4).map(tuple)
IDS = st.lists(st.sampled_from(["T-000000", "T-00000a", "T-zzzzzz"]), max_size=3).map(tuple)
DELEGATION = st.builds(
    Delegation,
    mode=st.sampled_from(Mode),
    soul=TEXT,
    reason=TEXT,
    collaboration=st.none() | st.builds(Collaboration, min_nodes=st.integers(2, 9), threshold=st.floats(1e-9, 1)),
)
MEASURE = st.builds(
    Measure,
    name=st.sampled_from(["p95", "yes", "null", "_1.e3-x"]),
    direction=st.sampled_from(Direction),
    min_gain=st.floats(0, 1e300),
    target=st.none() | st.floats(allow_nan=False, allow_infinity=False),
    unit=TEXT,
)
FIELDS: dict[str, st.SearchStrategy[Any]] = {
    "title": TEXT,
    "status": st.sampled_from(Status),
    "owner": TEXT,
    "reason": TEXT,
    "priority": st.integers(-1000, 1000),
    "labels": TEXTS,
    "depends_on": IDS,
    "scope": TEXTS,
    "role": TEXT,
    "delegation": DELEGATION,
    "requires_review": st.sampled_from([None, True, False]),
    "metric": TEXT,
    "measure": st.none() | MEASURE,
    "evaluator": TEXTS,
    "budget_minutes": st.integers(1, 500),
    "success_criteria": TEXTS,
    "approval": st.none() | st.builds(Approval, by=TEXT, at=TEXT),
    "created": TEXT,
    "sync": TEXT,
    "body": TEXT,
}
CHANGES = st.lists(st.sampled_from(sorted(FIELDS)), max_size=4, unique=True).flatmap(
    lambda names: st.fixed_dictionaries({name: FIELDS[name] for name in names})
)

# Entries as people write them; `{k}` is the key.
SCALARS = [
    "{k}: plain text", "{k}:   spaced   ", "{k}: 'it''s'  # why", '{k}: "q\\n\\u00e9"', "{k}: 2026-11-22", "{k}: 0x10",
    "{k}: yes # sure", "{k}: a#b", "{k}:", "{k}: # nothing yet", "{k} : before the colon", '"{k}": quoted key',
    "{k}: |\n  literal\n  --- \n   more\n", "{k}: |+\n  kept\n\n", "{k}: >-\n  folded\n  text\n\n  more", "{k}: two\n  lines",
    '{k}: "two\n  lines"', "{k}: |  # about it\n  text", "{k}:\n  below", "{k}: !!str 12", "{k}: &x anchored",
    "{k}: " + "long " * 900 + "end", "{k}: 日本語 😀", "{k}: a\tb\t", "{k}: ~",
]  # fmt: skip
LISTS = [
    "{k}: [a, b]", "{k}: [ a , 'b' ]  # two", "{k}: []", "{k}:\n  - a\n  - b", "{k}:\n- a\n- b", "{k}: # first\n  # second\n  - a # third\n\n  - b",
    "{k}: [a,\n  b,\n]", "{k}:\n    - 'x'\n    -\ty", "{k}:", "{k}: &l\n  - a", "{k}:\n  - |\n    text\n  - >-\n    b", "{k}: [2026-11-22, 1, yes]",
]  # fmt: skip
MAPS = [
    "{k}:\n  mode: solo_mesh # x\n  soul: y",
    "{k}: {{mode: human}}",
    "{k}:",
    "{k}:\n  collaboration:\n    max_nodes: 4\n  mode: auto",
]
FOREIGN = [
    *SCALARS,
    *LISTS,
    "{k}:\n  a:\n    - b: [c, {{d: e}}]\n\n  # deep\n  f: 1",
    "{k}: 2026-99-99",
    "{k}: !mine x",
    "{k}: .nan",
]
BETWEEN = st.sampled_from(["", "", "", "# a comment", "", "  # indented", "#", "   "])
ENTRIES = {
    "title": ["{k}: plain title", "{k}: 'Fix: it'", "{k}: 2026-11-22", "{k}: >-\n  folded\n  title", "{k}: no # comment"],
    "status": ["{k}: queued", "{k}: 'running'  ", '{k}: "completed" # done'],
    "owner": SCALARS,
    "priority": ["{k}: 5", "{k}: -3 # low", "{k}: 0", "{k}:"],
    "labels": LISTS,
    "depends_on": ["{k}: [T-000000]", "{k}:\n  - T-00000a\n  - T-zzzzzz", "{k}: []"],
    "scope": LISTS,
    "delegation": MAPS,
    "requires_review": ["{k}: true", "{k}: no", "{k}: ~"],
    "metric": SCALARS,
    "created": SCALARS,
    "x-other": FOREIGN,
    "assignees": FOREIGN,
    "<<": ["{k}: text"],
}  # fmt: skip


@st.composite
def task_files(draw: st.DrawFn) -> bytes:
    """A file with required keys and some others, in any order, with anything a person may put between them."""
    others = draw(st.lists(st.sampled_from(sorted(set(ENTRIES) - {"title", "status"})), unique=True, max_size=5))
    keys = draw(st.permutations(["id", "title", "status", *others]))
    lines: list[str] = [draw(BETWEEN)]
    for key in keys:
        form = draw(st.sampled_from(ENTRIES[key])) if key != "id" else "{k}: T-4k2m9x"
        lines += [*form.format(k=key).split("\n"), draw(BETWEEN)]
    head = "".join(line + draw(LINE_END) for line in lines)
    last = draw(st.sampled_from(["---\n", "---\r\n", "--- \n", "---\n\n", "---\r\n\r\n"]))
    body = draw(st.sampled_from(["", "text", "## Notes\n\n---\nstatus: failed\n", "\r\nx\ny\r\n", "\n\n", "é😀  \n\t"]))
    top = draw(st.sampled_from(["", "", "\ufeff"])) + draw(st.sampled_from(["---\n", "---\r\n", "---  \n"]))
    text = top + head + (draw(st.sampled_from(["---", last])) if not body else last + body)
    return text.encode()


LINE_END = st.shared(st.sampled_from(["lf", "crlf", "mixed"]), key="line ends").flatmap(
    lambda kind: st.sampled_from({"lf": ["\n"], "crlf": ["\r\n"], "mixed": ["\n", "\r\n"]}[kind])
)


def parse_or_skip(content: bytes) -> Task:
    try:
        return parse_task(NAME, content)
    except DocumentError:
        assume(False)
        raise


def edit_or_skip(content: bytes, changes: dict[str, Any]) -> bytes:
    """The edit; nothing where it was refused."""
    try:
        return edit_task(content, changes)
    except OpenclawError:
        assume(False)
        raise


def has_surrogate(value: object) -> bool:
    return re.search(r"\\ud[89a-f]", ascii(value).replace(r"\\", "")) is not None


def values_of(task: Task) -> dict[str, Any]:
    return {name: getattr(task, name) for name in Task.__struct_fields__}


def entries_of(content: bytes) -> dict[str, str]:
    head = content.decode().removeprefix("\ufeff").partition("\n")[2]
    lines = head.splitlines(keepends=True)
    end = next(number for number, line in enumerate(lines) if line.rstrip() == "---")
    return get_keys("".join(lines[:end]))


@given(task_files(), CHANGES)
def test_what_is_set_reads_back_and_all_else_stays(content: bytes, changes: dict[str, Any]) -> None:
    before = parse_or_skip(content)
    edited = edit_or_skip(content, changes)
    assert values_of(parse_task(NAME, edited)) == {**values_of(before), **changes}
    old, new = entries_of(content), entries_of(edited)
    kept = [key for key in old if key not in changes]
    assert [key for key in new if key in kept] == kept
    assert {key: new[key] for key in kept} == {key: old[key] for key in kept}
    assert edited.startswith(b"\xef\xbb\xbf") == content.startswith(b"\xef\xbb\xbf")


@given(task_files(), CHANGES)
def test_lines_that_belong_to_no_changed_key_are_the_same_bytes(content: bytes, changes: dict[str, Any]) -> None:
    parse_or_skip(content)
    changes.pop("body", None)
    edited = edit_or_skip(content, changes)
    assert without(edited, entries_of(edited), changes) == without(content, entries_of(content), changes)


def without(content: bytes, entries: dict[str, str], changes: dict[str, Any]) -> str:
    text = content.decode()
    for key in changes:
        if key in entries:
            assert text.count(entries[key]) >= 1
            start = text.index(entries[key])
            text = text[:start] + text[start + len(entries[key]) :]
    return text


@given(task_files())
def test_setting_the_present_values_changes_no_byte(content: bytes) -> None:
    task = parse_or_skip(content)
    assert edit_task(content, values_of(task)) == content


@given(task_files(), CHANGES)
def test_an_edit_taken_back_means_what_the_file_meant(content: bytes, changes: dict[str, Any]) -> None:
    before = parse_or_skip(content)
    edited = edit_or_skip(content, changes)
    back = edit_or_skip(edited, {name: getattr(before, name) for name in changes})
    assert values_of(parse_task(NAME, back)) == values_of(before)


@given(st.fixed_dictionaries(FIELDS), CHANGES)
def test_a_new_file_edited_and_edited_back_is_the_same_bytes(values: dict[str, Any], changes: dict[str, Any]) -> None:
    body = values.pop("body")
    try:
        content = new_task_text(TaskHead(id="T-4k2m9x", **values), body)
    except OpenclawError:
        assume(False)
    task = parse_task(NAME, content)
    assert values_of(task) | {"body": body} == values_of(task)
    edited = edit_or_skip(content, changes)
    assert edit_task(edited, {name: getattr(task, name) for name in changes}) == content


@given(st.sampled_from(["owner", "metric", "created_by"]), TEXT)
def test_a_text_is_stored_exactly_or_refused_and_never_makes_a_key(name: str, value: str) -> None:
    fields: dict[str, Any] = {name: value}
    head = TaskHead(id="T-4k2m9x", title="t", status=Status.QUEUED, **fields)
    if has_surrogate(value):
        with pytest.raises(OpenclawError, match="surrogate"):
            new_task_text(head, "")
        return
    content = new_task_text(head, "")
    assert values_of(parse_task(NAME, content)) == values_of(Task(**{k: getattr(head, k) for k in FIELD_NAMES}))
    assert len(content.splitlines()) == (5 if not value else 6)
    assert yaml.safe_load(content.decode().split("---\n")[1]).get(name, "") == value


FIELD_NAMES = TaskHead.__struct_fields__
VALUES = st.recursive(
    TEXT | st.integers() | st.booleans() | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: (
        st.lists(inner, max_size=3).map(tuple) | st.dictionaries(st.text(min_size=1, max_size=5), inner, max_size=3)
    ),
    max_leaves=6,
)


@given(VALUES)
def test_any_value_written_reads_back(value: Any) -> None:
    if has_surrogate(value):
        with pytest.raises(OpenclawError, match="surrogate"):
            set_key("a: 1\nb: 2\n", "c", value)
        return
    text = set_key("a: 1\nb: 2\n", "c", value, ("a", "c", "b"))
    assert list(get_keys(text)) == ["a", "c", "b"]
    assert set_key(text, "c", None) == "a: 1\nb: 2\n"


@given(task_files(), task_files())
def test_an_entry_moves_to_another_file_as_it_is(one: bytes, other: bytes) -> None:
    parse_or_skip(one)
    parse_or_skip(other)
    source, target = entries_of(one), "".join(entries_of(other).values())
    for key, raw in source.items():
        try:
            moved = put_entry(target, key, raw)
        except OpenclawError:
            continue
        assert get_keys(moved)[key].rstrip("\r\n") == raw.rstrip("\r\n")
        assert {**get_keys(moved), key: ""} == {**get_keys(target), key: ""}
