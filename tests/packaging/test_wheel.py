"""The wheel as users get it: built, installed into an environment of its own, and run there."""

from __future__ import annotations

import json
import sys
import tarfile
import tomllib
import zipfile
from typing import TYPE_CHECKING, NamedTuple

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from tests.packaging.conftest import Workshop

pytestmark = pytest.mark.xdist_group("wheel")

EXTRAS_ONLY = {
    "mkdocs", "mkdocs-material", "nh3", "torch", "sentence-transformers", "onnxruntime", "numpy", "nats-py", "mcp",
    "apsw", "onnx", "pytest", "pre-commit", "pydantic",
}  # fmt: skip


class Installed(NamedTuple):
    """A fresh environment with the wheel in it, and what it was built from."""

    source: Path
    wheel: Path
    sdist: Path
    bin: Path
    package: Path


@pytest.fixture(scope="module")
def installed(workshop: Workshop) -> Installed:
    source = workshop.copy_source()
    dist = workshop.folder / "dist"
    workshop.run(sys.executable, "-m", "build", "--no-isolation", "--outdir", dist, source)
    [wheel] = dist.glob("*.whl")
    [sdist] = dist.glob("*.tar.gz")
    fresh = workshop.folder / "fresh"
    # Without a pip of its own, which takes longer to install than the wheel: this one installs over there.
    workshop.run(sys.executable, "-m", "venv", "--without-pip", fresh)
    python = fresh / "bin" / "python"
    over_there = (sys.executable, "-m", "pip", "--disable-pip-version-check", "--python", python)
    workshop.run(*over_there, "install", "--quiet", wheel)
    where = workshop.run(python, "-I", "-c", "import openclaw_hooks as p; print(p.__path__[0])").stdout.strip()
    return Installed(source, wheel, sdist, fresh / "bin", type(source)(where))


def shipped_folders(source: Path) -> dict[str, str]:
    settings = tomllib.loads((source / "pyproject.toml").read_text(encoding="utf-8"))
    included: dict[str, str] = settings["tool"]["hatch"]["build"]["targets"]["wheel"]["force-include"]
    return included


def folder_contents(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_the_environment_runs_the_wheel_and_not_the_checkout(installed: Installed) -> None:
    assert installed.bin.parent in installed.package.parents


def test_shipped_data_is_that_of_the_checkout_byte_for_byte(installed: Installed) -> None:
    folders = shipped_folders(installed.source)
    assert {"rules", "roles", "plan-templates"} <= set(folders)
    for folder, target in folders.items():
        expected = folder_contents(installed.source / folder)
        assert expected, folder
        assert folder_contents(installed.package.parent / target) == expected


def test_the_browsers_files_are_in_the_wheel_byte_for_byte(installed: Installed) -> None:
    assets = folder_contents(installed.source / "openclaw_hooks/mission_control/assets")
    assert {"js/main.js", "css/tokens.css", "texts/board.json", "vendor/manifest.json"} <= set(assets)
    assert folder_contents(installed.package / "mission_control/assets") == assets


def test_every_module_of_the_checkout_is_in_the_wheel_and_no_test_is(installed: Installed) -> None:
    with zipfile.ZipFile(installed.wheel) as archive:
        names = set(archive.namelist())
    modules = {
        path.relative_to(installed.source).as_posix() for path in installed.source.glob("openclaw_hooks/**/*.py")
    }
    assert modules <= names
    assert "openclaw_hooks/py.typed" in names
    assert not [name for name in names if name.startswith(("tests/", "benchmarks/"))]


def test_the_source_distribution_holds_what_a_build_needs(installed: Installed) -> None:
    with tarfile.open(installed.sdist) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    assert {"pyproject.toml", "README.md", "LICENSE", "CHANGELOG.md", "Makefile"} <= names
    assert {"rules/universal/security.md", "roles/reviewer.yaml", "plan-templates/team-feature.yaml"} <= names
    assert "openclaw_hooks/hook.py" in names


def test_console_scripts_start(installed: Installed, workshop: Workshop) -> None:
    for name in ("openclaw", "openclaw-hooks"):
        assert workshop.run(installed.bin / name, "--version").stdout.startswith("openclaw-hooks ")
    assert "openclaw-secrets" in workshop.run(installed.bin / "openclaw-hook", "--help").stdout


def test_a_core_install_brings_no_part_of_an_extra(installed: Installed, workshop: Workshop) -> None:
    listed = workshop.run(
        sys.executable, "-m", "pip", "--python", installed.bin / "python", "list", "--format=json"
    ).stdout
    names = {entry["name"].lower() for entry in json.loads(listed)}
    assert "openclaw-hooks" in names
    assert names & EXTRAS_ONLY == set()


def test_the_demo_passes_from_the_wheel(installed: Installed, workshop: Workshop) -> None:
    done = workshop.run(installed.bin / "openclaw", "demo", "--json")
    assert json.loads(done.stdout)["data"]["ok"] is True
