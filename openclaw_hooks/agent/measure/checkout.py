"""A checkout for one run of a metric: a repository of its own, which knows the objects of the real one and none of its refs.

It is no worktree of the repository: the code under test runs in it, and whatever that asks of git there, to stage, to commit, to
set, to clean, cannot touch branches, settings, hooks or the index of anybody.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final, NamedTuple

from openclaw_hooks.agent.filters import filter_names, raw_options
from openclaw_hooks.agent.measure.overlay import drop_leaving_links, index_lines, lay_over, list_entries
from openclaw_hooks.agent.removal import remove_folder
from openclaw_hooks.board.plumbing import ask_store, board_env
from openclaw_hooks.errors import OpenclawError
from openclaw_hooks.files import display_path
from openclaw_hooks.git import call_git
from openclaw_hooks.process import ProcessError, require_success

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from openclaw_hooks.agent.measure.overlay import Entries, Entry
    from openclaw_hooks.agent.model import Frozen
    from openclaw_hooks.git import Repo

OWNER_FILE: Final = "openclaw-owner"  # in the checkout's own `.git`
ATTRIBUTES: Final = ".gitattributes"
MESSAGE: Final = "What is measured\n"
IDENTITY: Final = "openclaw <openclaw@localhost> 0 +0000"
CONFIG: Final = "[core]\n\trepositoryformatversion = {version}\n\tbare = false\n[gc]\n\tauto = 0\n[maintenance]\n\tauto = false\n{more}"

# No hook and no file-watching program of the user runs; what is converted on its way to disk is as the user has set it.
SETTINGS: Final = (
    *("-c", f"core.hooksPath={os.devnull}"),
    *("-c", "core.fsmonitor=false"),
    *("-c", "core.sparseCheckout=false"),
    *("-c", "core.splitIndex=false"),
    *("-c", "core.untrackedCache=false"),
    *("-c", "index.sparse=false"),
    *("-c", f"checkout.workers={os.cpu_count() or 1}"),
)


class Wanted(NamedTuple):
    """What a checkout is to hold: a commit, with what is frozen as in another, and paths that are left for links."""

    commit: str
    base: str
    frozen: Frozen
    shared: tuple[str, ...] = ()


def make_checkout(repo: Repo, path: str, wanted: Wanted) -> None:
    """Puts what is `wanted` into the folder `path`, which must not exist or be left over from a run that was killed.

    Raises OpenclawError, also when something else lies there.
    """
    remove_checkout(path)
    git_dir = os.path.join(path, ".git")
    os.makedirs(git_dir)
    with open(os.path.join(git_dir, OWNER_FILE), "w", encoding="ascii") as stream:
        stream.write(wanted.commit)
    base = list_entries(repo, wanted.base)
    attempt = base if wanted.commit == wanted.base else list_entries(repo, wanted.commit)
    laid = drop_leaving_links(repo, lay_over(attempt, base, wanted.frozen, wanted.shared), base)
    _make_git_dir(repo, git_dir, wanted.commit)
    place = _Place(repo, path)
    try:
        _write_files(place, laid, base)
    except (
        ProcessError
    ):  # a filter that has no server to ask: files then lie as they are stored, as in the agent's worktree
        place.raw = filter_names(repo.common_dir)
        if not place.raw:
            raise
        _write_files(place, laid, base)
    _point_head(repo, git_dir, wanted.commit)


def remove_checkout(path: str) -> bool:
    """Whether there was a checkout that `make_checkout` made, which is gone now; raises OpenclawError for any other folder."""
    if not os.path.lexists(path):
        return False
    is_folder = not os.path.islink(path) and os.path.isdir(path)
    is_ours = is_folder and os.path.lexists(os.path.join(path, ".git", OWNER_FILE))
    if not is_ours and not (is_folder and set(os.listdir(path)) <= {".git"} and not _holds_any(path)):
        raise OpenclawError(
            f"{display_path(path)} is no checkout of a metric: it stays", "look at it, and move it away"
        )
    remove_folder(path)
    return True


def _holds_any(path: str) -> bool:
    """Whether a folder holds a file, at whatever depth."""
    return any(names for _, _, names in os.walk(path))


class _Place:
    """The folder that files are written to, and git's commands about it; `raw` are filters that are left out."""

    def __init__(self, repo: Repo, path: str) -> None:
        self.repo = repo
        self.path = path
        self.raw: tuple[str, ...] = ()

    def ask(self, index: str, words: Sequence[str], stdin: bytes | None = None) -> None:
        """A git command about the files here, with the settings of the repository and an index of ours; raises ProcessError."""
        env = {**board_env(), "GIT_INDEX_FILE": os.path.join(self.path, ".git", index), "GIT_TERMINAL_PROMPT": "0"}
        call = [
            *SETTINGS,
            *raw_options(self.raw),
            f"--git-dir={self.repo.common_dir}",
            f"--work-tree={self.path}",
            *words,
        ]
        require_success(["git", *words], call_git(call, cwd=self.path, stdin=stdin, env=env))


