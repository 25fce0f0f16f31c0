from __future__ import annotations

import json
import os
import subprocess
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.conftest import Repository


def refused(done: subprocess.CompletedProcess[str], *words: str) -> bool:
    output = done.stdout + done.stderr
    return done.returncode != 0 and all(word in output for word in words)


def test_a_secret_stops_the_commit_and_is_not_printed(guarded: Repository, aws_key: str) -> None:
    guarded.stage("src/app.py", f"ok = 1\nkey = '{aws_key}'\n")
    done = guarded.commit("feat: add key", check=False)
    assert refused(done, "src/app.py:2: secrets:", "aws-access-key-id")
    assert aws_key not in done.stdout + done.stderr


@pytest.mark.parametrize(
    "name",
    [
        b"with space.py",
        b"quo'te\".py",
        b"new\nline.py",
        b"$(touch owned).py",
        b"-dash.py",
        b"latin-\xe9.py",
        b"umlaut-\xc3\xa4.py",
        b"a;touch owned;.py",
    ],
    ids=repr,
)
def test_a_secret_is_found_whatever_the_file_is_called(guarded: Repository, aws_key: str, name: bytes) -> None:
    guarded.stage(name, f"key = '{aws_key}'\n")
    done = guarded.commit("feat: add", check=False)
    assert refused(done, "secrets: ", "1 error")
    assert not (guarded.path / "owned").exists()
    assert len(done.stdout + done.stderr) < 2000


def test_a_secret_in_a_file_name_is_stopped_and_not_printed(guarded: Repository, aws_key: str) -> None:
    guarded.stage(f"notes-{aws_key}.txt", "nothing\n")
    done = guarded.commit("feat: notes", check=False)
    assert refused(done, "notes-AKIA****.txt: secrets:")
    assert aws_key not in done.stdout + done.stderr


def test_a_file_that_only_holds_secrets_is_named(guarded: Repository) -> None:
    guarded.stage("home/.git-credentials", "x\n")
    assert refused(guarded.commit("feat: x", check=False), "home/.git-credentials: secrets: A file that holds keys")


def test_commit_all_and_commit_path_and_commit_patch_are_checked(guarded: Repository, aws_key: str) -> None:
    guarded.stage("a.py", "a = 1\n")
    guarded.stage("b.py", "b = 1\n")
    guarded.commit("feat: add two")
    guarded.write("a.py", f"a = 1\nkey = '{aws_key}'\n")
    assert refused(guarded.git("commit", "-a", "-m", "fix: x", check=False), "a.py:2: secrets")
    assert refused(guarded.git("commit", "-m", "fix: x", "a.py", check=False), "a.py:2: secrets")
    patch = subprocess.run(
        ["git", "commit", "-p", "-m", "fix: x"],
        cwd=guarded.path,
        input="y\n",
        capture_output=True,
        text=True,
        check=False,
    )
    assert refused(patch, "a.py:2: secrets")
    guarded.git("checkout", "-q", "a.py")
    guarded.write("b.py", "b = 2\n")
    for words in (["-m", "fix: b alone", "b.py"], ["-a", "--amend", "-m", "fix: #12 with -a"]):
        assert guarded.git("commit", *words).returncode == 0
        assert guarded.git("notes", "--ref=openclaw", "show", "HEAD").stdout.count("openclaw/receipt/1") == 1


def test_what_is_staged_counts_and_not_what_lies_on_disk(guarded: Repository, aws_key: str) -> None:
    guarded.stage("a.py", f"key = '{aws_key}'\n")
    guarded.write("a.py", "clean\n")
    assert refused(guarded.commit("feat: x", check=False), "a.py:1: secrets")
    guarded.git("add", "a.py")
    guarded.write("a.py", f"key = '{aws_key}'\n")
    assert guarded.commit("feat: x").returncode == 0


