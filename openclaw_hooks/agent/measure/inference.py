"""What the command of a metric lets one infer about the files that it measures with."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, NamedTuple

from openclaw_hooks.agent.measure.tools import (
    CONFIG_OPTIONS,
    LOOKERS,
    MEASURING_FOLDERS,
    TEST_FILES,
    TOOL_FILES,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

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
    named: dict[str, None] = {}
    tools: dict[str, None] = {}
    for run in read_command(metric).runs:
        tools.update(dict.fromkeys(TOOL_FILES.get(run.program, ())))
        named.update(dict.fromkeys(_infer_run(run, tree, is_work)))
    return Inferred(tuple(named), tuple(tools))


class _Tree:
    """The files of a tree, and the folders that they lie in."""

    def __init__(self, paths: Collection[str]) -> None:
        self.files = frozenset(paths)
        self.folders = frozenset(parent for path in paths for parent in _parents(path))

    def locate(self, word: str, cwd: str) -> str:
        """The path in the tree that `word` names as seen from `cwd`; empty when there is none, or it is the whole tree."""
        if not word or word.startswith(("/", "~", "-")) or "\0" in word:
            return ""
        path = posixpath.normpath(posixpath.join(cwd, word.split("::", 1)[0]))  # pytest's FILE::TEST
        return path if path in self.files or path in self.folders else ""


def _parents(path: str) -> Iterator[str]:
    while path := posixpath.dirname(path):
        yield path


def _infer_run(run: Run, tree: _Tree, is_work: Callable[[str], bool]) -> Iterator[str]:
    """The globs of what one program of the command measures with."""
    program = tree.locate(run.words[0], run.cwd) if run.words and "/" in run.words[0] else ""
    if program:
        yield from _with_folder(program, tree)
    for redirection in run.redirections:
        if not redirection.writes and (path := tree.locate(redirection.target, run.cwd)) in tree.files:
            yield anchor(path)
    tests = TEST_FILES.get(run.program)
    if tests is not None:
        yield from _infer_tests(run, tree, tests)
    else:
        yield from _infer_operands(run, tree, is_work, has_script=not program)


def _infer_tests(run: Run, tree: _Tree, tests: tuple[str, ...]) -> Iterator[str]:
    """The tests that a test runner is given, or those that it finds by their names."""
    is_given = False
    for path in (tree.locate(_operand(word), run.cwd) for word in run.words[1:]):
        if path in tree.files:
            yield from _with_folder(path, tree) if is_measuring(posixpath.dirname(path)) else (anchor(path),)
        elif path:
            yield from (f"{anchor(path)}/",) if is_measuring(path) else (f"{anchor(path)}/**/{name}" for name in tests)
        is_given = is_given or bool(path)
    if not is_given:
        yield from tests


def _infer_operands(run: Run, tree: _Tree, is_work: Callable[[str], bool], *, has_script: bool) -> Iterator[str]:
    """The script that an interpreter runs with what lies beside it, settings, and other files."""
    before = ""
    for word in run.words[1:]:
        path = tree.locate(_operand(word), run.cwd)
        is_config = before in CONFIG_OPTIONS or word.split("=", 1)[0] in CONFIG_OPTIONS
        before = word
        if path in tree.folders:
            if run.program == "go" and not is_work(f"{path}/x"):
                yield f"{anchor(path)}/"
            continue
        if not path or (run.program in LOOKERS and not is_config):
            continue
        if has_script or is_config or not is_work(path):
            yield from _with_folder(path, tree) if has_script else (anchor(path),)
            has_script = False


def _operand(word: str) -> str:
    return word.partition("=")[2] if word.startswith("-") else word


def _with_folder(path: str, tree: _Tree) -> Iterator[str]:
    """A script, and the folder that it lies in where that is one of tests, benchmarks and the like."""
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
