"""GitHub issues: both spellings of them, and what they mean on our board."""

from __future__ import annotations

import json
from typing import Any

import pytest

from openclaw_hooks.board.importers.github import read_github
from openclaw_hooks.board.importers.model import State
from openclaw_hooks.tasks.sections import get_section

REST: dict[str, Any] = {
    "number": 12,
    "title": "Cards are refused",
    "body": "New ones.\r\n\r\n- [ ] look\r\n",
    "state": "open",
    "state_reason": None,
    "labels": [{"id": 1, "name": "good first issue", "color": "fff"}, "bug"],
    "assignees": [{"login": "ada"}],
    "user": {"login": "bob"},
    "milestone": {"title": "v2"},
    "created_at": "2025-08-17T16:54:00Z",
    "closed_at": None,
    "url": "https://api.github.com/repos/shop/cards/issues/12",
    "html_url": "https://github.com/shop/cards/issues/12",
    "repository_url": "https://api.github.com/repos/shop/cards",
    "reactions": {"total_count": 0},
}
GH: dict[str, Any] = {
    "number": 12,
    "title": "Cards are refused",
    "body": "New ones.\r\n\r\n- [ ] look\r\n",
    "state": "OPEN",
    "stateReason": "",
    "labels": [{"name": "good first issue"}, {"name": "bug"}],
    "assignees": [{"login": "ada", "name": ""}],
    "author": {"login": "bob", "is_bot": False},
    "milestone": {"title": "v2"},
    "createdAt": "2025-08-17T16:54:00Z",
    "closedAt": None,
    "url": "https://github.com/shop/cards/issues/12",
}


def encode(*issues: object) -> bytes:
    return json.dumps(issues, indent=2).encode()


def test_both_spellings_mean_the_same() -> None:
    rest, gh = (read_github("i.json", encode(issue)) for issue in (REST, GH))
    assert rest == gh
    (found,) = rest.imported
    assert found.origin == "github:shop/cards#12"
    assert (found.path, found.line) == ("i.json", 2)
    assert found.state is State.ACTIVE
    assert found.labels == ("good-first-issue", "bug")
    assert (found.created, found.created_by) == ("2025-08-17T16:54:00Z", "bob")
    assert found.body.startswith(REST["body"])
    assert get_section(found.body, "Imported") == (
        "- url: https://github.com/shop/cards/issues/12\n- labels: good first issue, bug\n- assignees: ada\n- milestone: v2"
    )


@pytest.mark.parametrize(
    ("changes", "state"),
    [
        ({"state": "closed", "state_reason": "completed"}, State.DONE),
        ({"state": "CLOSED"}, State.DONE),
        ({"state": "closed", "state_reason": "not_planned"}, State.DROPPED),
        ({"state": "CLOSED", "stateReason": "NOT_PLANNED"}, State.DROPPED),
        ({"assignees": []}, State.OPEN),
        ({"assignees": None}, State.OPEN),
    ],
)
def test_state_says_how_far_it_is(changes: dict[str, Any], state: State) -> None:
    assert read_github("i.json", encode({**REST, **changes})).imported[0].state is state


def test_pull_requests_are_passed_over() -> None:
    listed = encode(
        {**REST, "pull_request": {"url": "x"}},
        {**GH, "url": "https://github.com/shop/cards/pull/12"},
        {**REST, "number": 2},
    )
    reading = read_github("i.json", listed)
    assert [found.origin for found in reading.imported] == ["github:shop/cards#2"]
    assert reading.warnings == []


@pytest.mark.parametrize(
    "content",
    [
        encode(REST) + encode({**REST, "number": 13}),
        encode([REST], [{**REST, "number": 13}]),
        json.dumps({"total_count": 2, "items": [REST, {**REST, "number": 13}]}).encode(),
        b"\n".join(json.dumps(issue).encode() for issue in (REST, {**REST, "number": 13})),
        b"\xef\xbb\xbf" + encode(REST, REST, {**REST, "number": 13}),
    ],
    ids=["pages", "slurped", "search", "lines", "overlap"],
)
def test_every_way_to_list_issues_is_read(content: bytes) -> None:
    reading = read_github("i.json", content)
    assert [found.origin for found in reading.imported] == ["github:shop/cards#12", "github:shop/cards#13"]


def test_repository_may_be_named_where_the_answer_does_not() -> None:
    bare = {"number": 12, "title": "A", "body": None}
    assert read_github("i.json", encode(bare), "shop/cards").imported[0].origin == "github:shop/cards#12"
    (warning,) = read_github("i.json", encode(bare)).warnings
    assert "does not say which repository" in warning.message
    assert "`url`" in warning.hint


def test_enterprise_addresses_are_read() -> None:
    issue = {**REST, "html_url": "", "url": "https://git.corp/api/v3/repos/shop/cards/issues/12", "repository_url": ""}
    assert read_github("i.json", encode(issue)).imported[0].origin == "github:shop/cards#12"


@pytest.mark.parametrize(
    ("issue", "reason"),
    [
        ({"message": "Not Found", "status": "404"}, "it has no `number`"),
        ({**REST, "title": None}, "`title`: expected `str`, got `null`"),
        ({**REST, "number": "12"}, "`number`: expected `int`, got `str`"),
        ({**REST, "labels": [{"name": 4}]}, "`labels[0].name`"),
    ],
)
def test_bad_record_is_named_and_the_others_go_in(issue: dict[str, Any], reason: str) -> None:
    content = b"[" + json.dumps(issue).encode() + b",\n" + json.dumps({**REST, "number": 13}).encode() + b"]"
    reading = read_github("i.json", content)
    assert [(found.origin, found.line) for found in reading.imported] == [("github:shop/cards#13", 2)]
    assert reading.warnings[0].line == 1
    assert reason in reading.warnings[0].message
