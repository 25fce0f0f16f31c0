"""Marks on lines by which an agent lets itself through."""

from __future__ import annotations

from typing import TYPE_CHECKING

from openclaw_hooks.agent.judge.exemptions import find_excused
from openclaw_hooks.checks.sources import range_change
from openclaw_hooks.verdict import Severity
from tests.agent.judge.conftest import RULE

if TYPE_CHECKING:
    from tests.agent.judge.conftest import Bench


def test_a_mark_that_the_agent_put_on_a_line_lets_nothing_through(bench: Bench, aws_key: str) -> None:
    marked = f"KEY = '{aws_key}'  # pragma: allowlist secret\n"
    found = [one for one in bench.check({"src/key.py": f"a = 1\n{marked}"}) if one.is_error]
    assert [(one.check, one.path, one.line) for one in found] == [("secrets", "src/key.py", 2)]
    assert "let through by a mark on its line" in found[0].message
    above = f"# pragma: allowlist nextline secret\nKEY = '{aws_key}'\n"
    assert bench.errors({"src/key.py": above}) == [("secrets", "src/key.py")]
    bench.start({"src/key.py": marked})  # by a person, before
    assert bench.errors({"src/key.py": f"a = 1\n{marked}"}) == []
    assert bench.errors({"src/moved.py": f"{marked}b = 2\n", "src/key.py": None}) == []


def test_a_line_that_a_person_marked_may_be_moved(bench: Bench, aws_key: str) -> None:
    marked = f"KEY = '{aws_key}'  # pragma: allowlist secret\n"
    rest = "".join(f"line_{n} = {n}\n" for n in range(9))
    bench.start({"src/key.py": marked + rest})
    for files in ({"src/key.py": rest + marked}, {"src/key.py": None, "src/moved.py": rest + marked}):
        left = bench.snapshot(files)
        (changed,) = range_change(bench.repo, bench.base, left.commit).files
        assert marked.strip() in changed.added.text
        assert bench.errors(files) == []
    assert bench.errors({"src/other.py": marked}) == [("secrets", "src/other.py")]


def test_a_rule_that_the_agent_excused_itself_from_is_a_warning(bench: Bench) -> None:
    bench.start({".openclaw/rules/house.md": RULE})
    found = bench.check({"src/app.py": "print(1)  # openclaw: allow house -- it is quicker\n"})
    assert [(one.check, one.severity, one.rule) for one in found if one.line] == [
        ("rules", Severity.WARNING, "house/no-print")
    ]
    assert find_excused(found) == "the agent excused lines of its own from checks: src/app.py:1"
    assert find_excused(found * 5).endswith("and 2 more places")
    assert find_excused(bench.check({"src/app.py": "# TODO\n"})) == ""
