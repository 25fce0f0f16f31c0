"""Who acts on the board."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from openclaw_hooks.board.actor import NAME, find_actor
from openclaw_hooks.errors import OpenclawError
from openclaw_hooks.git import open_repo
from openclaw_hooks.tasks.moves import Right

if TYPE_CHECKING:
    from openclaw_hooks.git import Repo
    from tests.conftest import Repository


@pytest.fixture
def repo(repository: Repository) -> Repo:
    """An empty repository, as git sees it."""
    return open_repo(str(repository.path))


def test_a_person_alone_leads_and_approves(repo: Repo) -> None:
    actor = find_actor(repo)
    assert actor.rights == {Right.ANY, Right.LEAD, Right.HUMAN}
    assert actor.agent == ""
    assert actor.author == "Ada <ada@example.org>"
    assert NAME.fullmatch(actor.name)


@pytest.mark.parametrize("role", ["lead", "worker", "human"])
def test_an_agents_environment_is_never_a_person(repo: Repo, monkeypatch: pytest.MonkeyPatch, role: str) -> None:
    monkeypatch.setenv("CLAUDECODE", "1")
    monkeypatch.setenv("OPENCLAW_NODE_ROLE", role)
    actor = find_actor(repo)
    assert Right.HUMAN not in actor.rights
    assert actor.author == "Ada (claude) <ada@example.org>"


@pytest.mark.parametrize(
    ("role", "rights"),
    [
        ("lead", {Right.ANY, Right.LEAD, Right.HUMAN}),
        ("worker", {Right.ANY}),
        ("human", {Right.ANY, Right.HUMAN}),
    ],
)
def test_the_role_of_the_node_gives_its_rights(
    repo: Repo, monkeypatch: pytest.MonkeyPatch, role: str, rights: set[Right]
) -> None:
    monkeypatch.setenv("OPENCLAW_NODE_ROLE", role)
    assert find_actor(repo).rights == rights


def test_nobody_holds_a_claim_by_role(repo: Repo) -> None:
    assert Right.OWNER not in find_actor(repo).rights


def test_an_unknown_role_is_refused_by_name(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENCLAW_NODE_ROLE", "boss")
    with pytest.raises(OpenclawError, match=r"'boss'.*lead, worker, human"):
        find_actor(repo)


def test_a_name_given_comes_before_the_environment(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENCLAW_NODE_ID", "node-a")
    assert find_actor(repo).name == "node-a"
    assert find_actor(repo, "node-b").name == "node-b"


@pytest.mark.parametrize("name", ["Node", "-a", "a b", "a\nb", "a" * 64, "ä", "a/b", "a\n"])
def test_a_name_that_could_end_up_as_a_path_or_a_line_is_refused(repo: Repo, name: str) -> None:
    with pytest.raises(OpenclawError, match="no name of a node"):
        find_actor(repo, name)


def test_without_a_git_identity_the_node_signs(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", "/dev/null")
    assert find_actor(repo, "node-b").author == "node-b <node-b@openclaw.invalid>"


def test_an_identity_cannot_break_out_of_its_line(repository: Repository, repo: Repo) -> None:
    repository.git("config", "user.name", "Ada <x>\ncommitter Eve")
    assert find_actor(repo).author == "Ada x committer Eve <ada@example.org>"


@pytest.mark.parametrize(
    ("name", "shown"), [("x>\nfrom :0\nM", "x from :0 m"), ("\n", "agent"), ("_tool", "tool"), ("\x1b[31m", "[31m")]
)
def test_an_agents_name_cannot_break_out_of_its_line_nor_make_it_a_person(
    repo: Repo, monkeypatch: pytest.MonkeyPatch, name: str, shown: str
) -> None:
    monkeypatch.setenv("AI_AGENT", name)
    actor = find_actor(repo)
    assert actor.agent.lstrip("_") == shown
    assert actor.author.splitlines() == [f"Ada ({actor.agent}) <ada@example.org>"]
    assert Right.HUMAN not in actor.rights
