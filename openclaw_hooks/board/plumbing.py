"""What the board asks of git: objects, refs and trees, in words that no setting of the user changes."""

from __future__ import annotations

import os
import re
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

from openclaw_hooks.git import call_git, foreign_env
from openclaw_hooks.process import require_success

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from openclaw_hooks.git import Repo
    from openclaw_hooks.process import Completed

# No hook and no file-watching program of the user runs, nothing is converted on its way, nothing is left out.
SETTINGS = (
    *("-c", f"core.hooksPath={os.devnull}"),
    *("-c", "core.fsmonitor=false"),
    *("-c", "core.autocrlf=false"),
    *("-c", "core.sparseCheckout=false"),
    *("-c", "core.fileMode=false"),
    *("-c", "core.ignoreCase=false"),
    *("-c", "fastimport.unpackLimit=100"),  # one pack per change would slow down every git command here
)

# Beyond what ties git to a running hook: what a receiving hook or a caller may have set.
FOREIGN = (
    *("GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_QUARANTINE_PATH", "GIT_NAMESPACE", "GIT_DEFAULT_HASH"),
    *("GIT_AUTHOR_DATE", "GIT_COMMITTER_DATE"),
)

REGULAR = "100644"

_CRASH_REPORT = re.compile(r"dumping crash report to .*(fast_import_crash_\d+)")

# Small commits pass through a pack that is unpacked at once: not worth compressing, a quarter of the time.
PASSING = ("-c", "pack.compression=0")
FEW_CHANGES = 30


class Identity(NamedTuple):
    """Who a commit says made it (`Name <mail>`), and when (`<seconds> <zone>`)."""

    author: str
    date: str


class Commit(NamedTuple):
    """A commit to be made on a branch: what it follows, what it changes, what it says."""

    ref: str
    parents: tuple[str, ...]
    changes: Mapping[str, bytes | None]
    message: str
    identity: Identity


class Written(NamedTuple):
    """What making a commit came to: its id (empty when the branch had moved) and the blobs its paths had before."""

    oid: str
    before: dict[str, str]
    complaint: str


class Difference(NamedTuple):
    """The blobs of one path in two trees; empty where it has none."""

    old: str
    new: str


def board_env() -> dict[str, str]:
    """The environment for git commands about the board, whichever repository's hook is running."""
    return {key: value for key, value in foreign_env().items() if key not in FOREIGN}


def call_store(repo: Repo, words: Sequence[str], *, stdin: bytes | None = None) -> Completed:
    """The outcome of a git command about objects, refs or settings of `repo`."""
    return call_git([*SETTINGS, f"--git-dir={repo.common_dir}", *words], stdin=stdin, env=board_env())


def ask_store(repo: Repo, words: Sequence[str], *, stdin: bytes | None = None) -> bytes:
    """The stdout of a git command about objects, refs or settings of `repo`; raises ProcessError."""
    return require_success(["git", *words], call_store(repo, words, stdin=stdin))


def call_worktree(top: str, words: Sequence[str], *, stdin: bytes | None = None) -> Completed:
    """The outcome of a git command inside the worktree at `top`, about its index and files."""
    return call_git([*SETTINGS, *words], cwd=top, stdin=stdin, env=board_env())


def ask_worktree(top: str, words: Sequence[str], *, stdin: bytes | None = None) -> bytes:
    """The stdout of a git command inside the worktree at `top`; raises ProcessError."""
    return require_success(["git", *words], call_worktree(top, words, stdin=stdin))


def read_ref(repo: Repo, ref: str) -> str:
    """The id that `ref` has, empty when there is none; by looking first, since a process costs more than the answer."""
    try:
        with open(os.path.join(repo.common_dir, ref), encoding="ascii") as stream:
            oid = stream.read().strip()
        if len(oid) in (40, 64) and oid.isalnum():
            return oid
    except (OSError, ValueError):
        pass  # packed, kept in another format, or absent
    done = call_store(repo, ["rev-parse", "--verify", "--quiet", ref])
    return done.stdout.decode().strip() if done.code == 0 else ""


def blob_id(repo: Repo, content: bytes) -> str:
    """The id that git gives to a blob of `content`."""
    text = b"blob %d\0" % len(content) + content
    if repo.object_format == "sha1":
        try:
            from _sha1 import sha1  # type: ignore[import-not-found]  # CPython's own, unknown to typeshed

            return str(sha1(text).hexdigest())
        except ImportError:
            pass  # a Python without it has OpenSSL's, which takes 3 ms to load
    import hashlib

    return hashlib.new(repo.object_format, text, usedforsecurity=False).hexdigest()


