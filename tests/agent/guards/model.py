"""A guard of agent runs: where it is in the code, what takes it away, and which tests notice that."""

from __future__ import annotations

from typing import NamedTuple


class Guard(NamedTuple):
    """`source` occurs once in `file`; with `replacement` in its place the guard is gone, and one of `tests` fails.

    `holds` says in words what is no longer so then. Paths begin at the top of the repository.
    """

    name: str
    holds: str
    file: str
    source: str
    replacement: str
    tests: tuple[str, ...]
