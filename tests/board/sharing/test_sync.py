from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING, NamedTuple

import pytest

from openclaw_hooks.board.actor import find_actor
from openclaw_hooks.board.commits import move_board
from openclaw_hooks.board.lock import board_lock
from openclaw_hooks.board.merge.conflicts import drop_conflict, list_conflicts
from openclaw_hooks.board.opening import open_board
from openclaw_hooks.board.place import REF, BoardError
from openclaw_hooks.board.sharing.sync import RemoteError, SyncReport, find_remote, sync_board
from openclaw_hooks.board.store import read_board
from openclaw_hooks.errors import OpenclawError
from openclaw_hooks.settings import BoardSettings, Settings
from openclaw_hooks.tasks.markdown import edit_task
from tests.board.conftest import Desk

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.conftest import Repository


class Shared(NamedTuple):
    """A bare remote and two clones of it with a board each."""

    hub: Repository
    ada: Desk
    bob: Desk

    def settle(self) -> list[SyncReport]:
        """Syncs in turn until nothing moves any more."""
        reports = [self.sync(desk) for desk in (self.ada, self.bob, self.ada, self.bob)]
        last = [self.sync(self.ada), self.sync(self.bob)]
        assert {report.head for report in last} == {self.head()}
        assert not any(report.pushed or report.taken or report.merged for report in last)
        return reports

    def sync(self, desk: Desk) -> SyncReport:
        """Syncs one of them."""
        return sync_board(desk.board, desk.actor)

    def head(self) -> str:
        """Where the remote's board is."""
        return self.hub.git("rev-parse", "--verify", "-q", REF, check=False).stdout.strip()


def sit_at(repository: Repository, name: str) -> Desk:
    """A desk whose actor is called `name`."""
    board = open_board(str(repository.path), create=True)
    return Desk(board, find_actor(board.repo, name))


@pytest.fixture
def shared(make_repository: Callable[..., Repository]) -> Shared:
    """A board that two clones and their remote have in common, with one task."""
    hub = make_repository("hub", "--bare")
    first = make_repository("first")
    first.commit("chore: start", "--allow-empty")
    first.git("remote", "add", "origin", str(hub.path))
    first.git("push", "-q", "origin", "main")
    ada = sit_at(first, "ada")
    ada.add("The first task", "What to do.\n\n## Notes\n\n- made\n")
    sync_board(ada.board, ada.actor)
    second = make_repository("second")
    second.git("remote", "add", "origin", str(hub.path))
    second.git("fetch", "-q", "origin")
    return Shared(hub, ada, sit_at(second, "bob"))


def only_task(desk: Desk) -> str:
    """The id of the one task."""
    (task_id,) = read_board(desk.board).tasks
    return task_id


def commit_tree(repository: Repository, parent: str, entries: list[tuple[str, str, bytes]]) -> str:
    """A commit made of raw tree entries (mode, object, name), as no git command would make it."""
    raw = b"".join(
        f"{mode} ".encode() + name + b"\0" + bytes.fromhex(oid)
        for mode, oid, name in sorted(entries, key=lambda e: e[2])
    )
    words = ["git", "hash-object", "-t", "tree", "-w", "--literally", "--stdin"]
    tree = (
        subprocess.run(words, cwd=repository.path, input=raw, capture_output=True, check=True).stdout.decode().strip()
    )
    return repository.git("commit-tree", "-p", parent, "-m", "odd", tree).stdout.strip()


def blob(repository: Repository, content: bytes) -> str:
    """The id of a new blob."""
    words = ["git", "hash-object", "-w", "--stdin"]
    return (
        subprocess.run(words, cwd=repository.path, input=content, capture_output=True, check=True)
        .stdout.decode()
        .strip()
    )


def read_tree(repository: Repository, treeish: str) -> list[tuple[str, str, bytes]]:
    """The entries of one tree: mode, object, name."""
    lines = repository.git("ls-tree", treeish).stdout.splitlines()
    return [(line.split()[0].lstrip("0"), line.split()[2], line.split("\t")[1].encode()) for line in lines]


