"""Keys of a YAML mapping, set and taken out, and the text around them."""

from __future__ import annotations

import time

import pytest

from openclaw_hooks.documents import DocumentError
from openclaw_hooks.errors import OpenclawError
from openclaw_hooks.tasks.yaml_edit import get_keys, key_span, put_entry, set_key, set_keys
from openclaw_hooks.tasks.yaml_text import Value, write_scalar

ORDER = ("id", "title", "owner", "labels", "plan")


@pytest.mark.parametrize(
    ("text", "key", "value", "expected"),
    [
        ("a: 1\n", "a", 2, "a: 2\n"),
        ("a: 1", "a", 2, "a: 2"),
        ("a: 1", "b", 2, "a: 1\nb: 2"),
        ("", "a", 1, "a: 1\n"),
        ("# only a comment\n", "a", 1, "# only a comment\na: 1\n"),
        ("a: 'x' # c\nb: 2\n", "a", "y: z", 'a: "y: z" # c\nb: 2\n'),
        ("a : x\n", "a", "z", "a : z\n"),
        ('"a": x\n', "a", "z", '"a": z\n'),
        ("a:\r\nb: 1\r\n", "a", "z", "a: z\r\nb: 1\r\n"),
        ("a: # c\n", "a", "z", "a: z # c\n"),
        ("  a: 1\n  b: 2\n", "c", "x", "  a: 1\n  b: 2\n  c: x\n"),
        ("a: |\n  x\n\n  y\n\nb: 1\n", "a", "z", "a: z\n\nb: 1\n"),
        ("a: |+\n  x\n\nb: 1\n", "a", "z", "a: z\nb: 1\n"),
        ("a: |\r\n  x\r\n   \r\n \r\nb: 1\r\n", "a", "z", "a: z\r\n \r\nb: 1\r\n"),
        ("a: |2\n   x\n\nb: 1\n", "a", "z", "a: z\nb: 1\n"),
        ("a: two\n  lines  # c\nb: 1\n", "a", "z", "a: z  # c\nb: 1\n"),
        ("a:\n- x\n- y\nb: 1\n", "a", ("z",), "a:\n- z\nb: 1\n"),
        ("a: [x,\n  y] # c\n", "a", ("z",), "a: [z] # c\n"),
        ("a: # c\n  # d\n  - x\n", "a", ("z", "w"), "a: # c\n  # d\n  - z\n  - w\n"),
        ("a: x # c\n", "a", {"k": 1, "l": ("m",)}, "a: # c\n  k: 1\n  l:\n    - m\n"),
        ("a: &m !!map # c\n    k: 1\n", "a", {"k": 2}, "a: &m !!map # c\n    k: 2\n"),
        ("a: &m # c\n  k: 1\n", "a", "x", "a: x # c\n"),
        ("a: {k: 1}\n", "a", (), "a: []\n"),
        ("a: 1\r\nb: 2\n", "b", {"k": 1}, "a: 1\r\nb:\n  k: 1\n"),
        ("a: 1\nb: 2\n", "a", None, "b: 2\n"),
        ("a: 1\nb: 2 # c\n", "b", None, "a: 1\nb: # c\n"),
        ("a: >-\n  x\nb: 1\n  # c\nd: 2\n", "b", None, "a: >-\n  x\nb:\n  # c\nd: 2\n"),
        ("a: 1\n", "b", None, "a: 1\n"),
        ("a: 1\n...\n", "b", 2, "a: 1\nb: 2\n...\n"),
    ],
)
def test_only_the_value_changes(text: str, key: str, value: Value | None, expected: str) -> None:
    assert set_key(text, key, value) == expected


