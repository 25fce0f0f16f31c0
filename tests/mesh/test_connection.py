"""The connection of a node: what it says when it fails, and how it tells a no from a maybe."""

from __future__ import annotations

import asyncio
import base64
import json
import os
import signal
import socket
import subprocess
import time
from typing import TYPE_CHECKING, Any

import nkeys
import pytest

from openclaw_hooks.mesh.access import Access, external_access, own_access
from openclaw_hooks.mesh.accounts import make_accounts
from openclaw_hooks.mesh.config import ServerSettings, make_url, read_settings
from openclaw_hooks.mesh.connection import MAX_REFUSALS, NotDoneError, UnknownOutcomeError, open_connection
from openclaw_hooks.mesh.keys import make_key, write_secret
from openclaw_hooks.mesh.lead import bring_up, make_welcome, read_health
from openclaw_hooks.mesh.place import MeshError
from openclaw_hooks.mesh.server import reload_server
from tests.mesh.conftest import make_bucket, put, run

if TYPE_CHECKING:
    from pathlib import Path

    from tests.mesh.conftest import Stage


def silent(line: str) -> None:
    """Hears nothing."""


def test_a_key_that_the_server_does_not_know_is_refused_at_once(stage: Stage) -> None:
    stage.up()
    began = time.monotonic()
    with pytest.raises(MeshError) as refused:
        run(stage.connect("stranger"))
    assert time.monotonic() - began < 2
    assert refused.value.message.endswith(": it does not know this node's key")


def test_without_a_key_nobody_gets_in(stage: Stage) -> None:
    stage.up()
    access = stage.access("w1")._replace(seed="")
    with pytest.raises(MeshError, match="does not know this node's key"):
        run(open_connection(access, "w1", silent))


def test_a_server_that_is_not_there_is_told_with_the_reason() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"nats://127.0.0.1:{free.getsockname()[1]}"
    with pytest.raises(MeshError) as refused:
        run(open_connection(Access((url,)), "w1", silent, timeout_s=0.5))
    assert refused.value.message.startswith(f"no mesh at {url}: ")
    assert "Connect call failed" in refused.value.message


def test_something_that_is_no_nats_server_does_not_hang_us() -> None:
    with socket.socket() as mute:
        mute.bind(("127.0.0.1", 0))
        mute.listen()
        url = f"nats://127.0.0.1:{mute.getsockname()[1]}"
        began = time.monotonic()
        with pytest.raises(MeshError, match="no mesh at"):
            run(open_connection(Access((url,)), "w1", silent, timeout_s=0.5))
    assert time.monotonic() - began < 5


def test_a_request_that_nobody_answers_was_not_done(stage: Stage) -> None:
    async def ask() -> str:
        lead = await stage.connect("boss")
        with pytest.raises(NotDoneError) as refused:
            await lead.request("mesh.cmd.boss.claim", timeout_s=10)
        await lead.close()
        return refused.value.message

    stage.up()
    assert run(ask(), 8) == "nobody answers mesh.cmd.boss.claim"


def test_a_request_that_is_not_answered_in_time_may_have_been_done(stage: Stage) -> None:
    async def ask() -> list[bytes]:
        lead, worker = await stage.connect("boss"), await stage.connect("w1")
        heard: list[bytes] = []

        async def take(message: Any) -> None:
            heard.append(message.data)

        await lead.client.subscribe("mesh.cmd.w1.claim", cb=take)
        await lead.client.flush()
        with pytest.raises(UnknownOutcomeError, match=r"no answer within 0\.3 s"):
            await worker.request("mesh.cmd.w1.claim", b"T-1", timeout_s=0.3)
        await worker.close()
        await lead.close()
        return heard

    stage.up()
    assert run(ask()) == [b"T-1"]


def test_a_write_that_timed_out_is_still_done_when_the_server_wakes(stage: Stage) -> None:
    """Why a time-out is no refusal."""

    async def ask(pid: int) -> bytes:
        lead = await stage.connect("boss")
        tasks = await make_bucket(lead, "MESH_TASKS")
        await tasks.put("T-1", b"before")
        os.kill(pid, signal.SIGSTOP)
        while "T" not in subprocess.check_output(["ps", "-o", "stat=", "-p", str(pid)], text=True):
            await asyncio.sleep(0.01)
        with pytest.raises(UnknownOutcomeError):
            await lead.request("$KV.MESH_TASKS.T-1", b"after", timeout_s=0.3)
        os.kill(pid, signal.SIGCONT)
        await lead.client.flush()
        value = (await tasks.get("T-1")).value
        await lead.close()
        return value or b""

    assert run(ask(stage.up().running.process.pid)) == b"after"


