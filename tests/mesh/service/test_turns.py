"""Turns: nobody waits for long because somebody else asks for much; and what is remembered of each has its measure."""

from __future__ import annotations

import asyncio
import random
import time

import pytest

from openclaw_hooks.mesh.service.door import CUT, encode_fitting
from openclaw_hooks.mesh.service.ledger import MAX_ANSWERS, MAX_CHARS, Ledger, count_chars
from openclaw_hooks.mesh.service.quota import MAX_BYTES, PERIOD_S, Quota
from openclaw_hooks.mesh.service.turns import REST, SLOW_S, Turns
from openclaw_hooks.mesh.wire.messages import Answer, decode_answer, refuse


class Clock:
    """A clock that stands still but for what commands cost."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        """The time."""
        return self.now


async def decide(turns: Turns, clock: Clock, order: list[str], node: str, cost_s: float) -> None:
    async with turns.turn(node):
        clock.now += cost_s
        order.append(node)


def test_who_comes_later_is_not_behind_all_of_another() -> None:
    async def play() -> list[str]:
        clock, order = Clock(), list[str]()
        turns = Turns(clock, clock)
        flood = [asyncio.create_task(decide(turns, clock, order, "w1", 0.05)) for _ in range(100)]
        await asyncio.sleep(0)
        late = [asyncio.create_task(decide(turns, clock, order, "w2", 0.001)) for _ in range(20)]
        await asyncio.gather(*flood, *late)
        return order

    order = asyncio.run(play())
    assert order.count("w1") == 100
    assert order[:30].count("w2") == 20, "twenty cheap ones cost less than one of the others"


def test_equal_costs_take_turns_in_equal_shares() -> None:
    async def play() -> list[str]:
        clock, order = Clock(), list[str]()
        turns = Turns(clock, clock)
        nodes = ["w1"] * 30 + ["w2"] * 30 + ["w3"] * 30
        await asyncio.gather(*(decide(turns, clock, order, node, 0.01) for node in nodes))
        return order

    order = asyncio.run(play())
    assert all(abs(order[:45].count(node) - 15) <= 1 for node in ("w1", "w2", "w3"))


def test_slow_commands_leave_most_of_the_time_to_others() -> None:
    async def play() -> float:
        turns = Turns()
        loop = asyncio.get_running_loop()
        began = loop.time()
        for _ in range(2):
            async with turns.turn("w1"):
                used = time.thread_time()
                while time.thread_time() - used < SLOW_S:
                    continue
        slow = loop.time() - began
        async with turns.turn("w2"):
            assert loop.time() - began < slow + SLOW_S * REST / 2, "nobody else rests for it"
        return slow

    assert asyncio.run(play()) >= SLOW_S * (1 + REST) * 0.9


@pytest.mark.parametrize("seed", range(20))
def test_commands_that_are_cancelled_or_fail_hold_up_nobody(seed: int) -> None:
    async def play() -> None:
        dice = random.Random(seed)
        turns, done = Turns(), list[int]()

        async def work(number: int) -> None:
            async with turns.turn(dice.choice("abc")):
                if dice.random() < 0.2:
                    raise ValueError
                done.append(number)

        tasks = [asyncio.create_task(work(number)) for number in range(60)]
        for _ in range(30):
            await asyncio.sleep(0)
            dice.choice(tasks).cancel()
        results = await asyncio.gather(*tasks, return_exceptions=True)
        assert sorted(done) == [number for number, result in enumerate(results) if result is None]
        async with asyncio.timeout(1), turns.turn("d"):
            pass

    asyncio.run(play())


def test_answers_are_kept_by_node_and_within_measure() -> None:
    ledger = Ledger()
    ledger.keep("w2", Answer("0" * 16, result={"task": "T-000001"}))
    for number in range(MAX_ANSWERS + 10):
        ledger.keep("w1", Answer(f"{number:016x}"))
    assert ledger.find("w2", "0" * 16) is not None, "what another asks for pushes nothing out"
    assert ledger.find("w1", "0" * 16) is None
    large = Answer("f" * 16, files={"tasks/T-000001.md": "x" * (MAX_CHARS // 3)}, lines=["y"])
    assert count_chars(large) == MAX_CHARS // 3 + 1
    for number in range(4):
        ledger.keep("w3", Answer(f"{number:016x}", files=large.files))
    assert [ledger.find("w3", f"{number:016x}") is None for number in range(4)] == [True, False, False, False]
    ledger.keep("w1", refuse("e" * 16, "busy", "later"))
    assert ledger.find("w1", "e" * 16) is None


def test_an_answer_that_is_too_large_is_cut_down_to_what_fits() -> None:
    text = "\x01" * 150_000  # six bytes each, as JSON writes it
    conflict = {"field": "body", "kept": text, "dropped": text}
    whole = Answer("0" * 16, result={"task": "T-000001", "conflicts": [conflict]}, files={"tasks/T-000001.md": text})
    cut = decode_answer(encode_fitting(whole))
    assert (cut.ok, cut.result, cut.files, cut.lines) == (True, {"task": "T-000001"}, {}, [CUT])
    without_files = decode_answer(encode_fitting(Answer("0" * 16, result={"task": "x"}, files=whole.files)))
    assert (without_files.files, without_files.lines) == ({}, [])
    refused = decode_answer(encode_fitting(refuse("0" * 16, "invalid", text)))
    assert refused.error is not None
    assert (refused.ok, refused.error.code, len(refused.error.message)) == (False, "invalid", 200)


def test_what_a_node_may_write_comes_back_with_time() -> None:
    clock = Clock()
    quota = Quota(clock)
    quota.charge("w1", MAX_BYTES - 1)
    assert not quota.is_used_up("w1")
    quota.charge("w1", MAX_BYTES // 2)
    assert (quota.is_used_up("w1"), quota.is_used_up("w2")) == (True, False)
    clock.now += PERIOD_S * 0.6
    assert not quota.is_used_up("w1")
    clock.now += PERIOD_S * 10
    quota.charge("w1", MAX_BYTES - 1)
    assert not quota.is_used_up("w1"), "nothing is saved up"
