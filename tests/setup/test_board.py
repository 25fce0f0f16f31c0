"""The board, as init makes it, doctor looks at it and uninstall takes it away."""

from __future__ import annotations

import json
import os
import re
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from tests.setup.conftest import Scratch

BRANCH = "openclaw/board"
REF = f"refs/heads/{BRANCH}"
TASK = "---\nid: T-4kf2mz\ntitle: Try it\nstatus: queued\n---\n\nWords.\n"
OTHER = TASK.replace("4kf2mz", "7ab3cd")


def probes(scratch: Scratch, *words: str, cwd: Path | None = None) -> dict[str, list[tuple[str, str, str]]]:
    """What doctor says, by layer: status, evidence and fix of each line."""
    found: dict[str, list[tuple[str, str, str]]] = {}
    for probe in json.loads(scratch.openclaw("doctor", "--json", *words, cwd=cwd).out)["data"]["probes"]:
        found.setdefault(probe["id"], []).append((probe["status"], probe["evidence"], probe["fix"]))
    return found


def board(scratch: Scratch) -> Path:
    return scratch.path / ".openclaw/board"


def put_task(scratch: Scratch, content: str = TASK, name: str = "T-4kf2mz") -> Path:
    """A task made by hand, committed by the next command."""
    path = scratch.write(f".openclaw/board/tasks/{name}.md", content)
    assert scratch.openclaw("board", "status").code == 0
    return path


def commit_by_hand(scratch: Scratch, message: str = "by hand") -> None:
    folder = board(scratch)
    scratch.git("add", "-A", cwd=folder)
    scratch.git("-c", "core.hooksPath=/dev/null", "commit", "-q", "-m", message, cwd=folder)


# init


def test_init_makes_a_locked_worktree_of_a_branch_without_code_that_git_status_does_not_show(scratch: Scratch) -> None:
    scratch.commit()
    done = scratch.init()
    assert "create the branch openclaw/board" in done.out
    assert "create the worktree .openclaw/board" in done.out
    listed = scratch.git("worktree", "list", "--porcelain")
    assert f"worktree {board(scratch)}\n" in listed
    assert "locked the board of openclaw-hooks" in listed
    assert scratch.run("git", "merge-base", "HEAD", BRANCH).code == 1
    assert ".openclaw/board" not in scratch.git("status", "--short", "-uall")


def test_no_board_leaves_the_board_out(scratch: Scratch) -> None:
    done = scratch.init("--no-board")
    assert BRANCH not in done.out
    assert scratch.run("git", "rev-parse", "--verify", REF).code != 0
    assert not board(scratch).exists()
    assert probes(scratch)["board"] == [("ok", "none; `openclaw board attach` makes one for tasks and plans", "")]
    assert scratch.openclaw("doctor", "--fix").code == 0
    assert not board(scratch).exists()


def test_the_dry_run_tells_of_the_board_and_makes_none(scratch: Scratch) -> None:
    before = scratch.snapshot(times=True)
    out = scratch.init("--dry-run").out
    assert "create the branch openclaw/board" in out
    assert "create the worktree .openclaw/board" in out
    assert scratch.snapshot(times=True) == before


def test_a_long_git_setting_is_told_in_one_line_and_shown_in_full_by_the_dry_run(scratch: Scratch) -> None:
    full = "git merge-file --marker-size=%L -L ours -L base -L theirs %A %O %B"
    assert full in scratch.openclaw("init", "--dry-run").out
    told = scratch.openclaw("init").out
    assert full not in told
    assert re.search(r"^git setting merge\.openclaw-task\.driver set to .{80}\.\.\.: ", told, re.MULTILINE)


def test_a_clone_attaches_the_board_of_its_remote(scratch: Scratch, tmp_path: Path) -> None:
    scratch.commit()
    scratch.init()
    put_task(scratch)
    commit_by_hand(scratch)
    clone = tmp_path / "clone"
    scratch.git("clone", "-q", str(scratch.path), str(clone))
    assert "from origin/openclaw/board" in scratch.openclaw("init", "--dry-run", "--no-pre-commit", cwd=clone).out
    assert not (clone / ".openclaw/board").exists()
    done = scratch.init(cwd=clone)
    assert "create the branch openclaw/board from origin/openclaw/board" in done.out
    assert (clone / ".openclaw/board/tasks/T-4kf2mz.md").read_text() == TASK
    assert scratch.git("rev-parse", REF, cwd=clone) == scratch.git("rev-parse", REF)


