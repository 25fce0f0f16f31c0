"""The tools of a node from several sides: one that cannot tell its own takes nothing from the others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from openclaw_hooks.errors import OpenclawError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from openclaw_hooks.mesh.offers.tools import Tool

    FindTools = Callable[[], Sequence[Tool]]


class Gathering:
    """What all of `finders` give, asked anew at each call; what one of them complains about is logged once."""

    def __init__(self, finders: Sequence[FindTools], log: Callable[[str], None]) -> None:
        self._finders = finders
        self._log = log
        self._troubles = [""] * len(finders)

    def __call__(self) -> list[Tool]:
        """The tools, of those with one name the first."""
        found: dict[str, Tool] = {}
        for number, find in enumerate(self._finders):
            try:
                tools, trouble = find(), ""
            except OpenclawError as error:
                tools, trouble = (), f"some tools are not offered: {error}"
            if trouble and trouble != self._troubles[number]:
                self._log(trouble)
            self._troubles[number] = trouble
            for tool in tools:
                found.setdefault(tool.name, tool)
        return list(found.values())
