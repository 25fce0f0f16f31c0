"""Edits before they are made: secrets, scope, rules, and what guards the agent itself."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

import pytest

from openclaw_hooks.agent_hooks.targets import ANYWHERE
from openclaw_hooks.checks.protected import PROTECTED
from tests.agent_hooks.conftest import Agent, Done, blocked, context, silent
from tests.secrets.examples import random_text

if TYPE_CHECKING:
    from pathlib import Path

HOUSE_RULE = """---
id: house
version: 1.0.0
tier: project
paths: ["src/**"]
checks:
  - type: forbid
    id: no-print
    pattern: '\\bprint\\('
    message: print in code
    hint: use the log
  - type: forbid
    id: no-shout
    pattern: 'SHOUT'
    message: do not shout
    severity: warning
  - type: forbid-path
    id: no-copies
    paths: ["**/*.bak"]
    message: a copy
  - type: require-companion
    id: tested
    for: ["src/*.py"]
    needs: ["tests/test_{stem}.py"]
    message: no test
---
# House

- Use the log.
"""


@pytest.fixture
def house(agent: Agent) -> Agent:
    """An agent in a project with a rule of its own."""
    agent.repository.write(".openclaw/rules/house.md", HOUSE_RULE)
    return agent


def secrets_by_kind() -> dict[str, str]:
    """Secrets of many kinds, none of them live, each as a line of some file."""
    long = random_text(80)
    return {
        "openai project key": f"key = 'sk-proj-{long[:48]}T3BlbkFJ{long[:48]}'",
        "anthropic": f"key = 'sk-ant-api03-{random_text(93)}AA'",
        "github": f"token: ghp_{random_text(36)}",
        "private key": "-----BEGIN RSA PRIVATE KEY-----\n"
        + "\n".join([random_text(64)] * 6)
        + "\n-----END RSA PRIVATE KEY-----",
        "slack": f"SLACK=xoxb-{random_text(12, '0123456789')}-{random_text(13, '0123456789')}-{random_text(24)}",
        "google": f"key = 'AIza{random_text(35)}'",
        "aws secret": f"aws_secret_access_key = {random_text(40)}",
        "single quotes": f"password = '{random_text(20)}'",
        "json": f'{{"password": "{random_text(20)}"}}',
    }


@pytest.mark.parametrize("kind", secrets_by_kind())
def test_a_secret_is_blocked_before_it_is_written_and_never_printed(agent: Agent, kind: str) -> None:
    line = secrets_by_kind()[kind]
    name = "settings.json" if kind == "json" else "settings.ini"
    reason = blocked(agent.write(name, f"{line}\n"))
    assert f"{name}:1: secrets: " in reason
    secret = max(line.replace("'", " ").replace('"', " ").split(), key=len)
    assert secret not in reason
    assert secret not in json.dumps(agent.log())
    assert agent.log()[-1]["rules"][0].startswith("secrets/")


def test_innocent_look_alikes_of_secrets_pass(agent: Agent) -> None:
    silent(agent.write("a.py", 'password = os.environ["PASSWORD"]\napi_key = "your-key-here"\npassword=xyz\n'))


def test_an_edit_is_judged_by_the_whole_line_that_it_makes(agent: Agent, aws_key: str) -> None:
    agent.repository.write("a.py", f"x = 1\nkey = '{aws_key[:8]}'\n")
    reason = blocked(agent.edit("a.py", aws_key[:8], aws_key))
    assert "a.py:2: secrets" in reason


def test_every_edit_of_a_multi_edit_counts_in_order(agent: Agent, aws_key: str) -> None:
    agent.repository.write("a.py", "x = 1\ny = 2\n")
    edits = [{"old_string": "x = 1", "new_string": "x = 3"}, {"old_string": "y = 2", "new_string": f"y = '{aws_key}'"}]
    assert "a.py:2: secrets" in blocked(agent.use("MultiEdit", file_path=str(agent.path / "a.py"), edits=edits))
    silent(agent.use("MultiEdit", file_path=str(agent.path / "a.py"), edits=edits[:1]))


def test_a_notebook_cell_is_judged(agent: Agent, aws_key: str) -> None:
    path = str(agent.path / "n.ipynb")
    assert "secrets" in blocked(agent.use("NotebookEdit", notebook_path=path, new_source=f"key = '{aws_key}'"))
    silent(agent.use("NotebookEdit", notebook_path=path, new_source="1 + 1"))


def test_what_was_in_the_file_before_is_not_held_against_an_edit(agent: Agent, aws_key: str) -> None:
    agent.repository.write("a.py", f"key = '{aws_key}'\nx = 1\n")
    silent(agent.edit("a.py", "x = 1", "x = 2"))
    silent(agent.write("a.py", f"x = 2\nkey = '{aws_key}'\n"))


def test_a_secret_in_a_file_that_git_ignores_is_where_it_belongs(agent: Agent, aws_key: str) -> None:
    agent.repository.write(".gitignore", ".env\n")
    silent(agent.write(".env", f"AWS_KEY={aws_key}\n"))
    assert "secrets" in blocked(agent.write("env.sample", f"AWS_KEY={aws_key}\n"))


def test_rules_are_checked_before_the_text_is_written(house: Agent) -> None:
    reason = blocked(house.write("src/a.py", "x = 1\nprint(x)\n"))
    assert "src/a.py:2: rules: print in code [house/no-print]\n    use the log\n" in reason
    assert house.log()[-1]["rules"] == ["rules/house/no-print"]
    assert house.log()[-1]["where"] == "src/a.py"
    silent(house.write("tools/a.py", "print(1)\n"))
    assert "a copy" in blocked(house.write("src/a.bak", "x\n"))


def test_a_companion_may_come_with_a_later_edit(house: Agent) -> None:
    silent(house.write("src/a.py", "x = 1\n"))


def test_a_warning_reaches_the_model_and_does_not_block(house: Agent) -> None:
    text = context(house.write("src/a.py", "SHOUT\n"), "PreToolUse")
    assert "src/a.py:1: rules (warning): do not shout [house/no-shout]" in text
    silent(
        house.send("PreToolUse", "codex", tool_name="Write", tool_input={"file_path": "src/b.py", "content": "SHOUT\n"})
    )


def test_an_edit_out_of_scope_is_blocked(agent: Agent) -> None:
    agent.repository.write(".openclaw/config.yaml", "format: 1\nscope:\n  paths: [src/**]\n")
    reason = blocked(agent.edit("README.md", "Project", "Thing"))
    assert "README.md: scope: outside the scope of this work\n    allowed: src/**; stay in it" in reason
    silent(agent.write("src/a.py", "x = 1\n"))


def test_the_scope_holds_for_where_a_path_really_leads(agent: Agent, tmp_path: Path) -> None:
    agent.repository.write(".openclaw/config.yaml", "format: 1\nscope:\n  paths: [src/**]\n")
    agent.repository.write("docs/x.md", "x\n")
    (agent.path / "src").mkdir()
    (agent.path / "src" / "link").symlink_to(agent.path / "docs")
    assert "docs/x.md: scope" in blocked(agent.write("src/link/x.md", "y\n"))
    assert "docs/x.md: scope" in blocked(agent.write("src/../docs/x.md", "y\n"))


def test_the_role_forbids_patterns_and_asks_for_outputs_later(agent: Agent) -> None:
    agent.repository.write(
        ".openclaw/roles/careful.yaml",
        "id: careful\nversion: 1.0.0\nname: Careful\nforbidden_patterns:\n  - {pattern: 'eval\\(', in: '**/*.py'}\n"
        "required_outputs:\n  - {type: file_match, pattern: 'REPORT.md'}\n",
    )
    agent.repository.write(".openclaw/config.yaml", "format: 1\nscope:\n  role: careful\n")
    silent(agent.write("a.py", "x = 1\n"))
    assert "a.py:1: scope: matches `eval" in blocked(agent.write("a.py", "eval('1')\n"))


GUARDING = (
    ".openclaw/config.yaml", ".openclaw/rules/x.md", ".claude/settings.json", ".claude/settings.local.json",
    "sub/.claude/settings.json", ".pre-commit-config.yaml", ".git/hooks/pre-commit", ".git/config", ".husky/pre-commit",
    "lefthook.yml", ".codex/hooks.json", ".secrets.baseline", "sub/.git/config", ".GIT/hooks/pre-commit",
    ".Claude/Settings.json", "src/../.claude/settings.json", ".github/hooks/x.json",
)  # fmt: skip


@pytest.mark.parametrize("name", GUARDING)
def test_what_guards_the_agent_is_not_its_to_write(agent: Agent, name: str) -> None:
    (agent.path / "src").mkdir()
    reason = blocked(agent.write(name, "{}\n"))
    assert ": protected: " in reason
    assert "a person makes this change" in reason


@pytest.mark.parametrize("name", [".gitignore", ".github/workflows/ci.yml", ".claude/CLAUDE.md", "docs/settings.json"])
def test_neighbours_of_what_guards_may_be_written(agent: Agent, name: str) -> None:
    silent(agent.write(name, "x\n"))


def test_a_link_to_what_guards_is_seen_through(agent: Agent) -> None:
    (agent.path / ".claude").mkdir()
    (agent.path / ".claude" / "settings.json").write_text("{}\n")
    (agent.path / "innocent.json").symlink_to(".claude/settings.json")
    (agent.path / "hooks").symlink_to(".git/hooks")
    assert "protected" in blocked(agent.write("innocent.json", "{}\n"))
    assert "protected" in blocked(agent.write("hooks/pre-commit", "exit 0\n"))


def test_the_users_own_git_settings_are_not_the_agents(agent: Agent, isolated_home: Path) -> None:
    reason = blocked(agent.use("Write", file_path=str(isolated_home / ".gitconfig"), content="[core]\n"))
    assert "can switch hooks off" in reason


def test_in_a_worktree_the_shared_git_folder_is_protected(agent: Agent, tmp_path: Path, aws_key: str) -> None:
    tree = tmp_path / "side tree"
    agent.repository.git("worktree", "add", "-q", "-b", "side", str(tree))
    shared = agent.path / ".git" / "hooks" / "pre-commit"
    agent.path = tree
    assert "protected" in blocked(agent.use("Write", file_path=str(shared), content="exit 0\n"))
    assert "a.py:1: secrets" in blocked(agent.write("a.py", f"k = '{aws_key}'\n"))
    silent(agent.write("a.py", "x = 1\n"))


def test_a_worktree_below_the_git_folder_can_be_worked_in(agent: Agent) -> None:
    tree = agent.path / ".git" / "openclaw" / "trees" / "1"
    agent.repository.git("worktree", "add", "-q", "-b", "side", str(tree))
    agent.path = tree
    silent(agent.write("a.py", "x = 1\n"))
    assert "protected" in blocked(agent.write(".git", "gitdir: elsewhere\n"))


def test_protection_can_be_switched_off_by_the_policy_only(agent: Agent) -> None:
    agent.repository.write(".openclaw/config.yaml", "format: 1\nchecks:\n  disable: [protected]\n")
    silent(agent.write(".claude/settings.json", "{}\n"))


@pytest.mark.parametrize(
    "name", ["my file.txt", "x'+require('fs').writeFileSync('pwned','')+'.json", "a\nb.py", "$(touch pwned).py"]
)
def test_odd_file_names_are_only_names(agent: Agent, name: str, aws_key: str) -> None:
    silent(agent.write(name, "1\n"))
    assert "secrets" in blocked(agent.write(name, f"k = '{aws_key}'\n"))
    agent.repository.write(name, "1\n")
    silent(agent.wrote(name))
    assert not (agent.path / "pwned").exists()


def test_a_pipe_in_place_of_a_file_does_not_hang(agent: Agent) -> None:
    os.mkfifo(agent.path / "pipe")
    silent(agent.write("pipe", "x\n"))


PATCH = """*** Begin Patch
*** Update File: src/a.py
@@ def f
-    return 1
+    return '{secret}'
*** Add File: {added}
+hello
*** End Patch
"""


def test_a_patch_is_judged_file_by_file(agent: Agent, aws_key: str) -> None:
    def patch(secret: str, added: str) -> Done:
        text = PATCH.format(secret=secret, added=added)
        return agent.send("PreToolUse", "codex", tool_name="apply_patch", tool_input={"command": text})

    assert "src/a.py:1: secrets" in blocked(patch(aws_key, "b.txt"))
    assert ".claude/settings.json: protected" in blocked(patch("x", ".claude/settings.json"))
    silent(patch("x", "b.txt"))


def test_a_patch_that_a_shell_feeds_to_apply_patch_is_judged_too(agent: Agent, aws_key: str) -> None:
    patch = PATCH.format(secret=aws_key, added="b.txt")
    line = f"cd . && apply_patch <<'EOF'\n{patch}EOF\n"
    assert "src/a.py:1: secrets" in blocked(
        agent.send("PreToolUse", "codex", tool_name="Bash", tool_input={"command": line})
    )
    words = ["apply_patch", patch]
    assert "src/a.py:1: secrets" in blocked(
        agent.send("PreToolUse", "codex", tool_name="shell", tool_input={"command": words})
    )
    silent(agent.use("Bash", command="grep -rn 'apply_patch' docs # *** Begin Patch"))
    silent(agent.use("Bash", command=line.replace(aws_key, "x")))


def test_a_patch_that_deletes_or_moves_what_guards_is_blocked(agent: Agent) -> None:
    for lines in (
        "*** Delete File: .openclaw/config.yaml",
        "*** Update File: .openclaw/config.yaml\n*** Move to: x.yaml\n@@\n+x",
        "*** Update File: x\n*** Move to: .git/hooks/pre-commit\n@@\n+x",
    ):
        text = f"*** Begin Patch\n{lines}\n*** End Patch\n"
        done = agent.send("PreToolUse", "codex", tool_name="apply_patch", tool_input={"input": text})
        assert "protected" in blocked(done)


def test_deleting_what_guards_or_is_out_of_scope_is_blocked(agent: Agent) -> None:
    agent.repository.write(".openclaw/config.yaml", "format: 1\nscope:\n  paths: [src/**]\n")
    for name, check in ((".openclaw/config.yaml", "protected"), ("README.md", "scope")):
        done = agent.send("PreToolUse", "cursor", tool_name="delete_file", tool_input={"target_file": name})
        assert f"{name}: {check}" in blocked(done)
    silent(agent.send("PreToolUse", "cursor", tool_name="delete_file", tool_input={"target_file": "src/a.py"}))


def test_a_structured_file_that_does_not_parse_is_pointed_out_at_once(agent: Agent) -> None:
    agent.repository.write("my file.json", '{"a": 1,}\n')
    reason = blocked(agent.wrote("my file.json"))
    assert "my file.json:1: structured-files: not valid JSON" in reason
    assert "the file was written" in reason
    assert agent.log()[-1]["decision"] == "feedback"
    agent.repository.write("my file.json", '{"a": 1}\n')
    silent(agent.wrote("my file.json"))
    agent.repository.write("chart.yaml", "a: {{ template\n")
    silent(agent.wrote("chart.yaml"))
    silent(agent.wrote("gone.json"))


def test_the_names_that_are_looked_at_closely_cover_every_protected_place() -> None:
    for pattern in (*PROTECTED, *ANYWHERE):
        assert any(name.startswith((".", "lefthook")) for name in pattern.lstrip("!").split("/")), pattern
