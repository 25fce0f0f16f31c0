"""Worktrees of attempts: made, found again, removed, and nothing else with them."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from openclaw_hooks.agent.trees import worktrees
from openclaw_hooks.agent.trees.snapshot import Taking, take_snapshot
from openclaw_hooks.agent.trees.spots import Spot, attempt_path, ledger_path
from openclaw_hooks.agent.trees.tampering import find_tampering
from openclaw_hooks.agent.trees.watch import watch_repository
from openclaw_hooks.agent.trees.worktrees import (
    list_worktrees,
    list_worktrees_of,
    make_worktree,
    remove_worktree,
)
from openclaw_hooks.errors import OpenclawError
from openclaw_hooks.git import open_repo
from tests.agent.trees.conftest import AUTHOR, RUN, TASK, Field, picture

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.conftest import Repository


def make(field: Field, n: int = 1, share: tuple[str, ...] = ()) -> Path:
    """A worktree for an attempt."""
    path = attempt_path(field.repo, RUN, n)
    make_worktree(field.repo, Spot(RUN, n, TASK, path, share), field.base)
    return Path(path)


def test_a_worktree_is_detached_locked_and_says_whose_it_is(field: Field) -> None:
    path = make(field)
    assert path == field.user.path / ".openclaw/worktrees" / f"{RUN}-1"
    block = field.user.git("worktree", "list", "--porcelain").stdout.split("\n\n")[1]
    assert block.splitlines() == [f"worktree {path}", f"HEAD {field.base}", "detached", f"locked openclaw run {RUN}"]
    owner = json.loads((field.user.path / ".git/worktrees" / path.name / "openclaw-owner").read_bytes())
    assert (owner["run"], owner["n"], owner["task"]) == (RUN, 1, TASK)
    assert field.agent("git status --porcelain --ignored", cwd=str(path)) == ""
    assert (path / "src/app.py").read_text() == "print('one')\n"
    assert [owner.path for owner in list_worktrees_of(field.repo, RUN)] == [str(path)]
    assert list_worktrees_of(field.repo, "R-000000") == []


def test_nothing_of_the_users_changes(field: Field) -> None:
    field.user.write("src/app.py", "print('mine')\n")
    field.user.git("add", "src/app.py")
    field.user.write("src/old.py", "old = 2\n")
    status = field.user.git("status", "--porcelain").stdout
    before = picture(field)
    field.begin().agent("echo new > new.txt; rm src/old.py; git add -A; git commit -qm wip")
    field.snapshot()
    assert remove_worktree(field.repo, field.path)
    assert picture(field) == before
    assert field.user.git("status", "--porcelain").stdout == status
    assert not (field.user.path / ".git/worktrees").exists()
    assert list_worktrees(field.repo) == []


def test_git_status_does_not_show_them(field: Field) -> None:
    make(field)
    assert field.user.git("status", "--porcelain", "-uall").stdout == ""
    assert "/.openclaw/worktrees/" in (field.user.path / ".git/info/exclude").read_text()


def test_what_is_not_a_runs_is_never_removed(field: Field) -> None:
    make(field, 2)
    mine = attempt_path(field.repo, RUN, 3)
    field.user.git("worktree", "add", "-q", "--detach", mine)
    plain = Path(attempt_path(field.repo, RUN, 4))
    plain.mkdir()
    (plain / "file").write_text("mine\n")
    for path in (mine, str(plain)):
        with pytest.raises(OpenclawError, match="was not made by a run"):
            remove_worktree(field.repo, path)
        with pytest.raises(OpenclawError, match="was not made by a run"):
            make_worktree(field.repo, Spot(RUN, 3, TASK, path), field.base)
    assert (plain / "file").read_text() == "mine\n"
    assert Path(mine, "README.md").is_file()
    for path in (str(field.user.path), str(field.user.path / "src"), f"{mine}/../../..", "/", ""):
        with pytest.raises(OpenclawError, match="no place for the worktree of a run"):
            remove_worktree(field.repo, path)


def test_a_worktree_that_took_the_place_of_a_runs_stays(field: Field) -> None:
    path = make(field)
    field.user.git("worktree", "remove", "-f", "-f", str(path))
    field.user.git("worktree", "add", "-q", "-b", "mine", str(path))
    with pytest.raises(OpenclawError, match="a worktree that no run has made"):
        remove_worktree(field.repo, str(path))
    assert (path / "README.md").is_file()


@pytest.mark.parametrize(
    "damage",
    [
        "rm -rf .git",
        "rm .git; git init -q; git add -A; git commit -qm own",
        'git worktree unlock "$PWD"; git worktree remove -f "$PWD"',
        'rm -rf "$USER_REPO"/.git/worktrees/*',
        'echo /tmp/elsewhere | tee "$USER_REPO"/.git/worktrees/*/gitdir',
        'touch "$(git rev-parse --git-dir)"/index.lock',
        "mkdir -p deep/er; touch deep/er/file; chmod 500 deep/er deep",
        "mkdir pipe; mkfifo pipe/line; ln -s /nowhere broken; ln -s . loop",
        'cd ..; rm -rf "$OLDPWD"',
    ],
)
def test_whatever_an_agent_does_to_its_worktree_it_can_be_removed(field: Field, damage: str) -> None:
    field.begin().agent(damage)
    remove_worktree(field.repo, field.path)
    assert not os.path.lexists(field.path)
    assert list_worktrees(field.repo) == []
    assert field.user.git("worktree", "list").stdout.count("\n") == 1


def test_links_are_not_followed(field: Field, tmp_path: Path) -> None:
    precious = tmp_path / "precious"
    precious.mkdir()
    (precious / "file").write_text("mine\n")
    field.begin().agent(f"ln -s '{precious}' inner")
    remove_worktree(field.repo, field.path)
    field.begin().agent(f'cd ..; rm -rf "$OLDPWD"; ln -s "{precious}" "$OLDPWD"')
    assert field.files(field.snapshot().commit) == {}
    remove_worktree(field.repo, field.path)
    assert (precious / "file").read_text() == "mine\n"
    folder = field.user.path / ".openclaw/worktrees"
    folder.rmdir()
    folder.symlink_to(precious)
    with pytest.raises(OpenclawError, match="is a link: no worktree is made or removed behind it"):
        make(field)
    assert sorted(os.listdir(precious)) == ["file"]


def test_what_a_killed_run_left_half_made_is_made_anew(field: Field, monkeypatch: pytest.MonkeyPatch) -> None:
    def die(*_: object) -> None:
        raise KeyboardInterrupt

    for step in ("write_owner", "make_spread_folder", "_place_admin", "fill_worktree"):
        with monkeypatch.context() as patched:
            patched.setattr(worktrees, step, die)
            with pytest.raises(KeyboardInterrupt):
                make(field)
        path = make(field)
        assert field.agent("git status --porcelain", cwd=str(path)) == ""
        assert len(list_worktrees(field.repo)) == 1
    assert remove_worktree(field.repo, str(path))
    assert not remove_worktree(field.repo, str(path))
    assert not Path(ledger_path(field.repo, str(path))).exists()
    assert not (field.user.path / ".git/worktrees").exists()


def test_a_removal_that_was_killed_is_finished(field: Field) -> None:
    path = make(field)
    (path / ".git").unlink()
    (path / "README.md").unlink()
    assert remove_worktree(field.repo, str(path))
    assert not path.exists()


def test_where_no_folder_can_be_made_it_is_said(field: Field) -> None:
    field.user.write(".openclaw", "a file\n")
    with pytest.raises(OpenclawError, match=r"no worktree can be made at .*: (Not a directory|File exists)"):
        make(field)
    assert (field.user.path / ".openclaw").read_text() == "a file\n"


def test_no_hook_and_no_watcher_of_the_user_runs(field: Field, tmp_path: Path) -> None:
    witness = tmp_path / "witness"
    hook = field.user.write(".git/hooks/post-checkout", f"#!/bin/sh\ntouch '{witness}'\n")
    hook.chmod(0o755)
    for name in ("post-index-change", "reference-transaction"):
        (hook.parent / name).write_bytes(hook.read_bytes())
        (hook.parent / name).chmod(0o755)
    field.user.git("config", "core.fsmonitor", str(hook))
    field.begin()
    field.snapshot()
    remove_worktree(field.repo, field.path)
    assert not witness.exists()


def test_ignored_folders_are_shared_by_links_that_no_snapshot_holds(field: Field) -> None:
    field.user.write("linked/module.js", "module\n")
    field.user.write("build/output", "output\n")
    field.begin(("linked", "build/", "missing"))
    link = Path(field.path, "linked")
    assert link.is_symlink()
    assert (link / "module.js").read_text() == "module\n"
    assert Path(field.path, "build").is_symlink()
    assert field.snapshot().is_empty
    field.agent("rm linked; mkdir linked; echo x > linked/x; git add -f build")
    assert field.snapshot().is_empty
    remove_worktree(field.repo, field.path)
    assert field.user.path.joinpath("linked/module.js").read_text() == "module\n"


def test_beside_a_bare_repository_they_lie_in_its_state_folder(
    make_repository: Callable[..., Repository], field: Field
) -> None:
    bare = make_repository("bare.git", "--bare")
    field.user.git("push", "-q", str(bare.path), "main")
    repo = open_repo(str(bare.path))
    path = attempt_path(repo, RUN, 1)
    assert path == str(bare.path / "openclaw/worktrees" / f"{RUN}-1")
    make_worktree(repo, Spot(RUN, 1, TASK, path), repo.head)
    assert Path(path, "src/app.py").is_file()
    watch = watch_repository(repo, "nobody")
    field.agent("echo new > new", cwd=path)
    found = take_snapshot(repo, Taking(path, repo.head, "x", AUTHOR, watch))
    assert found.stat.paths == ("new",)
    assert find_tampering(repo, watch, found).findings == ()
    assert remove_worktree(repo, path)


def test_in_a_linked_worktree_they_lie_below_the_main_one(field: Field, tmp_path: Path) -> None:
    linked = tmp_path / "linked"
    field.user.git("worktree", "add", "-q", "-b", "side", str(linked))
    repo = open_repo(str(linked))
    path = attempt_path(repo, RUN, 1)
    assert path == field.path
    make_worktree(repo, Spot(RUN, 1, TASK, path), repo.head)
    assert remove_worktree(repo, path)
    assert (linked / "README.md").is_file()


def test_a_worktree_that_core_worktree_names_is_the_main_one(field: Field, tmp_path: Path) -> None:
    apart = tmp_path / "apart.git"
    (field.user.path / ".git").rename(apart)
    field.user.git("--git-dir", str(apart), "config", "core.worktree", str(field.user.path))
    (field.user.path / ".git").write_text(f"gitdir: {apart}\n")
    repo = open_repo(str(field.user.path))
    path = attempt_path(repo, RUN, 1)
    assert path == field.path
    make_worktree(repo, Spot(RUN, 1, TASK, path), repo.head)
    assert field.agent("git status --porcelain") == ""
    assert remove_worktree(repo, path)


def test_a_sparse_checkout_stays_sparse_and_nothing_counts_as_deleted(field: Field) -> None:
    field.user.write("far/away.txt", "far\n")
    field.user.git("add", "-A")
    field.user.commit("feat: far")
    field.user.git("sparse-checkout", "set", "src")
    field = Field(field.user).begin()
    assert not Path(field.path, "far").exists()
    assert field.agent("git status --porcelain") == ""
    field.agent("echo new > src/new.py; mkdir far; echo near > far/near.txt")
    assert field.snapshot().stat.paths == ("far/near.txt", "src/new.py")
    assert field.user.git("status", "--porcelain").stdout == ""
