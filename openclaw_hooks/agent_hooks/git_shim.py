"""What the `git` on the PATH of an agent's shell asks before it runs the real one, and how it gets onto that PATH."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from openclaw_hooks.checkout import Checkout

ENV_FILE = "CLAUDE_ENV_FILE"
# Options of git itself that take the next word; those behind the bar also say which repository is meant.
_WITH_VALUE = ("-c", "--config-env", "--namespace", "--attr-source", "--exec-path")
_PLACE = ("-C", "--git-dir", "--work-tree")
# Settings that come by the environment are as good as `-c`.
_SETTINGS = ("GIT_CONFIG_COUNT", "GIT_CONFIG_KEY_", "GIT_CONFIG_VALUE_", "GIT_CONFIG_PARAMETERS")


def offer_shim(checkout: Checkout) -> None:
    """Put the shim first on the PATH of the session's shells, where init has made one and the host has a way to say so."""
    import shlex

    path, file = os.path.join(checkout.state_dir, "bin"), os.environ.get(ENV_FILE, "")
    if not file or not os.path.isfile(os.path.join(path, "git")) or ":" in path:
        return
    quoted = shlex.quote(path)
    line = f'case ":$PATH:" in *:{quoted}:*) ;; *) export PATH={quoted}:"$PATH" ;; esac\n'
    with open(file, "a", encoding="utf-8", errors="surrogateescape") as stream:
        stream.write(line)


def main(words: Sequence[str]) -> int:
    """0 when the real git may run: words are the shim's folder, the real git, and what it was called with."""
    try:
        return _judge(words[0], words[1], list(words[2:]))
    except Exception as error:  # the boundary of a guard: what cannot be judged does not run
        from openclaw_hooks.errors import OpenclawError

        reason = str(error) if isinstance(error, OpenclawError) else f"internal error {type(error).__name__}"
        print(f"openclaw: git was not run, because it could not be checked: {reason}", file=sys.stderr)
        return 1


def _judge(folder: str, real: str, arguments: list[str]) -> int:
    place, cwd = find_place(arguments)
    if not _is_about(folder, [real, *place, "rev-parse", "--path-format=absolute", "--git-common-dir"]):
        return 0  # another repository, or none: a test suite that plays with git is nobody's business
    import shlex

    from openclaw_hooks.agent_hooks.command_facts import read_facts
    from openclaw_hooks.agent_hooks.shell_command import format_finding
    from openclaw_hooks.checkout import find_checkout
    from openclaw_hooks.checks.commands import judge_command
    from openclaw_hooks.verdict import Answer

    given = [f"{key}={shlex.quote(value)}" for key, value in os.environ.items() if key.startswith(_SETTINGS)]
    text = " ".join([*given, shlex.join(["git", *arguments])])
    verdict = judge_command(text, read_facts(cwd, find_checkout(os.path.realpath(cwd))))
    # What a person has to be asked about was asked before the shell began.
    findings = [finding for finding in verdict.findings if finding.decision is Answer.DENY]
    if not findings:
        return 0
    print("\n".join(["openclaw: git was not run", *dict.fromkeys(map(format_finding, findings))]), file=sys.stderr)
    return 1


def find_place(arguments: Sequence[str]) -> tuple[list[str], str]:
    """The options among those before the subcommand that name a repository, and the folder that `-C` leads to."""
    place: list[str] = []
    cwd = os.getcwd()
    rest = iter(arguments)
    for word in rest:
        if not word.startswith("-"):
            break
        if word in _PLACE:
            value = next(rest, "")
            place += [word, value]
            cwd = os.path.join(cwd, value) if word == "-C" else cwd
        elif word in _WITH_VALUE:
            next(rest, "")
        elif word.startswith(("--git-dir=", "--work-tree=", "--bare")):
            place.append(word)
    return place, cwd


def _is_about(folder: str, question: list[str]) -> bool:
    """Whether git, asked like this, means the repository in whose state the shim's folder lies."""
    from openclaw_hooks.process import run_program

    done = run_program(question)
    found = os.fsdecode(done.stdout.removesuffix(b"\n"))
    own = os.path.dirname(os.path.dirname(os.path.abspath(folder)))
    return done.code == 0 and os.path.realpath(found) == os.path.realpath(own)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
