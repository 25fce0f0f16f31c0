"""Reading payloads and edits: any JSON at all, and the lines that an edit adds."""

from __future__ import annotations

import contextlib
import json

from hypothesis import given, settings
from hypothesis import strategies as st

from openclaw_hooks.agent_hooks import edits
from openclaw_hooks.agent_hooks.edits import FileEdit, Swap, added_hunks, new_content, parse_patch, read_edits
from openclaw_hooks.agent_hooks.payload import EVENTS, TOOLS, PayloadError, decode_json, parse_payload

KEYS = st.sampled_from(
    ("hook_event_name", "agent_action_name", "tool_name", "toolName", "tool_input", "toolArgs", "tool_info", "cwd", "command",
     "command_line", "session_id", "workspace_roots", "edits", *edits.PATH_KEYS, *edits.CONTENT_KEYS, *edits.OLD_KEYS,
     *edits.NEW_KEYS, *edits.PATCH_KEYS)
)  # fmt: skip
TEXTS = st.one_of(
    st.text(max_size=20), st.sampled_from((*EVENTS, *TOOLS, "PreToolUse", "*** Begin Patch\n*** Add File: x\n"))
)
LEAVES = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False, allow_infinity=False), TEXTS)
VALUES = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4), max_leaves=12
)


@settings(max_examples=300)
@given(st.dictionaries(KEYS, VALUES, max_size=8), st.sampled_from(("", "PreToolUse", "pre_run_command")))
def test_any_object_is_read_or_refused_in_one_line(fields: dict[str, object], event: str) -> None:
    payload, refusal = None, "no reason"
    try:
        payload = parse_payload(json.dumps(fields).encode(), "agent", event)
    except PayloadError as error:
        refusal = str(error)
    assert refusal
    assert "\n" not in refusal
    if payload is None:
        return
    assert payload.cwd.startswith("/")
    assert isinstance(payload.command + payload.session + payload.tool, str)
    with contextlib.suppress(PayloadError):
        for edit in read_edits(payload):
            text, loose = new_content(edit, "old\ntext\n")
            added_hunks("old\ntext\n", text)
            assert all(isinstance(piece, str) for piece in loose)


@given(VALUES)
def test_the_small_parser_agrees_with_json(value: object) -> None:
    for text in (json.dumps(value), json.dumps(value, ensure_ascii=False, indent=2)):
        content = text.encode("utf-8", "surrogatepass")
        assert decode_json(content) == json.loads(content.decode("utf-8", "surrogatepass"))
        assert decode_json(b"\xef\xbb\xbf " + content + b"\n") == value


@given(st.text(st.sampled_from("ab\n"), max_size=30), st.text(st.sampled_from("abc\n"), max_size=30))
def test_added_lines_are_those_of_the_new_text_that_the_old_one_lacks(old: str, new: str) -> None:
    lines = new.split("\n")
    found = {}
    for number, run in added_hunks(old, new):
        for offset, line in enumerate(run):
            found[number + offset] = line.decode()
    assert found == {number: line for number, line in enumerate(lines, 1) if line not in old.split("\n")}


def test_swaps_are_made_in_order_once_or_everywhere() -> None:
    edit = FileEdit(
        "f", swaps=(Swap("a", "b"), Swap("b", "c", everywhere=True), Swap("missing", "loose"), Swap("", "new"))
    )
    assert new_content(edit, "a a b") == ("c a c", ["loose", "new"])


def test_a_patch_gives_each_file_its_added_lines_and_a_move_counts_at_both_ends() -> None:
    patch = (
        "*** Begin Patch\n*** Update File: a b.py\n*** Move to: c.py\n@@ def f\n-old\n+new\n context\n+more\n"
        "*** Delete File: d.py\n*** Add File: e.py\n+\n++plus\n*** End Patch"
    )
    assert parse_patch(patch) == [
        FileEdit("a b.py", is_deletion=True),
        FileEdit("c.py", swaps=(Swap("", "new\nmore"),)),
        FileEdit("d.py", is_deletion=True),
        FileEdit("e.py", swaps=(Swap("", "\n+plus"),)),
    ]
