"""A nondeterministic automaton whose sets of states are the bits of one integer.

Two kinds of moves are enough, so that a step of all states at once is a handful of integer operations: a state consumes
a character and goes to the state behind it, or consumes it and stays. Moves without a character ("jumps", to later
states only) exist at the edges of braces and around `**/`; they are closed over beforehand.
"""

TYPE_CHECKING = False  # importing typing for its own costs each hook 4 ms
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from openclaw_hooks.globs.parse import CharClass


class Automaton:
    """States `0 .. size-1`; masks say which states a character moves forward or keeps."""

    def __init__(self) -> None:
        self.size = 0
        self.start = 0
        self.accept = 0
        self.literals: dict[str, int] = {}
        self.classes: list[tuple[CharClass, int]] = []
        self.forward_in_name = 0  # by any character but '/'
        self.forward = 0  # by any character
        self.stay_in_name = 0
        self.stay = 0
        self.closures: dict[int, int] = {}
        self.jumping = 0  # the states that have a closure
        self._masks: dict[str, tuple[int, int]] = {}

    def masks(self, char: str) -> tuple[int, int]:
        """The states that `char` moves forward, and those in which it may stay."""
        known = self._masks.get(char)
        if known is None:
            forward = self.forward | self.literals.get(char, 0)
            stay = self.stay
            if char != "/":
                forward |= self.forward_in_name
                stay |= self.stay_in_name
            for char_class, mask in self.classes:
                if char_class.accepts(char):
                    forward |= mask
            known = self._masks[char] = (forward, stay)
        return known

    def step(self, states: int, char: str) -> int:
        """The states after `char`, jumps taken."""
        forward, stay = self.masks(char)
        after = ((states & forward) << 1) | (states & stay)
        jumping = after & self.jumping
        while jumping:
            state = jumping.bit_length() - 1
            after |= self.closures[state]
            jumping ^= 1 << state
        return after


def each_bit(mask: int) -> "Iterator[int]":
    """The numbers of the set bits, lowest first."""
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low


def join(automata: "Iterable[Automaton]") -> Automaton:
    """One automaton that runs all of them side by side, in order."""
    joined = Automaton()
    classes: dict[CharClass, int] = {}
    for automaton in automata:
        offset = joined.size
        joined.size += automaton.size
        joined.start |= automaton.start << offset
        joined.accept |= automaton.accept << offset
        joined.forward |= automaton.forward << offset
        joined.forward_in_name |= automaton.forward_in_name << offset
        joined.stay |= automaton.stay << offset
        joined.stay_in_name |= automaton.stay_in_name << offset
        joined.jumping |= automaton.jumping << offset
        for char, mask in automaton.literals.items():
            joined.literals[char] = joined.literals.get(char, 0) | mask << offset
        for char_class, mask in automaton.classes:
            classes[char_class] = classes.get(char_class, 0) | mask << offset
        for state, mask in automaton.closures.items():
            joined.closures[state + offset] = mask << offset
    joined.classes = list(classes.items())
    return joined