def test_removing_a_secret_is_not_stopped(repository: Repository, aws_key: str) -> None:
    repository.stage("a.py", f"key = '{aws_key}'\nb = 1\n")
    repository.commit("chore: before the guard")
    repository.install()
    repository.stage("a.py", "b = 1\n")
    assert repository.commit("fix: remove the key").returncode == 0


def test_binary_and_utf16_files_do_not_hide_a_secret(guarded: Repository, aws_key: str) -> None:
    guarded.stage("utf16.txt", f"key = {aws_key}\n".encode("utf-16"))
    assert refused(guarded.commit("feat: x", check=False), "utf16.txt", "secrets")
    guarded.git("rm", "-q", "--cached", "utf16.txt")
    guarded.stage(".gitattributes", "*.dat binary\n")
    guarded.stage("x.dat", b"\0\1\2" + aws_key.encode() + b"\0")
    assert refused(guarded.commit("feat: x", check=False), "x.dat", "secrets")


def test_a_large_file_is_checked_to_its_end(guarded: Repository, aws_key: str) -> None:
    guarded.stage("big.txt", b"some ordinary words on a line\n" * 1_700_000 + f"key = '{aws_key}'\n".encode())
    assert refused(guarded.commit("feat: x", check=False), "big.txt:1700001: secrets")


def test_symlinks_submodules_deletions_and_modes_pass(
    guarded: Repository, make_repository: Callable[..., Repository]
) -> None:
    other = make_repository("other")
    other.stage("x", "x\n")
    other.commit()
    guarded.stage("gone.txt", "x\n")
    guarded.stage("run.sh", "#!/bin/sh\n")
    guarded.commit("feat: files")
    guarded.git("rm", "-q", "gone.txt")
    guarded.git("update-index", "--chmod=+x", "run.sh")
    (guarded.path / "link").symlink_to("/nowhere/at all")
    guarded.git("add", "link")
    guarded.git("submodule", "add", "-q", str(other.path), "sub")
    assert guarded.commit("feat: everything odd").returncode == 0


def test_the_first_commit_of_a_repository_is_checked(repository: Repository, aws_key: str) -> None:
    repository.install()
    repository.stage("a.py", f"key = '{aws_key}'\n")
    assert refused(repository.commit("feat: x", check=False), "a.py:1: secrets")


def test_a_detached_head_and_a_linked_worktree_are_checked(guarded: Repository, aws_key: str, tmp_path: Path) -> None:
    guarded.git("checkout", "-q", "--detach")
    guarded.stage("a.py", f"key = '{aws_key}'\n")
    assert refused(guarded.commit("feat: x", check=False), "a.py:1: secrets")
    guarded.git("reset", "-q", "--hard")
    linked = tmp_path / "linked tree"
    guarded.git("worktree", "add", "-q", str(linked), "-b", "side")
    (linked / "b.py").write_text(f"key = '{aws_key}'\n")
    subprocess.run(["git", "add", "b.py"], cwd=linked, check=True)
    done = subprocess.run(["git", "commit", "-m", "feat: x"], cwd=linked, capture_output=True, text=True, check=False)
    assert refused(done, "b.py:1: secrets")


def test_git_dir_and_work_tree_from_the_environment_are_followed(
    guarded: Repository, aws_key: str, tmp_path: Path
) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "a.py").write_text(f"key = '{aws_key}'\n")
    env = {**os.environ, "GIT_DIR": str(guarded.path / ".git"), "GIT_WORK_TREE": str(elsewhere)}
    subprocess.run(["git", "add", "a.py"], cwd=elsewhere, env=env, check=True)
    done = subprocess.run(
        ["git", "commit", "-m", "feat: x"], cwd=elsewhere, env=env, capture_output=True, text=True, check=False
    )
    assert refused(done, "a.py:1: secrets")


