"""Tries the acts: at each layer by itself, so that one that catches everything hides none that sleeps."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from openclaw_hooks.drill.acts import AFTERWARDS, COMMIT_MSG, PRE_COMMIT, PRE_PUSH, RECEIPTS, SHIM
from openclaw_hooks.drill.clone import NO_HOOKS, clone_shim
from openclaw_hooks.drill.judge import Catch, Try
from openclaw_hooks.errors import OpenclawError
from openclaw_hooks.process import run_program
from openclaw_hooks.scratch.hook_runs import HookRun, read_hook_runs
from openclaw_hooks.setup.agent_calls import call_handler, can_ask, find_handler, read_settings

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from openclaw_hooks.drill.acts import Act
    from openclaw_hooks.drill.layers import Layer
    from openclaw_hooks.scratch.repository import Scratch
    from openclaw_hooks.setup.repo_facts import RepoFacts


class Field(NamedTuple):
    """Where acts are tried: the clone, its branch, the user's repository as it was read, and the layers there."""

    scratch: Scratch
    branch: str
    facts: RepoFacts
    layers: tuple[Layer, ...]


def play_act(field: Field, act: Act) -> list[Try]:
    """What each layer that is made for `act` said to it."""
    tries = [
        _ask_agent(field, layer, act)
        for layer in field.layers
        if layer.agent and layer.kind in act.layers and act.calls
    ]
    if act.files or act.push:
        before = field.scratch.ref("HEAD")
        if shim := next((layer for layer in field.layers if layer.name == SHIM and SHIM in act.layers), None):
            tries.append(_try_shim(field, shim, act))
            _put_back(field, before)
        tries += _try_git(field, act)
        _put_back(field, before)
    return [one for one in tries if one.catch is not Catch.NOT_ASKED]


def _ask_agent(field: Field, layer: Layer, act: Act) -> Try:
    """Whether the hook of one agent stops any of the calls that make up `act`."""
    settings = [] if layer.inert else read_settings(layer.agent, field.facts.contents)
    ms: list[float] = []
    asked = [call for call in act.calls if can_ask(layer.agent, call)]
    if not asked:
        return Try(layer.name, Catch.NOT_ASKED)
    if layer.inert:
        return Try(layer.name, Catch.INERT, layer.inert)
    fault = ""
    for call in asked:
        handler = find_handler(layer.agent, settings, call)
        if handler is None:
            fault = fault or "no hook of ours before that tool"
            continue
        said = call_handler(layer.agent, handler, call, field.scratch.repo, _agent_env(field))
        ms.append(said.ms)
        if said.fault:
            return Try(layer.name, Catch.BROKEN if said.is_blocked else Catch.MISSED, said.fault, tuple(ms))
        if said.is_blocked:
            return Try(layer.name, Catch.CAUGHT, said.reason, tuple(ms))
    return Try(layer.name, Catch.MISSED, fault, tuple(ms))


def _try_shim(field: Field, layer: Layer, act: Act) -> Try:
    """The act's own commands, really run in the clone by a shell on whose PATH our git comes first."""
    if layer.inert:
        return Try(SHIM, Catch.INERT, layer.inert)
    _stage(field.scratch, act)
    before = field.scratch.ref("HEAD")
    env = _agent_env(field)
    env["PATH"] = os.pathsep.join((os.path.dirname(clone_shim(field.scratch)), env.get("PATH", os.defpath)))
    said = ""
    for call in act.calls:
        done = run_program(["sh", "-c", call.command], cwd=field.scratch.repo, env=env)
        said += done.stderr.decode("utf-8", "replace")
    if field.scratch.ref("HEAD") != before:
        return Try(SHIM, Catch.PASSED)
    return Try(SHIM, Catch.CAUGHT if "openclaw: git was not run" in said else Catch.BROKEN, _say(said))


def _stage(scratch: Scratch, act: Act) -> None:
    for path, content in act.files:
        scratch.write(path, content)
    scratch.ask("add", "--force", "--", *(path for path, _ in act.files))


def _agent_env(field: Field) -> dict[str, str]:
    return _env(field, {"CLAUDECODE": "1", "CLAUDE_PROJECT_DIR": field.scratch.repo})


def _env(field: Field, extra: Mapping[str, str]) -> dict[str, str]:
    """That of the scratch folder, but the user's home: an interpreter may keep its packages there."""
    home = os.path.expanduser("~")
    return field.scratch.env({"HOME": home, "USERPROFILE": home, **extra})


