"""The sample repository as one call makes it: history through `git fast-import`, then the board's worktree."""

from __future__ import annotations

import os
import random
import time
from typing import TYPE_CHECKING, Final

from openclaw_hooks.board.attach import ATTRIBUTES, IGNORE, README, attach_board
from openclaw_hooks.board.place import REF
from openclaw_hooks.git import ask_git, open_repo
from openclaw_hooks.plans.templates import load_templates
from openclaw_hooks.roles.load import load_roles
from tools.docs.sample.desk import DAY, Desk
from tools.docs.sample.diagnosis import write_diagnosis
from tools.docs.sample.documents import make_documents
from tools.docs.sample.machine import blob_id, make_conflict, make_leases, write_audit
from tools.docs.sample.memory import make_memory
from tools.docs.sample.mesh import write_mesh
from tools.docs.sample.open_run import write_open_run
from tools.docs.sample.planned import MOST_PLANS, TASKS_A_PLAN, make_plans
from tools.docs.sample.project import TAGS, make_commits
from tools.docs.sample.runs import make_runs
from tools.docs.sample.singles import make_singles
from tools.docs.sample.stream import Edit, Stream

if TYPE_CHECKING:
    from collections.abc import Sequence

LABEL: Final = "an invented project"
MAIN: Final = "refs/heads/main"
START_DAYS: Final = 200


def make_sample(path: str, tasks: int = 200, seed: int = 7, now: float | None = None, documents: int = 0) -> str:
    """The absolute path of a new git repository at `path`: an invented project with so many tasks and their history.

    The same arguments make the same files, commits and refs. `now` is when its history ends, in seconds since the
    epoch; `documents` are further ones beside the dozen that it has.
    """
    moment = float(int(time.time() if now is None else now))
    rng = random.Random(seed)  # noqa: S311  # the same each time
    desk = make_desk(tasks, seed, moment)
    return write_sample(path, desk, list(make_commits(rng, moment, make_documents(rng, documents))))


def write_sample(path: str, desk: Desk, commits: Sequence[Edit]) -> str:
    """The absolute path of a new git repository with the board of `desk` and these commits on its main branch."""
    leases = make_leases(desk)
    stream = Stream()
    _tell_main(stream, commits)
    _tell_board(stream, desk)
    for content in leases.values():
        stream.blob(content)
    os.makedirs(path, exist_ok=True)
    top = os.path.realpath(path)
    _write_repository(top, stream, {ref: blob_id(content) for ref, content in leases.items()})
    repo = open_repo(top)
    attach_board(repo)
    write_audit(repo.state_dir, desk.rng, desk.now)
    write_diagnosis(repo.state_dir, desk.rng, desk.now)
    write_mesh(repo.state_dir, desk.rng, desk.now)
    write_open_run(repo, desk)
    return top


def make_desk(tasks: int, seed: int, now: float) -> Desk:
    """The board's files and its history."""
    desk = Desk(random.Random(seed), now)  # noqa: S311  # the same each time
    make_plans(desk, min(max(tasks // TASKS_A_PLAN, 1), MOST_PLANS), load_templates(None), load_roles(None))
    make_singles(desk, max(tasks - len(desk.tasks), 0))
    make_memory(desk)
    make_conflict(desk)
    make_runs(desk, seed)
    return desk


def _tell_main(stream: Stream, edits: Sequence[Edit]) -> None:
    tagged = {int(len(edits) * share): name for name, share in TAGS}
    for number, edit in enumerate(edits):
        stream.commit(MAIN, edit)
        if number in tagged:
            stream.tag(tagged[number], MAIN)


def _tell_board(stream: Stream, desk: Desk) -> None:
    start = {".gitattributes": ATTRIBUTES, ".gitignore": IGNORE, "README.md": README}
    begin = int(min([desk.now - START_DAYS * DAY, *(edit.at for edit in desk.edits)])) - 60
    stream.commit(REF, Edit(begin, "openclaw-hooks <board@openclaw.invalid>", "board: start\n", start))
    for edit in sorted(desk.edits, key=lambda edit: edit.at):
        stream.commit(REF, edit)


def _write_repository(top: str, stream: Stream, refs: dict[str, str]) -> None:
    ask_git(["init", "--quiet", "--initial-branch=main", top])
    for key, value in (
        ("user.name", "Mara Quill"),
        ("user.email", "mara@example.invalid"),
        ("commit.gpgsign", "false"),
    ):
        ask_git(["config", key, value], cwd=top)
    ask_git(
        ["-c", "fastimport.unpackLimit=0", "fast-import", "--quiet", "--done", "--date-format=raw"],
        cwd=top,
        stdin=stream.content(),
    )
    updates = "".join(f"create {ref} {oid}\n" for ref, oid in refs.items())
    ask_git(["update-ref", "--stdin"], cwd=top, stdin=updates.encode())
    ask_git(["reset", "--quiet", "--hard"], cwd=top)