def test_a_linked_worktree_gets_a_link_to_the_one_board(scratch: Scratch, tmp_path: Path) -> None:
    scratch.init()
    scratch.commit()
    tree = tmp_path / "tree"
    scratch.git("worktree", "add", "-q", str(tree))
    assert "no link to" in probes(scratch, cwd=tree)["board"][0][1]
    assert "link .openclaw/board to" in scratch.openclaw("init", "--dry-run", "--no-pre-commit", cwd=tree).out
    scratch.init(cwd=tree)
    assert (tree / ".openclaw/board").resolve() == board(scratch)
    assert "nothing changed" in scratch.init(cwd=tree).out


@pytest.mark.parametrize("obstacle", ["refs/heads/openclaw", "repository"])
def test_the_guard_stands_where_the_board_cannot_be_made(scratch: Scratch, obstacle: str, secret: str) -> None:
    scratch.commit()
    if obstacle == "repository":
        scratch.git("init", "-q", str(board(scratch)))
    else:
        scratch.git("update-ref", obstacle, "HEAD")
    done = scratch.init()
    notes = [line for line in done.out.splitlines() if line.startswith("note: the board was not attached")]
    assert len(notes) == 1
    assert "the guard is in place all the same" in notes[0]
    assert scratch.commit("keys.py", secret).code == 1


def test_init_inside_the_board_is_refused(scratch: Scratch) -> None:
    scratch.init()
    before = scratch.snapshot(times=True)
    done = scratch.openclaw("init", cwd=board(scratch))
    assert done.code == 1
    assert "is the board" in done.err
    assert scratch.snapshot(times=True) == before


# doctor


def test_doctor_counts_what_is_on_the_board(scratch: Scratch) -> None:
    scratch.init()
    put_task(scratch)
    found = probes(scratch)
    status, text, _ = found["board"][0]
    assert status == "ok"
    assert "1 tasks, 0 plans" in text
    assert "1 edited by hand" in text
    assert found["board sync"] == [("ok", "no remote shares the board; it is in this clone alone", "")]
    assert found["claims"] == [("ok", "none held here", "")]


def test_doctor_names_a_task_that_does_not_parse_with_its_line(scratch: Scratch) -> None:
    scratch.init()
    scratch.write(".openclaw/board/tasks/T-4kf2mz.md", TASK.replace("status: queued", "status: wat"))
    status, text, fix = probes(scratch)["board"][0]
    assert status == "warn"
    assert text.startswith("tasks/T-4kf2mz.md:4: ")
    assert fix == f"edit {board(scratch)}/tasks/T-4kf2mz.md"


def unlocked(scratch: Scratch) -> str:
    scratch.git("worktree", "unlock", str(board(scratch)))
    return "not locked"


def not_ignored(scratch: Scratch) -> str:
    path = scratch.path / ".git/info/exclude"
    path.write_text(path.read_text().replace("/.openclaw/board\n", ""))
    return "does not ignore it"


def branch_moved_without_us(scratch: Scratch) -> str:
    tree = scratch.git("rev-parse", f"{REF}^{{tree}}")
    commit = scratch.git("commit-tree", "-p", REF, "-m", "elsewhere", tree)
    scratch.git("update-ref", REF, commit)
    return "not in step"


def worktree_deleted(scratch: Scratch) -> str:
    import shutil

    shutil.rmtree(board(scratch))
    return "its worktree .openclaw/board is not"


@pytest.mark.parametrize("damage", [unlocked, not_ignored, branch_moved_without_us, worktree_deleted])
def test_what_is_wrong_with_the_board_is_named_and_fix_mends_it(scratch: Scratch, damage: object) -> None:
    scratch.init()
    assert callable(damage)
    says = damage(scratch)
    status, text, fix = probes(scratch)["board"][0]
    assert status == "warn"
    assert says in text.replace(f"{scratch.path}/", "")
    assert fix.startswith("openclaw ")
    assert [probe[0] for probe in probes(scratch, "--fix")["board"]] == ["ok"]
    assert (board(scratch) / "README.md").is_file()


