"""What the lead made of an edit that this node sent, brought onto the board."""

from __future__ import annotations

from openclaw_hooks.board.merge.field_merge import Conflict
from openclaw_hooks.board.merge.reconcile import WHOLE_FILE
from openclaw_hooks.files import display_path
from openclaw_hooks.mesh.mirror.lineage import WHOLE, changed_values, grow_seen, split_head
from openclaw_hooks.mesh.mirror.step import Base, Remote, Send, Step, Versions, make_records, sync_step


def answer_step(path: str, versions: Versions, sent: bytes, made_on: bytes | None = None) -> Step:
    """What follows when the mesh has judged the content `sent`, and `versions.remote` is what it made of it.

    What it did not take is in conflict records; what was edited here since is still to be sent. `made_on` is what
    `sent` was edited from, where the base may have moved on since: what came meanwhile was not removed by it.
    """
    base, _, remote = versions
    assert remote is not None  # a question without an answer is asked again
    refused: tuple[tuple[str, bytes], ...] = ()
    if base is not None and sent != remote.content:
        origin = base if made_on in (None, base.content) else Base(0, made_on or b"", base.seen)
        refused = _record_refused(path, origin, sent, remote)
    step = _step_from(path, versions, sent)
    told = (
        (f"{display_path(path)}: the lead did not take all of an edit; the rest is in conflicts/",) if refused else ()
    )
    return step._replace(records=(*refused, *step.records), reports=(*told, *step.reports))


def refusal_step(path: str, versions: Versions, sent: bytes, reason: str) -> Step:
    """What follows when the mesh refused the content `sent` altogether: its own stays, `sent` is kept in a record."""
    remote = versions.remote
    told = f"{display_path(path)}: the lead refused an edit: {reason}"
    if remote is None:
        return Step(reports=(f"{told}; it is not sent again as it is",))
    shown = [content.decode("utf-8", "replace") for content in (remote.content, sent)]
    records = make_records(path, [Conflict(WHOLE_FILE, "", *shown)])
    step = _step_from(path, versions, sent)
    return step._replace(records=(*records, *step.records), reports=(f"{told}; it is in conflicts/", *step.reports))


def request_id(path: str, send: Send) -> str:
    """The id of the request that carries `send`: the same each time, so that a repetition counts once."""
    import hashlib

    text = b"\0".join((path.encode(), str(send.revision).encode(), send.base or b"", send.content))
    return hashlib.sha256(text).hexdigest()[:16]


def _step_from(path: str, versions: Versions, sent: bytes) -> Step:
    """The step from `sent`, which has been judged: only what differs from it is an edit that the mesh has not heard of.

    What of it the mesh never had is no earlier value: whoever writes that again means it.
    """
    base, local, remote = versions
    assert remote is not None  # its callers looked
    judged = _base_of(path, base, sent, remote)
    step = sync_step(path, Versions(judged, local, remote), leads=False)
    found = step.base or judged
    if base is not None and sent != remote.content:
        found = found._replace(seen=grow_seen(path, base.seen, base.content, remote.content))
    return step._replace(base=found)


def _base_of(path: str, base: Base | None, sent: bytes, remote: Remote) -> Base:
    revision = remote.revision if remote.content == sent else 0
    return Base(revision, sent, grow_seen(path, base.seen, base.content, sent) if base else {})


def _record_refused(path: str, base: Base, sent: bytes, remote: Remote) -> tuple[tuple[str, bytes], ...]:
    judged = sync_step(path, Versions(base, sent, remote), leads=False)
    if judged.send is None:
        return judged.records
    wanted = judged.send.content
    left = sorted(name for name in changed_values(path, remote.content, wanted) if name != WHOLE)
    shown = [content.decode("utf-8", "replace") for content in (remote.content, wanted)]
    parts = split_head(path, remote.content), split_head(path, wanted)
    if "body" in left and parts[0] and parts[1]:
        bodies = [part[1].decode("utf-8", "replace") for part in (parts[0], parts[1])]
        if _list_lines(bodies[0]) == _list_lines(bodies[1]):
            left.remove("body")
        elif left == ["body"]:
            shown = bodies
    conflict = Conflict(left[0] if len(left) == 1 else WHOLE_FILE, "", *shown)
    return (*judged.records, *make_records(path, [conflict] if left else []))


def _list_lines(body: str) -> list[str]:
    """What a text says wherever it says it: sections in another order, or with other blank lines, are no loss."""
    return sorted(line for line in body.splitlines() if line.strip())
