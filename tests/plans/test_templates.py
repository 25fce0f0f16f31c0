from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from openclaw_hooks.documents import DocumentError
from openclaw_hooks.errors import OpenclawError
from openclaw_hooks.plans.model import Template, resolve_phases
from openclaw_hooks.plans.templates import find_template, load_templates, parse_template
from openclaw_hooks.roles.load import Source
from openclaw_hooks.roles.model import Origin

if TYPE_CHECKING:
    from pathlib import Path

WHERE = ".openclaw/plan-templates/t.yaml"
HEAD = "id: t\nname: T\n"
GOOD = HEAD + "phases:\n  - name: P\n    subtasks:\n      - {id: a, title: A}\n"


def parse(text: str, roles: tuple[str, ...] | None = None) -> Template:
    source = Source("/repo/" + WHERE, WHERE, Origin.PROJECT)
    return parse_template(source, text.encode(), roles)[0]


def subtasks(*lines: str) -> str:
    """A template with one phase and these subtasks, the first one in line 6."""
    return HEAD + "phases:\n  - name: P\n    subtasks:\n" + "".join(f"      - {line}\n" for line in lines)


def two_phases(second: str) -> str:
    return subtasks("{id: a, title: A}", "{id: b, title: B}") + f"  - name: Q\n    subtasks:\n      - {second}\n"


@pytest.mark.parametrize(
    ("text", "line", "said", "hint"),
    [
        ("", 1, "key `id` is missing", "add it"),
        ("null\n", 1, "the file must be a mapping of keys to values", ""),
        ("- a\n", 1, "the file must be a mapping of keys to values", ""),
        (HEAD, 1, "key `phases` is missing", "add it"),
        (HEAD + "phases: []\n", 3, "`phases`: expected `array` of length >= 1", ""),
        (HEAD + "phases:\n  - name: P\n    subtasks: []\n", 5, "`phases.0.subtasks`: expected `array` of length", ""),
        (GOOD + "failure_polcy: x\n", 7, "unknown key `failure_polcy`", "did you mean `failure_policy`?"),
        (GOOD + "failure_policy: abort\n", 7, "`failure_policy`: unknown value `abort`", "known: abort_on_critical"),
        (GOOD + "format: 2\n", 7, "`format`: unknown value `2`", ""),
        (subtasks("{id: a, title: A, wave: 1}"), 6, "unknown key `phases.0.subtasks.0.wave`", "known: "),
        (HEAD + "phases:\n  - name: P\n    wave: 1\n    subtasks: []\n", 5, "a phase has no `wave`", "depends_on"),
        (subtasks("{id: A, title: A}"), 6, "`phases.0.subtasks.0.id`: expected `str` matching regex", ""),
        (subtasks("{title: A}"), 6, "key `phases.0.subtasks.0.id` is missing", "add it"),
        (subtasks("{id: a, title: ''}"), 6, "`phases.0.subtasks.0.title`: expected `str` of length >= 1", ""),
        (subtasks("{id: a, title: A}", "{id: a, title: B}"), 7, "subtask id `a` appears twice", "its own id"),
        (two_phases("{id: a, title: C}"), 10, "subtask id `a` appears twice", "its own id"),
        (subtasks("{id: a, title: A, depends_on: [bb]}", "{id: b, title: B}"), 6, "`a` depends on `bb`, which", "`b`?"),
        (subtasks("{id: a, title: A, depends_on: [b, b]}", "{id: b, title: B}"), 6, "names `b` twice", ""),
        (subtasks("{id: a, title: A, depends_on: [a]}"), 6, "`depends_on` runs in a circle: a -> a", "remove"),
        (subtasks("{id: a, title: A, depends_on: null}"), 6, "depends_on`: expected `array`, got `null`", ""),
        (subtasks("{id: a, title: A, budget_minutes: 0}"), 6, "budget_minutes`: expected `int` >= 1", ""),
        (subtasks("{id: a, title: A, budget_minutes: 1.5}"), 6, "budget_minutes`: expected `int`, got `float`", ""),
        (subtasks("{id: a, title: A, budget_minutes: true}"), 6, "budget_minutes`: expected `int`, got `bool`", ""),
        (subtasks("{id: a, title: A, scope: src/}"), 6, "scope`: expected `array`, got `str`", ""),
        (subtasks("{id: a, title: A, scope: ['src/{a']}"), 6, "subtask `a`: glob 'src/{a', column 5: '{' is", ""),
        (subtasks("{id: a, title: A, scope: ['!src/']}"), 6, "subtask `a`: ", ""),
        (subtasks("{id: a, title: A, delegation: {mode: solomesh}}"), 6, "unknown value `solomesh`", "`solo_mesh`?"),
        (subtasks("{id: a, title: A, delegation: {mod: solo}}"), 6, "unknown key", "did you mean `mode`?"),
        (subtasks("{id: a, title: A, delegation: {mode: soul}}"), 6, "mode `soul` needs the name of an agent", "soul"),
        (subtasks("{id: a, title: A, delegation: {mode: human, soul: x}}"), 6, "`human` has no named agent", ""),
        (
            subtasks("{id: a, title: A, delegation: {mode: local, collaboration: {}}}"),
            6,
            "mode `local` is not shared",
            "use mode `collab_mesh`",
        ),
        (
            subtasks("{id: a, title: A, delegation: {collaboration: {min_nodes: 3, max_nodes: 2}}}"),
            6,
            "max_nodes 2 is less than min_nodes 3",
            "",
        ),
        (two_phases("{id: c, title: C}").replace("name: Q", "name: P"), 8, "phase `P` appears twice", "rename one"),
        (GOOD.replace("id: t", "id: u"), 1, "id `u` is not the name of the file", "rename the file to u.yaml"),
        (GOOD + "vars: {1a: x}\n", 7, "'1a' is no name for a variable", "use letters"),
        (GOOD + "vars: {a: 80}\n", 7, "variable `a` has no text as its default", "quote numbers"),
        (GOOD + "vars: {a: {default: 80}}\n", 7, "expected `str`, got `int`", ""),
        (GOOD + "vars: {a: {required: true, default: x}}\n", 7, "variable `a` is required and has a default", "keep"),
        (GOOD + "vars: {a: {requird: true}}\n", 7, "unknown key `requird` of variable `a`", "did you mean `required`?"),
        (subtasks("{id: a, title: A, id: b}"), 6, "key `id` appears twice", ""),
    ],
)
def test_each_mistake_is_one_clear_error_with_file_and_line(text: str, line: int, said: str, hint: str) -> None:
    with pytest.raises(DocumentError) as caught:
        parse(text)
    assert caught.value.message.startswith(f"{WHERE}:{line}: ")
    assert said in caught.value.message
    assert hint in caught.value.hint


