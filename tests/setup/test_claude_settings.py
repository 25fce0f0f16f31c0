"""Our items in `.claude/settings.json`: merged in and taken out of the text, all else untouched."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openclaw_hooks.setup.claude_settings import DENY, FRAGMENT, added_by, merge_fragment, remove_fragment
from openclaw_hooks.setup.json_text import JsonError

GROUP = {"matcher": "Bash", "hooks": [{"type": "command", "command": "/x/python", "args": ["-I"], "timeout": 15}]}
HOOKS: dict[str, Any] = {"hooks": {"PreToolUse": [GROUP], "Stop": [{"hooks": [{"type": "command", "command": "y"}]}]}}
BOTH = {**FRAGMENT, **HOOKS}

TEXTS = {
    "tabs, no line end": '{\n\t"permissions": {\n\t\t"deny": [\n\t\t\t"x"\n\t\t],\n\t\t"allow": []\n\t},\n\t"z": {"a": [1, 2]}\n}',
    "four blanks, CRLF": '{\r\n    "a": 1.0,\r\n    "permissions": {"deny": ["Bash(git commit -n:*)", "u"]}\r\n}\r\n',
    "one line": '{"hooks": {"PreToolUse": [{"matcher": "Bash", "hooks": []}]}}',
    "dense": '{"permissions":{"allow":["a"]},"é":"\\u00e9"}',
    "own hooks": json.dumps({"hooks": {"PreToolUse": [{"matcher": "Edit", "hooks": []}]}, "x": None}, indent=2) + "\n",
    "BOM": '\ufeff{\n  "a": 1\n}\n',
}


@pytest.mark.parametrize("fragment", [FRAGMENT, HOOKS, BOTH])
@pytest.mark.parametrize("name", list(TEXTS))
def test_merging_adds_what_is_missing_and_taking_it_out_gives_the_text_back(
    name: str, fragment: dict[str, Any]
) -> None:
    text = TEXTS[name]
    after = merge_fragment(text, fragment)
    old, new = (json.loads(value.removeprefix("\ufeff")) for value in (text, after))
    assert_keeps(old, new)
    assert_has(fragment, new)
    assert merge_fragment(after, fragment) == after
    assert remove_fragment(after, added_by(text, after), text) == text


def assert_keeps(old: Any, new: Any) -> None:
    """Everything in `old` is in `new`, in the same order and first."""
    if isinstance(old, dict):
        assert list(new)[: len(old)] == list(old)
        for key, value in old.items():
            assert_keeps(value, new[key])
    elif isinstance(old, list):
        assert new[: len(old)] == old
    else:
        assert new == old


def assert_has(fragment: Any, new: Any) -> None:
    if isinstance(fragment, dict):
        for key, value in fragment.items():
            assert_has(value, new[key])
    elif isinstance(fragment, list):
        assert all(new.count(item) == 1 for item in fragment)


def test_indentation_follows_the_file() -> None:
    assert '\n\t\t\t"x",\n\t\t\t"Bash(git commit --no-verify:*)",\n' in merge_fragment(
        TEXTS["tabs, no line end"], FRAGMENT
    )
    after = merge_fragment(TEXTS["four blanks, CRLF"], HOOKS)
    assert '\r\n    "hooks": {\r\n        "PreToolUse": [\r\n            {\r\n' in after
    assert "\n" not in after.replace("\r\n", "")


def test_an_item_that_the_user_had_is_not_taken_out() -> None:
    text = TEXTS["four blanks, CRLF"]
    after = merge_fragment(text, FRAGMENT)
    kept = json.loads(remove_fragment(after, added_by(text, after), text))
    assert kept["permissions"]["deny"] == ["Bash(git commit -n:*)", "u"]


def test_a_group_of_ours_is_taken_out_of_later_changes() -> None:
    after = json.loads(merge_fragment("{}", BOTH))
    after["hooks"]["PreToolUse"].insert(0, {"matcher": "Write", "hooks": []})
    after["permissions"]["deny"].append("mine")
    left = json.loads(remove_fragment(json.dumps(after, indent=1), BOTH))
    assert left == {"permissions": {"deny": ["mine"]}, "hooks": {"PreToolUse": [{"matcher": "Write", "hooks": []}]}}


def test_a_plain_value_of_the_user_wins() -> None:
    assert merge_fragment('{"a": {"b": 1}}', {"a": {"b": 2, "c": 3}}) == '{"a": {"b": 1, "c": 3}}'


@pytest.mark.parametrize(
    "text",
    [
        "{ // c\n}",
        '{"a": 1,}',
        "[]",
        '{"permissions": []}',
        '{"permissions": {"deny": "x"}}',
        '{"permissions": null}',
        '{"a": 1, "a": 2}',
        "{",
    ],
)
def test_what_is_no_plain_json_or_has_another_shape_is_refused(text: str) -> None:
    with pytest.raises(JsonError):
        merge_fragment(text, FRAGMENT)


def test_an_empty_file_becomes_an_object() -> None:
    assert json.loads(merge_fragment("", FRAGMENT)) == FRAGMENT


def test_the_deny_list_names_each_bypass_once() -> None:
    assert len(set(DENY)) == len(DENY)
    assert {"Bash(git commit --no-verify:*)", "Bash(git push --force:*)", "Read(**/.env)"} <= set(DENY)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text('a"\\é\n', max_size=3),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text("ab", min_size=1, max_size=2), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(
    settings=st.dictionaries(st.sampled_from(["x", "y"]), JSON, max_size=2),
    deny=st.none() | st.lists(st.sampled_from(["u", "v", *DENY[:2]]), unique=True, max_size=3),
    indent=st.sampled_from([None, 1, 2, 4, "\t"]),
)
def test_any_settings_survive_a_round_trip(
    settings: dict[str, Any], deny: list[str] | None, indent: int | str | None
) -> None:
    if deny is not None:
        settings = {**settings, "permissions": {"deny": deny}}
    text = json.dumps(settings, indent=indent, ensure_ascii=False)
    after = merge_fragment(text, BOTH)
    assert_keeps(settings, json.loads(after))
    assert_has(BOTH, json.loads(after))
    back = remove_fragment(after, added_by(text, after), text)
    assert json.loads(back) == settings
    if deny != [] and settings:
        assert back == text