def _try_git(field: Field, act: Act) -> list[Try]:
    if act.push:
        return [_push(field, act, act.push)]
    scratch = field.scratch
    _stage(scratch, act)
    start = scratch.ref("HEAD")
    tries = [] if act.is_bypass else _commit(field, act)
    if scratch.ref("HEAD") == start and set(AFTERWARDS) & set(act.layers):
        # Stopped, or made to go past the hooks: now it does, to see who notices.
        scratch.ask(*NO_HOOKS, "commit", "--quiet", "--cleanup=verbatim", "-m", act.message)
    if PRE_PUSH in act.layers:
        tries.append(_push(field, act, ("push", "origin", f"HEAD:{field.branch}")))
    if RECEIPTS in act.layers:
        tries.append(_check_receipts(field, start))
    return tries


def _commit(field: Field, act: Act) -> list[Try]:
    """A real commit: each hook that ran and said no, or that it went through."""
    words = ("commit", "--quiet", "-m", act.message)
    code, output, runs = _run_git(field, act, words)
    tries = []
    for name in (PRE_COMMIT, COMMIT_MSG):
        if name not in act.layers:
            continue
        layer = _layer(field, name)
        run = next((one for one in runs if one.name == name), None)
        if layer.inert or run is None:
            tries.append(Try(name, Catch.INERT if layer.inert else Catch.NOT_ASKED, layer.inert))
        else:
            catch = Catch.CAUGHT if run.code else Catch.PASSED if code == 0 else Catch.MISSED
            tries.append(Try(name, catch, _say(output) if run.code else "", (run.ms,)))
    return tries


def _push(field: Field, act: Act, words: Sequence[str]) -> Try:
    layer = _layer(field, PRE_PUSH)
    if layer.inert:
        return Try(PRE_PUSH, Catch.INERT, layer.inert)
    before = field.scratch.ref(f"refs/heads/{field.branch}", field.scratch.server)
    code, output, runs = _run_git(field, act, words)
    moved = field.scratch.ref(f"refs/heads/{field.branch}", field.scratch.server) != before
    run = next((one for one in runs if one.name == PRE_PUSH), None)
    ms = (run.ms,) if run else ()
    if run and run.code and not moved:
        return Try(PRE_PUSH, Catch.CAUGHT, _say(output), ms)
    if code and not moved:
        return Try(PRE_PUSH, Catch.BROKEN, f"git refused it by itself: {_say(output)}", ms)
    return Try(PRE_PUSH, Catch.PASSED, "", ms)


def _check_receipts(field: Field, start: str) -> Try:
    """What `openclaw check --receipts` says to the new commit, as a build server would ask it."""
    layer = _layer(field, RECEIPTS)
    if layer.inert:
        return Try(RECEIPTS, Catch.INERT, layer.inert)
    command = field.facts.command
    code = "from openclaw_hooks.cli.app import main; main()"
    words = ["check", "--receipts", "--from", start, "--to", "HEAD"]
    call = [command.python, *command.flags, "-c", code, *words]
    done = run_program(call, cwd=field.scratch.repo, env=_env(field, {}))
    output = (done.stdout + done.stderr).decode("utf-8", "replace")
    catch = {0: Catch.PASSED, 1: Catch.CAUGHT}.get(done.code, Catch.BROKEN)
    return Try(RECEIPTS, catch, "" if catch is Catch.PASSED else _say(output))


def _run_git(field: Field, act: Act, words: Sequence[str]) -> tuple[int, str, tuple[HookRun, ...]]:
    trace = os.path.join(field.scratch.folder, f"trace-{act.id}-{words[0]}.jsonl")
    done = field.scratch.call(*words, env=_env(field, {**dict(act.env), "GIT_TRACE2_EVENT": trace}))
    return done.code, (done.stdout + done.stderr).decode("utf-8", "replace"), read_hook_runs(trace)


def _layer(field: Field, name: str) -> Layer:
    found = next((layer for layer in field.layers if layer.name == name), None)
    if found is None:
        raise OpenclawError(f"no layer `{name}`")
    return found


def _say(output: str) -> str:
    """The line that says most: the first that is a finding, else the first at all."""
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    return next(
        (line for line in lines if ": " in line and not line.startswith(("error:", "hint:"))), "".join(lines[:1])
    )


def _put_back(field: Field, commit: str) -> None:
    """The clone and the server as they were when both stood at `commit`."""
    scratch, ref = field.scratch, f"refs/heads/{field.branch}"
    scratch.ask("reset", "--quiet", "--hard", commit)
    scratch.ask("clean", "--quiet", "--force", "-d")
    if scratch.ref(ref, scratch.server) != commit:
        scratch.ask("fetch", "--quiet", scratch.repo, f"+{commit}:{ref}", where=scratch.server)
    scratch.ask("fetch", "--quiet", "origin")
