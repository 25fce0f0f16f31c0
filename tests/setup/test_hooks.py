"""Hooks beside hooks: real git, real foreign hooks, and a recording program in place of the interpreter."""

from __future__ import annotations

import os
import shutil
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from openclaw_hooks.git import open_repo
from openclaw_hooks.setup.apply import apply_plan
from openclaw_hooks.setup.hook_facts import read_hook_facts
from openclaw_hooks.setup.hook_plan import plan_hooks
from openclaw_hooks.setup.interpreter import HookCommand

if TYPE_CHECKING:
    from tests.setup.conftest import Scratch

BIN = Path(sys.executable).parent


class Recorder:
    """A stand-in for the interpreter: writes down how it was called and fails on demand."""

    def __init__(self, folder: Path, name: str = "python") -> None:
        self.log = folder / "calls.log"
        self.command = HookCommand(str(folder / name), ("-I",), str(folder), "0.1.0")
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "hook.py").touch()
        program = Path(self.command.python)
        program.write_text(
            f'#!/bin/sh\nlog="{self.log}"\nprintf "%s|" "$@" >> "$log"\n'
            'case "$4" in pre-push) cat >> "$log";; esac\necho >> "$log"\n'
            '[ -e "${log%/*}/refuse" ] && exit 7\nexit 0\n'
        )
        program.chmod(0o755)

    def calls(self) -> list[str]:
        """The hooks that were called, one entry per call, oldest first."""
        text = self.log.read_text() if self.log.exists() else ""
        return [line.split("|")[3] for line in text.splitlines() if line.startswith("-I|")]

    def refuse(self) -> None:
        (self.log.parent / "refuse").touch()


@pytest.fixture
def recorder(tmp_path: Path) -> Recorder:
    return Recorder(tmp_path / "bin of 'recorder'")


def install(scratch: Scratch, recorder: Recorder, cwd: Path | None = None) -> bool:
    """Plan and apply as init does; whether there was anything to do."""
    repo = open_repo(str(cwd or scratch.path))
    plan = plan_hooks(read_hook_facts(repo), recorder.command)
    apply_plan(repo, plan, "0.1.0")
    return not plan.is_empty


def test_each_stage_of_a_commit_calls_us_and_a_failure_stops_it(scratch: Scratch, recorder: Recorder) -> None:
    install(scratch, recorder)
    assert scratch.commit().code == 0
    assert recorder.calls() == ["pre-commit", "commit-msg", "post-commit"]
    recorder.refuse()
    assert scratch.commit(content="two\n").code != 0
    assert scratch.commits() == 1


def test_arguments_reach_our_hook(scratch: Scratch, recorder: Recorder) -> None:
    install(scratch, recorder)
    scratch.commit()
    assert "-I|-m|openclaw_hooks.hook|commit-msg|.git/COMMIT_EDITMSG|" in recorder.log.read_text()


def test_an_existing_hook_still_runs_first_and_its_exit_code_stops_everything(
    scratch: Scratch, recorder: Recorder
) -> None:
    scratch.hook("pre-commit", f'echo "their $#" >> "{recorder.log}"; test ! -e stop || exit 9')
    install(scratch, recorder)
    assert scratch.commit().code == 0
    assert recorder.log.read_text().splitlines()[0] == "their 0"
    assert recorder.calls()[0] == "pre-commit"
    before = recorder.calls()
    scratch.write("stop", "")
    scratch.git("commit", "--allow-empty", "-m", "feat: y", "--no-verify")
    assert scratch.run(".git/hooks/pre-commit").code == 9
    assert recorder.calls()[len(before) :] == ["post-commit"]


def test_a_hook_that_is_not_executable_is_kept_and_not_run(scratch: Scratch, recorder: Recorder) -> None:
    scratch.hook("pre-commit", "exit 9", executable=False)
    install(scratch, recorder)
    assert scratch.commit().code == 0
    kept = scratch.path / ".git/hooks/pre-commit.before-openclaw"
    assert not os.access(kept, os.X_OK)
    kept.chmod(0o755)  # looked at when the hook runs
    assert scratch.commit(content="two\n").code != 0


def test_a_hook_that_is_a_link_stays_a_link(scratch: Scratch, recorder: Recorder) -> None:
    scratch.write("scripts/check", "#!/bin/sh\nexit 9\n", executable=True)
    (scratch.path / ".git/hooks/pre-commit").symlink_to("../../scripts/check")
    install(scratch, recorder)
    assert (scratch.path / "scripts/check").read_text() == "#!/bin/sh\nexit 9\n"
    assert (scratch.path / ".git/hooks/pre-commit.before-openclaw").is_symlink()
    assert scratch.commit().code != 0


