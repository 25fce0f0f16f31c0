"""What people write, what they get wrong, and what must not take long."""

import subprocess
import sys
import time

import pathspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from openclaw_hooks.globs import GlobError, GlobIndex, compile_globs, is_literal, validate_glob


@pytest.mark.parametrize(
    ("glob", "matching", "other"),
    [
        ("**/*", ["a", ".env", "a/b/.c"], []),
        ("**", ["a", ".env", "a/b/.c"], []),
        ("*.py", ["a.py", "x/y/a.py", ".py"], ["a.pyc", "a.py/x"]),
        ("docs", ["docs", "docs/a.md", "x/docs/y/a.md"], ["docs2/a", "mydocs/a"]),
        ("docs/", ["docs/a.md", "x/docs/a/b.md"], ["docs"]),
        ("/docs", ["docs", "docs/a.md"], ["x/docs/a.md"]),
        ("./docs/", ["docs/a.md"], ["x/docs/a.md"]),
        ("src/api", ["src/api", "src/api/a/b.ts"], ["x/src/api", "src/api2"]),
        ("src/*", ["src/a", "src/.env"], ["src/a/b", "src", "x/src/a"]),
        ("src/**", ["src/a", "src/a/b"], ["src", "x/src/a"]),
        ("src/**/test_*.py", ["src/test_a.py", "src/x/y/test_b.py"], ["src/a.py", "test_a.py"]),
        ("packages/*/dist", ["packages/a/dist/x.js"], ["packages/dist/x.js", "packages/a/b/dist"]),
        ("**/__tests__/**", ["__tests__/a", "x/__tests__/y/a"], ["__tests__", "x/tests/a"]),
        ("a**b", ["ab", "axxb", "x/a.b"], ["a/b"]),
        ("a?c", ["abc", "a\nc", "a\udcffc"], ["ac", "a/c"]),
        ("[ab].txt", ["a.txt", "b.txt"], ["c.txt"]),
        ("[!a-c]x", ["dx", "-x"], ["ax", "cx", "x"]),
        ("[^a]x", ["bx"], ["ax"]),
        ("[]-]x", ["]x", "-x"], ["ax"]),
        ("[\\]a]x", ["]x", "ax"], ["\\x"]),
        ("\\!a\\*\\{", ["!a*{"], ["!ab{"]),
        ("{*.js,*.{ts,tsx}}", ["a.js", "b/a.tsx"], ["a.css"]),
        ("{src,lib/x}/*.py", ["src/a.py", "lib/x/a.py"], ["y/src/a.py"]),
        ("{docs,/src}", ["x/docs/a", "src/a"], ["x/src/a"]),
        ("a{,.bak}", ["a", "a.bak"], ["a.ba"]),
        ("{a}{b", None, None),
        ("{a}-{}", ["{a}-{}"], ["a-"]),
        ("a,b", ["a,b"], ["a"]),
        ("{[,],x}", [",", "x"], ["["]),
        ("with space\n*", ["with space\nand\nlines"], ["with space"]),
        ("README", ["README"], ["readme"]),
        ("#x", ["#x"], ["x"]),
    ],
)
def test_globs_match_what_people_expect(glob: str, matching: list[str] | None, other: list[str] | None) -> None:
    if matching is None or other is None:
        with pytest.raises(GlobError):
            compile_globs([glob])
        return
    validate_glob(glob)
    globs = compile_globs([glob])
    assert [path for path in matching if not globs.matches(path)] == []
    assert [path for path in other if globs.matches(path)] == []


def test_the_last_matching_pattern_of_a_list_decides() -> None:
    globs = compile_globs(["src/**", "!src/gen/", "src/gen/keep.py"])
    assert globs.patterns == ("src/**", "!src/gen/", "src/gen/keep.py")
    assert [path for path in ("src/a", "src/gen/a", "src/gen/keep.py", "b") if globs.matches(path)] == [
        "src/a",
        "src/gen/keep.py",
    ]


def test_a_list_of_exceptions_only_matches_nothing() -> None:
    assert not compile_globs(["!docs/"]).matches("src/a")
    assert not compile_globs([]).matches("src/a")


def test_an_index_names_every_list_that_matches() -> None:
    index = GlobIndex([["**/*"], ["src/", "!*.md"], [], ["*.md"], ["!src/"]])
    assert index.match("src/a.md") == (0, 3)
    assert index.match("src/a.py") == (0, 1)
    assert index.match("b") == (0,)


