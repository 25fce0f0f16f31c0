"""Tasks from GitHub issues: the answers of the REST API (`/repos/OWNER/NAME/issues`) or of `gh issue list --json ...`."""

from __future__ import annotations

import re
from typing import Final

from msgspec import Struct, field

from openclaw_hooks.board.importers.json_records import JsonRecord, read_records
from openclaw_hooks.board.importers.model import (
    Imported,
    Reading,
    State,
    convert_record,
    make_origin,
    new_reading,
    to_labels,
    to_utc,
    write_facts,
)
from openclaw_hooks.documents import DocumentError

TOOL: Final = "github"
FIELDS: Final = "number,title,body,state,stateReason,labels,assignees,author,milestone,createdAt,closedAt,url"
DROPPED: Final = frozenset({"not_planned", "duplicate"})

# https://HOST/OWNER/NAME/issues/12, https://api.HOST/repos/OWNER/NAME/issues/12, HOST/api/v3/repos/OWNER/NAME
_REPOSITORY: Final = re.compile(
    r"^https?://[^/]+/(?:api/v3/)?(?:repos/)?([\w.-]+/[\w.-]+)(?:/(issues|pull|pulls)/\d+)?$"
)


class Named(Struct, frozen=True):
    """A label, a milestone or a person; each has one of these names."""

    name: str = ""
    login: str = ""
    title: str = ""

    def __str__(self) -> str:
        """Whichever name it has."""
        return self.name or self.login or self.title


class Issue(Struct, frozen=True):
    """What of an issue has a place on our board, in both spellings."""

    number: int
    title: str
    body: str | None = ""
    state: str = "open"
    state_reason: str | None = ""
    state_reason_gh: str | None = field(name="stateReason", default="")
    labels: tuple[Named | str, ...] | None = ()
    assignees: tuple[Named, ...] | None = ()
    user: Named | None = None
    author: Named | None = None
    milestone: Named | None = None
    created_at: str | None = ""
    created_at_gh: str | None = field(name="createdAt", default="")
    closed_at: str | None = ""
    closed_at_gh: str | None = field(name="closedAt", default="")
    url: str | None = ""
    html_url: str | None = ""
    repository_url: str | None = ""


def read_github(path: str, content: bytes, repository: str = "") -> Reading:
    """The issues in an answer; pull requests are passed over.

    `repository` (`owner/name`) is for answers without addresses.
    """
    reading = new_reading()
    seen: set[str] = set()
    for record in read_records(path, content):
        try:
            imported = _read_issue(path, record, repository)
        except DocumentError as error:
            reading.skip(error)
            continue
        if imported is not None and imported.origin not in seen:  # pages may overlap when issues are added meanwhile
            seen.add(imported.origin)
            reading.imported.append(imported)
    return reading


def _read_issue(path: str, record: JsonRecord, repository: str) -> Imported | None:
    where = (path, record.line)
    if record.reason:
        raise DocumentError(*where, record.reason)
    if "number" not in record.value:
        raise DocumentError(
            *where, "no issue: it has no `number`", f"`gh issue list --json {FIELDS}` gives all that is read"
        )
    issue = convert_record(where, record.value, Issue)
    found, kind = _find_repository(issue)
    if record.value.get("pull_request") or kind.startswith("pull"):
        return None
    name = found or repository
    if not name:
        raise DocumentError(
            *where, "it does not say which repository it is from", "add `url` to --json, or name the repository"
        )
    author = issue.author or issue.user
    return Imported(
        origin=make_origin(TOOL, f"{name}#{issue.number}", where),
        path=path,
        line=record.line,
        title=issue.title,
        body=write_facts(issue.body or "", _list_facts(issue)),
        state=_judge_state(issue),
        labels=to_labels([str(label) for label in issue.labels or ()]),
        created=to_utc(issue.created_at or issue.created_at_gh or ""),
        created_by=author.login if author else "",
    )


def _judge_state(issue: Issue) -> State:
    if issue.state.lower() != "closed":
        return State.ACTIVE if issue.assignees else State.OPEN
    reason = (issue.state_reason or issue.state_reason_gh or "").lower()
    return State.DROPPED if reason in DROPPED else State.DONE


def _find_repository(issue: Issue) -> tuple[str, str]:
    """`owner/name`, and what the address says that this is."""
    for address in (issue.html_url, issue.url, issue.repository_url):
        if found := _REPOSITORY.match(address or ""):
            return found[1], found[2] or ""
    return "", ""


def _list_facts(issue: Issue) -> dict[str, object]:
    labels = [str(label) for label in issue.labels or ()]
    return {
        "url": issue.html_url or issue.url or "",
        "labels": ", ".join(labels) if to_labels(labels) != tuple(labels) else "",
        "assignees": ", ".join(str(person) for person in issue.assignees or ()),
        "milestone": str(issue.milestone or ""),
        "closed": issue.closed_at or issue.closed_at_gh or "",
    }
