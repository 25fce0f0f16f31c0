"""Commits and pushes under a claim: the message names the task, a lost claim stops both."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace

from openclaw_hooks import git
from openclaw_hooks.board.leases.claims import Terms, claim_task, drop, read_lease
from openclaw_hooks.board.leases.held import held_lease, held_path, save_held, stamp
from openclaw_hooks.tasks.model import Status, TaskHead
from tests.conftest import Repository

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

ID, OTHER = "T-4kf2mz", "T-8xw1ab"
TASK = TaskHead(id=ID, title="Write it", status=Status.QUEUED)


@pytest.fixture
def claimed(guarded: Repository) -> Repository:
    """A guarded repository in which a task is claimed for two hours."""
    claim(guarded)
    return guarded


def claim(repository: Repository, owner: str = "ada", task: TaskHead = TASK, terms: Terms = Terms(120)) -> None:  # noqa: B008 - a value
    claim_task(git.open_repo(str(repository.path)), task, owner, terms)


def lose(repository: Repository, worktree: bool = True) -> None:
    """Bob takes the task over, as from another clone: this one still has what it wrote down."""
    repo = git.open_repo(str(repository.path))
    held = held_lease(repo.state_dir, ID)
    assert held
    drop(repo, ID)
    claim_task(repo, TASK, "bob", Terms(60))
    save_held(repo.state_dir, held)


def message(repository: Repository, commit: str = "HEAD") -> str:
    return repository.git("log", "-1", "--format=%B", commit).stdout.rstrip("\n")


def has_receipt(repository: Repository) -> bool:
    return repository.git("notes", "--ref=openclaw", "show", "HEAD", check=False).returncode == 0


# The trailer.


def test_a_commit_under_a_claim_names_the_task_and_its_receipt_fits(claimed: Repository) -> None:
    claimed.stage("a.txt", "a\n")
    claimed.commit("feat: add a")
    assert message(claimed) == f"feat: add a\n\nTask: {ID}"
    assert claimed.git("log", "-1", "--format=%(trailers:key=Task,valueonly)").stdout.strip() == ID
    assert has_receipt(claimed)
    done = subprocess.run(
        ["git", "interpret-trailers", "--parse"], input=message(claimed), capture_output=True, text=True, check=True
    )
    assert done.stdout == f"Task: {ID}\n"


@pytest.mark.parametrize(
    ("written", "recorded"),
    [
        ("feat: x\n\nWhy.\n", f"feat: x\n\nWhy.\n\nTask: {ID}"),
        ("feat: x\n\nWhy.\n\nSigned-off-by: A <a@b.c>\n", f"feat: x\n\nWhy.\n\nSigned-off-by: A <a@b.c>\nTask: {ID}"),
        (f"feat: x\n\nTask: {OTHER}\n", f"feat: x\n\nTask: {OTHER}"),
        (f"feat: x\n\ntask: {ID.upper()}\nSigned-off-by: A <a@b.c>\n", f"feat: x\n\ntask: {ID.upper()}\nSigned-off-by: A <a@b.c>"),
        ("feat: x\n\nA line\n---\nno divider\n", f"feat: x\n\nA line\n---\nno divider\n\nTask: {ID}"),
        ("feat: ä\n\n#12 stays, nobody edited\n", f"feat: ä\n\n#12 stays, nobody edited\n\nTask: {ID}"),
        ("feat: x\r\n\r\nWhy.\r\n", f"feat: x\n\nWhy.\n\nTask: {ID}"),
        ("fixup! feat: x\n", "fixup! feat: x"),
        ('Revert "feat: x"\n\nThis reverts commit 1.\n', 'Revert "feat: x"\n\nThis reverts commit 1.'),
    ],
)  # fmt: skip
def test_the_trailer_stands_at_its_place_and_once(claimed: Repository, written: str, recorded: str) -> None:
    claimed.stage("a.txt", "a\n")
    file = claimed.path.parent / "message"
    file.write_bytes(written.encode())
    claimed.git("commit", "-q", "-F", str(file))
    assert message(claimed) == recorded
    assert has_receipt(claimed)


@pytest.mark.parametrize("sign", ["#", ";", "auto"])
@pytest.mark.parametrize("verbose", [False, True])
def test_comments_and_scissors_of_an_editor_stay_behind_the_trailer(
    claimed: Repository, sign: str, verbose: bool
) -> None:
    claimed.git("config", "core.commentChar", sign)
    claimed.stage("a.txt", "a\n")
    text = "feat: x\n\n#12 is what it is about" if sign != "#" else "feat: x"
    editor = claimed.write(
        "../editor.sh", f'#!/bin/sh\nprintf \'%s\\n\' \'{text}\' | cat - "$1" > "$1.new" && mv "$1.new" "$1"\n'
    )
    editor.chmod(0o755)
    words = ["-v"] if verbose else []
    # with `auto` git chooses its sign for the text that it begins with
    if sign == "auto":
        words += ["-e", "-m", text]
        editor.write_text("#!/bin/sh\nexit 0\n")
    claimed.git("commit", "-q", *words, GIT_EDITOR=str(editor))
    assert message(claimed) == f"{text}\n\nTask: {ID}"
    assert has_receipt(claimed)


@pytest.mark.parametrize("text", ["", "\n# only a comment\n", "Signed-off-by: A <a@b.c>\n"])
def test_a_message_that_calls_the_commit_off_still_does(claimed: Repository, text: str) -> None:
    claimed.write(".openclaw/config.yaml", "checks: {disable: [commit-message]}\n")
    claimed.stage("a.txt", "a\n")
    editor = claimed.write("../editor.sh", f"#!/bin/sh\nprintf '%s' '{text}' > \"$1\"\n")
    editor.chmod(0o755)
    before = claimed.head()
    done = claimed.git("commit", GIT_EDITOR=str(editor), check=False)
    assert done.returncode == 1
    assert "Aborting commit" in done.stderr
    assert claimed.head() == before


def test_a_template_left_as_it_is_still_calls_the_commit_off(claimed: Repository) -> None:
    template = claimed.write("../template", "feat: say what\n\n# and why\n")
    claimed.git("config", "commit.template", str(template))
    claimed.stage("a.txt", "a\n")
    done = claimed.git("commit", GIT_EDITOR="true", check=False)
    assert "did not edit the message" in done.stderr
    assert done.returncode == 1


def test_without_claim_or_with_trailers_off_the_message_stays(guarded: Repository) -> None:
    guarded.stage("a.txt", "a\n")
    guarded.commit("feat: add a")
    assert message(guarded) == "feat: add a"
    claim(guarded)
    guarded.stage(".openclaw/config.yaml", "board: {trailers: false}\n")
    guarded.commit("chore: settings")
    assert message(guarded) == "chore: settings"


def test_a_merge_a_rebase_and_an_amended_commit_get_no_second_trailer(claimed: Repository) -> None:
    claimed.git("checkout", "-q", "-b", "side")
    claimed.stage("b.txt", "b\n")
    claimed.git("commit", "-q", "--no-verify", "-m", "feat: b")
    claimed.git("checkout", "-q", "main")
    claimed.stage("a.txt", "a\n")
    claimed.commit("feat: a")
    claimed.git("commit", "-q", "--amend", "-m", f"feat: better\n\nTask: {OTHER}")
    assert message(claimed) == f"feat: better\n\nTask: {OTHER}"
    claimed.git("merge", "-q", "--no-edit", "side")
    assert message(claimed) == "Merge branch 'side'"
    claimed.git("checkout", "-q", "side")
    claimed.git("rebase", "-q", "main", "-i", "--root", GIT_SEQUENCE_EDITOR="sed -i s/^pick/reword/", GIT_EDITOR="true")
    assert "Task: " + ID not in message(claimed)


def test_of_several_claims_those_are_named_whose_scope_the_commit_touches(guarded: Repository) -> None:
    claim(guarded, task=replace(TASK, scope=("src/**",)))
    claim(guarded, task=replace(TASK, id=OTHER, scope=("docs/**",)))
    guarded.stage("docs/a.md", "# a\n")
    guarded.commit("docs: a")
    assert message(guarded) == f"docs: a\n\nTask: {OTHER}"
    guarded.stage("docs/a.md", "# b\n")
    guarded.stage("src/a.txt", "a\n")
    guarded.commit("feat: both")
    assert sorted(message(guarded).splitlines()[2:]) == [f"Task: {ID}", f"Task: {OTHER}"]


def test_a_commit_out_of_the_claimed_scope_is_refused_and_names_the_task(guarded: Repository) -> None:
    claim(guarded, task=replace(TASK, scope=("src/**",)))
    guarded.stage("docs/a.md", "# a\n")
    done = guarded.commit("docs: a", check=False)
    assert done.returncode == 1
    assert f"docs/a.md: scope: outside the scope of {ID}" in done.stderr + done.stdout


def test_another_worktree_is_not_bound_by_the_claim(claimed: Repository, tmp_path: Path) -> None:
    claimed.git("worktree", "add", "-q", "-b", "other", str(tmp_path / "other"))
    other = Repository(tmp_path / "other")
    other.stage("a.txt", "a\n")
    other.commit("feat: a")
    assert message(other) == "feat: a"


# A lost claim.


def test_a_commit_under_a_lost_claim_is_refused_and_says_who_has_it_and_what_to_do(claimed: Repository) -> None:
    lose(claimed)
    claimed.stage("a.txt", "a\n")
    done = claimed.commit("feat: a", check=False)
    output = done.stdout + done.stderr
    assert done.returncode == 1
    assert f"{ID}: claim: the claim of {ID} is lost: bob" in output
    assert f"openclaw task release {ID}" in output
    drop_here(claimed)
    claimed.commit("feat: a")
    assert message(claimed) == "feat: a"


def drop_here(repository: Repository) -> None:
    os.unlink(held_path(git.open_repo(str(repository.path)).state_dir, ID))


def test_a_claim_that_was_given_free_by_others_stops_the_commit(claimed: Repository) -> None:
    repo = git.open_repo(str(claimed.path))
    held = held_lease(repo.state_dir, ID)
    assert held
    drop(repo, ID)
    save_held(repo.state_dir, held)
    claimed.stage("a.txt", "a\n")
    done = claimed.commit("feat: a", check=False)
    assert done.returncode == 1
    assert "it was given free" in done.stdout + done.stderr


def test_the_check_can_be_made_a_warning_or_switched_off(claimed: Repository) -> None:
    claimed.stage(".openclaw/config.yaml", "checks: {warn: [claim]}\n")
    lose(claimed)
    done = claimed.commit("chore: settings")
    assert "claim (warning)" in done.stdout + done.stderr
    claimed.stage(".openclaw/config.yaml", "checks: {disable: [claim]}\n")
    assert "claim" not in claimed.commit("chore: settings").stderr


def test_a_lease_past_half_its_time_is_renewed_by_a_commit_and_a_fresh_one_is_not(guarded: Repository) -> None:
    claim(guarded, terms=Terms(120, now=time.time() - 30 * 60))
    repo = git.open_repo(str(guarded.path))
    before = read_lease(repo, ID)
    guarded.stage("a.txt", "a\n")
    guarded.commit("feat: a")
    assert read_lease(repo, ID) == before
    drop(repo, ID)
    claim(guarded, terms=Terms(120, now=time.time() - 70 * 60))
    guarded.stage("a.txt", "b\n")
    guarded.commit("feat: b")
    after = read_lease(repo, ID)
    assert after
    assert after.expires > stamp(time.time() + 119 * 60)


@pytest.mark.parametrize("role", ["worker", "human"])
def test_a_claim_of_a_mesh_is_renewed_with_its_lead_and_by_no_commit(guarded: Repository, role: str) -> None:
    claim(guarded, terms=Terms(120, now=time.time() - 70 * 60))
    repo = git.open_repo(str(guarded.path))
    before = read_lease(repo, ID)
    guarded.write(".git/openclaw/nats/joined.json", f'{{"node": "ada", "role": "{role}"}}')
    guarded.stage("a.txt", "a\n")
    assert guarded.commit("feat: a").stderr == ""
    assert read_lease(repo, ID) == before
    guarded.write(".git/openclaw/nats/joined.json", '{"node": "ada", "role": "lead"}')
    guarded.stage("a.txt", "b\n")
    guarded.commit("feat: b")
    assert read_lease(repo, ID) != before


def test_hooks_in_a_clone_of_a_mesh_import_no_nats(guarded: Repository) -> None:
    claim(guarded, terms=Terms(120, now=time.time() - 70 * 60))
    guarded.write(".git/openclaw/nats/joined.json", '{"node": "ada", "role": "worker"}')
    guarded.stage("a.txt", "a\n")
    guarded.write("message", "feat: a\n")
    for words in (["pre-commit"], ["commit-msg", "message"], ["claude", "SessionStart"]):
        code = f"import sys; from openclaw_hooks.hook import main; print(main({words}), *sys.modules, file=sys.stderr)"
        done = subprocess.run(
            [sys.executable, "-c", code], cwd=guarded.path, input="{}", capture_output=True, text=True, check=False
        )
        assert "openclaw_hooks.hook" in done.stderr, done.stderr
        assert not set(done.stderr.split()) & {"nats", "nkeys", "asyncio", "ssl", "watchfiles"}


def test_an_ended_lease_that_nobody_took_is_renewed(guarded: Repository) -> None:
    claim(guarded, terms=Terms(1, now=time.time() - 3600))
    guarded.stage("a.txt", "a\n")
    guarded.commit("feat: a")
    assert message(guarded).endswith(ID)


@pytest.fixture
def shared(guarded: Repository, make_repository: Callable[..., Repository], tmp_path: Path) -> list[Repository]:
    """Two clones with hooks, over a bare remote."""
    bare = make_repository("origin.git", "--bare")
    guarded.git("remote", "add", "origin", str(bare.path))
    guarded.git("push", "-q", "--no-verify", "-u", "origin", "main")
    subprocess.run(["git", "clone", "-q", str(bare.path), str(tmp_path / "two")], check=True, capture_output=True)
    two = Repository(tmp_path / "two")
    two.install()
    return [guarded, two]


def test_a_remote_that_is_gone_does_not_stop_the_commit_and_is_not_asked_each_time(
    shared: list[Repository], tmp_path: Path
) -> None:
    one = shared[0]
    claim(one, terms=Terms(60, "origin", now=time.time() - 40 * 60))
    os.rename(tmp_path / "origin.git", tmp_path / "away.git")
    one.stage("a.txt", "a\n")
    assert f"the claim of {ID} was not renewed" in one.commit("feat: a").stderr
    one.stage("a.txt", "b\n")
    assert "not renewed" not in one.commit("feat: b").stderr


def test_a_renewal_that_meets_the_next_holder_refuses_the_commit(shared: list[Repository]) -> None:
    one, two = shared
    claim(one, terms=Terms(1, "origin", now=time.time() - 3600))
    claim(two, "bob", terms=Terms(60, "origin"))
    one.stage("a.txt", "a\n")
    done = one.commit("feat: a", check=False)
    assert done.returncode == 1
    assert "is lost: bob" in done.stdout + done.stderr


# Pushes.


def test_a_push_of_commits_for_a_lost_task_is_refused(shared: list[Repository]) -> None:
    one, two = shared
    claim(one, terms=Terms(60, "origin"))
    one.stage("a.txt", "a\n")
    one.commit("feat: a")
    # the lease ended while nobody looked
    claim_task(git.open_repo(str(two.path)), TASK, "bob", Terms(60, "origin", now=time.time() + 7200))
    done = one.git("push", "-q", "origin", "main", check=False)
    output = done.stdout + done.stderr
    assert done.returncode == 1
    assert f"in commit {one.head()[:10]}: the claim of {ID} is lost: bob" in output
    assert f"openclaw task claim {ID}" in output


def test_what_this_clone_lost_is_remembered_when_it_no_longer_holds_it(claimed: Repository, tmp_path: Path) -> None:
    claimed.git("init", "-q", "--bare", str(tmp_path / "origin.git"))
    claimed.git("remote", "add", "origin", str(tmp_path / "origin.git"))
    claimed.stage("a.txt", "a\n")
    claimed.commit("feat: a")
    lose(claimed)
    repo = git.open_repo(str(claimed.path))
    held = held_lease(repo.state_dir, ID)
    assert held
    with pytest.raises(Exception, match="bob"):
        drop(repo, ID, held.token)
    assert held_lease(repo.state_dir, ID) is None
    done = claimed.git("push", "-q", "origin", "main", check=False)
    assert done.returncode == 1
    assert "is lost: bob" in done.stdout + done.stderr


def test_held_finished_and_foreign_tasks_can_be_pushed(claimed: Repository, tmp_path: Path) -> None:
    claimed.git("init", "-q", "--bare", str(tmp_path / "origin.git"))
    claimed.git("remote", "add", "origin", str(tmp_path / "origin.git"))
    claimed.stage("a.txt", "a\n")
    claimed.commit("feat: a")
    claimed.git("push", "-q", "origin", "main")
    claimed.stage("a.txt", "b\n")
    claimed.commit("feat: b")
    repo = git.open_repo(str(claimed.path))
    lease = read_lease(repo, ID)
    assert lease
    drop(repo, ID, lease.token)  # as `task complete` does
    claimed.git("push", "-q", "origin", "main")
    claimed.stage("a.txt", "c\n")
    claimed.commit(f"feat: c\n\nTask: {OTHER}")
    claimed.git("push", "-q", "origin", "main")
