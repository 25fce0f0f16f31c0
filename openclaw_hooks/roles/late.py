"""The roles of a repository for those who seldom need one: read when the first is asked for."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING, overload

if TYPE_CHECKING:
    from openclaw_hooks.roles.model import Role


class LateRoles(Sequence["Role"]):
    """What `load_roles(root)` gives, loaded at the first look: reading all roles takes longer than a commit."""

    def __init__(self, root: str | None) -> None:
        self._root = root

    @cached_property
    def _roles(self) -> tuple[Role, ...]:
        from openclaw_hooks.roles.load import load_roles

        return tuple(load_roles(self._root))

    @overload
    def __getitem__(self, index: int) -> Role: ...

    @overload
    def __getitem__(self, index: slice) -> Sequence[Role]: ...

    def __getitem__(self, index: int | slice) -> Role | Sequence[Role]:
        """One role, or some."""
        return self._roles[index]

    def __len__(self) -> int:
        """How many there are."""
        return len(self._roles)
