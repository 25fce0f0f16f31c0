"""Plays the story of an agent's run in a scratch repository, every command for real, and judges what is left of it."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from openclaw_hooks.demo.agent_steps import AGENT_NAME, ATTEMPTS, FILES, LEFT_BEHIND, WANTED, make_script
from openclaw_hooks.demo.board_steps import ADA
from openclaw_hooks.scratch.repository import Scratch, call_openclaw, make_scratch
from openclaw_hooks.setup.interpreter import find_command

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from openclaw_hooks.demo.agent_steps import Wanted

ENV = {"OPENCLAW_NODE_ID": ADA}
AGENTS = ".openclaw/agents.yaml"


class Judged(NamedTuple):
    """An attempt of the story: what it was to show, what became of it, and what is wrong with that (empty: nothing)."""

    number: int
    title: str
    verdict: str
    cause: str
    why: str
    fault: str


def set_up_agent(folder: str) -> Scratch:
    """A repository with a board and a scripted agent, in which a person has work that is not committed."""
    scratch = make_scratch(folder, FILES)
    add_scripted_agent(scratch, make_script(folder))
    scratch.ask("add", "--all")
    scratch.ask("commit", "--quiet", "-m", "feat: find prices")
    call_openclaw(scratch, ("board", "attach"), env=ENV)
    scratch.write("README.md", "# Prices\n\nHalf a sentence that nobody has\n")
    return scratch


def add_scripted_agent(scratch: Scratch, script: str) -> None:
    """Puts an agent into the working tree that does what `script` says; the script lies outside."""
    path = os.path.join(scratch.folder, "script.yaml")
    with open(path, "w", encoding="utf-8") as stream:
        stream.write(script)
    command = find_command()
    code = "from openclaw_hooks.scratch.fake_agent import main; main()"
    entry = {
        "argv": [command.python, *command.flags, "-c", code, path],
        "events": "claude-stream-json",
        "provenance": "mock",
    }
    scratch.write(AGENTS, json.dumps({"agents": {AGENT_NAME: entry}}, indent=1) + "\n")


def read_attempts(scratch: Scratch, task: str) -> list[dict[str, Any]]:
    """The attempts at `task`, as the program tells them to programs."""
    done = call_openclaw(scratch, ("agent", "attempts", task, "--json"), env=ENV)
    return list(msgspec.json.decode(done.stdout)["data"]["attempts"]) if done.code == 0 else []


def judge_attempts(found: Sequence[dict[str, Any]], wanted: Sequence[Wanted] = WANTED) -> list[Judged]:
    """Each attempt that had to be made held against what had to become of it."""
    judged = []
    for number, want in enumerate(wanted, 1):
        one: dict[str, Any] = next((one for one in found if one.get("n") == number), {})
        told = json.dumps([one.get("why"), one.get("findings"), one.get("figure")])
        verdict, cause = str(one.get("verdict") or ""), str(one.get("cause") or "")
        judged.append(Judged(number, want.title, verdict, cause, str(one.get("why") or ""), ""))
        if (verdict, cause) != (want.verdict, want.cause):
            fault = f"{verdict or 'not judged'} ({cause}), not {want.verdict} ({want.cause})"
            judged[-1] = judged[-1]._replace(fault=fault)
        elif one.get("provenance") != "mock":
            judged[-1] = judged[-1]._replace(fault="does not say that it is a mock")
        elif not all(word in told for word in want.shows.split()):
            judged[-1] = judged[-1]._replace(fault=f"does not tell of `{want.shows}`")
    return judged


def judge_rest(scratch: Scratch, task: str, before: str) -> str:
    """What is wrong with what the run left, beside its verdicts; empty when nothing is. `before`: the user's state then."""
    refs = scratch.ask("for-each-ref", "--format=%(refname)", f"refs/openclaw/attempts/{task}/").splitlines()
    if len(refs) != ATTEMPTS:
        return f"{len(refs)} attempts lie in git, not {ATTEMPTS}"
    kept = scratch.ask("log", "--format=%s", f"main..openclaw/{task}").splitlines()
    if len(kept) != 1:
        return f"{len(kept)} commits were kept, not one"
    changed = scratch.ask("diff", "--name-only", "main", f"openclaw/{task}")
    if changed != "src/search.py":
        return f"what was kept changes {changed}"
    if user_state(scratch) != before:
        return "the user's branch, index or files are not what they were"
    if "openclaw/worktrees/" in scratch.ask("worktree", "list"):
        return "a worktree was left behind"
    return _judge_processes(scratch)


def user_state(scratch: Scratch) -> str:
    """Where the user stands: the branch and its commit, the index, and what is not committed."""
    questions = (("symbolic-ref", "HEAD"), ("rev-parse", "HEAD"), ("write-tree",), ("diff",), ("stash", "list"))
    return "\n".join(scratch.ask(*words) for words in questions)


def _judge_processes(scratch: Scratch) -> str:
    try:
        with open(os.path.join(scratch.folder, LEFT_BEHIND), encoding="utf-8") as stream:
            pids = [int(line) for line in stream]
    except (OSError, ValueError):
        return "the last attempt did not leave a process behind, as it had to"
    for pid in pids:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            continue
        except PermissionError:
            continue  # somebody else's by now
        return f"process {pid} of the last attempt is still there"
    return ""
