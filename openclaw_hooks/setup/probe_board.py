"""The layers of the board: its branch and worktree, its merge driver, its remote, and the claims held here."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from openclaw_hooks.board.commits import read_step
from openclaw_hooks.board.exclude import BOARD, ignore_board
from openclaw_hooks.board.place import BRANCH, REF, Board, BoardError, is_board
from openclaw_hooks.board.plumbing import read_ref
from openclaw_hooks.board.store import refuse_unfinished
from openclaw_hooks.board.view import FOLDERS
from openclaw_hooks.checkout import find_checkout
from openclaw_hooks.errors import OpenclawError
from openclaw_hooks.files import display_path
from openclaw_hooks.setup.board_facts import admin_folder, measure_distance, read_board_facts
from openclaw_hooks.setup.probe import FIX, Probe, ok, warn

if TYPE_CHECKING:
    from openclaw_hooks.board.snapshot import Snapshot
    from openclaw_hooks.git import Repo
    from openclaw_hooks.setup.probe import DoctorFacts

LAYER = "board"
ATTACH = "openclaw board attach"
MOST_NAMED = 5  # broken files, each with a line of its own


def probe_board(facts: DoctorFacts) -> list[Probe]:
    """The board's branch, the worktree it lies in, and its files."""
    from openclaw_hooks.board.store import read_board

    repo = facts.repo.repo
    found = read_board_facts(repo)
    if not found.top:
        return [_judge_absence(repo, found.folder, found.source)]
    board = Board(repo, found.top)
    snapshot = read_board(board)
    probes = _judge_place(facts, board, snapshot.head)
    if not found.has_link:
        probes.append(warn(LAYER, f"no link to {found.top} in this worktree", ATTACH))
    for error in snapshot.broken[:MOST_NAMED]:
        probes.append(warn(LAYER, f"{error.message}: what the branch has counts", f"edit {found.top}/{error.path}"))
    if more := len(snapshot.broken) - MOST_NAMED:
        probes += [warn(LAYER, f"{more} more files do not parse", "openclaw board status")] if more > 0 else []
    return probes or [ok(LAYER, _describe(board, snapshot))]


def _judge_absence(repo: Repo, folder: str, source: str) -> Probe:
    shown = display_path(folder)
    found = find_checkout(folder) if os.path.lexists(os.path.join(folder, ".git")) else None
    if found is not None and os.path.realpath(found.common_dir) == os.path.realpath(repo.common_dir):
        return warn(LAYER, f"the worktree {shown} is not on {BRANCH}", f"git -C {shown} switch {BRANCH}")
    if source:
        where = "here" if source == REF else f"at {source.removeprefix('refs/remotes/')}"
        return warn(LAYER, f"the branch {BRANCH} is {where}, its worktree {shown} is not", ATTACH)
    return ok(LAYER, f"none; `{ATTACH}` makes one for tasks and plans")


def _judge_place(facts: DoctorFacts, board: Board, head: str) -> list[Probe]:
    probes = []
    if not os.path.lexists(os.path.join(admin_folder(board), "locked")):
        probes.append(warn(LAYER, f"the worktree {board.top} is not locked: `git worktree prune` may drop it", FIX))
    content = facts.repo.exclude
    is_inside = not board.top.startswith(os.path.join(facts.repo.repo.common_dir, ""))
    if is_inside and ignore_board(content, (BOARD,)) != (content or b""):
        probes.append(warn(LAYER, "git does not ignore it: `git status` and `git add` see it", FIX))
    for name in FOLDERS:
        path = os.path.join(board.top, name)
        if os.path.lexists(path) and (os.path.islink(path) or not os.path.isdir(path)):
            probes.append(warn(LAYER, f"{path} is no folder: nothing in it counts", f"mv {display_path(path)} /tmp"))
    try:
        refuse_unfinished(board)
    except BoardError as error:
        probes.append(warn(LAYER, f"{error.message}: no command can change the board", error.hint))
    if read_step(board) != head:
        probes.append(warn(LAYER, f"the files in {board.top} are not in step with {BRANCH} ({head[:10]})", FIX))
    return probes