def test_a_worktree_on_another_branch_is_named(scratch: Scratch) -> None:
    scratch.commit()
    scratch.init()
    scratch.git("switch", "-q", "--detach", cwd=board(scratch))
    status, text, fix = probes(scratch)["board"][0]
    assert status == "warn"
    assert "is not on openclaw/board" in text
    assert fix == f"git -C {board(scratch)} switch openclaw/board"


def test_what_keeps_every_command_from_the_board_is_named(scratch: Scratch) -> None:
    scratch.init()
    admin = scratch.git("rev-parse", "--absolute-git-dir", cwd=board(scratch))
    with open(f"{admin}/MERGE_HEAD", "w", encoding="ascii") as stream:
        stream.write(scratch.git("rev-parse", REF) + "\n")
    (board(scratch) / "tasks").write_text("no folder")
    found = probes(scratch)["board"]
    assert [status for status, _, _ in found] == ["warn", "warn"]
    assert "tasks is no folder" in found[0][1]
    assert found[1][1] == "a merge is under way in the worktree of openclaw/board: no command can change the board"
    assert found[1][2] == f"finish or abort it: git -C {board(scratch)} status"


def test_doctor_measures_the_distance_to_the_remote_as_far_as_it_is_known(scratch: Scratch, tmp_path: Path) -> None:
    scratch.init()
    scratch.git("init", "-q", "--bare", str(tmp_path / "remote.git"))
    scratch.git("remote", "add", "origin", str(tmp_path / "remote.git"))
    assert "never synced" in probes(scratch)["board sync"][0][1]
    assert scratch.openclaw("board", "sync").code == 0
    assert "0 commits ahead, 0 behind" in probes(scratch)["board sync"][0][1]
    put_task(scratch)
    commit_by_hand(scratch)
    status, text, fix = probes(scratch)["board sync"][0]
    assert (status, fix) == ("warn", "openclaw board sync")
    assert "1 commits ahead, 0 behind" in text


# uninstall


def test_uninstall_keeps_the_branch_of_a_board_that_was_used_and_says_how_to_delete_it(scratch: Scratch) -> None:
    scratch.commit()
    before = scratch.kept()
    scratch.init()
    put_task(scratch)
    commit_by_hand(scratch)
    done = scratch.openclaw("uninstall")
    assert done.code == 0, done
    assert "note: the board's branch stays, with its history; `git branch -D openclaw/board` deletes it" in done.out
    assert scratch.git("show", f"{BRANCH}:tasks/T-4kf2mz.md") + "\n" == TASK
    scratch.git("branch", "-q", "-D", BRANCH)
    changed = {name for name, value in scratch.kept().items() if before.get(name) != value}
    assert {name for name in changed if not name.startswith((".git/logs", ".git/packed-refs"))} == set()


def test_uninstall_commits_what_was_edited_by_hand_first(scratch: Scratch) -> None:
    scratch.init()
    put_task(scratch)
    scratch.write(".openclaw/board/memory/notes.md", "remember\n")
    shown = scratch.openclaw("uninstall", "--dry-run").out
    assert "commit to openclaw/board what was edited by hand: memory/notes.md, tasks/T-4kf2mz.md" in shown
    assert scratch.openclaw("uninstall").code == 0
    assert not board(scratch).exists()
    assert scratch.git("show", f"{BRANCH}:tasks/T-4kf2mz.md") + "\n" == TASK
    assert scratch.git("show", f"{BRANCH}:memory/notes.md") == "remember"


def test_uninstall_leaves_a_worktree_whose_edits_cannot_be_committed(scratch: Scratch) -> None:
    scratch.init()
    broken = scratch.write(".openclaw/board/tasks/T-4kf2mz.md", "no task\n")
    done = scratch.openclaw("uninstall")
    assert done.code == 0
    assert "tasks/T-4kf2mz.md cannot be committed" in done.out
    assert broken.read_text() == "no task\n"
    assert not (scratch.path / ".git/hooks/pre-commit").exists()
    assert ".openclaw/board" not in scratch.git("status", "--short", "-uall")
    broken.unlink()
    assert scratch.openclaw("uninstall").code == 0
    assert not board(scratch).exists()


def test_uninstall_takes_the_links_in_other_worktrees_away(scratch: Scratch, tmp_path: Path) -> None:
    scratch.init()
    scratch.commit()
    tree = tmp_path / "tree"
    scratch.git("worktree", "add", "-q", str(tree))
    assert scratch.openclaw("board", "attach", cwd=tree).code == 0
    assert (tree / ".openclaw/board").is_symlink()
    assert scratch.openclaw("uninstall").code == 0
    assert not os.path.lexists(tree / ".openclaw")
    assert board(scratch).parent.exists() is False


