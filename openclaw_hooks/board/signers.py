"""Who may sign approvals, and whether a signature is needed: policy that nobody can change for themselves.

Whoever works here can edit the files of this worktree, and commit them on a branch. So policy counts only as far as
all its witnesses agree: the commit that is checked out here, the one of the main worktree (an agent's worktree has a
branch of its own), and the default branch of the remote, which is reviewed and protected there. A signer counts when
every witness names it; a signature is needed when any witness says so. What lies changed on disk makes no signer and
takes no duty away: signers that differ from HEAD are refused, so that a person looks at them.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

from openclaw_hooks.errors import RefusedError
from openclaw_hooks.git import ask_git
from openclaw_hooks.settings import CONFIG_PATH, Approvals, load_settings, parse_settings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from openclaw_hooks.git import Repo

SIGNERS_PATH: Final = ".openclaw/allowed_signers"
MAIN_HEAD: Final = "main-worktree/HEAD"  # as gitrevisions(7) calls the HEAD of the main worktree from any other
DEFAULT_BRANCHES: Final = ("HEAD", "main", "master")


def required_approvals(repo: Repo) -> Approvals:
    """What an approval must carry in `repo`: signed when the settings on disk or of any witness say so.

    Raises DocumentError when one of them cannot be read.
    """
    witnesses = ["HEAD", MAIN_HEAD, *_find_default_branch(repo, _find_remote(repo))]
    found = {content for content in _read_at(repo, witnesses, CONFIG_PATH) if content is not None}
    modes = {parse_settings(content).approvals for content in found}
    if repo.top:
        modes.add(load_settings(repo.top).approvals)
    return Approvals.SIGNED if Approvals.SIGNED in modes else Approvals.UNSIGNED


def read_signers(repo: Repo) -> bytes:
    """The allowed signers in force in `repo`, one line each, as ssh-keygen reads them.

    Raises RefusedError when there are none, when the file on disk is not that of HEAD, or when the witnesses share none.
    """
    remote = _find_remote(repo)
    shared = _find_default_branch(repo, remote)
    if remote and not shared:
        hint = (
            f"run `git fetch {remote}` and `git remote set-head {remote} --auto`, or push the branch for the first time"
        )
        raise RefusedError(f"the default branch of {remote} is not known here, and signers must stand on it", hint)
    names = ["HEAD", MAIN_HEAD, *shared]
    contents = _read_at(repo, names, SIGNERS_PATH)
    _require_committed(repo, contents[0])
    lines = _signer_lines(contents[0] or b"")
    if not lines:
        hint = "write a line `NAME@DOMAIN ssh-ed25519 AAAA...` for each person, and commit it"
        raise RefusedError(f"{SIGNERS_PATH} names nobody who may sign approvals", hint)
    for name, content in zip(names, contents, strict=True):
        others = set(_signer_lines(content or b""))
        lines = [line for line in lines if line in others]
        if not lines:
            raise RefusedError(
                f"no line of {SIGNERS_PATH} also stands on {_show_witness(name)}",
                "a signer counts once the change is reviewed and merged there",
            )
    return b"\n".join(lines) + b"\n"


def _show_witness(name: str) -> str:
    return "the branch of the main worktree" if name == MAIN_HEAD else name.removeprefix("refs/remotes/")


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
    """The remote-tracking ref of the default branch of `remote`; nothing when it is not known here."""
    if not remote:
        return []
    refs = [f"refs/remotes/{remote}/{name}" for name in DEFAULT_BRANCHES]
    known = ask_git(["for-each-ref", "--format=%(refname)", *refs], cwd=_folder(repo)).decode("utf-8", "replace")
    return [ref for ref in refs if ref in known.split()][:1]


def _read_at(repo: Repo, names: Sequence[str], path: str) -> list[bytes | None]:
    """The content of `path` in each of the commits `names`; None where there is no such file or commit."""
    asked = "".join(f"{name}:{path}\n" for name in names).encode()
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
