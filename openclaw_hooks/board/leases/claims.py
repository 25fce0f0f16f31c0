"""Claims: who works on a task, until when, under which token; one ref per task and one holder at a time.

The ref `refs/openclaw/claims/<task>` names a blob with the lease. It moves by compare-and-swap alone; with a remote it
is the remote's ref that is swapped first, and this clone follows. The token `<n>-<8 hex digits>` fences: n grows with
each holder, also after a claim is dropped, so what an earlier holder still sends can be told from the later's work.

Clocks only decide when somebody else may take over: lease.SKEW_S after the end, so clocks may differ by that much.
Until it is taken over a lease that has ended is still its holder's, who may renew it or finish the work.
"""

from __future__ import annotations

import os
import time
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from openclaw_hooks.agents import find_session
from openclaw_hooks.board.leases.held import Held, forget_held, held_lease, lose_held, save_held, stamp
from openclaw_hooks.board.leases.lease import Lease, describe_holder, is_live, make_lease, next_token, read_claim
from openclaw_hooks.board.leases.refs import (
    REMOTE_TIMEOUT_S,
    UnreachableError,
    fetch_ref,
    push_ref,
    read_ref,
    swap_ref,
    write_blob,
)
from openclaw_hooks.errors import OpenclawError, RefusedError

if TYPE_CHECKING:
    from openclaw_hooks.git import Repo
    from openclaw_hooks.tasks.model import TaskHead

ROUNDS = 5  # of reading and swapping, when others move the same ref
CLONE_FILE = "clone-id"


class Terms(NamedTuple):
    """How a claim is made: for how long, and through which remote (none: within this clone).

    `resume` takes up a claim that this clone already holds, as after a crash between the claim and the board's
    commit; whoever sets it must know that no other process is at the same task. `run` is the agent run that claims: its
    work is done in worktrees of its own, so no working tree of a person is held to the task.
    """

    minutes: int = 120
    remote: str = ""
    resume: bool = False
    now: float = 0.0  # seconds since the epoch; 0 for the clock of this machine
    timeout_s: float = REMOTE_TIMEOUT_S  # of each question to the remote
    run: str = ""


class LostError(RefusedError):
    """The lease is not, or no longer, the caller's."""


def claim_task(repo: Repo, task: TaskHead, owner: str, terms: Terms) -> Lease:
    """The new lease of `task` for `owner`, also written down for the hooks of this working tree.

    Raises RefusedError, which names the holder and the end of its lease, when somebody else has the task or was
    faster; UnreachableError when the remote does not answer.
    """
    now = terms.now or time.time()
    clone = clone_id(repo)
    for attempt in range(ROUNDS):
        known, lease = read_claim(repo, task.id)
        is_own = terms.resume and lease.owner == owner and lease.clone == clone
        if lease.owner and not is_own and is_live(lease, now):
            if attempt == 0 and terms.remote:  # it may have been dropped there
                fetch_ref(repo, terms.remote, task.id, terms.timeout_s)
                known, lease = read_claim(repo, task.id)
            if lease.owner and is_live(lease, now):
                raise describe_taken(repo, lease)
        token = lease.token if is_own else next_token(known, lease)
        new = make_lease(lease if is_own else Lease(task.id), (owner, token, clone), terms.minutes, now)
        if _swap(repo, new, known.oid, terms):
            save_held(repo.state_dir, _to_held(new, task, repo, terms))
            return new
    raise RefusedError(f"{task.id} is being claimed by many at once", "try again, or choose another task")


def renew(repo: Repo, task: str, owner: str, terms: Terms) -> Lease:
    """The lease that `owner` holds here, with its end put off; raises LostError when somebody else has it by now."""
    now = terms.now or time.time()
    for _ in range(ROUNDS):
        known, lease = read_claim(repo, task)
        held = _require(repo, (task, lease), owner)
        new = make_lease(lease, (owner, held.token, lease.clone), terms.minutes, now)
        if _swap(repo, new, known.oid, terms):
            save_held(repo.state_dir, msgspec.structs.replace(held, expires=new.expires, minutes=new.minutes))
            return new
    raise RefusedError(f"the claim of {task} moves too fast to be renewed", "try again")


def drop(repo: Repo, task: str, token: str = "", remote: str = "") -> None:
    """Give the task free: for the holder with its token, or without one for whoever may take it from them.

    Raises LostError when it is held under another token; what this clone had written down of it is forgotten.
    """
    for _ in range(ROUNDS):
        known, lease = read_claim(repo, task)
        if token and lease.token != token:
            lose_held(repo.state_dir, task, token)
            raise _lost(task, lease)
        if not lease.owner or _swap(repo, Lease(task, token=lease.token), known.oid, Terms(remote=remote)):
            forget_held(repo.state_dir, task)
            return
    raise RefusedError(f"the claim of {task} moves too fast to be dropped", "try again")


def read_lease(repo: Repo, task: str) -> Lease | None:
    """Who holds `task` as far as this clone knows, also after the lease's end; None when nobody does."""
    lease = read_claim(repo, task)[1]
    return lease if lease.owner else None


def require_lease(repo: Repo, task: str, owner: str, token: str = "", remote: str = "") -> Held:
    """What `owner` holds of `task`; raises LostError, which names the holder, when it is not theirs any more.

    The remote is asked where the claim was made through one. When that does not answer, a lease that has not ended
    still counts: nobody can have taken it over.
    """
    held = held_lease(repo.state_dir, task)
    asked = remote or (held.remote if held else "")
    if asked:
        try:
            fetch_ref(repo, asked, task)
        except UnreachableError:
            if held is None or stamp(time.time()) > held.expires:
                raise
    lease = read_claim(repo, task)[1]
    return _require(repo, (task, lease), owner, token)


