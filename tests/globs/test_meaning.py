"""Matching agrees with the meaning of globs, spelled out below with plain recursion: slow, short and written apart."""

from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, groupby, product

from hypothesis import given, settings
from hypothesis import strategies as st

from openclaw_hooks.globs import GlobIndex, compile_globs


@dataclass(frozen=True)
class Braces:
    alternatives: tuple["Pieces", ...]

    def __str__(self) -> str:
        return "{" + ",".join(text_of(pieces) for pieces in self.alternatives) + "}"


Pieces = tuple["str | Braces", ...]  # "/", "*", "**", "?", "[ab]", "[!a]", `\\*`, one character, or braces


def text_of(pieces: Pieces) -> str:
    return "".join(str(piece) for piece in pieces)


@lru_cache(maxsize=100)  # each glob is asked about several paths; braces in braces come to thousands of texts
def expansions(pieces: Pieces) -> frozenset[tuple[str, ...]]:
    choices = [
        {chosen for alternative in piece.alternatives for chosen in expansions(alternative)}
        if isinstance(piece, Braces)
        else [(piece,)]
        for piece in pieces
    ]
    return frozenset(tuple(chain.from_iterable(parts)) for parts in product(*choices))


def reference_matches(pieces: Pieces, path: str) -> bool:
    if pieces[:2] == (".", "/"):
        pieces = pieces[1:]
    return any(_expansion_matches(expansion, path.split("/")) for expansion in expansions(pieces))


def _expansion_matches(pieces: tuple[str, ...], names: list[str]) -> bool:
    if not pieces or pieces == ("/",):
        return False
    floats = "/" not in pieces[:-1]
    segments: list[list[str]] = [[]]
    for piece in pieces:
        if piece == "/":
            segments.append([])
        else:
            segments[-1].append(piece)
    if not segments[0]:
        segments = segments[1:]
    names_folder = not segments[-1]
    if names_folder:
        segments = segments[:-1]
    if not all(segments):
        return False
    if floats:
        segments = [["**"], *segments]
    above = [names[:count] for count in range(1, len(names))]
    if names_folder:
        return any(_segments_match(segments, folder) for folder in above)
    plain = not any(_is_wildcard(piece) for piece in segments[-1])
    return any(_segments_match(segments, candidate) for candidate in [names, *(above if plain else [])])


def _segments_match(segments: list[list[str]], names: list[str]) -> bool:
    if not segments:
        return not names
    if segments[0] == ["**"]:
        if len(segments) == 1:
            return bool(names)
        return any(_segments_match(segments[1:], names[skipped:]) for skipped in range(len(names) + 1))
    return bool(names) and _name_matches(segments[0], names[0]) and _segments_match(segments[1:], names[1:])


def _name_matches(pieces: list[str], name: str) -> bool:
    if not pieces:
        return not name
    if pieces[0] in ("*", "**"):
        return any(_name_matches(pieces[1:], name[skipped:]) for skipped in range(len(name) + 1))
    return bool(name) and _piece_accepts(pieces[0], name[0]) and _name_matches(pieces[1:], name[1:])


def _piece_accepts(piece: str, char: str) -> bool:
    if piece == "?":
        return True
    if piece.startswith("[!"):
        return char not in piece[2:-1]
    if piece.startswith("["):
        return char in piece[1:-1]
    return char == piece.removeprefix("\\")


def _is_wildcard(piece: str) -> bool:
    return piece[0] in "*?["


ALPHABET = "ab.{*"


def _tidy(pieces: list[str | Braces]) -> Pieces:
    """Stars that touch in the text are one `**`."""
    tidied: list[str | Braces] = []
    for is_star, run in groupby(pieces, key=lambda piece: piece in ("*", "**")):
        members = list(run)
        tidied.extend(["**"] if is_star and len(members) > 1 else members)
    return tuple(tidied)


def globs() -> st.SearchStrategy[Pieces]:
    single = st.sampled_from(["a", "b", ".", "a", "b", "/", "/", "*", "**", "?", "[ab]", "[!a]", "\\*", "\\{"])
    nested = st.recursive(
        single,
        lambda inner: st.lists(st.lists(inner, max_size=3).map(_tidy), min_size=2, max_size=3).map(
            lambda alternatives: Braces(tuple(alternatives))
        ),
        max_leaves=8,
    )
    return st.lists(nested, min_size=1, max_size=7).map(_tidy)


def paths() -> st.SearchStrategy[str]:
    names = st.text(alphabet=ALPHABET, min_size=1, max_size=3)
    return st.lists(names, min_size=1, max_size=5).map("/".join)


@settings(max_examples=400, deadline=None)
@given(globs(), st.lists(paths(), min_size=5, max_size=10))
def test_a_glob_matches_what_its_expansions_mean(pieces: Pieces, some_paths: list[str]) -> None:
    globs = compile_globs([text_of(pieces)])
    for path in some_paths:
        assert globs.matches(path) == reference_matches(pieces, path), path


rules = st.lists(st.lists(st.tuples(st.booleans(), globs()), max_size=4), min_size=1, max_size=15)


@settings(max_examples=40, deadline=None)
@given(rules, st.lists(paths(), min_size=1, max_size=8))
def test_an_index_finds_exactly_the_lists_whose_last_match_adds(
    lists: list[list[tuple[bool, Pieces]]], some_paths: list[str]
) -> None:
    texts = [[("" if adds else "!") + text_of(pieces) for adds, pieces in globs] for globs in lists]
    index = GlobIndex(texts)
    for path in some_paths:
        expected = []
        for number, globs in enumerate(lists):
            verdicts = [adds for adds, pieces in globs if reference_matches(pieces, path)]
            if verdicts and verdicts[-1]:
                expected.append(number)
        assert index.match(path) == tuple(expected)
        assert [number for number, globs in enumerate(texts) if compile_globs(globs).matches(path)] == expected
