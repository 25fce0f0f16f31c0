"""A board kept in step with the mesh by one node: news from either side in, files written, what is to be sent out.

Nothing in here waits for the network. Whoever has the connection says what the mesh has (`take`), that files may have
changed (`look`), and what became of what was to be sent (`answered`, `refused`). Every call may be repeated, and one
that a crash cut short is made good by the next.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from openclaw_hooks.errors import OpenclawError
from openclaw_hooks.files import display_path
from openclaw_hooks.mesh.mirror.answers import answer_step, refusal_step
from openclaw_hooks.mesh.mirror.board_files import BoardFiles, Write
from openclaw_hooks.mesh.mirror.claims import follow_files, held_tasks
from openclaw_hooks.mesh.mirror.epochs import next_step, reseed_step
from openclaw_hooks.mesh.mirror.known import Known
from openclaw_hooks.mesh.mirror.lines import Told, describe_change
from openclaw_hooks.mesh.mirror.step import Remote, Send, Step, Versions, is_over
from openclaw_hooks.mesh.wire.keys import bucket_of, key_of, path_of
from openclaw_hooks.tasks.model import TASKS_FOLDER

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

    from openclaw_hooks.board.actor import Actor
    from openclaw_hooks.board.place import Board
    from openclaw_hooks.mesh.mirror.bases import Bases

ROUNDS = 4  # of writing files that somebody edits at the same time
AT_ONCE = 2000  # files that are held in memory, and written under one lock
MANY = 50  # files of one pass, from which on the commit tells only how many they are


class Outcome(NamedTuple):
    """What a pass came to: what is to be sent, by key; the paths that were written; what to tell; why it halted."""

    sends: Mapping[str, Send]
    written: tuple[str, ...] = ()
    reports: tuple[str, ...] = ()
    conflicts: int = 0
    halted: str = ""


class Mirror:
    """One board and what it knows of the mesh; for one thread at a time. `leads`: whether this node may write keys."""

    def __init__(self, board: Board, actor: Actor, bases: Bases, *, leads: bool = False) -> None:
        self.leads = leads
        self.is_frozen = False
        self.bases = bases
        self.files = BoardFiles(board, actor)
        self._known = Known(bases)
        self._again: set[str] = set()
        self._origins: dict[tuple[str, bytes], bytes | None] = {}  # what was sent of a path, and what it was made on
        self._told = Told()
        self._by: Mapping[str, str] = {}

    def take(
        self,
        values: Mapping[str, tuple[int, bytes | None]],
        *,
        complete: bool = False,
        by: Mapping[str, str] | None = None,
    ) -> Outcome:
        """Takes in what the mesh has: key -> (revision, value or None where it was deleted).

        `complete`: these are all keys that there are. Until it was so once, files are not taken for new ones. `by`
        names the nodes that made the changes, for the commit's lines.
        """
        odd = [
            f"the mesh has a key that names no task or plan: {display_path(key[:100])}"
            for key in values
            if not path_of(key)
        ]
        if self.is_frozen:
            return Outcome({}, reports=self._told.fresh(odd))
        self._by = by or {}
        return self._run(self._known.take(values, complete=complete), odd)

    def look(self, paths: Iterable[str] | None = None) -> Outcome:
        """Takes in that the files at `paths` may have changed; None for all of them, and for trying again what waits."""
        if paths is None:
            return self._run(self.files.changed(self.bases.paths()) | self._again)
        return self._run({path for path in paths if key_of(path)})

    def answered(self, key: str, sent: bytes, revision: int, content: bytes) -> Outcome:
        """Takes in what became of a Send: `content` at `revision` (for who leads: its own write that went through)."""
        return self.all_answered({key: (sent, revision, content)})

    def all_answered(self, answers: Mapping[str, tuple[bytes, int, bytes]]) -> Outcome:
        """The same for many: what was sent of each key, and its revision and content now."""
        sent = {path_of(key): told[0] for key, told in answers.items()}
        for key, (_, revision, content) in answers.items():
            self._known.note(path_of(key), revision, content)
        made_on = {path: self._origins.pop((path, content), None) for path, content in sent.items()}
        return self._run(sent, decide=lambda path, versions: answer_step(path, versions, sent[path], made_on[path]))

    def refused(self, key: str, sent: bytes, reason: str) -> Outcome:
        """Takes in that a Send was refused altogether: what it was to change is put back, and kept in a record."""
        path = path_of(key)
        if self._known.versions(path, None).remote is None:
            self.bases.refuse(path, sent)  # a new file that the mesh does not want stays where it is
        return self._run({path}, decide=lambda path, versions: refusal_step(path, versions, sent, reason))

    def freeze(self) -> None:
        """Writes no file and sends nothing until `thaw`: the mesh has lost something that boards may still have."""
        self.is_frozen = True

    def reseed(self, values: Mapping[str, tuple[int, bytes | None]], *, made_anew: Collection[str] = ()) -> Outcome:
        """What the lead is to write, unjudged, into a mesh that has lost something; `values` are all that it has.

        `made_anew` names the buckets that are other ones than before, not the same with less in them.
        """
        found = {path_of(key): value for key, value in values.items()}
        steps: dict[str, Step] = {}
        sends: dict[str, Send] = {}
        for path, base in self.bases.get_all():
            revision, content = found.get(path, (0, None))
            remote = None if content is None else Remote(revision, content)
            step = reseed_step(path, base, remote, is_new=bucket_of(key_of(path)) in made_anew)
            steps[path] = step._replace(base=None)
            if step.send:
                sends[key_of(path)] = step.send._replace(revision=revision)
        try:
            self._write(steps, {})
        except OpenclawError as error:
            return Outcome({}, halted=str(error))
        return Outcome(sends, reports=self._told.fresh(line for step in steps.values() for line in step.reports))

    def thaw(self, values: Mapping[str, tuple[int, bytes | None]]) -> Outcome:
        """Goes on once a lead has mended the mesh; `values` are all that it has now."""
        self.is_frozen = False
        paths = self._known.restart(values)
        return self._run(paths)

    def commit(self) -> tuple[str, ...]:
        """Commits the files that were written since the last commit; what to tell. Raises OpenclawError."""
        return self._told.fresh(self.files.commit()) if self.files.has_uncommitted() else ()

    def _run(
        self,
        paths: Collection[str],
        reports: Collection[str] = (),
        decide: Callable[[str, Versions], Step] | None = None,
    ) -> Outcome:
        """Brings `paths` in step, or keeps them for later where that cannot be now."""
        self._again |= set(paths)
        decide = decide or (lambda path, versions: next_step(path, versions, leads=self.leads))
        left = [] if self.is_frozen else [path for path in paths if self._known.is_known(path)]
        sends: dict[str, Send] = {}
        written: dict[str, None] = {}
        told = [*reports]
        records, halted = 0, ""
        try:
            for start in range(0, len(left), AT_ONCE):
                done = self._bring_in_step(left[start : start + AT_ONCE], decide, told)
                sends |= self._find_sends(done)
                written |= {path: None for path, step in done.items() if step.write is not None}
                records += sum(len(step.records) for step in done.values())
                told += [line for step in done.values() for line in step.reports]
            told += self._follow_claims(written)
        except OpenclawError as error:
            halted = f"{error} ({error.hint})" if error.hint else str(error)
        finally:
            self.files.end_pass()
        return Outcome(sends, tuple(written), self._told.fresh(told), records, halted)

    def _bring_in_step(
        self, paths: Sequence[str], decide: Callable[[str, Versions], Step], told: list[str]
    ) -> dict[str, Step]:
        """The steps that were taken; again for files that somebody edits at the same time."""
        taken: dict[str, Step] = {}
        for _ in range(ROUNDS):
            if not paths:
                break
            versions = self._read(paths, told)
            steps = {path: decide(path, found) for path, found in versions.items()}
            paths = self._write(steps, versions)
            taken |= {path: step for path, step in steps.items() if path not in paths}
        self._again.difference_update(taken)
        return taken

    def _read(self, paths: Collection[str], told: list[str]) -> dict[str, Versions]:
        """The versions of the files at `paths`, edits by hand judged; those that nobody can take over are left out."""
        found = {path: self._known.versions(path, self.files.read(path)) for path in paths}
        gone = [path for path, versions in found.items() if versions.local is None and versions.base]
        if gone:
            self.files.refuse_loss(self.bases.paths())
            away = self.files.archived()
            for path in [path for path in gone if path in away and is_over(path, found[path].remote)]:
                del found[path]  # it is on this board still
                self._again.discard(path)
        for path in [path for path, versions in found.items() if self.files.is_held(path, versions.local)]:
            del found[path]  # its edit stays, and waits for whoever made it
        doubtful = [path for path, versions in found.items() if not self._is_judged(path, versions)]
        edits = {path: (base.content, local) for path in doubtful for base, local, _ in [found[path]] if base and local}
        self.files.vouch(edits)
        doubtful = [path for path in doubtful if not self._is_judged(path, found[path])]
        if doubtful:
            judged = self.files.absorb(doubtful)
            told += judged.reports
            for path in doubtful:
                found[path] = self._known.versions(path, judged.contents[path])
                if path in judged.held:
                    del found[path]
        return found

    def _is_judged(self, path: str, versions: Versions) -> bool:
        base, local, remote = versions
        if local is None or (base and local == base.content) or (remote and local == remote.content):
            return True
        return self.files.is_trusted(path, local)

    def _write(self, steps: Mapping[str, Step], versions: Mapping[str, Versions]) -> list[str]:
        """Does what `steps` say but for sending; the paths whose file was edited meanwhile come back."""
        records = {path: content for step in steps.values() for path, content in step.records}
        writes = [
            Write(path, None, content, f"conflict {path.rpartition('/')[2].removesuffix('.yaml')} recorded")
            for path, content in records.items()
            if self.files.read(path) is None
        ]
        changes = {path: step.write for path, step in steps.items() if step.write is not None}
        for path, content in changes.items():
            old = versions[path].local
            line = "" if len(changes) > MANY else describe_change(path, old, content, self._by.get(key_of(path), ""))
            writes.append(Write(path, old, content, line))
        if len(changes) > MANY:
            writes[-1] = writes[-1]._replace(line=f"{len(changes):,} files brought in step with the mesh")
        self._known.prepare(steps)
        skipped = set(self.files.apply(writes))
        self._known.keep(steps, [path for path in steps if path not in skipped])
        return [path for path in steps if path in skipped]

    def _find_sends(self, steps: Mapping[str, Step]) -> dict[str, Send]:
        sends = {}
        if len(self._origins) > AT_ONCE:  # of answers that never came; without it a base of later does
            self._origins.clear()
        for path, step in steps.items():
            if step.send is None or self.bases.is_refused(path, step.send.content):
                continue
            self._again.add(path)  # until it is answered
            send = step.send._replace(revision=step.send.revision or self._known.mark_of(path))
            sends[key_of(path)] = send
            self._origins[path, send.content] = send.base
        return sends

    def _follow_claims(self, paths: Iterable[str]) -> list[str]:
        names = {key_of(path) for path in paths if path.startswith(f"{TASKS_FOLDER}/")}
        repo = self.files.board.repo
        held = names & held_tasks(repo) if names else frozenset()
        return follow_files(repo, self.files.actor.name, {name: self.files.read(path_of(name)) for name in held})
