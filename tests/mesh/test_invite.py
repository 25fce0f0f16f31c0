"""Letting nodes in and out: the file that carries a key, the registry, and what the server makes of both."""

from __future__ import annotations

import asyncio
import os
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from openclaw_hooks.errors import RefusedError
from openclaw_hooks.mesh.access import join_access
from openclaw_hooks.mesh.connection import open_connection
from openclaw_hooks.mesh.invite import (
    JoinFile,
    Welcome,
    current_accounts,
    make_invite,
    parse_join_text,
    read_join_file,
    record_join,
    register_lead,
    revoke,
    write_join_text,
)
from openclaw_hooks.mesh.keys import make_key, write_secret
from openclaw_hooks.mesh.lead import bring_up, make_welcome
from openclaw_hooks.mesh.nodes import NodeRole, format_time, is_let_in, read_registry
from openclaw_hooks.mesh.place import MeshError
from openclaw_hooks.mesh.server import stop_server
from tests.mesh.conftest import NOW, run

if TYPE_CHECKING:
    from pathlib import Path

    from tests.mesh.conftest import Stage

WELCOME = Welcome(("nats://127.0.0.1:4222", "nats://[::1]:4222"), "openclaw-12345678", "boss UABC", "QUJD")
WEEK = timedelta(days=7)


@pytest.fixture
def lead(stage: Stage) -> Stage:
    """A mesh that is up, of a lead alone."""
    started = bring_up(stage.place, "boss")
    assert started.child is not None
    stage.children.append(started.child)
    return stage


def test_who_is_invited_can_connect_and_who_is_revoked_is_cut_off(lead: Stage) -> None:
    async def visit() -> tuple[bool, bool]:
        join = parse_join_text(make_invite(lead.place, "w1", NodeRole.WORKER, make_welcome(lead.place, "boss"), WEEK))
        worker = await open_connection(join_access(join), "w1", lambda _: None)
        was_up = worker.is_up
        revoke(lead.place, "w1")
        for _ in range(200):
            if not worker.is_up:
                break
            await asyncio.sleep(0.01)
        is_up = worker.is_up
        await worker.close()
        with pytest.raises(MeshError, match="does not know this node's key"):
            await open_connection(join_access(join), "w1", lambda _: None)
        return was_up, is_up

    assert run(visit()) == (True, False)


def test_a_revoked_node_stays_out_when_the_server_starts_again(lead: Stage) -> None:
    make_invite(lead.place, "w1", NodeRole.WORKER, WELCOME, WEEK)
    revoke(lead.place, "w1")
    stop_server(lead.place)
    started = bring_up(lead.place, "boss")
    assert started.child is not None
    lead.children.append(started.child)
    assert "N_w1" not in open_text(lead.place.accounts)


def open_text(path: str) -> str:
    with open(path) as stream:
        return stream.read()


def test_an_invited_lead_writes_where_a_worker_may_not(lead: Stage) -> None:
    async def visit() -> int:
        join = parse_join_text(make_invite(lead.place, "deputy", NodeRole.LEAD, make_welcome(lead.place, "boss"), WEEK))
        deputy = await open_connection(join_access(join), "deputy", lambda _: None)
        streams = (await deputy.jetstream().account_info()).streams
        await deputy.close()
        return int(streams)

    assert run(visit()) == 0


def test_nobody_takes_the_name_of_a_node_that_is_let_in(lead: Stage) -> None:
    make_invite(lead.place, "w1", NodeRole.WORKER, WELCOME, WEEK)
    for name in ("w1", "boss"):
        with pytest.raises(RefusedError, match=f"`{name}` is a (worker|lead) of this mesh already"):
            make_invite(lead.place, name, NodeRole.WORKER, WELCOME, WEEK)
    revoke(lead.place, "w1")
    make_invite(lead.place, "w1", NodeRole.HUMAN, WELCOME, WEEK)
    assert [node.name for node in read_registry(lead.place).nodes] == ["boss", "w1"]


def test_the_lead_does_not_lock_itself_out(lead: Stage) -> None:
    with pytest.raises(RefusedError, match="`boss` is this machine's own node"):
        revoke(lead.place, "boss")
    with pytest.raises(RefusedError, match="no node `nobody` is let in"):
        revoke(lead.place, "nobody")


