"""The drill in real repositories: which layer stops what, which one sleeps, and that nothing else is touched.

Every act starts programs in every layer that it concerns, which takes its time. So the whole command is played where all
acts count; where one layer differs, the drill is played with honest work and the acts that are made for that layer, of
those that the same layers see one; and where honest work or one kind of act is what counts, a policy leaves out what it
can.
"""

from __future__ import annotations

import json
import os
import shutil
import stat
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from openclaw_hooks.diagnosis import load_drill
from openclaw_hooks.drill.story import Plan, prepare_drill, run_drill
from openclaw_hooks.setup.interpreter import find_command
from openclaw_hooks.setup.probe import DoctorFacts
from openclaw_hooks.setup.repo_facts import read_repo_facts
from tests.conftest import Repository

if TYPE_CHECKING:
    from collections.abc import Callable

    from openclaw_hooks.drill.judge import Result

LOCAL = ".claude/settings.local.json"
STATE = ".git/openclaw"
# What the check for secrets stops, half of all that is tried.
BY_SECRETS = ["secret", "private-key", "message-secret", "no-verify", "n", "hooks-path", "env-config", "plumbing"]
FEW_ACTS = "checks: {disable: [commit-message, push, secrets, structured-files]}\n"


class Drilled(NamedTuple):
    """What the command left."""

    code: int
    out: str
    err: str

    @property
    def data(self) -> Any:
        return json.loads(self.out)["data"]

    def layer(self, name: str) -> Any:
        return next(layer for layer in self.data["layers"] if layer["name"] == name)

    def act(self, name: str) -> Any:
        return next(act for act in self.data["acts"] if act["id"] == name)

    def through(self) -> set[str]:
        return {act["id"] for act in self.data["acts"] if act["fault"]}


def openclaw(repository: Repository, *words: str, cwd: Path | None = None) -> Drilled:
    code = "from openclaw_hooks.cli.app import main; main()"
    call = [sys.executable, "-I", "-c", code, *words]
    done = subprocess.run(call, cwd=cwd or repository.path, capture_output=True, text=True, check=False)
    return Drilled(done.returncode, done.stdout, done.stderr)


