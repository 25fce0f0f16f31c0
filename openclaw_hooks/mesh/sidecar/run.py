"""The sidecar at work: the board's files, this machine's commands and one connection, each going on without the others."""

from __future__ import annotations

import asyncio
import signal
import sys
from contextlib import AsyncExitStack, suppress
from typing import TYPE_CHECKING, Any, NamedTuple

from openclaw_hooks.board.actor import find_actor
from openclaw_hooks.board.opening import open_board
from openclaw_hooks.errors import EXIT_FINDINGS, EXIT_OK, OpenclawError
from openclaw_hooks.mesh.place import find_place
from openclaw_hooks.mesh.sidecar.control import Control
from openclaw_hooks.mesh.sidecar.lock import sidecar_lock
from openclaw_hooks.mesh.sidecar.member import find_member, refuse_to_found
from openclaw_hooks.mesh.sidecar.node import Node
from openclaw_hooks.mesh.sidecar.requests import Requests
from openclaw_hooks.mesh.sidecar.works import list_works
from openclaw_hooks.mesh.sync_log import open_log

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from openclaw_hooks.git import Repo
    from openclaw_hooks.mesh.offers.gather import FindTools
    from openclaw_hooks.mesh.sidecar.lock import HeldLock
    from openclaw_hooks.mesh.sidecar.status import SyncStatus

    Work = Callable[[], Coroutine[Any, Any, None]]

ONCE_S = 120.0
AGAIN_S = 1.0
LOCK_S = 0.5
SWITCH_S = (
    0.0005  # commands are answered beside the thread that writes files: the default lets them wait ten times as long
)
GONE = "the repository that this sidecar worked for is gone"


class Outcome(NamedTuple):
    """How a run ended: exit code, the last status, and a line for whoever waited."""

    code: int
    status: SyncStatus
    summary: str


async def run_sidecar(repo: Repo, *, is_once: bool = False, find_tools: FindTools | None = None) -> Outcome:
    """Runs the sidecar of `repo` until a signal or a request ends it; with `is_once` until both sides are in step.

    `find_tools` is asked again and again for what this node offers to others beside the named commands.

    Raises RefusedError when one runs already, OpenclawError where none can run.
    """
    sys.setswitchinterval(SWITCH_S)
    place = find_place(repo)
    actor = find_actor(repo)
    member = find_member(place, repo.state_dir, actor)
    if is_once:
        refuse_to_found(member)
    with sidecar_lock(place) as lock:
        board = open_board(repo.top or None, create=True)
        log = open_log(place.sync_log, is_watched=not is_once)
        stop = asyncio.Event()
        async with AsyncExitStack() as stack:
            node = Node(member, board, actor, log)
            node.find_tools = find_tools or node.find_tools
            stack.push_async_callback(node.close)
            await node.open()
            control = Control(place.sync_socket, Requests(node, stop).handlers(), log)
            stack.push_async_callback(control.close)
            await control.open()
            _listen_to_signals(stop)
            works = [asyncio.create_task(_survive(node, work)) for work in list_works(node)]
            works.append(asyncio.create_task(_watch_lock(lock, node, stop)))
            stack.push_async_callback(_cancel, works)
            log.note("started", f"as {member.node} ({member.role.value})")
            code = await _once(node, stop) if is_once else await _until(stop)
            log.note("stopping")
        status = node.status("stopped")
        if node.is_astray:
            return Outcome(EXIT_FINDINGS, status, GONE)
        node.write_status(status)
        return Outcome(code, status, _summarize(status, code))


async def _watch_lock(lock: HeldLock, node: Node, stop: asyncio.Event) -> None:
    """Ends the sidecar when another repository has taken the place of its own: it must not write there."""
    while lock.is_in_place():
        await asyncio.sleep(LOCK_S)
    node.is_astray = True
    node.log.complain("stopping", GONE)
    stop.set()


async def _until(stop: asyncio.Event) -> int:
    await stop.wait()
    return EXIT_OK


async def _once(node: Node, stop: asyncio.Event) -> int:
    """Whether both sides came in step."""
    in_step = asyncio.create_task(node.come_in_step())
    stopped = asyncio.create_task(stop.wait())
    done, waiting = await asyncio.wait((in_step, stopped), timeout=ONCE_S, return_when=asyncio.FIRST_COMPLETED)
    await _cancel(list(waiting))
    return EXIT_OK if in_step in done and not node.trouble else EXIT_FINDINGS


async def _survive(node: Node, work: Work) -> None:
    """Goes on with `work` whatever happens to it."""
    while True:
        try:
            await work()
        except OpenclawError as error:
            node.log.complain("sidecar", str(error))
        except Exception as error:
            node.log.crash("sidecar", error)
        await asyncio.sleep(AGAIN_S)


async def _cancel(tasks: list[asyncio.Task[Any]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


def _listen_to_signals(stop: asyncio.Event) -> None:
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        with suppress(NotImplementedError, RuntimeError):  # Windows has none of them; only a main thread is told
            asyncio.get_running_loop().add_signal_handler(number, stop.set)


def _summarize(status: SyncStatus, code: int) -> str:
    if code == EXIT_OK:
        return f"in step with the mesh: {status.conflicts} conflict(s)"
    left = f"{status.pending} edit(s) and {status.intents} intent(s) wait"
    return f"not in step with the mesh: {left}; {status.last_error or 'it took too long'}"
