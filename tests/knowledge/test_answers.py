"""Answers as JSON: the same on the other side, and harmless where they come from another machine."""

from __future__ import annotations

import json
from typing import Any

import pytest

from openclaw_hooks.knowledge.answers import LONGEST_HEADING, answer_values, read_answer
from openclaw_hooks.knowledge.model import Answer, Hit, Kind, KnowledgeError, Part

HIT = Hit("docs/a.md", Kind.DOC, ("A", "B"), 3, 9, 0.5, "Some words.", ((0, 4), (5, 10)), (Part.KEYWORD, Part.MEANING))
ANSWER = Answer((HIT,), (Part.KEYWORD, Part.MEANING), "a note")


def values(**changes: Any) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(json.dumps(answer_values(ANSWER)))
    found["hits"][0] |= changes
    return found


def test_an_answer_is_the_same_on_the_other_side() -> None:
    assert read_answer(values()) == ANSWER


def test_nothing_from_another_machine_acts_on_this_terminal() -> None:
    text = "\x1b]0;title\x07 a\u202eb\r\nc"
    found = read_answer({**values(heading=[text, "x" * 9_999], snippet=text, marks=[]), "note": text})
    (hit,) = found.hits
    assert all(shown.isprintable() for shown in (*hit.heading, hit.snippet, found.note))
    assert len(hit.heading[1]) == LONGEST_HEADING


def test_marks_that_cannot_be_are_left_out() -> None:
    (hit,) = read_answer(values(marks=[[5, 10], [-3, 2], [0, 4], [2, 7], [8, 99], [4, 1]])).hits
    assert hit.marks == ((0, 4), (5, 10))


@pytest.mark.parametrize(
    "wrong",
    [
        None,
        [],
        {"hits": []},
        {"parts": [], "hits": [{}]},
        values(kind="secret"),
        values(line="1; rm -rf"),
        values(marks=[[0, 1, 2]]),
    ],
)
def test_what_is_no_answer_is_refused(wrong: object) -> None:
    with pytest.raises(KnowledgeError, match="no answer"):
        read_answer(wrong)