def push_entries(shared: Shared, top: list[tuple[str, str, bytes]], tasks: list[tuple[str, str, bytes]]) -> None:
    """Puts further entries into the root and into tasks/ of the remote's board."""
    head = shared.head()
    old = read_tree(shared.hub, head)
    inner = read_tree(shared.hub, f"{head}:tasks")
    passing = commit_tree(
        shared.hub, head, [*(entry for entry in inner if entry[2] not in {t[2] for t in tasks}), *tasks]
    )
    tree = shared.hub.git("rev-parse", f"{passing}^{{tree}}").stdout.strip()
    entries = [entry for entry in old if entry[2] != b"tasks" and entry[2] not in {t[2] for t in top}]
    made = commit_tree(shared.hub, head, [*entries, ("40000", tree, b"tasks"), *top])
    shared.hub.git("update-ref", REF, made)


def test_edits_of_different_fields_and_notes_of_both_meet(shared: Shared) -> None:
    task_id = only_task(shared.ada)
    body = shared.ada.task(task_id).body
    shared.ada.put(task_id, title="New title", labels=("a",), body=body + "- by ada\n")
    shared.bob.put(task_id, priority=5, labels=("b",), body=body + "- by bob\n")
    shared.settle()
    for desk in (shared.ada, shared.bob):
        task = desk.task(task_id)
        assert (task.title, task.priority, task.labels) == ("New title", 5, ("a", "b"))
        assert task.body == body + "- by ada\n- by bob\n"
        assert desk.git("status", "--porcelain") == ""
    assert not list_conflicts(shared.bob.board)


def test_of_two_edits_of_one_field_the_first_to_be_pushed_stays_and_the_other_is_on_record(shared: Shared) -> None:
    task_id = only_task(shared.ada)
    shared.ada.put(task_id, title="By Ada")
    shared.bob.put(task_id, title="By Bob")
    shared.settle()
    assert shared.ada.titles() == shared.bob.titles() == ["By Ada"]
    for desk in (shared.ada, shared.bob):
        (record,) = list_conflicts(desk.board)
        assert (record.conflict.kept, record.conflict.dropped) == ("title: By Ada", "title: By Bob")
    drop_conflict(shared.ada.board, shared.ada.actor, record.id[:10])
    shared.settle()
    assert not list_conflicts(shared.ada.board)
    assert not list_conflicts(shared.bob.board)
    with pytest.raises(OpenclawError, match="there is no conflict record"):
        drop_conflict(shared.ada.board, shared.ada.actor, record.id)


def test_edits_by_hand_that_nobody_committed_go_along(shared: Shared) -> None:
    task_id = only_task(shared.ada)
    path = shared.ada.path(task_id)
    path.write_bytes(edit_task(path.read_bytes(), {"title": "By hand"}))
    shared.settle()
    assert shared.bob.titles() == ["By hand"]


def test_an_edit_by_hand_that_a_sync_meets_half_way_is_kept_or_on_record(shared: Shared) -> None:
    task_id = only_task(shared.ada)
    shared.settle()
    path = shared.bob.path(task_id)
    shared.ada.put(task_id, title="By Ada")
    new = shared.sync(shared.ada).head
    shared.bob.git("fetch", "-q", "origin")
    path.write_bytes(edit_task(path.read_bytes(), {"title": "By hand", "priority": 4}))
    with board_lock(shared.bob.board):
        move_board(shared.bob.board, new, "as a sync does after it took over the edits by hand")
    shared.settle()
    assert (shared.ada.task(task_id).title, shared.ada.task(task_id).priority) == ("By Ada", 4)
    (record,) = list_conflicts(shared.ada.board)
    assert record.conflict.dropped == "title: By hand"


