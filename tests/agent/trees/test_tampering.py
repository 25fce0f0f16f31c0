"""A guard: what an agent changed around its worktree is found, told, and put back as it was."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import pytest

from openclaw_hooks.agent.trees.identity import attempt_identity, mark_of
from openclaw_hooks.agent.trees.tampering import find_tampering
from openclaw_hooks.agent.trees.watch import Watch, watch_repository
from openclaw_hooks.agent.trees.worktrees import remove_worktree
from tests.agent.trees.conftest import AUTHOR, RUN, Field, picture

if TYPE_CHECKING:
    from tests.conftest import Repository

UNMARKED = {"GIT_COMMITTER_EMAIL": "ada@example.org"}


@pytest.fixture
def around(field: Field) -> Field:
    """A repository with branches, tags and commits that an agent could move, and what belongs to the board."""
    git = field.user.git
    for name in ("one", "two"):
        field.user.stage(name, f"{name}\n")
        field.user.commit(f"feat: {name}")
    git("branch", "feature", "HEAD~1")
    git("branch", "ahead", git("commit-tree", "-p", "HEAD", "-m", "ahead", "HEAD^{tree}").stdout.strip())
    git("tag", "v1", "HEAD~1")
    git("tag", "-a", "-m", "v2", "v2", "HEAD")
    git("update-ref", "refs/openclaw/attempts/T-000000/1", "HEAD~1")
    git("update-ref", "refs/heads/openclaw/board", "HEAD~1")
    git("update-ref", "refs/remotes/origin/main", "HEAD~1")
    git("status")
    return Field(field.user).begin()


def blame(field: Field) -> tuple[str, ...]:
    """What is found; it is put back, and not found any more."""
    found = field.tampering()
    assert found.undo() == ()
    assert found.undo() == ()
    assert field.tampering().findings == ()
    return found.findings


MOVES = (
    "git checkout -q -b mine; echo x > x; git add x; git commit -qm x",
    "git branch -f feature HEAD",
    "git branch -D feature",
    "git tag -d v1",
    "git tag -f v1 HEAD",
    "git tag -a -m own own HEAD~1",
    "git update-ref refs/heads/main HEAD~1",
    "git update-ref -d refs/heads/feature; git update-ref refs/heads/main $(git commit-tree -p HEAD -m x HEAD^{tree})",
    "echo x > x; git add x; git commit -qm x; git push -q . HEAD:refs/heads/feature -f",
    "git update-ref -d refs/openclaw/attempts/T-000000/1",
    "git update-ref refs/openclaw/attempts/T-000000/1 HEAD",
    "git update-ref refs/heads/openclaw/board HEAD~2",
    "git branch -m feature renamed",
    "echo s > README.md; git stash -q",
    "git stash drop -q",
    "git stash clear; echo s > README.md; git stash -q",
    "git stash pop -q || true",
    "git replace HEAD HEAD~1",
)


def test_refs_that_an_agent_moved_are_back_where_they_were(around: Field) -> None:
    refs, stash = around.refs(), around.user.git("stash", "list").stdout
    before = picture(around)
    for deed in MOVES:
        around.agent(f"{deed}; git checkout -qf --detach {around.base}; git clean -fdqx")
        assert blame(around), deed
        assert around.refs() == refs, deed
        assert around.user.git("stash", "list").stdout == stash, deed
    remove_worktree(around.repo, around.path)
    before.git["logs/HEAD"] = picture(around).git["logs/HEAD"]  # where main was moved and put back
    assert picture(around) == before


HIDDEN = (
    "git update-ref refs/heads/main ahead",
    "git branch -D feature",
    "git update-ref refs/heads/main HEAD~1",
    "git update-ref refs/heads/feature HEAD~2",
    "echo x > x; git add x; git commit -qm x; git branch kept; git tag kept-too",
    "git update-ref refs/heads/openclaw/board HEAD~2",
    "git update-ref -d refs/openclaw/attempts/T-000000/1",
    "git stash clear",
)


def test_that_it_hides_behind_another_name_does_not_help(around: Field) -> None:
    refs, stash = around.refs(), around.user.git("stash", "list").stdout
    for deed in HIDDEN:
        around.agent(f"{deed}; git checkout -qf --detach {around.base}; git clean -fdqx", **UNMARKED)
        assert blame(around), deed
        assert around.refs() == refs, deed
        assert around.user.git("stash", "list").stdout == stash, deed


MEANWHILE = (
    "echo x > x; git add x; git commit -qm x",
    "git commit -q --allow-empty --amend -m amended",
    "git reset -q --hard HEAD~1",
    "git switch -q -c topic; git commit -q --allow-empty -m topic",
    "git switch -q feature; git commit -q --allow-empty -m more; git switch -q main",
    "git switch -q feature; git rebase -q main; git switch -q main",
    "git switch -q --detach HEAD~1",
    "git branch -m feature renamed",
    "git branch another HEAD~1; git tag light",
    "git tag -a -m own own",
    "echo s > README.md; git stash -q",
    "git fetch -q . main:feature",
    "git branch --track tracking main",
    "git worktree add -q ../aside; git -C ../aside commit -q --allow-empty -m aside",
    "git update-ref refs/openclaw/claims/T-000000 HEAD; git update-ref refs/notes/openclaw HEAD",
    "git update-ref refs/heads/openclaw/board HEAD",
    "git gc -q; git pack-refs --all",
)


def test_what_a_person_does_meanwhile_is_left_alone(around: Field) -> None:
    around.agent("echo x > work; git add work; git commit -qm work")
    for deed in MEANWHILE:
        around.watch = watch_repository(around.repo, mark_of(RUN, 1))
        around.agent(deed, cwd=str(around.user.path), **UNMARKED)
        refs, before = around.refs(), picture(around)
        found = around.tampering()
        assert found.findings == (), deed
        assert found.undo() == (), deed
        assert around.refs() == refs, deed
        assert picture(around) == before, deed


def test_what_the_agents_own_git_needs_is_no_tampering(around: Field) -> None:
    around.agent(
        "git status; git fetch -q . HEAD; git stash list; git log -1 -q; git diff; git add -A; git gc -q --auto"
    )
    around.agent("echo s > README.md; git stash -q; git stash pop -q; git bisect start; git bisect reset")
    assert around.tampering().findings == ()


def test_a_commit_made_in_the_users_checkout_is_taken_back_with_its_files(around: Field) -> None:
    around.user.write("mine.txt", "mine\n")
    head = around.repo.head
    around.agent(
        "echo agent > one; rm two; echo new > new; git add -A one two new; git commit -qm x", cwd=str(around.user.path)
    )
    assert any("refs/heads/main" in text for text in blame(around))
    assert around.user.head() == head
    assert around.user.git("status", "--porcelain").stdout == "?? mine.txt\n"
    assert (around.user.path / "one").read_text() == "one\n"
    assert not (around.user.path / "new").exists()


def test_that_it_takes_the_log_of_a_branch_away_does_not_help(around: Field) -> None:
    around.agent("git reset -q --hard HEAD~1; rm .git/logs/refs/heads/main", cwd=str(around.user.path))
    assert [text.split()[0] for text in blame(around)] == ["refs/heads/main"]
    assert (around.user.path / "two").read_text() == "two\n"
    assert around.user.git("status", "--porcelain").stdout == ""


def test_what_a_person_has_staged_stays_staged(around: Field) -> None:
    around.user.stage("staged", "staged\n")
    around.user.write("one", "changed\n")
    status, before = around.user.git("status", "--porcelain").stdout, picture(around)
    around.agent("echo x > x; git add x; git commit -qm x; git update-ref refs/heads/main HEAD")
    assert blame(around)
    assert picture(around).git["index"] == before.git["index"]
    assert around.user.git("status", "--porcelain").stdout == status == " M one\nA  staged\n"
    around.agent("echo x > x; git add x; git commit -qm x x", cwd=str(around.user.path))
    assert blame(around)
    assert around.user.git("status", "--porcelain").stdout == status
    assert around.user.head() == around.base


def test_that_the_users_checkout_stands_elsewhere_is_told(around: Field) -> None:
    around.agent("git checkout -q feature", cwd=str(around.user.path))
    assert [text for text in around.tampering().findings if "was moved from ref: refs/heads/main to" in text]


SWITCHES = (
    "git checkout -q -b mine",
    "git checkout -q feature",
    "git checkout -q --detach HEAD~1",
    "git checkout -q -b mine; echo x > x; git add x; git commit -qm x x",
    "echo ref: refs/heads/nowhere > .git/HEAD",
    "at=$(git rev-parse HEAD~2); echo $at > .git/HEAD",
)


@pytest.mark.parametrize("script", SWITCHES)
def test_a_checkout_that_an_agent_switched_stands_where_it_stood(around: Field, script: str) -> None:
    around.user.stage("staged", "staged\n")
    around.user.write("one", "changed\n")
    index, status = (around.user.git(*words).stdout for words in (("ls-files", "-s"), ("status", "--porcelain")))
    around.agent(script, cwd=str(around.user.path))
    assert blame(around)
    assert around.user.git("symbolic-ref", "HEAD").stdout == "refs/heads/main\n"
    assert around.user.git("status", "--porcelain").stdout == status
    assert around.user.git("ls-files", "-s").stdout == index


def test_a_checkout_that_an_agent_reset_is_told(around: Field) -> None:
    around.user.write("one", "changed\n")
    around.agent("git reset -q --hard", cwd=str(around.user.path))
    assert [text for text in around.tampering().findings if text.endswith("was reset by the agent")]


@pytest.mark.parametrize("content", ["0" * 40, "nothing", "$(git rev-parse HEAD~1)"])
def test_a_link_in_place_of_a_branch_goes_and_is_not_written_through(
    around: Field, tmp_path: Path, content: str
) -> None:
    outside = tmp_path / "outside"
    around.agent(f'echo "{content}" > {outside}; ln -sf {outside} .git/refs/heads/main', cwd=str(around.user.path))
    told = outside.read_text()
    assert blame(around)
    assert around.user.head() == around.base
    assert outside.read_text() == told


def test_a_person_may_switch_and_reset(around: Field) -> None:
    around.user.git("checkout", "-q", "feature")
    around.user.git("reset", "-q", "--hard")
    assert around.tampering().findings == ()


SETTINGS = (
    "git config core.hooksPath /tmp/evil",
    "git config --global alias.st '!evil'",
    "git config core.fsmonitor evil",
    "git config branch.main.remote https://evil.example",
    "git config remote.origin.url https://evil.example",
    "rm $GIT/config",
    "chmod 666 $GIT/config",
    "printf '#!/bin/sh\\n' > $GIT/hooks/pre-push; chmod +x $GIT/hooks/pre-push",
    "rm $GIT/hooks/pre-commit",
    "chmod -x $GIT/hooks/pre-commit",
    "ln -sf /bin/true $GIT/hooks/pre-commit",
    "echo '*' >> $GIT/info/exclude",
    "echo '* filter=evil' > $GIT/info/attributes",
    "git rev-parse HEAD > $GIT/info/grafts",
    "mkdir -p $GIT/objects/info; echo /tmp/evil > $GIT/objects/info/alternates",
    "mkdir -p $XDG_CONFIG_HOME/git; echo 'x.py' > $XDG_CONFIG_HOME/git/ignore",
)


def test_settings_and_hooks_are_put_back(around: Field) -> None:
    git_dir = around.user.path / ".git"
    hook = around.user.write(".git/hooks/pre-commit", "#!/bin/sh\nexit 0\n")
    hook.chmod(0o755)
    around.begin()
    before = {path: (path.lstat().st_mode, path.read_bytes()) for path in _settings(git_dir)}
    for deed in SETTINGS:
        around.agent(deed, GIT=str(git_dir))
        assert blame(around), deed
        assert {path: (path.lstat().st_mode, path.read_bytes()) for path in _settings(git_dir)} == before, deed
        assert not hook.is_symlink(), deed


def _settings(git_dir: Path) -> list[Path]:
    home = Path(os.environ["HOME"])
    found = [git_dir / "config", *(git_dir / "hooks").iterdir(), *(git_dir / "info").iterdir(), *home.rglob("*")]
    return [path for path in [*found, git_dir / "objects/info/alternates"] if path.is_file()]


def test_hooks_among_the_users_files_are_guarded_and_still_theirs(around: Field) -> None:
    around.user.git("config", "core.hooksPath", ".husky")
    hook = around.user.write(".husky/pre-push", "#!/bin/sh\n")
    hook.chmod(0o755)
    around.user.git("add", ".husky")
    around.user.commit("chore: hooks", "--no-verify")
    around.begin()
    around.agent('echo evil >> "$USER_REPO/.husky/pre-push"; echo evil > "$USER_REPO/.husky/pre-commit"')
    assert [Path(text.split()[0]).name for text in blame(around)] == ["pre-commit", "pre-push"]
    assert around.user.git("status", "--porcelain").stdout == ""
    hook.write_text("#!/bin/sh\ntrue\n")
    around.user.git("rm", "-q", "--cached", ".husky/pre-push")
    around.user.git("add", ".husky")
    assert around.tampering().findings == ()


def test_worktrees_that_an_agent_makes_are_told_and_do_not_stay_behind(around: Field) -> None:
    around.agent('git worktree add -q inside; git worktree add -q --detach "$USER_REPO/../beside"')
    told = "\n".join(blame_all(around))
    assert "/beside was made a worktree of this repository: git worktree remove --force" in told
    assert "refs/heads/inside was" in told
    remove_worktree(around.repo, around.path)
    assert around.user.git("worktree", "list").stdout.count("\n") == 2


def blame_all(field: Field) -> tuple[str, ...]:
    """What is found, whether all of it can be put back or not."""
    found = field.tampering()
    found.undo()
    return found.findings


def test_caches_of_hooks_do_not_outlive_the_worktree(around: Field) -> None:
    state = around.user.path / ".git/openclaw"
    for name in ("policy-0123abcd.json", "commands-x.json", "kept.json"):
        (state / name).write_text("planted")
    remove_worktree(around.repo, around.path)
    assert sorted(path.name for path in state.iterdir() if path.is_file()) == ["kept.json"]


def test_what_was_found_there_can_be_looked_at(around: Field) -> None:
    around.agent("git config core.pager evil")
    found = around.tampering()
    oid = found.findings[0].rpartition(" ")[2]
    assert "pager = evil" in around.user.git("cat-file", "-p", oid).stdout
    assert found.undo() == ()
    assert "evil" not in around.user.git("config", "--list").stdout


def test_filters_that_the_agent_planted_are_not_run(around: Field, tmp_path: Path) -> None:
    witness = tmp_path / "witness"
    around.agent(
        f"git config filter.evil.clean 'touch {witness}; cat'; echo '* filter=evil' > .gitattributes; echo x > x"
    )
    assert around.files(around.snapshot().commit)["x"] == "100644 x\n"
    assert around.tampering().undo() == ()
    assert not witness.exists()


def test_what_is_remembered_survives_being_written_down(around: Field) -> None:
    assert around.watch is not None
    watch = msgspec.json.decode(msgspec.json.encode(around.watch), type=Watch)
    assert watch == around.watch
    around.agent("git config core.pager evil; git branch -D feature")
    assert len(find_tampering(around.repo, watch, around.snapshot()).findings) == 2


def test_another_run_that_begins_anew_is_no_tampering(around: Field) -> None:
    branch, git = "refs/heads/openclaw/T-aaaaaa", around.user.git
    tip = git("commit-tree", "-p", "HEAD", "-m", "kept", "HEAD^{tree}").stdout.strip()
    git("update-ref", branch, tip)
    around.watch = watch_repository(around.repo, mark_of(RUN, 1))
    git("update-ref", branch, "HEAD")
    assert [text.split()[0] for text in around.tampering().findings] == [branch]
    git("update-ref", "refs/openclaw/superseded/T-aaaaaa/x", tip)
    assert around.tampering().findings == ()


def test_a_ref_that_somebody_moved_on_is_left_and_told(around: Field) -> None:
    around.agent("git update-ref refs/heads/feature $(git commit-tree -p HEAD -m x HEAD^{tree})")
    found = around.tampering()
    around.user.git("update-ref", "refs/heads/feature", "HEAD~2")
    assert found.undo()[0].startswith("refs/heads/feature was moved on by somebody: it was at")


def test_an_agent_can_commit_where_nobody_has_said_who_it_is(repository: Repository) -> None:
    repository.stage("file", "x\n")
    repository.commit()
    field = Field(repository).begin()
    field.agent(
        "git config --global --unset user.name; git config --global --unset user.email; git commit -q --allow-empty -m x"
    )
    assert field.agent("git log -1 --format='%an <%ae> %ce'") == f"{AUTHOR} {RUN}.1@agent.openclaw.invalid"
    assert set(attempt_identity("", RUN, 1).values()) != {""}


def test_a_watch_costs_no_more_than_looking(field: Field) -> None:
    before = picture(field)
    watch = watch_repository(field.repo, "x")
    assert watch.refs["refs/heads/main"] == field.base
    assert picture(field) == before
