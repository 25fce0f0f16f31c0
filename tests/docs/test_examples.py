"""What the pages show works: rules and roles load, configurations parse, commands and hooks exist."""

from __future__ import annotations

import re
import shlex
from typing import TYPE_CHECKING, NamedTuple

import pytest
import yaml

from openclaw_hooks.checks.history import select_checks
from openclaw_hooks.checks.own_formats import validate_own_file
from openclaw_hooks.checks.rules import check_rules
from openclaw_hooks.checks.sources import disk_change
from openclaw_hooks.cli.app import COMMANDS, load_command
from openclaw_hooks.hook import HOOKS
from openclaw_hooks.plans.instantiate import Order, instantiate
from openclaw_hooks.plans.model import FailurePolicy, PlanStatus
from openclaw_hooks.plans.templates import load_templates
from openclaw_hooks.roles.load import load_roles
from openclaw_hooks.rules.lint import lint_rules
from openclaw_hooks.rules.load import load_harness_rules, load_rules
from openclaw_hooks.tasks.markdown import parse_task
from openclaw_hooks.tasks.model import Mode, TaskHead

if TYPE_CHECKING:
    from pathlib import Path

_BLOCK = re.compile(
    r'^```(?:\{ \.)?(?P<kind>\w+)(?: \.table \})?(?: title="(?P<title>[^"]*)")?\n(?P<text>.*?)^```$',
    re.MULTILINE | re.DOTALL,
)
OTHERS = {"git", "pipx", "pip", "mkdir", "mv", "echo", "ssh-keygen", "gh"}


class Block(NamedTuple):
    """A fenced block of a page."""

    page: str
    kind: str
    title: str
    text: str


@pytest.fixture
def blocks(pages: dict[str, str]) -> list[Block]:
    found = [
        Block(name, match["kind"], match["title"] or "", match["text"])
        for name, text in pages.items()
        for match in _BLOCK.finditer(text)
    ]
    assert len(found) > 20
    return found


@pytest.fixture
def project(blocks: list[Block], tmp_path: Path) -> Path:
    """A folder with every file of ours that the pages show."""
    own = [block for block in blocks if block.title.startswith(".openclaw/")]
    assert len(own) >= 7
    for block in own:
        path = tmp_path / block.title
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(block.text, encoding="utf-8")
    return tmp_path


def test_every_file_of_ours_that_is_shown_is_valid(blocks: list[Block], project: Path) -> None:
    for block in blocks:
        if block.title.startswith(".openclaw/"):
            validate_own_file(block.title, block.text.encode())
    rules = [rule for rule in load_rules(str(project)) if rule.origin == "project"]
    harness = [rule for rule in load_harness_rules(str(project)) if rule.origin == "project"]
    assert {rule.id for rule in rules} >= {"logging", "money", "migrations", "tested", "licence"}
    assert lint_rules(rules, [], str(project), harness) == []


@pytest.mark.parametrize(
    ("rule_id", "name", "content"),
    [
        ("logging", "src/app.py", "print(1)\n"),
        ("money", "src/billing/sum.py", "total_price: float = 0\n"),
        ("migrations", "migrations/0001.sql", "SELECT 1;\n"),
        ("tested", "src/app.py", "x = 1\n"),
        ("licence", "src/app.py", "x = 1\n"),
    ],
)
def test_each_rule_that_is_shown_finds_what_it_is_for(
    project: Path, monkeypatch: pytest.MonkeyPatch, rule_id: str, name: str, content: str
) -> None:
    monkeypatch.chdir(project)
    (project / name).parent.mkdir(parents=True, exist_ok=True)
    (project / name).write_text(content, encoding="utf-8")
    [rule] = [rule for rule in load_rules(str(project)) if rule.id == rule_id]
    policy = select_checks(rule)
    assert [finding.path for finding in check_rules(disk_change(str(project), [name]), policy)] == [name]


