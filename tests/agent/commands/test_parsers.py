"""What an agent prints becomes a report: its figures, its calls, what was denied it, and whether it failed."""

from __future__ import annotations

import json
import math
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from openclaw_hooks.agent.commands import Events, FailIf, Parser, make_parser
from openclaw_hooks.agent.model import Report


def read(kind: Events, events: list[dict[str, Any]], code: int | None = 0) -> Report:
    return feed(kind, events).report(code)


def feed(kind: Events, events: list[dict[str, Any]]) -> Parser:
    parser = make_parser(kind)
    for event in events:
        parser.feed(json.dumps(event).encode())
    return parser


def assistant(message_id: str, *parts: dict[str, Any]) -> dict[str, Any]:
    usage = {"input_tokens": 10, "cache_read_input_tokens": 5, "output_tokens": 2}
    return {"type": "assistant", "message": {"id": message_id, "content": list(parts), "usage": usage}}


CLAUDE_INIT = {"type": "system", "subtype": "init", "session_id": "5e55", "model": "claude-x", "tools": ["Bash"]}
CLAUDE_RESULT = {
    "type": "result",
    "subtype": "success",
    "is_error": False,
    "num_turns": 3,
    "total_cost_usd": 0.125,
    "session_id": "5e55",
    "result": "Done.",
    "usage": {
        "input_tokens": 10,
        "cache_creation_input_tokens": 200,
        "cache_read_input_tokens": 3000,
        "output_tokens": 40,
    },
    "permission_denials": [
        {"tool_name": "Bash", "tool_use_id": "t9", "tool_input": {"command": "git push"}},
        {"tool_name": "Bash", "tool_use_id": "t9", "tool_input": {"command": "git push"}},
    ],
}


def test_claude_tells_cost_tokens_turns_session_model_and_what_was_denied() -> None:
    say = assistant("m1", {"type": "text", "text": "I look first."})
    call = assistant("m1", {"type": "tool_use", "id": "t1", "name": "Bash", "input": {"command": "pytest -q"}})
    answer = {"type": "user", "message": {"content": [{"type": "tool_result", "content": "2 passed"}]}}
    edit = assistant("m2", {"type": "tool_use", "id": "t2", "name": "Edit", "input": {"file_path": "a.py"}})
    parser = feed(Events.CLAUDE, [CLAUDE_INIT, say, call, answer, edit, CLAUDE_RESULT])
    report = parser.report(0)
    assert (report.cost_usd, report.tokens_in, report.tokens_out, report.turns) == (0.125, 3210, 40, 3)
    assert (report.session, report.model, report.failure) == ("5e55", "claude-x", "")
    assert report.denied == ("Bash: git push",)
    assert report.calls == ("Bash: pytest -q", "Edit: a.py")
    assert parser.last_call == "Edit: a.py"
    assert report.text == "I look first."
    assert parser.spoken() == "I look first.\npytest -q\n"  # what tools answer is not what it says


def test_claude_that_was_killed_has_the_figures_so_far() -> None:
    report = read(Events.CLAUDE, [CLAUDE_INIT, assistant("m1"), assistant("m1"), assistant("m2")], None)
    assert (report.turns, report.tokens_in, report.tokens_out) == (2, 30, 4)
    assert (report.cost_usd, report.failure) == (None, "")


@pytest.mark.parametrize(
    ("change", "failure"),
    [
        ({"is_error": True, "result": "API Error: 529 overloaded"}, "error: API Error: 529 overloaded"),
        ({"subtype": "error_max_turns", "result": None}, "error_max_turns"),
        ({"subtype": "error_during_execution", "errors": ["no session"]}, "error_during_execution: no session"),
    ],
)
def test_claude_says_that_it_failed_with_exit_code_zero(change: dict[str, Any], failure: str) -> None:
    assert read(Events.CLAUDE, [CLAUDE_INIT, {**CLAUDE_RESULT, **change}]).failure == failure


def test_claude_whose_last_message_is_an_error_has_failed_whatever_the_result_says() -> None:
    broken = {**assistant("m1", {"type": "text", "text": "Invalid API key"}), "error": "authentication_failed"}
    failed = read(Events.CLAUDE, [CLAUDE_INIT, broken, CLAUDE_RESULT])
    assert failed.failure == "authentication_failed: Invalid API key"
    assert read(Events.CLAUDE, [CLAUDE_INIT, broken, assistant("m2"), CLAUDE_RESULT]).failure == ""


def test_events_without_an_end_are_a_failure_of_whoever_ended_by_itself() -> None:
    assert read(Events.CLAUDE, [CLAUDE_INIT]).failure == "it ended without saying how its work did"
    assert read(Events.CLAUDE, [CLAUDE_INIT], 2).failure == "exit code 2"


