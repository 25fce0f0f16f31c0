"""What somebody who watches a run is told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from openclaw_hooks.agent.events import Event
    from openclaw_hooks.agent.run.state import RunState


class Listener(Protocol):
    """Who watches a run, from the thread that the run goes on in; an exception of theirs ends it as a crash would."""

    def on_event(self, state: RunState, event: Event) -> None:
        """`event` is on disk, and this is the state with it."""

    def on_progress(self, elapsed_s: float, last_call: str) -> None:
        """The agent is at work for so long now; `last_call` is what it used last, empty when it does not tell."""


class Silent:
    """Nobody watches."""

    def on_event(self, state: RunState, event: Event) -> None:
        """Nothing."""

    def on_progress(self, elapsed_s: float, last_call: str) -> None:
        """Nothing."""