@pytest.mark.parametrize(
    ("glob", "column", "problem"),
    [
        ("", 1, "empty pattern"),
        ("!", 1, "empty pattern"),
        ("src/[ab", 5, "'[' is never closed"),
        ("src/[]", 5, "'[' is never closed"),
        ("a{b,{c}", 2, "'{' is never closed"),
        ("ab}", 3, "'}' closes nothing"),
        ("a\\", 2, "nothing follows the backslash"),
        ("a[\\", 2, "'[' is never closed"),
        ("a\0", 2, "NUL"),
        ("[z-a]", 2, "range z-a runs backwards"),
        ("[[:alpha:]]", 2, "named classes"),
        ("[a/b]", 3, "cannot hold '/'"),
        ("/", 1, "no path can match"),
        ("a//b", 1, "no path can match"),
        ("{,}", 1, "no path can match"),
        ("{" * 33 + "a,b" + "}" * 33, 33, "nested deeper than 32"),
        ("a" * 4097, 4097, "longer than 4096"),
    ],
)
def test_a_glob_that_cannot_be_meant_is_refused_with_its_column(glob: str, column: int, problem: str) -> None:
    with pytest.raises(GlobError) as caught:
        validate_glob(glob)
    assert problem in caught.value.message
    assert f"column {column}:" in caught.value.message
    assert repr(glob[:60])[:-1] in caught.value.message


def test_only_plain_paths_are_literal() -> None:
    assert [glob for glob in ("a/b.c", "docs/", "a*", "a?", "[a]", "{a}", "!a", "\\a") if is_literal(glob)] == [
        "a/b.c",
        "docs/",
    ]


SEGMENTS = st.lists(st.sampled_from(["a", "b", "*", "?", "[ab]", "[!b]", "a*", "*b", "\\*"]), min_size=1, max_size=2)
GITIGNORE_LINES = st.builds(
    lambda lead, parts, trail: lead + "/".join(parts) + trail,
    st.sampled_from(["", "", "/", "**/"]),
    st.lists(st.one_of(SEGMENTS.map("".join), st.just("**")), min_size=1, max_size=4).filter(
        lambda parts: parts[-1] != "**" and not any("**" in part != "**" for part in parts)
    ),
    st.sampled_from(["", "", "/", "/**"]),
)
PLAIN_PATHS = st.lists(st.text("ab*", min_size=1, max_size=2), min_size=1, max_size=5).map("/".join)


@settings(max_examples=500, deadline=None)
@given(GITIGNORE_LINES, st.lists(PLAIN_PATHS, min_size=3, max_size=6))
def test_a_glob_ignores_what_gitignore_does_once_folders_cover_their_content(line: str, paths: list[str]) -> None:
    """The one difference: in gitignore also a last name with a wildcard covers all below the folders it matches."""
    reference = pathspec.GitIgnoreSpec.from_lines([line])
    globs = compile_globs([line])
    for path in paths:
        names = path.split("/")
        covered = any(globs.matches("/".join(names[:count])) for count in range(1, len(names) + 1))
        assert covered == reference.match_file(path), path


@pytest.mark.parametrize(
    ("glob", "path"),
    [
        ("**/" * 12 + "x", "/".join("a" * 24)),
        ("**/a/" * 12 + "x", "/".join("a" * 24)),
        ("**/a*/" * 12 + "x", "/".join(["a"] * 1000)),
        ("*a*a*a*a*a*a*a*b", "a" * 4000),
        ("*a" + "?" * 40, "ab" * 2000),
        ("{a,{b,{c,d}}}" * 30 + "x", "abcd" * 20),
        ("{a,b}" * 700, "ab" * 350),
        ("{*,**/}" * 500 + "x", "a/" * 200 + "y"),
        ("{,a}" * 1000 + "b", "a" * 1000),
    ],
)
def test_no_glob_and_no_path_takes_long(glob: str, path: str) -> None:
    began = time.process_time()
    globs = compile_globs([glob])
    globs.matches(path)
    validate_glob(glob)
    assert time.process_time() - began < 1.0  # each takes a few to 100 ms; a backtracking matcher takes minutes


def test_a_hundred_lists_are_asked_about_ten_thousand_paths_in_an_instant() -> None:
    folders = [f"part{number % 20}" for number in range(100)]
    lists = [
        ["**/*.test.*", f"{folder}/", f"lib/{folder}/**/*.{{py,p{number}}}"] for number, folder in enumerate(folders)
    ]
    paths = [f"lib/part{number % 23}/deep{number % 400}/file_{number}.py" for number in range(10_000)]
    began = time.process_time()
    index = GlobIndex(lists)
    matching = sum(len(index.match(path)) for path in paths)
    assert time.process_time() - began < 0.5  # 0.03 measured; the rest is for slow machines
    assert matching == sum(5 for number in range(10_000) if number % 23 < 20)


def test_memory_stays_bounded_for_globs_with_countless_states() -> None:
    index = GlobIndex([["*a" + "?" * 20]])
    text = "".join("ab"[(number * number // 7) % 2] for number in range(40_000))
    assert index.match(text) == ((0,) if text[-21] == "a" else ())
    for number in range(10_500):
        index.match(f"folder{number}/a" + "b" * 20)
    assert len(index._folders) <= 10_000
    assert len(index._positions) <= 10_000
    assert index.match("folder1/a" + "b" * 20) == (0,)


def test_the_import_brings_in_nothing_heavy() -> None:
    program = (
        "import sys, openclaw_hooks.globs; print(*sorted({'re', 'typing', 'enum', 'pathspec'} & set(sys.modules)))"
    )
    loaded = subprocess.run([sys.executable, "-S", "-c", program], capture_output=True, text=True, check=True)
    assert loaded.stdout == "\n"
