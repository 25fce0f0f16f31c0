"""A bucket that was made anew, or put back to an older copy: the lead writes what was lost, and everybody waits for that.

Until then no file is written and nothing is sent: what such a bucket says may be older than what boards have. That it
is mended the lead tells in its presence, by a mark that grows each time.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, NamedTuple

from openclaw_hooks.mesh.connection import NotDoneError
from openclaw_hooks.mesh.replica.streams import read_all, read_key, stream_state
from openclaw_hooks.mesh.replica.writes import LEASES, StaleError, put_lease
from openclaw_hooks.mesh.service.store import Store
from openclaw_hooks.mesh.state.leases import encode_lease
from openclaw_hooks.mesh.wire.keys import BUCKETS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from openclaw_hooks.mesh.connection import Connection
    from openclaw_hooks.mesh.mirror.step import Send
    from openclaw_hooks.mesh.replica.presence import Presence
    from openclaw_hooks.mesh.replica.streams import Epoch
    from openclaw_hooks.mesh.sidecar.epochs import EpochFile
    from openclaw_hooks.mesh.sidecar.mirroring import Mirroring
    from openclaw_hooks.mesh.state.leases import MeshLease
    from openclaw_hooks.mesh.sync_log import SyncLog

    Leases = Mapping[str, tuple[int, MeshLease]]

ROUNDS = 3


class Repair(NamedTuple):
    """That a bucket was mended: its name, when it was made, and a mark that grows with each repair."""

    bucket: str
    created: str
    mark: int

    def show(self) -> str:
        """As the lead tells it."""
        return f"{self.bucket}:{self.mark}:{self.created}"


def read_repairs(presence: Presence | None) -> dict[str, Repair]:
    """The repairs that the lead tells of, by bucket."""
    found = {}
    for line in presence.seeded if presence else ():
        bucket, _, rest = line.partition(":")
        mark, _, created = rest.partition(":")
        if bucket in BUCKETS and mark.isdecimal() and len(mark) < 19:
            found[bucket] = Repair(bucket, created, int(mark))
    return found


class Mender:
    """Mends the buckets over one connection, as the lead, or takes over that they were mended."""

    def __init__(self, connection: Connection, mirroring: Mirroring, epochs: EpochFile, log: SyncLog) -> None:
        self.repairs: dict[str, Repair] = {}  # by this node, told in its presence
        self._connection = connection
        self._mirroring = mirroring
        self._epochs = epochs
        self._log = log
        self._mended: dict[str, Epoch] = {}
        self._anew: frozenset[str] = (
            frozenset()
        )  # buckets that are other ones than before, not the same with less in them

    async def freeze(self, bucket: str, old: Epoch, new: Epoch) -> None:
        """Writes no files from now on."""
        is_new = old.created != new.created
        self._anew = self._anew | {bucket} if is_new else self._anew - {bucket}
        if not self._mirroring.mirror.is_frozen:
            how = "was made anew" if is_new else f"fell from {old.last:,} to {new.last:,}"
            self._log.complain("bucket", f"{bucket} {how}: no file is written until its lead has mended it")
            await self._mirroring.freeze()

    def is_mended(self, bucket: str, new: Epoch) -> bool:
        """Whether the bucket at `new` is one that was mended here a moment ago."""
        mended = self._mended.get(bucket)
        return mended is not None and mended.created == new.created and mended.last <= new.last

    async def mend(self, leases: Leases) -> None:
        """As the lead: writes what the buckets have lost, `leases` among it; raises MeshError when it cannot."""
        for _ in range(ROUNDS):
            values = await self._read_values()
            sends = await self._mirroring.reseed(values, self._anew)
            if not sends or await self._write(sends):
                break
        else:
            raise NotDoneError("the buckets could not be mended", "does another lead write to them?")
        await self._put_leases(leases)
        await self._go_on(await self._read_values())
        self._raise_marks({bucket: self._mended[bucket].created for bucket in BUCKETS})
        self._keep()

    async def vouch(self) -> None:
        """As the lead that knows all there is: whoever stands still for something that it never noticed may go on."""
        states = {bucket: await stream_state(self._connection, bucket) for bucket in BUCKETS}
        self._raise_marks({bucket: state.epoch.created for bucket, state in states.items()})

    def heed(self, leader: Presence | None, epochs: Mapping[str, Epoch]) -> None:
        """As somebody in step: what the lead tells by now is of before whatever is lost from here on."""
        told = read_repairs(leader)
        marks = {
            bucket: told[bucket].mark
            for bucket, epoch in epochs.items()
            if bucket in told and told[bucket].created == epoch.created
        }
        self._epochs.keep(epochs, marks)

    def _raise_marks(self, created: Mapping[str, str]) -> None:
        for bucket, moment in created.items():
            known = self.repairs.get(bucket)
            mark = max(self._epochs.mark(bucket), known.mark if known else 0, int(time.time())) + 1
            self.repairs[bucket] = Repair(bucket, moment, mark)

    async def follow(self, leader: Presence | None, bucket: str, new: Epoch) -> bool:
        """As anybody else: whether the lead has mended the bucket at `new`; then this board goes on."""
        told = read_repairs(leader)
        repair = told.get(bucket)
        if repair is None or repair.created != new.created or repair.mark <= self._epochs.mark(bucket):
            return False
        await self._go_on(await self._read_values())
        self.repairs = told
        self._keep()
        return True

    async def _go_on(self, values: dict[str, tuple[int, bytes | None]]) -> None:
        await self._mirroring.thaw(values)
        for bucket in BUCKETS:
            self._mended[bucket] = (await stream_state(self._connection, bucket)).epoch
        self._log.over("bucket")
        self._log.note("bucket", f"mended: {len(values):,} tasks and plans")

    def _keep(self) -> None:
        self._epochs.keep(self._mended, {bucket: repair.mark for bucket, repair in self.repairs.items()})

    async def _read_values(self) -> dict[str, tuple[int, bytes | None]]:
        values: dict[str, tuple[int, bytes | None]] = {}
        for bucket in BUCKETS:
            for entry in await read_all(self._connection, bucket):
                values[entry.key] = (entry.revision, entry.content)
        return values

    async def _write(self, sends: Mapping[str, Send]) -> bool:
        """Whether all of them were written, each at the revision that it was made for."""
        changes = {key: (send.revision, send.content) for key, send in sends.items()}
        written = await Store(self._connection, self._log).put_all(changes)
        return len(written) == len(changes)

    async def _put_leases(self, leases: Leases) -> None:
        """Writes the leases that this lead knew: nobody loses a claim by what the server lost."""
        for task, (_, lease) in leases.items():
            content = encode_lease(lease)
            entry = await read_key(self._connection, LEASES, task)
            if entry is None or entry.content != content:
                try:
                    await put_lease(self._connection, task, content, entry.revision if entry else 0)
                except StaleError as error:
                    self._log.complain("lease", str(error))
