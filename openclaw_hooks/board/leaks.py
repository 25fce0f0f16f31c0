"""Secrets that would get onto the board: a task's file is as public as code, and sync runs no hook that could see them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from openclaw_hooks.errors import RefusedError
from openclaw_hooks.files import display_path

if TYPE_CHECKING:
    from collections.abc import Iterable

    from openclaw_hooks.board.edit import Edit
    from openclaw_hooks.git import Repo

# What commands write into a file by themselves; most changes are of nothing else, and need no search.
BY_COMMAND: Final = re.compile(rb"(?:status|owner|recovered_by|sync):[^\r\n]{0,80}|\s*")
HINT: Final = (
    "say where the secret is kept, not what it is; a harmless value: end the line with `pragma: allowlist secret`"
)


def refuse_leaks(edit: Edit) -> None:
    """Raises RefusedError when a change of `edit` would put a secret onto the board that it does not have yet."""
    # What other machines have on their boards already is no news here.
    olds = {path: edit.vouched.get(path) or edit.tracked(path) for path in edit.changes}
    doubtful = {path: new for path, new in edit.changes.items() if new and _says_more(new, olds[path])}
    leaks = [line for path, new in doubtful.items() for line in find_leaks(edit.board.repo, path, new, olds.values())]
    if leaks:
        raise RefusedError(f"nothing was written: {'; '.join(leaks)}", HINT)


def find_leaks(repo: Repo, path: str, new: bytes, olds: Iterable[bytes | None]) -> list[str]:
    """The secrets in `new` that none of `olds` has, each as `path:line: what it is`, as far as the settings look for them."""
    from openclaw_hooks.secrets.redact import mask
    from openclaw_hooks.secrets.scan import scan_text

    found = scan_text(new.decode("utf-8", "replace"), path)
    if not found:
        return []
    known = [old.decode("utf-8", "replace") for old in olds if old]
    fresh = [match for match in found if not any(match.secret in old for old in known)]
    if not fresh or _is_let_through(repo, path):
        return []
    return [f"{display_path(path)}:{match.line}: {match.description}: {mask(match.secret)}" for match in fresh]


def _says_more(new: bytes, old: bytes | None) -> bool:
    """Whether a line of `new` is neither in `old` nor one that commands write."""
    known = set(old.splitlines()) if old else set()
    return any(not BY_COMMAND.fullmatch(line) for line in new.splitlines() if line not in known)


def _is_let_through(repo: Repo, path: str) -> bool:
    from openclaw_hooks.globs import compile_globs
    from openclaw_hooks.settings import load_settings

    settings = load_settings(repo.top or repo.git_dir)
    return "secrets" in settings.checks.disable or compile_globs(settings.secrets.exclude).matches(path)
