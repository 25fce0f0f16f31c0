from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

import pytest

from openclaw_hooks import git
from openclaw_hooks.agent.judge.check import check_attempt
from openclaw_hooks.agent.judge.ground import Ground, read_ground
from openclaw_hooks.agent.model import Found, Snapshot, Stat
from openclaw_hooks.tasks.model import Status, Task

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.conftest import Repository

    Files = (
        Mapping[str, str | bytes | None] | Mapping[bytes, str | bytes | None] | Mapping[str | bytes, str | bytes | None]
    )


RULE = """\
---
id: house
version: 1.0.0
tier: project
checks:
  - {type: forbid, id: no-print, pattern: '\\bprint\\(', message: print in code}
  - {type: require-companion, id: tested, for: ['src/lib/*.py'], needs: ['src/tests/test_{stem}.py'], message: no test}
---
# House rules
"""
ROLE = """\
id: writer
version: 1.0.0
name: Writer
required_outputs:
  - {type: file_match, pattern: "src/RESULT.md", description: the result}
  - {type: content_check, pattern: "src/RESULT.md", check: "(?m)^Verdict:", description: a verdict}
forbidden_patterns:
  - {pattern: "lorem ipsum", in: "**/*.md", description: filler}
"""


def make_task(**fields: object) -> Task:
    """A task, in the scope `src/` when nothing else is said."""
    known: dict[str, object] = {"id": "T-aaaaaa", "title": "Count things", "status": Status.RUNNING, "scope": ("src/",)}
    known |= fields
    return Task(**known)  # type: ignore[arg-type]  # tests pass what fits


class Bench:
    """A repository whose commits are written as objects alone, and what the checks say to them."""

    def __init__(self, repository: Repository) -> None:
        self.repository = repository
        self.repo = git.open_repo(str(repository.path))
        self.base = ""
        self.grounds: dict[tuple[str, Task], Ground] = {}

    def commit(self, files: Files, parent: str = "", message: str = "chore: it", second: str = "") -> str:
        """A commit on `parent` with `files` changed (None: removed), which no ref names and nobody has checked out."""
        told = message.encode()
        lines = [
            b"commit refs/bench\ncommitter Ada <ada@example.org> 1700000000 +0000\ndata %d\n%b\n" % (len(told), told)
        ]
        if parent:
            lines.append(b"from %b\n" % parent.encode())
        if second:
            lines.append(b"merge %b\n" % second.encode())
        for name, content in files.items():
            path = b'"' + b"".join(b"\\%03o" % byte for byte in os.fsencode(name)) + b'"'
            if content is None:
                lines.append(b"D %b\n" % path)
                continue
            mode, text = (b"120000", content[5:]) if content[:5] in ("link:", b"link:") else (b"100644", content)
            written = text.encode() if isinstance(text, str) else text
            lines.append(b"M %b inline %b\ndata %d\n%b\n" % (mode, path, len(written), written))
        script = b"feature done\n" + b"".join(lines) + b"\nget-mark :1\ndone\n"
        script = script.replace(b"commit refs/bench\n", b"commit refs/bench\nmark :1\n")
        done = subprocess.run(
            ["git", "fast-import", "--quiet", "--force"],
            input=script,
            cwd=self.repository.path,
            check=True,
            capture_output=True,
        )
        subprocess.run(["git", "update-ref", "-d", "refs/bench"], cwd=self.repository.path, check=True)
        return done.stdout.decode().strip()

    def start(self, files: Files) -> str:
        """The base of the attempts to come, which is checked out too."""
        first: dict[str | bytes, str | bytes | None] = {"src/app.py": "x = 1\n"}
        first.update(files)  # type: ignore[arg-type]  # keys of either kind
        self.base = self.commit(first)
        self.repository.git("update-ref", "refs/heads/main", self.base)
        self.repository.git("reset", "-q", "--hard")
        return self.base

    def ground(self, task: Task) -> Ground:
        """The ground for attempts at `task` from the base."""
        key = (self.base, task)
        if key not in self.grounds:
            self.grounds[key] = read_ground(str(self.repository.path), task, "claude")
        return self.grounds[key]

    def snapshot(self, files: Files, own_head: str = "") -> Snapshot:
        """What an attempt left that changed `files`, as a runner takes it: with the agent's own last commit behind it."""
        commit = self.commit(files, self.base, second=own_head)
        tree = self.repository.git("rev-parse", f"{commit}^{{tree}}").stdout.strip()
        return Snapshot(commit=commit, tree=tree, base=self.base, own_head=own_head, stat=Stat(files=len(files)))

    def check(
        self,
        files: Files,
        task: Task | None = None,
        *,
        spoken: str = "",
        own_head: str = "",
    ) -> tuple[Found, ...]:
        """What is found in an attempt that changed `files`."""
        task = task or make_task()
        return check_attempt(self.repo, self.ground(task), task, self.snapshot(files, own_head), spoken)

    def errors(self, files: Files, task: Task | None = None) -> list[tuple[str, str]]:
        """The errors among them, as check and path."""
        return [(found.check, found.path) for found in self.check(files, task) if found.is_error]


@pytest.fixture
def bench(repository: Repository, monkeypatch: pytest.MonkeyPatch) -> Bench:
    """A bench whose base has one source file; this process stands in its repository, as a runner does."""
    monkeypatch.chdir(repository.path)
    made = Bench(repository)
    made.start({})
    return made
