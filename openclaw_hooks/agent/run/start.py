"""Beginning a run: what has to be so before a task is claimed, each with one clear line where it is not."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING, NamedTuple

from msgspec.structs import replace

from openclaw_hooks.agent.commands import agent_env, find_agent, find_program, load_agents
from openclaw_hooks.agent.events import RunBegan
from openclaw_hooks.agent.judge.check import check_start
from openclaw_hooks.agent.judge.ground import read_ground
from openclaw_hooks.agent.launch import ask_version
from openclaw_hooks.agent.measure.evaluator import frozen_paths
from openclaw_hooks.agent.measure.overlay import list_entries
from openclaw_hooks.agent.run.context import Company, Subject, begin_run, stand_in
from openclaw_hooks.agent.run.folders import list_runs, new_run_id, run_folder
from openclaw_hooks.agent.run.keeping import refuse_checked_out
from openclaw_hooks.agent.run.lock import hold_run, is_alive
from openclaw_hooks.agent.run.loop import drive
from openclaw_hooks.agent.run.request import Request, make_terms
from openclaw_hooks.agent.shared import find_shared
from openclaw_hooks.agent.trees.base import choose_base
from openclaw_hooks.agent.trees.refs import attempt_refs, task_branch
from openclaw_hooks.agent.trees.worktrees import prepare_folder
from openclaw_hooks.board.actor import find_actor
from openclaw_hooks.board.leases.held import held_lease
from openclaw_hooks.errors import OpenclawError, RefusedError
from openclaw_hooks.git import call_git
from openclaw_hooks.settings import Merge, Settings, load_settings
from openclaw_hooks.tasks.model import ACTIVE, Mode, Status

if TYPE_CHECKING:
    from openclaw_hooks.agent.desk import Desk
    from openclaw_hooks.agent.run.progress import Listener
    from openclaw_hooks.agent.run.state import RunState
    from openclaw_hooks.agent_files.model import AgentCommand
    from openclaw_hooks.git import Repo
    from openclaw_hooks.tasks.model import Task

MAY_BEGIN = frozenset({Status.QUEUED, Status.RELEASED, *ACTIVE})  # whether a claim has ended is for the desk to say


class _Plan(NamedTuple):
    """A run that may begin."""

    subject: Subject
    settings: Settings
    node: str


def start_run(request: Request, desk: Desk, listener: Listener) -> RunState:
    """The state of a new run at its end; raises OpenclawError, RefusedError among them, where it cannot begin.

    A run whose task turns out to be somebody else's leaves nothing behind.
    """
    with stand_in(request.repo):
        plan = _prepare(request, desk.find(request.task))
        began = _describe(request, plan, desk)
        prepare_folder(request.repo)
        folder = run_folder(request.repo, began.run)
        os.makedirs(folder, mode=0o700)
        with hold_run(folder):
            run = begin_run(request.repo, plan.subject, (folder, began), Company(desk, listener))
            try:
                return drive(run)
            except OpenclawError:
                if not run.state.token:  # it was never ours
                    shutil.rmtree(folder, ignore_errors=True)
                raise


def _prepare(request: Request, task: Task) -> _Plan:
    repo = request.repo
    settings = load_settings(repo.top or repo.git_dir)
    _refuse_task(task)
    _refuse_runs(repo, task)
    refuse_checked_out(repo, task_branch(task.id))
    _refuse_remote(request, settings)
    command = _find_command(request, settings)
    if repo.top:
        find_shared(repo.top, settings.agent.share)
        _refuse_services(repo, task, command)
    actor = find_actor(repo)
    author = actor.author if actor.agent else actor.author.replace(" <", f" ({command.name}) <", 1)
    return _Plan(Subject(task, command, request.model, author), settings, actor.name)


def _refuse_task(task: Task) -> None:
    """Raises RefusedError for a task that no agent may begin."""
    if task.delegation.mode is Mode.HUMAN:
        raise RefusedError(f"{task.id} is for a person", "its `delegation` says so: mode human")
    if task.status not in MAY_BEGIN:
        first = {
            Status.PROPOSED: "accept it first: `openclaw task accept`",
            Status.PENDING_REVIEW: "a person looks at it: `openclaw task approve`, or `reject`",
            Status.FAILED: "put it back into the queue first: `openclaw task requeue`",
        }.get(task.status, "choose another one: `openclaw task ready`")
        raise RefusedError(f"{task.id} is {task.status} and cannot be worked on", first)


def _refuse_runs(repo: Repo, task: Task) -> None:
    """Raises RefusedError while another run of this clone is at the task, or was when its process was killed."""
    held = held_lease(repo.state_dir, task.id)
    for state in list_runs(repo):
        if state.task != task.id or state.ended is not None:
            continue
        if is_alive(state.folder):
            raise RefusedError(f"{task.id} is worked on by run {state.run}", "wait for its end")
        if held is not None and held.run == state.run:
            hint = f"go on with it: `openclaw agent resume {state.run}`"
            raise RefusedError(f"{task.id} is held by run {state.run}, whose process is gone", hint)


def _find_command(request: Request, settings: Settings) -> AgentCommand:
    agents = load_agents(request.repo.top or None)
    command = find_agent(agents, request.agent or ("any" if request.argv else ""), settings.agent)
    if request.argv:
        command = replace(command, argv=request.argv)
    if not command.argv:
        raise OpenclawError(f"agent `{command.name}` has no command", "give one with --agent-command")
    first = command.argv[0]
    words = (first,) if isinstance(first, str) else first
    program = find_program(words, os.environ)
    if not program:
        missing = "no program that can be run" if os.sep in words[0] else "not on PATH"
        raise OpenclawError(
            f"the program `{words[0]}` of agent `{command.name}` is {missing}", "install it, or name another"
        )
    if os.sep in words[0]:  # it would be looked for in the worktree, and what `~` is, only a shell knows
        command = replace(command, argv=(os.path.abspath(program), *words[1:], *command.argv[1:]))
    return command


def _refuse_remote(request: Request, settings: Settings) -> None:
    """Raises OpenclawError where kept work is to be pushed to a remote that git does not know: said before it costs anything."""
    merge, remote = request.merge or settings.agent.merge, settings.agent.push_remote
    if merge is not Merge.BRANCH or "/" in remote or ":" in remote:
        return
    if call_git(["remote", "get-url", remote], cwd=request.repo.top or request.repo.git_dir).code != 0:
        hint = "add it with `git remote add`, or name another one as `agent.push_remote` of config.yaml"
        raise OpenclawError(f"there is no remote `{remote}` that kept work could be pushed to", hint)


def _refuse_services(repo: Repo, task: Task, command: AgentCommand) -> None:
    """Raises RefusedError where a rule names a service that is not there, by the rules of this checkout."""
    missing = [found for found in check_start(read_ground(repo.top, task, command.name), task) if found.is_error]
    if missing:
        raise RefusedError(f"{task.id} cannot begin: {missing[0].message}", missing[0].hint)


def _describe(request: Request, plan: _Plan, desk: Desk) -> RunBegan:
    repo, task, command = request.repo, plan.subject.task, plan.subject.command
    base = choose_base(repo, task, _find_dependencies(task, desk))
    frozen = frozen_paths(task, plan.settings, list_entries(repo, base.commit).keys())
    env = agent_env(command, os.environ, {})
    return RunBegan(
        run=new_run_id(repo),
        task=task.id,
        title=task.title,
        node=plan.node,
        agent=command.name,
        provenance=command.provenance,
        base=base.commit,
        target=base.target,
        terms=make_terms(request, task, plan.settings.agent),
        metric=task.metric,
        measure=task.measure,
        evaluator=frozen.globs,
        frozen=frozen,
        role=task.role,
        scope=task.scope,
        first=1 + max(attempt_refs(repo, task.id), default=0),
        version=ask_version(command, repo.top or repo.git_dir, env),
    )


def _find_dependencies(task: Task, desk: Desk) -> dict[str, Task]:
    """What the task builds on, as far as the board has it; what is archived was completed long ago."""
    found = {}
    for name in task.depends_on:
        try:
            found[name] = desk.find(name)
        except OpenclawError:
            continue
    return found