def test_a_file_that_was_broken_by_hand_is_not_overwritten(shared: Shared) -> None:
    task_id = only_task(shared.ada)
    shared.settle()
    shared.ada.put(task_id, title="By Ada")
    shared.sync(shared.ada)
    broken = b"---\nhalf written"
    shared.bob.path(task_id).write_bytes(broken)
    report = shared.sync(shared.bob)
    assert shared.bob.path(task_id).read_bytes() == broken
    assert any(task_id in note for note in report.notes)
    assert "By Ada" in shared.bob.git("show", f"{REF}:tasks/{task_id}.md")


def test_nothing_to_do_makes_no_commit(shared: Shared) -> None:
    shared.settle()
    before = shared.head()
    report = shared.sync(shared.ada)
    assert report == SyncReport("origin", before)


def test_two_boards_that_were_begun_apart_become_one(make_repository: Callable[..., Repository]) -> None:
    hub = make_repository("hub", "--bare")
    desks = []
    for name in ("ada", "bob"):
        repository = make_repository(name)
        repository.git("remote", "add", "origin", str(hub.path))
        desks.append(sit_at(repository, name))
        desks[-1].git("commit", "-q", "--amend", "-m", f"begun by {name}")
        desks[-1].add(f"By {name}")
    shared = Shared(hub, *desks)
    reports = shared.settle()
    assert any("were begun apart" in note for report in reports for note in report.notes)
    assert shared.ada.titles() == shared.bob.titles() == ["By ada", "By bob"]
    assert not list_conflicts(shared.ada.board)


def test_a_remote_that_was_put_back_loses_nothing_and_it_is_said(shared: Shared) -> None:
    task_id = only_task(shared.ada)
    shared.settle()
    old = shared.head()
    shared.ada.put(task_id, title="Newer")
    shared.ada.add("Another")
    shared.settle()
    shared.hub.git("update-ref", REF, old)
    report = shared.sync(shared.bob)
    assert any("was put back" in note for note in report.notes)
    assert report.pushed
    assert shared.ada.titles() == shared.bob.titles() == ["Another", "Newer"]
    shared.settle()
    assert shared.ada.titles() == ["Another", "Newer"]


def test_edits_on_top_of_an_older_remote_do_not_bring_older_values_back(shared: Shared) -> None:
    task_id = only_task(shared.ada)
    shared.settle()
    old = shared.head()
    shared.ada.put(task_id, title="Newer")
    shared.settle()
    shared.hub.git("update-ref", REF, old)
    third = shared.hub.path.parent / "third"
    subprocess.run(["git", "clone", "-q", str(shared.hub.path), str(third)], check=True)
    carol = Desk(open_board(str(third)), shared.bob.actor)
    carol.put(task_id, priority=9)
    shared.sync(carol)
    shared.settle()
    shared.sync(carol)
    for desk in (shared.ada, shared.bob, carol):
        assert (desk.task(task_id).title, desk.task(task_id).priority) == ("Newer", 9)


def test_a_remote_without_the_branch_gets_it_again(shared: Shared) -> None:
    shared.settle()
    shared.hub.git("update-ref", "-d", REF)
    report = shared.sync(shared.bob)
    assert report.notes == ("the board was deleted at `origin`; this one is pushed there again",)
    assert shared.head() == report.head


def test_a_remote_that_is_not_there_costs_one_clear_line_and_nothing_else(shared: Shared) -> None:
    task_id = only_task(shared.ada)
    shared.hub.path.rename(shared.hub.path.with_name("gone"))
    shared.ada.put(task_id, title="Offline")
    with pytest.raises(RemoteError) as caught:
        shared.sync(shared.ada)
    assert "\n" not in str(caught.value)
    assert str(caught.value).startswith("the remote `origin` cannot be reached: ")
    assert "nothing is lost" in str(caught.value)
    shared.hub.path.with_name("gone").rename(shared.hub.path)
    shared.settle()
    assert shared.bob.titles() == ["Offline"]


