"""What a commit by hand on the board's branch may not do: the same as an edit by hand that a command takes over."""

from __future__ import annotations

from typing import TYPE_CHECKING

from openclaw_hooks.files import display_path
from openclaw_hooks.verdict import Finding, Severity

if TYPE_CHECKING:
    from collections.abc import Iterable

    from openclaw_hooks import git
    from openclaw_hooks.checks.change import Change, ChangedFile
    from openclaw_hooks.checks.policy import Policy

FOLDERS = ("tasks/", "plans/")
HINT = "leave the edit uncommitted: the next openclaw command takes it over, and puts back what is not changed by hand"


def judge_board_edits(change: Change, policy: Policy, check: str) -> list[Finding]:
    """An error of `check` for each lost key, forbidden move and lost file in a commit that is made on the board.

    A merge is not judged: what it brings was judged where it was made.
    """
    concerned = [file for file in change.files if file.path.startswith(FOLDERS) or file.old_path.startswith(FOLDERS)]
    if not concerned or not change.is_staged:
        return []
    from openclaw_hooks import git
    from openclaw_hooks.board.place import is_board

    repo = git.open_repo(policy.root)
    if not is_board(policy.root, repo.common_dir) or git.merge_heads(repo):
        return []
    before = _read_before(repo, concerned)
    findings = []
    for path in _lost_paths(concerned):
        message = "a file of the board is not removed by hand"
        findings.append(
            Finding(check, Severity.ERROR, path, 0, message, "cancel or archive it: `openclaw task --help`")
        )
    present = [file for file in concerned if file.is_regular and file.path.startswith(FOLDERS)]
    for path, content in change.read(present).items():
        findings += _judge_file(repo, check, (path, before.get(path), content))
    return findings


def _read_before(repo: git.Repo, files: Iterable[ChangedFile]) -> dict[str, bytes]:
    """What HEAD has at the paths of `files`."""
    from openclaw_hooks.board.plumbing import read_contents, tree_blobs

    if not repo.head:
        return {}
    blobs = tree_blobs(repo, repo.head, FOLDERS)
    wanted = {file.path: blobs[file.path] for file in files if file.path in blobs}
    contents = read_contents(repo, wanted.values())
    return {path: contents[blob] for path, blob in wanted.items() if blob in contents}


def _lost_paths(files: Iterable[ChangedFile]) -> list[str]:
    gone = [file.path if file.is_deleted else file.old_path for file in files if file.is_deleted or file.status == "R"]
    return [path for path in gone if path.startswith(FOLDERS)]


def _judge_file(repo: git.Repo, check: str, edit: tuple[str, bytes | None, bytes]) -> list[Finding]:
    from openclaw_hooks.board.absorb import judge_edit
    from openclaw_hooks.board.actor import find_actor
    from openclaw_hooks.tasks.moves import Right

    path, old, new = edit
    reports = judge_edit(old, new, path, find_actor(repo).rights - {Right.HUMAN}).reports
    shown = f"{display_path(path)}: "
    return [Finding(check, Severity.ERROR, path, 0, report.removeprefix(shown), HINT) for report in reports]
