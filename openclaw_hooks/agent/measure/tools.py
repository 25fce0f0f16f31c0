"""Programs that metrics are made of: the files they read besides those that are named, and what their operands are."""

from __future__ import annotations

from typing import Final

MAKE: Final = ("Makefile", "makefile", "GNUmakefile", "*.mk")
NODE: Final = ("package.json",)
PYTEST: Final = ("conftest.py", "pytest.ini", ".pytest.ini", "tox.ini", "setup.cfg", "pyproject.toml")
CARGO: Final = ("Cargo.toml", ".cargo/config.toml", ".cargo/config")
GRADLE: Final = ("build.gradle", "build.gradle.kts", "settings.gradle", "settings.gradle.kts")

# The files by which a program decides what it runs, at any depth.
TOOL_FILES: Final[dict[str, tuple[str, ...]]] = {
    "make": MAKE,
    "gmake": MAKE,
    "just": ("justfile", ".justfile", "Justfile"),
    "task": ("Taskfile.yml", "Taskfile.yaml"),
    "npm": NODE,
    "yarn": NODE,
    "pnpm": NODE,
    "bun": (*NODE, "bunfig.toml"),
    "jest": (*NODE, "jest.config.*"),
    "vitest": (*NODE, "vitest.config.*", "vitest.workspace.*", "vite.config.*"),
    "mocha": (*NODE, ".mocharc.*"),
    "deno": ("deno.json", "deno.jsonc"),
    "pytest": PYTEST,
    "py.test": PYTEST,
    "tox": (*PYTEST, "tox.toml"),
    "nox": (*PYTEST, "noxfile.py"),
    "cargo": CARGO,
    "cargo-nextest": CARGO,
    "rake": ("Rakefile", "*.rake"),
    "rspec": (".rspec", "spec_helper.rb"),
    "phpunit": ("phpunit.xml", "phpunit.xml.dist"),
    "mvn": ("pom.xml",),
    "gradle": GRADLE,
    "gradlew": GRADLE,
    "ctest": ("CMakeLists.txt", "CTestTestfile.cmake"),
    "cmake": ("CMakeLists.txt",),
}

# Test runners, and the names of the files that they take for tests.
PYTHON_TESTS: Final = ("test_*.py", "*_test.py")
NODE_TESTS: Final = ("*.test.*", "*.spec.*", "__tests__")
TEST_FILES: Final[dict[str, tuple[str, ...]]] = {
    "pytest": PYTHON_TESTS,
    "py.test": PYTHON_TESTS,
    "unittest": PYTHON_TESTS,
    "jest": NODE_TESTS,
    "vitest": NODE_TESTS,
    "mocha": NODE_TESTS,
    "rspec": ("*_spec.rb",),
    "phpunit": ("*Test.php",),
    "bats": ("*.bats",),
}

# The same for programs that run tests with one of their subcommands.
SUBCOMMAND_TESTS: Final[dict[tuple[str, str], tuple[str, ...]]] = {
    ("go", "test"): ("*_test.go", "testdata"),
    ("cargo", "test"): ("tests/", "benches/"),
    ("cargo", "nextest"): ("tests/", "benches/"),
    ("cargo", "bench"): ("benches/",),
    ("bun", "test"): NODE_TESTS,
    ("deno", "test"): (*NODE_TESTS, "*_test.ts", "*_test.js"),
    ("mvn", "test"): ("src/test/",),
    ("gradle", "test"): ("src/test/",),
    ("gradlew", "test"): ("src/test/",),
}

# Options of test runners that take a value which is none of the tests to run.
RUNNER_OPTIONS: Final = frozenset(
    {"-c", "-k", "-m", "-n", "-o", "-p", "-t", "--deselect", "--ignore", "--ignore-glob", "--rootdir", "--confcutdir"}
)

# Programs that run the first file they are given, in whatever version.
INTERPRETERS: Final = frozenset(
    {
        *("sh", "bash", "dash", "zsh", "ksh", "fish", ".", "source", "pwsh", "python", "pypy", "coverage"),
        *("node", "deno", "bun", "tsx", "ts-node", "ruby", "perl", "php", "lua", "luajit", "Rscript", "julia", "tclsh"),
    }
)

# Programs whose operands are what is looked at: files that they name are the work and not what measures it.
LOOKERS: Final = frozenset(
    (
        *("[", "test", "wc", "grep", "egrep", "fgrep", "rg", "ag", "ack", "cat", "bat", "head", "tail", "less"),
        *("ls", "stat", "du", "file", "find", "fd", "tree"),
        *("sort", "uniq", "cut", "tr", "nl", "sed", "awk", "gawk", "mawk", "jq", "yq", "gzip", "gunzip", "zip"),
        *("tar", "md5sum", "sha1sum", "sha256sum", "cksum"),
        *("cloc", "tokei", "scc", "ruff", "mypy", "pyright", "flake8", "pylint", "black", "isort", "radon"),
        *("vulture", "bandit"),
        *("eslint", "prettier", "tsc", "stylelint", "biome", "shellcheck", "shfmt", "yamllint", "markdownlint"),
        *("markdownlint-cli2", "vale", "codespell"),
        *("hadolint", "gofmt", "golangci-lint", "rustfmt", "clang-tidy", "clang-format", "cppcheck"),
        *("tee", "touch", "rm", "mkdir", "cp", "mv", "cd", "echo", "printf"),
    )
)

# Options whose value is a file that says how to measure: of any program, and short ones of some.
CONFIG_OPTIONS: Final = frozenset({"--config", "--config-file", "--rcfile", "--makefile", "--justfile", "--from-file"})
SHORT_CONFIG: Final[dict[str, str]] = {
    **dict.fromkeys(("make", "gmake", "just", "awk", "gawk", "mawk", "sed"), "-f"),
    **dict.fromkeys(("pytest", "jest", "vitest", "eslint"), "-c"),
}

# First parts of names of folders that hold what measures the work.
MEASURING_FOLDERS: Final = ("test", "spec", "bench", "eval", "perf", "e2e", "__tests__", "metric", "fixtures", "golden")
