from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from openclaw_hooks.checks.own_formats import validate_own_file
from openclaw_hooks.documents import DocumentError

if TYPE_CHECKING:
    from tests.conftest import Repository

RULE = "---\nid: house\nversion: 1.0.0\ntier: project\n---\n# House\n- Be kind.\n"
HARNESS = "---\nid: calm\nversion: 1.0.0\ntype: inject\n---\n# Calm\n- Breathe.\n"
ROLE = "id: cook\nversion: 1.0.0\nname: Cook\n"
TEMPLATE = """id: chore
name: Chore
phases:
  - name: do
    subtasks:
      - {id: tidy, title: Tidy up}
"""

GOOD = {
    ".openclaw/config.yaml": "format: 1\n",
    ".openclaw/rules/house.md": RULE,
    ".openclaw/rules/deep/er/house.md": RULE,
    ".openclaw/rules/harness/calm.md": HARNESS,
    ".openclaw/roles/cook.yaml": ROLE,
    ".openclaw/roles/cook.yml": ROLE,
    ".openclaw/plan-templates/chore.yaml": TEMPLATE,
    ".openclaw/agents.yaml": "agents: {house: {argv: [house-agent]}}\n",
    ".openclaw/rules/notes.txt": "anything: [",
    ".openclaw/other.yaml": "free: form\n",
    ".openclaw/other.json": '{"free": 1}',
}


@pytest.mark.parametrize("path", GOOD)
def test_a_good_file_passes(path: str) -> None:
    validate_own_file(path, GOOD[path].encode())


@pytest.mark.parametrize(
    ("path", "content", "said"),
    [
        (
            ".openclaw/config.yaml",
            "format: 1\nrulez: {}\n",
            "config.yaml:2: unknown key `rulez` (did you mean `rules`?)",
        ),
        (
            ".openclaw/agents.yaml",
            "agents:\n  house:\n    argv: [a, '{promt}']\n",
            "agents.yaml:3: unknown placeholder `{promt}`",
        ),
        (".openclaw/rules/other.md", RULE, "other.md:2: id `house` is not the name of the file"),
        (
            ".openclaw/rules/house.md",
            RULE.replace("tier: project", "tier: projct"),
            "house.md:4: `tier`: unknown value",
        ),
        (".openclaw/rules/house.md", "no frontmatter", "house.md:1: no frontmatter"),
        (".openclaw/rules/harness/calm.md", HARNESS.replace("type: inject\n", ""), "calm.md:2: key `type` is missing"),
        (".openclaw/rules/calm.md", HARNESS, "calm.md:4: unknown key `type`"),
        (".openclaw/roles/cook.yaml", ROLE + "scope_paths: ['[']\n", "cook.yaml:4:"),
        (".openclaw/other.yaml", "a: [", "other.yaml:"),
        (".openclaw/plan-templates/chore.yaml", TEMPLATE.replace("tidy,", "tidy, wave: 2,"), "chore.yaml:6:"),
        (".openclaw/other.json", '{\n"a": }', "other.json:2: not valid JSON: Expecting value"),
        (".openclaw/rules/house.md", b"\xff", "house.md:1: not valid UTF-8"),
    ],
)
def test_a_broken_file_is_an_error_with_its_line(path: str, content: str | bytes, said: str) -> None:
    with pytest.raises(DocumentError) as caught:
        validate_own_file(path, content.encode() if isinstance(content, str) else content)
    assert said in str(caught.value)
    assert str(caught.value).startswith(path)


def test_what_is_staged_counts_and_not_what_lies_on_disk(guarded: Repository) -> None:
    guarded.stage(".openclaw/rules/house.md", RULE.replace("1.0.0", "one"))
    guarded.write(".openclaw/rules/house.md", RULE)
    done = guarded.commit("feat: house rule", check=False)
    assert done.returncode == 1
    assert ".openclaw/rules/house.md:3: structured-files: `version`" in done.stdout + done.stderr
