"""Lists of globs run over a path: which of many lists match, in one pass over its characters."""

from functools import lru_cache

from openclaw_hooks.globs.automaton import join
from openclaw_hooks.globs.build import build_automaton, check_matchable
from openclaw_hooks.globs.parse import GlobError, adds

TYPE_CHECKING = False  # importing typing for its own costs each hook 4 ms
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from openclaw_hooks.globs.automaton import Automaton

MAX_REMEMBERED = 10_000
"""Positions and folders kept for the next path; a position is about 1 kB for a hundred lists of three globs."""


GROUP = 10
"""Neighbouring lists decided together: ten have far fewer combinations of matches than a hundred."""


class Position(dict[str, "Position"]):
    """Where the automaton stands in a path; a dict from the next character to the next position, filled when asked.

    A subclass of dict because looking up what is known then costs no Python call: 10,000 paths hold 400,000 characters.
    `settled` are the states entered here that accept whatever follows. They are kept out of the positions that follow:
    which of many folders a path has already passed would multiply these.
    """

    __slots__ = ("index", "open", "settled")

    def __init__(self, index: "GlobIndex", states: int) -> None:
        self.index = index
        self.settled = states & index.settling
        self.open = states ^ self.settled

    def __missing__(self, char: str) -> "Position":
        position = self[char] = self.index.position(self.index.automaton.step(self.open, char))
        return position


class GlobIndex:
    """Many lists of globs, asked together. Raises `GlobError` when built from a glob that cannot be read."""

    def __init__(self, lists: "Sequence[Sequence[str]]", suffix_is_file: bool = False) -> None:
        automata: list[Automaton] = []
        self._accepting: list[int] = []  # for each list, the states in which one of its patterns has matched
        self._denying = 0  # those states of patterns with `!`
        size = 0
        for patterns in lists:
            accepting = 0
            for pattern in patterns:
                automaton = build_automaton(pattern, suffix_is_file and adds(pattern))
                automata.append(automaton)
                accepting |= automaton.accept << size
                if not adds(pattern):
                    self._denying |= automaton.accept << size
                size += automaton.size
            self._accepting.append(accepting)
        self.automaton = join(automata)
        self.settling = self.automaton.accept & self.automaton.stay
        starts = range(0, len(self._accepting), GROUP)
        self._groups = [(first, sum(self._accepting[first : first + GROUP])) for first in starts]
        self._positions: dict[int, Position] = {}
        self._folders: dict[str, tuple[Position, int]] = {}
        self._decisions: dict[int, tuple[int, ...]] = {}

    def match(self, path: str) -> tuple[int, ...]:
        """The numbers of all lists that match, in ascending order."""
        folder, _, name = path.rpartition("/")
        position, settled = self._folders.get(folder) or self._enter(folder)
        for char in name:
            position = position[char]
        return self.decide(position.open | settled)

    def position(self, states: int) -> Position:
        """The remembered position for a set of states."""
        known = self._positions.get(states)
        if known is None:
            if len(self._positions) >= MAX_REMEMBERED:
                # Some globs have exponentially many sets of states. Forgetting bounds memory; each step stays bounded.
                for position in self._positions.values():
                    position.clear()
                self._positions.clear()
                self._folders.clear()
            known = self._positions[states] = Position(self, states)
        return known

    def decide(self, states: int) -> tuple[int, ...]:
        """The numbers of all lists that match a path which ends in these states: the last pattern that accepts decides."""
        accepting = states & self.automaton.accept
        decision = self._decisions.get(accepting)
        if decision is None:
            if len(self._decisions) >= MAX_REMEMBERED:
                self._decisions.clear()
            decision = ()
            for first, mask in self._groups:
                hits = accepting & mask
                part = self._decisions.get(hits)
                decision += self._decide_group(first, hits) if part is None else part
            self._decisions[accepting] = decision
        return decision

    def _decide_group(self, first: int, accepting: int) -> tuple[int, ...]:
        """The numbers of the matching lists in the group that begins with list `first`."""
        decision: list[int] = []
        for number, mask in enumerate(self._accepting[first : first + GROUP], first):
            hits = accepting & mask
            # Patterns lie in their order, so the highest bit is the last pattern that matched.
            if hits and not self._denying >> (hits.bit_length() - 1) & 1:
                decision.append(number)
        self._decisions[accepting] = tuple(decision)
        return tuple(decision)

    def _enter(self, folder: str) -> tuple[Position, int]:
        """The position behind `folder/`, and the settled states there; only a `/` settles anything."""
        position = self.position(self.automaton.start)
        settled = position.settled
        for char in folder + "/" if folder else "":
            position = position[char]
            settled |= position.settled
        if len(self._folders) >= MAX_REMEMBERED:
            self._folders.clear()
        self._folders[folder] = (position, settled)
        return position, settled


class GlobList:
    """One list of globs; the last one that matches decides. Made by `compile_globs`."""

    def __init__(self, patterns: tuple[str, ...]) -> None:
        self.patterns = patterns
        self._index = GlobIndex([patterns])

    def matches(self, path: str) -> bool:
        """Whether the list matches the path."""
        return bool(self._index.match(path))


@lru_cache(maxsize=512)
def _compile(patterns: tuple[str, ...]) -> GlobList:
    return GlobList(patterns)


def compile_globs(patterns: "Iterable[str]") -> GlobList:
    """The list of globs, ready to match; remembered. Raises `GlobError` for a glob that cannot be read."""
    return _compile(tuple(patterns))


def refuse_negations_only(patterns: "Sequence[str]") -> None:
    """Raise `GlobError` for a list, not empty, of `!` patterns alone: they take back from nothing, so it never matches."""
    if patterns and not any(adds(pattern) for pattern in patterns):
        raise GlobError(patterns[0], 1, "`!` alone takes back from nothing", "put `**/*` before it")


def validate_glob(pattern: str) -> None:
    """Raise `GlobError` for a glob (with or without `!`) that cannot be read or that no path can match."""
    check_matchable(pattern)
