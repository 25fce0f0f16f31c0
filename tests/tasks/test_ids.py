"""Ids are told apart, made new, and found by their beginning."""

from __future__ import annotations

import pytest

from openclaw_hooks.errors import OpenclawError
from openclaw_hooks.tasks.ids import ID_CHARS, find_id, is_plan_id, is_task_id, new_id

KNOWN = ("T-4k2m9x", "T-4k7000", "T-10ab0z", "P-4k2m9x")


@pytest.mark.parametrize("text", ["T-4k2m9x", "T-000000", "T-zzzzzz"])
def test_an_id_of_a_task_is_known(text: str) -> None:
    assert is_task_id(text)
    assert not is_plan_id(text)
    assert is_plan_id("P" + text[1:])


@pytest.mark.parametrize("text", ["", "T-", "t-4k2m9x", "T-4K2M9X", "T-4k2m9", "T-4k2m9xx", "T-4k2m9i", "T-4k2m9x\n"])
def test_what_only_looks_like_an_id_is_none(text: str) -> None:
    assert not is_task_id(text)
    assert not is_plan_id(text.replace("T", "P"))


def test_a_new_id_is_one_and_is_not_taken() -> None:
    made: set[str] = set()
    for _ in range(500):
        task_id = new_id("T", made)
        assert is_task_id(task_id)
        assert task_id not in made
        made.add(task_id)
    assert is_plan_id(new_id("P", made))
    assert {char for task_id in made for char in task_id[2:]} == set(ID_CHARS)


def test_an_id_that_is_taken_in_any_case_is_not_given_again() -> None:
    class AllButOne:
        """Holds every casefolded id whose last character is not `7`."""

        def __contains__(self, text: object) -> bool:
            return isinstance(text, str) and text == text.casefold() and not text.endswith("7")

    assert new_id("T", AllButOne()).endswith("7")


def test_a_board_without_free_ids_says_so() -> None:
    class Everything:
        """Holds every id."""

        def __contains__(self, text: object) -> bool:
            return True

    with pytest.raises(OpenclawError, match=r"no free id found in 1,000 tries \(archive old tasks"):
        new_id("T", Everything())


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("T-4k2m9x", "T-4k2m9x"),
        ("t-4K2", "T-4k2m9x"),
        ("4k7", "T-4k7000"),
        ("4K7OO", "T-4k7000"),
        ("loab", "T-10ab0z"),
        (" T-1 ", "T-10ab0z"),
        ("P-4", "P-4k2m9x"),
    ],
)
def test_the_beginning_of_an_id_finds_it(text: str, found: str) -> None:
    assert find_id(text, KNOWN) == found


def test_an_id_that_begins_another_is_found_whole() -> None:
    assert find_id("T-4k2m9x", ["T-4k2m9x", "T-4k2m9xx"]) == "T-4k2m9x"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("T-4k", "`T-4k` could be T-4k2m9x, T-4k7000 (write more of the id)"),
        ("4k2", "`4k2` could be P-4k2m9x, T-4k2m9x (write more of the id)"),
        ("T-4k2m9z", "there is no `T-4k2m9z` (nearest: T-4k2m9x, P-4k2m9x)"),
        ("qqqqqq", "there is no `qqqqqq` (`openclaw task list --all` shows them all)"),
        ("", "there is no `` (`openclaw task list --all` shows them all)"),
        ("k2m", "there is no `k2m` "),
    ],
)
def test_what_names_no_single_task_is_refused(text: str, message: str) -> None:
    with pytest.raises(OpenclawError) as caught:
        find_id(text, KNOWN)
    assert str(caught.value).startswith(message)


def test_many_candidates_are_counted() -> None:
    known = [f"T-4k000{number}" for number in range(9)]
    with pytest.raises(OpenclawError, match=r"could be T-4k0000, .*T-4k0004 or 4 more"):
        find_id("4k", known)