def test_a_merge_is_checked_for_what_it_adds_itself(guarded: Repository, aws_key: str) -> None:
    guarded.git("switch", "-q", "-c", "side")
    guarded.stage("side.py", f"key = '{aws_key}'  # pragma: allowlist secret\n")
    guarded.commit("feat: side")
    guarded.git("switch", "-q", "main")
    guarded.stage("main.py", "x = 1\n")
    guarded.commit("feat: main")
    guarded.git("merge", "--no-commit", "-q", "side")
    guarded.stage("evil.py", f"key = '{aws_key}'\n")
    assert refused(guarded.git("commit", "--no-edit", check=False), "evil.py:1: secrets")
    guarded.git("rm", "-q", "-f", "evil.py")
    assert guarded.git("commit", "--no-edit").returncode == 0


def test_a_clean_automatic_merge_passes_within_a_scope(guarded: Repository) -> None:
    guarded.git("switch", "-q", "-c", "side")
    guarded.stage("docs/side.md", "# Side\n")
    guarded.commit("docs: side")
    guarded.git("switch", "-q", "main")
    guarded.stage("src/main.py", "x = 1\n")
    guarded.commit("feat: main")
    assert guarded.git("merge", "--no-ff", "--no-edit", "side", OPENCLAW_SCOPE="src/").returncode == 0


def test_a_file_out_of_scope_is_refused_at_both_ends_of_a_rename(guarded: Repository) -> None:
    guarded.stage("src/a.py", "".join(f"value_{n} = {n}\n" for n in range(20)))
    guarded.commit("feat: a")
    guarded.git("mv", "src/a.py", "lib.py")
    done = guarded.git("commit", "-m", "feat: move", check=False, OPENCLAW_SCOPE="src/ docs/")
    assert refused(done, "lib.py: scope: outside the scope", "allowed: src/, docs/")
    assert "src/a.py" not in done.stdout + done.stderr
    assert guarded.git("commit", "-m", "feat: move", OPENCLAW_SCOPE="/src/ /lib.py").returncode == 0


def test_an_agent_may_not_change_what_guards_it_and_a_person_may(guarded: Repository) -> None:
    guarded.stage(".openclaw/config.yaml", "format: 1\nchecks: {disable: [bare-todo]}\n")
    done = guarded.git("commit", "-m", "chore: loosen", check=False, CLAUDECODE="1")
    assert refused(done, ".openclaw/config.yaml: protected: an agent (claude) may not change")
    assert guarded.commit("chore: loosen").returncode == 0


def test_a_policy_that_is_loosened_on_disk_only_stops_an_agent(guarded: Repository) -> None:
    guarded.write(".openclaw/config.yaml", "format: 1\nchecks: {disable: [secrets]}\n")
    guarded.write(".openclaw/rules/security.md", "---\nid: security\nversion: 9.9.9\ntier: universal\n---\n# Nothing\n")
    guarded.stage("a.py", "a = 1\n")
    done = guarded.git("commit", "-m", "feat: x", check=False, CLAUDECODE="1")
    assert refused(done, ".openclaw/config.yaml: protected: changed but not committed while an agent (claude) commits")
    assert refused(done, ".openclaw/rules/security.md: protected:")
    assert guarded.commit("feat: x").returncode == 0


def test_a_broken_config_blocks_in_one_line_that_says_how_to_proceed(guarded: Repository) -> None:
    guarded.write(".openclaw/config.yaml", "format: 1\nchecks:\n  disabel: [secrets]\n")
    guarded.stage("a.py", "a = 1\n")
    done = guarded.commit("feat: x", check=False)
    assert refused(done, ".openclaw/config.yaml:3: unknown key `checks.disabel` (did you mean `disable`?)", "try again")


def test_a_misspelt_name_in_the_config_blocks(guarded: Repository) -> None:
    guarded.write(".openclaw/config.yaml", "checks:\n  disable: [secret]\n")
    guarded.stage("a.py", "a = 1\n")
    done = guarded.commit("feat: x", check=False)
    assert refused(done, ".openclaw/config.yaml:2: `checks.disable`: unknown name `secret` (did you mean `secrets`?)")


