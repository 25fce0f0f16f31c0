"""What the rules on commands are told about a repository, by real repositories."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from openclaw_hooks.agent_hooks.command_facts import is_dirty, is_unmerged, read_aliases, read_branch, read_facts
from openclaw_hooks.agent_hooks.command_settings import read_kept
from openclaw_hooks.checkout import Checkout, find_checkout
from openclaw_hooks.documents import DocumentError
from openclaw_hooks.settings import CommandSettings

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.conftest import Repository


def checkout_of(path: Path) -> Checkout:
    found = find_checkout(str(path))
    assert found is not None
    return found


def test_the_branch_is_read_in_the_main_tree_in_a_worktree_and_detached(repository: Repository, tmp_path: Path) -> None:
    assert read_branch(checkout_of(repository.path)) == "main"
    repository.git("commit", "-q", "--allow-empty", "-m", "chore: start")
    repository.git("worktree", "add", "-q", "-b", "feature/läufe", str(tmp_path / "side"))
    assert read_branch(checkout_of(tmp_path / "side")) == "feature/läufe"
    repository.git("checkout", "-q", "--detach")
    assert read_branch(checkout_of(repository.path)) == ""


def test_dirty_means_tracked_files_that_differ(repository: Repository, tmp_path: Path) -> None:
    repository.stage("a.txt", "1\n")
    repository.commit()
    repository.write("untracked.txt", "x\n")
    assert not is_dirty(str(repository.path))
    repository.write("a.txt", "2\n")
    assert is_dirty(str(repository.path))
    repository.git("add", "a.txt")
    assert is_dirty(str(repository.path))
    assert is_dirty(str(tmp_path))  # no repository: not known, so yes


def test_unmerged_means_commits_that_no_other_branch_has(repository: Repository) -> None:
    top = str(repository.path)
    repository.git("commit", "-q", "--allow-empty", "-m", "chore: start")
    repository.git("branch", "same")
    repository.git("checkout", "-q", "-b", "topic]1")
    assert not is_unmerged(top, "same")
    repository.git("commit", "-q", "--allow-empty", "-m", "feat: only here")
    assert is_unmerged(top, "topic]1")
    repository.git("branch", "copy")
    assert not is_unmerged(top, "topic]1")
    assert not is_unmerged(top, "no-such-branch")


def test_aliases_are_read_whole(repository: Repository) -> None:
    repository.git("config", "alias.ci", "commit -n")
    repository.git("config", "alias.x", "!f() {\n git push; }; f")
    assert read_aliases(str(repository.path)) == {"ci": "commit -n", "x": "!f() {\n git push; }; f"}


def test_the_facts_say_where_a_command_starts_and_which_branches_are_protected(repository: Repository) -> None:
    repository.write(".openclaw/config.yaml", "format: 1\npush:\n  protected: [stable]\n")
    repository.write("a b/c.txt", "")
    facts = read_facts(str(repository.path / "a b"), checkout_of(repository.path))
    assert (facts.root, facts.cwd, facts.protected) == (str(repository.path), "a b", ("stable",))
    assert read_facts("/", None).root == ""


def test_the_kept_settings_follow_the_config(repository: Repository, tmp_path: Path) -> None:
    def cloud(path: Path = repository.path) -> str:
        return str(read_facts(str(path), checkout_of(path)).settings.cloud)

    assert [cloud(), cloud()] == ["ask", "ask"]
    repository.write(".openclaw/config.yaml", "format: 1\ncommands:\n  cloud: deny\n")
    assert [cloud(), cloud()] == ["deny", "deny"]
    repository.write(".openclaw/config.yaml", "format: 1\ncommands:\n  cloud: tell\n")
    with pytest.raises(DocumentError, match="tell"):
        cloud()
    (repository.path / ".openclaw" / "config.yaml").unlink()
    assert cloud() == "ask"
    repository.git("commit", "-q", "--allow-empty", "-m", "chore: start")
    repository.git("worktree", "add", "-q", "-b", "side", str(tmp_path / "side"))
    (tmp_path / "side" / ".openclaw").mkdir()
    (tmp_path / "side" / ".openclaw" / "config.yaml").write_text("format: 1\ncommands:\n  cloud: allow\n")
    assert [cloud(tmp_path / "side"), cloud(), cloud(tmp_path / "side")] == ["allow", "ask", "allow"]


def test_a_broken_copy_of_the_settings_is_made_anew(repository: Repository) -> None:
    checkout = checkout_of(repository.path)
    kept = read_kept(checkout)
    [copy] = (repository.path / ".git" / "openclaw").glob("commands-*.json")
    for broken in ("{", "[]", '{"stamp": "x"}', ""):
        copy.write_text(broken)
        assert read_kept(checkout) == kept
    assert set(kept.answers) == set(CommandSettings.__struct_fields__)


def test_odd_bytes_in_the_path_are_no_obstacle(make_repository: Callable[..., Repository]) -> None:
    checkout = checkout_of(make_repository(os.fsdecode(b"odd\xff")).path)
    assert read_kept(checkout) == read_kept(checkout)
