from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.conftest import Repository


def test_a_push_that_only_pretends_sends_no_receipts(
    guarded: Repository, make_repository: Callable[..., Repository]
) -> None:
    remote = make_repository("remote.git", "--bare")
    guarded.git("remote", "add", "origin", str(remote.path))
    guarded.stage("a.py", "a = 1\n")
    guarded.commit("feat: a")
    guarded.git("push", "-q", "--dry-run", "origin", "main")
    assert remote.git("for-each-ref").stdout == ""
    guarded.git("push", "-q", "origin", "main")
    assert "refs/notes/openclaw" in remote.git("for-each-ref").stdout


def test_a_baseline_under_another_name_is_protected_from_agents(guarded: Repository) -> None:
    guarded.stage(".openclaw/config.yaml", "format: 1\nsecrets: {baseline: known.json}\n")
    guarded.commit("chore: another baseline")
    guarded.stage("known.json", '{"version": "1.5.0", "results": {}}\n')
    done = guarded.git("commit", "-m", "chore: accept", check=False, CLAUDECODE="1")
    assert "known.json: protected: an agent (claude) may not change" in done.stdout + done.stderr
    guarded.git("reset", "-q")
    guarded.stage("a.py", "a = 1\n")
    done = guarded.git("commit", "-m", "feat: a", check=False, CLAUDECODE="1")
    assert "known.json: protected: changed but not committed" in done.stdout + done.stderr


def test_one_nul_does_not_make_a_text_binary(guarded: Repository) -> None:
    head = "id: mine\nversion: 1.0.0\ntier: project\nchecks:\n  - {type: forbid, id: word, pattern: apple, message: not this}\n"
    guarded.write(".openclaw/rules/mine.md", f"---\n{head}---\n# Mine\n")
    guarded.stage("a.txt", "apple\n" * 20 + "\0\n")
    done = guarded.commit("feat: x", check=False)
    assert "a.txt:1: rules: not this [mine/word]" in done.stdout + done.stderr


def test_a_list_of_globs_that_only_takes_back_is_an_error(guarded: Repository) -> None:
    guarded.write(".openclaw/config.yaml", "push:\n  protected: ['!main']\n")
    guarded.stage("a.py", "a = 1\n")
    done = guarded.commit("feat: x", check=False)
    assert ".openclaw/config.yaml:2: `push.protected`: glob '!main'" in done.stdout + done.stderr
    assert "put `**/*` before it" in done.stdout + done.stderr
