from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING

import pytest

from openclaw_hooks.rules.detect import active_rules, detect_frameworks
from openclaw_hooks.rules.load import load_rules
from openclaw_hooks.rules.model import Origin, Rule, Tier

if TYPE_CHECKING:
    from pathlib import Path


def put(root: Path, path: str, text: str = "") -> None:
    (root / path).parent.mkdir(parents=True, exist_ok=True)
    (root / path).write_text(text)


def package(*names: str) -> str:
    return json.dumps({"dependencies": dict.fromkeys(names, "1")})


@pytest.mark.parametrize(
    ("path", "framework"),
    [
        ("tsconfig.json", "typescript"),
        ("foundry.toml", "solidity"),
        ("hardhat.config.ts", "solidity"),
        ("Cargo.toml", "rust"),
        ("go.mod", "go"),
        ("pyproject.toml", "python"),
        ("requirements.txt", "python"),
        ("Gemfile", "ruby"),
        ("pom.xml", "java"),
        ("App.csproj", "dotnet"),
        ("composer.json", "php"),
        ("Package.swift", "swift"),
        ("ProjectSettings/ProjectVersion.txt", "unity"),
        ("Assets/Player.cs", "unity"),
        ("project.godot", "godot"),
        (".godot/editor/x", "godot"),
        ("ios/Runner/Info.plist", "ios"),
        ("android/app/build.gradle", "android"),
        ("Dockerfile", "docker"),
        ("main.tf", "terraform"),
    ],
)
def test_marker_tells_the_framework(tmp_path: Path, path: str, framework: str) -> None:
    put(tmp_path, path)
    assert detect_frameworks(str(tmp_path)) == {framework}


@pytest.mark.parametrize(
    ("dependency", "framework"),
    [
        ("hardhat", "solidity"),
        ("react-dom", "react"),
        ("next", "nextjs"),
        ("vue", "vue"),
        ("fastify", "node-server"),
    ],
)
def test_dependency_tells_the_framework(tmp_path: Path, dependency: str, framework: str) -> None:
    put(tmp_path, "package.json", package(dependency))
    assert detect_frameworks(str(tmp_path)) == {framework}


def test_packages_of_a_monorepo_count(tmp_path: Path) -> None:
    put(tmp_path, "packages/web/package.json", package("react"))
    put(tmp_path, "backend/go.mod")
    put(tmp_path, "package.json", json.dumps({"workspaces": ["./tools/*"]}))
    put(tmp_path, "tools/gen/Cargo.toml")
    assert detect_frameworks(str(tmp_path)) == {"react", "go", "rust"}


def test_other_peoples_code_and_samples_do_not_count(tmp_path: Path) -> None:
    put(tmp_path, "node_modules/vue/package.json", package("vue"))
    put(tmp_path, "vendor/go.mod")
    put(tmp_path, "examples/Cargo.toml")
    assert detect_frameworks(str(tmp_path)) == frozenset()


@pytest.mark.parametrize("text", ["{", "[1]", '{"dependencies": []}', "[" * 100_000, '{"workspaces": {"packages": 3}}'])
def test_package_json_that_does_not_parse_says_nothing(tmp_path: Path, text: str) -> None:
    put(tmp_path, "package.json", text)
    put(tmp_path, "go.mod")
    assert detect_frameworks(str(tmp_path)) == {"go"}


def test_twenty_thousand_files_are_no_burden(tmp_path: Path) -> None:
    put(tmp_path, "go.mod")
    for number in range(200):
        folder = tmp_path / "src" / f"d{number}"
        folder.mkdir(parents=True)
        for name in range(100):
            (folder / f"f{name}").touch()
    started = time.process_time()
    assert detect_frameworks(str(tmp_path)) == {"go"}
    assert time.process_time() - started < 0.1


def test_missing_folder_holds_nothing(tmp_path: Path) -> None:
    assert detect_frameworks(str(tmp_path / "none")) == frozenset()


def rule(name: str, *detect: str, tier: Tier = Tier.FRAMEWORK) -> Rule:
    return Rule(id=name, version="1.0.0", tier=tier, detect=detect, body="", file="", origin=Origin.PROJECT)


def active(rules: list[Rule], *frameworks: str, root: Path | None = None) -> list[str]:
    return [found.id for found in active_rules(rules, frameworks, str(root) if root else None)]


def test_framework_rule_needs_one_of_its_signals() -> None:
    rules = [rule("sol", "foundry.toml", "hardhat.config.js"), rule("go", "golang"), rule("any")]
    assert active(rules) == ["any"]
    assert active(rules, "solidity") == ["sol", "any"]
    assert active(rules, "go") == ["go", "any"]


def test_other_tiers_need_no_signal() -> None:
    assert active([rule("mine", "go", tier=Tier.PROJECT), rule("all", "go", tier=Tier.UNIVERSAL)]) == ["mine", "all"]


def test_marker_of_no_known_framework_counts_when_it_exists(tmp_path: Path) -> None:
    rules = [rule("elixir", "mix.exs"), rule("escape", "../mix.exs")]
    assert active(rules, root=tmp_path / "sub") == []
    put(tmp_path, "mix.exs")
    assert active(rules, root=tmp_path) == ["elixir"]
    (tmp_path / "sub").mkdir()
    assert active(rules, root=tmp_path / "sub") == []


def test_unity_marker_inside_a_folder_stands_for_unity() -> None:
    assert active([rule("unity", "ProjectSettings/ProjectVersion.txt")], "unity") == ["unity"]


def test_react_project_gets_the_typescript_rule_only_with_a_tsconfig(tmp_path: Path) -> None:
    put(tmp_path, "package.json", package("react", "typescript"))
    names = {"react", "typescript"}

    def in_force() -> set[str]:
        found = active_rules(load_rules(str(tmp_path)), detect_frameworks(str(tmp_path)), str(tmp_path))
        return {rule.id for rule in found} & names

    assert in_force() == {"react"}
    put(tmp_path, "tsconfig.json", "{}")
    assert in_force() == names
