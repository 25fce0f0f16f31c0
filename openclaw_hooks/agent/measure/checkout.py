"""A checkout for one run of a metric: a repository of its own, which knows the objects of the real one and none of its refs.

It is no worktree of the repository: the code under test runs in it, and whatever that asks of git there, to stage, to commit, to
set, to clean, cannot touch branches, settings, hooks or the index of anybody.
"""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING, Final, NamedTuple

from openclaw_hooks.agent.measure.overlay import drop_leaving_links, index_lines, lay_over, list_entries
from openclaw_hooks.board.plumbing import SETTINGS, ask_store, board_env
from openclaw_hooks.errors import OpenclawError
from openclaw_hooks.git import call_git
from openclaw_hooks.process import require_success

if TYPE_CHECKING:
    from collections.abc import Sequence

    from openclaw_hooks.agent.model import Frozen
    from openclaw_hooks.git import Repo

OWNER_FILE: Final = "openclaw-owner"  # in the checkout's own `.git`
MESSAGE: Final = "What is measured\n"
IDENTITY: Final = "openclaw <openclaw@localhost> 0 +0000"
CONFIG: Final = "[core]\n\trepositoryformatversion = {version}\n\tbare = false\n[gc]\n\tauto = 0\n[maintenance]\n\tauto = false\n{more}"


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
    index = os.path.join(git_dir, "index")
    _ask(repo, path, index, ["update-index", "-z", "--index-info"], index_lines(laid))
    _ask(repo, path, index, ["checkout-index", "--all", "--quiet", "-u"])
    _point_head(repo, git_dir, wanted.commit)


def remove_checkout(path: str) -> None:
    """Removes a checkout that `make_checkout` made; nothing where there is none. Raises OpenclawError for any other folder."""
    import shutil

    if not os.path.lexists(path):
        return
    git_dir = os.path.join(path, ".git")
    is_ours = not os.path.islink(path) and os.path.isdir(path)
    if not is_ours or not (os.path.lexists(os.path.join(git_dir, OWNER_FILE)) or not os.listdir(path)):
        raise OpenclawError(f"{path} is in the way, and no checkout of a metric", "look at it, and move it away")
    shutil.rmtree(path, onerror=_make_writable)


def _make_writable(function: object, path: str, _error: object) -> None:
    """Removes what a metric left without the permission to do so."""
    parent = os.path.dirname(path)
    with suppress(OSError):
        os.chmod(parent, 0o700)
        if os.path.isdir(path) and not os.path.islink(path):
            import shutil

            os.chmod(path, 0o700)
            shutil.rmtree(path)
        else:
            os.unlink(path)


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
    if raw.startswith((b'"', b"#")) or b"\n" in raw:
        escaped = raw.replace(b"\\", b"\\\\").replace(b'"', b'\\"').replace(b"\n", b"\\n")
        raw = b'"' + escaped + b'"'
    return raw + b"\n"


def _reachable_tags(repo: Repo, commit: str) -> bytes:
    """The tags that `commit` contains, for programs that ask git for a version."""
    return ask_store(repo, ["for-each-ref", "--format=%(objectname) %(refname)", f"--merged={commit}", "refs/tags"])


def _point_head(repo: Repo, git_dir: str, commit: str) -> None:
    """Has HEAD say what lies there, so that git finds nothing changed: the commit, or one on top of it with the frozen files."""
    words = ["-c", "core.hooksPath=/dev/null", f"--git-dir={git_dir}"]
    env = board_env()
    tree = require_success(["git", "write-tree"], call_git([*words, "write-tree"], env=env)).decode().strip()
    if tree == ask_store(repo, ["rev-parse", "--verify", f"{commit}^{{tree}}"]).decode().strip():
        return
    content = f"tree {tree}\nparent {commit}\nauthor {IDENTITY}\ncommitter {IDENTITY}\n\n{MESSAGE}".encode()
    written = call_git([*words, "hash-object", "-w", "-t", "commit", "--stdin"], env=env, stdin=content)
    with open(os.path.join(git_dir, "HEAD"), "wb") as stream:
        stream.write(require_success(["git", "hash-object"], written))


def _ask(repo: Repo, path: str, index: str, words: Sequence[str], stdin: bytes | None = None) -> None:
    """A git command about the files in `path`, with the settings of the repository as far as files are written by them."""
    settings = (*SETTINGS, "-c", "core.splitIndex=false", "-c", "core.untrackedCache=false", "-c", "core.symlinks=true")
    env = {**board_env(), "GIT_INDEX_FILE": index}
    done = call_git(
        [*settings, f"--git-dir={repo.common_dir}", f"--work-tree={path}", *words], cwd=path, stdin=stdin, env=env
    )
    require_success(["git", *words], done)