def test_a_cycle_is_named_in_full() -> None:
    text = subtasks(
        "{id: start, title: S}",
        "{id: a, title: A, depends_on: [start, c]}",
        "{id: b, title: B, depends_on: [a]}",
        "{id: c, title: C, depends_on: [b]}",
        "{id: behind, title: D, depends_on: [c]}",
    )
    with pytest.raises(DocumentError, match=r"t.yaml:7: `depends_on` runs in a circle: a -> c -> b -> a"):
        parse(text)


def test_an_unknown_role_is_an_error_and_a_person_is_a_role() -> None:
    assert parse(subtasks("{id: a, title: A, role: human}"), ("qa-engineer",))
    with pytest.raises(DocumentError, match=r"t.yaml:6: subtask `a`: there is no role `qa` \(.*qa-engineer"):
        parse(subtasks("{id: a, title: A, role: qa}"), ("qa-engineer",))


@pytest.mark.parametrize(
    ("key", "expected"),
    [("", ("a", "b")), (", depends_on: []", ()), (", depends_on: [a]", ("a",))],
)
def test_only_a_missing_depends_on_means_the_phase_before(key: str, expected: tuple[str, ...]) -> None:
    phases = parse(two_phases(f"{{id: c, title: C{key}}}")).phases
    found = {subtask.id: subtask.depends_on for subtask in resolve_phases(phases)}
    assert found == {"a": (), "b": (), "c": expected}


@pytest.mark.parametrize(
    ("subtask", "said"),
    [
        ("{id: a, title: 'A {{contxt}}'}", "unknown placeholder {{contxt}} (did you mean `context`"),
        ("{id: a, title: 'A {{vars.prot}}'}", "variable `prot` is not declared (did you mean `vars.port`"),
        ("{id: a, title: 'A {{context | shell}}'}", "`| shell` is for commands only"),
        ("{id: a, title: A, metric: 'run {{context}}'}", "only shell-quoted (write {{context | shell}}"),
        ("{id: a, title: A, metric: 'run {{vars.port}}'}", "only shell-quoted"),
        ("{id: a, title: A, metric: 'run {{vars.prot | shell}}'}", "variable `prot` is not declared"),
        ("{id: a, title: A, scope: ['{{vars.port}}/']}", "{{vars.port}} cannot stand here"),
        ("{id: a, title: A, role: '{{vars.port}}'}", "{{vars.port}} cannot stand here"),
        ("{id: a, title: A, success_criteria: ['{{x}}']}", "unknown placeholder {{x}}"),
    ],
)
def test_a_placeholder_that_cannot_be_filled_in_is_an_error(subtask: str, said: str) -> None:
    with pytest.raises(DocumentError, match=r"t.yaml:6: ") as caught:
        parse(subtasks(subtask) + "vars: {port: '80'}\n")
    assert said in str(caught.value)


def test_braces_of_other_languages_are_left_alone() -> None:
    text = "'A ${{ github.sha }} {{ .Values.port }} {{#each}}'"
    assert parse(subtasks(f"{{id: a, title: {text}}}")).phases[0].subtasks[0].title == text.strip("'")


def test_a_projects_template_replaces_the_shipped_one_of_its_id(tmp_path: Path) -> None:
    folder = tmp_path / ".openclaw/plan-templates"
    folder.mkdir(parents=True)
    (folder / "team-feature.yaml").write_text(GOOD.replace("id: t", "id: team-feature"))
    found = {template.id: template for template in load_templates(str(tmp_path))}
    assert found["team-feature"].origin is Origin.PROJECT
    assert found["team-feature"].file == ".openclaw/plan-templates/team-feature.yaml"
    assert found["team-bugfix"].origin is Origin.SHIPPED


def test_two_files_of_one_id_are_an_error(tmp_path: Path) -> None:
    folder = tmp_path / ".openclaw/plan-templates"
    folder.mkdir(parents=True)
    for ending in ("yaml", "yml"):
        (folder / f"t.{ending}").write_text(GOOD)
    with pytest.raises(DocumentError, match=r"t.yml:1: template `t` is also in .openclaw/plan-templates/t.yaml"):
        load_templates(str(tmp_path))


@pytest.mark.parametrize("name", ["team-featur", "../../etc/passwd", "Team Feature", ""])
def test_an_unknown_id_is_an_error_and_never_a_path(name: str) -> None:
    with pytest.raises(OpenclawError, match=r"team-feature"):
        find_template(load_templates(None), name)
