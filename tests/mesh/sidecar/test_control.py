"""The socket of the sidecar: requests one by one, and clients that hang, shout or lie."""

from __future__ import annotations

import asyncio
import json
import os
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import pytest

from openclaw_hooks.mesh.place import MAX_SOCKET_BYTES, MeshError, Place
from openclaw_hooks.mesh.sidecar.control import Control, make_socket_folder
from openclaw_hooks.mesh.sync_log import SyncLog
from openclaw_hooks.mesh.wire.messages import MAX_MESSAGE_BYTES, Answer, refuse

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path


async def _echo(request: dict[str, Any]) -> dict[str, Any]:
    return {"ok": True, "said": request.get("word")}


async def _refuse(request: dict[str, Any]) -> Answer:
    return refuse("00", "taken", "somebody has it")


async def _break(request: dict[str, Any]) -> dict[str, Any]:
    raise KeyError("unforeseen")


HANDLERS: dict[str, Any] = {"echo": _echo, "refuse": _refuse, "break": _break}


@asynccontextmanager
async def serving(folder: Path) -> AsyncIterator[str]:
    path = Place(str(folder)).sync_socket
    control = Control(path, HANDLERS, SyncLog(str(folder / "log")))
    await control.open()
    try:
        yield path
    finally:
        await control.close()


async def talk(path: str, *lines: bytes) -> list[dict[str, Any]]:
    reader, writer = await asyncio.open_unix_connection(path)
    answers = []
    for line in lines:
        writer.write(line + b"\n")
        answers.append(json.loads(await asyncio.wait_for(reader.readline(), 5)))
    writer.close()
    return answers


def run(folder: Path, *lines: bytes) -> list[dict[str, Any]]:
    async def work() -> list[dict[str, Any]]:
        async with serving(folder) as path:
            return await talk(path, *lines)

    folder.chmod(0o700)
    return asyncio.run(work())


def test_several_requests_on_one_connection(tmp_path: Path) -> None:
    first, second = run(tmp_path, b'{"op":"echo","word":"a"}', b'{"op":"refuse"}')
    assert first == {"ok": True, "said": "a"}
    assert (second["ok"], second["error"]["code"]) == (False, "taken")


@pytest.mark.parametrize("line", [b"", b"[]", b"{", b'{"op":"none"}', b'{"op":{"a":1}}', b"\xff\xfe", b"[" * 5000])
def test_what_is_no_request_is_told_so(tmp_path: Path, line: bytes) -> None:
    wrong, fine = run(tmp_path, line, b'{"op":"echo"}')
    assert (wrong["ok"], wrong["error"]["code"]) == (False, "invalid")
    assert fine["ok"]


def test_a_handler_that_breaks_ends_nothing_and_is_logged(tmp_path: Path) -> None:
    broken, fine = run(tmp_path, b'{"op":"break"}', b'{"op":"echo"}')
    assert broken["error"]["code"] == "unknown"
    assert fine["ok"]
    assert "unforeseen" in (tmp_path / "log").read_text()


def test_too_long_a_line_is_refused(tmp_path: Path) -> None:
    async def work() -> dict[str, Any]:
        async with serving(tmp_path) as path:
            reader, writer = await asyncio.open_unix_connection(path)
            writer.write(b"x" * (MAX_MESSAGE_BYTES + 10))
            answer = json.loads(await asyncio.wait_for(reader.readline(), 5))
            writer.close()
            assert (await talk(path, b'{"op":"echo"}'))[0]["ok"]
            return dict(answer)

    tmp_path.chmod(0o700)
    assert asyncio.run(work())["error"]["code"] == "too_large"


def test_a_client_that_hangs_blocks_no_other_nor_the_end(tmp_path: Path) -> None:
    async def work() -> None:
        async with serving(tmp_path) as path:
            hung = [await asyncio.open_unix_connection(path) for _ in range(5)]
            hung[0][1].write(b'{"op":')
            assert (await talk(path, b'{"op":"echo","word":1}'))[0]["said"] == 1
        for _, writer in hung:
            writer.close()

    tmp_path.chmod(0o700)
    asyncio.run(asyncio.wait_for(work(), 5))


def test_socket_is_for_its_owner_and_replaces_a_stale_one(tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    path = Place(str(tmp_path)).sync_socket
    make_socket_folder(path)
    with open(path, "w") as stream:
        stream.write("left by a dead one")

    async def work() -> int:
        async with serving(tmp_path) as path:
            return os.stat(path).st_mode & 0o777

    assert asyncio.run(work()) == 0o600
    assert not os.path.lexists(path)


def test_repository_that_lies_deep_has_its_socket_elsewhere(tmp_path: Path) -> None:
    deep = tmp_path / ("x" * MAX_SOCKET_BYTES)
    deep.mkdir()
    assert len(Place(str(deep)).sync_socket) < MAX_SOCKET_BYTES
    assert run(deep, b'{"op":"echo"}')[0]["ok"]


def test_folder_that_others_may_enter_is_refused(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    with pytest.raises(MeshError, match="open to them"):
        make_socket_folder(str(tmp_path / "sync.sock"))
