"""Our block of ignored paths in a repository's exclude file."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

BLOCK_START = b"# >>> openclaw-hooks >>>"
BLOCK_END = b"# <<< openclaw-hooks <<<"
BOARD = "/.openclaw/board"  # without a slash behind it: in other worktrees it is a link
WORKTREES = "/.openclaw/worktrees/"  # of agent runs
IGNORED = (BOARD, WORKTREES)


def add_block(content: bytes | None, ignored: Sequence[str] = IGNORED) -> bytes:
    """An exclude file with our block in it: in place where it has one, else at the end."""
    lines = (BLOCK_START, *(pattern.encode("utf-8", "surrogateescape") for pattern in ignored), BLOCK_END)
    block = b"\n".join(lines) + b"\n"
    text = content or b""
    if found := _find_block(text):
        return text[: found[0]] + block + text[found[1] :]
    return text + (b"\n" if text and not text.endswith(b"\n") else b"") + block


def remove_block(content: bytes) -> bytes:
    """An exclude file without our block."""
    found = _find_block(content)
    return content[: found[0]] + content[found[1] :] if found else content


def ignore_board(content: bytes | None, ignored: Sequence[str] = IGNORED) -> bytes:
    """An exclude file in which our block, with all else that it holds, keeps board and worktrees out of `git status`."""
    text = content or b""
    found = _find_block(text)
    held = text[found[0] : found[1]].decode("utf-8", "surrogateescape").splitlines()[1:-1] if found else []
    if all(pattern in held for pattern in ignored):
        return text
    ours = {pattern.rstrip("/") for pattern in ignored}
    others = [line for line in held if line.rstrip("/") not in ours]
    return add_block(content, [*ignored, *others])


def _find_block(content: bytes) -> tuple[int, int] | None:
    start = content.find(BLOCK_START)
    end = content.find(BLOCK_END, start)
    if start < 0 or end < 0:
        return None
    after = content.find(b"\n", end)
    return start, len(content) if after < 0 else after + 1