@pytest.mark.parametrize("is_broken", [False, True])
def test_beside_a_bare_repository_any_worktree_uninstalls_and_no_edit_is_lost(
    scratch: Scratch, tmp_path: Path, is_broken: bool
) -> None:
    scratch.commit()
    bare, tree = tmp_path / "bare.git", tmp_path / "tree"
    scratch.git("clone", "-q", "--bare", str(scratch.path), str(bare))
    scratch.git("worktree", "add", "-q", str(tree), "main", cwd=bare)
    scratch.init(cwd=tree)
    assert (tree / ".openclaw/board").resolve() == bare / "openclaw/board"
    task = bare / "openclaw/board/tasks/T-4kf2mz.md"
    task.parent.mkdir()
    task.write_text("no task\n" if is_broken else TASK)
    done = scratch.openclaw("uninstall", cwd=tree)
    assert done.code == 0, done
    assert not (bare / "hooks/pre-commit").exists()
    if is_broken:
        assert task.read_text() == "no task\n"
        assert os.listdir(bare / "openclaw") == ["board"]
    else:
        assert not (bare / "openclaw").exists()
        assert scratch.git("show", f"{BRANCH}:tasks/T-4kf2mz.md", cwd=tree) + "\n" == TASK
        assert not os.path.lexists(tree / ".openclaw")


def test_state_of_ours_goes_but_not_a_board_that_lies_in_it(scratch: Scratch, tmp_path: Path) -> None:
    from openclaw_hooks.setup.apply import remove_state

    bare = tmp_path / "bare.git"
    scratch.git("init", "-q", "--bare", str(bare))
    assert scratch.openclaw("board", "attach", cwd=bare).code == 0
    edited = bare / "openclaw/board/tasks/T-4kf2mz.md"
    edited.parent.mkdir()
    edited.write_text("only here\n")
    remove_state(str(bare / "openclaw"))
    assert os.listdir(bare / "openclaw") == ["board"]
    assert edited.read_text() == "only here\n"


# beside the hooks


def test_no_hook_runs_for_a_change_of_the_board_or_its_sync(scratch: Scratch, tmp_path: Path) -> None:
    from openclaw_hooks.setup.hook_scripts import CLIENT_HOOKS

    for name in (*CLIENT_HOOKS, "reference-transaction", "post-index-change"):
        scratch.hook(name, f"echo {name} >> '{tmp_path}/ran'", str(tmp_path / "hooks"))
    scratch.git("init", "-q", "--bare", str(tmp_path / "remote.git"))
    scratch.git("remote", "add", "origin", str(tmp_path / "remote.git"))
    scratch.git("config", "core.hooksPath", str(tmp_path / "hooks"))
    scratch.init()
    before = (tmp_path / "ran").read_text() if (tmp_path / "ran").exists() else ""
    scratch.write(".openclaw/board/tasks/T-4kf2mz.md", TASK)
    for words in (("task", "new", "Try it"), ("task", "claim", "T-4kf2mz"), ("board", "sync"), ("board", "status")):
        done = scratch.openclaw(*words)
        assert done.code == 0, done
    assert scratch.git("ls-remote", "origin", REF)
    assert ((tmp_path / "ran").read_text() if (tmp_path / "ran").exists() else "") == before == ""


def test_the_board_is_pushed_by_hand_past_an_installed_guard_but_no_secret_in_it(
    scratch: Scratch, tmp_path: Path, secret: str
) -> None:
    scratch.git("init", "-q", "--bare", str(tmp_path / "remote.git"))
    scratch.git("remote", "add", "origin", str(tmp_path / "remote.git"))
    scratch.init()
    put_task(scratch)
    commit_by_hand(scratch, "no conventional message")
    done = scratch.run("git", "push", "-q", "origin", BRANCH)
    assert done.code == 0, done
    scratch.write(".openclaw/board/tasks/T-4kf2mz.md", TASK + secret)
    commit_by_hand(scratch)
    done = scratch.run("git", "push", "-q", "origin", BRANCH)
    assert done.code != 0
    assert "tasks/T-4kf2mz.md" in done.out + done.err
