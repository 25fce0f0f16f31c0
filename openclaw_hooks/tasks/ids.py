"""Ids of tasks and plans: new ones, and the one that somebody means by a few characters."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from openclaw_hooks.errors import OpenclawError
from openclaw_hooks.tasks.model import PLAN_ID_PATTERN, TASK_ID_PATTERN

if TYPE_CHECKING:
    from collections.abc import Container, Iterable

TASK_PREFIX: Final = "T"
PLAN_PREFIX: Final = "P"
ID_CHARS: Final = "0123456789abcdefghjkmnpqrstvwxyz"  # no i, l, o, u: nobody misreads them or reads a word in them
_ID_LENGTH: Final = 6
_MAX_TRIES: Final = 1000  # far beyond bad luck: 2 ** 30 ids
_MAX_NAMED: Final = 5
_MISREAD: Final = str.maketrans("ilo", "110")  # what Crockford's base 32 reads them as
_TASK_ID = re.compile(TASK_ID_PATTERN)
_PLAN_ID = re.compile(PLAN_ID_PATTERN)
_PREFIXED = re.compile(r"(?i)[tp]-")


def new_id(prefix: str, taken: Container[str]) -> str:
    """A random id such as `T-4k2m9x` that `taken` (casefolded ids) does not hold; `prefix` is `T` or `P`.

    Raises OpenclawError when a thousand tries in a row are taken.
    """
    import secrets

    for _ in range(_MAX_TRIES):
        made = f"{prefix}-{''.join(secrets.choice(ID_CHARS) for _ in range(_ID_LENGTH))}"
        if made.casefold() not in taken and made not in taken:
            return made
    raise OpenclawError(f"no free id found in {_MAX_TRIES:,} tries", "archive old tasks: `openclaw task archive`")


def is_task_id(text: str) -> bool:
    """Whether `text` is an id of a task, exactly as files write it."""
    return _TASK_ID.fullmatch(text) is not None and not text.endswith("\n")


def is_plan_id(text: str) -> bool:
    """Whether `text` is an id of a plan, exactly as files write it."""
    return _PLAN_ID.fullmatch(text) is not None and not text.endswith("\n")


def find_id(text: str, known: Iterable[str]) -> str:
    """The id of `known` that `text` names: whole or its beginning, with or without `T-`, in any case.

    `i`, `l` and `o` are read as `1`, `1` and `0`. Raises OpenclawError, which names the ids that come nearest,
    when there is none or more than one.
    """
    ids = list(known)
    wanted = text.strip()
    if wanted in ids:
        return wanted
    found = sorted(name for name in ids if _begins(name, wanted))
    if len(found) == 1:
        return found[0]
    if found:
        raise OpenclawError(f"`{wanted}` could be {_name(found)}", "write more of the id")
    raise OpenclawError(f"there is no `{wanted}`", _nearest(wanted, ids))


def _begins(name: str, wanted: str) -> bool:
    if not wanted:
        return False
    with_prefix = _PREFIXED.match(wanted) is not None
    folded = wanted.casefold()
    start = folded[:2] + folded[2:].translate(_MISREAD) if with_prefix else folded.translate(_MISREAD)
    whole = name.casefold()
    return whole.startswith(start) if with_prefix else whole.partition("-")[2].startswith(start)


def _name(ids: list[str]) -> str:
    more = len(ids) - _MAX_NAMED
    return ", ".join(ids[:_MAX_NAMED]) + (f" or {more} more" if more > 0 else "")


def _nearest(wanted: str, ids: list[str]) -> str:
    import difflib

    folded = {name.casefold(): name for name in ids}
    is_plan = wanted[:2] in ("P-", "p-") or {name[:1] for name in ids} == {PLAN_PREFIX}
    written = wanted.casefold() if _PREFIXED.match(wanted) else f"{'p' if is_plan else 't'}-{wanted.casefold()}"
    near = difflib.get_close_matches(written, list(folded), n=3)
    if near:
        return f"nearest: {', '.join(folded[name] for name in near)}"
    return f"`openclaw {'plan' if is_plan else 'task'} list --all` shows them all"
