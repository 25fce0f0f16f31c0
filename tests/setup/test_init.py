"""The real command on real repositories: what init writes, and what it leaves alone."""

from __future__ import annotations

import json
import os
import re
import resource
from typing import TYPE_CHECKING

import pytest
import yaml

from openclaw_hooks.board.exclude import add_block, remove_block
from openclaw_hooks.settings import Settings, parse_settings, settings_schema
from openclaw_hooks.setup.starter import STARTER_CONFIG

if TYPE_CHECKING:
    from pathlib import Path

    from tests.setup.conftest import Scratch

RULES = ".claude/rules/openclaw"


def tools(scratch: Scratch) -> None:
    """A repository with something of everything that init adds to."""
    scratch.write(
        ".claude/settings.json",
        '{\n\t"model": "x",\n\t"permissions": {"deny": ["Read(a)"], "allow": ["Bash(ls:*)"]}\n}',
    )
    scratch.write(".pre-commit-config.yaml", "# ours\nrepos:\n-   repo: local  # why\n    hooks: []\n\n# tail\n")
    scratch.write("CLAUDE.md", "be kind\n")
    scratch.write("AGENTS.md", "be quick\n")
    scratch.hook("pre-commit", "exit 0")


def test_dry_run_touches_nothing_at_all(scratch: Scratch) -> None:
    tools(scratch)
    before = scratch.snapshot(times=True)
    done = scratch.init("--dry-run")
    assert scratch.snapshot(times=True) == before
    assert "+++ b/.openclaw/config.yaml" in done.out
    assert "rename .git/hooks/pre-commit to .git/hooks/pre-commit.before-openclaw" in done.out


def test_dry_run_shows_what_a_run_then_does(scratch: Scratch) -> None:
    tools(scratch)
    shown = set(re.findall(r"^\+\+\+ b/(\S+)", scratch.init("--dry-run").out, re.MULTILINE))
    before = scratch.snapshot()
    scratch.init("--no-board")
    after = scratch.snapshot()
    changed = {name for name in after if after[name] != before.get(name) and (scratch.path / name).is_file()}
    assert changed - {".git/openclaw/install.json", ".git/hooks/pre-commit.before-openclaw"} == shown


def test_running_init_twice_changes_nothing(scratch: Scratch) -> None:
    tools(scratch)
    scratch.init()
    before = scratch.snapshot(times=True)
    assert "nothing changed" in scratch.init().out
    assert scratch.init("--dry-run").out == "nothing to change\n"
    assert scratch.snapshot(times=True) == before


def test_init_is_fast(scratch: Scratch) -> None:
    tools(scratch)
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    scratch.init()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime < 1.0  # seconds of CPU


def test_a_secret_is_stopped_right_after_init_and_a_clean_commit_passes(scratch: Scratch, secret: str) -> None:
    scratch.init()
    done = scratch.commit("keys.py", secret)
    assert done.code == 1
    assert "keys.py" in done.out + done.err
    assert scratch.commits() == 0
    scratch.git("rm", "-q", "--cached", "keys.py")
    assert scratch.commit().code == 0
    bad = scratch.commit(content="two\n", message="whatever")
    assert bad.code == 1


def test_agent_instructions_are_never_edited(scratch: Scratch) -> None:
    tools(scratch)
    scratch.init()
    assert (scratch.path / "CLAUDE.md").read_text() == "be kind\n"
    assert (scratch.path / "AGENTS.md").read_text() == "be quick\n"


def test_permissions_are_merged_also_for_those_who_have_settings(scratch: Scratch) -> None:
    tools(scratch)
    scratch.init()
    text = (scratch.path / ".claude/settings.json").read_text()
    found = json.loads(text)
    assert list(found) == ["model", "permissions"]
    assert found["permissions"]["allow"] == ["Bash(ls:*)"]
    assert found["permissions"]["deny"][0] == "Read(a)"
    assert "Bash(git commit --no-verify:*)" in found["permissions"]["deny"]
    assert text.startswith('{\n\t"model": "x",\n')
    assert not text.endswith("\n")


def test_settings_with_comments_are_left_alone_and_the_snippet_is_shown(scratch: Scratch) -> None:
    text = '{\n  // mine\n  "model": "x"\n}\n'
    scratch.write(".claude/settings.json", text)
    done = scratch.init()
    assert (scratch.path / ".claude/settings.json").read_text() == text
    assert "Bash(git commit --no-verify:*)" in done.out


