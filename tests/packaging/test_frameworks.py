"""Our hooks as pre-commit and prek users get them: installed from a repository, run by real commits."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from openclaw_hooks.scratch.planted import make_planted

if TYPE_CHECKING:
    import subprocess

    from tests.packaging.conftest import Workshop

pytestmark = pytest.mark.xdist_group("frameworks")

HOOK_IDS = ("openclaw-check", "openclaw-commit-msg", "openclaw-receipt", "openclaw-push")
STAGES = ("pre-commit", "commit-msg", "post-commit", "pre-push")


class Project:
    """A project that uses a hook framework, with our hooks in its config."""

    def __init__(self, workshop: Workshop, framework: str, source: Path) -> None:
        self.workshop = workshop
        self.path = workshop.folder / f"project-{framework}"
        self.path.mkdir()
        self.program = Path(sys.executable).parent / framework
        rev = workshop.run("git", "rev-parse", "HEAD", cwd=source).stdout.strip()
        hooks = "\n".join(f"      - id: {hook_id}" for hook_id in HOOK_IDS)
        config = f"repos:\n  - repo: {source}\n    rev: {rev}\n    hooks:\n{hooks}\n"
        self.git("init", "-q", "-b", "main")
        self.write(".pre-commit-config.yaml", config)
        self.write("pyproject.toml", '[project]\nname = "x"\nversion = "1"\n')
        workshop.run(self.program, "install", *(f"--hook-type={stage}" for stage in STAGES), cwd=self.path)
        self.git("add", "-A")
        self.git("commit", "-q", "-m", "chore: start")

    def git(self, *words: str, check: bool = True, **env: str) -> subprocess.CompletedProcess[str]:
        return self.workshop.run("git", *words, cwd=self.path, check=check, **env)

    def write(self, name: str, content: str) -> None:
        path = self.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")

    def commit(self, name: str, content: str, message: str, *words: str) -> subprocess.CompletedProcess[str]:
        """Tries to commit one file; leaves nothing staged when that is refused."""
        self.write(name, content)
        self.git("add", "--", name)
        done = self.git("commit", "-m", message, *words, check=False)
        self.git("reset", "-q", "--hard")
        return done


@pytest.fixture(scope="module")
def source(workshop: Workshop) -> Path:
    return workshop.copy_source()


@pytest.fixture(scope="module", params=["pre-commit", "prek"])
def project(request: pytest.FixtureRequest, workshop: Workshop, source: Path) -> Project:
    if not shutil.which(request.param, path=str(Path(sys.executable).parent)):
        pytest.fail(f"{request.param} is not installed beside this Python")
    return Project(workshop, request.param, source)


def test_a_planted_secret_is_blocked(project: Project) -> None:
    before = project.git("rev-parse", "HEAD").stdout
    done = project.commit("src/upload.py", f'KEY = "{make_planted().aws_id}"\n', "feat: upload")
    assert done.returncode == 1, done.stdout + done.stderr
    assert "src/upload.py:1: secrets: AWS access key id" in done.stdout + done.stderr
    assert project.git("rev-parse", "HEAD").stdout == before


def test_a_message_out_of_form_is_blocked(project: Project) -> None:
    done = project.commit("src/a.py", "A = 1\n", "did things")
    assert done.returncode == 1
    assert "commit-message: `did things` is not `type(scope): description`" in done.stdout + done.stderr


def test_a_clean_commit_passes_and_carries_a_receipt(project: Project) -> None:
    done = project.commit("src/clean.py", "ANSWER = 42\n", "feat: answer")
    assert done.returncode == 0, done.stdout + done.stderr
    note = project.git("notes", "--ref=refs/notes/openclaw", "show", "HEAD").stdout
    assert {"secrets", "rules", "commit-message"} <= set(json.loads(note)["checks"])


def test_a_run_over_all_files_finds_a_committed_secret(project: Project) -> None:
    done = project.commit("old/settings.py", f'TOKEN = "{make_planted().github}"\n', "feat: old", "--no-verify")
    assert done.returncode == 0, done.stderr
    run = project.workshop.run(project.program, "run", "--all-files", cwd=project.path, check=False)
    assert run.returncode == 1
    assert "old/settings.py:1: secrets: GitHub personal access token" in run.stdout
    project.git("reset", "-q", "--hard", "HEAD~1")
    assert project.workshop.run(project.program, "run", "--all-files", cwd=project.path).returncode == 0


def test_a_push_of_a_commit_made_with_no_verify_is_stopped(project: Project) -> None:
    server = project.workshop.folder / f"server-{project.path.name}.git"
    project.workshop.run("git", "init", "-q", "--bare", server)
    project.git("remote", "add", "origin", str(server))
    project.git("push", "-q", "origin", "main")
    project.commit("src/late.py", f'TOKEN = "{make_planted().github}"\n', "feat: late", "--no-verify")
    done = project.git("push", "origin", "main", check=False)
    assert done.returncode != 0
    assert "src/late.py:1: secrets: in commit " in done.stdout + done.stderr
    project.git("reset", "-q", "--hard", "HEAD~1")
