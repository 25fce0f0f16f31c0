"""Plays the acts in a scratch repository: sets it up, tries each act for real, and puts it back after it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from openclaw_hooks.demo.acts import PROJECT
from openclaw_hooks.demo.agent_steps import short_script
from openclaw_hooks.demo.agent_story import add_scripted_agent
from openclaw_hooks.demo.judge import Outcome, Result, judge_act
from openclaw_hooks.errors import OpenclawError
from openclaw_hooks.scratch.hook_runs import read_hook_runs
from openclaw_hooks.scratch.repository import Scratch, make_scratch, run_openclaw

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from openclaw_hooks.demo.acts import Act


def set_up(folder: str, without: tuple[str, ...] = ()) -> tuple[Scratch, str]:
    """A project guarded by `openclaw init`, committed and pushed by a person; and what init printed.

    The hooks named in `without` are then taken out, to see that their absence is noticed.
    """
    scratch = make_scratch(folder, PROJECT)
    said = run_openclaw(scratch, "init")
    add_scripted_agent(scratch, short_script())
    scratch.ask("add", "--all")
    scratch.ask("commit", "--quiet", "-m", "feat: take orders")
    scratch.write("README.md", PROJECT["README.md"] + "\nRun the tests with `pytest`.\n")
    scratch.ask("commit", "--quiet", "--all", "-m", "docs: say how to test")
    scratch.ask("push", "--quiet", "--set-upstream", "origin", "main")
    hooks = scratch.ask("rev-parse", "--path-format=absolute", "--git-path", "hooks")
    for name in without:
        path = os.path.join(hooks, name)
        if not os.path.isfile(path):
            raise OpenclawError(f"there is no hook `{name}` to leave out", f"hooks: {', '.join(list_hooks(hooks))}")
        os.unlink(path)
    return scratch, said


def list_hooks(folder: str) -> list[str]:
    """The active hooks in a hooks folder."""
    return sorted(name for name in os.listdir(folder) if not name.endswith(".sample"))


def play_acts(scratch: Scratch, acts: Iterable[Act]) -> Iterator[Result]:
    """The judged outcome of each act, one after the other as they are played."""
    for act in acts:
        before = scratch.ref("HEAD")
        outcome = play_act(scratch, act)
        yield judge_act(act, outcome)
        if act.expected.layer or outcome.code != 0:
            _put_back(scratch, before)


def play_act(scratch: Scratch, act: Act) -> Outcome:
    """What happens when somebody tries `act`."""
    for path, content in act.files:
        scratch.write(path, content)
    if act.files:
        scratch.ask("add", "--force", "--", *(path for path, _ in act.files))
    if act.push and act.message:
        scratch.ask("commit", "--quiet", "--no-verify", "-m", act.message)
    trace = os.path.join(scratch.folder, f"trace-{act.id}.jsonl")
    words = act.push or ("commit", "--quiet", "-m", act.message)
    branch, where = ("refs/heads/main", scratch.server) if act.push else ("HEAD", scratch.repo)
    before = scratch.ref(branch, where)
    done = scratch.call(*words, env={**dict(act.env), "GIT_TRACE2_EVENT": trace})
    after = scratch.ref(branch, where)
    return Outcome(
        code=done.code,
        output=(done.stdout + done.stderr).decode("utf-8", "replace").strip(),
        hooks=read_hook_runs(trace),
        has_moved=after != before,
        receipt_checks=scratch.receipt_checks(after, where) if after else (),
    )


def _put_back(scratch: Scratch, commit: str) -> None:
    """The working tree and the server as they were when HEAD and main were at `commit`."""
    scratch.ask("reset", "--quiet", "--hard", commit)
    scratch.ask("clean", "--quiet", "--force", "-d")
    if scratch.ref("refs/heads/main", scratch.server) != commit:
        scratch.ask("fetch", "--quiet", scratch.repo, f"+{commit}:refs/heads/main", where=scratch.server)
    scratch.ask("fetch", "--quiet", "origin")
