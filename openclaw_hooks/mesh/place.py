"""Where the mesh keeps its state on this machine: in the git folder that all worktrees share, for its owner alone."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from openclaw_hooks.errors import OpenclawError
from openclaw_hooks.files import display_path

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from openclaw_hooks.git import Repo

FOLDER = "nats"
MAX_SOCKET_BYTES = 100
EXTRA_HINT = "pip install 'openclaw-hooks[mesh]'"


class MeshError(OpenclawError):
    """Something about the mesh that its user can mend."""


class Place(NamedTuple):
    """The folder of a repository's mesh; all paths below it are absolute."""

    folder: str

    @property
    def config(self) -> str:
        """What the server is started with; its command line names this path, which tells it from other servers."""
        return os.path.join(self.folder, "server.conf")

    @property
    def accounts(self) -> str:
        """The accounts of all nodes, included by the server's configuration."""
        return os.path.join(self.folder, "accounts.conf")

    @property
    def settings(self) -> str:
        """Where the server listens, its name, and the version that last wrote its store."""
        return os.path.join(self.folder, "server.json")

    @property
    def nodes(self) -> str:
        """The registry of nodes."""
        return os.path.join(self.folder, "nodes.json")

    @property
    def store(self) -> str:
        """What JetStream keeps."""
        return os.path.join(self.folder, "store")

    @property
    def ports(self) -> str:
        """Where the server says which port it got."""
        return os.path.join(self.folder, "ports")

    @property
    def store_lock(self) -> str:
        """A file that the server holds locked while it lives, from its first moment on and however it ends."""
        return os.path.join(self.folder, "store.lock")

    @property
    def record(self) -> str:
        """Which process we started: its id and when it began."""
        return os.path.join(self.folder, "running.json")

    @property
    def pid(self) -> str:
        """The server's own note of its process id."""
        return os.path.join(self.folder, "server.pid")

    @property
    def log(self) -> str:
        """The server's log."""
        return os.path.join(self.folder, "server.log")

    @property
    def sync_lock(self) -> str:
        """A file that the sidecar of this repository holds locked while it lives."""
        return os.path.join(self.folder, "sync.lock")

    @property
    def sync_socket(self) -> str:
        """Where the sidecar listens for the commands of this machine.

        Systems take 104 bytes for the path of a socket, and some repositories lie deeper: those of such are in a
        folder of their user's own, which whoever uses it checks.
        """
        path = os.path.join(self.folder, "sync.sock")
        if len(os.fsencode(path)) <= MAX_SOCKET_BYTES:
            return path
        import hashlib

        name = hashlib.sha256(os.fsencode(self.folder)).hexdigest()[:16]
        return os.path.join("/tmp", f"openclaw-{os.getuid()}", f"{name}.sock")  # noqa: S108  # its owner is checked

    @property
    def sync_status(self) -> str:
        """How the running sidecar stands, rewritten when that changes."""
        return os.path.join(self.folder, "sync.json")

    @property
    def sync_log(self) -> str:
        """What the sidecar noted, as lines of JSON."""
        return os.path.join(self.folder, "sync.log")

    @property
    def joined(self) -> str:
        """Which mesh this repository has joined, and as whom; absent on a machine that leads a mesh of its own."""
        return os.path.join(self.folder, "joined.json")

    @property
    def mirror(self) -> str:
        """What this board and the mesh last agreed on, per file."""
        return os.path.join(self.folder, "mirror.db")

    @property
    def epochs(self) -> str:
        """How far the buckets of the mesh were known."""
        return os.path.join(self.folder, "epochs.json")

    @property
    def intents(self) -> str:
        """The folder of commands that wait for the server."""
        return os.path.join(self.folder, "intents")

    @property
    def commands(self) -> str:
        """The commands that other nodes may run here by name; never part of the repository."""
        return os.path.join(self.folder, "commands.yaml")

    def seed(self, node: str) -> str:
        """Where the seed of `node` lies, if it works on this machine."""
        return os.path.join(self.folder, "keys", f"{node}.seed")

    def invitation(self, node: str) -> str:
        """Where the join file of `node` waits to be handed over."""
        return os.path.join(self.folder, "invitations", f"{node}.join")


def find_place(repo: Repo) -> Place:
    """Where the mesh of `repo` keeps its state, whether anything is there or not."""
    return Place(os.path.join(repo.state_dir, FOLDER))


def make_folders(place: Place) -> None:
    """Makes the folders of `place`, which nobody else may read; raises MeshError when they cannot be written."""
    for folder in (place.folder, place.store, place.ports):
        try:
            os.makedirs(folder, exist_ok=True)
            os.chmod(place.folder, 0o700)
        except OSError as error:
            raise MeshError(f"{display_path(folder)} cannot be made: {error.strerror}") from error
        if not os.access(folder, os.W_OK | os.X_OK):
            raise MeshError(f"{display_path(folder)} cannot be written", "give it to the user that runs the server")


def mesh_lock(place: Place, timeout_s: float = 30.0) -> AbstractContextManager[None]:
    """Holds the server and the registry for the caller alone; a process that dies lets go.

    Raises OpenclawError, which names the holder, when it is not free within `timeout_s`.
    """
    from openclaw_hooks.board.lock import hold_lock

    return hold_lock(os.path.join(place.folder, "lock"), "the mesh", timeout_s)
