"""`board status`: how the board stands."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import typer

from openclaw_hooks.checks.report import one_line
from openclaw_hooks.cli.output import print_json
from openclaw_hooks.cli.task.options import Json, open_place

if TYPE_CHECKING:
    from openclaw_hooks.board.actor import Actor
    from openclaw_hooks.board.place import Board
    from openclaw_hooks.board.snapshot import Snapshot


def status(as_json: Json = False) -> None:
    """Show where the board lies, what is on it, what was edited by hand and what of that would be put back.

    Only looks: nothing is committed, fetched or put back.

    Example: openclaw board status
    """
    board, actor = open_place()
    found = read_status(board, actor)
    if as_json:
        print_json("board-status", found)
        return
    for line in describe_status(found):
        typer.echo(line)


def read_status(board: Board, actor: Actor) -> dict[str, Any]:
    """Everything about the board, as JSON shows it."""
    from openclaw_hooks.board.merge.conflicts import list_conflicts
    from openclaw_hooks.board.place import BRANCH
    from openclaw_hooks.board.store import read_board
    from openclaw_hooks.setup.claim_facts import find_orphans, inspect_claims

    snapshot = read_board(board)
    claims = [*inspect_claims(board.repo), *find_orphans(board.repo, snapshot.tasks, actor.name)]
    return {
        "path": board.top,
        "branch": BRANCH,
        "head": snapshot.head,
        "columns": count_columns(snapshot, board.top),
        "plans": len(snapshot.plans),
        "broken": [{"path": error.path, "line": error.line, "message": error.reason} for error in snapshot.broken],
        "edits": judge_edits(board, snapshot, actor),
        "remote": read_distance(board),
        "conflicts": [record.id for record in list_conflicts(board)],
        "claims": [claim._asdict() for claim in claims],
    }


def count_columns(snapshot: Snapshot, top: str) -> dict[str, int]:
    """How many tasks stand in each column, in the order of the board."""
    from openclaw_hooks.board.upkeep.archive import judge_board
    from openclaw_hooks.tasks.model import Column

    counts = {str(column): 0 for column in Column}
    for standing in judge_board(snapshot.tasks, top).values():
        counts[str(standing.column)] += 1
    return counts


def judge_edits(board: Board, snapshot: Snapshot, actor: Actor) -> list[dict[str, Any]]:
    """What was edited by hand since the last commit, with what would be put back of it by the next command.

    Nobody knows whether a person made the edit, so it is judged as anybody's.
    """
    from openclaw_hooks.board.absorb import judge_edit
    from openclaw_hooks.board.disk import read_disk
    from openclaw_hooks.board.leaks import find_leaks
    from openclaw_hooks.board.plumbing import read_contents, tree_blobs
    from openclaw_hooks.tasks.moves import Right

    if not snapshot.edited:
        return []
    folders = tuple(dict.fromkeys(path.partition("/")[0] for path in snapshot.edited))
    blobs = tree_blobs(board.repo, snapshot.head, folders)
    contents = read_contents(board.repo, (blobs.get(path, "") for path in snapshot.edited))
    found = []
    for path in snapshot.edited:
        base, disk = contents.get(blobs.get(path, "")), read_disk(board, path)
        if disk is None:
            reports: tuple[str, ...] = (f"{path}: missing, is restored",) if base is not None else ()
        else:
            leaks = find_leaks(board.repo, path, disk, [base])
            reports = tuple(leaks) or judge_edit(base, disk, path, actor.rights - {Right.HUMAN}).reports
        found.append({"path": path, "is_new": base is None, "reports": list(reports)})
    return found


def read_distance(board: Board) -> dict[str, Any] | None:
    """How far the board is from its remote's, as far as is known here; None when no remote shares it."""
    from openclaw_hooks.board.sharing.sync import find_remote
    from openclaw_hooks.settings import load_settings
    from openclaw_hooks.setup.board_facts import measure_distance

    name = find_remote(board, load_settings(board.repo.top or board.repo.git_dir))
    if not name:
        return None
    distance = measure_distance(board.repo, name)
    if distance is None:
        return {"name": name, "ahead": None, "behind": None}
    return {"name": name, "ahead": distance.ahead, "behind": distance.behind}


def describe_status(found: dict[str, Any]) -> list[str]:
    """The lines for people."""
    columns = ", ".join(f"{count} {name}" for name, count in found["columns"].items() if count)
    lines = [
        f"board      {one_line(found['path'])}, {found['branch']} at {found['head'][:10]}",
        f"tasks      {columns or 'none'}",
        f"plans      {found['plans'] or 'none'}",
        f"remote     {_describe_remote(found['remote'])}",
    ]
    lines += [
        f"broken     {one_line(one['path'])}:{one['line']}: {one_line(one['message'])}" for one in found["broken"]
    ]
    for edit in found["edits"]:
        lines.append(f"edited     {one_line(edit['path'])}{' (new)' if edit['is_new'] else ''}")
        lines += [f"           {one_line(report)}" for report in edit["reports"]]
    if found["conflicts"]:
        lines.append(f"conflicts  {', '.join(found['conflicts'])}; see `openclaw board conflicts`")
    for claim in found["claims"]:
        fix = f"; {claim['fix']}" if claim["fix"] else ""
        told = claim["trouble"] or f"held by {claim['owner']} until {claim['expires']}"
        lines.append(f"claim      {claim['task']}: {one_line(told)}{fix}")
    return lines


def _describe_remote(remote: dict[str, Any] | None) -> str:
    if remote is None:
        return "none"
    if remote["ahead"] is None:
        return f"{remote['name']}, never synced from here"
    return f"{remote['name']}, {remote['ahead']} commits ahead, {remote['behind']} behind, as far as known here"