def test_what_waits_for_an_answer_ends_with_the_connection_and_that_comes_back(stage: Stage) -> None:
    async def ask() -> tuple[float, bool, list[str]]:
        told: list[str] = []
        is_back = asyncio.Event()

        async def on_return() -> None:
            is_back.set()

        lead, worker = await stage.connect("boss"), await stage.connect("w1", told.append, on_return=on_return)
        await lead.client.subscribe("mesh.cmd.w1.claim", cb=wait)
        await lead.client.flush()
        waiting = asyncio.ensure_future(worker.request("mesh.cmd.w1.claim", timeout_s=20))
        await asyncio.sleep(0.1)
        began = time.monotonic()
        await asyncio.to_thread(stage.kill)
        with pytest.raises(UnknownOutcomeError, match="the connection was lost"):
            await waiting
        took = time.monotonic() - began
        with pytest.raises(NotDoneError, match="out of reach"):
            await worker.request("mesh.cmd.w1.claim")
        await asyncio.to_thread(stage.up)
        await asyncio.wait_for(is_back.wait(), 10)
        is_up = worker.is_up
        await worker.close()
        await lead.close()
        return took, is_up, told

    async def wait(message: Any) -> None:
        await asyncio.sleep(60)

    stage.up()
    took, is_up, told = run(ask())
    assert took < 2
    assert is_up
    assert "connection lost" in told
    assert "connected again" in told


def test_a_node_that_was_revoked_gives_up_and_leaves_no_socket_open(stage: Stage) -> None:
    async def wait() -> list[str]:
        told: list[str] = []
        worker = await stage.connect("w1", told.append)
        reload_server(stage.place, make_accounts([node for node in stage.nodes if node.name != "w1"]))
        for _ in range(1000):
            if worker.is_over:
                break
            await asyncio.sleep(0.01)
        assert worker.is_over
        with pytest.raises(NotDoneError, match="out of reach"):
            await worker.request("mesh.cmd.w1.claim")
        await worker.close()
        return told

    stage.up()
    told = run(wait())
    assert told.count("the mesh does not know this node's key any more") == 1
    assert len(told) < 3 * MAX_REFUSALS


def test_a_node_that_is_let_in_again_in_time_comes_back(stage: Stage) -> None:
    async def wait() -> bool:
        told: list[str] = []
        worker = await stage.connect("w1", told.append)
        reload_server(stage.place, make_accounts([node for node in stage.nodes if node.name != "w1"]))
        while not [line for line in told if "authorization" in line.lower()]:
            await asyncio.sleep(0.01)
        reload_server(stage.place, make_accounts(stage.nodes))
        while "connected again" not in told:
            await asyncio.sleep(0.01)
        is_up = worker.is_up
        await worker.close()
        return is_up

    stage.up()
    assert run(wait())


def test_a_refused_message_without_an_answer_is_logged(stage: Stage) -> None:
    async def send() -> None:
        told: list[str] = []
        worker = await stage.connect("w1", told.append)
        await worker.client.publish("$KV.MESH_TASKS.T-1", b"x")
        while not told:
            await asyncio.sleep(0.01)
        assert 'permissions violation for publish to "$kv.mesh_tasks.t-1"' in told[0]
        await worker.close()

    stage.up()
    run(send())


def make_certificate(folder: Path) -> tuple[str, str]:
    """A self-signed certificate for 127.0.0.1, and its key."""
    certificate, key = str(folder / "certificate.pem"), str(folder / "key.pem")
    words = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=mesh"]
    extra = ["-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", certificate]
    subprocess.run([*words, *extra], check=True, capture_output=True)
    return certificate, key


