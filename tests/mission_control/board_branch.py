"""A board's branch made commit by commit, as fast as git can, without a worktree."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

REF = "refs/heads/openclaw/board"


def task_text(task: str, **fields: str) -> str:
    """A task file with these lines in its head."""
    lines = {"id": task, "title": f"Title of {task}", "status": "queued", **fields}
    return "---\n" + "".join(f"{key}: {value}\n" for key, value in lines.items()) + "---\n\nText.\n"


def commit_board(
    root: Path,
    moment: int,
    changes: dict[str, str | bytes | None],
    subject: str = "change",
    parents: tuple[str, ...] = (),
) -> str:
    """The commit that puts `changes` (None deletes) on the board's branch, or on top of `parents`."""
    known = subprocess.run(
        ["git", "rev-parse", "-q", "--verify", REF], cwd=root, capture_output=True, text=True, check=False
    )
    heads = parents or tuple(filter(None, [known.stdout.strip()]))
    message = subject.encode()
    lines = [b"reset %s\n" % REF.encode()] if not heads else []
    lines.append(
        b"commit %s\nmark :1\ncommitter Ada <ada@example.com> %d +0000\ndata %d\n%s\n"
        % (REF.encode(), moment, len(message), message)
    )
    lines += [b"%s %s\n" % (b"merge" if number else b"from", head.encode()) for number, head in enumerate(heads)]
    for path, text in changes.items():
        if text is None:
            lines.append(b"D %s\n" % path.encode())
        else:
            content = text.encode() if isinstance(text, str) else text
            lines.append(b"M 100644 inline %s\ndata %d\n%s\n" % (path.encode(), len(content), content))
    lines.append(b"get-mark :1\n")
    done = subprocess.run(
        ["git", "fast-import", "--quiet", "--force"], cwd=root, input=b"".join(lines), capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout.decode().strip()