def tree_blobs(repo: Repo, treeish: str, folders: Sequence[str] = ()) -> dict[str, str]:
    """The regular files in a tree: path -> blob. Symlinks and submodules, which the board never has, are left out."""
    listing = ask_store(repo, ["ls-tree", "-r", "-z", "--full-tree", treeish, "--", *folders])
    blobs: dict[str, str] = {}
    for entry in listing.split(b"\0"):
        head, _, path = entry.partition(b"\t")
        words = head.decode().split()
        if len(words) == 3 and words[0].startswith("100"):
            blobs[os.fsdecode(path)] = words[2]
    return blobs


def diff_blobs(repo: Repo, old: str, new: str) -> dict[str, Difference] | None:
    """The regular files that differ between two commits; None when one of them is not there any more."""
    done = call_store(repo, ["diff-tree", "-r", "-z", "--raw", "--no-renames", "--no-abbrev", old, new, "--"])
    if done.code != 0:
        return None
    fields = done.stdout.split(b"\0")
    found: dict[str, Difference] = {}
    for head, path in zip(fields[::2], fields[1::2], strict=False):
        old_mode, new_mode, old_blob, new_blob, _ = head.decode().lstrip(":").split()
        found[os.fsdecode(path)] = Difference(_regular(old_mode, old_blob), _regular(new_mode, new_blob))
    return found


def _regular(mode: str, blob: str) -> str:
    return blob if mode.startswith("100") else ""


def read_contents(repo: Repo, blobs: Iterable[str]) -> dict[str, bytes]:
    """The contents of `blobs` by one process; those that are missing are left out."""
    wanted = list(dict.fromkeys(blob for blob in blobs if blob))
    if not wanted:
        return {}
    output = ask_store(repo, ["cat-file", "--batch"], stdin="\n".join(wanted).encode() + b"\n")
    contents: dict[str, bytes] = {}
    at = 0
    for blob in wanted:
        end = output.index(b"\n", at)
        words = output[at:end].split(b" ")
        at = end + 1
        if len(words) == 3 and words[1] != b"missing":
            contents[blob] = output[at : at + int(words[2])]
            at += int(words[2]) + 1
    return contents


def remote_names(repo: Repo) -> set[str]:
    """The paths on the boards of the remotes, as far as they have been fetched."""
    listing = ask_store(repo, ["for-each-ref", "--format=%(objectname)", "refs/remotes/*/openclaw/board"])
    return {path for oid in listing.decode().split() for path in tree_blobs(repo, oid)}


def make_commit(repo: Repo, commit: Commit) -> Written:
    """Writes blobs, trees and `commit`, and moves its branch from the first parent to it, all by one process.

    The branch moves only when what it points to is contained in the new commit: who came in between wins.
    """
    stream = [_commit_head(commit)]
    for path, content in commit.changes.items():
        stream.append(b"ls %s\n" % _quote(path))
        if content is None:
            stream.append(b"D %s\n" % _quote(path))
        else:
            stream.append(
                b"M %s inline %s\ndata %d\n" % (REGULAR.encode(), _quote(path), len(content)) + content + b"\n"
            )
    stream.append(b"\nget-mark :1\ndone\n")
    passing = PASSING if len(commit.changes) <= FEW_CHANGES else ()
    words = [*passing, "fast-import", "--quiet", "--done", "--date-format=raw"]
    done = call_store(repo, words, stdin=b"".join(stream))
    lines = done.stdout.splitlines()
    before: dict[str, str] = {}
    for path, line in zip(commit.changes, lines, strict=False):
        answer = line.split(b"\t", 1)[0].split(b" ")
        before[path] = answer[2].decode() if len(answer) == 3 and answer[1] == b"blob" else ""
    oid = lines[-1].decode() if done.code == 0 else ""
    return Written(oid, before, _take_complaint(repo, done.stderr))


def _take_complaint(repo: Repo, said: bytes) -> str:
    """What fast-import complains of, in one line; the report that it leaves beside the repository's files goes."""
    text = said.decode("utf-8", "replace")
    if found := _CRASH_REPORT.search(text):
        with suppress(OSError):
            os.unlink(os.path.join(repo.common_dir, found[1]))
    lines = [line.strip() for line in text.splitlines() if line.strip() and not _CRASH_REPORT.search(line)]
    return " ".join(lines).removeprefix("fatal: ").removeprefix("error: ")


def _commit_head(commit: Commit) -> bytes:
    who = f"{commit.identity.author} {commit.identity.date}".encode("utf-8", "replace")
    message = commit.message.encode("utf-8", "replace").replace(b"\0", b"")
    lines = [
        b"feature done",
        b"commit " + commit.ref.encode(),
        b"mark :1",
        b"author " + who,
        b"committer " + who,
        b"data %d" % len(message),
        message,
        *((b"merge " if number else b"from ") + parent.encode() for number, parent in enumerate(commit.parents)),
    ]
    return b"\n".join(lines) + b"\n"


def _quote(path: str) -> bytes:
    escaped = os.fsencode(path).replace(b"\\", b"\\\\").replace(b'"', b'\\"').replace(b"\n", b"\\n")
    return b'"' + escaped + b'"'
