"""Our handlers in the hook files of agents: merged in, renewed and taken out of the text, all else untouched."""

from __future__ import annotations

import json
import re
from importlib.util import find_spec
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openclaw_hooks.agent_hooks.entry import EVENTS
from openclaw_hooks.setup.agent_files import AGENT_FILES, BY_AGENT, make_fragment, make_portable
from openclaw_hooks.setup.agent_plan import renew_handlers
from openclaw_hooks.setup.handlers import holds_ours, list_handlers, remove_handlers
from openclaw_hooks.setup.interpreter import HookCommand

OLD = HookCommand("/old place/bin/python3", ("-I",), "/old/openclaw_hooks", "1.0.0")
NEW = HookCommand("/new/bin/python3", ("-P", "-E"), "/new/openclaw_hooks", "2.0.0")
CLAUDE = BY_AGENT["claude"]

TEXTS = {
    "tabs, no line end": '{\n\t"hooks": {\n\t\t"Stop": [\n\t\t\t{"hooks": [{"type": "command", "command": "say"}]}\n\t\t]\n\t},\n\t"z": 1\n}',
    "four blanks, CRLF": '{\r\n    "a": 1.0,\r\n    "hooks": {"PreToolUse": [{"matcher": "Bash", "hooks": []}]}\r\n}\r\n',
    "one line": '{"hooks": {"PreToolUse": [{"matcher": "Bash", "hooks": [{"type": "command", "command": "x"}]}]}}',
    "dense": '{"permissions":{"allow":["a"]},"é":"\\u00e9","hooks":{}}',
    "empty lists": '{"hooks": {"PreToolUse": [], "Stop": []}}\n',
    "BOM": '\ufeff{\n  "a": 1\n}\n',
    "disabled by its owner": '{"disableAllHooks": true}',
}


@pytest.mark.parametrize("file", AGENT_FILES, ids=lambda file: file.agent)
@pytest.mark.parametrize("name", list(TEXTS))
def test_what_was_there_stays_and_comes_back_byte_for_byte(name: str, file: Any) -> None:
    fragment = make_fragment(file, OLD)
    text = TEXTS[name]
    after = renew_handlers(text, fragment)
    assert after != text
    assert renew_handlers(after, fragment) == after
    old, new = (json.loads(value.removeprefix("\ufeff")) for value in (text, after))
    for event, groups in old.get("hooks", {}).items():
        assert new["hooks"][event][: len(groups)] == groups
    if "version" not in fragment:
        assert remove_handlers(after, text) == text


@pytest.mark.parametrize("name", list(TEXTS))
def test_an_upgrade_replaces_our_handlers_and_no_others(name: str) -> None:
    text = TEXTS[name]
    after = renew_handlers(renew_handlers(text, make_fragment(CLAUDE, OLD)), make_fragment(CLAUDE, NEW))
    assert "/old place" not in after
    assert list_handlers(json.loads(after.removeprefix("\ufeff"))) != []
    left = json.loads(remove_handlers(after, text).removeprefix("\ufeff"))
    assert left == json.loads(text.removeprefix("\ufeff"))


def test_a_handler_that_shares_a_group_with_ours_is_kept() -> None:
    ours = make_fragment(CLAUDE, OLD)["hooks"]["PreToolUse"][0]["hooks"][0]
    theirs = {"type": "command", "command": "their-guard  --x", "timeout": 5}
    text = json.dumps({"hooks": {"PreToolUse": [{"matcher": "Bash", "hooks": [ours, theirs, ours]}]}}, indent=3)
    kept = json.loads(remove_handlers(text))
    assert kept == {"hooks": {"PreToolUse": [{"matcher": "Bash", "hooks": [theirs]}]}}
    assert '"command": "their-guard  --x"' in remove_handlers(text)


def test_handlers_that_somebody_sorted_into_groups_of_their_own_are_not_doubled() -> None:
    settings = make_fragment(CLAUDE, OLD)
    settings["hooks"]["Stop"][0]["hooks"].append({"type": "command", "command": "say"})
    settings["hooks"] = dict(sorted(settings["hooks"].items()))
    text = json.dumps(settings)
    assert renew_handlers(text, make_fragment(CLAUDE, OLD)) == text


@pytest.mark.parametrize(
    "command", ["python -m openclaw_hooks.hookery claude Stop", "echo openclaw-hooks", "my-openclaw-hook claude X"]
)
def test_what_only_looks_like_ours_is_not(command: str) -> None:
    text = json.dumps({"hooks": {"Stop": [{"hooks": [{"type": "command", "command": command}]}]}})
    assert not holds_ours(text)
    assert remove_handlers(text) == text


def test_hooks_of_a_shape_that_no_host_has_are_passed_over() -> None:
    for text in ('{"hooks": []}', '{"hooks": {"Stop": {}}}', '{"hooks": {"Stop": [1, null, {"hooks": 3}]}}', "{}"):
        assert remove_handlers(text) == text
        assert list_handlers(json.loads(text)) == []


@pytest.mark.parametrize("file", AGENT_FILES, ids=lambda file: file.agent)
@pytest.mark.parametrize("portable", [False, True])
def test_every_handler_that_we_write_is_known_as_ours_again(file: Any, portable: bool) -> None:
    fragment = make_portable(file) if portable else make_fragment(file, OLD)
    wanted = len(re.findall("openclaw_hooks.hook |openclaw-hook ", json.dumps(fragment)))
    assert len(list_handlers(fragment)) == wanted > 0
    assert holds_ours(json.dumps(fragment))
    assert json.loads(remove_handlers(json.dumps(fragment))) in ({}, {"version": 1})


def test_every_event_that_is_wired_has_somebody_who_answers() -> None:
    wired = {handler.event for handler in list_handlers(make_fragment(CLAUDE, OLD))}
    assert wired == set(EVENTS)
    for event in wired:
        assert find_spec(f"openclaw_hooks.agent_hooks.{EVENTS[event]}") is not None, event


def test_guards_fail_closed_and_are_given_more_time_than_they_take() -> None:
    from openclaw_hooks.agent_hooks.deadline import choose_deadline

    for handler in list_handlers(make_fragment(CLAUDE, OLD)):
        is_guard = handler.event in ("PreToolUse", "ConfigChange")
        assert (handler.settings.get("onFailure") == "block") is is_guard, handler.event
        assert handler.settings["timeout"] >= choose_deadline("", handler.event) * 2
        assert "if" not in handler.settings
    for handler in list_handlers(make_fragment(BY_AGENT["cursor"], OLD)):
        assert handler.settings["failClosed"] is True


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text('a"\\é\n', max_size=3),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["a", "b", "hooks"]), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(
    others=st.dictionaries(st.sampled_from(["x", "permissions"]), JSON, max_size=2),
    hooks=st.none() | st.dictionaries(st.sampled_from(["Stop", "PreToolUse", "Other"]), st.lists(JSON, max_size=2)),
    indent=st.sampled_from([None, 1, 4, "\t"]),
)
def test_any_settings_survive_a_round_trip(
    others: dict[str, Any], hooks: dict[str, list[Any]] | None, indent: int | str | None
) -> None:
    settings = others if hooks is None else {**others, "hooks": hooks}
    text = json.dumps(settings, indent=indent, ensure_ascii=False)
    after = renew_handlers(renew_handlers(text, make_fragment(CLAUDE, OLD)), make_fragment(CLAUDE, NEW))
    back = remove_handlers(after, text)
    assert json.loads(back) == settings
    if settings and hooks != {} and all((hooks or {"": [1]}).values()):
        assert back == text
