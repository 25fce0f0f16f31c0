from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.fixture
def write_rule(tmp_path: Path) -> Callable[..., Path]:
    """Writes `.openclaw/rules/<name>.md` with the given frontmatter lines below id, version and tier."""

    def write(name: str, head: str = "", body: str = "# Title\n\n- Do it.\n", tier: str = "project") -> Path:
        path = tmp_path / ".openclaw/rules" / f"{name}.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        top = f"id: {path.stem}\nversion: 1.0.0\n" + (f"tier: {tier}\n" if tier else "")
        path.write_text(f"---\n{top}{head.rstrip()}\n---\n{body}")
        return path

    return write
