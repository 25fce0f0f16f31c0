"""Sites built once for all workers of a test run, and a server for them."""

from __future__ import annotations

import fcntl
import json
import os
import subprocess
import sys
import threading
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROOT = Path(__file__).parents[2]
NOW = 1_795_348_800.0  # 2026-11-22T16:00:00Z: the same boards in each run


class Site(NamedTuple):
    """A built site: its folder, the repository it was made of, and where it is served."""

    folder: Path
    repo: Path
    origin: str = ""

    def url(self, page: str, query: str = "") -> str:
        """The address of one of our pages on the server."""
        return f"{self.origin}/{self._path(page)}{query}"

    def file_url(self, page: str, query: str = "") -> str:
        """The address of the page's file."""
        return f"{(self.folder / self._path(page)).as_uri()}{query}"

    def text(self, path: str) -> str:
        """What a file of the site says."""
        return (self.folder / path).read_text()

    def put(self, name: str) -> Any:
        """The value that a data script puts."""
        text = self.text(f"openclaw/data/{name}.js")
        return json.loads(text[text.index(",") + 1 : text.rindex(")")])

    def _path(self, page: str) -> str:
        name = "index" if page == "overview" else page
        flat = f"openclaw/{name}.html"
        return flat if (self.folder / flat).exists() else f"openclaw/{name}/index.html"


def openclaw_argv(*words: str) -> list[str]:
    """How a command of ours is started."""
    return [sys.executable, "-P", "-m", "openclaw_hooks.cli", *words]


def command_env(home: Path) -> dict[str, str]:
    """The environment of a command of ours, with nothing of this machine's settings."""
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "PYTHONPATH": str(ROOT),
        "LC_ALL": "C.UTF-8",
        "NO_COLOR": "1",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
        "OPENCLAW_NODE_ID": "mara",
    }


def run_openclaw(folder: Path, home: Path, *words: str, now: float | None = None) -> subprocess.CompletedProcess[str]:
    """Runs a command of ours in `folder`; a site that it builds says that it was built `now`."""
    env = command_env(home) if now is None else {**command_env(home), "SOURCE_DATE_EPOCH": str(int(now))}
    argv = openclaw_argv(*words)
    return subprocess.run(argv, cwd=folder, env=env, capture_output=True, text=True, check=False, timeout=180)


def build_shared(shared: Path, name: str, make: Callable[[Path, float], str]) -> Site:
    """The site `name`, made by the first worker that asks for it."""
    top = shared / "sites" / name
    top.mkdir(parents=True, exist_ok=True)
    site = Site(top / "site", top / "repo")
    with (top / "lock").open("w") as stream:
        fcntl.flock(stream, fcntl.LOCK_EX)
        if not (top / "done").exists():
            make(site.repo, NOW)
            built = run_openclaw(site.repo, top, "site", "build", "--out", str(site.folder), now=NOW)
            (top / "log").write_text(built.stdout + built.stderr)
            assert built.returncode == 0, built.stdout + built.stderr
            (top / "done").touch()
    return site


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Nothing: what the browser asks for is noted there."""


@contextmanager
def serve(site: Site) -> Iterator[Site]:
    """The site with a server for it on this machine."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(site.folder)))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield site._replace(origin=f"http://127.0.0.1:{server.server_address[1]}")
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
