"""Nodes that make, claim, edit and complete tasks all the time, and remember what they were told of it."""

from __future__ import annotations

import os
import random
import re
import subprocess
import threading
import time
from typing import TYPE_CHECKING, Any

from openclaw_hooks.tasks.markdown import parse_task
from tests.mesh.sidecar.faults.lineage import count_moves, read_lineage

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.mesh.sidecar.conftest import Clone

PASSING = {"no_lead", "offline", "busy", "unknown"}
PAUSE_S = 0.01
COMMITTED_S = 15.0


class Crowd:
    """Players at work, one per clone; a context manager. `made`, `held` and `done` are what the mesh has said yes to."""

    def __init__(self, clones: Sequence[Clone], seed: int, most: int = 60) -> None:
        self.made: set[str] = set()
        self.held: dict[str, list[tuple[str, str]]] = {}
        self.done: dict[str, str] = {}
        self.marks: dict[str, str] = {}
        self.troubles: list[BaseException] = []
        self.is_over = threading.Event()
        self.clones = clones
        self._seed = seed
        self._most = most
        self._threads = [threading.Thread(target=self._play, args=(clone,)) for clone in clones]

    def __enter__(self) -> Crowd:
        """Sets them to work."""
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Comes back when each has finished what it was at."""
        self.is_over.set()
        for thread in self._threads:
            thread.join()

    def _play(self, clone: Clone) -> None:
        dice = random.Random(f"{self._seed} {clone.top.name}")
        try:
            while not self.is_over.is_set():
                dice.choices((self._make, self._claim, self._edit, self._complete), (3, 4, 4, 4))[0](clone, dice)
                time.sleep(PAUSE_S)
        except BaseException as error:  # the main thread tells
            self.troubles.append(error)
            raise

    def _ask(self, clone: Clone, verb: str, task: str = "", token: str = "", **args: Any) -> dict[str, Any]:
        """The answer; the same request again until there is one that says something."""
        command = {"id": os.urandom(8).hex(), "verb": verb, "task": task, "token": token, "args": args}
        deadline = time.monotonic() + 60
        while True:
            try:
                answer = clone.ask("command", command=command, here={"worktree": str(clone.top)})
            except (OSError, ValueError):  # its sidecar is away, or went while it was at it
                answer = {"error": {"code": "offline"}}
            if answer.get("error", {}).get("code") not in PASSING or answer.get("result", {}).get("queued"):
                return answer
            assert time.monotonic() < deadline, (clone.top.name, command, answer)
            time.sleep(0.05)

    def _make(self, clone: Clone, dice: random.Random) -> None:
        if len(self.made) < self._most:
            answer = self._ask(clone, "propose", fields={"title": f"of {clone.top.name}"}, body="")
            if task := answer.get("result", {}).get("task"):
                self.made.add(task)
                if clone.top.name == "boss":
                    self._ask(clone, "accept", task)

    def _claim(self, clone: Clone, dice: random.Random) -> None:
        free = [name for name, text in clone.tasks.items() if b"status: queued" in text]
        if free and len(self.held) < self._most:
            task = dice.choice(free).removesuffix(".md")
            lease = self._ask(clone, "claim", task).get("result", {}).get("lease")
            if lease:
                self.held.setdefault(task, []).append((clone.top.name, lease["token"]))

    def _complete(self, clone: Clone, dice: random.Random) -> None:
        mine = [
            (task, holder[-1][1])
            for task, holder in list(self.held.items())
            if holder[-1][0] == clone.top.name and task not in self.done
        ]
        if len(mine) > 1:
            task, token = dice.choice(mine)
            answer = self._ask(clone, "complete", task, token, result=f"by {clone.top.name}")
            assert not answer.get("error"), (clone.top.name, task, token, answer)
            self.done[task] = clone.top.name

    def _edit(self, clone: Clone, dice: random.Random) -> None:
        """Writes a line into some file, as an editor does it: a new file in the place of the old."""
        if len(self.marks) >= self._most or not (names := list(clone.tasks)):
            return
        path = clone.board / "tasks" / dice.choice(names)
        mark = f"mark-{os.urandom(6).hex()}"
        draft = clone.top / ".git" / "draft"
        draft.write_bytes(path.read_bytes() + f"\n{mark}\n".encode())
        os.replace(draft, path)
        self.marks[mark] = clone.top.name

    def check(self, boss: Clone) -> None:
        """Everything that they were told is so, on every board and at the server; nothing was lost or done twice."""
        assert self.troubles == []
        boards = {clone.top.name: clone.tasks for clone in self.clones}
        for name, tasks in boards.items():
            differing = [file for file in tasks | boards["boss"] if tasks.get(file) != boards["boss"].get(file)]
            assert differing == [], (name, differing)
        assert {f"{task}.md" for task in self.made} <= set(boards["boss"])
        lineage = read_lineage(boss)
        for task, holders in self.held.items():
            assert len(holders) == 1, (task, holders)
            found = parse_task(f"{task}.md", boards["boss"][f"{task}.md"])
            assert found.owner == holders[0][0], (task, found.owner, holders)
            assert count_moves(lineage[task], "claimed") == 1, task
        for task in boards["boss"]:
            values = lineage[task.removesuffix(".md")]
            assert values[-1].content == boards["boss"][task]
            assert all(value.status != "none" for value in values)
            ended = parse_task(task, boards["boss"][task]).status.value in ("completed", "pending_review")
            assert ended == (task.removesuffix(".md") in self.done), (task, self.done.get(task))
            assert count_moves(values, "completed") + count_moves(values, "pending_review") == ended, task
        self._check_marks(boards["boss"])
        for clone in self.clones:
            check_folder(clone)

    def _check_marks(self, tasks: dict[str, bytes]) -> None:
        everything = b"".join(tasks.values())
        lost = {mark: name for mark, name in self.marks.items() if mark.encode() not in everything}
        for mark in list(lost):
            kept = b"".join(read_conflicts(clone) for clone in self.clones)
            if mark.encode() in kept:
                del lost[mark]
        assert lost == {}, lost


def read_conflicts(clone: Clone) -> bytes:
    """What the conflict records of a board say."""
    return b"".join(path.read_bytes() for path in sorted((clone.board / "conflicts").rglob("*")) if path.is_file())


def read_git_status(clone: Clone) -> str:
    """What git sees on the board that is not committed."""
    words = ["git", "--no-optional-locks", "-C", str(clone.board), "status", "--porcelain"]
    return subprocess.run(words, check=True, capture_output=True, text=True).stdout


def check_folder(clone: Clone) -> None:
    """Nothing half-done lies about on the board, and git has all of it."""
    names = [path.name for folder in ("tasks", "plans") for path in (clone.board / folder).glob("*")]
    assert [name for name in names if not re.fullmatch(r"T-[0-9a-z]{6,}\.md|P-\w+\.yaml|\.gitkeep", name)] == []
    status = read_git_status(clone)
    deadline = time.monotonic() + COMMITTED_S
    while status and time.monotonic() < deadline:  # the last answers may have come behind the flush
        time.sleep(0.1)
        status = read_git_status(clone)
    assert status == "", (clone.top.name, status)
    assert (
        subprocess.run(
            ["git", "-C", str(clone.board), "fsck", "--strict", "--no-dangling"], check=False, capture_output=True
        ).returncode
        == 0
    )
