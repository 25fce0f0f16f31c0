"""The table of guards says where each of them is, in the code as it is now."""

from __future__ import annotations

import ast
from pathlib import Path

from tests.agent.guards.table import GUARDS
from tests.agent.mutation_check import TOP, find_misplaced


def test_every_guard_is_where_the_table_says() -> None:
    assert find_misplaced(GUARDS) == []


def test_every_guard_has_a_name_of_its_own_and_changes_something() -> None:
    names = [guard.name for guard in GUARDS]
    assert sorted(set(names)) == sorted(names)
    assert all(guard.source != guard.replacement and guard.tests for guard in GUARDS)


def test_the_tests_that_miss_a_guard_are_there() -> None:
    known: dict[str, set[str]] = {}
    for test in {test for guard in GUARDS for test in guard.tests}:
        file, _, name = test.partition("::")
        if file not in known:
            tree = ast.parse(Path(TOP, file).read_text(encoding="utf-8"))
            known[file] = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
        assert name.partition("[")[0] in known[file], test