def test_the_plan_template_that_is_shown_becomes_a_plan_with_the_modes_that_the_page_explains(project: Path) -> None:
    [template] = [template for template in load_templates(str(project)) if template.origin == "project"]
    order = Order("P-000000", "2 % off", {"customer": "Acme"}, (), "", "2026-11-22T10:00:00Z", "ada")
    plan = instantiate(template, order, load_roles(None))
    modes = {subtask.id: str(subtask.delegation.mode) for subtask in plan.subtasks}
    assert modes == {
        "rules": "solo_mesh",
        "review-law": "human",
        "build": "solo_mesh",
        "announce": "soul",
        "switch": "local",
    }


def test_every_key_of_a_task_and_every_mode_policy_and_status_is_explained(pages: dict[str, str]) -> None:
    for key in TaskHead.__struct_fields__:
        assert f"`{key}`" in pages["tasks.md"], key
    for word in (*Mode, *FailurePolicy):
        assert f"| `{word}`" in pages["plans.md"], word
    for word in PlanStatus:
        assert str(word) in pages["plans.md"], word
    for verb in load_command("task").commands:
        assert f"`{verb}`" in pages["tasks.md"] or f"openclaw task {verb}" in pages["tasks.md"], verb


def test_the_task_file_that_is_shown_parses(blocks: list[Block]) -> None:
    [block] = [block for block in blocks if block.title.startswith(".openclaw/board/tasks/")]
    task = parse_task(block.title.removeprefix(".openclaw/board/"), block.text.encode())
    assert (task.status, task.scope) == ("claimed", ("src/login/",))


def test_the_line_that_is_let_pass_passes(project: Path, monkeypatch: pytest.MonkeyPatch, blocks: list[Block]) -> None:
    monkeypatch.chdir(project)
    [line] = [block.text for block in blocks if block.kind == "python"]
    (project / "src").mkdir()
    (project / "src/app.py").write_text(line, encoding="utf-8")
    (project / "src/bare.py").write_text(line.partition(" -- ")[0], encoding="utf-8")
    [rule] = [rule for rule in load_rules(str(project)) if rule.id == "logging"]
    findings = check_rules(disk_change(str(project), ["src"]), select_checks(rule))
    assert [finding.path for finding in findings] == ["src/bare.py"]


def test_yaml_that_is_shown_parses_and_names_hooks_that_exist(blocks: list[Block]) -> None:
    for block in blocks:
        if block.kind == "yaml" and "repos:" in block.text:
            hooks = [hook["id"] for repo in yaml.safe_load(block.text)["repos"] for hook in repo["hooks"]]
            assert set(hooks) <= set(HOOKS)
        elif block.kind == "yaml" and not block.title.endswith(".md"):
            yaml.safe_load(block.text)


def test_every_command_that_is_shown_exists_with_its_options(blocks: list[Block], pages: dict[str, str]) -> None:
    shown = [
        (block.page, line.removeprefix("$ "))
        for block in blocks
        for line in block.text.splitlines()
        if (block.kind == "console" and line.startswith("$ ")) or (block.kind == "yaml" and "openclaw check" in line)
    ]
    inline = [(name, match) for name, text in pages.items() for match in re.findall(r"`(openclaw [^`]+)`", text)]
    assert len(shown) > 20
    assert len(inline) > 10
    for page, line in [*shown, *inline]:
        for command in re.split(r"&&|\|\||>|;", line.replace("run: ", "")):
            _check_command(page, shlex.split(command))


def _check_command(page: str, words: list[str]) -> None:
    while words and re.fullmatch(r"[A-Z_]+=.*", words[0]):
        words = words[1:]
    if not words or words[0] in OTHERS or words[0] != "openclaw":
        assert not words or words[0] in OTHERS or len(words) == 1, f"{page}: {words}"
        return
    if words[1].startswith("-"):
        return
    assert words[1] in COMMANDS, f"{page}: openclaw {words[1]}"
    command = load_command(words[1])
    rest = words[2:]
    if below := getattr(command, "commands", None):
        assert rest, f"{page}: {words}"
        assert rest[0] in below, f"{page}: {words}"
        command, rest = below[rest[0]], rest[1:]
    known = {name for param in command.params for name in param.opts} | {"--help"}
    used = {word.partition("=")[0] for word in rest if word.startswith("--")}
    assert used <= known, f"{page}: {words}: {used - known}"