def prepare(repository: Repository, remote: Path) -> None:
    """A remote, some history, and everything that init sets up."""
    subprocess.run(["git", "init", "-q", "--bare", str(remote)], check=True)
    repository.git("remote", "add", "origin", str(remote))
    repository.stage("src/app.txt", "one\n")
    repository.commit("feat: start")
    done = openclaw(repository, "init", "--agents", "claude", "--no-pre-commit")
    assert done.code == 0, done
    repository.git("push", "-q", "origin", "HEAD")


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where every test of this module has its repository, since what is set up there names its folder."""
    return tmp_path_factory.mktemp("drill")


@pytest.fixture
def remote(place: Path) -> Path:
    """The remote of `ready`."""
    return place / "here" / "remote.git"


@pytest.fixture
def ready(make_repository: Callable[..., Repository], place: Path, remote: Path) -> Repository:
    """A repository that is prepared; the first test that asks for one makes it, and the others begin with a copy."""
    here, kept = place / "here", place / "kept"
    if not kept.exists():
        repository = make_repository(str(here / "repo"))
        prepare(repository, remote)
        shutil.copytree(here, kept, symlinks=True)
        return repository
    shutil.rmtree(here)
    shutil.copytree(kept, here, symlinks=True)
    return Repository(here / "repo")


class Played(NamedTuple):
    """A drill of which only some acts were tried."""

    plan: Plan
    results: list[Result]

    def layer(self, name: str) -> Any:
        return next(layer for layer in self.plan.field.layers if layer.name == name)

    def through(self) -> set[str]:
        return {result.act.id for result in self.results if result.fault}


def play(repository: Repository, folder: Path, layer: str) -> Played:
    """Honest work, and the acts that are made for a layer: which others stop them depends on the layers of an act alone.

    So git tries one act for each set of layers. What only an agent's hook sees is all asked, which is quick.
    """
    facts = DoctorFacts(read_repo_facts(str(repository.path), find_command()), os.environ["PATH"])
    folder.mkdir()
    plan = prepare_drill(facts, str(folder))
    kind = layer.partition(" claude")[0]
    acts = tuple(act for act in plan.acts if kind in act.layers)
    first = {act.layers: act for act in reversed(acts)}
    acts = tuple(act for act in acts if act is first[act.layers] or not (act.files or act.push))
    assert acts, "nothing to try"
    return Played(plan, list(run_drill(plan._replace(acts=acts))))


def hash_tree(top: Path) -> dict[str, tuple[int, int, object]]:
    """Every file below `top`, .git included: mode, content or target, and when it was written."""
    found: dict[str, tuple[int, int, object]] = {}
    for parent, folders, names in os.walk(top):
        for name in (*folders, *names):
            path = Path(parent, name)
            status = path.lstat()
            content = path.readlink() if path.is_symlink() else path.read_bytes() if path.is_file() else None
            found[str(path.relative_to(top))] = (stat.S_IMODE(status.st_mode), status.st_mtime_ns, content)
    return found


def test_a_fresh_setup_stops_everything_and_is_not_touched(ready: Repository, remote: Path) -> None:
    ready.stage("half-done.txt", "staged\n")
    ready.write("untracked.txt", "mine\n")
    before = hash_tree(ready.path), hash_tree(remote)
    done = openclaw(ready, "drill", "--json")
    kept = load_drill(str(ready.path / STATE))
    shutil.rmtree(ready.path / STATE / "diagnosis")  # its own result is all that it leaves
    os.utime(ready.path / STATE, ns=(before[0][STATE][1],) * 2)
    assert (hash_tree(ready.path), hash_tree(remote)) == before
    assert kept is not None
    assert [act.id for act in kept.acts if not act.skipped] == [act["id"] for act in done.data["acts"]]
    assert [(layer.name, layer.inert) for layer in kept.layers] == [(x["name"], "") for x in done.data["layers"]]
    assert all(layer.stopped == layer.tried > 0 for layer in kept.layers)
    assert done.code == 0, done
    assert done.data["ok"] is True
    assert [layer["name"] for layer in done.data["layers"]] == [
        "agent claude",
        "git of shells",
        "pre-commit",
        "commit-msg",
        "pre-push",
        "receipts",
    ]
    assert not [layer for layer in done.data["layers"] if layer["inert"]]
    slept = [
        (act["id"], one["layer"], one["catch"], one["reason"])
        for act in done.data["acts"][1:]
        for one in act["tries"]
        if one["catch"] != "caught"
    ]
    assert slept == []
    agent = done.layer("agent claude")
    assert 0 < agent["p50_ms"] <= agent["p95_ms"]
    assert done.data["skipped"] == []


def unwire(repository: Repository) -> None:
    (repository.path / LOCAL).write_text("{}")


def disable(repository: Repository) -> None:
    settings = json.loads((repository.path / LOCAL).read_text())
    (repository.path / LOCAL).write_text(json.dumps({**settings, "disableAllHooks": True}))


def drop(stage: str) -> Callable[[Repository], None]:
    return lambda repository: (repository.path / ".git/hooks" / stage).unlink()


def replace(repository: Repository) -> None:
    (repository.path / ".git/hooks/pre-commit").write_text("#!/bin/sh\nexit 0\n")


@pytest.mark.parametrize(
    ("damage", "layer", "says", "through"),
    [
        (unwire, "agent claude", "no hook of ours before shell commands", {"set-hooks-path", "read-secrets"}),
        (disable, "agent claude", "disableAllHooks", {"set-hooks-path", "disable-hooks"}),
        (drop("../openclaw/bin/git"), "git of shells", "took it away", set()),
        (drop("pre-commit"), "pre-commit", "no hook of ours", set()),
        (replace, "pre-commit", "another program's hook", set()),
        (drop("pre-push"), "pre-push", "no hook of ours", set()),
        (drop("post-commit"), "receipts", "no commit gets a receipt", set()),
    ],
)
def test_a_layer_that_was_taken_out_is_called_inert(
    ready: Repository,
    tmp_path: Path,
    damage: Callable[[Repository], None],
    layer: str,
    says: str,
    through: set[str],
) -> None:
    damage(ready)
    played = play(ready, tmp_path / "drill", layer)
    assert says in played.layer(layer).inert
    assert played.results[0].fault == "", "honest work"
    assert through <= played.through()
    assert bool(through) is bool(played.through())


def test_hooks_that_were_moved_away_are_called_inert_and_what_got_through_is_an_error(ready: Repository) -> None:
    ready.git("config", "core.hooksPath", "elsewhere")
    done = openclaw(ready, "drill", "--json")
    assert done.code == 1
    for layer in ("pre-commit", "commit-msg", "pre-push", "receipts"):
        assert "bypasses our hooks" in done.layer(layer)["inert"], done
    assert done.through() >= {"broken-json", "bad-message", "message-secret"}


def test_a_hook_that_cannot_start_refuses_honest_work_and_is_called_out(ready: Repository) -> None:
    ready.write(".openclaw/config.yaml", FEW_ACTS)
    text = (ready.path / LOCAL).read_text()
    (ready.path / LOCAL).write_text(text.replace(" -I -m openclaw_hooks.hook ", "-gone -I -m openclaw_hooks.hook "))
    done = openclaw(ready, "drill")
    assert done.code == 1
    assert "FAIL honest work: agent claude refuses honest work: does not start" in done.out


def test_what_could_fail_on_a_bad_day_is_named(ready: Repository) -> None:
    ready.write(".openclaw/config.yaml", FEW_ACTS)
    settings = json.loads((ready.path / LOCAL).read_text())
    handler = settings["hooks"]["PreToolUse"][0]["hooks"][0]
    handler.update(timeout=5)
    del handler["onFailure"]
    (ready.path / LOCAL).write_text(json.dumps(settings))
    done = openclaw(ready, "drill", "--json")
    assert done.code == 0, done
    assert done.act("delete-hook")["caught_by"] == ["agent claude"]
    warnings = " ".join(done.layer("agent claude")["warnings"])
    assert "timeout of 5 s" in warnings
    assert '"onFailure": "block"' in warnings


def test_hooks_of_others_are_not_run(repository: Repository, tmp_path: Path) -> None:
    marker = tmp_path / "ran"
    for stage in ("pre-commit", "pre-push", "post-commit", "post-checkout"):
        hook = repository.path / ".git/hooks" / stage
        hook.parent.mkdir(exist_ok=True)
        hook.write_text(f"#!/bin/sh\ntouch '{marker}'\n")
        hook.chmod(0o755)
    assert openclaw(repository, "init", "--no-pre-commit").code == 0
    played = play(repository, tmp_path / "drill", "pre-commit")
    assert played.through() == set()
    assert not marker.exists()
    assert played.results[1].act.id == "secret"
    assert played.results[1].caught_by == ("pre-commit", "pre-push", "receipts")
    # Without an agent there is nobody to stop before the act, so those acts say nothing.
    assert {one.why for one in played.plan.skipped} == {"no agent is set up here"}


def test_the_users_policy_holds_in_the_drill_committed_or_not(ready: Repository) -> None:
    ready.git("checkout", "-q", "-b", "topic")
    config = 'scope: {paths: ["src/**"]}\npush: {protected: [trunk]}\nchecks: {disable: [secrets, structured-files]}\n'
    config += "commands: {secret_files: allow}\n"
    ready.write(".openclaw/config.yaml", config)
    ready.write("sub dir/x.txt", "x\n")
    done = openclaw(ready, "drill", "--json", cwd=ready.path / "sub dir")
    assert done.code == 0, done
    assert {one["id"] for one in done.data["skipped"]} == {"broken-json", "read-secrets", *BY_SECRETS}
    assert "trunk" in done.act("force-push")["title"]


def test_a_worktree_is_drilled_like_the_rest_and_keep_leaves_the_clone(ready: Repository, tmp_path: Path) -> None:
    ready.git("worktree", "add", "-q", "-b", "other", str(tmp_path / "other tree"))
    assert openclaw(ready, "init", "--agents", "claude", "--no-pre-commit", cwd=tmp_path / "other tree").code == 0
    # What is left concerns every layer: a message, the policy, pushes, what switches guards off, and honest work.
    (tmp_path / "other tree/.openclaw/config.yaml").write_text("checks: {disable: [secrets, structured-files]}\n")
    done = openclaw(ready, "drill", "--keep", cwd=tmp_path / "other tree")
    assert done.code == 0, done
    assert "INERT" not in done.out
    assert "bad acts were stopped, honest work was let through" in done.out
    clone = Path(done.err.partition("kept: ")[2].strip())
    assert (clone / "src/app.txt").read_text() == "one\n"
    shutil.rmtree(clone.parent)


def test_a_git_of_shells_that_refuses_everything_is_called_out(ready: Repository) -> None:
    ready.write(".openclaw/config.yaml", FEW_ACTS)
    shim = ready.path / ".git/openclaw/bin/git"
    shim.write_text(shim.read_text().replace("python=", "python=/gone", 1))
    done = openclaw(ready, "drill")
    assert done.code == 1
    assert "FAIL honest work: git of shells refuses honest work" in done.out