def test_a_remote_that_refuses_the_branch_is_quoted(shared: Shared) -> None:
    hook = shared.hub.path / "hooks" / "pre-receive"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\necho 'the branch is protected' >&2\nexit 1\n")
    hook.chmod(0o755)
    shared.ada.add("Another")
    with pytest.raises(
        RemoteError, match=r"the remote `origin` refuses the board: the branch is protected \(all is kept here"
    ):
        shared.sync(shared.ada)
    hook.unlink()
    shared.settle()
    assert len(shared.bob.titles()) == 2


def test_no_hook_of_the_user_runs(shared: Shared, tmp_path: Path) -> None:
    witness = tmp_path / "witness"
    for desk in (shared.ada, shared.bob):
        folder = f"{desk.board.repo.common_dir}/hooks"
        os.makedirs(folder, exist_ok=True)
        for name in ("pre-push", "post-commit", "reference-transaction", "post-merge", "pre-commit", "post-checkout"):
            with open(f"{folder}/{name}", "w", encoding="ascii") as stream:
                stream.write(f"#!/bin/sh\necho {name} >> {witness}\nexit 1\n")
            os.chmod(f"{folder}/{name}", 0o755)
    shared.ada.put(only_task(shared.ada), title="By Ada")
    shared.bob.put(only_task(shared.bob), title="By Bob")
    shared.settle()
    assert not witness.exists()


def test_a_task_that_somebody_deleted_from_the_branch_comes_back(shared: Shared) -> None:
    task_id = only_task(shared.ada)
    shared.settle()
    shared.bob.git("rm", "-q", f"tasks/{task_id}.md")
    shared.bob.git("-c", "core.hooksPath=/dev/null", "commit", "-qm", "away with it")
    shared.bob.git("push", "-q", "--no-verify", "origin", "HEAD")
    report = shared.sync(shared.ada)
    assert report.restored == (f"tasks/{task_id}.md",)
    shared.settle()
    assert shared.bob.titles() == shared.ada.titles() == ["The first task"]


def test_a_task_that_was_archived_stays_in_the_archive(shared: Shared) -> None:
    task_id = only_task(shared.ada)
    shared.settle()
    shared.bob.path(task_id).parent.parent.joinpath("archive/2026/completed").mkdir(parents=True)
    shared.bob.git("mv", f"tasks/{task_id}.md", f"archive/2026/completed/{task_id}.md")
    shared.bob.git("-c", "core.hooksPath=/dev/null", "commit", "-qm", "archive it")
    shared.ada.add("Another")
    shared.settle()
    assert shared.ada.titles() == shared.bob.titles() == ["Another"]
    assert f"archive/2026/completed/{task_id}.md" in shared.ada.git("ls-files")