def item(kind: str, **fields: Any) -> dict[str, Any]:
    return {"type": "item.completed", "item": {"id": f"item_{kind}", "type": kind, **fields}}


def test_codex_tells_tokens_thread_commands_and_what_was_declined() -> None:
    begun = {"id": "item_1", "type": "command_execution", "command": "ls", "status": "in_progress"}
    events: list[dict[str, Any]] = [
        {"type": "thread.started", "thread_id": "th_1"},
        {"type": "turn.started"},
        {"type": "item.started", "item": begun},
        {
            "type": "item.completed",
            "item": {**begun, "status": "completed", "exit_code": 0, "aggregated_output": "secret"},
        },
        item("reasoning", text="thinking"),
        item("file_change", changes=[{"path": "a.py", "kind": "update"}], status="completed"),
        item("command_execution", command="curl x", status="declined"),
        item("agent_message", text="Fixed."),
        {"type": "error", "message": "Reconnecting... 1/5"},
        {"type": "turn.completed", "usage": {"input_tokens": 900, "cached_input_tokens": 800, "output_tokens": 30}},
    ]
    parser = feed(Events.CODEX, events)
    report = parser.report(0)
    assert (report.tokens_in, report.tokens_out, report.turns, report.cost_usd) == (900, 30, 1, None)
    assert (report.session, report.failure, report.text) == ("th_1", "", "Fixed.")
    assert report.calls == ("shell: ls", "edit: a.py", "shell: curl x")
    assert report.denied == ("shell: curl x",)
    assert parser.spoken() == "ls\ncurl x\nFixed.\n"


def test_codex_whose_turn_failed_has_failed() -> None:
    events: list[dict[str, Any]] = [
        {"type": "turn.started"},
        {"type": "turn.failed", "error": {"message": "usage limit reached"}},
    ]
    assert read(Events.CODEX, events).failure == "usage limit reached"


def test_gemini_tells_tokens_session_model_and_denials_that_it_words_itself() -> None:
    events: list[dict[str, Any]] = [
        {"type": "init", "session_id": "g1", "model": "gemini-x"},
        {"type": "message", "role": "user", "content": "the prompt"},
        {"type": "message", "role": "assistant", "content": "I ", "delta": True},
        {"type": "message", "role": "assistant", "content": "try.", "delta": True},
        {"type": "tool_use", "tool_name": "run_shell_command", "tool_id": "c1", "parameters": {"command": "make"}},
        {
            "type": "tool_result",
            "tool_id": "c1",
            "status": "error",
            "error": {"type": "policy_violation", "message": "Tool execution denied by policy."},
        },
        {"type": "error", "severity": "warning", "message": "loop detected"},
        {"type": "result", "status": "success", "stats": {"input_tokens": 70, "output_tokens": 8, "tool_calls": 1}},
    ]
    report = read(Events.GEMINI, events)
    assert (report.session, report.model, report.failure, report.text) == ("g1", "gemini-x", "", "I try.")
    assert (report.tokens_in, report.tokens_out, report.turns) == (70, 8, 1)
    assert report.calls == ("run_shell_command: make",)
    assert report.denied == ("run_shell_command: policy_violation Tool execution denied by policy.",)
    failed = {"type": "result", "status": "error", "error": {"type": "FatalTurnLimitedError", "message": "too many"}}
    assert read(Events.GEMINI, [failed], 53).failure == "FatalTurnLimitedError too many"


def test_opencode_adds_up_what_its_steps_cost() -> None:
    step = {"cost": 0.01, "tokens": {"input": 5, "output": 3, "reasoning": 1, "cache": {"read": 100, "write": 10}}}
    tool = {"tool": "bash", "callID": "b1", "state": {"status": "completed", "input": {"command": "ls"}}}
    events = [
        {"type": "step_start", "sessionID": "ses_1", "part": {}},
        {"type": "tool_use", "sessionID": "ses_1", "part": tool},
        {"type": "step_finish", "sessionID": "ses_1", "part": step},
        {"type": "text", "sessionID": "ses_1", "part": {"text": "done"}},
        {"type": "step_finish", "sessionID": "ses_1", "part": step},
    ]
    report = read(Events.OPENCODE, events)
    assert (report.cost_usd, report.tokens_in, report.tokens_out, report.turns) == (0.02, 230, 8, 2)
    assert (report.session, report.text, report.calls) == ("ses_1", "done", ("bash: ls",))
    error = {"type": "error", "error": {"name": "ProviderAuthError", "data": {"message": "no key"}}}
    assert read(Events.OPENCODE, [error]).failure == "ProviderAuthError no key"


