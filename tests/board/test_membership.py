"""As whom a repository belongs to a mesh, and what that makes of those who act in it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from openclaw_hooks.board.actor import find_actor
from openclaw_hooks.board.membership import read_membership
from openclaw_hooks.errors import OpenclawError
from openclaw_hooks.git import open_repo
from openclaw_hooks.mesh.place import find_place, make_folders
from openclaw_hooks.mesh.relay.membership import Membership, forget_membership, save_membership
from openclaw_hooks.tasks.moves import Right

if TYPE_CHECKING:
    from openclaw_hooks.git import Repo
    from tests.conftest import Repository


@pytest.fixture
def repo(repository: Repository) -> Repo:
    """An empty repository, as git sees it."""
    return open_repo(str(repository.path))


def join(repo: Repo, node: str = "w1", role: str = "worker") -> None:
    """Let the repository be a node of a mesh."""
    place = find_place(repo)
    make_folders(place)
    save_membership(place, Membership(node, role, "main", ("nats://127.0.0.1:4222",)))


def test_what_is_written_is_read_where_every_command_looks_and_is_for_its_owner_alone(repo: Repo) -> None:
    assert read_membership(repo.state_dir) is None
    join(repo)
    assert read_membership(repo.state_dir) == Membership("w1", "worker", "main", ("nats://127.0.0.1:4222",))
    assert os.stat(find_place(repo).joined).st_mode & 0o777 == 0o600
    forget_membership(find_place(repo))
    assert read_membership(repo.state_dir) is None


@pytest.mark.parametrize(
    ("role", "rights"),
    [
        ("worker", {Right.ANY}),
        ("human", {Right.ANY, Right.HUMAN}),
        ("lead", {Right.ANY, Right.LEAD, Right.HUMAN}),
    ],
)
def test_a_joined_repository_acts_as_its_node_and_in_its_role(repo: Repo, role: str, rights: set[Right]) -> None:
    join(repo, "laptop", role)
    actor = find_actor(repo)
    assert actor.name == "laptop"
    assert actor.rights == rights


def test_the_environment_wins_over_the_membership(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    join(repo)
    monkeypatch.setenv("OPENCLAW_NODE_ID", "other")
    monkeypatch.setenv("OPENCLAW_NODE_ROLE", "lead")
    actor = find_actor(repo)
    assert actor.name == "other"
    assert Right.LEAD in actor.rights
    assert find_actor(repo, "third").name == "third"


def test_an_agent_in_the_clone_of_a_person_is_none(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    join(repo, "ada", "human")
    monkeypatch.setenv("CLAUDECODE", "1")
    assert find_actor(repo).rights == {Right.ANY}


@pytest.mark.parametrize("text", ["", "{", '{"role": "lead"}', '{"node": 7}', "[" * 100_000, '"\xff"'])
def test_a_broken_membership_makes_nobody_the_lead(repo: Repo, text: str) -> None:
    join(repo)
    with open(find_place(repo).joined, "wb") as stream:
        stream.write(text.encode("latin-1"))
    with pytest.raises(OpenclawError, match=r"no membership of a mesh"):
        find_actor(repo)


def test_a_role_that_is_none_is_refused(repo: Repo) -> None:
    join(repo, role="root")
    with pytest.raises(OpenclawError, match="the role in the mesh is 'root'"):
        find_actor(repo)


def test_keys_of_later_versions_are_passed_over(repo: Repo) -> None:
    join(repo)
    with open(find_place(repo).joined, "w") as stream:
        stream.write('{"node": "w2", "role": "worker", "colour": "blue"}')
    assert find_actor(repo).name == "w2"
