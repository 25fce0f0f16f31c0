"""What goes on in a sidecar at the same time, each for ever: none of it waits for the others."""

from __future__ import annotations

import asyncio
import os
import time
from functools import partial
from typing import TYPE_CHECKING, Any

from openclaw_hooks.errors import OpenclawError
from openclaw_hooks.mesh.mirror.file_watch import watch_files
from openclaw_hooks.mesh.relay.intents import deliver
from openclaw_hooks.mesh.sidecar.keeping import HEARTBEAT_S, list_held, make_heartbeat
from openclaw_hooks.mesh.sidecar.member import note_own_mesh
from openclaw_hooks.mesh.sidecar.session import Session, connect
from openclaw_hooks.mesh.state.decide import read_policy

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from openclaw_hooks.mesh.sidecar.node import Node
    from openclaw_hooks.mesh.wire.messages import Answer, Command

    Work = Callable[[], Coroutine[Any, Any, None]]

STATUS_S = 1.0
INTENTS_S = 2.0
TEND_S = 0.4
REFRESH_S = 10.0
LASTING_S = 10.0  # a connection that held for so long was a good one
RETRY_S = (0.1, 0.5, 1.0, 2.0, 5.0, 10.0)


def list_works(node: Node) -> list[Work]:
    """What is to be kept running for `node`."""
    own = [tend_server] if node.server is not None else []
    works = (watch_board, stay_connected, send_intents, keep_claims, tell_status, keep_rules, *own)
    return [node.mirroring.run, *(partial(work, node) for work in works)]


async def watch_board(node: Node) -> None:
    """Takes up what is edited on the board, as it is."""
    async for paths in watch_files(node.board, asyncio.Event(), lambda text: node.log.complain("files", text)):
        try:
            await node.mirroring.look(paths or None)
        except OpenclawError as error:
            node.log.complain("board", str(error))


async def stay_connected(node: Node) -> None:
    """Connects, works over the connection until it ends, and connects again."""
    loop = asyncio.get_running_loop()
    failures = 0
    while True:
        began = loop.time()
        try:
            session = await _connect(node)
            began = loop.time()
            await node.hold(session)
        except (OpenclawError, OSError) as error:
            node.log.complain("no mesh", str(error))
        failures = 0 if loop.time() - began > LASTING_S else failures + 1
        await asyncio.sleep(RETRY_S[min(failures, len(RETRY_S) - 1)])


async def _connect(node: Node) -> Session:
    if node.server is not None:
        await node.server_thread.run(node.server.bring_up)
        node.revoked = await node.server_thread.run(node.server.list_revoked)  # before what they left is looked at
        if note_own_mesh(node.member, node.board.repo.state_dir):
            told = "this repository leads a mesh of its own; `openclaw mesh invite NODE` lets others in"
            node.log.note("mesh", told)
    session = await connect(node)
    found = session.connection.client.connected_url
    node.server_url = found.netloc if found else ""
    return session


async def tend_server(node: Node) -> None:
    """Keeps the own server up, and tells it of nodes that were let in or out."""
    assert node.server is not None  # only then it is among the works
    loop = asyncio.get_running_loop()
    while True:
        await asyncio.sleep(TEND_S)
        node.revoked = await node.server_thread.run(node.server.list_revoked)
        if node.session is None:
            continue  # whoever connects brings it up
        if trouble := await node.server_thread.run(node.server.find_trouble):
            node.log.complain("server", trouble)
            await node.server_thread.run(node.server.bring_up)
            node.log.over("server")
            node.log.note("server", "brought up again")
        elif await node.server_thread.run(node.server.refresh_accounts, loop.time()):
            node.log.note("server", "told of the nodes as they are now")


async def send_intents(node: Node) -> None:
    """Sends what waited on disk for the lead."""
    while True:
        await node.has_link.wait()
        if os.path.isdir(node.member.place.intents):
            delivery = await deliver(node.member.place, partial(_send_intent, node))
            for command, _ in delivery.done:
                node.log.note("intent done", f"{command.verb} {command.task}".strip())
            for intent in delivery.refused:
                reason = intent.problem.message if intent.problem else ""
                node.log.complain("intent refused", f"{intent.command.verb} {intent.command.task}: {reason}")
        await asyncio.sleep(INTENTS_S)


async def _send_intent(node: Node, command: Command) -> Answer:
    return await node.show(await node.desk.ask(command))


async def keep_claims(node: Node) -> None:
    """Puts off the end of this clone's claims."""
    while True:
        await asyncio.sleep(HEARTBEAT_S)
        for held in await node.thread.run(list_held, node.board.repo.state_dir, node.member.node):
            command = make_heartbeat(node.board.repo, held)
            answer = await node.desk.ask(command)
            if answer.error and answer.error.code == "lost":
                node.log.note("claim lost", answer.error.message)
            await node.show(answer)
            await node.note_claim(command, answer)


async def tell_status(node: Node) -> None:
    """Writes down how the node stands."""
    while True:
        node.write_status(node.status())
        if node.session is not None and node.session.watch.is_complete:
            node.session.mender.heed(node.session.book.leader(), node.session.watch.epochs)
            node.log.over("mesh", since=time.monotonic() - node.session.watch.looked_s_ago)
        await asyncio.sleep(STATUS_S)


async def keep_rules(node: Node) -> None:
    """Reads what the lead decides by, now and then."""
    while True:
        await asyncio.sleep(REFRESH_S)
        node.rules = await node.thread.run(read_policy, node.board)
