"""Somebody who uses git in the tree of a node all the time."""

from __future__ import annotations

import os
import subprocess
import threading
import time
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.mesh_stage import Clone


class Usage(NamedTuple):
    """What came of somebody's git commands."""

    done: int
    failed: list[str]
    slowest_ms: float


class GitUser(threading.Thread):
    """Somebody who works with git in the tree of `clone` all the time."""

    def __init__(self, clone: Clone, pause_s: float = 0.25) -> None:
        super().__init__(daemon=True)
        self._clone = clone
        self._pause_s = pause_s
        self._is_over = threading.Event()
        self._done = 0
        self._failed: list[str] = []
        self._slowest = 0.0

    def run(self) -> None:
        """Works until `end`."""
        for number, words in enumerate(self._commands()):
            if self._is_over.wait(self._pause_s):
                return
            if words[0] in ("status", "stash") and "pop" not in words:
                with open(os.path.join(self._clone.top, "notes.txt"), "a", encoding="utf-8") as stream:
                    stream.write(f"line {number}\n")
            began = time.perf_counter()
            done = subprocess.run(
                ["git", *words], cwd=self._clone.top, env=self._clone.env, capture_output=True, text=True, check=False
            )
            self._slowest = max(self._slowest, time.perf_counter() - began)
            self._done += 1
            if done.returncode:
                self._failed.append(f"git {' '.join(words)}: {done.stderr.strip()[:200]}")

    def end(self) -> Usage:
        """Stops; what came of it."""
        self._is_over.set()
        self.join()
        return Usage(self._done, self._failed, self._slowest * 1000)

    def _commands(self) -> Iterator[tuple[str, ...]]:
        number = 0
        while True:
            number += 1
            yield "status", "--porcelain"
            yield "add", "-A"
            yield "commit", "-q", "-m", f"chore: note {number}"
            yield "checkout", "-q", "-b", f"side-{number}"
            yield "stash", "-q"
            yield "stash", "pop", "-q"
            yield "commit", "-q", "-a", "-m", f"chore: side {number}"
            yield "checkout", "-q", "main"
            yield "merge", "-q", "--no-edit", f"side-{number}"
            yield "log", "--oneline", "-5", "--all"
            yield "clean", "-fdq"