@pytest.mark.parametrize(
    ("text", "key", "expected"),
    [
        ("id: 1\n# c\nlabels: []\n", "owner", "id: 1\nowner: x\n# c\nlabels: []\n"),
        ("# top\nlabels: []\n", "id", "# top\nid: x\nlabels: []\n"),
        ("labels: []\nx: 1\nid: 1\ny: 2\n", "plan", "labels: []\nplan: x\nx: 1\nid: 1\ny: 2\n"),
        ("x: 1\n", "id", "x: 1\nid: x\n"),
        ("id: 1\nz: 2\n", "other", "id: 1\nz: 2\nother: x\n"),
    ],
)
def test_a_missing_key_goes_where_the_order_says(text: str, key: str, expected: str) -> None:
    assert set_key(text, key, "x", ORDER) == expected
    assert set_key(expected, key, None, ORDER) == text


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("plain text, (really) 100%", "plain text, (really) 100%"),
        ("src/**", "src/**"),
        ("http://x.org/#a", "http://x.org/#a"),
        ("日本", "日本"),
        ("", '""'),
        ("yes", '"yes"'),
        ("NULL", '"NULL"'),
        ("1", '"1"'),
        ("*.py", '"*.py"'),
        ("a: b", '"a: b"'),
        ("a:", '"a:"'),
        ("a #b", '"a #b"'),
        ("a ", '"a "'),
        ('say "x"', 'say "x"'),
        ('"x" it\'s', "'\"x\" it''s'"),
        ("a\nb\t\x00\x85\u2028\ufeff", '"a\\nb\\t\\x00\\u0085\\u2028\\ufeff"'),
        (True, "true"),
        (-3, "-3"),
        (0.66, "0.66"),
        (1e-9, "1.0e-09"),
        (1e300, "1.0e+300"),
    ],
)
def test_a_scalar_is_quoted_only_where_a_reader_would_take_it_for_something_else(value: str, written: str) -> None:
    assert write_scalar(value) == written


@pytest.mark.parametrize("value", [float("nan"), float("inf"), "\udc00", ("a", "\ud800")])
def test_what_no_file_can_hold_is_refused(value: Value) -> None:
    with pytest.raises(OpenclawError, match=r"is no number|surrogate pair"):
        set_key("a: 1\n", "b", value)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[a]\n", "the YAML:1: not a mapping with one `key: value` a line"),
        ("{a: 1}\n", "the YAML:1: not a mapping"),
        ("x\n", "the YAML:1: not a mapping"),
        ("a: 1\n? b\n: 2\n", "the YAML:2: write each key as"),
        ("a: 1\na: 2\n", "the YAML:2: key `a` appears twice"),
        ("a: 1\n---\nb: 2\n", "the YAML:2: `---` does not belong here"),
        ("a: [\n", "the YAML:2: not valid YAML"),
        ("a: " + "[" * 300, "the YAML:1: nested too deeply"),
    ],
)
def test_a_text_that_has_no_keys_of_its_own_is_refused(text: str, message: str) -> None:
    with pytest.raises(DocumentError) as caught:
        set_key(text, "z", 1)
    assert str(caught.value).startswith(message)


def test_an_anchor_that_another_value_needs_stays() -> None:
    with pytest.raises(OpenclawError, match="another value refers to &x"):
        set_key("a: &x 1\nb: *x\n", "a", 2)
    assert set_key("a: &x 1\nb: *x\n", "b", 2) == "a: &x 1\nb: 2\n"
    assert set_keys("a: &x 1\nb: *x\n", {"a": 3, "b": 2}) == "a: 3\nb: 2\n"


def test_entries_are_given_and_put_as_whole_lines() -> None:
    text = "a: 1 # c\n# between\nb:\n  - x\n\n  - y # d\nc: |\n  t\n\nd: 4"
    assert get_keys(text) == {"a": "a: 1 # c\n", "b": "b:\n  - x\n\n  - y # d\n", "c": "c: |\n  t\n", "d": "d: 4"}
    assert key_span(text, "a") == (3, 4)
    assert key_span(text, "z") is None
    assert put_entry(text, "b", "b: 2\n") == text.replace("b:\n  - x\n\n  - y # d\n", "b: 2\n")
    assert put_entry(text, "a", None) == text.removeprefix("a: 1 # c\n")
    assert put_entry("a: 1\n", "owner", "owner: x", ("owner", "a")) == "owner: x\na: 1\n"


@pytest.mark.parametrize("raw", ["c: 1\n", "b: 1\nc: 2\n", "", "[b]\n", "b: *x\n", "b: &x 1\n"])
def test_an_entry_put_is_one_of_that_key(raw: str) -> None:
    with pytest.raises(OpenclawError):
        put_entry("w: &x 1\nz: *x\n", "b", raw)


def test_a_literal_above_a_hundred_thousand_blank_lines_is_edited_at_once() -> None:
    text = "a: |\n  x\n" + "\n" * 100_000 + "  y\n" + "\n" * 100_000 + "b: 1\n"
    began = time.process_time()
    assert set_key(text, "a", "z") == "a: z\n" + "\n" * 100_000 + "b: 1\n"
    assert time.process_time() - began < 5  # a search from each line would take minutes
