"""What an agent's command sees of the environment: what every program needs, what its entry allows, and nothing else."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from openclaw_hooks.agent_files.model import AgentCommand

ALWAYS: Final = ("PATH", "HOME", "USER", "LOGNAME", "SHELL", "LANG", "LC_*", "TERM", "TMPDIR", "TZ", "XDG_*")

# Never handed on, whatever an entry allows: who holds a lease or may write to the mesh, and what ties git to another repository.
NEVER: Final = ("OPENCLAW_*", "NATS_*", "GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_COMMON_DIR",
    "GIT_OBJECT_DIRECTORY", "GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_NAMESPACE", "GIT_CONFIG*")  # fmt: skip


def agent_env(command: AgentCommand, env: Mapping[str, str], extra: Mapping[str, str]) -> dict[str, str]:
    """The environment of `command`: what is allowed of `env`, and `extra`, which names its task, run and attempt.

    The lease's token and the mesh's credentials are in no agent's environment, not even by `extra`.
    """
    kept = allowed_env(command.env.allow, env)
    kept["OPENCLAW_AGENT"] = command.name
    kept["GIT_TERMINAL_PROMPT"] = "0"
    kept.update(
        {name: value for name, value in extra.items() if name != "OPENCLAW_TOKEN" and not name.startswith("NATS_")}
    )
    return kept


def allowed_env(allow: Iterable[str], env: Mapping[str, str]) -> dict[str, str]:
    """What of `env` every program needs, and what `allow` (`NAME` or `PREFIX_*`) names; also the environment of metrics."""
    names = (*ALWAYS, *allow)
    return {name: value for name, value in env.items() if _is_named(name, names) and not _is_named(name, NEVER)}


def _is_named(name: str, names: Iterable[str]) -> bool:
    return any(name.startswith(known[:-1]) if known.endswith("*") else name == known for known in names)


def find_program(argv: Iterable[str], env: Mapping[str, str]) -> str:
    """Where the program that `argv` starts lies, by the PATH of `env`; empty when it is nowhere."""
    import shutil

    first = next(iter(argv), "")
    return (shutil.which(os.path.expanduser(first), path=env.get("PATH", os.defpath)) or "") if first else ""
