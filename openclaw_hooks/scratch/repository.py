"""A repository to play in: its own home, git settings and server, all below one folder."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, NamedTuple

from openclaw_hooks.errors import OpenclawError
from openclaw_hooks.git import call_git
from openclaw_hooks.process import require_success, run_program
from openclaw_hooks.receipts import NOTES_REF
from openclaw_hooks.setup.interpreter import find_command

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from openclaw_hooks.process import Completed

# What a program needs of the outer environment: nothing that tells git, Python or this package anything.
KEPT = ("PATH", "TMPDIR", "TEMP", "TMP", "SYSTEMROOT", "COMSPEC", "PATHEXT", "LD_LIBRARY_PATH")
PERSON = "Demo Person"


class Scratch(NamedTuple):
    """The folders of a scratch repository, all absolute; `name` is that of the working tree's folder."""

    folder: str
    name: str = "orders"

    @property
    def repo(self) -> str:
        """The working tree."""
        return os.path.join(self.folder, self.name)

    @property
    def server(self) -> str:
        """The bare repository that is pushed to."""
        return os.path.join(self.folder, "server.git")

    def env(self, extra: Mapping[str, str] | None = None) -> dict[str, str]:
        """An environment that leads nowhere but into the scratch folder."""
        home = os.path.join(self.folder, "home")
        folders = {
            f"XDG_{name}_HOME": os.path.join(home, name.lower()) for name in ("CONFIG", "CACHE", "DATA", "STATE")
        }
        return {
            **{key: os.environ[key] for key in KEPT if key in os.environ},
            **folders,
            "HOME": home,
            "USERPROFILE": home,
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_CONFIG_GLOBAL": os.path.join(home, ".gitconfig"),
            "GIT_CEILING_DIRECTORIES": self.folder,
            "GIT_TERMINAL_PROMPT": "0",
            "LC_ALL": "C",
            "NO_COLOR": "1",
            **(extra or {}),
        }

    def call(self, *words: str, env: Mapping[str, str] | None = None, where: str = "") -> Completed:
        """The outcome of `git WORDS` in the working tree, or in `where`."""
        return call_git(words, cwd=where or self.repo, env=self.env(env))

    def ask(self, *words: str, where: str = "") -> str:
        """The stdout of `git WORDS`; raises ProcessError when it fails."""
        return require_success(["git", *words], self.call(*words, where=where)).decode("utf-8", "replace").strip()

    def write(self, path: str, content: str) -> None:
        """Put a file into the working tree."""
        target = os.path.join(self.repo, *path.split("/"))
        os.makedirs(os.path.dirname(target), exist_ok=True)
        with open(target, "w", encoding="utf-8", newline="\n") as stream:
            stream.write(content)

    def ref(self, name: str, where: str = "") -> str:
        """The id that a ref has in the working tree's repository or in `where`; empty when it has none."""
        return self.call("rev-parse", "--verify", "--quiet", name, where=where).stdout.decode().strip()

    def receipt_checks(self, commit: str, where: str = "") -> tuple[str, ...]:
        """The checks that the receipt of `commit` names; none when it has no receipt."""
        checks = _read_note(self.receipt(commit, where)).get("checks")
        return tuple(checks) if isinstance(checks, dict) else ()

    def receipt(self, commit: str, where: str = "") -> str:
        """The receipt of `commit` as git shows it; empty when there is none."""
        done = self.call("notes", f"--ref={NOTES_REF}", "show", commit, where=where)
        return done.stdout.decode("utf-8", "replace").strip() if done.code == 0 else ""


def _read_note(text: str) -> dict[str, object]:
    try:
        note = json.loads(text)
    except ValueError:
        return {}
    return note if isinstance(note, dict) else {}


def make_scratch(folder: str, files: Mapping[str, str]) -> Scratch:
    """A repository with `files` staged, and an empty server beside it; nothing is committed and no hook is there."""
    scratch = Scratch(os.path.realpath(folder))
    for path in (scratch.repo, os.path.join(scratch.folder, "home")):
        os.makedirs(path)
    scratch.ask("init", "--quiet", "--initial-branch=main")
    scratch.ask("init", "--quiet", "--bare", "--initial-branch=main", scratch.server)
    for key, value in (("user.name", PERSON), ("user.email", "demo@example.com"), ("commit.gpgSign", "false")):
        scratch.ask("config", key, value)
    # A server that refuses nothing by itself, so that whatever stops a push is the guard.
    scratch.ask("config", "receive.denyDeleteCurrent", "ignore", where=scratch.server)
    scratch.ask("remote", "add", "origin", scratch.server)
    for path, content in files.items():
        scratch.write(path, content)
    return scratch


def run_openclaw(scratch: Scratch, *words: str) -> str:
    """What `openclaw WORDS` prints in the scratch repository; raises OpenclawError when it fails."""
    done = call_openclaw(scratch, words)
    text = (done.stdout + done.stderr).decode("utf-8", "replace").strip()
    if done.code != 0:
        raise OpenclawError(f"`openclaw {' '.join(words)}` failed in the scratch repository: {text}")
    return text


def call_openclaw(
    scratch: Scratch, words: Sequence[str], where: str = "", env: Mapping[str, str] | None = None
) -> Completed:
    """The outcome of `openclaw WORDS` in the scratch repository, or in `where`."""
    return run_program(make_call(words), cwd=where or scratch.repo, env=scratch.env(env))


def make_call(words: Sequence[str]) -> list[str]:
    """What starts `openclaw WORDS` by this Python, whatever is on PATH."""
    command = find_command()
    return [command.python, *command.flags, "-c", "from openclaw_hooks.cli.app import main; main()", *words]
