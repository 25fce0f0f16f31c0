"""What an agent let through by a mark on the line itself: such a mark is a person's word, and nobody was there."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from openclaw_hooks.board.plumbing import read_contents, tree_blobs
from openclaw_hooks.checks.run import run_checks, weigh_finding
from openclaw_hooks.verdict import Finding, Severity

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from openclaw_hooks.agent.model import Found
    from openclaw_hooks.checks.change import Change, ChangedFile
    from openclaw_hooks.checks.policy import Policy
    from openclaw_hooks.git import Repo

SECRETS: Final = "secrets"
MARKED: Final = (SECRETS, "rules", "scope")  # the checks that a mark on a line silences
MAX_NAMED: Final = 3
HINT: Final = "take the value out, and the mark with it; a false alarm is marked by a person"

LET_THROUGH: Final = "let through by a mark on its line"

_MARK: Final = re.compile(r"(?:pragma(?=: ?(?:allow|white)list)|openclaw(?=:\s*allow\s))", re.IGNORECASE)


def find_exemptions(repo: Repo, base: str, change: Change, policy: Policy) -> list[Finding]:
    """What the checks would find on added lines without the marks there: secrets as errors, the rest as warnings.

    A line that its file had in `base` already was marked by somebody else.
    """
    marked = [file for file in change.files if _MARK.search(file.added.text)]
    if not marked:
        return []
    wanted = [check_id for check_id in MARKED if check_id not in policy.settings.checks.disable]
    bare = change._replace(files=tuple(map(_without_marks, change.files)))
    with_marks = set(run_checks(change, policy, wanted).findings)
    hidden = [finding for finding in run_checks(bare, policy, wanted).findings if finding not in with_marks]
    known = dict(_known_lines(repo, base, marked)) if hidden else {}
    return [
        _tell(finding, policy) for finding in hidden if (finding.path, finding.line) not in known.get(finding.path, ())
    ]


def find_excused(findings: Iterable[Found]) -> str:
    """Why a person has to look at work with `findings`: what it let through by marks; empty where there is none."""
    places = [f"{found.path}:{found.line}" for found in findings if found.message.startswith(LET_THROUGH)]
    more = f" and {len(places) - MAX_NAMED} more places" if len(places) > MAX_NAMED else ""
    return f"the agent excused lines of its own from checks: {', '.join(places[:MAX_NAMED])}{more}" if places else ""


def _without_marks(file: ChangedFile) -> ChangedFile:
    """`file` with each mark made unreadable, so that every line and column stays where it is."""
    text = _MARK.sub(lambda match: "_" * len(match[0]), file.added.text)
    return file._replace(added=file.added._replace(text=text))


def _known_lines(repo: Repo, base: str, files: list[ChangedFile]) -> Iterator[tuple[str, set[tuple[str, int]]]]:
    """For each of `files` the places of its added lines that stood in it before as well."""
    before = tree_blobs(repo, base, [file.old_path or file.path for file in files])
    contents = read_contents(repo, before.values())
    for file in files:
        blob = before.get(file.old_path or file.path)
        if blob is None:
            continue
        lines = set(contents[blob].decode("utf-8", "replace").split("\n"))
        yield (
            file.path,
            {
                (file.path, file.added.line_number(index))
                for index, line in enumerate(file.added.text.split("\n"))
                if line in lines
            },
        )


def _tell(finding: Finding, policy: Policy) -> Finding:
    severity = Severity.ERROR if finding.check == SECRETS else Severity.WARNING
    message = f"{LET_THROUGH}: {finding.message}"
    return weigh_finding(finding._replace(severity=severity, message=message, hint=HINT), policy)
