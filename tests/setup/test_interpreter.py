"""Which interpreter and flags an installed hook uses, by how the package is installed."""

from __future__ import annotations

import sys
import sysconfig
from pathlib import Path
from typing import TYPE_CHECKING

from openclaw_hooks.resources import PACKAGE
from openclaw_hooks.setup.interpreter import HookCommand, find_command

if TYPE_CHECKING:
    from tests.setup.conftest import Scratch

MAIN = "from openclaw_hooks.cli.app import main; main()"
BASE = getattr(sys, "_base_executable", sys.executable)  # outside any venv, where the user's site counts


def test_an_installed_package_is_started_in_isolated_mode() -> None:
    command = find_command()
    assert command.flags == ("-I",)
    assert Path(command.python).is_absolute()
    assert Path(command.python).samefile(sys.executable)


def test_a_package_in_the_users_site_is_found_by_its_hooks(scratch: Scratch, tmp_path: Path, secret: str) -> None:
    version = f"python{sys.version_info[0]}.{sys.version_info[1]}"
    site = tmp_path / "home/.local/lib" / version / "site-packages"
    site.mkdir(parents=True)
    (site / "here.pth").write_text(f"{Path(PACKAGE).parent}\n{sysconfig.get_path('purelib')}\n")
    assert scratch.run(BASE, "-c", MAIN, "init", "--no-pre-commit").code == 0
    assert "-P -E -m openclaw_hooks.hook" in (scratch.path / ".git/hooks/pre-commit").read_text()
    scratch.write("json.py", "raise SystemExit(0)\n")  # must not stand in for the library's
    assert scratch.commit("keys.py", secret).code == 1
    assert scratch.commit("keys.py", "x = 1\n").code == 0


def test_a_package_that_only_pythonpath_finds_is_refused(scratch: Scratch) -> None:
    path = f"{Path(PACKAGE).parent}:{sysconfig.get_path('purelib')}"
    done = scratch.run(BASE, "-s", "-c", MAIN, "init", env={"PYTHONPATH": path})
    assert done.code == 2
    assert "without PYTHONPATH" in done.err
    assert not (scratch.path / ".openclaw").exists()


def test_an_interpreter_in_a_cache_is_told() -> None:
    cached = HookCommand("/home/x/.cache/uv/archive-v0/abc/bin/python3", ("-I",), "/p", "1.0")
    assert cached.is_in_cache
    assert not cached._replace(python="/home/x/.local/share/uv/tools/openclaw-hooks/bin/python3").is_in_cache
