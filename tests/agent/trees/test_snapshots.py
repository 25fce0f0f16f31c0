"""What an attempt left becomes a commit, whatever the agent did to git's state in its worktree."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from openclaw_hooks.agent.trees.refs import attempt_refs, interrupted_refs, move_branch, set_attempt_ref, task_branch
from openclaw_hooks.agent.trees.snapshot import holds_work
from openclaw_hooks.agent.trees.spots import index_path
from openclaw_hooks.agent.trees.stage import open_staging
from openclaw_hooks.agent.trees.worktrees import remove_worktree
from openclaw_hooks.errors import OpenclawError
from openclaw_hooks.git import open_repo
from tests.agent.trees.conftest import TASK, Field, picture

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.conftest import Repository


def test_new_changed_and_deleted_files_modes_and_links_are_in_it(field: Field) -> None:
    field.begin().agent(
        "echo new > new.txt; echo two > src/app.py; rm src/old.py; chmod +x run.sh; ln -s ../out in; echo l > a.log"
    )
    found = field.snapshot()
    files = field.files(found.commit)
    assert files["new.txt"] == "100644 new\n"
    assert files["src/app.py"] == "100644 two\n"
    assert files["run.sh"] == "100755 echo run\n"
    assert files["in"] == "120000 ../out"
    assert "src/old.py" not in files
    assert "a.log" not in files
    assert field.parents(found.commit) == [field.base]
    assert (found.stat.files, found.stat.added, found.stat.removed) == (5, 3, 2)
    assert found.stat.paths == ("in", "new.txt", "run.sh", "src/app.py", "src/old.py")
    assert (found.is_empty, found.own_head, found.found) == (False, "", ())


def test_without_a_change_it_is_empty(field: Field) -> None:
    found = field.begin().snapshot()
    assert found.is_empty
    assert not holds_work(field.repo, found)
    assert found.tree == field.user.git("rev-parse", "HEAD^{tree}").stdout.strip()
    field.agent("git commit -q --allow-empty -m done")
    found = field.snapshot()
    assert found.is_empty
    assert found.own_head


def test_work_that_the_agent_committed_itself_is_not_lost(field: Field) -> None:
    head = field.begin().agent("echo one > one; git add one; git commit -qm one; git rev-parse HEAD").split()[-1]
    field.agent("echo two > two")
    found = field.snapshot()
    assert found.own_head == head
    assert field.parents(found.commit) == [field.base, head]
    assert {"one", "two"} <= set(field.files(found.commit))


@pytest.mark.parametrize(
    "wandering",
    [
        "git checkout -q -b aside",
        "git checkout -q --detach HEAD~0; git commit -q --amend -m amended",
        "git switch -q --orphan alone; git checkout -q HEAD@{1} -- . || true",
        "echo 1 > clash; git add clash; git commit -qm a; git checkout -q -b b HEAD~1; echo 2 > clash; git add clash;"
        " git commit -qm b; git rebase -q HEAD@{2} || true",
        'touch "$(git rev-parse --git-dir)/index.lock"',
        'echo broken > "$(git rev-parse --git-dir)/index"',
        'echo broken > "$(git rev-parse --git-dir)/HEAD"',
        "rm -rf .git",
        "rm .git; git init -q; git add -A; git commit -qm own",
        'rm -rf "$(git rev-parse --git-dir)"',
        "git update-index --assume-unchanged src/app.py; git update-index --skip-worktree src/old.py",
        "git config --local core.bare true || true; git config --local --unset core.bare || true",
    ],
)
def test_whatever_state_git_is_left_in_the_files_are_taken(field: Field, wandering: str) -> None:
    field.begin().agent(f"echo before > before; git add before; git commit -qm before; {wandering}")
    field.agent("echo after > after; mkdir -p src; echo 'changed' > src/app.py; rm -f src/old.py; touch run.sh")
    files = field.files(field.snapshot().commit)
    assert files["after"] == "100644 after\n"
    assert files["src/app.py"] == "100644 changed\n"
    assert "src/old.py" not in files


def test_a_file_of_the_same_size_changed_at_once_is_seen(field: Field) -> None:
    field.begin().agent(
        'stat -c %y src/app.py > ../time; printf "print(\'two\')\\n" > src/app.py; touch -d "$(cat ../time)" src/app.py; rm ../time'
    )
    assert field.snapshot().stat.paths == ("src/app.py",)


def test_the_index_keeps_its_time_so_that_changes_of_the_same_second_are_seen(field: Field) -> None:
    owner = field.begin().owner()
    os.utime(index_path(field.repo, field.path), (1_000_000_000, 1_000_000_000))
    staging = open_staging(field.repo, owner, field.base)
    assert os.stat(staging.index_file).st_mtime == 1_000_000_000
    staging.close()
    assert not os.path.lexists(staging.index_file)


def test_commits_on_branches_and_on_the_stash_are_kept_too(field: Field) -> None:
    field.begin()
    aside = field.agent(
        "git checkout -qb aside; echo a > a; git add a; git commit -qm a; git rev-parse HEAD; git checkout -q --detach HEAD~1"
    )
    bare = field.agent(
        "git update-ref refs/heads/direct $(git commit-tree -p HEAD -m x HEAD^{tree}); git rev-parse direct"
    )
    stashed = field.agent("echo s > README.md; git stash -q; git rev-parse refs/stash")
    found = field.snapshot()
    assert found.own_head == ""
    assert found.is_empty
    assert field.parents(found.commit)[0] == field.base
    assert set(field.parents(found.commit)[1:]) == {aside, bare, stashed}
    assert holds_work(field.repo, found)


def test_another_branch_of_the_users_is_no_work_of_the_agents(field: Field) -> None:
    field.user.git(
        "branch", "other", field.user.git("commit-tree", "-p", "HEAD", "-m", "x", "HEAD^{tree}").stdout.strip()
    )
    field.begin().agent("git checkout -q --detach other")
    found = field.snapshot()
    assert found.own_head == ""
    assert field.parents(found.commit) == [field.base]


def test_ignored_files_that_the_agent_added_on_purpose_are_taken(field: Field) -> None:
    field.begin().agent(
        "echo x > forced.log; echo y > plain.log; git add -f forced.log; git commit -qm forced; mkdir build; echo z > build/z; git add -f build/z"
    )
    assert {"forced.log", "build/z"} <= set(field.files(field.snapshot().commit))
    assert "plain.log" not in field.files(field.snapshot().commit)


def test_odd_names_are_taken_as_they_are(field: Field) -> None:
    names = [
        b"new\nline",
        b"--option",
        b'quo"te',
        b":(exclude)x",
        b"\xff\xfe",
        "ümlaut".encode(),
        b"back\\slash",
        b"*",
        b" ",
    ]
    field.begin()
    for name in names:
        with open(os.path.join(os.fsencode(field.path), name), "wb") as stream:
            stream.write(b"x\n")
    found = field.snapshot()
    files = {os.fsencode(name) for name in field.files(found.commit)}
    assert set(names) <= files
    assert all(path.isprintable() for path in found.stat.paths)


def test_a_repository_within_is_taken_as_files(field: Field) -> None:
    field.begin().agent(
        "git init -q vendor; cd vendor; echo a > a.txt; mkdir sub; echo b > sub/b.txt; echo l > c.log; echo i > own.skip; echo '*.skip' > .gitignore;"
        " git add -A; git commit -qm x; git init -q deeper; echo d > deeper/d.txt; git -C deeper add -A; git -C deeper commit -qm y"
    )
    found = field.snapshot()
    files = field.files(found.commit)
    inside = {path for path in files if path.startswith("vendor/")}
    assert inside == {"vendor/a.txt", "vendor/sub/b.txt", "vendor/.gitignore", "vendor/deeper/d.txt"}
    assert files["vendor/deeper/d.txt"] == "100644 d\n"
    assert [(each.check, each.path, each.is_error) for each in found.found] == [("nested-repository", "vendor", False)]


def test_files_that_cannot_be_read_are_made_readable(field: Field) -> None:
    field.begin().agent("mkdir closed; echo x > closed/x; chmod 0 closed/x closed")
    assert field.files(field.snapshot().commit)["closed/x"] == "100644 x\n"


def test_a_worktree_that_is_gone_is_one_with_everything_deleted(field: Field) -> None:
    field.begin().agent('cd ..; rm -rf "$OLDPWD"')
    found = field.snapshot()
    assert field.files(found.commit) == {}
    assert found.stat.files == 5


def test_without_what_was_remembered_of_the_index_it_is_the_same(field: Field) -> None:
    field.begin().agent("echo new > new; rm src/old.py")
    tree = field.snapshot().tree
    Path(index_path(field.repo, field.path)).write_bytes(b"broken")
    assert field.snapshot().tree == tree
    Path(index_path(field.repo, field.path)).unlink()
    assert field.snapshot().tree == tree


def test_the_agents_index_and_files_stay_as_they_are(field: Field) -> None:
    field.begin().agent("echo new > new; git add new; echo more > more")
    status = field.agent("git status --porcelain -uall")
    field.snapshot()
    assert field.agent("git status --porcelain -uall") == status == "A  new\n?? more"


def test_an_attempt_is_never_overwritten(field: Field) -> None:
    first = field.begin().snapshot().commit
    field.agent("echo x > x")
    second = field.snapshot().commit
    set_attempt_ref(field.repo, TASK, "10", first)
    set_attempt_ref(field.repo, TASK, "10", first)
    set_attempt_ref(field.repo, TASK, "2", second)
    set_attempt_ref(field.repo, TASK, "10-interrupted-1", second)
    with pytest.raises(OpenclawError, match="somebody else has moved it"):
        set_attempt_ref(field.repo, TASK, "10", second)
    assert attempt_refs(field.repo, TASK) == {2: second, 10: first}
    assert list(attempt_refs(field.repo, TASK)) == [2, 10]
    assert interrupted_refs(field.repo, TASK) == {"10-interrupted-1": second}
    for task, name in (
        (TASK, "0"),
        (TASK, "../1"),
        ("T-..", "1"),
        ("../../heads", "1"),
        (TASK, "1\n"),
        (TASK + "\n", "1"),
    ):
        with pytest.raises(OpenclawError, match="cannot be part of the name of a ref"):
            set_attempt_ref(field.repo, task, name, first)


def test_a_branch_moves_only_from_where_it_is_known_to_be(field: Field) -> None:
    first = field.begin().snapshot().commit
    field.agent("echo x > x")
    second = field.snapshot().commit
    branch = task_branch(TASK)
    move_branch(field.repo, branch, "", first)
    move_branch(field.repo, branch, "", first)
    with pytest.raises(OpenclawError, match="and was not there: somebody else has moved it"):
        move_branch(field.repo, branch, "", second)
    move_branch(field.repo, branch, first, second)
    with pytest.raises(OpenclawError, match="somebody else has moved it"):
        move_branch(field.repo, branch, first, field.base)
    assert field.user.git("rev-parse", f"refs/heads/{branch}").stdout.strip() == second


@pytest.fixture
def module(make_repository: Callable[..., Repository], field: Field) -> Field:
    """An attempt in a repository with a submodule, which its worktree has checked out."""
    other = make_repository("other")
    other.stage("lib.txt", "lib\n")
    other.commit()
    field.user.git("submodule", "--quiet", "add", str(other.path), "lib")
    field.user.commit("feat: lib")
    return Field(field.user).begin()


def test_a_submodule_that_is_not_touched_is_as_it_was(module: Field) -> None:
    assert module.snapshot().is_empty
    module.agent("git submodule --quiet update --init")
    found = module.snapshot()
    assert (found.is_empty, found.found) == (True, ())
    remove_worktree(module.repo, module.path)
    assert module.user.git("submodule", "status").stdout.startswith(" ")


def test_a_submodule_at_another_commit_is_told(module: Field) -> None:
    module.agent("git submodule --quiet update --init; cd lib; echo x > lib.txt; git commit -qam local")
    found = module.snapshot()
    assert [(each.path, each.is_error) for each in found.found] == [("lib", True)]
    assert "which no remote of it is known to have" in found.found[0].message
    module.agent("cd lib; git push -q origin HEAD:refs/heads/pushed; git fetch -q origin")
    found = module.snapshot()
    assert [(each.path, each.is_error) for each in found.found] == [("lib", False)]
    assert found.stat.paths == ("lib",)


@pytest.mark.parametrize("init", ["git submodule --quiet update --init", "true"])
def test_files_changed_within_a_submodule_are_told_and_kept(module: Field, init: str) -> None:
    module.agent(f"{init}; echo inside > lib/inside.txt")
    found = module.snapshot()
    assert found.is_empty
    assert [(each.check, each.path, each.is_error) for each in found.found] == [("submodule", "lib", True)]
    kept = module.parents(found.commit)[-1]
    assert module.files(kept)["inside.txt"] == "100644 inside\n"
    assert kept[:12] in found.found[0].message


def test_smudged_files_are_checked_out_and_cleaned(field: Field) -> None:
    field.user.git("config", "filter.caps.clean", "tr A-Z a-z")
    field.user.git("config", "filter.caps.smudge", "tr a-z A-Z")
    field.user.stage(".gitattributes", "*.caps filter=caps\n")
    field.user.stage("words.caps", "some words\n")
    field.user.commit("feat: words")
    field = Field(field.user).begin()
    assert Path(field.path, "words.caps").read_text() == "SOME WORDS\n"
    assert field.snapshot().is_empty
    field.agent("echo MORE >> words.caps")
    assert field.files(field.snapshot().commit)["words.caps"] == "100644 some words\nmore\n"


def test_where_a_filter_does_not_work_files_lie_as_they_are_stored(field: Field) -> None:
    field.user.git("config", "filter.far.clean", "tr A-Z a-z")
    field.user.git("config", "filter.far.smudge", "echo no server >&2; false")
    field.user.git("config", "filter.far.required", "true")
    field.user.stage(".gitattributes", "*.far filter=far\n")
    field.user.stage("large.far", "pointer\n")
    field.user.commit("feat: large")
    field = Field(field.user).begin()
    assert Path(field.path, "large.far").read_text() == "pointer\n"
    assert field.snapshot().is_empty
    field.agent("echo CHANGED > large.far; echo new > new")
    found = field.snapshot()
    assert found.stat.paths == ("large.far", "new")
    assert [(each.check, each.is_error) for each in found.found] == [("snapshot", False)]
    assert "filters did not work" in found.found[0].message
    assert "smudge filter far failed" in found.found[0].message


def test_where_a_filter_cannot_clean_nothing_is_lost_and_it_is_told(field: Field) -> None:
    field.user.git("config", "filter.odd.clean", "false")
    field.user.git("config", "filter.odd.required", "true")
    field.begin().agent("echo '*.odd filter=odd' > .gitattributes; echo raw > x.odd; echo new > new")
    found = field.snapshot()
    assert field.files(found.commit)["x.odd"] == "100644 raw\n"
    assert "new" in field.files(found.commit)
    assert [each.is_error for each in found.found] == [True]
    assert "not all files could be taken as they lay" in found.found[0].message


def test_line_ends_are_those_of_the_user(field: Field) -> None:
    field.user.git("config", "core.autocrlf", "true")
    field.begin()
    assert Path(field.path, "src/app.py").read_bytes() == b"print('one')\r\n"
    assert field.snapshot().is_empty


def test_names_that_differ_in_case_only_are_two_where_the_disk_has_two(field: Field) -> None:
    field.user.git("config", "core.ignoreCase", "true")
    field.begin().agent("echo lower > readme.md; git mv src/app.py src/App.py")
    files = field.files(field.snapshot().commit)
    assert {"README.md", "readme.md", "src/App.py"} <= set(files)
    assert "src/app.py" not in files


@pytest.mark.parametrize("kind", ["sha256", "shallow", "detached"])
def test_kinds_of_repositories(
    kind: str, make_repository: Callable[..., Repository], field: Field, tmp_path: Path
) -> None:
    if kind == "sha256":
        user = make_repository("other", "--object-format=sha256")
        user.stage("file", "x\n")
        user.commit()
    elif kind == "shallow":
        field.user.stage("more", "more\n")
        field.user.commit()
        user = type(field.user)(tmp_path / "shallow")
        field.user.git("clone", "-q", "--depth=1", f"file://{field.user.path}", str(user.path))
    else:
        field.user.git("checkout", "-q", "--detach")
        user = field.user
    other = Field(user)
    before = picture(other)
    other.begin().agent("echo new > new; git add new; git commit -qm own")
    found = other.snapshot()
    assert found.stat.paths == ("new",)
    assert len(other.parents(found.commit)) == 2
    assert other.tampering().findings == ()
    remove_worktree(other.repo, other.path)
    assert picture(other) == before


def test_a_worktree_of_nobody_has_no_snapshot(field: Field) -> None:
    with pytest.raises(OpenclawError, match="is no worktree of a run"):
        field.snapshot()


def test_a_base_that_is_not_the_worktrees_is_compared_by_content(field: Field) -> None:
    field.user.stage("later", "later\n")
    field.user.commit()
    field.begin().agent("echo new > new")
    found = field.snapshot(open_repo(str(field.user.path)).head)
    assert found.stat.paths == ("later", "new")


@pytest.mark.parametrize("mode", ["000", "400", "444"])
def test_what_an_agent_took_the_rights_to_read_from_is_in_it(field: Field, mode: str) -> None:
    """For root, whom no mode stops, this says little."""
    field.begin().agent("mkdir -p locked/deep; echo work > locked/deep/file")
    field.agent(f"chmod {mode} locked/deep/file locked/deep; chmod {mode} locked; chmod 000 .")
    taken = field.snapshot()
    assert taken.found == ()
    assert field.files(taken.commit)["locked/deep/file"] == "100644 work\n"


def test_gits_folder_of_a_worktree_goes_without_the_right_to_read_it(field: Field) -> None:
    admin = field.begin().owner().admin
    os.chmod(admin, 0)
    remove_worktree(field.repo, field.path)
    assert not os.path.lexists(admin)