def find_loss(repo: Repo, held: Held) -> LostError | None:
    """Why `held` is held no more as far as this clone knows, naming who has it now; None while it is. Asks no remote."""
    lease = read_claim(repo, held.task)[1]
    return None if lease.token == held.token and lease.owner else _lost(held.task, lease)


def find_token_loss(repo: Repo, task: str, token: str) -> str:
    """Why `token` is not that of a claim of `task` any more as far as this clone knows; empty while it is. Asks no remote."""
    held = held_lease(repo.state_dir, task)
    if held is None or held.token != token:
        lease = read_lease(repo, task)
        return _lost(task, lease if lease and lease.token != token else Lease(task)).message
    loss = find_loss(repo, held)
    return loss.message if loss else ""


def describe_taken(repo: Repo, lease: Lease) -> RefusedError:
    """Why a task cannot be claimed that `lease` gives to somebody: to this clone itself, or to whom and until when."""
    held = held_lease(repo.state_dir, lease.task)
    if held and held.token == lease.token:
        if held.run:
            return describe_run(held)
        where = "here" if held.worktree == _work_folder(repo) else f"in {held.worktree}"
        hint = f"go on with it there, or give it free: `openclaw task release {lease.task} --reason TEXT`"
        return RefusedError(f"{lease.task} is already claimed {where} by {lease.owner}, until {lease.expires}", hint)
    hint = f"choose another task: `openclaw task ready`; it can be taken over after {lease.expires}"
    return RefusedError(f"{lease.task} is claimed by {describe_holder(lease)} until {lease.expires}", hint)


def describe_run(held: Held) -> RefusedError:
    """Why nobody but the run that `held` names moves its task."""
    hint = f"how far it is: `openclaw agent attempts {held.task}`; a person takes it away with `openclaw task release --force`"
    return RefusedError(f"{held.task} is worked on by run {held.run}, which alone may move it", hint)


def clone_id(repo: Repo) -> str:
    """Eight random hexadecimal digits that stay with this clone."""
    path = os.path.join(repo.state_dir, CLONE_FILE)
    for _ in range(2):
        with suppress(OSError), open(path, encoding="ascii", errors="replace") as stream:
            if name := stream.read(8):
                return name
        os.makedirs(repo.state_dir, exist_ok=True)
        temporary = f"{path}.{os.getpid()}"
        with open(temporary, "w", encoding="ascii") as stream:
            stream.write(os.urandom(4).hex())
        with suppress(FileExistsError):  # another process was faster: its id counts
            os.link(temporary, path)
        os.unlink(temporary)
    raise OpenclawError(f"{path} cannot be written", "is the git folder read-only?")


def _swap(repo: Repo, new: Lease, old: str, terms: Terms) -> bool:
    """Whether the claim went from the blob `old` to the lease `new`; after a lost race what won is known here."""
    oid = write_blob(repo, msgspec.json.encode(new))
    if not terms.remote:
        return swap_ref(repo, new.task, oid, old)
    asked = (repo, terms.remote, new.task)
    if not push_ref(*asked, (old, oid), terms.timeout_s):
        fetch_ref(*asked, terms.timeout_s)
        # Where nothing came, the remote has none: it lost its refs, or the claim was local so far.
        if read_ref(repo, new.task).oid != old or not push_ref(*asked, ("", oid), terms.timeout_s):
            return False
    swap_ref(repo, new.task, oid, old)  # when it moved meanwhile, it was fetched and is newer
    return True


def _require(repo: Repo, seen: tuple[str, Lease], owner: str, token: str = "") -> Held:
    task, lease = seen
    held = held_lease(repo.state_dir, task)
    asked = token or (held.token if held else "")
    if not asked:
        raise LostError(f"this clone holds no claim of {task}", f"claim it: `openclaw task claim {task}`")
    if lease.token != asked or lease.owner != owner:
        raise _lost(task, lease)
    if held is None or held.token != asked:  # the token came from elsewhere
        return Held(task, lease.owner, lease.token, lease.expires, lease.made, lease.minutes)
    return held


def _lost(task: str, lease: Lease) -> LostError:
    if lease.owner:
        message = f"the claim of {task} is lost: {describe_holder(lease)} has it now, until {lease.expires}"
        hint = f"leave the task to them; `openclaw task show {task}` says how it stands"
    else:
        message = f"the claim of {task} is lost: it was given free"
        hint = f"claim it again: `openclaw task claim {task}`"
    return LostError(message, hint)


def _work_folder(repo: Repo) -> str:
    """Where the work will be done: this working tree, or the main one for who stands among the board's own files."""
    from openclaw_hooks.board.place import is_board

    top = repo.top
    if top and is_board(top, repo.common_dir) and os.path.basename(repo.common_dir) == ".git":
        top = os.path.dirname(repo.common_dir)
    return os.path.realpath(top) if top else ""


def _to_held(lease: Lease, task: TaskHead, repo: Repo, terms: Terms) -> Held:
    return Held(
        task=lease.task,
        owner=lease.owner,
        token=lease.token,
        expires=lease.expires,
        made=lease.made,
        minutes=lease.minutes,
        remote=terms.remote,
        worktree="" if terms.run else _work_folder(repo),
        session=find_session(),
        title=task.title,
        scope=task.scope,
        role=task.role,
        metric=task.metric,
        run=terms.run,
    )
