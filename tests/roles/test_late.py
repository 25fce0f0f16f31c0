"""Roles that are read only when one is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from openclaw_hooks.documents import DocumentError
from openclaw_hooks.roles.late import LateRoles
from openclaw_hooks.roles.load import load_roles

if TYPE_CHECKING:
    from pathlib import Path


def test_they_are_those_that_load_roles_gives() -> None:
    roles, late = load_roles(None), LateRoles(None)
    assert (len(late), list(late), late[0], late[-2:]) == (len(roles), list(roles), roles[0], roles[-2:])


def test_nothing_is_read_before_one_is_asked_for(tmp_path: Path) -> None:
    folder = tmp_path / ".openclaw/roles"
    folder.mkdir(parents=True)
    (folder / "broken.yaml").write_text("id: [")
    late = LateRoles(str(tmp_path))
    with pytest.raises(DocumentError, match=r"broken\.yaml:2"):
        len(late)