def test_without_claude_nothing_is_written_for_it(scratch: Scratch) -> None:
    scratch.init()
    assert not (scratch.path / ".claude").exists()
    scratch.init("--agents", "claude")
    assert (scratch.path / RULES / "security.md").exists()


def test_an_unknown_agent_is_answered_with_the_nearest_name(scratch: Scratch) -> None:
    done = scratch.openclaw("init", "--agents", "cluade")
    assert done.code == 2
    assert "did you mean `claude`?" in done.err
    assert not (scratch.path / ".openclaw").exists()


def test_no_git_and_bare_repositories_are_clear_errors(scratch: Scratch, tmp_path: Path) -> None:
    (tmp_path / "plain").mkdir()
    done = scratch.openclaw("init", cwd=tmp_path / "plain")
    assert done.code == 2
    assert "git init" in done.err
    scratch.git("init", "-q", "--bare", str(tmp_path / "bare.git"))
    done = scratch.openclaw("init", cwd=tmp_path / "bare.git")
    assert done.code == 2
    assert "bare" in done.err


def test_nothing_is_written_to_the_home_folder(scratch: Scratch, tmp_path: Path) -> None:
    scratch.git("config", "--global", "core.hooksPath", "~/hooks")
    scratch.hook("pre-commit", "true", str(tmp_path / "home/hooks"))
    before = {str(path): path.read_bytes() for path in (tmp_path / "home").rglob("*") if path.is_file()}
    tools(scratch)
    scratch.init()
    after = {str(path): path.read_bytes() for path in (tmp_path / "home").rglob("*") if path.is_file()}
    assert after == before


def test_a_claude_folder_that_links_out_of_the_repository_is_left_alone(scratch: Scratch, tmp_path: Path) -> None:
    (tmp_path / "shared").mkdir()
    (scratch.path / ".claude").symlink_to(tmp_path / "shared")
    done = scratch.init()
    assert os.listdir(tmp_path / "shared") == []
    assert "link out of the repository" in done.out


def test_files_go_to_the_worktree_and_the_board_is_ignored_in_all(scratch: Scratch, tmp_path: Path) -> None:
    scratch.commit()
    scratch.git("worktree", "add", "-q", str(tmp_path / "tree"))
    scratch.init(cwd=tmp_path / "tree")
    assert (tmp_path / "tree/.openclaw/config.yaml").exists()
    assert os.listdir(scratch.path / ".openclaw") == ["board"]
    assert (tmp_path / "tree/.openclaw/board").resolve() == scratch.path / ".openclaw/board"
    for top in (scratch.path, tmp_path / "tree"):
        assert (top / ".openclaw/board/README.md").is_file()
        assert ".openclaw/board" not in scratch.git("status", "--short", "-uall", cwd=top)


def test_an_untouched_rule_is_upgraded_and_a_changed_one_is_kept(scratch: Scratch) -> None:
    scratch.init("--agents", "claude")
    untouched, changed = scratch.path / RULES / "security.md", scratch.path / RULES / "git-hygiene.md"
    shipped = untouched.read_bytes()
    for path in (untouched, changed):
        path.write_bytes(reseal(path.read_bytes(), "0.9.0", b"older words"))
    changed.write_bytes(changed.read_bytes().replace(b"older words", b"my words"))
    mine = changed.read_bytes()
    done = scratch.init("--agents", "claude")
    assert untouched.read_bytes() == shipped
    assert changed.read_bytes() == mine
    assert "git-hygiene.md was changed by you (from version 0.9.0) and is kept" in done.out


def test_a_rule_that_is_no_longer_active_goes_unless_it_was_changed(scratch: Scratch) -> None:
    scratch.init("--agents", "claude")
    seal = (scratch.path / RULES / "security.md").read_bytes()
    gone = scratch.write(f"{RULES}/gone.md", seal)
    kept = scratch.write(f"{RULES}/kept.md", b"mine\n" + seal)
    own = scratch.write(f"{RULES}/own.md", "no seal\n")
    done = scratch.init("--agents", "claude")
    assert [path.exists() for path in (gone, kept, own)] == [False, True, True]
    assert "kept.md was changed by you" in done.out


def reseal(copy: bytes, version: str, words: bytes) -> bytes:
    """A copy as an older version would have written it."""
    import hashlib

    text, _, seal = copy.rpartition(b"<!-- ")
    text = text.replace(b"# ", b"# " + words + b" ", 1)
    rule = seal.split()[1].decode()
    return text + f"<!-- openclaw-hooks: {rule} {version} sha256:{hashlib.sha256(text).hexdigest()} -->\n".encode()