def test_an_invitation_that_ran_out_unused_lets_nobody_in(stage: Stage) -> None:
    os.makedirs(stage.place.folder)
    register_lead(stage.place, "boss", stage.keys["boss"].public, NOW)
    for name in ("early", "late"):
        make_invite(stage.place, name, NodeRole.WORKER, WELCOME, WEEK)
    record_join(stage.place, "early")
    registry = read_registry(stage.place)
    now, later = datetime.now(UTC), datetime.now(UTC) + timedelta(days=8)
    assert [name for name in ("early", "late") if f"N_{name}" in current_accounts(registry, now)] == ["early", "late"]
    assert [name for name in ("early", "late") if f"N_{name}" in current_accounts(registry, later)] == ["early"]
    late = registry.find("late")
    assert late is not None
    assert not is_let_in(late, later)


def test_the_seed_is_in_the_join_file_alone(stage: Stage) -> None:
    os.makedirs(stage.place.folder)
    text = make_invite(stage.place, "w1", NodeRole.WORKER, WELCOME, WEEK)
    join = parse_join_text(text)
    kept = [os.path.join(folder, name) for folder, _, names in os.walk(stage.place.folder) for name in names]
    assert kept
    assert not [path for path in kept if join.seed in open_text(path)]
    assert join.seed not in repr(join)
    assert join.seed not in repr(join_access(join))


def test_a_join_file_says_everything_that_it_was_given(stage: Stage) -> None:
    os.makedirs(stage.place.folder)
    join = parse_join_text(make_invite(stage.place, "ada", NodeRole.HUMAN, WELCOME, WEEK))
    assert (join.node, join.role, join.urls) == ("ada", NodeRole.HUMAN, WELCOME.urls)
    assert (join.server, join.lead, join.authority) == (WELCOME.server, WELCOME.lead, WELCOME.authority)
    assert parse_join_text(write_join_text(join)) == join


@pytest.fixture
def join() -> JoinFile:
    """What a join file of this moment says."""
    return JoinFile("w1", NodeRole.WORKER, WELCOME.urls, make_key().seed, "s", "boss U", format_time(NOW + WEEK))


def test_a_join_file_survives_other_line_ends(join: JoinFile, tmp_path: Path) -> None:
    path = tmp_path / "w1.join"
    path.write_bytes(b"\xef\xbb\xbf" + write_join_text(join).replace("\n", "  \r\n").encode() + b"\r\n\r\n")
    path.chmod(0o600)
    assert read_join_file(str(path), NOW) == join


def test_every_character_that_is_lost_or_changed_is_noticed(join: JoinFile) -> None:
    text = write_join_text(join)
    for place in range(len(text) - 1):
        for changed in (text[:place] + text[place + 1 :], text[:place] + "#" + text[place + 1 :], text[:place]):
            if changed.split() == text.split():
                continue
            with pytest.raises(MeshError) as refused:
                parse_join_text(changed)
            assert join.seed not in str(refused.value)


def test_a_join_file_that_ran_out_is_refused(join: JoinFile, tmp_path: Path) -> None:
    path = str(tmp_path / "w1.join")
    write_secret(path, write_join_text(join))
    assert read_join_file(path, NOW + timedelta(days=6)) == join
    with pytest.raises(MeshError, match="the invitation ran out at 2026-02-07T12:00:00Z"):
        read_join_file(path, NOW + WEEK)


def test_a_join_file_that_others_may_read_is_refused(join: JoinFile, tmp_path: Path) -> None:
    path = tmp_path / "w1.join"
    write_secret(str(path), write_join_text(join))
    assert path.stat().st_mode & 0o777 == 0o600
    path.chmod(0o640)
    with pytest.raises(MeshError, match="others may read"):
        read_join_file(str(path), NOW)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "not a join file"),
        ("hello\n", "not a join file"),
        ("openclaw mesh join file 2\n", "a join file of format 2"),
        ("openclaw mesh join file 1\n", "the join file is damaged"),
        ("openclaw mesh join file 1\nnode: a\nnode: b\n", "the join file is damaged"),
    ],
)
def test_what_is_no_join_file_is_told(text: str, said: str, tmp_path: Path) -> None:
    path = tmp_path / "some"
    write_secret(str(path), text)
    with pytest.raises(MeshError) as refused:
        read_join_file(str(path), NOW)
    assert refused.value.message == f"{path}: {said}"