@pytest.mark.parametrize("reads", ["cat > seen", "true"])
def test_both_hooks_of_a_push_read_the_refs(scratch: Scratch, recorder: Recorder, tmp_path: Path, reads: str) -> None:
    scratch.hook("pre-push", reads)
    install(scratch, recorder)
    scratch.commit()
    scratch.git("branch", "other")
    scratch.git("init", "-q", "--bare", str(tmp_path / "remote.git"))
    done = scratch.run("git", "push", "-q", str(tmp_path / "remote.git"), "main", "other")
    assert (done.code, done.err) == (0, "")
    head = scratch.git("rev-parse", "HEAD")
    lines = "".join(f"refs/heads/{name} {head} refs/heads/{name} {'0' * 40}\n" for name in ("main", "other"))
    assert lines in recorder.log.read_text()
    if reads != "true":
        assert (scratch.path / "seen").read_text() == lines


def test_a_push_with_no_refs_gives_both_hooks_nothing(scratch: Scratch, recorder: Recorder) -> None:
    scratch.hook("pre-push", "cat > seen")
    install(scratch, recorder)
    assert scratch.run(".git/hooks/pre-push", "origin", "url").code == 0
    assert (scratch.path / "seen").read_bytes() == b""


def test_commit_of_one_file_reaches_hooks_with_its_own_index(scratch: Scratch, recorder: Recorder) -> None:
    scratch.hook("pre-commit", 'echo "$GIT_INDEX_FILE" > seen')
    install(scratch, recorder)
    scratch.commit()
    scratch.write("a.txt", "two\n")
    scratch.git("commit", "-q", "-m", "feat: y", "a.txt")
    assert "next-index" in (scratch.path / "seen").read_text()


@pytest.mark.parametrize("lost", ["python", "package"])
def test_a_lost_interpreter_or_package_blocks_with_one_clear_line(
    scratch: Scratch, recorder: Recorder, lost: str
) -> None:
    install(scratch, recorder)
    if lost == "python":
        Path(recorder.command.python).unlink()
    else:
        shutil.rmtree(recorder.command.package)
    done = scratch.commit()
    assert done.code == 1
    assert scratch.commits() == 0
    assert "openclaw init" in done.err


def test_a_package_that_moved_is_found_by_import(scratch: Scratch, recorder: Recorder) -> None:
    install(scratch, recorder)
    Path(recorder.command.package, "hook.py").unlink()
    assert scratch.commit().code == 0


def test_a_file_of_the_repo_is_never_imported_by_the_hook(scratch: Scratch) -> None:
    scratch.init()
    for name in ("openclaw_hooks", "json", "os", "re", "typing"):
        scratch.write(f"{name}.py", "open('owned', 'w').close()\n")
    scratch.commit(env={"PYTHONPATH": str(scratch.path)})
    assert not (scratch.path / "owned").exists()


def test_installing_twice_changes_nothing(scratch: Scratch, recorder: Recorder) -> None:
    scratch.hook("pre-commit", "true")
    assert install(scratch, recorder)
    before = scratch.snapshot(times=True)
    assert not install(scratch, recorder)
    assert scratch.snapshot(times=True) == before


@pytest.mark.parametrize("name", ["with space", "it's", 'double " quote', "dollar $(touch x)", "new\nline", "-dash"])
def test_any_path_of_repository_and_interpreter(tmp_path: Path, env: dict[str, str], name: str) -> None:
    from tests.setup.conftest import Scratch

    path = tmp_path / name
    path.mkdir()
    scratch = Scratch(path, env)
    scratch.git("init", "-q")
    scratch.hook("pre-commit", "echo their >> seen")
    recorder = Recorder(tmp_path / "bin", name="python " + name.replace('"', "'"))
    install(scratch, recorder)
    assert scratch.commit().code == 0
    assert recorder.calls()[0] == "pre-commit"
    assert (path / "seen").exists()


def test_linked_worktrees_are_guarded_by_the_same_hooks(scratch: Scratch, recorder: Recorder, tmp_path: Path) -> None:
    scratch.commit()
    tree = tmp_path / "tree"
    scratch.git("worktree", "add", "-q", str(tree), "-b", "side")
    assert install(scratch, recorder, cwd=tree)
    scratch.git("commit", "-q", "--allow-empty", "-m", "feat: x", cwd=tree)
    scratch.git("commit", "-q", "--allow-empty", "-m", "feat: x")
    assert recorder.calls().count("pre-commit") == 2
    assert not install(scratch, recorder)


