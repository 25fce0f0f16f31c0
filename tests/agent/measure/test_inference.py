"""Which files a metric's command measures with, as far as its text and the tree say."""

from __future__ import annotations

import pytest

from openclaw_hooks.agent.measure.inference import anchor, infer_evaluator
from openclaw_hooks.globs import compile_globs

TREE = (
    "Makefile",
    "README.md",
    "bench.sh",
    "bench/cases.py",
    "bench/data/big.csv",
    "bench/run.py",
    "bench/__init__.py",
    "conf/pytest.ini",
    "env.sh",
    "pyproject.toml",
    "ruff.toml",
    "schema.sql",
    "src/app.py",
    "src/test_inside.py",
    "src/web/x.js",
    "tests/auth/test_login.py",
    "tests/conftest.py",
    "tests/test_app.py",
    "tools/count.py",
    "tools/lib.py",
    "web/package.json",
    "web/bench.js",
    "we ird/[a]{b},c.sh",
    "cmd/bench/main.go",
    "store/store_test.go",
)


def frozen(metric: str, scope: str = "") -> set[str]:
    """The files of the tree that are frozen for this metric."""
    work = compile_globs((scope,) if scope else ())
    inferred = infer_evaluator(metric, TREE, work.matches)
    globs = compile_globs((*inferred.named, *inferred.tools))
    return {path for path in TREE if globs.matches(path)}


BENCH = {"bench/cases.py", "bench/data/big.csv", "bench/run.py", "bench/__init__.py"}
TESTS = {"tests/auth/test_login.py", "tests/conftest.py", "tests/test_app.py"}
PYTEST = {"pyproject.toml", "tests/conftest.py", "conf/pytest.ini"}


@pytest.mark.parametrize(
    ("metric", "files"),
    [
        # scripts that are run, and what lies beside them in a folder of benchmarks
        ("sh bench.sh", {"bench.sh"}),
        ("./bench.sh --fast", {"bench.sh"}),
        ("bash -e ./bench.sh | tail -1", {"bench.sh"}),
        (". ./env.sh && exec sh bench.sh", {"env.sh", "bench.sh"}),
        ("python3 tools/count.py", {"tools/count.py"}),
        ("python bench/run.py", BENCH),
        ("python -m bench.run --quick", BENCH),
        ("uv run python bench/run.py", BENCH),
        ("cd bench && python run.py data/big.csv", BENCH),
        ("timeout 60 hyperfine 'python bench/run.py'", BENCH),
        ("cd web; node bench.js", {"web/bench.js"}),
        ("sh 'we ird/[a]{b},c.sh'", {"we ird/[a]{b},c.sh"}),
        ("go run ./cmd/bench", {"cmd/bench/main.go"}),
        # tests that are given to a test runner, or that it finds
        ("pytest tests/auth", PYTEST | {"tests/auth/test_login.py"}),
        ("python -m pytest tests/test_app.py::test_one -q", PYTEST | TESTS),
        ("pytest src", PYTEST | {"src/test_inside.py"}),
        ("pytest -q", PYTEST | {"src/test_inside.py", "tests/auth/test_login.py", "tests/test_app.py"}),
        ("pytest --ignore tests/auth -k 'not slow'", PYTEST | {"src/test_inside.py"} | TESTS),
        ("coverage run -m pytest tests && coverage report", PYTEST | TESTS),
        ("go test ./...", {"store/store_test.go"}),
        # files by which programs decide what they run
        ("make -s all", {"Makefile"}),
        ("make -s bench", {"Makefile"} | BENCH),  # a target that is called as such a folder
        ("npm --prefix web test", {"web/package.json"}),
        ("tox -e py311", PYTEST),
        # settings, data and what is read
        ("ruff check --config ruff.toml src", {"ruff.toml"}),
        ("ruff check --config=ruff.toml src", {"ruff.toml"}),
        ("sqlite3 :memory: < schema.sql", {"schema.sql"}),
        ("diff schema.sql out.sql", {"schema.sql"}),
        ("python tools/count.py src/app.py", {"tools/count.py", "src/app.py"}),
        # what is only looked at is the work
        ("wc -l src/app.py", set()),
        ("wc -c src/app.py README.md | tail -1", set()),
        ("test -f README.md && grep -q Install README.md", set()),
        ("timeout 9 python -m mypy --strict src/app.py", set()),
        ("npx eslint src/web/x.js", set()),
        ("ruff check src", set()),
        ("python -c 'print(1)' && true", set()),
        # what is not in the tree, or all of it
        ("sh /etc/profile; sh ../bench.sh; python ~/x.py; ls .", set()),
        ("python nothere.py --in missing.csv", set()),
        ("$RUNNER tests/test_app.py", {"tests/test_app.py"}),
        ("behave tests/auth", {"tests/auth/test_login.py"}),
        ("ls tests", set()),
    ],
)  # fmt: skip
def test_what_a_command_measures_with(metric: str, files: set[str]) -> None:
    assert frozen(metric) == files


def test_what_the_scope_names_is_work_unless_it_is_run() -> None:
    assert frozen("python tools/count.py src/app.py", "src/") == {"tools/count.py"}
    assert frozen("python tools/count.py src/app.py", "**") == {"tools/count.py"}
    assert frozen("pytest tests", "tests/") == PYTEST | TESTS
    assert frozen("gcc bench.c src/app.py", "src/") == set()


@pytest.mark.parametrize(
    ("metric", "is_frozen"),
    [
        ("python -m pytest tests", True),
        ("coverage run -m pytest", True),
        ("cd tests && python3 -m mypy ../src", False),
        ("pytest tests", False),  # the installed one, whatever lies here
        ("python -m shop", False),  # what is to be written
    ],
)
def test_nothing_new_is_run_in_place_of_a_known_program(metric: str, is_frozen: bool) -> None:
    globs = compile_globs(infer_evaluator(metric, TREE, lambda _: True).tools)
    new = ("pytest.py", "pytest/__main__.py", "mypy.py", "shop.py", "shop/__main__.py")
    assert [globs.matches(path) for path in new] == [is_frozen, is_frozen, False, False, False]
    assert globs.matches("tests/mypy.py") == ("mypy" in metric)


@pytest.mark.parametrize(
    "metric", ["", "'", "$(", "a" * 300_000, "`x` && <<E", "\0", "if then", "sh 'a\nb'", "sh '\ud800'"]
)
def test_no_text_of_a_metric_breaks_the_inference(metric: str) -> None:
    infer_evaluator(metric, TREE, lambda _: False)


def test_an_anchored_path_names_itself_alone() -> None:
    for path in (*TREE, "a*b/c?d", "!x", "\\y", "a b", "{a,b}", "[z", "\u00e9/\udc80"):
        globs = compile_globs((anchor(path),))
        assert globs.matches(path)
        assert not globs.matches(f"sub/{path}")
        assert not globs.matches(f"{path}x")
