"""Intents: kept in their order, through crashes and disks that fail; delivered once, never dropped by themselves."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from openclaw_hooks.errors import OpenclawError, RefusedError
from openclaw_hooks.mesh.place import MeshError
from openclaw_hooks.mesh.relay import intents
from openclaw_hooks.mesh.relay.intents import add_intent, deliver, drop_intent, list_intents
from openclaw_hooks.mesh.wire.messages import Answer, Command, WireError, new_request_id, refuse

if TYPE_CHECKING:
    from openclaw_hooks.mesh.place import Place


def propose(title: str) -> Command:
    """A proposal."""
    return Command(new_request_id(), "propose", args={"fields": {"title": title}, "body": ""})


def titles(place: Place) -> list[str]:
    """What waits, in its order."""
    return [intent.command.args["fields"]["title"] for intent in list_intents(place).waiting.values()]


class Lead:
    """Who is sent intents: what came, and codes or errors that it answers some of them with."""

    def __init__(self, **answers: str | BaseException) -> None:
        self.answers = answers
        self.came: list[str] = []

    async def __call__(self, command: Command) -> Answer:
        """The answer to a command."""
        title = command.args["fields"]["title"]
        self.came.append(title)
        answer = self.answers.get(title, "")
        if isinstance(answer, BaseException):
            raise answer
        return refuse(command.id, answer, f"{answer}!", "a hint") if answer else Answer(command.id)


def test_intents_wait_in_their_order_and_are_delivered_in_it(place: Place) -> None:
    for number in range(12):
        add_intent(place, propose(str(number)))
    assert titles(place) == [str(number) for number in range(12)]
    lead = Lead()
    delivery = asyncio.run(deliver(place, lead))
    assert lead.came == [str(number) for number in range(12)]
    assert (len(delivery.done), delivery.refused, delivery.left) == (12, (), 0)
    assert list_intents(place) == ({}, {}, {})


@pytest.mark.parametrize("why", ["offline", "no_lead", "busy", "unknown", TimeoutError(), OSError(), MeshError("away")])
def test_those_behind_one_that_cannot_be_sent_wait_on(place: Place, why: str | BaseException) -> None:
    for title in ("a", "b", "c"):
        add_intent(place, propose(title))
    lead = Lead(b=why)
    assert asyncio.run(deliver(place, lead)).left == 2
    assert lead.came == ["a", "b"]
    assert titles(place) == ["b", "c"]
    asyncio.run(deliver(place, Lead()))
    assert titles(place) == []


@pytest.mark.parametrize("code", ["taken", "illegal", "conflict", "not_found", "too_large", "a_code_of_tomorrow"])
def test_what_the_lead_refuses_is_kept_aside_with_its_reason_and_holds_nothing_up(place: Place, code: str) -> None:
    for title in ("a", "b", "c"):
        add_intent(place, propose(title))
    delivery = asyncio.run(deliver(place, Lead(b=code)))
    assert [command.args["fields"]["title"] for command, _ in delivery.done] == ["a", "c"]
    assert delivery.left == 0
    (kept,) = list_intents(place).refused.values()
    assert kept == delivery.refused[0]
    assert kept.command.args["fields"]["title"] == "b"
    assert kept.refused
    assert kept.problem is not None
    assert (kept.problem.code, kept.problem.message, kept.problem.hint) == (code, f"{code}!", "a hint")
    drop_intent(place, kept.command.id)
    assert list_intents(place) == ({}, {}, {})


def test_an_edit_that_gave_way_in_part_is_kept_aside_whole(place: Place) -> None:
    edit = Command(new_request_id(), "edit", "T-4kf2mz", {"base": "a", "content": "b"})
    add_intent(place, edit)

    async def send(command: Command) -> Answer:
        return Answer(command.id, result={"conflicts": [{"field": "title", "base": "", "kept": "x", "dropped": "b"}]})

    assert asyncio.run(deliver(place, send)).done == ()
    (kept,) = list_intents(place).refused.values()
    assert kept.command == edit
    assert kept.problem is not None
    assert kept.problem.message == "title: changed by others meanwhile, and theirs stayed"


DELIVER = """\
import asyncio, os, signal, sys
from openclaw_hooks.mesh.place import Place
from openclaw_hooks.mesh.relay.intents import deliver
from openclaw_hooks.mesh.wire.messages import Answer, refuse
place, when, answer = sys.argv[1:]
count = 0
async def send(command):
    global count
    count += 1
    print(command.id, flush=True)
    return refuse(command.id, answer, "no") if answer else Answer(command.id)
def audit(event, args):
    global count
    if event in ("os.rename", "os.remove") and count == 2 and event == when:
        os.kill(os.getpid(), signal.SIGKILL)
if when == "sent":
    first = send
    async def send(command):
        found = await first(command)
        if count == 2:
            os.kill(os.getpid(), signal.SIGKILL)
        return found