def test_a_broken_rule_blocks_with_its_line(guarded: Repository) -> None:
    guarded.write(".openclaw/rules/mine.md", "---\nid: mine\nversion: 1.0.0\ntier: projekt\n---\n# Mine\n")
    guarded.stage("a.py", "a = 1\n")
    done = guarded.commit("feat: x", check=False)
    assert refused(done, ".openclaw/rules/mine.md:4: `tier`: unknown value `projekt` (did you mean `project`?)")


def test_a_catastrophic_pattern_blocks_in_milliseconds_and_names_its_rule(guarded: Repository) -> None:
    head = "id: mine\nversion: 1.0.0\ntier: project\nchecks:\n  - {type: forbid, id: slow, pattern: '(a+)+$', message: never}\n"
    guarded.write(".openclaw/rules/mine.md", f"---\n{head}---\n# Mine\n")
    guarded.stage("a.py", "x = '" + "a" * 40 + "!'\n")
    done = guarded.commit("feat: x", check=False)
    assert refused(done, "mine/slow", "took longer than")


def test_a_changed_rule_counts_at_once(guarded: Repository) -> None:
    rule = "---\nid: mine\nversion: 1.0.0\ntier: project\nchecks:\n  - {{type: forbid, id: word, pattern: {}, message: not this}}\n---\n# Mine\n"
    guarded.write(".openclaw/rules/mine.md", rule.format("apple"))
    guarded.stage("a.py", "apple = 1\n")
    assert refused(guarded.commit("feat: x", check=False), "a.py:1: rules: not this [mine/word]")
    guarded.write(".openclaw/rules/mine.md", rule.format("berry"))
    assert guarded.commit("feat: x").returncode == 0


def test_an_allow_comment_needs_a_reason(guarded: Repository) -> None:
    head = "id: mine\nversion: 1.0.0\ntier: project\nchecks:\n  - {type: forbid, id: word, pattern: apple, message: not this}\n"
    guarded.write(".openclaw/rules/mine.md", f"---\n{head}---\n# Mine\n")
    guarded.stage("a.py", "apple = 1  # openclaw: allow mine/word\n")
    assert refused(guarded.commit("feat: x", check=False), "a.py:1: rules: not this")
    guarded.stage("a.py", "apple = 1  # openclaw: allow mine/word -- the name of the fruit\n")
    assert guarded.commit("feat: x").returncode == 0


def test_broken_json_is_refused_by_its_blob_even_with_an_evil_name(guarded: Repository) -> None:
    guarded.stage("x'+require('fs').writeFileSync('owned','')+'.json", '{"a": }')
    assert refused(guarded.commit("feat: x", check=False), "structured-files: not valid JSON")
    assert not (guarded.path / "owned").exists()


def test_a_bad_message_and_a_secret_in_a_message_are_refused(guarded: Repository, aws_key: str) -> None:
    guarded.stage("a.py", "a = 1\n")
    assert refused(
        guarded.commit("made things better", check=False), "commit-message", "is not `type(scope): description`"
    )
    done = guarded.commit(f"feat: use {aws_key}", check=False)
    assert refused(done, "(commit message):1: secrets")
    assert aws_key not in done.stdout + done.stderr


def test_comments_of_the_editor_are_no_part_of_the_message(guarded: Repository, tmp_path: Path) -> None:
    guarded.stage("a.py", "a = 1\n")
    editor = tmp_path / "editor.sh"
    editor.write_text(
        '#!/bin/sh\nprintf "feat: x\\n\\n# not part\\n" > "$1.new"; cat "$1" >> "$1.new"; mv "$1.new" "$1"\n'
    )
    editor.chmod(0o755)
    assert guarded.git("commit", "-v", GIT_EDITOR=str(editor)).returncode == 0


@pytest.mark.parametrize("words", [("--amend", "--no-edit"), ("--fixup", "HEAD"), ("--squash", "HEAD", "--no-edit")])
def test_messages_that_git_writes_pass(guarded: Repository, words: tuple[str, ...]) -> None:
    guarded.stage("a.py", "a = 1\n")
    guarded.commit("feat: a")
    guarded.stage("a.py", "a = 2\n")
    assert guarded.git("commit", *words).returncode == 0


