"""What git is told to show must not change what the guard sees: each case stages a secret and really commits."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.conftest import Repository

SETTINGS = (
    "diff.context=5",
    "diff.interHunkContext=9",
    "diff.noprefix=true",
    "diff.srcPrefix=x/",
    "diff.relative=true",
    "diff.orderFile=/dev/null",
    "diff.renames=copies",
    "diff.suppressBlankEmpty=true",
    "diff.wsErrorHighlight=all",
    "diff.external=true",
    "diff.colorMoved=zebra",
    "core.quotePath=false",
    "core.bigFileThreshold=1",
    "core.autocrlf=true",
    "core.abbrev=4",
    "color.ui=always",
)
VARIABLES = (
    "GIT_DIFF_OPTS=-u3",
    "GIT_EXTERNAL_DIFF=true",
    "GIT_LITERAL_PATHSPECS=1",
    "GIT_ICASE_PATHSPECS=1",
    "GIT_NOTES_REF=refs/notes/x",
    "GIT_PREFIX=x/",
    "PYTHONOPTIMIZE=2",
)


@pytest.mark.parametrize("case", [*SETTINGS, *VARIABLES])
def test_a_staged_secret_is_found_at_its_line_whatever_git_is_told(
    guarded: Repository, aws_key: str, case: str
) -> None:
    guarded.stage("a.py", "x = 1\n" * 30)
    guarded.commit("feat: a")
    before = guarded.head()
    guarded.stage("a.py", "x = 1\n" * 15 + f"key = '{aws_key}'\n" + "x = 1\n" * 15)
    assert guarded.git("diff", "--cached", "--quiet", check=False).returncode == 1
    name, _, value = case.partition("=")
    pre = ("-c", case) if case in SETTINGS else ()
    env = {name: value} if case in VARIABLES else {}
    done = guarded.git(*pre, "commit", "-m", "feat: x", check=False, **env)
    assert "a.py:16: secrets" in done.stdout + done.stderr
    assert guarded.head() == before
