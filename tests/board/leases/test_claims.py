"""Claims over real refs, real remotes and real processes."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

from openclaw_hooks import git
from openclaw_hooks.board.leases.claims import LostError, Terms, claim_task, drop, read_lease, renew, require_lease
from openclaw_hooks.board.leases.held import current_claims, held_lease, held_path, lost_lease, stamp
from openclaw_hooks.board.leases.lease import SKEW_S
from openclaw_hooks.board.leases.refs import PREFIX, UnreachableError
from openclaw_hooks.checkout import find_checkout
from openclaw_hooks.errors import OpenclawError, RefusedError
from openclaw_hooks.tasks.model import Status, TaskHead

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.conftest import Repository

ID = "T-4kf2mz"
TASK = TaskHead(id=ID, title="Write it", status=Status.QUEUED, scope=("src/**",), role="backend-dev", metric="true")
HOUR = Terms(60)


@pytest.fixture
def repo(repository: Repository) -> git.Repo:
    repository.commit("chore: start", "--allow-empty")
    return git.open_repo(str(repository.path))


@pytest.fixture
def clones(make_repository: Callable[..., Repository], tmp_path: Path) -> list[git.Repo]:
    """Two clones that share a bare remote."""
    bare = make_repository("origin.git", "--bare")
    found = []
    for name in ("one", "two"):
        subprocess.run(["git", "clone", "-q", str(bare.path), str(tmp_path / name)], check=True, capture_output=True)
        found.append(git.open_repo(str(tmp_path / name)))
    return found


def in_future(seconds: float) -> float:
    return time.time() + seconds


def ref_path(repo: git.Repo) -> str:
    return os.path.join(repo.common_dir, PREFIX, ID)


def test_a_claim_is_a_ref_with_a_lease_and_a_file_that_hooks_read(repo: git.Repo) -> None:
    lease = claim_task(repo, TASK, "ada", HOUR)
    assert read_lease(repo, ID) == lease
    assert (lease.owner, lease.number, lease.minutes) == ("ada", 1, 60)
    assert stamp(in_future(3500)) < lease.expires < stamp(in_future(3700))
    checkout = find_checkout(repo.top)
    assert checkout
    [held] = current_claims(checkout)
    assert (held.task, held.token, held.scope, held.role, held.metric) == (
        ID, lease.token, ("src/**",), "backend-dev", "true",
    )  # fmt: skip


def test_a_claimed_task_is_refused_and_the_holder_and_the_end_are_named(repo: git.Repo) -> None:
    lease = claim_task(repo, TASK, "ada", HOUR)
    os.unlink(held_path(repo.state_dir, ID))  # as if another clone had made it
    with pytest.raises(RefusedError, match=rf"{ID} is claimed by ada.* until {lease.expires}") as refused:
        claim_task(repo, TASK, "bob", HOUR)
    assert refused.value.exit_code == 1
    assert read_lease(repo, ID) == lease


def test_the_same_owner_cannot_claim_twice_unless_it_takes_a_claim_up_again(repo: git.Repo) -> None:
    lease = claim_task(repo, TASK, "ada", HOUR)
    with pytest.raises(RefusedError, match="already claimed here by ada"):
        claim_task(repo, TASK, "ada", HOUR)
    again = claim_task(repo, TASK, "ada", Terms(90, resume=True))
    assert (again.token, again.made) == (lease.token, lease.made)
    assert again.expires > lease.expires


def test_a_lease_can_be_taken_over_only_when_it_has_ended_by_more_than_clocks_may_differ(repo: git.Repo) -> None:
    first = claim_task(repo, TASK, "ada", HOUR)
    with pytest.raises(RefusedError):
        claim_task(repo, TASK, "bob", HOUR._replace(now=in_future(3600 + SKEW_S - 5)))
    second = claim_task(repo, TASK, "bob", HOUR._replace(now=in_future(3600 + SKEW_S + 5)))
    assert (second.owner, second.number) == ("bob", first.number + 1)


def test_the_token_grows_with_each_holder_also_after_a_drop(repo: git.Repo) -> None:
    numbers = []
    for owner in ("ada", "bob", "ada"):
        lease = claim_task(repo, TASK, owner, HOUR)
        numbers.append(lease.number)
        drop(repo, ID, lease.token)
        assert read_lease(repo, ID) is None
        assert held_lease(repo.state_dir, ID) is None
    assert numbers == [1, 2, 3]


def test_a_holder_renews_also_after_the_end_while_nobody_took_over(repo: git.Repo) -> None:
    lease = claim_task(repo, TASK, "ada", Terms(1, now=in_future(-7200)))
    later = renew(repo, ID, "ada", HOUR)
    assert later.token == lease.token
    assert later.expires > stamp(in_future(3500))
    held = held_lease(repo.state_dir, ID)
    assert held
    assert held.expires == later.expires


def test_a_lost_lease_can_neither_be_renewed_nor_used_nor_dropped(repo: git.Repo) -> None:
    lease = claim_task(repo, TASK, "ada", Terms(1, now=in_future(-7200)))
    kept = held_path(repo.state_dir, ID)
    with open(kept, "rb") as stream:
        content = stream.read()
    claim_task(repo, TASK, "bob", HOUR)
    with open(kept, "wb") as stream:  # ada's own clone would still have it
        stream.write(content)
    for act in (
        lambda: renew(repo, ID, "ada", HOUR),
        lambda: require_lease(repo, ID, "ada"),
        lambda: require_lease(repo, ID, "ada", lease.token),
        lambda: drop(repo, ID, lease.token),
    ):
        with pytest.raises(LostError, match=rf"the claim of {ID} is lost: bob"):
            act()
    assert held_lease(repo.state_dir, ID) is None
    lost = lost_lease(repo.state_dir, ID)
    assert lost
    assert lost.token == lease.token
    found = read_lease(repo, ID)
    assert found
    assert found.owner == "bob"


def test_what_was_never_claimed_here_is_not_ours(repo: git.Repo) -> None:
    with pytest.raises(LostError, match="holds no claim") as refused:
        require_lease(repo, ID, "ada")
    assert refused.value.hint == f"claim it: `openclaw task claim {ID}`"


@pytest.mark.parametrize(
    "content", [b"", b"not json", b'{"task":"T-4kf2mz","owner":"eve","token":"x","expires":"z"}', b"[]"]
)
def test_a_blob_that_is_no_lease_is_nobodys_and_its_successors_token_is_higher(repo: git.Repo, content: bytes) -> None:
    before = claim_task(repo, TASK, "ada", HOUR)
    blob = git.ask_git(["hash-object", "-w", "--stdin"], cwd=repo.top, stdin=content).decode().strip()
    git.ask_git(["update-ref", PREFIX + ID, blob], cwd=repo.top)
    assert read_lease(repo, ID) is None
    assert claim_task(repo, TASK, "bob", HOUR).number > before.number


@pytest.mark.parametrize("content", ["", "garbage\n", "0123\n"])
def test_a_ref_that_a_power_cut_left_broken_is_mended_by_the_next_claim(repo: git.Repo, content: str) -> None:
    before = claim_task(repo, TASK, "ada", HOUR)
    with open(ref_path(repo), "w", encoding="ascii") as stream:
        stream.write(content)
    assert claim_task(repo, TASK, "bob", HOUR).number > before.number


def test_a_ref_whose_blob_is_gone_is_mended_by_the_next_claim(repo: git.Repo) -> None:
    before = claim_task(repo, TASK, "ada", HOUR)
    with open(ref_path(repo), "w", encoding="ascii") as stream:
        stream.write("12345678" * 5 + "\n")
    assert claim_task(repo, TASK, "bob", HOUR).number > before.number


def test_a_lock_that_a_killed_git_left_is_named(repo: git.Repo) -> None:
    os.makedirs(os.path.dirname(ref_path(repo)))
    with open(f"{ref_path(repo)}.lock", "wb"):
        pass
    with pytest.raises(OpenclawError, match="cannot move the claim") as error:
        claim_task(repo, TASK, "ada", HOUR)
    assert error.value.hint.endswith(f"{ID}.lock")


@pytest.mark.parametrize("task", ["../x", "T-1/../../x", "", "-x", "T-a b", "T-ä"])
def test_a_name_that_leads_elsewhere_is_no_task(repo: git.Repo, task: str) -> None:
    with pytest.raises(OpenclawError, match="no task id"):
        read_lease(repo, task)
    assert held_lease(repo.state_dir, task) is None


def test_a_worktree_has_its_own_claims_and_the_variable_names_one(
    repo: git.Repo, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    git.ask_git(["worktree", "add", "-q", "--detach", str(tmp_path / "other")], cwd=repo.top)
    other = git.open_repo(str(tmp_path / "other"))
    claim_task(other, TASK, "ada", HOUR)
    assert current_claims(repo) == []
    assert [held.task for held in current_claims(other)] == [ID]
    with pytest.raises(RefusedError, match=f"in {other.top}"):
        claim_task(repo, TASK, "ada", HOUR)
    monkeypatch.setenv("OPENCLAW_TASK", ID)
    assert [held.task for held in current_claims(repo)] == [ID]
    monkeypatch.setenv("OPENCLAW_TASK", "T-nothng")
    assert [held.task for held in current_claims(other)] == [ID]


def test_unreadable_files_among_the_leases_are_passed_over(repo: git.Repo) -> None:
    claim_task(repo, TASK, "ada", HOUR)
    folder = os.path.dirname(held_path(repo.state_dir, ID))
    for name, content in (("T-000000.json", b"{"), (".T-1.json.12.tmp", b"x"), ("T-111111.json", b"[]")):
        with open(os.path.join(folder, name), "wb") as stream:
            stream.write(content)
    os.mkdir(os.path.join(folder, "T-222222.json"))
    assert [held.task for held in current_claims(repo)] == [ID]


# Over a remote.


def test_over_a_remote_the_second_clone_learns_who_was_first(clones: list[git.Repo]) -> None:
    one, two = clones
    lease = claim_task(one, TASK, "ada", Terms(60, "origin"))
    with pytest.raises(RefusedError, match=rf"claimed by ada.* until {lease.expires}"):
        claim_task(two, TASK, "bob", Terms(60, "origin"))
    assert read_lease(two, ID) == lease
    drop(one, ID, lease.token, "origin")
    assert claim_task(two, TASK, "bob", Terms(60, "origin")).number == 2
    drop(one, ID, lease.token, "origin")  # once more: harmless
    with pytest.raises(RefusedError, match="claimed by bob"):
        claim_task(one, TASK, "ada", Terms(60, "origin"))


def test_two_clones_with_one_name_are_not_taken_for_one(clones: list[git.Repo]) -> None:
    claim_task(clones[0], TASK, "ada", Terms(60, "origin"))
    with pytest.raises(RefusedError, match="claimed by ada"):
        claim_task(clones[1], TASK, "ada", Terms(60, "origin", resume=True))


def test_over_a_remote_a_taken_over_lease_is_noticed_by_its_first_holder(clones: list[git.Repo]) -> None:
    one, two = clones
    claim_task(one, TASK, "ada", Terms(1, "origin", now=in_future(-7200)))
    claim_task(two, TASK, "bob", Terms(60, "origin"))
    with pytest.raises(LostError, match="bob"):
        require_lease(one, ID, "ada")
    with pytest.raises(LostError, match="bob"):
        renew(one, ID, "ada", Terms(60, "origin"))


def test_a_local_claim_is_carried_to_a_remote_that_has_none(clones: list[git.Repo]) -> None:
    one, two = clones
    lease = claim_task(one, TASK, "ada", HOUR)
    renew(one, ID, "ada", Terms(60, "origin"))
    with pytest.raises(RefusedError, match="claimed by ada"):
        claim_task(two, TASK, "bob", Terms(60, "origin"))
    found = read_lease(two, ID)
    assert found
    assert found.token == lease.token


def test_a_remote_that_cannot_be_reached_refuses_and_says_how_to_go_on(repo: git.Repo, tmp_path: Path) -> None:
    git.ask_git(["remote", "add", "origin", str(tmp_path / "gone.git")], cwd=repo.top)
    with pytest.raises(UnreachableError, match="cannot be reached") as refused:
        claim_task(repo, TASK, "ada", Terms(60, "origin"))
    assert "--local" in refused.value.hint
    assert read_lease(repo, ID) is None
    assert held_lease(repo.state_dir, ID) is None


def test_without_the_remote_a_lease_counts_until_its_end(clones: list[git.Repo], tmp_path: Path) -> None:
    one = clones[0]
    claim_task(one, TASK, "ada", Terms(60, "origin"))
    os.rename(tmp_path / "origin.git", tmp_path / "away.git")
    assert require_lease(one, ID, "ada").owner == "ada"
    os.rename(tmp_path / "away.git", tmp_path / "origin.git")
    renew(one, ID, "ada", Terms(1, "origin", now=in_future(-7200)))
    os.rename(tmp_path / "origin.git", tmp_path / "away.git")
    with pytest.raises(UnreachableError):
        require_lease(one, ID, "ada")


def test_a_remote_that_takes_no_such_refs_says_so(clones: list[git.Repo], tmp_path: Path) -> None:
    hook = tmp_path / "origin.git" / "hooks" / "update"
    hook.write_text("#!/bin/sh\nexit 1\n")
    hook.chmod(0o755)
    with pytest.raises(OpenclawError, match=r"takes no claims: .*hook declined") as refused:
        claim_task(clones[0], TASK, "ada", Terms(60, "origin"))
    assert "board.remote: none" in refused.value.hint


def test_no_hook_of_the_user_runs_for_a_claim(clones: list[git.Repo], tmp_path: Path) -> None:
    one = clones[0]
    for name in ("pre-push", "reference-transaction"):
        hook = tmp_path / "one" / ".git" / "hooks" / name
        hook.write_text(f"#!/bin/sh\ntouch {tmp_path}/ran\nexit 1\n")
        hook.chmod(0o755)
    claim_task(one, TASK, "ada", Terms(60, "origin"))
    assert not (tmp_path / "ran").exists()


# Many processes at once.

CLAIMER = """
import json, random, sys, time
from openclaw_hooks import git
from openclaw_hooks.board.leases.claims import Terms, claim_task
from openclaw_hooks.errors import RefusedError
from openclaw_hooks.tasks.model import Status, TaskHead

