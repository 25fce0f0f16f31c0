"""An attempt from its worktree to the end of its agent."""

from __future__ import annotations

import hashlib
import os
from typing import TYPE_CHECKING, Final

import msgspec

from openclaw_hooks.agent import events as said
from openclaw_hooks.agent.commands import Places, agent_env, fill_argv, make_parser
from openclaw_hooks.agent.judge.check import check_start
from openclaw_hooks.agent.judge.ground import Ground, read_ground
from openclaw_hooks.agent.launch import Launch, launch_agent
from openclaw_hooks.agent.model import Report
from openclaw_hooks.agent.run.decide import next_number, remaining_s, remaining_usd
from openclaw_hooks.agent.run.interruption import settle_interrupted
from openclaw_hooks.agent.run.papers import agent_log, keep_ground, keep_spoken, keep_watch, prompt_path
from openclaw_hooks.agent.run.telling import make_prompt
from openclaw_hooks.agent.trees.identity import attempt_identity, mark_of
from openclaw_hooks.agent.trees.spots import Spot, attempt_path
from openclaw_hooks.agent.trees.watch import watch_repository
from openclaw_hooks.agent.trees.worktrees import make_worktree
from openclaw_hooks.agent_files.model import PromptBy
from openclaw_hooks.errors import OpenclawError, RefusedError
from openclaw_hooks.files import atomic_write
from openclaw_hooks.process import ProcessError

if TYPE_CHECKING:
    from openclaw_hooks.agent.run.context import Run

MAX_LOGGED_WORD: Final = 300  # characters: a prompt can be one of the words
MEGABYTE: Final = 1_000_000


def begin_attempt(run: Run) -> None:
    """Announces an attempt; one that was interrupted is made anew under its number."""
    settle_interrupted(run)
    n = next_number(run.state)
    path = attempt_path(run.repo, run.state.run, n)
    run.tell(said.AttemptBegan(n=n, base=run.state.tip, worktree=path))


def prepare_attempt(run: Run) -> None:
    """Makes the worktree, and the prompt from what it holds; what the attempt is judged by is read before anybody works there."""
    attempt = run.state.attempt
    spot = Spot(run.state.run, attempt.number, run.state.task, attempt.worktree, run.settings.agent.share)
    try:
        make_worktree(run.repo, spot, attempt.base)
        ground = read_ground(attempt.worktree, run.task, run.subject.command.name)
        _refuse_start(run, ground)
        text = make_prompt(run.repo, ground, run.task, run.state).text.encode("utf-8", "surrogateescape")
    except OpenclawError as error:
        run.stops.fail(str(error))
        return
    keep_ground(run, ground)
    atomic_write(prompt_path(run), text, 0o600)
    run.tell(
        said.Prompted(
            n=attempt.number, sha256=hashlib.sha256(text).hexdigest(), chars=len(text.decode("utf-8", "replace"))
        )
    )


def _refuse_start(run: Run, ground: Ground) -> None:
    """Raises RefusedError where a rule names a service that is not there."""
    missing = [found for found in check_start(ground, run.task) if found.is_error]
    if missing:
        raise RefusedError("; ".join(found.message for found in missing[:3]), missing[0].hint)


def launch(run: Run) -> None:
    """Runs the agent; what it said is beside the log before the log says that it ended."""
    state, command = run.state, run.subject.command
    n, worktree = state.attempt.number, state.attempt.worktree
    with open(prompt_path(run), "rb") as stream:
        prompt = stream.read()
    try:
        argv = fill_argv(command, _fill_places(run, prompt))
    except OpenclawError as error:
        run.stops.fail(str(error))
        return
    keep_watch(run, watch_repository(run.repo, mark_of(state.run, n)))
    run.tell(said.AgentStarting(n=n, argv=tuple(word[:MAX_LOGGED_WORD] for word in argv)))
    started = Launch(
        argv=argv,
        cwd=worktree,
        env=agent_env(command, os.environ, _extra_env(run)),
        stdin=prompt if command.prompt is PromptBy.STDIN else None,
        log_path=agent_log(run),
        max_bytes=run.settings.agent.max_output_mb * MEGABYTE,
        timeout_s=remaining_s(run.state),
    )
    run.tell(said.AgentEnded(n=n, report=_run_agent(run, started)))


def _run_agent(run: Run, started: Launch) -> Report:
    command, n = run.subject.command, run.state.attempt.number
    parser = make_parser(command.events, command.fail_if)
    try:
        report = launch_agent(
            started,
            parser,
            lambda pid: run.tell(said.AgentStarted(n=n, pid=pid)),
            run.stops.ask,
            run.listener.on_progress,
        )
    except ProcessError as error:
        report = Report(code=127, failure=str(error))
    run.guard_log()
    keep_spoken(run, parser.spoken())
    return msgspec.structs.replace(report, version=report.version or run.state.began.version)


def _fill_places(run: Run, prompt: bytes) -> Places:
    return Places(
        prompt_file=prompt_path(run),
        prompt_text=prompt.decode("utf-8", "surrogateescape"),
        worktree=run.state.attempt.worktree,
        model=run.subject.model,
        minutes=round(remaining_s(run.state) / 60, 2),
        max_cost=remaining_usd(run.state),
    )


def _extra_env(run: Run) -> dict[str, str]:
    state = run.state
    return {
        **attempt_identity(run.subject.author, state.run, state.attempt.number),
        "OPENCLAW_TASK": state.task,
        "OPENCLAW_RUN": state.run,
        "OPENCLAW_ATTEMPT": str(state.attempt.number),
    }