def test_plain_text_is_what_it_says_on_both_streams() -> None:
    parser = make_parser(Events.NONE)
    parser.feed(b"Applied edit to a.py")
    parser.complain(b"warning: slow")
    report = parser.report(0)
    assert (report.text, report.failure) == ("Applied edit to a.py\nwarning: slow", "")
    assert parser.report(1).failure == "exit code 1: warning: slow"


def test_exit_codes_and_lines_that_mean_failure_are_the_users_choice() -> None:
    parser = make_parser(Events.NONE, FailIf(codes=(2,), output=("^fatal:", "rate limit")))
    parser.feed(b"all is well")
    assert parser.report(1).failure == ""
    assert parser.report(2).failure.startswith("exit code 2")
    parser.complain(b"fatal: no model")
    assert parser.report(0).failure == "its output matches `^fatal:`: fatal: no model"


def test_nothing_that_a_terminal_would_act_on_gets_through() -> None:
    parser = feed(
        Events.CLAUDE, [assistant("m", {"type": "text", "text": "\x1b[31mred\x1b[0m\x07 \u202etxt\ud800 a\rb"})]
    )
    parser.feed(b"\x1b]0;title\x07plain\x00")
    assert parser.report(0).text == "red\ufffd \ufffdtxt? a\nb\nplain\ufffd"
    call = assistant("m", {"type": "tool_use", "name": "Bash", "input": {"command": "echo a\n\x1b[2Jrm b"}})
    assert feed(Events.CLAUDE, [call]).last_call == "Bash: echo a rm b"


def test_memory_stays_small_however_much_is_said() -> None:
    parser = make_parser(Events.CLAUDE)
    for number in range(3000):
        parser.feed(json.dumps(assistant(f"m{number}", {"type": "text", "text": f"{number} " + "x" * 500})).encode())
        parser.feed(json.dumps(assistant("t", {"type": "tool_use", "id": f"t{number}", "name": "T" * 300})).encode())
    report = parser.report(0)
    assert len(parser.spoken()) < 300_000
    assert parser.spoken().startswith("0 xxx")
    assert "\n[...]\n" in parser.spoken()
    assert parser.spoken().rstrip("x\n").endswith("2999 ")
    assert len(report.text) <= 4000
    assert len(report.calls) == 20
    assert all(len(call) <= 200 for call in report.calls)
    assert len(msgspec.json.encode(report)) < 20_000


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
KEYS = st.sampled_from(
    [
        "type",
        "subtype",
        "message",
        "content",
        "id",
        "usage",
        "result",
        "is_error",
        "num_turns",
        "total_cost_usd",
        "permission_denials",
        "session_id",
        "item",
        "status",
        "changes",
        "command",
        "text",
        "error",
        "stats",
        "part",
        "tokens",
        "cost",
        "cache",
        "state",
        "input",
        "tool_id",
        "role",
        "delta",
        "errors",
        "model",
    ]
)
TYPES = st.sampled_from(
    [
        "system",
        "assistant",
        "result",
        "thread.started",
        "turn.completed",
        "turn.failed",
        "item.started",
        "item.completed",
        "error",
        "init",
        "message",
        "tool_use",
        "tool_result",
        "step_finish",
        "text",
    ]
)
EVENTS = st.builds(lambda kind, rest: {**rest, "type": kind}, TYPES, st.dictionaries(KEYS, JSON, max_size=6))


@pytest.mark.parametrize("kind", list(Events))
@settings(max_examples=60, deadline=None)
@given(lines=st.lists(st.binary(max_size=40) | EVENTS.map(lambda event: json.dumps(event).encode()), max_size=6))
def test_no_output_breaks_a_parser_and_every_report_can_be_kept(kind: Events, lines: list[bytes]) -> None:
    parser = make_parser(kind)
    for line in lines:
        parser.feed(line)
        parser.complain(line)
    report = parser.report(1)
    assert msgspec.json.decode(msgspec.json.encode(report), type=Report) == report
    assert report.cost_usd is None or (math.isfinite(report.cost_usd) and report.cost_usd >= 0)
    assert "\x1b" not in report.text + "".join(report.calls) + parser.spoken()


@pytest.mark.parametrize(
    "line",
    [b"{" * 100_000, b'{"type":' + b"[" * 100_000, b'{"type":"result","num_turns":1e999}', b'{"type":"result","usage":[]}',
     b'{"type":"result","total_cost_usd":-1,"num_turns":true}', b'{"type":"assistant","message":{"content":[[],null,"x"]}}',
     b'{"type":"result","total_cost_usd":NaN}', b'{"type":"a"} trailing', b"\xff\xfe{}"],
)  # fmt: skip
def test_lines_made_to_break_it_do_not(line: bytes) -> None:
    parser = make_parser(Events.CLAUDE)
    parser.feed(line)
    report = parser.report(None)
    assert (report.turns, report.cost_usd) == (None, None)
