"""The files of an attempt in its run's folder: what it was told, what it said, and what it is judged by."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from openclaw_hooks.agent.judge.ground import Ground, load_ground, save_ground
from openclaw_hooks.agent.run.context import Memory
from openclaw_hooks.agent.trees.watch import Watch
from openclaw_hooks.errors import OpenclawError
from openclaw_hooks.files import atomic_write

if TYPE_CHECKING:
    from openclaw_hooks.agent.run.context import Run


def prompt_path(run: Run) -> str:
    """The file with the prompt of the attempt under way."""
    return run.path(f"prompt-{run.state.attempt.number}.md")


def agent_log(run: Run) -> str:
    """The file with what its agent prints."""
    return run.path(f"agent-{run.state.attempt.number}.log")


def spoken_path(run: Run) -> str:
    """The file with what of that is looked through: its words and the commands that it ran."""
    return run.path(f"spoken-{run.state.attempt.number}.txt")


def ground_path(run: Run) -> str:
    """The file with what the attempt is judged by."""
    return run.path(f"ground-{run.state.attempt.number}.json")


def watch_path(run: Run) -> str:
    """The file with how the repository around it was before its agent began."""
    return run.path(f"watch-{run.state.attempt.number}.json")


def keep_ground(run: Run, ground: Ground) -> None:
    """Remembers what the attempt is judged by, also for whoever takes the run up; raises OSError."""
    run.memory = _memory(run)._replace(ground=ground)
    save_ground(ground_path(run), ground)


def read_kept_ground(run: Run) -> Ground:
    """What the attempt is judged by, as it was before its agent began; raises OpenclawError when that is not known any more."""
    if ground := _memory(run).ground:
        return ground
    try:
        return load_ground(ground_path(run))
    except (OSError, msgspec.MsgspecError) as error:
        raise OpenclawError(f"what the attempt is judged by cannot be read: {error}") from error


def keep_watch(run: Run, watch: Watch) -> None:
    """Remembers how the repository is before the agent begins, also for whoever takes the run up; raises OSError."""
    run.memory = _memory(run)._replace(watch=watch)
    atomic_write(watch_path(run), msgspec.json.encode(watch), 0o600)


def read_watch(run: Run) -> Watch:
    """How the repository was before the agent began; raises OpenclawError when that is not known any more."""
    if watch := _memory(run).watch:
        return watch
    try:
        with open(watch_path(run), "rb") as stream:
            return msgspec.json.decode(stream.read(), type=Watch)
    except (OSError, msgspec.MsgspecError) as error:
        raise OpenclawError(f"how the repository was before cannot be read: {error}") from error


def keep_spoken(run: Run, spoken: str) -> None:
    """Remembers what the agent said and which commands it ran, also for whoever takes the run up; raises OSError."""
    run.memory = _memory(run)._replace(spoken=spoken)
    atomic_write(spoken_path(run), spoken.encode("utf-8", "replace"), 0o600)


def read_spoken(run: Run) -> str:
    """What the agent said, and the commands that it ran; raises OpenclawError when that is not known any more."""
    spoken = _memory(run).spoken
    if spoken is not None:
        return spoken
    try:
        with open(spoken_path(run), "rb") as stream:
            return stream.read().decode("utf-8", "replace")
    except OSError as error:
        raise OpenclawError(f"what the agent said cannot be read: {error}") from error


def is_log_touched(run: Run) -> bool:
    """Whether somebody changed the run's log while the attempt was under way."""
    return _memory(run).is_log_touched


def _memory(run: Run) -> Memory:
    """What is remembered of the attempt under way, and of no earlier one."""
    number = run.state.attempt.number
    return run.memory if run.memory.number == number else Memory(number)


def metric_log(run: Run) -> str:
    """The file with what the metric prints, of the attempt or of the base."""
    return run.path(f"metric-{run.state.attempt.number if run.state.attempts else 0}.log")
