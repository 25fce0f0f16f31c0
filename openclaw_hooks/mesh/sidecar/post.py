"""What brings the edits of a board to whoever decides on them, and what it says became of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping

    from openclaw_hooks.mesh.mirror.step import Send


class Delivered(NamedTuple):
    """What became of an edit: the key's revision and value now, or why it was refused; neither: ask again later."""

    revision: int = 0
    content: bytes | None = None
    refusal: str = ""

    @property
    def is_settled(self) -> bool:
        """Whether the lead has decided on it."""
        return bool(self.refusal) or self.content is not None


class Post(Protocol):
    """What brings edits of this board to the lead."""

    async def deliver(self, key: str, send: Send, request: str) -> Delivered:
        """What became of the edit `send` of `key`; never raises for what can be tried again."""

    async def deliver_all(self, sends: Mapping[str, Send]) -> dict[str, Delivered]:
        """The same for many at once."""