def test_hostile_entries_are_left_out_reported_and_harm_nothing(shared: Shared, tmp_path: Path) -> None:
    shared.settle()
    good = shared.ada.path(only_task(shared.ada)).read_bytes()
    task_id = only_task(shared.ada)

    def put(content: bytes) -> str:
        return blob(shared.hub, content)

    def as_id(name: str) -> str:
        return put(good.replace(task_id.encode(), name.encode()))

    commit = shared.head()
    push_entries(
        shared,
        top=[
            ("100644", put(b"evil"), b"tasks/../../escaped"),
            ("100644", put(b"evil"), b"../up"),
            ("120000", put(b"/etc/passwd"), b"link"),
            ("160000", commit, b"module"),
            ("100644", put(b"[submodule]"), b".gitmodules"),
            ("100644", put(b"* filter=evil\n"), b".gitattributes"),
            ("100644", put(b"x" * 10_000_000), b"huge.bin"),
            ("100644", put(b"x"), b"READme.md"),
            ("100644", put(b"x"), b"Tasks"),
            ("100644", put(b"x"), b"line\nbreak"),
            ("100644", put(b"fine"), b"other.txt"),
        ],
        tasks=[
            ("100644", put(b"no frontmatter"), b"T-aaaaaa.md"),
            ("100644", as_id("T-bbbbbb"), b"T-cccccc.md"),
            ("120000", put(b"../../../etc/passwd"), b"T-dddddd.md"),
            ("100755", as_id("T-eeeeee"), b"T-eeeeee.md"),
            ("100644", put(good), b"notes.txt"),
            ("100644", as_id("T-ffffff"), b"t-ffffff.md"),
            ("100644", put(good.replace(b"queued", b"queued\n<<<<<<< ours")), b"T-gggggg.md"),
            ("100644", put(b"---\n" + b"\xff" * 20), b"T-hhhhhh.md"),
            ("40000", shared.hub.git("rev-parse", f"{commit}:tasks").stdout.strip(), b"T-jjjjjj.md"),
            ("100644", as_id("T-kkkkkk"), b"T-kkkkkk.md"),
        ],
    )
    report = shared.sync(shared.ada)
    refused = {line.partition(": ")[0] for line in report.refused}
    assert {
        '"line\\nbreak"',
        ".gitattributes",
        ".gitmodules",
        "../up",
        "READme.md",
        "Tasks",
        "huge.bin",
        "link",
    } <= refused
    assert {"module", "tasks/../../escaped", "tasks/T-aaaaaa.md", "tasks/T-cccccc.md", "tasks/T-dddddd.md"} <= refused
    assert {"tasks/notes.txt", "tasks/t-ffffff.md", "tasks/T-gggggg.md", "tasks/T-hhhhhh.md"} <= refused
    found = shared.ada.git("ls-tree", "-r", REF)
    names = {line.split("\t")[1] for line in found.splitlines()}
    assert names == {
        ".gitattributes", ".gitignore", "README.md", "other.txt",
        f"tasks/{task_id}.md", "tasks/T-eeeeee.md", "tasks/T-kkkkkk.md",
    }  # fmt: skip
    assert all(line.startswith("100644 ") for line in found.splitlines())
    assert "filter=evil" not in shared.ada.git("show", f"{REF}:.gitattributes")
    assert not (tmp_path / "escaped").exists()
    assert shared.ada.git("status", "--porcelain") == ""
    shared.settle()
    assert shared.bob.git("ls-tree", "-r", REF) == found


def test_a_clone_of_a_hostile_board_writes_nothing_outside_it(shared: Shared, tmp_path: Path) -> None:
    shared.settle()
    entry = ("100644", blob(shared.hub, b"evil"))
    push_entries(shared, [(*entry, b"tasks/../../../../escaped"), (*entry, b"../up")], [])
    third = tmp_path / "third"
    subprocess.run(["git", "clone", "-q", str(shared.hub.path), str(third)], check=True)
    carol = Desk(open_board(str(third)), shared.bob.actor)
    assert carol.titles() == ["The first task"]
    assert not list(tmp_path.rglob("escaped"))
    assert not list(tmp_path.rglob("up"))
    carol.add("Another")
    shared.ada.add("Of Ada")
    for desk in (shared.ada, carol, shared.ada, carol, shared.bob):
        shared.sync(desk)
    for desk in (shared.ada, shared.bob, carol):
        assert desk.titles() == ["Another", "Of Ada", "The first task"]
        assert "escaped" not in desk.git("ls-tree", "-r", REF)


def test_a_broken_version_of_a_task_does_not_replace_the_good_one(shared: Shared) -> None:
    task_id = only_task(shared.ada)
    shared.settle()
    good = shared.ada.path(task_id).read_bytes()
    push_entries(
        shared,
        [],
        [("100644", blob(shared.hub, good.replace(b"status: queued", b"status: lost")), f"{task_id}.md".encode())],
    )
    report = shared.sync(shared.ada)
    assert report.refused[0].startswith(f"tasks/{task_id}.md: line 4: ")
    assert shared.ada.path(task_id).read_bytes() == good
    assert shared.hub.git("show", f"{REF}:tasks/{task_id}.md").stdout.encode() == good


def test_a_branch_that_is_no_board_at_all_is_one_clear_line(shared: Shared) -> None:
    oid = blob(shared.hub, b"no commit")
    (shared.hub.path / REF).write_text(oid + "\n")
    before = shared.ada.titles()
    with pytest.raises(BoardError):
        shared.sync(shared.ada)
    assert shared.ada.titles() == before


