"""Whether two globs, or two lists of globs, have a path in common.

One reading differs from matching: a last name with a suffix, as in `README.md`, is taken to be a file, not a folder that
could hold anything. Else every list of files would overlap with `*.py`, by way of a `README.md/x.py` that nobody has.
A folder with a dot inside its name is written with a trailing slash, or is not seen to overlap with what lies below.

A glob without an inner slash floats, so `docs/` and `src/` do overlap, in `src/docs/x`; `/docs/` and `/src/` do not.
"""

from functools import lru_cache

from openclaw_hooks.globs.automaton import Automaton, each_bit
from openclaw_hooks.globs.build import build_automaton
from openclaw_hooks.globs.matching import GlobIndex
from openclaw_hooks.globs.parse import GlobError, adds

TYPE_CHECKING = False  # importing typing for its own costs each hook 4 ms
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

MAX_STATE_SETS = 2_000
"""How far lists with `!` are searched before the answer is a cautious yes."""
MAX_STEPS = 200_000
"""How far two globs are searched, under a second; those that people write need hundreds."""


def globs_overlap(first: str, second: str) -> bool:
    """Whether some path matches both globs. Raises `GlobError`, also for a glob with `!`.

    Decided exactly, in time polynomial in the lengths: a search through the pairs of states of both automata. Two globs
    of thousands of wildcards that would take more than `MAX_STEPS` raise, too.
    """
    for glob in (first, second):
        if not adds(glob):
            raise GlobError(glob, 1, "a glob with '!' names nothing on its own", "compare whole lists instead")
    meet = _globs_meet(first, second)
    if meet is None:
        raise GlobError(first, 1, "too many wildcards to compare it with another glob", "split it into simpler globs")
    return meet


@lru_cache(maxsize=4096)  # the same few scopes are compared with the same roles and rules again and again
def _globs_meet(first: str, second: str) -> bool | None:
    return _automata_meet(build_automaton(first, True), build_automaton(second, True))


def scope_overlaps(scope: "Sequence[str]", patterns: "Sequence[str]") -> bool:
    """Whether some path matches both lists. Raises `GlobError`.

    Exact, but where `!` makes the search exceed `MAX_STATE_SETS`, overlap of any two adding globs counts.
    """
    meeting = any(globs_overlap(first, second) for first in filter(adds, scope) for second in filter(adds, patterns))
    if not meeting or all(map(adds, (*scope, *patterns))):
        return meeting
    return _has_path([scope, patterns], (0, 1), suffix_is_file=True)


def scope_is_within(scope: "Sequence[str]", patterns: "Sequence[str]") -> bool:
    """Whether every path that matches `scope` also matches `patterns`. Raises `GlobError`.

    An empty scope allows every file, so it is inside nothing. Exact, but where the search exceeds `MAX_STATE_SETS` the
    answer is a cautious no.
    """
    return bool(scope) and not _has_path([scope, patterns], (0,), suffix_is_file=False)


def _has_path(lists: "Sequence[Sequence[str]]", wanted: tuple[int, ...], *, suffix_is_file: bool) -> bool:
    """Whether some path matches just the lists of the numbers `wanted`; yes as well after `MAX_STATE_SETS`."""
    index = GlobIndex(lists, suffix_is_file=suffix_is_file)
    alphabet = _representatives([index.automaton])
    found = {(index.automaton.start, True)}
    todo = list(found)
    while todo:
        states, name_begins = todo.pop()
        if not name_begins and index.decide(states) == wanted:
            return True
        chars = (char for char in alphabet if char != "/" or not name_begins)
        after = {(index.automaton.step(states, char), char == "/") for char in chars} - found
        found |= after
        todo.extend(after)
        if len(found) > MAX_STATE_SETS:
            return True
    return False


def _automata_meet(first: Automaton, second: Automaton) -> bool | None:
    """Whether some path without empty names leads both to acceptance; None after `MAX_STEPS`.

    For each state of the first, and whether a name begins there, the states that the second can be in at the same time.
    No move leads to an earlier state, so in their order each is done before the next.
    """
    alphabet = _representatives([first, second])
    leading = [(char, first.masks(char)) for char in alphabet]
    together = {(state, True): second.start for state in each_bit(first.start)}
    steps = 0
    for state in range(first.size):
        chars = [char for char, (forward, stay) in leading if (forward | stay) >> state & 1]
        moves = [(char, target) for char in chars for target in each_bit(first.step(1 << state, char))]
        todo = [(begins, together.get((state, begins), 0)) for begins in (True, False)]
        while todo:
            begins, others = todo.pop()
            if not begins and first.accept >> state & 1 and others & second.accept:
                return True
            for char, target in moves if others else ():
                if char == "/" and begins:
                    continue
                steps += 1
                reached = second.step(others, char)
                known = together.get((target, char == "/"), 0)
                together[(target, char == "/")] = known | reached
                if target == state and reached & ~known:
                    todo.append((char == "/", reached & ~known))
            if steps > MAX_STEPS:
                return None
    return False


def _representatives(automata: "Iterable[Automaton]") -> list[str]:
    """One character for each group that all the automata treat alike: such a group begins where a range begins or ends."""
    borders = {1, ord("/"), ord("/") + 1}
    for automaton in automata:
        for char in automaton.literals:
            borders |= {ord(char), ord(char) + 1}
        for char_class, _ in automaton.classes:
            for low, high in char_class.ranges:
                borders |= {ord(low), ord(high) + 1}
    return [chr(border) for border in sorted(borders) if border <= 0x10FFFF]
