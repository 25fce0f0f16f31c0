from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest
import yaml

from openclaw_hooks.errors import OpenclawError
from openclaw_hooks.schemas import FORMATS, encode_schema, make_schema

if TYPE_CHECKING:
    from tests.conftest import Repository

ROOT = Path(__file__).parents[1]
RULES = sorted([*ROOT.glob("rules/universal/*.md"), *ROOT.glob("rules/framework/*.md")])
HARNESS = sorted(ROOT.glob("rules/harness/*.md"))
ROLES = sorted(ROOT.glob("roles/*.yaml"))
TEMPLATES = sorted(ROOT.glob("plan-templates/*.yaml"))


def faults(name: str, value: Any) -> list[str]:
    validator = jsonschema.Draft202012Validator(make_schema(name))
    return [f"{error.json_path}: {error.message}" for error in validator.iter_errors(value)]


def frontmatter(path: Path) -> Any:
    return yaml.safe_load(path.read_text(encoding="utf-8").split("---\n")[1])


@pytest.mark.parametrize("name", FORMATS)
def test_each_schema_is_itself_valid(name: str) -> None:
    jsonschema.Draft202012Validator.check_schema(make_schema(name))


@pytest.mark.parametrize("path", RULES, ids=lambda path: path.stem)
def test_every_shipped_rule_fits_its_schema(path: Path) -> None:
    assert faults("rule", frontmatter(path)) == []


@pytest.mark.parametrize("path", HARNESS, ids=lambda path: path.stem)
def test_every_shipped_harness_rule_fits_its_schema(path: Path) -> None:
    assert faults("harness-rule", frontmatter(path)) == []


@pytest.mark.parametrize("path", ROLES, ids=lambda path: path.stem)
def test_every_shipped_role_fits_its_schema(path: Path) -> None:
    assert faults("role", yaml.safe_load(path.read_text(encoding="utf-8"))) == []


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.stem)
def test_every_shipped_plan_template_fits_its_schema(path: Path) -> None:
    assert faults("plan-template", yaml.safe_load(path.read_text(encoding="utf-8"))) == []


def test_the_shipped_agent_commands_fit_their_schema() -> None:
    presets = yaml.safe_load((ROOT / "openclaw_hooks/agent_files/presets.yaml").read_text(encoding="utf-8"))
    assert presets["agents"]
    assert faults("agents", presets) == []


def test_there_is_something_to_fit() -> None:
    assert RULES
    assert HARNESS
    assert ROLES
    assert TEMPLATES


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("config", {"rulez": {}}, "'rulez' was unexpected"),
        ("config", {"rules": {"max_chars": 1}}, "1 is less than the minimum of 500"),
        ("rule", {"id": "a", "version": "1.0.0", "tier": "local"}, "'local' is not one of"),
        ("rule", {"id": "a", "version": "1", "tier": "project"}, "does not match"),
        ("harness-rule", {"id": "a", "version": "1.0.0"}, "'type' is a required property"),
        ("role", {"id": "a", "version": "1.0.0", "name": "A", "must_nut": []}, "'must_nut' was unexpected"),
        ("task", {"id": "T-abc123", "title": "A", "status": "done"}, "'done' is not one of"),
        ("task", {"id": "T-abc12", "title": "A", "status": "queued"}, "does not match"),
        ("plan-template", {"id": "a", "name": "A", "phases": []}, "[] should be non-empty"),
        ("plan-template", {"id": "a", "name": "A", "phases": [{"name": "P", "wave": 1}]}, "'wave' was unexpected"),
        ("agents", {"agents": {"a": {"argv": ["a"], "promt": "arg"}}}, "'promt' was unexpected"),
        ("agents", {"agents": {"a": {"argv": "a b"}}}, "'a b' is not of type 'array'"),
        ("plan", {"id": "P-abc123", "title": "A", "status": "review", "subtasks": []}, "'review' is not one of"),
    ],
)
def test_mistakes_do_not_fit(name: str, value: Any, said: str) -> None:
    assert any(said in fault for fault in faults(name, value)), faults(name, value)


def test_what_check_prints_fits_its_schema(repository: Repository) -> None:
    repository.stage("a.json", "{")
    command = [str(Path(sys.executable).with_name("openclaw")), "check", "--format", "json"]
    done = subprocess.run(command, cwd=repository.path, capture_output=True, text=True, check=False)
    printed = json.loads(done.stdout)
    assert printed["data"]["findings"], done.stderr
    assert faults("check", printed) == []


def test_a_receipt_of_a_real_commit_fits_its_schema(guarded: Repository) -> None:
    guarded.stage("a.txt", "a\n")
    guarded.commit("feat: add a")
    note = guarded.git("notes", "--ref=openclaw", "show", "HEAD").stdout
    assert faults("receipt", json.loads(note)) == []


@pytest.mark.parametrize("name", FORMATS)
def test_the_published_copy_is_up_to_date(name: str) -> None:
    published = ROOT / "site/schemas" / f"{name}.json"
    assert published.read_bytes() == encode_schema(name), "run python tools/docs/publish_schemas.py"


def test_an_unknown_name_is_an_error_that_names_the_nearest() -> None:
    with pytest.raises(OpenclawError, match=r"no schema `rules` \(did you mean `rule`\?\)"):
        make_schema("rules")
