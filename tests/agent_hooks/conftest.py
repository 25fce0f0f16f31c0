"""An agent that calls our hooks as its host would: the real command, JSON on stdin."""

from __future__ import annotations

import json
import os
import subprocess
from typing import TYPE_CHECKING, Any

import pytest

from tests.conftest import HOOK_PYTHON, Repository, keep_policy

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

Done = subprocess.CompletedProcess[str]


class Agent:
    """Calls hooks in a repository."""

    def __init__(self, repository: Repository, session: str = "5e551017-0000-4000-8000-000000000001") -> None:
        self.repository = repository
        self.path = repository.path
        self.session = session

    def send(self, event: str, host: str = "claude", **fields: Any) -> Done:
        """One call of `event`, with what every payload of Claude Code carries."""
        payload = {"session_id": self.session, "cwd": str(self.path), "hook_event_name": event, **fields}
        return self.raw(json.dumps(payload), host, event)

    def raw(self, stdin: str | bytes, *words: str, cwd: Path | None = None, **env: str) -> Done:
        """`openclaw-hook WORDS` with these bytes on stdin."""
        content = stdin.encode("utf-8", "surrogateescape") if isinstance(stdin, str) else stdin
        done = subprocess.run(
            [*HOOK_PYTHON, *words],
            check=False,
            cwd=cwd or self.path,
            env={**os.environ, "CLAUDECODE": "1", **env},
            input=content,
            capture_output=True,
        )
        out, err = (stream.decode("utf-8", "surrogateescape") for stream in (done.stdout, done.stderr))
        return subprocess.CompletedProcess(done.args, done.returncode, out, err)

    def use(self, tool: str, **tool_input: Any) -> Done:
        """PreToolUse of a tool."""
        return self.send("PreToolUse", tool_name=tool, tool_input=tool_input)

    def write(self, name: str, content: str) -> Done:
        """PreToolUse of Write."""
        return self.use("Write", file_path=str(self.path / name), content=content)

    def edit(self, name: str, old: str, new: str, **more: Any) -> Done:
        """PreToolUse of Edit."""
        return self.use("Edit", file_path=str(self.path / name), old_string=old, new_string=new, **more)

    def wrote(self, name: str) -> Done:
        """PostToolUse of Write."""
        return self.send("PostToolUse", tool_name="Write", tool_input={"file_path": str(self.path / name)})

    def log(self) -> list[dict[str, Any]]:
        """The audit log."""
        return self._lines("audit.jsonl")

    def sessions(self) -> list[dict[str, Any]]:
        """The session log."""
        return self._lines("sessions.jsonl")

    def _lines(self, name: str) -> list[dict[str, Any]]:
        common = self.repository.git("rev-parse", "--path-format=absolute", "--git-common-dir").stdout.strip()
        path = os.path.join(common, "openclaw", "logs", name)
        if not os.path.exists(path):
            return []
        with open(path, encoding="utf-8") as stream:
            return [json.loads(line) for line in stream]


@pytest.fixture
def make_agent() -> Callable[..., Agent]:
    """Makes an agent for a repository."""
    return Agent


@pytest.fixture
def agent(repository: Repository, plain_policy: Path) -> Agent:
    """An agent in a repository with one commit."""
    repository.stage("README.md", "# Project\n")
    repository.commit("docs: start")
    keep_policy(repository, plain_policy)
    return Agent(repository)


def blocked(done: Done) -> str:
    """The reason of a block, which must look as every host needs it."""
    assert (done.returncode, done.stdout) == (2, ""), done.stdout + done.stderr
    assert done.stderr.strip()
    return done.stderr


def silent(done: Done) -> None:
    """Nothing at all was said and the act goes on."""
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def context(done: Done, event: str) -> str:
    """The context that the model is given, in the smallest form that hosts take."""
    assert (done.returncode, done.stderr) == (0, "")
    answer = json.loads(done.stdout)
    assert list(answer) == ["hookSpecificOutput"]
    assert sorted(answer["hookSpecificOutput"]) == ["additionalContext", "hookEventName"]
    assert answer["hookSpecificOutput"]["hookEventName"] == event
    text: str = answer["hookSpecificOutput"]["additionalContext"]
    assert len(text) <= 10_000
    return text
