"""What each field of a file was before: an old value that turns up again is an old copy, not an edit."""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING, Final

from openclaw_hooks.board.merge.field_merge import STATE, shorten
from openclaw_hooks.board.merge.fields import describe_value
from openclaw_hooks.board.merge.reconcile import TASK_STATE, field_values
from openclaw_hooks.documents import DocumentError
from openclaw_hooks.tasks.markdown import FIELDS, parse_task
from openclaw_hooks.tasks.model import TASKS_FOLDER

if TYPE_CHECKING:
    from collections.abc import Mapping

    from openclaw_hooks.tasks.model import Task

Seen = dict[str, frozenset[str]]

WHOLE: Final = ""  # no key of a file: earlier contents as a whole
MAX_SEEN: Final = 256  # values of one field; the bucket itself remembers 64

_KEYS = re.compile(rb"^([^\s#:'\"\[{-][^:\n]*):", re.MULTILINE)
_KNOWN: Final = frozenset(name.encode() for name in FIELDS)
_FENCE: Final = b"---\n"


def grow_seen(path: str, seen: Mapping[str, frozenset[str]], old: bytes, new: bytes) -> Seen:
    """`seen` when `new` has come in the place of `old`: what `old` said is past, what `new` says is not."""
    if old == new:
        return dict(seen)
    grown = dict(seen)
    for name, (before, after) in changed_values(path, old, new).items():
        earlier = grown.get(name, frozenset()) - {after} | {before}
        grown[name] = earlier if len(earlier) <= MAX_SEEN else frozenset(sorted(earlier)[-MAX_SEEN:])
    return grown


def changed_values(path: str, old: bytes, new: bytes) -> dict[str, tuple[str, str]]:
    """The fields that differ between two versions of a file, with their values as `reconcile` remembers them.

    The whole content is one of them, under `WHOLE`. What of a version does not parse is not compared.
    """
    changed = {WHOLE: (content_digest(old), content_digest(new))}
    parts = (split_head(path, old), split_head(path, new))
    try:
        if parts[0] is None or parts[1] is None:
            return changed | _compare(path, old, new)
        (old_head, old_body), (new_head, new_body) = parts[0], parts[1]
        if old_head != new_head:
            changed |= _compare_tasks(parse_task(path, old), parse_task(path, new))
    except DocumentError:
        return changed
    if old_body != new_body:
        changed["body"] = (shorten(old_body.decode()), shorten(new_body.decode()))
    return changed


def content_digest(content: bytes) -> str:
    """A short name for a content."""
    return hashlib.blake2b(content, digest_size=12).hexdigest()


def split_head(path: str, content: bytes) -> tuple[bytes, bytes] | None:
    """Head and body of a task in the plain form that nearly all have; None for what takes the whole parser.

    The whole parser takes 350 us, which thousands of updates at once would feel; this one way through takes 40.
    """
    if not path.startswith(f"{TASKS_FOLDER}/") or not content.startswith(_FENCE) or b"\r" in content:
        return None
    end = content.find(b"\n" + _FENCE, len(_FENCE) - 1)
    if end < 0:
        return None
    head = content[len(_FENCE) : end + 1]
    if not _KNOWN.issuperset(_KEYS.findall(head)) or re.search(rb"^(?:---|['\"\[{?]|[^\s#:]+\s+:)", head, re.MULTILINE):
        return None
    return head, content[end + 1 + len(_FENCE) :]


def _compare_tasks(old: Task, new: Task) -> dict[str, tuple[str, str]]:
    changed: dict[str, tuple[str, str]] = {}
    for name in FIELDS:
        before, after = getattr(old, name), getattr(new, name)
        if before != after and name not in TASK_STATE:
            changed[name] = (shorten(describe_value(before)), shorten(describe_value(after)))
    states = [describe_value([describe_value(getattr(task, name)) for name in TASK_STATE]) for task in (old, new)]
    if states[0] != states[1]:
        changed[STATE] = (shorten(states[0]), shorten(states[1]))
    return changed


def _compare(path: str, old: bytes, new: bytes) -> dict[str, tuple[str, str]]:
    is_plan = not path.startswith(f"{TASKS_FOLDER}/")
    before, after = (field_values(content, is_plan=is_plan) for content in (old, new))
    names = [name for name in {**before, **after} if before.get(name, "") != after.get(name, "")]
    return {name: (before.get(name, ""), after.get(name, "")) for name in names}