def test_submodule_and_separate_git_dir(scratch: Scratch, recorder: Recorder, tmp_path: Path) -> None:
    scratch.commit()
    outer = tmp_path / "outer"
    scratch.git("init", "-q", f"--separate-git-dir={tmp_path / 'elsewhere.git'}", str(outer))
    scratch.git("submodule", "--quiet", "add", str(scratch.path), "sub", cwd=outer)
    for folder in (outer, outer / "sub"):
        before = len(recorder.calls())
        install(scratch, recorder, cwd=folder)
        scratch.git("commit", "-q", "--allow-empty", "-m", "feat: x", cwd=folder)
        assert recorder.calls()[before:] == ["pre-commit", "commit-msg", "post-commit"]


@pytest.mark.parametrize("scope", ["local", "global", "worktree"])
@pytest.mark.parametrize("where", [".githooks", "absolute", "~/hooks"])
def test_a_foreign_hooks_path_keeps_running_and_is_not_written_to(
    scratch: Scratch, recorder: Recorder, tmp_path: Path, scope: str, where: str
) -> None:
    folder = {".githooks": scratch.path / ".githooks", "absolute": tmp_path / "h k", "~/hooks": tmp_path / "home/hooks"}
    value = str(folder[where]) if where == "absolute" else where
    scratch.git("config", "extensions.worktreeConfig", "true")
    scratch.git("config", f"--{scope}", "core.hooksPath", value)
    hooks = str(folder[where])
    scratch.hook("pre-commit", f'echo their >> "{recorder.log}"', hooks)
    scratch.hook("post-checkout", "echo switched > seen", hooks)
    before = {path.name: path.read_bytes() for path in folder[where].iterdir()}
    install(scratch, recorder)
    assert scratch.commit().code == 0
    assert recorder.log.read_text().startswith("their\n-I|")
    scratch.git("checkout", "-q", "-b", "side")
    assert (scratch.path / "seen").exists()
    assert {path.name: path.read_bytes() for path in folder[where].iterdir()} == before
    scratch.hook("prepare-commit-msg", 'echo "feat: rewritten" > "$1"', hooks)  # added later, still runs
    scratch.commit(content="two\n")
    assert scratch.git("log", "-1", "--format=%s") == "feat: rewritten"
    assert not install(scratch, recorder)


def test_a_hooks_folder_that_is_a_link_is_not_written_to(scratch: Scratch, recorder: Recorder) -> None:
    shutil.rmtree(scratch.path / ".git/hooks")
    scratch.hook("pre-commit", "echo their > seen", "tools/hooks")
    (scratch.path / ".git/hooks").symlink_to("../tools/hooks")
    install(scratch, recorder)
    assert scratch.commit().code == 0
    assert (scratch.path / "seen").exists()
    assert recorder.calls()[0] == "pre-commit"
    assert os.listdir(scratch.path / "tools/hooks") == ["pre-commit"]


def test_husky_that_sets_its_hooks_path_again_is_chained_again(scratch: Scratch, recorder: Recorder) -> None:
    scratch.write(".husky/_/h", '#!/usr/bin/env sh\nn=$(basename "$0")\nsh -e "$(dirname "$(dirname "$0")")/$n" "$@"\n')
    scratch.hook("pre-commit", '. "$(dirname "$0")/h"', ".husky/_")
    scratch.write(".husky/pre-commit", f'echo husky >> "{recorder.log}"\n')
    scratch.git("config", "core.hooksPath", ".husky/_")
    install(scratch, recorder)
    scratch.git("config", "core.hooksPath", ".husky/_")  # npm install does this each time
    assert install(scratch, recorder)
    assert scratch.commit().code == 0
    assert recorder.log.read_text().count("husky\n") == 1
    assert recorder.calls() == ["pre-commit", "commit-msg", "post-commit"]


def test_hooks_for_arriving_pushes_are_passed_on_only_where_they_are(scratch: Scratch, recorder: Recorder) -> None:
    scratch.hook("pre-commit", "true", ".githooks")
    scratch.git("config", "core.hooksPath", ".githooks")
    install(scratch, recorder)
    own = scratch.path / ".git/openclaw/hooks"
    assert not (own / "push-to-checkout").exists()  # its mere presence changes what git does
    scratch.hook("update", "true", ".githooks")
    scratch.git("config", "core.hooksPath", ".githooks")
    install(scratch, recorder)
    assert (own / "update").exists()