sys.addaudithook(audit)
asyncio.run(deliver(Place(place), send))
"""


@pytest.mark.parametrize(
    ("when", "answer"),
    [("sent", ""), ("os.remove", ""), ("sent", "illegal"), ("os.rename", "illegal"), ("os.remove", "illegal")],
)
def test_a_sidecar_killed_while_it_delivers_loses_none_and_sends_it_under_the_same_id(
    place: Place, when: str, answer: str
) -> None:
    made = [add_intent(place, propose(title)).command.id for title in ("a", "b", "c")]

    def run(when: str) -> tuple[int, list[str]]:
        words = [sys.executable, "-c", DELIVER, place.folder, when, answer]
        done = subprocess.run(words, check=False, capture_output=True, text=True)
        return done.returncode, done.stdout.split()

    assert run(when) == (-9, made[:2])
    code, sent = run("never")
    assert (code, sent) == (0, made[1:]), "the one that was not struck off comes again"
    listed = list_intents(place)
    assert (listed.waiting, listed.broken) == ({}, {})
    assert [intent.command.id for intent in listed.refused.values()] == (made if answer else [])


ADD = """\
import sys
from openclaw_hooks.mesh.place import Place
from openclaw_hooks.mesh.relay.intents import add_intent
from openclaw_hooks.mesh.wire.messages import Command, new_request_id
for number in range(10):
    fields = {"title": f"{sys.argv[2]}{number}"}
    add_intent(Place(sys.argv[1]), Command(new_request_id(), "propose", args={"fields": fields, "body": ""}))
"""


def test_processes_that_add_at_the_same_time_keep_their_own_order(place: Place) -> None:
    running = [subprocess.Popen([sys.executable, "-c", ADD, place.folder, name]) for name in "abc"]
    assert [process.wait() for process in running] == [0, 0, 0]
    found = titles(place)
    for name in "abc":
        assert [title for title in found if title[0] == name] == [f"{name}{number}" for number in range(10)]
    numbers = [os.path.basename(path).partition("-")[0] for path in list_intents(place).waiting]
    assert len(set(numbers)) == 30


def test_they_are_bounded_and_the_refused_count(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(intents, "MAX_INTENTS", 3)
    for title in ("a", "b", "c"):
        add_intent(place, propose(title))
    asyncio.run(deliver(place, Lead(a="illegal", b="offline")))
    with pytest.raises(RefusedError, match="more are not kept"):
        add_intent(place, propose("d"))
    assert titles(place) == ["b", "c"]
    drop_intent(place, next(iter(list_intents(place).refused.values())).command.id)
    add_intent(place, propose("d"))
    assert titles(place) == ["b", "c", "d"]


def test_a_second_end_of_one_claim_is_refused_at_once(place: Place) -> None:
    first = Command(new_request_id(), "complete", "T-4kf2mz", token="1-0a0b0c0d")
    add_intent(place, first)
    with pytest.raises(RefusedError, match="T-4kf2mz: a complete of it waits for the mesh already") as caught:
        add_intent(place, Command(new_request_id(), "fail", "T-4kf2mz", {"reason": "no"}, token="1-0a0b0c0d"))
    assert f"--drop {first.id}" in caught.value.hint
    add_intent(place, Command(new_request_id(), "complete", "T-000000", token="1-0a0b0c0d"))
    add_intent(place, Command(new_request_id(), "edit", "T-4kf2mz", {"base": "a", "content": "b"}))


def test_one_that_could_never_be_sent_is_refused_at_once(place: Place) -> None:
    with pytest.raises(WireError, match="do not fit"):
        add_intent(place, propose("x" * 700_000))
    assert titles(place) == []


@pytest.mark.parametrize("content", [b"", b"{", b"\xff", b'{"command": {"verb": 7}}', b"[" * 100_000])
def test_a_file_that_is_no_intent_is_shown_and_holds_nothing_up(place: Place, content: bytes) -> None:
    add_intent(place, propose("a"))
    path = os.path.join(place.intents, "000000000-0123456789abcdef.json")
    with open(path, "wb") as stream:
        stream.write(content)
    assert list(list_intents(place).broken) == [path]
    lead = Lead()
    asyncio.run(deliver(place, lead))
    assert lead.came == ["a"]
    assert list(list_intents(place).broken) == [path]


def test_what_others_left_in_the_folder_is_passed_over(place: Place) -> None:
    add_intent(place, propose("a"))
    for name in (".000000001-x.json.77.tmp", "notes.txt", "x-y.json"):
        with open(os.path.join(place.intents, name), "w"):
            pass
    assert titles(place) == ["a"]
    assert list_intents(place).broken == {}


def test_dropping_needs_an_id_that_means_one(place: Place) -> None:
    made = add_intent(place, propose("a")).command.id
    for wrong in ("", "zz", made + "0"):
        with pytest.raises(OpenclawError, match="no intent"):
            drop_intent(place, wrong)
    drop_intent(place, made[:6])
    assert titles(place) == []


def test_a_folder_that_takes_nothing_is_told_and_not_half_written(place: Place) -> None:
    with open(place.intents, "w"):
        pass  # in the place of the folder
    with pytest.raises(MeshError, match="cannot be written"):
        add_intent(place, propose("a"))
