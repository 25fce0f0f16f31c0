"""What a hostile or merely unusual surrounding does to the git hooks: it neither opens a gap nor stops innocent work."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

import pytest

from tests.conftest import make_aws_key

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.conftest import Repository


@pytest.fixture
def shared(guarded: Repository, make_repository: Callable[..., Repository]) -> Repository:
    """A guarded repository with a bare remote `origin` that has its first commits."""
    remote = make_repository("remote.git", "--bare")
    guarded.git("remote", "add", "origin", str(remote.path))
    guarded.git("push", "-q", "-u", "origin", "main")
    return guarded


def has_receipt(repository: Repository) -> bool:
    return repository.git("notes", "--ref=openclaw", "show", "HEAD", check=False).returncode == 0


@pytest.mark.parametrize("options", ["-u3", "--unified=5"])
def test_diff_options_of_the_environment_do_not_hide_an_added_line(guarded: Repository, options: str) -> None:
    guarded.stage("a.txt", "1\n2\n3\n4\n5\n")
    guarded.commit()
    guarded.stage("a.txt", f"1\n2\nkey = {make_aws_key()}\n4\n5\n")
    done = guarded.git("commit", "-m", "feat: key", check=False, GIT_DIFF_OPTS=options)
    assert done.returncode == 1, done.stderr
    assert "a.txt:3: secrets" in done.stdout + done.stderr


def test_a_replaced_commit_is_checked_as_it_is_pushed(shared: Repository) -> None:
    shared.stage("a.py", f'key = "{make_aws_key()}"\n')
    shared.commit("feat: key", "--no-verify")
    clean = shared.git("commit-tree", "-p", "HEAD~1", "-m", "feat: key", "HEAD~1^{tree}").stdout.strip()
    shared.git("replace", shared.head(), clean)
    done = shared.git("push", "origin", "main", check=False)
    assert done.returncode == 1
    assert "a.py:1: secrets" in done.stdout + done.stderr


def test_a_graft_does_not_hide_the_commits_behind_it(shared: Repository) -> None:
    shared.stage("a.py", f'key = "{make_aws_key()}"\n')
    shared.commit("feat: key", "--no-verify")
    shared.git("rm", "-q", "a.py")
    shared.commit("feat: no key")
    (shared.path / ".git" / "info").mkdir(exist_ok=True)
    (shared.path / ".git" / "info" / "grafts").write_text(f"{shared.head()}\n")
    done = shared.git("push", "origin", "main:refs/heads/topic", check=False)
    assert "a.py:1: secrets" in done.stdout + done.stderr


def test_a_signed_commit_is_read_without_what_git_says_of_its_signature(shared: Repository, tmp_path: Path) -> None:
    key = tmp_path / "key"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(key)], check=True)
    for setting in ("gpg.format=ssh", f"user.signingKey={key}.pub", "log.showSignature=true"):
        shared.git("config", *setting.split("=", 1))
    shared.stage("a.py", "x = 1\n")
    shared.commit("feat: signed", "-S")
    assert has_receipt(shared)
    shared.git("push", "-q", "origin", "main")


def test_amending_a_commit_that_skipped_the_hooks_does_not_make_it_a_checked_one(shared: Repository) -> None:
    shared.stage("a.py", f'key = "{make_aws_key()}"\n')
    shared.commit("feat: key", "--no-verify")
    shared.git("commit", "-q", "--amend", "-m", "feat: another message")
    assert not has_receipt(shared)
    done = shared.git("push", "origin", "main", check=False)
    assert done.returncode == 1
    assert "a.py:1: secrets" in done.stdout + done.stderr


def test_rewording_in_a_rebase_does_not_make_an_unchecked_commit_a_checked_one(shared: Repository) -> None:
    shared.stage("a.py", f'key = "{make_aws_key()}"\n')
    shared.commit("feat: key", "--no-verify")
    shared.git(
        "rebase", "-q", "-i", "HEAD~1", GIT_SEQUENCE_EDITOR="sed -i 1s/pick/reword/", GIT_EDITOR="sed -i 1s/key/more/"
    )
    assert shared.git("log", "-1", "--format=%s").stdout == "feat: more\n"
    assert shared.git("push", "origin", "main", check=False).returncode == 1


def test_an_amended_commit_that_was_checked_stays_a_checked_one(shared: Repository) -> None:
    shared.stage("a.py", "x = 1\n")
    shared.commit("feat: x")
    shared.stage("b.py", "y = 1\n")
    shared.git("commit", "-q", "--amend", "-m", "feat: x and y")
    assert has_receipt(shared)


def test_the_receipt_of_a_merge_is_bound_to_all_its_parents(guarded: Repository) -> None:
    for name in ("one", "two"):
        guarded.git("switch", "-qc", name, "main")
        guarded.stage(name, f"{name}\n")
        guarded.commit(f"feat: {name}")
    guarded.git("switch", "-q", "main")
    guarded.git("merge", "-q", "--no-ff", "--no-commit", "one", "two")
    guarded.git("commit", "-q", "--no-edit")
    assert has_receipt(guarded)


def test_a_note_copied_to_the_same_tree_on_another_parent_does_not_count(shared: Repository) -> None:
    shared.stage("a.py", f'key = "{make_aws_key()}"\n')
    shared.commit("feat: key", "--no-verify")
    shared.stage("b.py", "y = 1\n")
    shared.commit("feat: y")
    checked = shared.head()
    squashed = shared.git("commit-tree", "-p", "HEAD~2", "-m", "feat: y", "HEAD^{tree}").stdout.strip()
    shared.git("notes", "--ref=openclaw", "copy", checked, squashed)
    done = shared.git("push", "origin", f"{squashed}:refs/heads/topic", check=False)
    assert "a.py:1: secrets" in done.stdout + done.stderr


def put_pipe(path: Path) -> None:
    os.mkfifo(path)


def put_folder(path: Path) -> None:
    path.mkdir()


def put_loop(path: Path) -> None:
    path.symlink_to(path.name)


def put_dangling_link(path: Path) -> None:
    path.symlink_to("nowhere")


def put_depth(path: Path) -> None:
    path.write_text("[" * 100_000)


def put_terminal_codes(path: Path) -> None:
    path.write_text('"a\\e[2Jb": 1\n')


@pytest.mark.parametrize("put", [put_pipe, put_folder, put_loop, put_dangling_link, put_depth, put_terminal_codes])
def test_whatever_lies_in_place_of_the_config_blocks_in_one_plain_line(
    guarded: Repository, put: Callable[[Path], None]
) -> None:
    config = guarded.path / ".openclaw" / "config.yaml"
    config.unlink()
    put(config)
    guarded.stage("a.py", "x = 1\n")
    done = guarded.git("commit", "-m", "feat: x", check=False)
    assert done.returncode == 1
    first, second = done.stderr.splitlines()
    assert first.startswith("openclaw-hooks: .openclaw/config.yaml:1: ")
    assert first.isprintable()
    assert "blocks because it could not check" in second


def tag_blob(repository: Repository) -> None:
    repository.write("secret", f'key = "{make_aws_key()}"\n')
    oid = repository.git("hash-object", "-w", "secret").stdout.strip()
    repository.git("tag", "thing", oid)


def tag_tree(repository: Repository) -> None:
    repository.stage("secret", f'key = "{make_aws_key()}"\n')
    repository.git("tag", "thing", repository.git("write-tree").stdout.strip())


def tag_with_message(repository: Repository) -> None:
    repository.git("tag", "-a", "-m", f"key {make_aws_key()}", "thing")


def tag_a_tag_of_a_blob(repository: Repository) -> None:
    tag_blob(repository)
    repository.git("tag", "-a", "-m", "inner", "inner", "thing")
    repository.git("tag", "-f", "-a", "-m", "outer", "thing", "inner")


@pytest.mark.parametrize("tag", [tag_blob, tag_tree, tag_with_message, tag_a_tag_of_a_blob])
def test_a_tag_carries_no_secret_past_the_push(shared: Repository, tag: Callable[[Repository], None]) -> None:
    tag(shared)
    done = shared.git("push", "origin", "refs/tags/thing", check=False)
    assert done.returncode == 1
    assert "secrets" in done.stdout + done.stderr
    assert make_aws_key() not in done.stdout + done.stderr


def test_an_innocent_tag_passes(shared: Repository) -> None:
    shared.git("tag", "-a", "-m", "first", "v1")
    shared.git("push", "-q", "origin", "v1")
    assert "refs/tags/v1" in shared.git("ls-remote", "origin").stdout


def test_a_secret_in_a_note_is_stopped_when_pushed(shared: Repository) -> None:
    shared.git("notes", "add", "-m", f"key {make_aws_key()}", "HEAD")
    done = shared.git("push", "origin", "refs/notes/commits", check=False)
    assert done.returncode == 1
    assert "secrets" in done.stdout + done.stderr


def forget_identity(repository: Repository) -> None:
    for key in ("user.name", "user.email"):
        repository.git("config", "--global", "--unset", key)
    repository.git("config", "user.useConfigOnly", "true")


def occupy_notes(repository: Repository) -> None:
    repository.git("update-ref", "-d", "refs/notes/openclaw")
    repository.git("update-ref", "refs/notes/openclaw/below", "HEAD")


@pytest.mark.parametrize("break_notes", [forget_identity, occupy_notes])
def test_receipts_that_cannot_be_written_do_not_stop_a_push(
    shared: Repository, break_notes: Callable[[Repository], None]
) -> None:
    shared.stage("a.py", "x = 1\n")
    shared.commit("feat: x", "--no-verify")
    break_notes(shared)
    done = shared.git("push", "origin", "main")
    assert "openclaw-hooks: " in done.stderr


def test_a_branch_whose_name_holds_an_odd_line_end_can_be_pushed(shared: Repository) -> None:
    shared.git("branch", "a\u0085b")
    shared.git("push", "-q", "origin", "a\u0085b")
    assert "refs/heads/a" in shared.git("ls-remote", "origin").stdout


def test_sending_receipts_leaves_no_trace_in_refs_and_fetch_head(
    shared: Repository, make_repository: Callable[..., Repository]
) -> None:
    shared.stage("a.py", "x = 1\n")
    shared.commit("feat: x")
    shared.git("push", "-q", "origin", "main")
    other = make_repository("other")
    remote = shared.git("remote", "get-url", "origin").stdout.strip()
    other.git("remote", "add", "origin", remote)
    other.git("fetch", "-q", "origin", "main")
    other.git("reset", "-q", "--hard", "origin/main")
    (other.path / ".git" / "FETCH_HEAD").unlink()
    other.install()
    other.stage("b.py", "y = 1\n")
    other.commit("feat: y")
    done = other.git("push", "origin", "HEAD:refs/heads/topic")
    assert "not sent" not in done.stderr
    assert not (other.path / ".git" / "FETCH_HEAD").exists()
    assert "incoming" not in other.git("for-each-ref").stdout


LOOSE = "checks: {disable: [secrets]}\n"


def hide_by_flag(repository: Repository) -> None:
    repository.git("update-index", "--skip-worktree", ".openclaw/config.yaml")
    repository.write(".openclaw/config.yaml", LOOSE)


def hide_by_assumption(repository: Repository) -> None:
    repository.git("update-index", "--assume-unchanged", ".openclaw/config.yaml")
    repository.write(".openclaw/config.yaml", LOOSE)


def hide_by_ignoring(repository: Repository) -> None:
    repository.git("rm", "-q", ".openclaw/config.yaml")
    repository.commit("chore: no config")
    repository.write(".git/info/exclude", ".openclaw\n")
    repository.write(".openclaw/config.yaml", LOOSE)


def turn_the_guard_off(repository: Repository) -> None:
    repository.write(".openclaw/config.yaml", "checks: {disable: [secrets, protected]}\n")


def stage_the_guard_off(repository: Repository) -> None:
    repository.stage(".openclaw/config.yaml", "checks: {disable: [secrets, protected]}\n")


def stage_a_mere_warning(repository: Repository) -> None:
    repository.stage(".openclaw/config.yaml", "checks: {disable: [secrets], warn: [protected]}\n")


@pytest.mark.parametrize(
    "loosen",
    [
        hide_by_flag,
        hide_by_assumption,
        hide_by_ignoring,
        turn_the_guard_off,
        stage_the_guard_off,
        stage_a_mere_warning,
    ],
)
def test_an_agent_cannot_loosen_the_policy_where_git_does_not_look(
    guarded: Repository, loosen: Callable[[Repository], None]
) -> None:
    loosen(guarded)
    guarded.stage("a.py", f'key = "{make_aws_key()}"\n')
    done = guarded.git("commit", "-m", "feat: key", check=False, CLAUDECODE="1")
    assert done.returncode == 1, done.stderr
    assert ".openclaw/config.yaml: protected" in done.stdout + done.stderr


def test_an_agent_works_beside_ignored_files_that_are_no_policy(guarded: Repository) -> None:
    guarded.write(".git/info/exclude", ".openclaw/board\n.claude/settings.local.json\n")
    guarded.write(".openclaw/board/tasks/T-000000.md", "---\nid: T-000000\n---\n")
    guarded.write(".claude/settings.local.json", "{}\n")
    guarded.stage("a.py", "x = 1\n")
    guarded.git("commit", "-m", "feat: x", CLAUDECODE="1")


def test_a_person_may_turn_the_guard_of_agents_off_for_good(guarded: Repository) -> None:
    guarded.stage(".openclaw/config.yaml", "checks: {disable: [protected]}\n")
    guarded.commit("chore: trust agents")
    guarded.stage(".husky/pre-commit", "true\n")
    guarded.git("commit", "-m", "feat: x", CLAUDECODE="1")


def test_a_receipt_that_nests_without_end_is_no_receipt_and_no_crash(shared: Repository) -> None:
    shared.stage("a.py", "x = 1\n")
    shared.commit("feat: x", "--no-verify")
    shared.write("deep", '{"x": ' + "[" * 100_000 + "]" * 100_000 + "}")
    shared.git("notes", "--ref=openclaw", "add", "-f", "-F", "deep", "HEAD")
    shared.git("push", "-q", "origin", "main")


def test_a_file_moved_out_of_what_is_excluded_is_searched_for_secrets(guarded: Repository) -> None:
    guarded.stage(".openclaw/config.yaml", "secrets: {exclude: [samples/]}\n")
    guarded.stage("samples/a.py", f'x = 1\nkey = "{make_aws_key()}"\n')
    guarded.commit("test: sample")
    (guarded.path / "src").mkdir()
    guarded.git("mv", "samples/a.py", "src/a.py")
    done = guarded.git("commit", "-m", "feat: move", check=False)
    assert done.returncode == 1
    assert "src/a.py:2: secrets" in done.stdout + done.stderr


def test_a_framework_that_names_only_an_ancestor_does_not_hide_a_force_push(shared: Repository) -> None:
    ancestor = shared.head()
    shared.stage("a.py", "x = 1\n")
    shared.commit("feat: x")
    shared.git("push", "-q", "origin", "main")
    shared.git("commit", "-q", "--amend", "-m", "feat: y")
    described = {
        "PRE_COMMIT_FROM_REF": ancestor,
        "PRE_COMMIT_TO_REF": shared.head(),
        "PRE_COMMIT_REMOTE_NAME": "origin",
        "PRE_COMMIT_REMOTE_BRANCH": "refs/heads/main",
        "PRE_COMMIT_LOCAL_BRANCH": "refs/heads/main",
    }
    done = shared.hook("openclaw-push", **described)
    assert done.returncode == 1
    assert "force-push" in done.stdout
    assert shared.hook("openclaw-push", **{**described, "PRE_COMMIT_REMOTE_BRANCH": "refs/heads/new"}).returncode == 0


def test_a_branch_of_somebody_s_own_called_main_is_theirs(shared: Repository) -> None:
    shared.git("push", "-q", "origin", "HEAD:refs/heads/ada/main")
    shared.git("push", "-q", "origin", ":refs/heads/ada/main")
    shared.git("push", "-q", "origin", "HEAD:refs/heads/release/1.0")
    assert shared.git("push", "origin", ":refs/heads/release/1.0", check=False).returncode == 1