def test_a_framework_rule_is_copied_where_the_framework_is(scratch: Scratch) -> None:
    scratch.write("foundry.toml", "[profile.default]\n")  # no package.json anywhere
    scratch.init("--agents", "claude")
    assert (scratch.path / RULES / "solidity.md").exists()
    assert not (scratch.path / RULES / "unity.md").exists()


def test_the_entry_source_can_be_named(scratch: Scratch) -> None:
    scratch.init("--source", "https://example.org/openclaw-hooks@v1.2.3")
    found = yaml.safe_load((scratch.path / ".pre-commit-config.yaml").read_text())
    assert found["repos"][0]["repo"] == "https://example.org/openclaw-hooks"
    assert found["repos"][0]["rev"] == "v1.2.3"
    assert found["default_install_hook_types"] == ["pre-commit", "commit-msg", "pre-push"]
    scratch.init("--source", "https://example.org/openclaw-hooks@v1.3.0")
    assert "rev: v1.3.0" in (scratch.path / ".pre-commit-config.yaml").read_text()
    assert scratch.openclaw("init", "--source", "nonsense").code == 2


def test_pre_commit_can_be_left_out(scratch: Scratch) -> None:
    scratch.init("--no-pre-commit")
    assert not (scratch.path / ".pre-commit-config.yaml").exists()


def test_the_starter_config_says_the_real_defaults() -> None:
    assert parse_settings(STARTER_CONFIG.encode()) == Settings()
    active = re.sub(r"^# ( *[a-z_]+:)", r"\1", STARTER_CONFIG, flags=re.MULTILINE)
    assert parse_settings(active.encode()) == Settings()
    sections = {key: value for key, value in yaml.safe_load(active).items() if key != "format"}
    schema = json.loads(json.dumps(settings_schema()))["$defs"]
    names = {name.removesuffix("Settings"): set(value.get("properties", ())) for name, value in schema.items()}
    assert set(sections) == set(schema["Settings"]["properties"]) - {"format"}
    assert {key for section in sections.values() for key in nested_keys(section)} == {
        key for name, keys in names.items() if name for key in keys
    }


def nested_keys(section: object) -> set[str]:
    """The keys of a mapping and of those in it."""
    values = section if isinstance(section, dict) else {}
    return set(values).union(*map(nested_keys, values.values()))


@pytest.mark.parametrize("content", [None, b"", b"a\n", b"a", b"a\r\n# b\n"])
def test_the_exclude_block_is_added_once_and_taken_out(content: bytes | None) -> None:
    added = add_block(content)
    assert add_block(added) == added
    assert remove_block(added).rstrip(b"\n") == (content or b"").rstrip(b"\n")


def test_init_in_a_subfolder_sets_up_the_whole_repository(scratch: Scratch) -> None:
    scratch.write("foundry.toml", "")
    scratch.write("src/deep/x.txt", "")
    scratch.init("--agents", "claude", cwd=scratch.path / "src/deep")
    assert (scratch.path / RULES / "solidity.md").exists()
    assert (scratch.path / ".git/hooks/pre-commit").exists()
    assert os.listdir(scratch.path / "src/deep") == ["x.txt"]


def test_a_repository_that_is_the_home_folder_is_refused(scratch: Scratch, tmp_path: Path) -> None:
    done = scratch.openclaw("init", env={"HOME": str(scratch.path)})
    assert done.code == 1
    assert "another program" in done.err
    assert not (scratch.path / ".openclaw").exists()


def test_a_config_that_only_prek_reads_is_left_alone(scratch: Scratch) -> None:
    scratch.write("prek.toml", "")
    done = scratch.init()
    assert not (scratch.path / ".pre-commit-config.yaml").exists()
    assert "add this by hand" in done.out


def test_a_path_that_is_no_utf8(tmp_path: Path, env: dict[str, str]) -> None:
    from tests.setup.conftest import SOURCE, Scratch

    path = tmp_path / os.fsdecode(b"caf\xe9")
    path.mkdir()
    scratch = Scratch(path, env)
    scratch.git("init", "-q")
    scratch.hook("pre-commit", "true", ".githooks")
    scratch.git("config", "core.hooksPath", str(path / ".githooks"))
    before = scratch.kept()
    # What a program prints has an encoding, so these are programs.
    for words in (("init", "--source", SOURCE, "--agents", "claude"), ("doctor",), ("uninstall",)):
        done = scratch.program(*words)
        assert done.code == 0, done
    assert scratch.kept() == before
