from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.fixture
def write_role(tmp_path: Path) -> Callable[..., Path]:
    """Writes `.openclaw/roles/<name>.yaml` with the given lines below id, version and name."""

    def write(name: str, lines: str = "", suffix: str = ".yaml") -> Path:
        path = tmp_path / ".openclaw/roles" / f"{name}{suffix}"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"id: {name}\nversion: 1.0.0\nname: The {name}\n{lines}\n")
        return path

    return write
