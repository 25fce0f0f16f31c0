"""Messages survive the way there and back, and what is none of ours is refused with a line that says why."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openclaw_hooks.errors import EXIT_FINDINGS, EXIT_USAGE
from openclaw_hooks.mesh.nodes import NodeRole
from openclaw_hooks.mesh.wire.events import Event, decode_event, encode_event
from openclaw_hooks.mesh.wire.keys import bucket_of, judge_value, key_of, path_of
from openclaw_hooks.mesh.wire.messages import (
    CODES,
    MAX_MESSAGE_BYTES,
    REFUSALS,
    Answer,
    Command,
    WireError,
    decode_answer,
    decode_command,
    encode_message,
    error_of,
    new_request_id,
    refuse,
)
from openclaw_hooks.mesh.wire.subjects import Sender, command_subject, parse_command_subject

TASK = b"---\nid: T-4kf2mz\ntitle: a task\nstatus: queued\n---\n"
HOSTILE_KEYS = (
    "",
    "T-4kf2m",
    "t-4kf2mz",
    "T-4KF2MZ",
    "T-4kf2mz\n",
    "T-4kf2mz/..",
    "../T-4kf2mz",
    "T-4kf2mi",
    "CON",
    "a\\b",
    "T-4kf2mz.md",
    "T-4kf2mz\0",
    "P-4kf2mz.yaml",
)


def test_a_command_and_its_answer_arrive_as_they_were_sent() -> None:
    command = Command(
        new_request_id(), "claim", "T-4kf2mz", {"minutes": 5}, 7, "3-00ff00ff", "claude", "c", "Ada <a@b>"
    )
    assert decode_command(encode_message(command)) == command
    answer = Answer(command.id, files={"tasks/T-4kf2mz.md": "grün\r\n"}, revisions={"T-4kf2mz": 8}, lines=["done"])
    assert decode_answer(encode_message(answer)) == answer
    refusal = refuse(command.id, "taken", "T-4kf2mz is claimed by w2", "choose another")
    assert decode_answer(encode_message(refusal)) == refusal


def test_fields_of_a_newer_sender_are_passed_over() -> None:
    payload = json.dumps({"id": "0" * 16, "verb": "claim", "task": "T-4kf2mz", "mood": "good"}).encode()
    assert decode_command(payload).verb == "claim"


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"{",
        b"\xff\xfe",
        b"[]",
        b"null",
        b'{"id": 5, "verb": "claim"}',
        b'{"verb": "claim"}',
        b'{"id": "0000000000000000", "verb": "Claim"}',
        b'{"id": "0000000000000000", "verb": "claim;rm"}',
        b'{"id": "0000000000000000", "verb": "claim", "v": 2}',
        b'{"id": "0000000000000000\\n", "verb": "claim"}',
        b'{"id": "0000000000000000", "verb": "claim", "task": "T-4kf2mz\\n"}',
        b'{"id": "0000000000000000", "verb": "claim", "task": "../../etc/passwd"}',
        b'{"id": "0000000000000000", "verb": "claim", "token": "' + b"1" * 300 + b'"}',
        b'{"id": "0000000000000000", "verb": "claim", "args": ' + b"[" * 100_000,
        b" " * (MAX_MESSAGE_BYTES + 1),
    ],
)
def test_what_is_no_command_is_refused_in_one_line(payload: bytes) -> None:
    with pytest.raises(WireError) as caught:
        decode_command(payload)
    assert "\n" not in str(caught.value)


@given(st.binary(max_size=200))
def test_garbage_is_refused_and_nothing_else_happens(payload: bytes) -> None:
    for decode in (decode_command, decode_answer, decode_event):
        with pytest.raises(WireError):
            decode(payload)


def test_an_answer_that_is_no_and_does_not_say_why_is_none() -> None:
    with pytest.raises(WireError):
        decode_answer(b'{"id": "0000000000000000", "ok": false}')


def test_a_message_that_is_too_large_is_not_sent() -> None:
    with pytest.raises(WireError):
        encode_message(Command("0" * 16, "propose", args={"content": "x" * MAX_MESSAGE_BYTES}))


@pytest.mark.parametrize("code", sorted(CODES))
def test_a_refusal_ends_a_command_as_it_would_without_a_mesh(code: str) -> None:
    error = error_of(refuse("0" * 16, code, "no", "because"))
    assert error is not None
    assert error.exit_code == (EXIT_FINDINGS if code in REFUSALS else EXIT_USAGE)
    assert str(error) == "no (because)"


def test_a_yes_is_no_error() -> None:
    assert error_of(Answer("0" * 16)) is None


def test_keys_stand_for_files_of_the_board() -> None:
    assert (path_of("T-4kf2mz"), bucket_of("T-4kf2mz")) == ("tasks/T-4kf2mz.md", "MESH_TASKS")
    assert (path_of("P-4kf2mz"), bucket_of("P-4kf2mz")) == ("plans/P-4kf2mz.yaml", "MESH_PLANS")
    assert key_of("tasks/T-4kf2mz.md") == "T-4kf2mz"
    assert key_of("plans/P-4kf2mz.yaml") == "P-4kf2mz"


@pytest.mark.parametrize("key", HOSTILE_KEYS)
def test_a_key_that_is_none_of_ours_has_no_file(key: str) -> None:
    assert (path_of(key), bucket_of(key)) == ("", "")
    assert judge_value(key, TASK)


@pytest.mark.parametrize(
    "path",
    ["", "tasks", "tasks/T-4kf2mz", "tasks/P-4kf2mz.yaml", "tasks/x/T-4kf2mz.md", "archive/2026/done/T-4kf2mz.md"],
)
def test_a_file_that_the_mesh_does_not_carry_has_no_key(path: str) -> None:
    assert key_of(path) == ""


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "empty"),
        (TASK.replace(b"T-4kf2mz", b"T-4kf2my"), "T-4kf2my"),
        (TASK.replace(b"queued", b"sleeping"), "status"),
        (TASK[:30], "line"),
        (TASK + b"\xff", "UTF-8"),
        (TASK + b"x" * 300_000, "300,"),
    ],
)
def test_a_value_that_is_no_task_says_why(content: bytes, why: str) -> None:
    assert why in judge_value("T-4kf2mz", content)


def test_a_task_is_fit_for_its_key() -> None:
    assert judge_value("T-4kf2mz", TASK) == ""


def test_a_subject_says_who_sent_it() -> None:
    assert parse_command_subject(command_subject("w1", "claim")) == Sender("w1", "claim", False)
    assert parse_command_subject("mesh.cmd.human.ada.approve") == Sender("ada", "approve", True)
    assert parse_command_subject(command_subject("boss", "put", NodeRole.LEAD)) == Sender("boss", "put", False, True)
    assert command_subject("ada", "approve", NodeRole.HUMAN) == "mesh.cmd.human.approve"  # the server adds the name


@pytest.mark.parametrize(
    "subject",
    [
        "mesh.cmd.human.approve",  # as it is sent, before the server adds the name
        "mesh.cmd.lead.claim",
        "mesh.cmd.w1",
        "mesh.cmd.w1.claim.now",
        "mesh.cmd.W1.claim",
        "mesh.cmd..claim",
        "mesh.kv.w1.claim",
        "mesh.cmd.human.human.approve",
    ],
)
def test_a_subject_that_names_nobody_is_nobodys(subject: str) -> None:
    assert parse_command_subject(subject) is None


def test_an_event_arrives_as_it_was_told_and_its_reason_is_bounded() -> None:
    event = Event("2026-11-22T10:00:00Z", "task", "T-4kf2mz", "claimed", by="w1", old="queued", revision=4)
    assert decode_event(encode_event(event)) == event
    told = decode_event(encode_event(Event("2026-11-22T10:00:00Z", "task", "T-4kf2mz", "failed", reason="x" * 9_000)))
    assert len(told.reason) == 500
