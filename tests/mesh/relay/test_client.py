"""Questions to the sidecar: answers, silence, garbage, and sockets that are not its own."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace

from openclaw_hooks.errors import EXIT_FINDINGS
from openclaw_hooks.mesh.place import MeshError
from openclaw_hooks.mesh.relay.client import AbsentError, Here, SilentError, ask, is_running
from openclaw_hooks.mesh.relay.unanswered import settle, take_up
from openclaw_hooks.mesh.wire.messages import (
    MAX_MESSAGE_BYTES,
    Answer,
    Command,
    WireError,
    encode_message,
    error_of,
    new_request_id,
    refuse,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from openclaw_hooks.mesh.place import Place
    from tests.mesh.relay.conftest import Sidecar

HERE = Here("/src/tree", "session-1")


def claim(task: str = "T-4kf2mz") -> Command:
    """A command with an id of its own."""
    return Command(new_request_id(), "claim", task, {"minutes": 30})


def yes(line: bytes) -> bytes:
    """The answer that everything is done."""
    return encode_message(Answer(json.loads(line)["command"]["id"], lines=["done"])) + b"\n"


def test_a_command_is_one_line_and_so_is_its_answer(place: Place, start_sidecar: Callable[..., Sidecar]) -> None:
    sidecar = start_sidecar(yes)
    command = claim()
    assert ask(place, command, HERE).lines == ["done"]
    told = json.loads(sidecar.lines[0])
    assert told["op"] == "command"
    assert told["command"]["args"] == {"minutes": 30}
    assert told["here"] == {"worktree": "/src/tree", "session": "session-1", "run": ""}


def test_a_long_answer_comes_in_pieces_and_is_read_whole(place: Place, start_sidecar: Callable[..., Sidecar]) -> None:
    text = "ä" * 200_000
    start_sidecar(lambda line: encode_message(Answer(json.loads(line)["command"]["id"], lines=[text])) + b"\n")
    assert ask(place, claim(), HERE).lines == [text]


def test_nobody_is_there_without_a_socket_and_behind_one_that_a_killed_process_left(
    place: Place, start_sidecar: Callable[..., Sidecar]
) -> None:
    assert not is_running(place)
    with pytest.raises(AbsentError, match="openclaw sync"):
        ask(place, claim(), HERE)
    start_sidecar(yes).close(keep_file=True)
    assert not is_running(place)
    with pytest.raises(AbsentError):
        ask(place, claim(), HERE)
    os.unlink(place.sync_socket)
    start_sidecar(yes)
    assert is_running(place)


def test_a_silent_sidecar_is_asked_twice_under_one_id_and_named(
    place: Place, start_sidecar: Callable[..., Sidecar]
) -> None:
    sidecar = start_sidecar(lambda line: None)
    with open(place.sync_status, "w") as stream:
        stream.write('{"pid": 4711, "node": "w1", "role": "worker", "nodes": []}')
    command = claim()
    began = time.monotonic()
    with pytest.raises(SilentError, match=r"the sidecar \(process 4711\) does not answer") as caught:
        ask(place, command, HERE, 0.1)
    assert time.monotonic() - began < 5
    assert caught.value.exit_code == EXIT_FINDINGS
    assert [json.loads(line)["command"]["id"] for line in sidecar.lines] == [command.id] * 2


def test_an_answer_that_dribbles_does_not_hold_a_command_up(
    place: Place, start_sidecar: Callable[..., Sidecar]
) -> None:
    started = start_sidecar(lambda line: None)

    def dribble(line: bytes) -> bytes | None:
        for _ in range(20):
            started._open[-1].sendall(b" ")
            time.sleep(0.03)
        return None

    started.reply = dribble
    began = time.monotonic()
    with pytest.raises(SilentError):
        ask(place, claim(), HERE, 0.2)
    assert time.monotonic() - began < 2


def test_a_sidecar_that_ends_on_the_first_try_answers_on_the_second(
    place: Place, start_sidecar: Callable[..., Sidecar]
) -> None:
    answers = [b"", b'{"id": "', None]  # it ends before it answers, in the middle of it, and then it is another

    def reply(line: bytes) -> bytes | None:
        return answers.pop(0) if len(answers) > 1 else yes(line)

    start_sidecar(reply)
    with pytest.raises(SilentError):
        ask(place, claim(), HERE, 1)
    assert ask(place, claim(), HERE, 1).ok


def test_a_sidecar_that_is_gone_on_the_second_try_may_have_done_it(
    place: Place, start_sidecar: Callable[..., Sidecar]
) -> None:
    def end(line: bytes) -> bytes:
        os.unlink(place.sync_socket)
        return b""

    start_sidecar(end)
    with pytest.raises(SilentError, match="giving the same command again is safe"):
        ask(place, claim(), HERE, 1)


@pytest.mark.parametrize(
    "reply", [b"{}\n", b"\xff\n", b"[" * 5000 + b"\n", b'{"id":"0000000000000000"}\n', b'{"id":"x","ok":false}\n']
)
def test_garbage_is_told_and_nothing_is_made_of_it(
    place: Place, start_sidecar: Callable[..., Sidecar], reply: bytes
) -> None:
    start_sidecar(lambda line: reply)
    with pytest.raises(WireError):
        ask(place, claim(), HERE, 1)


def test_an_answer_without_end_is_cut_off(place: Place, start_sidecar: Callable[..., Sidecar]) -> None:
    start_sidecar(lambda line: b"x" * (MAX_MESSAGE_BYTES + 200_000))
    with pytest.raises(WireError, match="longer than"):
        ask(place, claim(), HERE, 5)


@pytest.mark.parametrize("named", ["", '"id": "", '])
def test_what_the_sidecar_itself_refuses_is_an_error_with_its_words(
    place: Place, start_sidecar: Callable[..., Sidecar], named: str
) -> None:
    problem = '"error": {"code": "invalid", "message": "no request", "hint": "x"}'
    start_sidecar(lambda line: f'{{{named}"ok": false, {problem}}}\n'.encode())
    error = error_of(ask(place, claim(), HERE, 1))
    assert error is not None
    assert (error.message, error.hint) == ("no request", "x")


def test_a_refusal_has_the_exit_code_that_it_has_without_a_mesh(
    place: Place, start_sidecar: Callable[..., Sidecar]
) -> None:
    start_sidecar(lambda line: encode_message(refuse(json.loads(line)["command"]["id"], "taken", "w2 has it")) + b"\n")
    error = error_of(ask(place, claim(), HERE, 1))
    assert error is not None
    assert (error.exit_code, error.message) == (EXIT_FINDINGS, "w2 has it")


def test_a_socket_that_others_could_have_put_there_is_not_used(
    place: Place, start_sidecar: Callable[..., Sidecar]
) -> None:
    start_sidecar(yes)
    folder = os.path.dirname(place.sync_socket)
    os.chmod(folder, 0o755)
    with pytest.raises(MeshError, match="not the socket of a sidecar of yours"):
        ask(place, claim(), HERE, 1)
    os.chmod(folder, 0o700)
    assert ask(place, claim(), HERE, 1).ok


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a folder to somebody else")
def test_a_folder_that_somebody_else_has_put_there_stops_no_command(place: Place) -> None:
    folder = os.path.dirname(place.sync_socket)
    os.makedirs(folder, mode=0o700, exist_ok=True)
    with socket.socket(socket.AF_UNIX) as theirs:
        theirs.bind(place.sync_socket)
        theirs.listen()
        os.chown(folder, 12345, 12345)
        try:
            assert not is_running(place)
            with pytest.raises(AbsentError, match="is somebody else's"):
                ask(place, claim(), HERE, 1)
        finally:
            os.chown(folder, os.geteuid(), os.getegid())


def test_a_file_in_the_place_of_the_socket_is_not_used(place: Place) -> None:
    os.makedirs(os.path.dirname(place.sync_socket), mode=0o700, exist_ok=True)
    with open(place.sync_socket, "w"):
        pass
    with pytest.raises(MeshError, match="not the socket"):
        is_running(place)
    os.unlink(place.sync_socket)


ASKED = """\
import sys, time
from openclaw_hooks.mesh.place import Place
from openclaw_hooks.mesh.relay.unanswered import take_up
from openclaw_hooks.mesh.wire.messages import Command
take_up(Place(sys.argv[1]), Command("0123456789abcdef", "claim", "T-4kf2mz", {"minutes": 30}))
print("asked", flush=True)
time.sleep(float(sys.argv[2]))
"""


def test_a_command_that_got_no_answer_keeps_its_id_when_it_is_given_again(place: Place) -> None:
    subprocess.run([sys.executable, "-c", ASKED, place.folder, "0"], check=True, capture_output=True)
    other = take_up(place, claim("T-000000"))
    assert other.id != "0123456789abcdef", "another command"
    again = take_up(place, replace(claim(), token="1-0a0b0c0d"))  # the sidecar has written it down meanwhile
    assert again.id == "0123456789abcdef"
    settle(place, again)
    settle(place, other)
    assert take_up(place, claim()).id != "0123456789abcdef", "it is answered now"


def test_two_that_give_one_command_at_a_time_do_not_share_its_id(place: Place) -> None:
    waiting = subprocess.Popen([sys.executable, "-c", ASKED, place.folder, "30"], stdout=subprocess.PIPE)
    with waiting:
        assert waiting.stdout is not None
        waiting.stdout.readline()
        assert take_up(place, claim()).id != "0123456789abcdef"
        waiting.kill()


def test_an_id_is_not_kept_for_ever(place: Place) -> None:
    first = take_up(place, claim())
    folder = os.path.join(place.folder, "unanswered")
    for name in os.listdir(folder):
        os.utime(os.path.join(folder, name), (1, 1))
    assert take_up(place, claim()).id != first.id
    assert len(os.listdir(folder)) == 1
