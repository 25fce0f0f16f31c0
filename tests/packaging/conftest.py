"""What packaging tests share: a copy of the source, an environment without the user's settings, programs run for real."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

# Settings by which package installers reach their index here.
NETWORK = ("PIP_", "UV_", "SSL_", "REQUESTS_CA", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "ALL_PROXY")

ROOT = Path(__file__).resolve().parent.parent.parent


class Workshop:
    """A folder with a home of its own in which programs run; pip's settings stay, the user's git settings do not."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        home = folder / "home"
        home.mkdir()
        kept = {key: value for key, value in os.environ.items() if key.upper().startswith(NETWORK)}
        self.env = {
            **kept,
            "PATH": os.environ["PATH"],
            "HOME": str(home),
            "XDG_CACHE_HOME": str(home / "cache"),
            "XDG_DATA_HOME": str(home / "data"),
            "PRE_COMMIT_HOME": str(home / "pre-commit"),
            "PREK_HOME": str(home / "prek"),
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_AUTHOR_NAME": "Ada",
            "GIT_AUTHOR_EMAIL": "ada@example.org",
            "GIT_COMMITTER_NAME": "Ada",
            "GIT_COMMITTER_EMAIL": "ada@example.org",
            "LC_ALL": "C.UTF-8",
            "NO_COLOR": "1",
        }

    def run(
        self, *words: str | Path, cwd: Path | None = None, check: bool = True, **env: str
    ) -> subprocess.CompletedProcess[str]:
        """Runs a program; its output is text, stdout and stderr kept apart."""
        done = subprocess.run(
            [str(word) for word in words],
            cwd=cwd or self.folder,
            env={**self.env, **env},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        assert not check or done.returncode == 0, f"{words}\n{done.stdout}\n{done.stderr}"
        return done

    def copy_source(self) -> Path:
        """A repository whose only commit holds this checkout as it is now: tracked and new files, ignored ones left out."""
        listing = self.run("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", cwd=ROOT).stdout
        target = self.folder / "source"
        for name in filter(None, listing.split("\0")):
            path = ROOT / name
            if path.is_file():
                (target / name).parent.mkdir(parents=True, exist_ok=True)
                (target / name).write_bytes(path.read_bytes())
                (target / name).chmod(path.stat().st_mode)
        for words in (["init", "-q", "-b", "main"], ["add", "-A"], ["commit", "-q", "-m", "chore: source"]):
            self.run("git", *words, cwd=target)
        return target


@pytest.fixture(scope="module")
def workshop(tmp_path_factory: pytest.TempPathFactory) -> Workshop:
    """One workshop for all tests of a module, since installing takes its time."""
    return Workshop(tmp_path_factory.mktemp("workshop"))
