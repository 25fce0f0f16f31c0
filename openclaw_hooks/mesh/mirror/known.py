"""What a node knows of the mesh: what was agreed on (kept in a database), and what has come since (in memory)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from openclaw_hooks.mesh.mirror.step import Remote, Versions
from openclaw_hooks.mesh.wire.keys import key_of, path_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from openclaw_hooks.mesh.mirror.bases import Bases
    from openclaw_hooks.mesh.mirror.step import Step


class Known:
    """The values of the mesh by path, as far as board and mesh do not agree on them yet."""

    def __init__(self, bases: Bases) -> None:
        self.bases = bases
        self.knows_all = False  # until it does, a file without a base is not taken for a new one
        self._remotes: dict[str, Remote] = {}
        self._absent: dict[str, int] = {}  # keys that the mesh lacks, and the revision of the mark that a deletion left

    def take(self, values: Mapping[str, tuple[int, bytes | None]], *, complete: bool) -> set[str]:
        """Takes in values by key, None for one that was deleted; the paths that this is news of."""
        news = set()
        for key, (revision, content) in values.items():
            path = path_of(key)
            if path and self._is_news(path, revision):
                news.add(path)
                self._note(path, revision, content)
        if complete:
            self.knows_all = True
            lacking = {path: self._absent.get(path, 0) for path in self.bases.paths() if key_of(path) not in values}
            self._absent = {path: mark for path, mark in self._absent.items() if key_of(path) in values} | lacking
            news |= lacking.keys()
        return news

    def restart(self, values: Mapping[str, tuple[int, bytes | None]]) -> set[str]:
        """Takes in all values of a new epoch, in which no revision of before says anything; the paths to look at."""
        self.bases.forget_revisions()
        self._remotes.clear()
        self._absent.clear()
        return self.take(values, complete=True) | self.bases.paths()

    def note(self, path: str, revision: int, content: bytes) -> None:
        """Takes in one value, unless something newer is known."""
        if self._is_news(path, revision) or revision == self._revision(path):
            self._note(path, revision, content)

    def versions(self, path: str, local: bytes | None) -> Versions:
        """What a step of the file at `path` is decided from."""
        base, remote = self.bases.get(path), self._remotes.get(path)
        if local is not None and (base is None or base.content != local):
            base = self.bases.recover(path, local) or base
        if remote is None and base and path not in self._absent:
            remote = Remote(base.revision, base.content)
        return Versions(base, local, remote)

    def is_known(self, path: str) -> bool:
        """Whether enough is known to decide about the file at `path`."""
        return self.knows_all or path in self._remotes

    def mark_of(self, path: str) -> int:
        """The revision that a write of a key which the mesh lacks must follow."""
        return self._absent.get(path, 0)

    def prepare(self, steps: Mapping[str, Step]) -> None:
        """Notes what the files that `steps` write will be based on, before they are written."""
        self.bases.prepare(
            {path: (step.write, step.base) for path, step in steps.items() if step.write is not None and step.base}
        )

    def keep(self, steps: Mapping[str, Step], done: Iterable[str]) -> None:
        """Remembers what `steps` of the paths `done` agree on."""
        settled = list(done)
        self.bases.put({path: base for path in settled if (base := steps[path].base)})
        for path in settled:
            base, remote = steps[path].base, self._remotes.get(path)
            if remote and base is None:
                base = self.bases.get(path)
            if remote and base and base.revision >= remote.revision:
                del self._remotes[path]

    def _is_news(self, path: str, revision: int) -> bool:
        return revision > self._revision(path)

    def _revision(self, path: str) -> int:
        if path in self._remotes:
            return self._remotes[path].revision
        if path in self._absent:
            return self._absent[path] - 1  # what says so again is no news, but does no harm
        return self.bases.revision(path)

    def _note(self, path: str, revision: int, content: bytes | None) -> None:
        if content is None:
            self._absent[path] = revision
            self._remotes.pop(path, None)
        else:
            self._remotes[path] = Remote(revision, content)
            self._absent.pop(path, None)
