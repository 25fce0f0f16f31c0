"""Where work begins, and what becomes of it: one commit on the task's branch, merged only where nothing is in the way."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from openclaw_hooks.agent.model import Found
from openclaw_hooks.agent.trees.base import Base, choose_base
from openclaw_hooks.agent.trees.keeping import Credit, keep_receipt, kept_message, make_kept_commit
from openclaw_hooks.agent.trees.merging import MergeDone, Offer, merge_kept
from openclaw_hooks.agent.trees.refs import move_branch, task_branch
from openclaw_hooks.checks.commit_message import judge_message
from openclaw_hooks.checks.policy import load_policy
from openclaw_hooks.errors import OpenclawError
from openclaw_hooks.git import open_repo
from openclaw_hooks.receipts import lacking_receipts
from openclaw_hooks.settings import CommitMessageSettings, Merge
from openclaw_hooks.tasks.model import Status, TaskHead
from openclaw_hooks.verdict import Severity
from tests.agent.trees.conftest import AUTHOR, RUN, TASK, Field, picture

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.conftest import Repository

BRANCH = f"openclaw/{TASK}"


def credit(title: str = "Add a page", n: int = 1) -> Credit:
    """Who gets a commit."""
    return Credit(TASK, title, RUN, n, AUTHOR)


def keep(field: Field, script: str = "echo new > new.txt") -> str:
    """Kept work on the task's branch."""
    field.begin().agent(f"{script}; git add -A; git commit -qm 'by the agent'; rm -f other.txt")
    commit = make_kept_commit(field.repo, field.snapshot(), credit(), CommitMessageSettings())
    move_branch(field.repo, BRANCH, "", commit)
    return commit


def offer(field: Field, policy: Merge, new: str, target: str = "main") -> MergeDone:
    """What becomes of kept work."""
    return merge_kept(field.repo, Offer(policy, BRANCH, target, field.base, new))


def test_kept_work_is_one_commit_on_its_base_that_says_nothing_of_the_agents(field: Field) -> None:
    commit = keep(field)
    assert field.parents(commit) == [field.base]
    assert field.files(commit)["new.txt"] == "100644 new\n"
    told = field.user.git("log", "-1", "--format=%an <%ae>%n%cn <%ce>%n%B", commit).stdout.strip()
    assert told == f"{AUTHOR}\n{AUTHOR}\nfeat: Add a page\n\nTask: {TASK}\nRun: {RUN}\nAttempt: 1"
    assert "by the agent" not in field.user.git("log", BRANCH).stdout


@pytest.mark.parametrize(
    ("title", "settings", "subject"),
    [
        ("Add a page", CommitMessageSettings(), "feat: Add a page"),
        ("fix(parser): read the last line", CommitMessageSettings(), "fix(parser): read the last line"),
        ("Note: this is no type", CommitMessageSettings(), "feat: Note: this is no type"),
        ('Revert "x"', CommitMessageSettings(), 'feat: Revert "x"'),
        ("  odd \x1b[31m\t\n lines \x00 ", CommitMessageSettings(), "feat: odd [31m lines"),
        ("fixup! x", CommitMessageSettings(types=("task",)), "task: fixup! x"),
        ("x", CommitMessageSettings(types=("docs", "chore")), "chore: x"),
        ("x", CommitMessageSettings(require_scope=True), "feat(agent): x"),
        ("x", CommitMessageSettings(require_scope=True, scopes=("ui", "api")), "feat(ui): x"),
        ("fix: x", CommitMessageSettings(require_scope=True, scopes=("ui",)), "feat(ui): fix: x"),
        ("a word " * 30, CommitMessageSettings(max_subject=30), "feat: a word a word a word a…"),
        ("w" * 200, CommitMessageSettings(max_subject=20), "feat: wwwwwwwwwwwwww"),
        ("\x00", CommitMessageSettings(), "feat: do the task"),
    ],
)
def test_the_message_passes_the_repositorys_own_check(
    title: str, settings: CommitMessageSettings, subject: str
) -> None:
    message = kept_message(credit(title), settings)
    assert message.split("\n")[0] == subject
    assert judge_message(message, settings) == []
    assert message.endswith(f"\n\nTask: {TASK}\nRun: {RUN}\nAttempt: 1\n")


