from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from openclaw_hooks.checks.bare_todo import check_bare_todo

if TYPE_CHECKING:
    from collections.abc import Callable

    from openclaw_hooks.checks.change import Change
    from openclaw_hooks.checks.policy import Policy


@pytest.mark.parametrize(
    "line", ["# TODO mend", "x = 1  # FIXME: later", "// TODO", "/* HACK around */", "-- XXX sql", "<!-- TODO text -->"]
)
def test_a_bare_mark_is_a_warning(
    line: str, make_change: Callable[..., Change], make_policy: Callable[..., Policy]
) -> None:
    [finding] = check_bare_todo(make_change({"a.py": f"ok\n{line}\n"}), make_policy())
    assert (finding.line, finding.severity.value) == (2, "warning")


@pytest.mark.parametrize(
    "line",
    [
        "# TODO(ada): mend",
        "# TODO #12 mend",
        "// FIXME: see https://example.org/1",
        "# TODO @ada",
        "# TODO PROJ-7 x",
        "TODO_LIST = []",
        "todo = 'TODO'",
        "# TODOS",
    ],
)
def test_a_mark_with_owner_or_reference_and_a_mere_word_pass(
    line: str, make_change: Callable[..., Change], make_policy: Callable[..., Policy]
) -> None:
    assert check_bare_todo(make_change({"a.py": line}), make_policy()) == []
