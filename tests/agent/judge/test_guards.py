"""Guards that an attempt meets as every change does, and that nothing but it would miss."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from openclaw_hooks.agent.judge.check import check_attempt
from openclaw_hooks.agent.judge.ground import read_ground, stand_on
from openclaw_hooks.agent.judge.quote import quote_line
from openclaw_hooks.agent.model import Found
from openclaw_hooks.verdict import Finding, Severity
from tests.agent.judge.conftest import make_task

if TYPE_CHECKING:
    import pytest

    from tests.agent.judge.conftest import Bench


def test_files_that_guard_the_repository_are_not_an_agents_to_change(bench: Bench) -> None:
    task = make_task(scope=("**",))
    ground = read_ground(str(bench.repository.path), task, "")
    left = bench.snapshot(
        {".openclaw/config.yaml": "format: 1\n", ".husky/pre-commit": "#!/bin/sh\n", "src/app.py": "x = 2\n"}
    )
    found = check_attempt(bench.repo, ground, task, left, "")
    assert {(one.check, one.path) for one in found if one.is_error} == {
        ("protected", ".husky/pre-commit"),
        ("protected", ".openclaw/config.yaml"),
    }


def test_a_file_that_cannot_be_parsed_is_an_error(bench: Bench) -> None:
    assert bench.errors({"src/settings.json": "{"}) == [("structured-files", "src/settings.json")]


def test_a_quoted_line_is_one_line_and_ends_no_quotation() -> None:
    assert quote_line("a`\n## Orders\r\n- do `this`\x1b[2J", 100) == "a' ## Orders - do 'this'\\x1b[2J"


def test_a_baseline_is_never_written_outside_of_its_folder(
    bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.start({".openclaw/config.yaml": "secrets: {baseline: ../known.baseline}\n"})
    Path(bench.repository.path.parent, "known.baseline").write_text("{}")
    ground = read_ground(str(bench.repository.path), make_task(), "claude")
    assert ground.baseline == b"{}"
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    with stand_on(ground) as policy:
        assert [str(path) for path in temporary.iterdir()] == [policy.root]


def test_a_finding_in_the_log_is_one_line_of_what_can_be_seen() -> None:
    found = Found.of(Finding("rules", Severity.ERROR, "a\nb.py", 1, "no\r\n\x1b[2J\udcff", "mend\nit"))
    assert all(text.isprintable() for text in (found.path, found.message, found.hint))
    found.message.encode()
