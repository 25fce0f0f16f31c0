"""A run that this process goes on with: where it lies, what it is about, and its log, which is written here alone."""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from openclaw_hooks.agent.events import EventLog
from openclaw_hooks.agent.run.folders import SUBJECT, TASK
from openclaw_hooks.agent.run.lock import seen_alive
from openclaw_hooks.agent.run.own_log import OwnLog
from openclaw_hooks.agent.run.state import RunState, advance, begin, fold
from openclaw_hooks.agent.run.stops import Stops
from openclaw_hooks.agent_files.model import AgentCommand
from openclaw_hooks.errors import OpenclawError
from openclaw_hooks.files import atomic_write
from openclaw_hooks.git import foreign_env
from openclaw_hooks.settings import load_settings
from openclaw_hooks.tasks.model import Task

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from openclaw_hooks.agent.desk import Desk
    from openclaw_hooks.agent.events import Event, RunBegan
    from openclaw_hooks.agent.judge.ground import Ground
    from openclaw_hooks.agent.run.progress import Listener
    from openclaw_hooks.agent.trees.watch import Watch
    from openclaw_hooks.git import Repo
    from openclaw_hooks.settings import Settings

# How long a lease of a run holds without a sign of life, which a runner at work gives by itself.
LEASE_MINUTES = 10


class Subject(msgspec.Struct, frozen=True):
    """What a run is about, as it was when it began: the task with its text, the agent's command, and under which name it commits."""

    task: Task
    command: AgentCommand
    model: str
    author: str


class Memory(NamedTuple):
    """What is known of the attempt under way without a look at files that its agent could have changed."""

    number: int = 0
    ground: Ground | None = None
    watch: Watch | None = None
    spoken: str | None = None
    is_log_touched: bool = False


class Company(NamedTuple):
    """Who has to do with a run: the desk that it stands at, and who watches it."""

    desk: Desk
    listener: Listener


class Run:
    """A run under way; `state` is what its log comes to, and `stops` says whether it may go on."""

    def __init__(self, repo: Repo, subject: Subject, company: Company, told: tuple[RunState, Sequence[Event]]) -> None:
        state, events = told
        self.repo = repo
        self.subject = subject
        self.state = state
        self.desk = company.desk
        self.listener = company.listener
        self.stops = Stops()
        self.left_at = seen_alive(state.folder)  # by whoever was at the run before
        self.settings: Settings = load_settings(repo.top or repo.git_dir)
        self.memory = Memory()
        self._log = OwnLog(state.folder, events)

    @property
    def task(self) -> Task:
        """The task as it was when the run began."""
        return self.subject.task

    def tell(self, event: Event) -> None:
        """Puts `event` on disk, then tells whoever watches."""
        self.guard_log()
        stamped = self._log.append(event)
        self.state = advance(self.state, stamped)
        self.listener.on_event(self.state, stamped)

    @property
    def events(self) -> list[Event]:
        """What the log says."""
        return self._log.events

    def guard_log(self) -> None:
        """Puts back what somebody did to the log, and remembers for the attempt under way that somebody did."""
        if self._log.mend():
            atomic_write(self.path(SUBJECT), msgspec.json.encode(self.subject), 0o600)
            number = self.state.attempt.number if self.state.attempts else 0
            kept = self.memory if self.memory.number == number else Memory(number)
            self.memory = kept._replace(is_log_touched=True)

    def path(self, name: str) -> str:
        """The file of that name in the run's folder."""
        return os.path.join(self.state.folder, name)

    def claim_is_held(self) -> None:
        """Puts off the end of the lease; raises LostError when it is somebody else's by now."""
        self.desk.heartbeat(self.state.task, self.state.token, LEASE_MINUTES)


def begin_run(repo: Repo, subject: Subject, first: tuple[str, RunBegan], company: Company) -> Run:
    """A new run in the folder `first[0]`, with what it is about beside its log."""
    from openclaw_hooks.tasks.markdown import new_task_text

    folder, event = first
    atomic_write(os.path.join(folder, TASK), new_task_text(subject.task, subject.task.body))
    atomic_write(os.path.join(folder, SUBJECT), msgspec.json.encode(subject), 0o600)
    stamped = EventLog(folder).append(event)
    run = Run(repo, subject, company, (begin(folder, stamped), (stamped,)))
    run.listener.on_event(run.state, stamped)
    return run


def take_up(repo: Repo, folder: str, company: Company) -> Run:
    """The run in `folder` as its log has it; raises OpenclawError when what it is about cannot be read."""
    events = EventLog(folder).read()
    state = fold(folder, events)
    try:
        with open(os.path.join(folder, SUBJECT), "rb") as stream:
            subject = msgspec.json.decode(stream.read(), type=Subject)
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise OpenclawError(f"{folder}: what the run is about cannot be read: {error}") from error
    return Run(repo, subject, company, (state, events))


@contextmanager
def stand_in(repo: Repo) -> Iterator[None]:
    """Lets this process stand in the repository, with nothing around it that ties git to another one."""
    from contextlib import chdir

    before = dict(os.environ)
    foreign = foreign_env()
    for name in before.keys() - foreign.keys():
        del os.environ[name]
    try:
        with chdir(repo.top or repo.git_dir):
            yield
    finally:
        os.environ.update({name: before[name] for name in before.keys() - foreign.keys()})
