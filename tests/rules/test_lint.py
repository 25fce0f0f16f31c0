from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from openclaw_hooks.rules.lint import lint_claude_rules, lint_rules
from openclaw_hooks.rules.load import load_harness_rules, load_rules

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    WriteRule = Callable[..., Path]

TRACKED = ["src/app.py", "docs/guide.md"]
FORBID = "type: forbid, id: one, message: wrong"


def lint(root: Path, tracked: list[str] = TRACKED) -> list[str]:
    rules = [rule for rule in load_rules(str(root)) if rule.origin == "project"]
    harness = [rule for rule in load_harness_rules(str(root)) if rule.origin == "project"]
    return [
        f"{found.path}:{found.line}: {found.rule}: {found.message}"
        for found in lint_rules(rules, tracked, str(root), harness)
    ]


def test_good_rule_has_no_findings(tmp_path: Path, write_rule: WriteRule) -> None:
    write_rule("mine", f"paths: ['src/**', '!src/x']\nchecks:\n  - {{{FORBID}, hint: h, pattern: 'a+b', in: ['*.py']}}")
    assert lint(tmp_path) == []


@pytest.mark.parametrize(
    ("head", "said"),
    [
        ("paths:\n  - src/**\n  - scr/**", "7: mine: `scr/**` matches no file of this repo"),
        (f"checks:\n  - {{{FORBID}, pattern: a}}", "6: mine/one: check `one` has no hint"),
        (f"checks:\n  - {{{FORBID}, hint: h, pattern: '(a+)+$'}}", "6: mine/one: pattern may time out"),
        (f"checks:\n  - {{{FORBID}, hint: h, pattern: a, unless: '(a|a)*b'}}", "6: mine/one: pattern may time out"),
        ("detect: [go]", "5: mine: `detect` does nothing in a project rule"),
    ],
)
def test_mistake_is_found_at_its_line(tmp_path: Path, write_rule: WriteRule, head: str, said: str) -> None:
    write_rule("mine", head)
    (found,) = lint(tmp_path)
    assert found.startswith(f".openclaw/rules/mine.md:{said}")


def test_framework_rule_is_asked_for_a_known_signal(tmp_path: Path, write_rule: WriteRule) -> None:
    write_rule("blind", "priority: 1", tier="framework")
    write_rule("typo", "detect: [solidty, mix.exs, golang]", tier="framework")
    blind, typo = lint(tmp_path)
    assert "blind.md:4: blind: a framework rule without `detect` is active everywhere" in blind
    assert "typo.md:5: typo: `solidty` is no framework that is detected" in typo


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("# Title\n\nProse only.\n", "has no bullets"),
        ("- a bullet\n", "does not begin with a `# Title`"),
        ("# Title\n\n- " + "x" * 2500, "2,511 characters"),
    ],
)
def test_body_is_judged(tmp_path: Path, write_rule: WriteRule, body: str, said: str) -> None:
    write_rule("mine", body=body)
    (found,) = lint(tmp_path)
    assert said in found


def test_harness_rule_that_enforces_nothing_is_found(tmp_path: Path, write_rule: WriteRule) -> None:
    write_rule("harness/idle", "type: block", tier="")
    write_rule("harness/slow", "type: block\nenforcement: output_block\npatterns: ['(a*)*b']", tier="")
    idle, slow = lint(tmp_path)
    assert "idle: a rule of type block without `enforcement` enforces nothing" in idle
    assert "slow: pattern may time out" in slow


def test_claude_copy_with_broken_frontmatter_is_an_error(tmp_path: Path) -> None:
    folder = tmp_path / ".claude/rules/sub"
    folder.mkdir(parents=True)
    (folder / "broken.md").write_text("---\npaths: [\n---\n# T\n")
    (folder / "open.md").write_text("---\npaths: a\n")
    (folder / "good.md").write_text("---\npaths: ['**/*']\n---\n# T\n")
    (folder / "plain.md").write_text("# T\n")
    findings = lint_claude_rules(str(tmp_path))
    assert [(found.path, found.is_error) for found in findings] == [
        (".claude/rules/sub/broken.md", True),
        (".claude/rules/sub/open.md", True),
    ]
    assert "silently" in findings[0].hint


def test_shipped_rules_are_clean() -> None:
    found = lint_rules(load_rules(None), TRACKED, None, load_harness_rules(None))
    assert [f"{finding.path}: {finding.message}" for finding in found] == []