top, owner, remote, start, *ids = sys.argv[1:]
repo = git.open_repo(top)
time.sleep(max(0, float(start) - time.time()))
random.Random(owner).shuffle(ids) if remote else None
for task in ids:
    try:
        lease = claim_task(repo, TaskHead(id=task, title="x", status=Status.QUEUED), owner, Terms(60, remote))
    except RefusedError as error:
        print(json.dumps({"task": task, "refused": error.message}), flush=True)
    else:
        print(json.dumps({"task": task, "token": lease.token}), flush=True)
"""


def start_claimer(
    repo: git.Repo, owner: str, ids: list[str], remote: str = "", start: float = 0
) -> subprocess.Popen[str]:
    words = [sys.executable, "-c", CLAIMER, repo.top, owner, remote, str(start), *ids]
    return subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def finish(process: subprocess.Popen[str]) -> dict[str, dict[str, str]]:
    out, err = process.communicate(timeout=300)
    assert process.returncode == 0, err
    return {line["task"]: line for line in map(json.loads, out.splitlines())}


def make_ids(count: int) -> list[str]:
    return [f"T-{number:06d}" for number in range(count)]


@pytest.mark.parametrize("owners", [("ada", "bob"), ("ada", "ada")], ids=["two names", "one name"])
def test_of_two_processes_exactly_one_wins_each_of_80_tasks(repo: git.Repo, owners: tuple[str, str]) -> None:
    ids = make_ids(80)
    start = time.time() + 1
    racing = [start_claimer(repo, owner, ids, start=start) for owner in owners]
    answers = [finish(process) for process in racing]
    for task in ids:
        won = [answer[task]["token"] for answer in answers if "token" in answer[task]]
        assert len(won) == 1, task
        lease = read_lease(repo, task)
        assert lease
        assert lease.token == won[0]
        held = held_lease(repo.state_dir, task)
        assert held
        assert held.token == won[0]
    if len(set(owners)) == 2:
        told = [line["refused"] for answer in answers for line in answer.values() if "refused" in line]
        assert all("by ada" in text or "by bob" in text for text in told)


def test_of_two_clones_exactly_one_wins_each_task_over_the_remote(clones: list[git.Repo]) -> None:
    ids = make_ids(12)
    start = time.time() + 1
    racing = [
        start_claimer(repo, owner, ids, "origin", start) for repo, owner in zip(clones, ("ada", "bob"), strict=True)
    ]
    answers = [finish(process) for process in racing]
    for task in ids:
        won = [answer[task]["token"] for answer in answers if "token" in answer[task]]
        assert len(won) == 1, task
        with pytest.raises(RefusedError):
            claim_task(clones[0], TaskHead(id=task, title="x", status=Status.QUEUED), "eve", Terms(60, "origin"))
        lease = read_lease(clones[0], task)
        assert lease
        assert lease.token == won[0]


@pytest.mark.parametrize("remote", ["", "origin"])
def test_a_claimer_killed_anywhere_leaves_each_claim_whole_and_able_to_be_taken_up(
    clones: list[git.Repo], remote: str
) -> None:
    one = clones[0]
    ids = make_ids(12)
    for round_, pause in enumerate((0.0, 0.004, 0.009, 0.015, 0.022)):
        process = start_claimer(one, "ada", ids, remote)
        assert process.stdout
        for _ in range(2 * round_ + 1):  # it is in the midst of its work
            process.stdout.readline()
        time.sleep(pause)
        process.send_signal(signal.SIGKILL)
        process.communicate()
    for task in ids:  # the next process of this clone takes up what the killed ones held
        head = TaskHead(id=task, title="x", status=Status.QUEUED)
        lease = claim_task(one, head, "ada", Terms(60, remote, resume=True))
        assert require_lease(one, task, "ada", remote=remote).token == lease.token
        assert lease.number == 1