@pytest.mark.parametrize("program", ["pre-commit", "prek"])
def test_pre_commit_installed_before_and_after_us_runs_once_and_without_a_loop(
    scratch: Scratch, recorder: Recorder, program: str
) -> None:
    scratch.write("theirs", "#!/bin/sh\necho theirs >> ran\n", executable=True)
    scratch.write(
        ".pre-commit-config.yaml",
        "repos:\n- repo: local\n  hooks:\n"
        "  - {id: x, name: x, language: system, entry: ./theirs, always_run: true, pass_filenames: false}\n",
    )
    scratch.git("add", ".")
    for _ in range(2):
        assert scratch.run(BIN / program, "install").code == 0
        install(scratch, recorder)
        (scratch.path / "ran").unlink(missing_ok=True)
        before = len(recorder.calls())
        done = scratch.commit(content=str(before), env={"PATH": f"{BIN}:{os.environ['PATH']}"})
        assert done.code == 0, done
        assert recorder.calls()[before:] == ["pre-commit", "commit-msg", "post-commit"]
        assert (scratch.path / "ran").read_text() == "theirs\n"
    assert not install(scratch, recorder)


def test_lefthook_that_puts_us_aside_is_chained_by_the_next_init(scratch: Scratch, recorder: Recorder) -> None:
    scratch.write("lefthook.yml", "pre-commit:\n  commands:\n    x:\n      run: echo lefthook >> ran\n")
    scratch.hook("pre-commit", f'echo plain >> "{recorder.log}"')
    install(scratch, recorder)
    path = f"{BIN}:{os.environ['PATH']}"
    assert scratch.run(BIN / "lefthook", "install", "--force", env={"PATH": path}).code == 0
    assert scratch.commit(env={"PATH": path}).code == 0
    assert "pre-commit" not in recorder.calls()  # lefthook moved us away
    assert install(scratch, recorder)
    assert not list((scratch.path / ".git/hooks").glob("*.old"))
    before = len(recorder.calls())
    assert scratch.commit(content="two\n", env={"PATH": path}).code == 0
    assert recorder.calls()[before:][0] == "pre-commit"
    assert (scratch.path / "ran").read_text() == "lefthook\n" * 2
    assert recorder.log.read_text().count("plain") == 1
    assert not install(scratch, recorder)


def test_lefthook_that_puts_us_aside_while_it_runs_is_noticed_and_mended(scratch: Scratch, secret: str) -> None:
    def config(job: str) -> None:
        scratch.write("lefthook.yml", f"pre-commit:\n  commands:\n    {job}:\n      run: echo {job} >> ran\n")

    path = {"PATH": f"{BIN}:{os.environ['PATH']}"}
    config("first")
    assert scratch.run(BIN / "lefthook", "install", env=path).code == 0
    scratch.init("--no-pre-commit")
    assert scratch.commit(env=path).code == 0
    config("second")  # makes the next `lefthook run` install its hooks anew; it compares times in whole seconds
    os.utime(scratch.path / "lefthook.yml", (time.time() + 10,) * 2)
    done = scratch.commit(content="two\n", env=path)
    assert "putting it back" in done.err
    assert scratch.commit("keys.py", secret, env=path).code == 1
    assert (scratch.path / "ran").read_text() == "first\nsecond\nsecond\n"
    assert not list((scratch.path / ".git/hooks").glob("*.old"))


def test_an_empty_hooks_path_makes_no_loop(scratch: Scratch, recorder: Recorder) -> None:
    scratch.git("config", "core.hooksPath", "")
    install(scratch, recorder)
    assert scratch.commit().code == 0
    assert recorder.calls() == ["pre-commit", "commit-msg", "post-commit"]


@pytest.mark.parametrize("keep", [True, False])
def test_a_moved_or_copied_repository_finds_its_own_folder_again(
    scratch: Scratch, recorder: Recorder, tmp_path: Path, keep: bool
) -> None:
    from tests.setup.conftest import Scratch

    scratch.hook("pre-commit", f'echo their >> "{recorder.log}"', ".githooks")
    scratch.git("config", "core.hooksPath", ".githooks")
    install(scratch, recorder)
    (shutil.copytree if keep else shutil.move)(scratch.path, tmp_path / "elsewhere")
    moved = Scratch(tmp_path / "elsewhere", scratch.env)
    assert install(moved, recorder)
    assert moved.git("config", "core.hooksPath") == str(tmp_path / "elsewhere/.git/openclaw/hooks")
    assert moved.commit().code == 0
    assert recorder.log.read_text().count("their") == 1
    assert recorder.calls() == ["pre-commit", "commit-msg", "post-commit"]


def test_a_folder_that_cannot_be_written_is_a_clear_error(scratch: Scratch) -> None:
    if os.geteuid() == 0:
        shutil.rmtree(scratch.path / ".git/hooks")
        scratch.write(".git/hooks", "a file in the way\n")
    else:
        (scratch.path / ".git/hooks").chmod(0o500)
    done = scratch.openclaw("init")
    assert done.code == 2
    assert ".git/hooks" in done.err
    assert "internal error" not in done.err