def test_a_receipt_says_what_kept_work_has_passed(field: Field, monkeypatch: pytest.MonkeyPatch) -> None:
    commit = keep(field)
    monkeypatch.chdir(field.user.path)
    assert [each.oid for each in lacking_receipts([commit])] == [commit]
    policy = load_policy(str(field.user.path))
    error = Found("secrets", Severity.ERROR, "new.txt", 1, "a secret")
    with pytest.raises(OpenclawError, match="did not pass: it gets no receipt"):
        keep_receipt(commit, policy, [error])
    assert [each.oid for each in lacking_receipts([commit])] == [commit]
    keep_receipt(commit, policy, [Found("scope", Severity.WARNING, "new.txt", 0, "odd")])
    assert lacking_receipts([commit]) == []
    receipt = field.user.git("notes", "--ref=openclaw", "show", commit).stdout
    assert '"secrets":"passed"' in receipt
    assert '"scope":"warned"' in receipt


def test_by_default_work_stays_on_its_branch(field: Field) -> None:
    commit = keep(field)
    refs = field.refs()
    assert offer(field, Merge.NONE, commit) == MergeDone(False, f"it stays on {BRANCH}")
    assert field.refs() == refs


def test_a_clean_checkout_is_fast_forwarded_with_its_files(field: Field) -> None:
    commit = keep(field)
    assert offer(field, Merge.FF, commit) == MergeDone(True, "main was fast-forwarded")
    assert field.user.head() == commit
    assert field.user.git("status", "--porcelain").stdout == ""
    assert (field.user.path / "new.txt").read_text() == "new\n"
    assert offer(field, Merge.FF, commit) == MergeDone(True, "main contains it")


def test_a_branch_that_nobody_has_checked_out_is_moved_alone(field: Field) -> None:
    commit = keep(field)
    field.user.git("checkout", "-q", "-b", "other")
    before = picture(field)
    assert offer(field, Merge.FF, commit).done
    assert field.user.git("rev-parse", "main").stdout.strip() == commit
    assert picture(field) == before


def test_a_branch_that_is_checked_out_elsewhere_is_moved_there(field: Field, tmp_path: Path) -> None:
    commit = keep(field)
    field.user.git("checkout", "-q", "-b", "other")
    field.user.git("worktree", "add", "-q", str(tmp_path / "else where"), "main")
    assert offer(field, Merge.FF, commit).done
    assert (tmp_path / "else where/new.txt").is_file()
    assert not (field.user.path / "new.txt").exists()


@pytest.mark.parametrize(
    ("state", "why"),
    [
        ("echo mine > run.sh", "has changes that are not committed"),
        ("echo mine > run.sh; git add run.sh", "has changes that are not committed"),
        ("git rm -q --cached run.sh", "has changes that are not committed"),
        ("git update-ref MERGE_HEAD HEAD", "is in the middle of something (MERGE_HEAD)"),
        ("mkdir .git/rebase-merge", "is in the middle of something (rebase-merge)"),
        ("touch .git/index.lock", "is in the middle of something (index.lock)"),
        ("echo mine > new.txt", "could not be fast-forwarded"),
        ("git commit -q --allow-empty -m on", "main has moved on"),
        ("git switch -q -c other; git branch -q -D main", "the branch main is gone"),
    ],
)
def test_nothing_is_merged_where_something_is_in_the_way(field: Field, state: str, why: str) -> None:
    commit = keep(field)
    field.agent(state, cwd=str(field.user.path), GIT_COMMITTER_EMAIL="ada@example.org")
    refs, before = field.refs(), picture(field)
    done = offer(field, Merge.FF, commit)
    assert not done.done
    assert why in done.why
    assert done.why.endswith(f"merge it yourself: git merge {BRANCH}")
    assert (field.refs(), picture(field)) == (refs, before)


def test_without_a_branch_there_is_nothing_to_merge_into(field: Field) -> None:
    assert "no branch is checked out" in offer(field, Merge.FF, keep(field), target="").why


