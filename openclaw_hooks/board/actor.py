"""Who is at work on the board: the node's name, the agent if one is, and what that entitles to.

Name and role are those of the environment, else those that the repository has in its mesh, else the host's name and lead.
"""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, NamedTuple

from openclaw_hooks.agents import detect_agent
from openclaw_hooks.board.membership import read_membership
from openclaw_hooks.board.plumbing import call_store
from openclaw_hooks.errors import OpenclawError
from openclaw_hooks.tasks.moves import Right

if TYPE_CHECKING:
    from openclaw_hooks.git import Repo

NODE_VARIABLE = "OPENCLAW_NODE_ID"
ROLE_VARIABLE = "OPENCLAW_NODE_ROLE"
MAX_NAME = 63
NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,62}")
ROLES = ("lead", "worker", "human")


class Actor(NamedTuple):
    """Who acts: the node (owner of claims), the agent at work (empty for a person), rights, and `Name <mail>`."""

    name: str
    agent: str
    rights: frozenset[Right]
    author: str


def find_actor(repo: Repo, as_name: str = "") -> Actor:
    """Who acts in this environment; raises OpenclawError for a node name or role that is none."""
    joined = read_membership(repo.state_dir)
    name = _check_name(as_name or os.environ.get(NODE_VARIABLE, "") or (joined.node if joined else "")) or _host_name()
    found = detect_agent()
    agent = (_clean(found) or "agent") if found else ""  # it goes into the commit, and an odd name makes no person
    return Actor(name, agent, _rights(agent, joined.role if joined else "lead"), _author(repo, name, agent))


def _check_name(name: str) -> str:
    if name and not NAME.fullmatch(name):
        raise OpenclawError(
            f"`{name[:80]!a}` is no name of a node", "use lower-case letters, digits, `.`, `_` and `-`, 63 at most"
        )
    return name


def _host_name() -> str:
    """The host's name as far as it can name a node: in lower case, without its domain."""
    name = re.sub(r"[^a-z0-9._-]+", "-", _node_name().lower().split(".", 1)[0])
    return name.strip("._-")[:MAX_NAME] or "node"


def _node_name() -> str:
    if hasattr(os, "uname"):  # without the import of `socket`, which every command would pay for
        return os.uname().nodename
    return os.environ.get("COMPUTERNAME", "")


def _rights(agent: str, usual: str) -> frozenset[Right]:
    named = os.environ.get(ROLE_VARIABLE, "")
    role = named or usual
    if role not in ROLES:
        where = ROLE_VARIABLE if named else "the role in the mesh"
        raise OpenclawError(f"{where} is {role[:40]!a}, which is no role of a node", f"use {', '.join(ROLES)}")
    rights = {Right.ANY}
    if role == "lead":
        rights.add(Right.LEAD)
    if role != "worker" and not agent:  # what runs in an agent's environment is not a person, whatever it calls itself
        rights.add(Right.HUMAN)
    return frozenset(rights)


def _author(repo: Repo, name: str, agent: str) -> str:
    asked = call_store(repo, ["config", "--get-regexp", "-z", r"^user\.(name|email)$"]).stdout
    entries = (entry.partition("\n") for entry in asked.decode("utf-8", "replace").split("\0") if entry)
    found = {key: value for key, _, value in entries}
    person = _clean(os.environ.get("GIT_AUTHOR_NAME", "") or found.get("user.name", "")) or name
    mail = _clean(os.environ.get("GIT_AUTHOR_EMAIL", "") or found.get("user.email", "")) or f"{name}@openclaw.invalid"
    return f"{person} ({agent}) <{mail}>" if agent else f"{person} <{mail}>"


def _clean(text: str) -> str:
    """`text` without what ends a name in a commit object."""
    return " ".join("".join(char if char not in "<>" and char.isprintable() else " " for char in text).split())
