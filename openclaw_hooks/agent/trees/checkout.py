"""The files of a worktree: checked out by git itself, in parallel, with what the user's settings convert."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING, Final

import msgspec

from openclaw_hooks.agent.filters import filter_names, raw_options
from openclaw_hooks.agent.shared import find_shared, link_shared
from openclaw_hooks.agent.trees.calls import ask_tree, call_tree
from openclaw_hooks.agent.trees.spots import index_path
from openclaw_hooks.files import display_path
from openclaw_hooks.process import require_success

if TYPE_CHECKING:
    from collections.abc import Sequence

    from openclaw_hooks.agent.trees.spots import Owner
    from openclaw_hooks.git import Repo
    from openclaw_hooks.process import Completed

SPARSE: Final = ("info", "sparse-checkout")
_SPARSE_KEYS: Final = ("core.sparsecheckout", "core.sparsecheckoutcone")


def fill_worktree(repo: Repo, owner: Owner, share: Sequence[str]) -> Owner:
    """Checks out the owner's commit into its worktree; the owner with what was found out on the way.

    A filter that cannot do its work (large files without their server) is left out: its files then lie as they are stored.
    """
    owner = msgspec.structs.replace(owner, is_sparse=_copy_sparse(repo, owner))
    words = ["read-tree", "-m", "-u", owner.commit]
    done = call_tree(owner.path, [*checkout_options(owner), *words])
    if done.code != 0 and (filters := filter_names(owner.path)):
        owner = msgspec.structs.replace(owner, raw=filters, raw_why=last_complaint(done))
        done = call_tree(owner.path, [*checkout_options(owner), "read-tree", "--reset", "-u", owner.commit])
    require_success(["git", *words], done)
    shutil.copyfile(os.path.join(owner.admin, "index"), index_path(repo, owner.path))
    return msgspec.structs.replace(owner, shared=_share(repo, owner.path, share))


def checkout_options(owner: Owner) -> list[str]:
    """The settings for git commands about the files of a worktree."""
    options = ["-c", f"checkout.workers={os.cpu_count() or 1}", *raw_options(owner.raw)]
    return [*options, "-c", f"core.sparseCheckout={'true' if owner.is_sparse else 'false'}"]


def last_complaint(done: Completed) -> str:
    """The last thing that git, or a program that it called, complained of, fit for one line."""
    lines = [line.strip() for line in done.stderr.decode("utf-8", "replace").splitlines() if line.strip()]
    told = [line for line in lines if not line.startswith("hint:")]
    return display_path((told or [f"exit code {done.code}"])[-1].removeprefix("fatal: ").removeprefix("error: "))[:300]


def _copy_sparse(repo: Repo, owner: Owner) -> bool:
    """Whether the user's checkout is sparse: the worktree then holds the same part of the repository, as git does it."""
    source = os.path.join(repo.git_dir, *SPARSE)
    if not os.path.isfile(source):
        return False
    listing = ask_tree(repo.git_dir, ["config", "-z", "--get-regexp", r"^core\.sparsecheckout(cone)?$"])
    entries = (os.fsdecode(entry).partition("\n") for entry in listing.split(b"\0") if entry)
    settings = {key: value.lower() for key, _, value in entries}
    if settings.get("core.sparsecheckout", "") not in ("true", "yes", "on", "1"):
        return False
    os.makedirs(os.path.join(owner.admin, SPARSE[0]), exist_ok=True)
    shutil.copyfile(source, os.path.join(owner.admin, *SPARSE))
    words = "".join(f"\t{key.removeprefix('core.')} = {settings[key]}\n" for key in _SPARSE_KEYS if key in settings)
    with open(os.path.join(owner.admin, "config.worktree"), "w", encoding="utf-8") as stream:
        stream.write(f"[core]\n{words}")
    return True


def _share(repo: Repo, folder: str, names: Sequence[str]) -> tuple[str, ...]:
    """Puts links to ignored files and folders of the user's checkout into `folder`; those that have become one."""
    found = find_shared(repo.top, names) if repo.top and names else ()
    link_shared(repo.top, found, folder)
    return tuple(name for name in found if os.path.islink(os.path.join(folder, name)))