def _describe(board: Board, snapshot: Snapshot) -> str:
    parts = [f"{len(snapshot.tasks)} tasks, {len(snapshot.plans)} plans in {board.top} ({snapshot.head[:10]})"]
    if snapshot.edited:
        parts.append(f"{len(snapshot.edited)} edited by hand, for the next command to commit")
    return "; ".join(parts)


def probe_driver(facts: DoctorFacts) -> list[Probe]:
    """Whether `git merge` of the board's branch goes field by field, by this program."""
    from openclaw_hooks.setup.board_driver import wanted_driver

    layer = "board driver"
    if not read_board_facts(facts.repo.repo).source:
        return [ok(layer, "no board yet")]
    found, wanted = dict(facts.repo.driver), wanted_driver(facts.repo.command)
    if "driver" not in found:
        return [warn(layer, "not set up: `git merge` of the board goes by line; `openclaw board sync` does not", FIX)]
    if found["driver"] != wanted["driver"]:
        return [warn(layer, f"calls another program, or another Python: {found['driver']}", FIX)]
    return [ok(layer, f"merges of the board's branch go field by field, by {facts.repo.command.python}")]


def probe_sync(facts: DoctorFacts) -> list[Probe]:
    """The remote that shares the board, how far that is as far as known here, and conflicts that wait for somebody."""
    from openclaw_hooks.board.merge.conflicts import list_conflicts
    from openclaw_hooks.board.sharing.remote import find_remote
    from openclaw_hooks.settings import load_settings

    layer, repo = "board sync", facts.repo.repo
    found = read_board_facts(repo)
    if not read_ref(repo, REF):
        return [ok(layer, "no board yet")]
    board = Board(repo, found.top or found.folder)
    records = list_conflicts(board)
    probes = []
    if records:
        fields = ", ".join(f"{record.conflict.field} of {record.path}" for record in records[:MOST_NAMED])
        probes.append(
            warn(layer, f"{len(records)} conflicts wait for a decision: {fields}", "openclaw board conflicts")
        )
    try:
        remote = find_remote(board, load_settings(repo.top))
    except OpenclawError as error:  # the probe of the policy says the rest
        return [*probes, warn(layer, error.message, error.hint)]
    if not remote:
        return probes or [ok(layer, "no remote shares the board; it is in this clone alone")]
    distance = measure_distance(repo, remote)
    if distance is None:
        return probes or [ok(layer, f"{remote}: never synced from here; `openclaw board sync` shares the board")]
    text = f"{remote}: {distance.ahead} commits ahead, {distance.behind} behind, as far as known here"
    if distance.ahead or distance.behind:
        return [*probes, warn(layer, text, "openclaw board sync")]
    return probes or [ok(layer, text)]


def probe_claims(facts: DoctorFacts) -> list[Probe]:
    """Leases of this clone that are lost or have ended, and tasks of this node that nobody holds."""
    from openclaw_hooks.board.actor import find_actor
    from openclaw_hooks.board.store import read_board
    from openclaw_hooks.setup.claim_facts import find_orphans, inspect_claims

    layer, repo = "claims", facts.repo.repo
    top = read_board_facts(repo).top
    tasks = read_board(Board(repo, top)).tasks if top and is_board(top, repo.common_dir) else {}
    claims = inspect_claims(repo)
    troubles = [claim for claim in claims if claim.trouble] + find_orphans(repo, tasks, find_actor(repo).name)
    probes = [warn(layer, f"{claim.task}: {claim.trouble}", claim.fix) for claim in troubles]
    if probes or not claims:
        return probes or [ok(layer, "none held here")]
    until = min(claim.expires for claim in claims)
    return [ok(layer, f"{len(claims)} held here, the first until {until}")]