def _write_files(place: _Place, laid: Entries, base: Mapping[str, Entry]) -> None:
    """Writes the files of `laid`, those that are as in `base` as they would be written there.

    How git writes a file (line ends, encodings, filters) is said by other files: an attempt that changes these must not change
    what is frozen. Git looks for them in the index first and then on disk, so the frozen ones are written while nothing else is there.
    """
    place.ask("index", ["update-index", "-z", "--index-info"], index_lines(laid))
    if _attributes(laid) == _attributes(base):
        place.ask("index", ["checkout-index", "--all", "--quiet", "--force", "-u"])
        return
    same = {path: entry for path, entry in laid.items() if base.get(path) == entry}
    place.ask("index.base", ["update-index", "-z", "--index-info"], index_lines(base))
    place.ask("index.base", ["checkout-index", "--quiet", "--force", "-z", "--stdin"], _lines(same))
    place.ask(
        "index", ["checkout-index", "--quiet", "--force", "-u", "-z", "--stdin"], _lines(laid.keys() - same.keys())
    )
    place.ask("index", ["update-index", "-q", "--really-refresh"])
    os.unlink(os.path.join(place.path, ".git", "index.base"))


def _attributes(entries: Mapping[str, Entry]) -> dict[str, Entry]:
    return {path: entry for path, entry in entries.items() if path.rpartition("/")[2] == ATTRIBUTES}


def _lines(paths: Iterable[str]) -> bytes:
    return b"".join(os.fsencode(path) + b"\0" for path in sorted(paths))


def _make_git_dir(repo: Repo, git_dir: str, commit: str) -> None:
    """The git folder of the checkout, with a HEAD that is no branch; written by hand, since a template could bring hooks."""
    for folder in ("objects/info", "objects/pack", "refs/heads", "refs/tags"):
        os.makedirs(os.path.join(git_dir, folder))
    is_sha1 = repo.object_format == "sha1"
    more = "" if is_sha1 else f"[extensions]\n\tobjectFormat = {repo.object_format}\n"
    files = {
        "config": CONFIG.format(version=0 if is_sha1 else 1, more=more).encode(),
        "objects/info/alternates": _quote_line(os.path.join(repo.common_dir, "objects")),
        "packed-refs": _reachable_tags(repo, commit),
        "HEAD": f"{commit}\n".encode(),
    }
    for name, content in files.items():
        with open(os.path.join(git_dir, name), "wb") as stream:
            stream.write(content)


def _quote_line(path: str) -> bytes:
    """A path as a line of an alternates file, which takes it in C quotes where it begins with one or holds a line end."""
    raw = os.fsencode(path)
    if b"\n" in raw:
        escaped = raw.replace(b"\\", b"\\\\").replace(b'"', b'\\"').replace(b"\n", b"\\n")
        raw = b'"' + escaped + b'"'
    return raw + b"\n"


def _reachable_tags(repo: Repo, commit: str) -> bytes:
    """The tags that `commit` contains, for programs that ask git for a version."""
    return ask_store(repo, ["for-each-ref", "--format=%(objectname) %(refname)", f"--merged={commit}", "refs/tags"])


def _point_head(repo: Repo, git_dir: str, commit: str) -> None:
    """Has HEAD say what lies there, so that git finds nothing changed: the commit, or one on top of it with the frozen files."""
    words = ["-c", f"core.hooksPath={os.devnull}", f"--git-dir={git_dir}"]
    env = board_env()
    tree = require_success(["git", "write-tree"], call_git([*words, "write-tree"], env=env)).decode().strip()
    if tree == ask_store(repo, ["rev-parse", "--verify", f"{commit}^{{tree}}"]).decode().strip():
        return
    content = f"tree {tree}\nparent {commit}\nauthor {IDENTITY}\ncommitter {IDENTITY}\n\n{MESSAGE}".encode()
    written = call_git([*words, "hash-object", "-w", "-t", "commit", "--stdin"], env=env, stdin=content)
    with open(os.path.join(git_dir, "HEAD"), "wb") as stream:
        stream.write(require_success(["git", "hash-object"], written))
