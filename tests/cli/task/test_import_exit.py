"""What `task import` answers to a file of which it can read all, a part, or nothing."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Clerk

GOOD = '{"id": "bd-1", "title": "Cache it", "status": "open"}\n'


@pytest.mark.parametrize(
    ("content", "code", "came"), [(GOOD, 0, 1), ("", 0, 0), (f"{GOOD}oops\n", 0, 1), ("{oops\n", 1, 0)]
)
def test_a_file_of_which_nothing_can_be_read_is_no_success(
    clerk: Clerk, tmp_path: Path, content: str, code: int, came: int
) -> None:
    path = tmp_path / "issues.jsonl"
    path.write_text(content)
    answer = clerk("task", "import", "beads", str(path), "--json")
    assert (answer.code, len(json.loads(answer.out)["data"]["added"])) == (code, came)
    again = clerk("task", "import", "beads", str(path))
    assert again.code == code
    assert ("skipped: not valid JSON" in again.err) is ("oops" in content)
