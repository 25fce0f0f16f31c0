"""Who may sign approvals, and whether a signature is needed: policy that nobody can change for themselves.

Whoever works here can edit the files of this worktree, and commit them on a branch. So policy counts only as far as
all its witnesses agree: the commit that is checked out here, the one of the main worktree (an agent's worktree has a
branch of its own), and the default branch of the remote, which is reviewed and protected there; without a remote, the
local `main` or `master`. A signer counts when every witness names it; a signature is needed when any witness says so.
What lies changed on disk makes no signer and takes no duty away: signers that differ from HEAD are refused, so that a
person looks at them.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final, NamedTuple

from openclaw_hooks.errors import RefusedError
from openclaw_hooks.git import ask_git
from openclaw_hooks.settings import CONFIG_PATH, Approvals, load_settings, parse_settings

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from openclaw_hooks.git import Repo

SIGNERS_PATH: Final = ".openclaw/allowed_signers"
MAIN_HEAD: Final = "main-worktree/HEAD"  # as gitrevisions(7) calls the HEAD of the main worktree from any other
LOCAL: Final = ("HEAD", MAIN_HEAD)
DEFAULT_BRANCHES: Final = ("HEAD", "main", "master")


class Policy(NamedTuple):
    """What approvals must carry, and who may sign: the lines of signers, or why there are none to go by."""

    mode: Approvals
    signers: bytes
    refusal: RefusedError | None = None

    def require_signers(self) -> bytes:
        """The allowed signers, one line each, as ssh-keygen reads them; raises RefusedError when there are none."""
        if self.refusal:
            raise self.refusal
        return self.signers


def read_policy(repo: Repo) -> Policy:
    """The policy in force in `repo`, by three processes of git; read it once where many approvals are verified.

    Raises DocumentError when the settings on disk or of a witness cannot be read.
    """
    remote = _find_remote(repo)
    names = [*LOCAL, *_find_default_branch(repo, remote)]
    found = _read_at(repo, [f"{name}:{path}" for path in (CONFIG_PATH, SIGNERS_PATH) for name in names])
    mode = _judge_mode(repo, {content for content in found[: len(names)] if content is not None})
    contents = dict(zip(names, found[len(names) :], strict=True))
    try:
        return Policy(mode, _agree(repo, remote, contents))
    except RefusedError as error:
        return Policy(mode, b"", error)


def required_approvals(repo: Repo) -> Approvals:
    """What an approval must carry in `repo`; raises DocumentError as `read_policy` does."""
    return read_policy(repo).mode


def read_signers(repo: Repo) -> bytes:
    """The allowed signers in force in `repo`.

    Raises RefusedError when there are none, when the file on disk is not that of HEAD, or when the witnesses share none.
    """
    return read_policy(repo).require_signers()


def _judge_mode(repo: Repo, contents: set[bytes]) -> Approvals:
    modes = {parse_settings(content).approvals for content in contents}
    if repo.top:
        modes.add(load_settings(repo.top).approvals)
    return Approvals.SIGNED if Approvals.SIGNED in modes else Approvals.UNSIGNED


def _agree(repo: Repo, remote: str, contents: Mapping[str, bytes | None]) -> bytes:
    """The lines that stand in all of `contents`, by witness; raises RefusedError when nobody can go by them."""
    if remote and len(contents) == len(LOCAL):
        hint = (
            f"run `git fetch {remote}` and `git remote set-head {remote} --auto`, or push the branch for the first time"
        )
        raise RefusedError(f"the default branch of {remote} is not known here, and signers must stand on it", hint)
    _require_committed(repo, contents["HEAD"])
    lines = _signer_lines(contents["HEAD"] or b"")
    if not lines:
        hint = "write a line `NAME@DOMAIN ssh-ed25519 AAAA...` for each person, and commit it"
        raise RefusedError(f"{SIGNERS_PATH} names nobody who may sign approvals", hint)
    for name, content in contents.items():
        others = set(_signer_lines(content or b""))
        lines = [line for line in lines if line in others]
        if not lines:
            raise RefusedError(
                f"no line of {SIGNERS_PATH} also stands on {_show_witness(name)}",
                "a signer counts once the change is reviewed and merged there",
            )
    return b"\n".join(lines) + b"\n"


def _show_witness(name: str) -> str:
    if name == MAIN_HEAD:
        return "the branch of the main worktree"
    return name.removeprefix("refs/remotes/").removeprefix("refs/heads/")


def _require_committed(repo: Repo, committed: bytes | None) -> None:
    """Raises RefusedError when the file on disk says something else than HEAD, or is a link."""
    if not repo.top:
        return
    path = os.path.join(repo.top, *SIGNERS_PATH.split("/"))
    try:
        with open(path, "rb") as stream:
            lying = None if os.path.islink(path) else stream.read()
    except OSError:
        lying = None
    if (lying and _signer_lines(lying)) != (committed and _signer_lines(committed)):
        hint = f"a person looks at `git diff HEAD -- {SIGNERS_PATH}`, and commits it or puts it back"
        raise RefusedError(f"{SIGNERS_PATH} on disk is not what is committed", hint)


def _signer_lines(content: bytes) -> list[bytes]:
    stripped = (line.strip() for line in content.split(b"\n"))
    return list(dict.fromkeys(line for line in stripped if line and not line.startswith(b"#")))


def _find_remote(repo: Repo) -> str:
    """The remote that policy is shared by: `origin`, or the only one there is; empty without any."""
    names = ask_git(["remote"], cwd=_folder(repo)).decode("utf-8", "replace").split()
    return "origin" if "origin" in names else names[0] if len(names) == 1 else ""


def _find_default_branch(repo: Repo, remote: str) -> list[str]:
    """The remote-tracking ref of the default branch of `remote`, without one the local one; nothing when not known."""
    names = DEFAULT_BRANCHES if remote else DEFAULT_BRANCHES[1:]
    refs = [f"refs/remotes/{remote}/{name}" if remote else f"refs/heads/{name}" for name in names]
    known = ask_git(["for-each-ref", "--format=%(refname)", *refs], cwd=_folder(repo)).decode("utf-8", "replace")
    return [ref for ref in refs if ref in known.split()][:1]


def _read_at(repo: Repo, names: Sequence[str]) -> list[bytes | None]:
    """The content of each of `names` (`commit:path`); None where there is no such file or commit."""
    asked = "".join(f"{name}\n" for name in names).encode()
    output = ask_git(["cat-file", "--batch"], cwd=_folder(repo), stdin=asked)
    contents: list[bytes | None] = []
    at = 0
    for _ in names:
        end = output.index(b"\n", at)
        words = output[at:end].split(b" ")
        at = end + 1
        if len(words) != 3 or not words[2].isdigit():  # `NAME missing`
            contents.append(None)
            continue
        size = int(words[2])
        contents.append(output[at : at + size] if words[1] == b"blob" else None)
        at += size + 1
    return contents


def _folder(repo: Repo) -> str:
    return repo.top or repo.git_dir
