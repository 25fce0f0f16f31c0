"""The automaton of one glob."""

from functools import lru_cache

from openclaw_hooks.globs.automaton import Automaton, each_bit
from openclaw_hooks.globs.parse import ANY, DOT, GLOBSTAR, SLASH, STAR, CharClass, Choice, GlobError, Token, parse_glob

# What stands to the left. All but OTHER wait for the next token to decide what they mean.
_START, _ROOT, _OTHER, _SLASH, _GLOBSTAR, _FOLDERS = range(6)
# The last name so far: plain, plain with a suffix as in `app.ts`, or with a wildcard.
_PLAIN, _SUFFIXED, _WILD = range(3)
# Where the pattern may begin: at any depth (no inner slash may come), at the top (one must come), at the top (it came).
_FLOATING, _ANCHORED, _ANCHOR_SEEN = range(3)

_Context = tuple[int, int, int]
_Frontier = dict[_Context, int]


@lru_cache(maxsize=4096)
def build_automaton(pattern: str, suffix_is_file: bool = False) -> Automaton:
    """The automaton of a pattern, its `!` left aside. Raises `GlobError`.

    With `suffix_is_file`, a last name such as `app.ts` names a file only; else it may name a folder, and then matches
    what is below it, too.
    """
    builder = _Builder()
    tokens = parse_glob(pattern)
    frontier: _Frontier = {}
    anchorings = _possible_anchorings(pattern, tokens)
    for anchoring in anchorings:
        state = builder.fork(0) if len(anchorings) > 1 else 0
        if anchoring == _FLOATING:
            state = builder.any_folders(state)
        frontier[(_START, _PLAIN, anchoring)] = state
    for context, state in builder.run(tokens, frontier).items():
        builder.finish(context, state, suffix_is_file)
    return builder.build()


def check_matchable(pattern: str) -> None:
    """Raise `GlobError` where no path can match, as with `/` or `a//b`."""
    automaton = build_automaton(pattern)
    moving = automaton.forward | automaton.forward_in_name
    for mask in (*automaton.literals.values(), *(mask for _, mask in automaton.classes)):
        moving |= mask
    reachable = fresh = automaton.start
    while fresh:
        after = (fresh & moving) << 1
        for state in each_bit(after & automaton.jumping):
            after |= automaton.closures[state]
        fresh = after & ~reachable
        reachable |= fresh
    if not reachable & automaton.accept:
        raise GlobError(pattern, 1, "no path can match", "folder names are not empty; write ** for everything")


def _possible_anchorings(pattern: str, tokens: list[Token]) -> tuple[int, ...]:
    """Whether the pattern floats or is tied to the top; both are tried where braces decide it."""
    if "/" not in pattern:
        return (_FLOATING,)
    behind_slash = tokens[tokens.index(SLASH) + 1 :] if SLASH in tokens else []
    if not all(isinstance(token, Choice) for token in behind_slash):
        return (_ANCHORED,)
    return (_ANCHORED, _FLOATING) if any(isinstance(token, Choice) for token in tokens) else (_FLOATING,)