def test_a_crash_blocks_in_one_line_and_leaves_a_log(guarded: Repository) -> None:
    (guarded.path / ".git" / "index").write_bytes(b"garbage")
    done = guarded.hook("pre-commit")
    assert done.returncode in (2, 3)
    assert "blocks because it could not check" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_baseline_and_pragmas_are_honoured(guarded: Repository, aws_key: str) -> None:
    import hashlib
    import json

    hashed = hashlib.sha1(aws_key.encode()).hexdigest()
    entry = {"type": "AWS Access Key", "filename": "a.py", "hashed_secret": hashed, "line_number": 99}
    guarded.stage(".secrets.baseline", json.dumps({"version": "1.5.0", "results": {"a.py": [entry]}}))
    guarded.stage("a.py", f"key = '{aws_key}'\n")
    guarded.stage(
        "b.py", f"key = '{aws_key}'  # pragma: allowlist secret\n# pragma: allowlist nextline secret\nk = '{aws_key}'\n"
    )
    assert guarded.commit("feat: known keys").returncode == 0
    guarded.stage("c.py", f"key = '{aws_key}'\n")
    assert refused(guarded.commit("feat: x", check=False), "c.py:1: secrets")


def test_a_warning_is_shown_and_lets_the_commit_pass(guarded: Repository) -> None:
    guarded.stage("a.py", "# TODO later\n")
    done = guarded.commit("feat: x")
    assert "a.py:1: bare-todo (warning): TODO without owner or reference" in done.stdout + done.stderr


def test_an_unknown_hook_is_a_usage_error(guarded: Repository) -> None:
    done = guarded.hook("pre-comit")
    assert done.returncode == 2
    assert "unknown hook `pre-comit`" in done.stderr


def audited(guarded: Repository, event: str) -> dict[str, object]:
    log = (guarded.path / ".git/openclaw/logs/audit.jsonl").read_text().splitlines()
    line: dict[str, object] = [entry for entry in map(json.loads, log) if entry["event"] == event][-1]
    return {name: line.get(name) for name in ("decision", "rules", "where")}


def test_the_audit_log_names_what_refused_a_commit(guarded: Repository, aws_key: str) -> None:
    guarded.stage("src/app.py", f"key = '{aws_key}'\n")
    guarded.commit("feat: add key", check=False)
    assert audited(guarded, "pre-commit") == {
        "decision": "deny",
        "rules": ["secrets/aws-access-key-id"],
        "where": "src/app.py",
    }
    assert aws_key not in (guarded.path / ".git/openclaw/logs/audit.jsonl").read_text()


@pytest.mark.parametrize(("severity", "decision"), [("error", "deny"), ("warning", "allow")])
def test_the_audit_log_names_the_rule_behind_a_verdict(guarded: Repository, severity: str, decision: str) -> None:
    head = "id: mine\nversion: 1.0.0\ntier: project\nchecks:\n  - {type: forbid, id: word, pattern: apple, message: not this"
    guarded.write(".openclaw/rules/mine.md", f"---\n{head}, severity: {severity}}}\n---\n# Mine\n")
    guarded.stage("a.py", "apple = 1\n")
    guarded.commit("feat: x", check=False)
    assert audited(guarded, "pre-commit") == {"decision": decision, "rules": ["rules/mine/word"], "where": "a.py"}


def test_the_audit_log_names_nothing_where_nothing_was_found(guarded: Repository) -> None:
    guarded.stage("a.txt", "a\n")
    guarded.commit("feat: add a")
    assert audited(guarded, "pre-commit") == {"decision": "allow", "rules": [], "where": None}
    guarded.stage("b.txt", "b\n")
    guarded.commit("no such form", check=False)
    refused_message = audited(guarded, "commit-msg")
    assert refused_message["decision"] == "deny"
    assert str(refused_message["rules"]).startswith("['commit-message")