def test_the_branch_is_pushed_past_the_hooks_that_check_it(
    field: Field, make_repository: Callable[..., Repository]
) -> None:
    server = make_repository("server.git", "--bare")
    commit = keep(field)
    told = offer(field, Merge.BRANCH, commit).why
    assert "was not pushed to origin: 'origin' does not appear to be a git repository" in told
    field.user.git("remote", "add", "origin", str(server.path))
    hook = field.user.write(
        ".git/hooks/pre-push", "#!/bin/sh\ncat > pushed; test ! -e refused || { echo src/a.py:1: bad >&2; exit 1; }\n"
    )
    hook.chmod(0o755)
    field.user.write("refused", "")
    assert offer(field, Merge.BRANCH, commit) == MergeDone(False, f"{BRANCH} was not pushed to origin: src/a.py:1: bad")
    (field.user.path / "refused").unlink()
    assert offer(field, Merge.BRANCH, commit) == MergeDone(True, f"{BRANCH} was pushed to origin")
    assert server.git("for-each-ref", "--format=%(refname) %(objectname)").stdout == f"refs/heads/{BRANCH} {commit}\n"
    assert commit in (field.user.path / "pushed").read_text()
    assert offer(field, Merge.BRANCH, commit).done


def test_a_branch_that_went_another_way_on_the_server_is_not_forced(
    field: Field, make_repository: Callable[..., Repository]
) -> None:
    server = make_repository("server.git", "--bare")
    field.user.git("remote", "add", "origin", str(server.path))
    other = field.user.git("commit-tree", "-p", "HEAD", "-m", "x", "HEAD^{tree}").stdout.strip()
    field.user.git("push", "-q", "origin", f"{other}:refs/heads/{BRANCH}")
    assert "was not pushed to origin: ! [rejected]" in offer(field, Merge.BRANCH, keep(field)).why
    assert server.git("rev-parse", BRANCH).stdout.strip() == other


def task(name: str = TASK, *depends_on: str, status: Status = Status.COMPLETED) -> TaskHead:
    """A task."""
    return TaskHead(id=name, title="x", status=status, depends_on=depends_on)


def branch(field: Field, name: str, parent: str = "HEAD") -> str:
    """A branch of kept work for a task."""
    commit = field.user.git("commit-tree", "-p", parent, "-m", name, "HEAD^{tree}").stdout.strip()
    move_branch(field.repo, task_branch(name), "", commit)
    return commit


def test_work_begins_at_the_branch_that_is_checked_out(field: Field) -> None:
    assert choose_base(field.repo, task(), ()) == Base(field.base, "main")
    field.user.git("checkout", "-q", "--detach")
    assert choose_base(open_repo(str(field.user.path)), task(), ()) == Base(field.base, "")


def test_in_a_linked_worktree_it_begins_at_the_branch_there(field: Field, tmp_path: Path) -> None:
    field.user.git("worktree", "add", "-q", "-b", "side", str(tmp_path / "side"))
    assert choose_base(open_repo(str(tmp_path / "side")), task(), ()) == Base(field.base, "side")


def test_work_that_it_depends_on_is_what_it_begins_at(field: Field) -> None:
    first = branch(field, "T-aaaaaa")
    second = branch(field, "T-bbbbbb", first)
    tasks = [task("T-aaaaaa"), task("T-bbbbbb", "T-aaaaaa"), task("T-cccccc")]
    assert choose_base(field.repo, task(TASK, "T-aaaaaa", "T-cccccc"), tasks) == Base(first, "main")
    assert choose_base(field.repo, task(TASK, "T-aaaaaa", "T-bbbbbb"), tasks) == Base(second, "main")
    field.user.git("merge", "-q", "--ff-only", second)
    assert choose_base(field.repo, task(TASK, "T-aaaaaa"), tasks) == Base(second, "main")


def test_work_apart_has_to_be_merged_first(field: Field) -> None:
    branch(field, "T-aaaaaa")
    branch(field, "T-bbbbbb")
    with pytest.raises(OpenclawError) as caught:
        choose_base(field.repo, task(TASK, "T-aaaaaa", "T-bbbbbb"), {})
    assert caught.value.message == f"{TASK} builds on work that is not merged: openclaw/T-aaaaaa, openclaw/T-bbbbbb"
    assert caught.value.hint == "merge it into main first: git merge openclaw/T-aaaaaa"
    field.user.commit("feat: on", "--allow-empty")
    with pytest.raises(OpenclawError, match="openclaw/T-aaaaaa"):
        choose_base(field.repo, task(TASK, "T-aaaaaa"), {})


def test_where_nothing_is_committed_there_is_nothing_to_begin_at(make_repository: Callable[..., Repository]) -> None:
    repo = open_repo(str(make_repository("empty").path))
    with pytest.raises(OpenclawError, match="nothing is committed here"):
        choose_base(repo, task(), ())
