"""The rows of telemetry on the board: one file a machine and month, a row a line, added with the change that a run ends with."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

import msgspec
from msgspec.structs import replace

from openclaw_hooks.agent.model import Outcome
from openclaw_hooks.agent.records.fit import fit_row
from openclaw_hooks.agent.records.row import Row
from openclaw_hooks.board.commits import board_head
from openclaw_hooks.board.disk import read_disk
from openclaw_hooks.board.merge.telemetry import FOLDER, SUFFIX, is_telemetry, read_lines, unite_rows
from openclaw_hooks.board.place import REF, BoardError
from openclaw_hooks.board.plumbing import blob_id, read_contents, tree_blobs
from openclaw_hooks.board.store import edit_board
from openclaw_hooks.documents import DocumentError
from openclaw_hooks.tasks.model import Status

if TYPE_CHECKING:
    from collections.abc import Mapping

    from openclaw_hooks.board.actor import Actor
    from openclaw_hooks.board.place import Board
    from openclaw_hooks.board.store import Edit

PART_BYTES: Final = 256_000  # a file is written anew with each row: from this size on there is another one
MAX_PARTS: Final = 1_000

_ODD: Final = re.compile(r"[^a-z0-9_-]+")
_MONTH: Final = re.compile(r"\d{4}-\d\d")


class Telemetry(NamedTuple):
    """The rows that a board has, oldest first, and the lines in its files that are none, each with where and why."""

    rows: tuple[Row, ...]
    broken: tuple[DocumentError, ...] = ()


def decode_row(content: bytes) -> Row:
    """The row that one line of JSON is; raises BoardError."""
    try:
        return msgspec.json.decode(content, type=Row)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise BoardError(f"no row of telemetry: {error}") from error


def write_row(edit: Edit, row: Row) -> str:
    """Puts `row` into the board's change, shortened and without secrets, and gives back its file; once for each run."""
    line = fit_row(row)
    paths = _list_parts(edit, row)
    for path, content in paths.items():
        if content and any(found.run == row.run for found in read_lines(content)):
            return path
    path, content = next(
        ((path, content) for path, content in paths.items() if not content or len(content) < PART_BYTES),
        list(paths.items())[-1],
    )
    edit.put(path, unite_rows(content, line))
    many = "1 attempt" if row.tried == 1 else f"{row.tried} attempts"
    edit.say(f"run {row.run} of {row.task} {row.outcome} after {many} ({row.node})")
    return path


def settle_outcome(row: Row, status: Status) -> Row:
    """`row` with the outcome that the task's status makes it: whether a person has to look at kept work is for the gate."""
    outcome = {Status.COMPLETED: Outcome.COMPLETED, Status.PENDING_REVIEW: Outcome.REVIEW}.get(status)
    is_kept = row.outcome in (Outcome.COMPLETED, Outcome.REVIEW)
    return replace(row, outcome=outcome) if outcome and is_kept else row


def tell_row(board: Board, actor: Actor, row: Row) -> None:
    """Puts `row` onto the board by itself: for a run that has no say in its task any more. Raises OpenclawError."""
    with edit_board(board, actor) as edit:
        write_row(edit, row)


def read_rows(board: Board) -> Telemetry:
    """Every row of the board; nothing is locked or written. A run of a machine that is in two files counts once."""
    rows: dict[tuple[str, str], Row] = {}
    broken: list[DocumentError] = []
    for path, content in _read_files(board).items():
        for line in read_lines(content):
            try:
                row = decode_row(line.text)
            except BoardError as error:
                broken.append(DocumentError(path, line.number, error.message, "mend the line, or take it out"))
                continue
            rows.setdefault((row.node, row.run), row)
    return Telemetry(tuple(sorted(rows.values(), key=lambda row: (row.ended, row.run))), tuple(broken))


def row_file(node: str, month: str, part: int = 1) -> str:
    """Where on the board the rows of a machine and month lie."""
    name = _ODD.sub("-", node.lower()).strip("-")[:60] or "node"
    return f"{FOLDER}/{name}-{month}{f'-{part}' if part > 1 else ''}{SUFFIX}"


def _list_parts(edit: Edit, row: Row) -> dict[str, bytes | None]:
    """The files of the row's machine and month, and the next one, which is not there yet."""
    month = row.ended[:7] if _MONTH.match(row.ended) else "undated"
    parts: dict[str, bytes | None] = {}
    for part in range(1, MAX_PARTS):
        path = row_file(row.node, month, part)
        parts[path] = _find_content(edit, path)
        if parts[path] is None:
            break
    return parts


def _find_content(edit: Edit, path: str) -> bytes | None:
    """What the change has at `path`, else what the branch and the disk have there: nothing written by hand is lost."""
    if path in edit.changes:
        return edit.changes[path]
    tracked = read_contents(edit.board.repo, [f"{REF}:{path}"]).get(f"{REF}:{path}")
    found = read_disk(edit.board, path)
    if tracked == found:
        return tracked
    return unite_rows(tracked, found)


def _read_files(board: Board) -> Mapping[str, bytes]:
    blobs = tree_blobs(board.repo, board_head(board), (FOLDER,))
    wanted = {path: blob for path, blob in blobs.items() if is_telemetry(path)}
    contents: dict[str, bytes] = {}
    doubtful: dict[str, bytes | None] = {}
    for path, blob in sorted(wanted.items()):
        found = read_disk(board, path)
        if found is not None and blob_id(board.repo, found) == blob:
            contents[path] = found  # as nearly always: without starting git
        else:
            doubtful[path] = found
    tracked = read_contents(board.repo, (wanted[path] for path in doubtful))
    contents |= {path: found or tracked.get(wanted[path], b"") for path, found in doubtful.items()}
    return dict(sorted(contents.items()))
