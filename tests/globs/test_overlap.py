"""Overlap of globs and of scopes: decided, not guessed."""

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from openclaw_hooks.globs import GlobError, compile_globs, globs_overlap, scope_is_within, scope_overlaps


def _every_path(letters: str, max_chars: int) -> list[str]:
    texts = ("".join(chars) for size in range(1, max_chars + 1) for chars in product(letters + "/", repeat=size))
    return [path for path in texts if "" not in path.split("/")]


# The globs are so short that two of them, or two lists, that overlap at all do so in one of these paths.
PATHS_OF_TWO_LETTERS = _every_path("ab", 9)
PATHS_OF_THREE_LETTERS = _every_path("abc", 7)
SINGLE = ["a", "b", "/", "*", "**/", "?", "[!a]", "{a,b}"]
SMALL_GLOBS = st.lists(
    st.sampled_from([*SINGLE, "ab", "a/", "*b", "[ab]", "{,b/}", "{a*,/b}"]), min_size=1, max_size=2
).map("".join)
SMALL_SCOPES = st.lists(
    st.tuples(
        st.sampled_from(["", "", "!"]), st.lists(st.sampled_from(SINGLE), min_size=1, max_size=2).map("".join)
    ).map("".join),
    max_size=3,
)


@pytest.mark.parametrize(
    ("first", "second", "overlap"),
    [
        ("src/**", "src/*.py", True),
        ("docs/", "docs/**/*.md", True),
        ("docs", "docs/guide/a.md", True),
        ("src/*.js", "src/*.ts", False),
        ("src/*.{js,ts}", "src/*.{css,ts}", True),
        ("src/[a-f]*.py", "src/[g-z]*.py", False),
        ("a/**/b.py", "a/*/c.py", False),
        ("src/api", "**/*.ts", True),
        ("src/api/", "src/app/", False),
        ("docs/", "src/", True),
        ("/docs/", "/src/", False),
        ("*.md", "docs/", True),
        ("/README.md", "docs/", False),
        ("**", ".github/workflows/*", True),
        ("/a?", "/a", False),
        ("packages/*/dist", "packages/**/index.js", True),
        ("[!a]", "[a]", False),
        ("[!a]", "[!b]", True),
    ],
)
def test_two_globs_overlap_when_a_path_can_match_both(first: str, second: str, overlap: bool) -> None:
    assert globs_overlap(first, second) is overlap
    assert globs_overlap(second, first) is overlap


def test_a_literal_last_name_with_a_suffix_is_a_file_when_globs_are_compared() -> None:
    assert not globs_overlap("README.md", "**/*.py")
    assert globs_overlap("README.md/", "**/*.py")
    assert globs_overlap(".github", "**/*.yml")


@settings(max_examples=300, deadline=None)
@given(SMALL_GLOBS, SMALL_GLOBS)
def test_overlap_agrees_with_trying_every_small_path(first: str, second: str) -> None:
    shared = compile_globs([first]), compile_globs([second])
    found = any(shared[0].matches(path) and shared[1].matches(path) for path in PATHS_OF_TWO_LETTERS)
    assert globs_overlap(first, second) is found


@settings(max_examples=150, deadline=None)
@given(SMALL_SCOPES, SMALL_SCOPES)
def test_scope_overlap_agrees_with_trying_every_small_path(scope: list[str], patterns: list[str]) -> None:
    lists = compile_globs(scope), compile_globs(patterns)
    found = any(lists[0].matches(path) and lists[1].matches(path) for path in PATHS_OF_THREE_LETTERS)
    assert scope_overlaps(scope, patterns) is found


@pytest.mark.parametrize(
    ("scope", "patterns", "overlap"),
    [
        (["src/**", "!src/gen/"], ["src/gen/*.py"], False),
        (["src/**", "!src/gen/"], ["src/*/*.py"], True),
        (["src/**", "!src/gen/", "src/gen/keep.py"], ["src/gen/*.py"], True),
        (["**", "!*.md"], ["docs/*.md"], False),
        (["!src/"], ["**"], False),
        ([], ["**"], False),
        (["src/a.py", "src/b.py"], ["*.py"], True),
    ],
)
def test_scopes_take_their_exceptions_into_account(scope: list[str], patterns: list[str], overlap: bool) -> None:
    assert scope_overlaps(scope, patterns) is overlap
    assert scope_overlaps(patterns, scope) is overlap


@pytest.mark.parametrize(
    ("scope", "patterns", "within"),
    [
        (["src/api/*.py"], ["src/**"], True),
        (["src/api/", "src/a.py"], ["src/"], True),
        (["src/api/", "docs/"], ["/src/"], False),
        (["**"], ["src/**"], False),
        (["**"], ["**"], True),
        (["**/*"], ["**"], True),
        ([], ["**"], False),
        (["src/**"], [], False),
        (["src/{a,b}/*.py"], ["src/a/", "src/b/"], True),
        (["src/{a,c}/*.py"], ["src/a/", "src/b/"], False),
        (["src/**"], ["src/**", "!src/secret/"], False),
        (["src/**", "!src/secret/"], ["src/**", "!src/secret/"], True),
        (["api"], ["src/**"], False),
        (["src/../etc/passwd"], ["src/**"], True),  # no path of git looks so, and the scope check compares such paths
    ],
)
def test_a_scope_is_within_others_when_no_path_of_it_is_outside(
    scope: list[str], patterns: list[str], within: bool
) -> None:
    assert scope_is_within(scope, patterns) is within


@given(SMALL_SCOPES, SMALL_SCOPES)
@settings(max_examples=60, deadline=None)
def test_what_is_said_to_be_within_is_so_for_every_path(scope: list[str], patterns: list[str]) -> None:
    inner, outer = compile_globs(scope), compile_globs(patterns)
    outside = [path for path in PATHS_OF_TWO_LETTERS[:2000] if inner.matches(path) and not outer.matches(path)]
    if scope_is_within(scope, patterns):
        assert not outside
    elif scope:
        assert any(inner.matches(path) and not outer.matches(path) for path in PATHS_OF_THREE_LETTERS)


def test_a_scope_too_intricate_to_search_counts_as_within_nothing() -> None:
    assert not scope_is_within(["*a" + "?" * 14, "!" + "[ab]" * 15, "!*b*"], ["*b" + "?" * 13, "a*", "?*"][:1])


def test_a_scope_too_intricate_to_search_counts_as_overlapping() -> None:
    scope = ["*a" + "?" * 14, "!" + "[ab]" * 15, "!*b*", "!*"]
    patterns = ["*b" + "?" * 13]
    assert scope_overlaps(scope, patterns)  # in truth `!*` leaves nothing


def test_a_lone_negated_glob_cannot_be_compared() -> None:
    with pytest.raises(GlobError, match=r"'!docs/', column 1: .*names nothing on its own"):
        globs_overlap("src/", "!docs/")


def test_two_enormous_globs_are_refused_instead_of_compared_for_minutes() -> None:
    with pytest.raises(GlobError, match="too many wildcards to compare"):
        globs_overlap("{,a}" * 1000, "{,b}" * 1000 + "c")