class _Builder:
    """Lays out states while it reads tokens.

    A token's meaning depends on its neighbours, which differ between the expansions of a brace; so the reader keeps one
    state for each context that some expansion has reached.
    """

    def __init__(self) -> None:
        self.automaton = Automaton()
        self.automaton.size = 1
        self.jumps: dict[int, list[int]] = {}
        self.folders_end = -1

    def build(self) -> Automaton:
        """The automaton, its jumps closed."""
        automaton = self.automaton
        for state in sorted(self.jumps, reverse=True):  # jumps only lead to later states
            closure = 1 << state
            for target in self.jumps[state]:
                closure |= automaton.closures.get(target, 1 << target)
            automaton.closures[state] = closure
            automaton.jumping |= 1 << state
        automaton.start = automaton.closures.get(0, 1)
        return automaton

    def fork(self, *sources: int) -> int:
        """A new state that the sources jump to."""
        state = self.automaton.size
        self.automaton.size += 1
        for source in sources:
            self.jumps.setdefault(source, []).append(state)
        return state

    def consume(self, state: int, token: Token | None) -> int:
        """The state behind `token` (None: any character at all)."""
        automaton = self.automaton
        if state != automaton.size - 1:
            state = self.fork(state)
        automaton.size += 1
        bit = 1 << state
        if token is None:
            automaton.forward |= bit
        elif token is ANY:
            automaton.forward_in_name |= bit
        elif isinstance(token, CharClass):
            automaton.classes.append((token, bit))
        elif isinstance(token, str):
            automaton.literals[token] = automaton.literals.get(token, 0) | bit
        return state + 1

    def any_folders(self, state: int) -> int:
        """The state behind `(.*/)?`."""
        if state == self.folders_end:
            return state  # `**/**/` is `**/`
        inside = self.fork(state)
        self.automaton.stay |= 1 << inside
        self.folders_end = self.consume(inside, "/")
        self.jumps[state].append(self.folders_end)
        return self.folders_end

    def run(self, tokens: list[Token], frontier: _Frontier) -> _Frontier:
        """The contexts and states after the tokens."""
        for token in tokens:
            if isinstance(token, Choice):
                frontier = self._branch(token, frontier)
            else:
                reached: dict[_Context, list[int]] = {}
                for context, state in frontier.items():
                    after = self._advance(context, state, token)
                    if after is not None:
                        reached.setdefault(after[0], []).append(after[1])
                frontier = self._merge(reached)
        return frontier

    def _branch(self, choice: Choice, frontier: _Frontier) -> _Frontier:
        """The contexts and states after any of the alternatives."""
        reached: dict[_Context, list[int]] = {}
        for alternative in choice.alternatives:
            entries = {context: self.fork(state) for context, state in frontier.items()}
            for context, state in self.run(alternative, entries).items():
                reached.setdefault(context, []).append(state)
        return self._merge(reached)

    def _merge(self, reached: dict[_Context, list[int]]) -> _Frontier:
        """One state for each context."""
        return {context: states[0] if len(states) == 1 else self.fork(*states) for context, states in reached.items()}

    def _advance(self, context: _Context, state: int, token: Token) -> tuple[_Context, int] | None:
        """The context and state behind one token; None where no path can follow."""
        left, tail, anchoring = context
        if token == SLASH:
            following = {_START: _ROOT, _OTHER: _SLASH, _GLOBSTAR: _FOLDERS}.get(left)
            return None if following is None else ((following, tail, anchoring), state)
        if left in (_ROOT, _SLASH, _FOLDERS):  # that was a leading or inner slash
            if anchoring == _FLOATING:
                return None
            anchoring, tail = _ANCHOR_SEEN, _PLAIN
            if left != _ROOT:
                state = self.consume(state, "/") if left == _SLASH else self.any_folders(state)
        if left == _GLOBSTAR:  # inside a name, ** is *
            self.automaton.stay_in_name |= 1 << state
            left = _OTHER
        if token is GLOBSTAR and left != _OTHER:
            return (_GLOBSTAR, _WILD, anchoring), state
        if token is GLOBSTAR or token is STAR:
            self.automaton.stay_in_name |= 1 << state
            return (_OTHER, _WILD, anchoring), state
        if not isinstance(token, str):
            tail = _WILD
        elif token == DOT and left == _OTHER and tail == _PLAIN:
            tail = _SUFFIXED
        return (_OTHER, tail, anchoring), self.consume(state, token)

    def finish(self, context: _Context, state: int, suffix_is_file: bool) -> None:
        """Accept what the pattern names when it ends here, and what is below it."""
        left, tail, anchoring = context
        if anchoring == _ANCHORED or left in (_START, _ROOT):
            return
        automaton = self.automaton
        if left == _FOLDERS:  # the content of any folder
            state = self.consume(state, None)
            automaton.stay |= 1 << state
        if left in (_SLASH, _FOLDERS):
            state = self.consume(state, "/")
        if left == _OTHER:
            automaton.accept |= 1 << state
            if tail == _WILD or (tail == _SUFFIXED and suffix_is_file):
                return
            state = self.consume(state, "/")
        automaton.accept |= 1 << state
        automaton.stay |= 1 << state
