"""Bringing the index up to date: only what changed is read, only what reads differently is cut and stored again."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING, Final, NamedTuple

from openclaw_hooks.knowledge.sources import Problem, decode_source, list_sources, read_source
from openclaw_hooks.knowledge.store import Store, clear_errors, is_broken, make_store, open_store, writer_lock
from openclaw_hooks.knowledge.store.reading import find_tree, list_files, list_trees
from openclaw_hooks.knowledge.store.writing import (
    find_document,
    forget_trees,
    hash_content,
    open_tree,
    put_document,
    put_file,
    remove_files,
    stamp_tree,
    sweep,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from openclaw_hooks.knowledge.place import Place
    from openclaw_hooks.knowledge.sources import Source, Sources, Stamp
    from openclaw_hooks.knowledge.store.reading import File
    from openclaw_hooks.settings import KnowledgeSettings

    Teller = Callable[[int, int], None]
    """Told now and then how many files are done, and of how many."""

TICK_NS: Final = 20_000_000  # the coarsest clock that stamps files moves every 10 ms
NO_STAMP: Final = (0, 0, 0, 0)
BATCH_S: Final = 0.4  # what is stored can be found after that long, however much is to come
LOCK_TIMEOUT_S: Final = 60.0


class Report(NamedTuple):
    """What bringing the index up to date did, in files; `rebuilt` says why all was made again, empty when it was not."""

    files: int
    added: int
    changed: int
    removed: int
    problems: tuple[Problem, ...]
    rebuilt: str
    seconds: float


def update_index(
    place: Place,
    settings: KnowledgeSettings,
    *,
    force: bool = False,
    anew: bool = False,
    tell: Teller | None = None,
    timeout_s: float = LOCK_TIMEOUT_S,
) -> Report:
    """Brings the index at `place` up to date, makes it where there is none, and says what was done.

    With `force` every file is read and cut again; with `anew` the index itself is thrown away first, as it is when it is
    found damaged. Raises OpenclawError when another process holds the index for longer than `timeout_s`, or when it
    cannot be written.
    """
    began = time.monotonic()
    with writer_lock(place, timeout_s), clear_errors(place):
        store, rebuilt = _open(place, anew)
        try:
            with store:
                return (
                    _Update(place, store, tell)
                    .run(settings, force)
                    ._replace(rebuilt=rebuilt, seconds=time.monotonic() - began)
                )
        except Exception as error:
            if not is_broken(error):
                raise
        with make_store(place) as store:
            return (
                _Update(place, store, tell)
                .run(settings, force)
                ._replace(rebuilt="it was damaged", seconds=time.monotonic() - began)
            )


def _open(place: Place, anew: bool) -> tuple[Store, str]:
    """The index, and why it was made again where something was there."""
    try:
        store = open_store(place)  # also with `anew`: it refuses what is not ours
    except Exception as error:
        if not is_broken(error):
            raise
        return make_store(place), "it was damaged"
    if store is not None and not anew:
        return store, ""
    if store is not None:
        store.close()
        return make_store(place), "it was damaged"
    is_unfit = os.path.exists(place.db) and os.path.getsize(place.db) > 0
    return make_store(place), "it was damaged, or of another version" if is_unfit else ""


class _Work(NamedTuple):
    """What has to be stored: files to read, files to forget, and files newly left out."""

    stale: list[Source]
    gone: list[str]
    left_out: list[Problem]


class _Update:
    """One run over the files of a working tree."""

    def __init__(self, place: Place, store: Store, tell: Teller | None) -> None:
        self.place = place
        self.store = store
        self.tell = tell or _tell_nobody
        self.added = self.changed = 0
        self.problems: dict[str, Problem] = {}

    def run(self, settings: KnowledgeSettings, force: bool) -> Report:
        """Everything, in transactions short enough that the first results can be found soon."""
        sources = list_sources(self.place, settings)
        tree = find_tree(self.store, self.place.root)
        known = {} if tree is None else list_files(self.store, tree)
        work = _plan(sources, known, force)
        self.problems = {path: Problem(path, file.problem) for path, file in known.items() if file.problem}
        for path in (*work.gone, *(problem.path for problem in sources.problems)):
            self.problems.pop(path, None)
        if tree is None or any(work):
            self._store(work, known, force)
        removed = [path for path in (*work.gone, *(one.path for one in work.left_out)) if _is_read(known.get(path))]
        problems = (*sources.problems, *self.problems.values())
        return Report(len(sources.found), self.added, self.changed, len(removed), tuple(sorted(problems)), "", 0.0)

    def _store(self, work: _Work, known: dict[str, File], force: bool) -> None:
        done = 0
        stale = work.stale
        while True:
            with self.store.connection:
                tree = open_tree(self.store, self.place.root)
                until = time.monotonic() + BATCH_S
                while done < len(stale) and time.monotonic() < until:
                    self._store_file(tree, stale[done], known.get(stale[done].path), force)
                    done += 1
                if done == len(stale):
                    for path, message in work.left_out:
                        put_file(self.store, tree, path, NO_STAMP, b"", None, message)
                    remove_files(self.store, tree, work.gone)
                    self._forget_lost_trees()
                    sweep(self.store)
                    stamp_tree(self.store, tree, time.time())
            self.tell(done, len(stale))
            if done == len(stale):
                return

    def _store_file(self, tree: int, source: Source, known: File | None, force: bool) -> None:
        from openclaw_hooks.knowledge.chunks import (
            chunk_document,
        )  # its patterns take 10 ms: only when something is new

        self.problems.pop(source.path, None)
        settled_ns = time.time_ns() - TICK_NS
        try:
            content, stamp = read_source(source)
        except OSError as error:
            self._note(tree, source.path, None, (NO_STAMP, b""), f"cannot be read: {error.strerror}")
            return
        content_hash = hash_content(content)
        text, problem = decode_source(content)
        document = None if force else find_document(self.store, source.path, content_hash)
        if document is None and (text or not problem):
            document = put_document(self.store, chunk_document(source.path, source.kind, text), content_hash)
        self._note(tree, source.path, document, (_settle(stamp, settled_ns), content_hash), problem)
        if known is None or not _is_read(known):
            self.added += 1
        elif force or known.content_hash != content_hash:
            self.changed += 1

    def _note(self, tree: int, path: str, document: int | None, seen: tuple[Stamp, bytes], problem: str) -> None:
        stamp, content_hash = seen
        put_file(self.store, tree, path, stamp, content_hash, document, problem)
        if problem:
            self.problems[path] = Problem(path, problem)

    def _forget_lost_trees(self) -> None:
        trees = list_trees(self.store)
        forget_trees(self.store, [tree for tree, root in trees.items() if not os.path.isdir(root)])


def _plan(sources: Sources, known: dict[str, File], force: bool) -> _Work:
    stale = [source for source in sources.found if force or not _is_current(known.get(source.path), source)]
    present = {source.path for source in sources.found} | {problem.path for problem in sources.problems}
    left_out = [problem for problem in sources.problems if not _is_told(known.get(problem.path), problem)]
    return _Work(stale, sorted(known.keys() - present), left_out)


def _is_told(known: File | None, problem: Problem) -> bool:
    return known is not None and not known.content_hash and known.problem == problem.message


def _is_read(known: File | None) -> bool:
    """Whether the file was read when it was last looked at; what is left out has no hash."""
    return known is not None and bool(known.content_hash)


def _is_current(known: File | None, source: Source) -> bool:
    return known is not None and known.stamp == source.stamp


def _settle(stamp: Stamp, settled_ns: int) -> Stamp:
    """`stamp`, or none for a file that could still change within the same tick of the clock."""
    return stamp if max(stamp[0], stamp[1]) < settled_ns else NO_STAMP


def _tell_nobody(done: int, total: int) -> None:
    """For those who do not ask."""
