"""What the command of a metric lets one infer about the files that it measures with."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, NamedTuple

from openclaw_hooks.agent.measure.tools import (
    CONFIG_OPTIONS,
    INTERPRETERS,
    LOOKERS,
    MEASURING_FOLDERS,
    RUNNER_OPTIONS,
    SHORT_CONFIG,
    SUBCOMMAND_TESTS,
    TEST_FILES,
    TOOL_FILES,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Sequence

    from openclaw_hooks.shell.reading import Run


class Inferred(NamedTuple):
    """Globs of the files in a tree that a command measures with, and of those that its programs read wherever they turn up."""

    named: tuple[str, ...] = ()
    tools: tuple[str, ...] = ()


def infer_evaluator(metric: str, paths: Collection[str], is_work: Callable[[str], bool]) -> Inferred:
    """What the command `metric` measures with in a tree with the files `paths`.

    `named` are scripts that it runs, tests that it gives to a test runner, settings, and other files that it names. Of these
    last ones, those of which `is_work` holds are the subject and not the measure, and so is all that linters and the like
    look at. `tools` are the files by which the programs in it decide what they run.
    """
    from openclaw_hooks.shell.read import read_command  # only runs of agents pay for it

    tree = _Tree(paths)
    runs = read_command(metric).runs
    named: dict[str, None] = {}
    tools: dict[str, None] = {}
    for run in runs:
        tools.update(dict.fromkeys((*TOOL_FILES.get(_runner(run), ()), *_infer_shadows(run, tree))))
        if not _is_wrapper(run, runs):
            named.update(dict.fromkeys(_infer_run(run, tree, is_work)))
    return Inferred(tuple(named), tuple(tools))


class _Tree:
    """The files of a tree, and the folders that they lie in."""

    def __init__(self, paths: Collection[str]) -> None:
        self.files = frozenset(paths)
        self.folders = frozenset(parent for path in paths for parent in _parents(path))

    def locate(self, word: str, cwd: str) -> str:
        """The path in the tree that `word` names as seen from `cwd`; empty when there is none, or it is the whole tree."""
        if not word or word.startswith(("/", "~", "-")):
            return ""
        path = posixpath.normpath(posixpath.join(cwd, word.split("::", 1)[0]))  # pytest's FILE::TEST
        return path if path in self.files or path in self.folders else ""

    def locate_module(self, name: str, cwd: str) -> str:
        """The file that `python -m NAME` runs."""
        plain = name.replace(".", "/")
        places = [f"{folder}{plain}{end}" for folder in ("", "src/") for end in (".py", "/__main__.py")]
        return next((found for place in places if (found := self.locate(place, cwd)) in self.files), "")


def _parents(path: str) -> Iterator[str]:
    while path := posixpath.dirname(path):
        yield path


def _is_wrapper(run: Run, runs: Sequence[Run]) -> bool:
    """Whether another of the runs is what this one starts: its operands are then those of the other."""
    return any(
        (other.start, other.end) == (run.start, run.end)
        and run.program in {name.partition(" ")[0] for name in other.via}
        and len(other.via) > len(run.via)
        for other in runs
    )


def _infer_run(run: Run, tree: _Tree, is_work: Callable[[str], bool]) -> Iterator[str]:
    """The globs of what one program of the command measures with."""
    for redirection in run.redirections:
        if not redirection.writes and (path := tree.locate(redirection.target, run.cwd)) in tree.files:
            yield anchor(path)
    if run.words and "/" in run.words[0] and (program := tree.locate(run.words[0], run.cwd)) in tree.files:
        yield from _with_folder(program, tree)
    subcommand = next((word for word in run.words[1:] if not word.startswith("-")), "")
    runner = _runner(run)
    if _is_module(run) and (script := tree.locate_module(runner, run.cwd)):
        yield from _with_folder(script, tree)
    if tests := SUBCOMMAND_TESTS.get((run.program, subcommand)):
        yield from tests
    elif tests := TEST_FILES.get(runner):
        yield from _infer_tests(run, tree, tests)
    else:
        yield from _infer_operands(run, tree, is_work)


def _runner(run: Run) -> str:
    """The program, or the module that `coverage run -m` runs in its place."""
    at = run.words.index("-m") + 1 if run.program == "coverage" and "-m" in run.words else len(run.words)
    return run.words[at] if at < len(run.words) else run.program


def _is_module(run: Run) -> bool:
    """Whether `python -m NAME` runs it, which looks in the current folder first."""
    return run.via[-1:] == ("python -m",) or _runner(run) != run.program


def _infer_shadows(run: Run, tree: _Tree) -> Iterator[str]:
    """Where a file would be run in place of a known program; any other module may be what is to be written."""
    name = _runner(run)
    is_known = name in TEST_FILES or name in TOOL_FILES or name in LOOKERS
    if is_known and _is_module(run) and not tree.locate_module(name, run.cwd):
        place = anchor(posixpath.normpath(posixpath.join(run.cwd, name)))
        yield from (f"{place}.py", f"{place}/")


def _infer_tests(run: Run, tree: _Tree, tests: tuple[str, ...]) -> Iterator[str]:
    """The tests that a test runner is given, or those that it finds by their names."""
    is_given = False
    before = ""
    for word in run.words[1:]:
        path = tree.locate(word.partition("=")[2] if word.startswith("-") else word, run.cwd)
        is_test = bool(path) and not word.startswith("-") and before not in RUNNER_OPTIONS
        before = word
        if is_test and path in tree.folders and not is_measuring(path):
            yield from (f"{anchor(path)}/**/{name}" for name in tests)
        elif path in tree.folders:
            yield f"{anchor(path)}/"
        elif path:
            yield from _with_folder(path, tree)
        is_given = is_given or is_test
    if not is_given:
        yield from tests


def _infer_operands(run: Run, tree: _Tree, is_work: Callable[[str], bool]) -> Iterator[str]:
    """The script that an interpreter runs with what lies beside it, settings, and other files."""
    has_script = run.program in INTERPRETERS and not {"-c", "-e", "-m"} & set(run.words)
    options = {*CONFIG_OPTIONS, SHORT_CONFIG.get(run.program, "--config")}
    before = ""
    for word in run.words[1:]:
        option, _, value = word.partition("=") if word.startswith("-") else ("", "", word)
        path = tree.locate(value, run.cwd)
        is_config = before in options or option in options
        before = word
        if path in tree.folders:
            is_run = has_script or run.program == "go" or (is_measuring(path) and run.program not in LOOKERS)
            yield from (f"{anchor(path)}/",) if is_run and not is_work(f"{path}/x") else ()
        elif path and has_script and not option:
            yield from _with_folder(path, tree)
        elif path and (is_config or not (run.program in LOOKERS or is_work(path))):
            yield anchor(path)
        has_script = has_script and not (path and not option)


def _with_folder(path: str, tree: _Tree) -> Iterator[str]:
    """A script or test, and the folder that it lies in where that is one of tests, benchmarks and the like."""
    yield anchor(path)
    folder = posixpath.dirname(path)
    if is_measuring(folder) and folder in tree.folders:
        yield f"{anchor(folder)}/"


def is_measuring(folder: str) -> bool:
    """Whether a folder is one of tests, benchmarks and the like by the name of it or of one around it."""
    return any(name.lower().lstrip("._").startswith(MEASURING_FOLDERS) for name in folder.split("/"))


def anchor(path: str) -> str:
    """The glob that names `path` and nothing else, tied to the top of the repository."""
    return "/" + "".join(f"\\{char}" if char in "\\*?[]{}!," else char for char in path)