def test_over_tls_only_the_certificate_that_the_join_file_names_is_trusted(
    stage: Stage, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async def visit() -> int:
        access = own_access(stage.place, "boss")
        assert access.urls[0].startswith("tls://")
        lead = await open_connection(access, "boss", silent)
        await make_bucket(lead, "MESH_TASKS")
        sequence = (await put(lead, "$KV.MESH_TASKS.T-1", b"x"))["seq"]
        await lead.close()
        with pytest.raises(MeshError, match="certificate"):
            await open_connection(access._replace(authority=""), "boss", silent, timeout_s=1)
        return int(sequence)

    certificate, key = make_certificate(tmp_path)
    wanted = ServerSettings(tls_certificate=certificate, tls_key=key, tls_authority=certificate)
    started = bring_up(stage.place, "boss", wanted)
    assert started.child is not None
    stage.children.append(started.child)
    assert run(visit()) == 1
    assert make_welcome(stage.place, "boss").authority
    health = read_health(stage.place, "boss")
    assert health is not None
    assert health.trouble == ""
    assert [record.getMessage() for record in caplog.records if record.name == "asyncio" and record.levelno > 20] == []


def test_a_server_that_is_somebody_elses_is_named_by_the_environment(stage: Stage, tmp_path: Path) -> None:
    stage.up()
    seed = str(tmp_path / "user.seed")
    write_secret(seed, stage.keys["boss"].seed)
    url = make_url(read_settings(stage.place))
    access = external_access({"OPENCLAW_NATS": f"nats://127.0.0.1:1, {url}", "OPENCLAW_NATS_CREDS": seed})
    assert access is not None
    assert len(access.urls) == 2

    async def visit() -> bool:
        connection = await open_connection(access, "boss", silent)
        is_up = connection.is_up
        await connection.close()
        return is_up

    assert run(visit())


def sign(signer: Any, subject: str, kind: str, claims: dict[str, Any]) -> str:
    """A token as operators of NATS give them out (https://docs.nats.io, JWT), signed with an nkey."""

    def encode(part: Any) -> bytes:
        return base64.urlsafe_b64encode(part if isinstance(part, bytes) else json.dumps(part).encode()).rstrip(b"=")

    issuer = signer.public_key.decode()
    body = {"jti": "x", "iat": int(time.time()), "iss": issuer, "sub": subject, "name": kind}
    head = (
        encode({"typ": "JWT", "alg": "ed25519-nkey"})
        + b"."
        + encode({**body, "nats": {**claims, "type": kind, "version": 2}})
    )
    return (head + b"." + encode(signer.sign(head))).decode()


def test_credentials_of_an_operator_open_a_server_of_others(stage: Stage, tmp_path: Path) -> None:
    kinds = (nkeys.PREFIX_BYTE_OPERATOR, nkeys.PREFIX_BYTE_ACCOUNT, nkeys.PREFIX_BYTE_ACCOUNT, nkeys.PREFIX_BYTE_USER)
    keys = [nkeys.from_seed(bytearray(nkeys.encode_seed(os.urandom(32), kind))) for kind in kinds]
    operator, _, account, user = keys
    operator_id, system_id, account_id, user_id = (key.public_key.decode() for key in keys)
    limits = {"subs": -1, "conn": -1, "leaf": -1, "imports": -1, "exports": -1, "data": -1, "payload": -1}
    tokens = {
        one: sign(operator, one, "account", {"limits": {**limits, "wildcards": True}})
        for one in (system_id, account_id)
    }
    stage.up(
        f"operator: {sign(operator, operator_id, 'operator', {})}\n"
        f"system_account: {system_id}\nresolver: MEMORY\nresolver_preload: {{\n"
        + "".join(f"{one}: {token}\n" for one, token in tokens.items())
        + "}\n"
    )
    user_token = sign(account, user_id, "user", {"subs": -1, "data": -1, "payload": -1})
    credentials = str(tmp_path / "user.creds")
    parts = [("NATS USER JWT", user_token), ("USER NKEY SEED", user.seed.decode())]
    write_secret(
        credentials, "".join(f"-----BEGIN {what}-----\n{text}\n------END {what}------\n" for what, text in parts)
    )
    url = make_url(read_settings(stage.place))

    async def visit(env: dict[str, str]) -> bool:
        access = external_access(env)
        assert access is not None
        connection = await open_connection(access, "boss", silent)
        is_up = connection.is_up
        await connection.close()
        return is_up

    assert run(visit({"OPENCLAW_NATS": url, "OPENCLAW_NATS_CREDS": credentials}))
    with pytest.raises(MeshError, match="does not know this node's key"):
        run(visit({"OPENCLAW_NATS": url}))


def test_what_the_environment_names_is_checked_and_its_passwords_are_not_shown(tmp_path: Path) -> None:
    assert external_access({}) is None
    password = "hunter" + "2/@x"
    access = external_access({"OPENCLAW_NATS": f"tls://ada:{password}@example.org:4222"})
    assert access is not None
    assert access.show() == "tls://example.org:4222"
    assert password not in repr(access)
    for url in ("example.org", "http://example.org", f"nats://ada:{password}@"):
        with pytest.raises(MeshError, match=r"OPENCLAW_NATS: .* is no address") as refused:
            external_access({"OPENCLAW_NATS": url})
        assert password not in str(refused.value)
    with pytest.raises(MeshError, match=r"OPENCLAW_NATS_CREDS: .* cannot be read: No such file"):
        external_access({"OPENCLAW_NATS": "nats://a", "OPENCLAW_NATS_CREDS": str(tmp_path / "none")})


def test_a_seed_never_shows_in_what_is_printed_of_a_connection(stage: Stage) -> None:
    key = make_key()
    assert key.seed not in repr(Access(("nats://a",), seed=key.seed))
    assert stage.keys["w1"].seed not in f"{stage.nodes}"
