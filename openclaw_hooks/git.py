"""The only place that calls git: one function per question asked.

Inside a hook git sets GIT_DIR, GIT_INDEX_FILE and the like; they are kept, since `git commit FILE` and
`git commit -a` stage into an index of their own that only GIT_INDEX_FILE names. Calls about another
repository go through `foreign_env`.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from openclaw_hooks.errors import OpenclawError
from openclaw_hooks.process import Completed, require_success, run_program, stream_program

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

# The hash of the tree without entries, per object format (git hash-object -t tree /dev/null).
EMPTY_TREES = {
    "sha1": "4b825dc642cb6eb9a060e54bf8d69288fbee4904",
    "sha256": "6ef19b41225c5369f1c104d45d8d85efa9b057b53b14b4b9b939dd74decc5321",
}

# Raw lines first, then patches without context, in one process. --text: an attribute or a NUL byte must
# not hide a file. Quoted paths (core.quotePath) keep a path with a newline on one line.
DIFF_OPTIONS = (
    "-r",
    "--raw",
    "-p",
    "-U0",
    "-M",
    "--text",
    "--no-abbrev",
    "--no-color",
    "--no-ext-diff",
    "--no-textconv",
    "--inter-hunk-context=0",
    "--no-relative",
    "--ignore-submodules=none",
    "--submodule=short",
)

# What users may have set that changes how git writes what is parsed here.
SETTINGS = ("-c", "core.quotePath=true", "-c", "log.showSignature=false")


class NotARepositoryError(OpenclawError):
    """There is no git repository here."""


class Repo(NamedTuple):
    """A repository as git sees it from a folder; all paths absolute, `top` empty when bare."""

    top: str
    git_dir: str
    common_dir: str
    object_format: str
    head: str

    @property
    def empty_tree(self) -> str:
        """The id of the tree without entries."""
        return EMPTY_TREES[self.object_format]

    @property
    def state_dir(self) -> str:
        """Where this program keeps machine state: shared by all worktrees, never committed."""
        return os.path.join(self.common_dir, "openclaw")


def call_git(
    words: Sequence[str],
    *,
    cwd: str | None = None,
    stdin: bytes | None = None,
    env: dict[str, str] | None = None,
    timeout_s: float | None = None,
) -> Completed:
    """The outcome of `git WORDS`; raises ProcessError only when git cannot be started or takes too long."""
    argv = ["git", *SETTINGS, *words]
    return run_program(argv, cwd=cwd, stdin=stdin, env=_plain_env(env or os.environ), timeout_s=timeout_s)


def _plain_env(env: Mapping[str, str]) -> dict[str, str]:
    """`env` so that git shows what is really stored: GIT_DIFF_OPTS would add context to `-U0`, and a replaced or
    grafted commit would be checked in place of the one that is pushed.
    """
    plain = {key: value for key, value in env.items() if key != "GIT_DIFF_OPTS"}
    nowhere = os.path.join(os.devnull, "none")
    return {**plain, "GIT_OPTIONAL_LOCKS": "0", "GIT_NO_REPLACE_OBJECTS": "1", "GIT_GRAFT_FILE": nowhere}


def ask_git(words: Sequence[str], *, cwd: str | None = None, stdin: bytes | None = None) -> bytes:
    """The stdout of `git WORDS`; raises ProcessError with command, exit code and stderr."""
    return require_success(["git", *words], call_git(words, cwd=cwd, stdin=stdin))


def foreign_env() -> dict[str, str]:
    """The environment without what ties git to the repository whose hook is running."""
    local = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_COMMON_DIR", "GIT_OBJECT_DIRECTORY")
    return {key: value for key, value in os.environ.items() if key not in local}


def open_repo(cwd: str | None = None) -> Repo:
    """The repository around `cwd`; raises NotARepositoryError when there is none."""
    where = ["--absolute-git-dir", "--path-format=absolute", "--git-common-dir", "--show-object-format", "HEAD"]
    done = call_git(["rev-parse", "--show-toplevel", *where], cwd=cwd)
    lines = [os.fsdecode(line) for line in done.stdout.splitlines()]
    if len(lines) == 5:
        return Repo(lines[0], lines[1], lines[2], lines[3], _born(lines[4]))
    if len(lines) > 5:  # a line end in a path: one question at a time
        asked = [
            call_git(["rev-parse", "--path-format=absolute", word], cwd=cwd) for word in ("--show-toplevel", *where)
        ]
        top, git_dir, _, common_dir, object_format, head = (
            os.fsdecode(answer.stdout.removesuffix(b"\n")) for answer in asked
        )
        return Repo(top, git_dir, common_dir, object_format, _born(head))
    done = call_git(["rev-parse", *where], cwd=cwd)  # a bare repository has no top level
    lines = [os.fsdecode(line) for line in done.stdout.splitlines()]
    if len(lines) == 4:
        return Repo("", lines[0], lines[1], lines[2], _born(lines[3]))
    reason = done.stderr.decode("utf-8", "replace").strip().removeprefix("fatal: ").splitlines()
    raise NotARepositoryError(reason[0] if reason else "not a git repository", "run `git init`, or change folder")


def _born(head: str) -> str:
    return "" if head == "HEAD" else head  # rev-parse echoes what it cannot resolve


def staged_diff(repo: Repo, base: str = "") -> bytes:
    """What is staged against `base` (HEAD by default, the empty tree before the first commit)."""
    against = base or repo.head or repo.empty_tree
    return ask_git(["diff-index", "--cached", *DIFF_OPTIONS, against, "--"])


def tree_diff(repo: Repo, old: str, new: str) -> bytes:
    """What leads from tree-ish `old` (empty: nothing) to tree-ish `new`."""
    return ask_git(["diff-tree", *DIFF_OPTIONS, old or repo.empty_tree, new, "--"])


def changed_names(repo: Repo, old: str, new: str = "") -> set[str]:
    """The paths that differ between `old` and `new`, or between `old` and the index."""
    words = ["diff-tree", "-r", old, new] if new else ["diff-index", "--cached", old]
    return split_paths(ask_git([*words, "-z", "--name-only", "--no-renames", "--"]))


def split_paths(listing: bytes) -> set[str]:
    """The paths of a NUL-separated listing."""
    return {os.fsdecode(path) for path in listing.split(b"\0") if path}


def merge_heads(repo: Repo) -> list[str]:
    """The commits being merged into HEAD right now.

    While pre-merge-commit runs there is no MERGE_HEAD yet; git then names them in GITHEAD_<id> variables.
    """
    try:
        with open(os.path.join(repo.git_dir, "MERGE_HEAD"), encoding="ascii") as stream:
            return stream.read().split()
    except OSError:
        named = (key.removeprefix("GITHEAD_") for key in os.environ if key.startswith("GITHEAD_"))
        return [oid for oid in named if len(oid) in (40, 64) and oid != repo.head]


def read_blobs(oids: Iterable[str]) -> dict[str, bytes]:
    """The contents of the blobs `oids` by one `git cat-file --batch`; raises ProcessError for a missing one."""
    wanted = list(dict.fromkeys(oids))
    if not wanted:
        return {}
    output = ask_git(["cat-file", "--batch"], stdin="\n".join(wanted).encode() + b"\n")
    blobs: dict[str, bytes] = {}
    at = 0
    for oid in wanted:
        end = output.index(b"\n", at)
        words = output[at:end].split(b" ")
        if len(words) != 3:
            raise OpenclawError(f"git has no object {oid}", "run `git fsck`")
        size = int(words[2])
        blobs[oid] = output[end + 1 : end + 1 + size]
        at = end + 2 + size
    return blobs


def object_types(oids: Sequence[str]) -> dict[str, str]:
    """What each of `oids` is: commit, tree, blob, tag, or missing."""
    if not oids:
        return {}
    output = ask_git(["cat-file", "--batch-check=%(objecttype)"], stdin="\n".join(oids).encode() + b"\n")
    return {oid: line.split(b" ")[-1].decode() for oid, line in zip(oids, output.split(b"\n"), strict=False)}


def index_tree() -> str:
    """The id of the tree that a commit of the index would have; empty while paths are unmerged."""
    done = call_git(["write-tree"])
    return done.stdout.decode().strip() if done.code == 0 else ""


def list_index(pathspecs: Sequence[str] = ()) -> set[str]:
    """The paths in the index."""
    return split_paths(ask_git(["ls-files", "-z", "--cached", "--full-name", "--", *pathspecs]))


def list_tree(treeish: str) -> set[str]:
    """The paths in the tree of `treeish`."""
    return split_paths(ask_git(["ls-tree", "-r", "-z", "--name-only", "--full-tree", treeish]))


def list_worktree(folder: str, pathspecs: Sequence[str] = ()) -> list[str]:
    """Tracked and untracked paths below `folder`, relative to it, ignore rules honoured."""
    words = ["ls-files", "-z", "--cached", "--others", "--exclude-standard", "--deduplicate", "--", *pathspecs]
    return sorted(split_paths(ask_git(words, cwd=folder)))


def list_uncommitted(pathspecs: Sequence[str]) -> set[str]:
    """The paths among `pathspecs` that differ from HEAD on disk or in the index, untracked ones included."""
    words = ["status", "--porcelain=v1", "-z", "--no-renames", "--untracked-files=all", "--", *pathspecs]
    return {os.fsdecode(entry[3:]) for entry in ask_git(words).split(b"\0") if entry}


def list_unwatched(pathspecs: Sequence[str]) -> set[str]:
    """The paths among `pathspecs` on disk of which `status` says nothing: ignored, assume-unchanged, skip-worktree."""
    ignored = ["ls-files", "-z", "--others", "--ignored", "--exclude-standard", "--full-name", "--", *pathspecs]
    listed = ask_git(["ls-files", "-z", "-v", "--full-name", "--", *pathspecs]).split(b"\0")
    flagged = {os.fsdecode(entry[2:]) for entry in listed if entry[:1] == b"S" or entry[:1].islower()}
    return split_paths(ask_git(ignored)) | {path for path in flagged if os.path.lexists(path)}


def commit_parents(commit: str) -> list[str]:
    """The parents of `commit`, first parent first."""
    return ask_git(["rev-list", "--parents", "-n1", commit, "--"]).decode().split()[1:]


def commit_tree(commit: str) -> str:
    """The tree of `commit`."""
    return ask_git(["rev-parse", "--verify", f"{commit}^{{tree}}"]).decode().strip()


def commit_message(commit: str) -> str:
    """The raw message of `commit`, in UTF-8 as far as git can tell."""
    return ask_git(["log", "-1", "--format=%B", "--encoding=UTF-8", commit, "--"]).decode("utf-8", "replace")


def resolve_commit(name: str) -> str:
    """The id of the commit that `name` means; raises OpenclawError when there is none."""
    done = call_git(["rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}"])
    if done.code != 0:
        raise OpenclawError(f"`{name}` is no commit in this repository", "see `git log --oneline --all`")
    return done.stdout.decode().strip()


def find_ref(name: str, *, cwd: str | None = None) -> str:
    """The commit that the ref with the full name `name` leads to; empty where there is none."""
    done = call_git(["rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}"], cwd=cwd)
    return done.stdout.decode().strip() if done.code == 0 else ""


def merge_base(one: str, other: str, *, cwd: str | None = None) -> str:
    """The best common ancestor of two commits; empty where they have none."""
    done = call_git(["merge-base", one, other], cwd=cwd)
    return done.stdout.decode().strip() if done.code == 0 else ""


def before_trailer(tip: str, key: str, value: str, *, cwd: str | None = None) -> str:
    """The first commit behind `tip`, by first parents, without the trailer `key: value`; empty when all have it."""
    form = f"--format=tformat:%H%x00%(trailers:key={key},valueonly,unfold,separator=%x00)"
    for line in ask_git(["log", "--first-parent", form, tip, "--"], cwd=cwd).removesuffix(b"\n").split(b"\n"):
        commit, *values = line.decode("utf-8", "replace").split("\0")
        if value not in values:
            return commit
    return ""


def readable_diff(repo: Repo, old: str, new: str, max_bytes: int) -> bytes:
    """What leads from commit `old` (empty: nothing) to `new`, as people read it: figures, then patches; its first bytes."""
    words = [
        "diff-tree",
        "-r",
        "--patch-with-stat",
        "-M",
        "--no-color",
        "--no-ext-diff",
        "--no-textconv",
        "--no-relative",
    ]
    argv = ["git", *SETTINGS, "-C", repo.top or repo.git_dir, *words, old or repo.empty_tree, new, "--"]
    taken = b""
    for chunk in stream_program(argv, env=_plain_env(os.environ)):
        taken += chunk
        if len(taken) >= max_bytes:
            break
    return taken[:max_bytes]


def list_commits(words: Sequence[str]) -> list[str]:
    """The commits that `git rev-list WORDS` names, oldest first."""
    return ask_git(["rev-list", "--reverse", "--topo-order", *words]).decode().split()


def stream_patches(words: Sequence[str], header: str) -> Iterator[bytes]:
    """The commits that `git log WORDS` names, merges left out: each as `header` (a pretty format), a blank line, its diff.

    No line of a patch can start with a NUL: content comes behind `+`, `-` or a backslash, and file names are quoted.
    So the NUL that `git log` is told to put before each commit can be nothing else.
    """
    fixed = ["--no-merges", "--encoding=UTF-8", f"--format=tformat:%x00{header}"]
    argv = ["git", *SETTINGS, "-c", "log.showRoot=true", "log", *fixed, *DIFF_OPTIONS, *words, "--"]
    rest = b""
    for chunk in stream_program(argv, env=_plain_env(os.environ)):
        *whole, rest = (rest + chunk).split(b"\n\0")
        yield from (record.removeprefix(b"\0") for record in whole)
    if rest:
        yield rest.removeprefix(b"\0")


def is_ancestor(older: str, newer: str) -> bool:
    """Whether `older` can be reached from `newer`; False when one of them is unknown here."""
    return call_git(["merge-base", "--is-ancestor", older, newer]).code == 0


def config_value(key: str, *, cwd: str | None = None) -> str:
    """The value of a git setting, empty when it is not set."""
    return os.fsdecode(call_git(["config", "--get", key], cwd=cwd).stdout.rstrip(b"\n"))


def escape_glob(name: str) -> str:
    """`name` for the glob options of rev-list, where only these signs mean anything."""
    return "".join(f"\\{char}" if char in "*?[\\" else char for char in name)


def find_entries(trees: Sequence[str], path: str) -> dict[str, str]:
    """The blob at `path` for each of the tree-ishes `trees` that has one."""
    if not trees:
        return {}
    asked = "".join(f"{tree}:{path}\n" for tree in trees).encode()
    output = ask_git(["cat-file", "--batch-check=%(objecttype) %(objectname)"], stdin=asked)
    answers = [line.split(b" ") for line in output.splitlines()]
    return {tree: answer[1].decode() for tree, answer in zip(trees, answers, strict=True) if answer[0] == b"blob"}
