"""What is read without a parser is what the parser reads."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openclaw_hooks.documents import KeyPath, parse_yaml
from openclaw_hooks.tasks.plain_edit import edit_plain_head
from openclaw_hooks.tasks.plain_head import read_plain_head
from openclaw_hooks.tasks.yaml_edit import set_keys

PIECES = st.sampled_from(
    [
        *("a", "é", "😀", "1", "0", "-", ".", "_", "/", ":", ": ", " :", "::", "#", " #", "# ", " ", "  ", ",", ", "),
        *("[", "]", "{", "}", "'", '"', "''", "\\", "&", "*", "!", "|", ">", "%", "@", "`", "?", "? ", "- ", "~", "="),
        *("<<", "null", "NULL", "true", "yes", "\t", "\xa0", "\x85", "\u2028", "\ufeff", "\uffff", "\x7f", "\x07", "\\n"),
        *("[]", "[a, b]", "[a,b]", "[a, null]", "[1]", '"x"', "'x'", '"a b" ', "2026-11-22", "0x10", "1e3", "+1", "010"),
        *("...", "---", "word ", "plain text", "\u3000", "\u200d", "123456789", "-5", "False", "a: b", "a:b"),
    ]
)  # fmt: skip
VALUE = st.lists(PIECES, max_size=4).map("".join)
START = st.sampled_from(
    [
        *("a: ", "b: ", "c: ", "d:", "e:", "number: ", "number: ", "map:", "map: ", "<<: ", "'q': ", "x y: ", "k : ", "a:  "),
        *("  - ", "  - ", "- ", "   - ", "  -", "  a: ", "  b: ", "  map: ", "    - ", "  ", "", "# ", "#", " # ", "a"),
    ]
)  # fmt: skip
LINE = st.builds(str.__add__, START, VALUE) | START.map(str.rstrip) | st.sampled_from(["", "", "# why", "a:", "b:"])
HEAD = st.lists(st.builds(str.__add__, LINE, st.sampled_from(["\n", "\n", "\r\n"])), max_size=6).map("".join)
SIMPLE = st.sampled_from(
    [
        "a: b",
        "b: 'it''s'",
        'c: "x: # y"',
        "d: [x, y-1]",
        "f: [x y -1, No z]",
        "e:",
        "  - one",
        "  - 'two'",
        "  x: y",
        "number: 5",
        "# c",
        "",
    ]
)
SIMPLE_HEAD = st.lists(SIMPLE, max_size=8).map(lambda lines: "".join(f"{line}\n" for line in lines))


def is_typed(keys: KeyPath) -> bool:
    return keys[0] == "number" or keys[:2] == ("map", "map")


def require_same(head: str) -> None:
    plain = read_plain_head(head, is_typed)
    if plain is None:
        return
    parsed = parse_yaml("head", head, is_typed=is_typed).value
    assert plain == parsed
    assert list(plain) == list(parsed)
    assert repr(plain) == repr(parsed)  # 1 is no True


@given(HEAD)
def test_odd_lines_are_read_as_the_parser_reads_them(head: str) -> None:
    require_same(head)


@given(SIMPLE_HEAD)
def test_plain_lines_in_any_order_are_read_as_the_parser_reads_them(head: str) -> None:
    require_same(head)


@given(
    st.sampled_from(["a: {}", "a:\n  - {}", "a:\n  k: {}", "number: {}", 'a: "{}"', "a: '{}'", "a: [{}, b]"]), st.text()
)
def test_any_characters_are_read_as_the_parser_reads_them(form: str, text: str) -> None:
    require_same(form.format(text.replace("\r", "").replace("\x85", "")) + "\n")


def test_a_usual_head_is_plain() -> None:
    head = (
        'id: T-4k2m9x\r\ntitle: "Fix: it"\nstatus: queued\npriority: 5\n\n# why\nlabels: [a, b]\nscope:\n  - src/**\n'
        "  - '*.py'\ndelegation:\n  mode: solo_mesh\nowner:\ncreated: 2026-11-22T10:00:00Z\nnumber: -7\n"
        "success_criteria: [An empty day shows a sentence, no table]\n"
    )
    assert read_plain_head(head, is_typed) == parse_yaml("head", head, is_typed=is_typed).value
    assert read_plain_head(head, is_typed) is not None


@pytest.mark.parametrize(
    "head",
    [
        "a: x\na: y\n", "a: [\n", "a: x\n  - y\n", "a: x\n  b: c\n", "a: |\n  x\n", "a: &x b\n", "a: *x\n", "a: b: c\n",
        "a: null\n", "a: x # c\n", "a: 'x\n", "a: \"\\n\"\n", "number: 0x10\n", "number: yes\n", "- a\n", "a:\n  - x\n  b: c\n",
        "a: \tx\n", "a: x \n", "...\n", "? a\n", "{a: b}\n", "a:\n  b:\n    c: d\n", "a: \u2028\n", "\ta: b\n", "<<: x\n",
    ],
)  # fmt: skip
def test_what_needs_a_parser_is_left_to_it(head: str) -> None:
    assert read_plain_head(head, is_typed) is None


EDITS = st.dictionaries(
    st.sampled_from(["a", "b", "c", "d", "e", "number", "new"]),
    st.none() | VALUE | st.integers() | st.booleans() | st.sampled_from([("x",), "ready"]),
    max_size=3,
)


@given(SIMPLE_HEAD | HEAD, EDITS)
def test_an_edit_without_the_parser_gives_the_bytes_of_the_one_with_it(head: str, edits: dict[str, Any]) -> None:
    order = ("a", "new", "c", "number", "b")
    edited = edit_plain_head(head, edits, order, is_typed)
    assert edited is None or edited == set_keys(head, edits, order)


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_a_usual_edit_is_plain(line_end: str) -> None:
    head = "id: x\nstatus: queued\n\n# why\nlabels:\n  - a\n# more\n  - b\n# end\nplan: p\n".replace("\n", line_end)
    edits = {"status": "claimed", "owner": "node 1: me", "labels": None, "plan": None}
    edited = edit_plain_head(head, edits, ("id", "status", "owner"), is_typed)
    assert edited == 'id: x\nstatus: claimed\nowner: "node 1: me"\n\n# why\n# end\n'.replace("\n", line_end)
    assert edited == set_keys(head, edits, ("id", "status", "owner"))
