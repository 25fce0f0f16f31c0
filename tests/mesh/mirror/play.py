"""Plays a tape on the model of a mesh, lets everything come to rest, and looks whether what must hold does hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.mesh.mirror.model import GARBAGE, UNFIT, World, has_edit, is_whole, read_values, require

if TYPE_CHECKING:
    from collections.abc import Callable


def roll_back(world: World, value: int) -> None:
    """The store falls back, if seldom."""
    if value % 4 == 0 and world.log:
        world.roll_back(value // 4 % 3)


def forget(world: World, node: int, value: int) -> None:
    """The database of a node is gone; not that of the lead in the very moment that it has to mend the mesh."""
    if value % 3 == 0 and world.is_checked:
        world.nodes[node].forget()


def take_over(world: World, value: int) -> None:
    """The other node that may lead does so, and reads everything first; not before a lost key is back."""
    if value % 2 == 0 and world.is_checked and world.log:
        world.leader = 1 - world.leader
        world.nodes[world.leader].outbox = None
        world.is_checked = False
        world.resync(world.leader)


def write_raw(world: World, value: int) -> None:
    """Somebody with a key of the server writes what is no task."""
    if value % 4 == 0 and world.is_checked and world.log:
        world.put(UNFIT, "raw")


def lose_key(world: World, value: int) -> None:
    """The key is gone."""
    if value % 4 == 0 and world.is_checked:
        world.lose_key()


# How often each of them happens follows from how often it is listed.
ACTS: tuple[Callable[[World, int, int], None], ...] = (
    *[lambda world, node, value: world.edit(node, value, value // 7)] * 5,
    *[lambda world, node, value: world.sync(node)] * 5,
    *[lambda world, node, value: world.sync(node, value % 4)] * 2,
    *[lambda world, node, value: world.deliver(node, value)] * 4,
    lambda world, node, value: world.lose(node, value),
    *[lambda world, node, value: world.resync(node)] * 2,
    *[lambda world, node, value: world.ask(node, value % 3 > 0)] * 4,
    *[lambda world, node, value: world.serve(value)] * 3,
    *[lambda world, node, value: world.paste(node, value)] * 2,
    lambda world, node, value: world.set_back(node, value),
    lambda world, node, value: world.save(node, None),
    lambda world, node, value: world.save(node, GARBAGE),
    lambda world, node, value: world.nodes[node].restart(),
    lambda world, node, value: roll_back(world, value),
    forget,
    lambda world, node, value: take_over(world, value),
    lambda world, node, value: write_raw(world, value),
    lambda world, node, value: lose_key(world, value),
)


def play(tape: bytes, order: str = "rfbs") -> World:
    """The world after the tape and the rest behind it; raises BrokenInvariantError."""
    world = World(order)
    for at in range(0, len(tape) - 1, 2):
        what, value = tape[at], tape[at + 1]
        ACTS[what % len(ACTS)](world, what // len(ACTS) % 4, value)
    rest(world)
    judge(world)
    return world


def rest(world: World) -> None:
    """People mend what they broke, everything that was sent arrives, and every node reads all there is."""
    for node, there in enumerate(world.nodes):
        if there.disk is not None and not is_whole(there.disk):
            world.save(node, there.branch)
    if world.current and not is_whole(world.current.content):
        fit = [put.content for put in world.log if is_whole(put.content)]
        world.resync(world.leader)
        if not is_whole(world.log[-1].content):
            world.put(fit[-1] if fit else world.nodes[world.leader].branch or b"", "raw")
    for _ in range(12):
        before = [(there.disk, there.base) for there in world.nodes], world.last
        for node in (world.leader, *(number for number in range(4) if number != world.leader)):
            world.resync(node)
            world.sync(node)
            world.ask(node, True)
        if before == ([(there.disk, there.base) for there in world.nodes], world.last):
            return
    require(False, "the nodes never come to rest")


def judge(world: World) -> None:
    """Everything that must hold at rest."""
    current = world.current
    require(current is not None, "the key is gone")
    assert current is not None
    for node, there in enumerate(world.nodes):
        require(there.disk == current.content, f"node {node} has another file than the mesh")
        require(there.base is not None and there.base[:2] == current, f"node {node} has another base than the mesh")
    judge_lineage(world)
    texts = b"\n".join(content for there in world.nodes for content in there.records.values()).decode()
    for number, edit in enumerate(world.edits):
        if number in world.spent or has_edit(current.content, edit):
            continue
        was_there = any(has_edit(put.content, edit) for put in world.history)
        require(was_there or str(edit.value) in texts, f"{edit} is lost")


def judge_lineage(world: World) -> None:
    """No title or priority that gave way to another comes back, unless somebody set it back."""
    for at in (0, 1):
        born: dict[object, int] = {}
        newest = -1
        for number, put in enumerate(world.history):
            if not is_whole(put.content):
                continue
            value = read_values(put.content)[at]
            if value in world.back:
                born[value] = number
            newest = max(newest, born.setdefault(value, number))
        assert world.current is not None
        final = read_values(world.current.content)[at]
        texts = b"".join(content for there in world.nodes for content in there.records.values()).decode()
        later = [value for value, when in born.items() if when > born[final]]
        lost = [value for value in later if value not in world.back and str(value) not in texts]
        require(final in world.back or not lost, f"{final} came back in the place of {lost}")