def test_claims_come_along_and_the_later_holder_counts(shared: Shared) -> None:
    from openclaw_hooks.board.leases.claims import Terms, claim_task, read_lease

    task_id = only_task(shared.ada)
    lease = claim_task(shared.ada.board.repo, shared.ada.task(task_id), "ada", Terms(remote="origin"))
    assert read_lease(shared.bob.board.repo, task_id) is None
    shared.sync(shared.bob)
    assert read_lease(shared.bob.board.repo, task_id) == lease
    local = shared.bob.add("Only here")
    own = claim_task(shared.bob.board.repo, shared.bob.task(local), "bob", Terms())
    shared.settle()
    assert read_lease(shared.bob.board.repo, local) == own
    assert read_lease(shared.ada.board.repo, local) is None


def test_a_claim_made_offline_gives_way_to_the_one_that_the_remote_has(shared: Shared) -> None:
    from openclaw_hooks.board.leases.claims import Terms, claim_task, read_lease

    task_id = only_task(shared.ada)
    claim_task(shared.bob.board.repo, shared.bob.task(task_id), "bob", Terms())
    lease = claim_task(shared.ada.board.repo, shared.ada.task(task_id), "ada", Terms(remote="origin"))
    report = shared.sync(shared.bob)
    assert report.notes == (f"the claim of {task_id} by bob is over: ada has it, until {lease.expires}",)
    assert read_lease(shared.bob.board.repo, task_id) == lease


def test_a_lease_that_ended_does_not_replace_one_that_still_runs(shared: Shared) -> None:
    from openclaw_hooks.board.leases.claims import Terms, claim_task, read_lease

    task_id = only_task(shared.ada)
    claim_task(
        shared.ada.board.repo, shared.ada.task(task_id), "ada", Terms(remote="origin", minutes=1, now=1_000_000_000.0)
    )
    own = claim_task(shared.bob.board.repo, shared.bob.task(task_id), "bob", Terms())
    shared.sync(shared.bob)
    assert read_lease(shared.bob.board.repo, task_id) == own


@pytest.mark.parametrize("ref", ["incoming/origin/heads/board", "shared/origin", "../heads/openclaw/board"])
def test_a_lock_that_a_killed_git_left_is_taken_away(shared: Shared, ref: str) -> None:
    shared.ada.add("Another")
    shared.sync(shared.ada)
    lock = os.path.normpath(f"{shared.bob.board.repo.common_dir}/refs/openclaw/{ref}.lock")
    os.makedirs(os.path.dirname(lock), exist_ok=True)
    with open(lock, "w", encoding="ascii"):
        pass
    shared.sync(shared.bob)
    assert len(shared.bob.titles()) == 2
    assert not os.path.exists(lock)


def test_the_remote_is_the_one_that_is_configured(shared: Shared) -> None:
    board = shared.ada.board
    chosen = {name: find_remote(board, Settings(board=BoardSettings(remote=name))) for name in ("", "none", "other")}
    assert chosen == {"": "origin", "none": "", "other": "other"}
    shared.ada.git("config", "branch.openclaw/board.remote", "upstream")
    assert find_remote(board, Settings()) == "upstream"


def test_without_a_remote_it_says_what_to_do(desk: Desk) -> None:
    with pytest.raises(BoardError, match="git remote add origin"):
        sync_board(desk.board, desk.actor)


def test_a_remote_can_be_an_address(shared: Shared) -> None:
    shared.ada.add("Another")
    report = sync_board(shared.ada.board, shared.ada.actor, str(shared.hub.path))
    assert report.pushed
    assert shared.head() == report.head


def test_the_working_tree_of_the_code_stays_clean(shared: Shared) -> None:
    shared.ada.put(only_task(shared.ada), title="By Ada")
    shared.settle()
    done = subprocess.run(
        ["git", "status", "--porcelain"], cwd=shared.ada.board.repo.top, capture_output=True, check=True
    )
    assert done.stdout == b""
