"""What the verbs of `openclaw knowledge` share: the index brought up to date, its answers, and how hits are shown."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from openclaw_hooks.checks.report import one_line
from openclaw_hooks.cli.output import paint
from openclaw_hooks.files import display_path
from openclaw_hooks.knowledge.keyword import MOST_HITS
from openclaw_hooks.knowledge.model import Kind, KnowledgeError
from openclaw_hooks.knowledge.place import find_place

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from openclaw_hooks.knowledge.indexer import Report
    from openclaw_hooks.knowledge.model import Answer, Hit
    from openclaw_hooks.knowledge.place import Place
    from openclaw_hooks.knowledge.store import Store
    from openclaw_hooks.settings import KnowledgeSettings

Asked = TypeVar("Asked")

Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Limit = Annotated[int, typer.Option("--limit", "-n", min=1, max=MOST_HITS, help="How many hits at most.")]
Kinds = Annotated[list[Kind] | None, typer.Option("--kind", "-k", help="Only documents of this kind; may be repeated.")]
Paths = Annotated[
    list[str] | None,
    typer.Option("--path", "-p", metavar="GLOB", help="Only documents whose path matches; may be repeated."),
]

MOST_PROBLEMS = 50  # that are printed: a screen or two


def open_knowledge() -> tuple[Place, KnowledgeSettings]:
    """What is searched from the current folder, and its settings."""
    from openclaw_hooks.settings import load_settings

    place = find_place(os.getcwd(), os.environ)
    return place, load_settings(place.checkout.top if place.checkout else place.root).knowledge


def ask_index(ask: Callable[[Store, int], Asked]) -> tuple[Place, Asked]:
    """What `ask` answers from the index (open, and the tree to look at), which is brought up to date before.

    While another process does that, the answer is from what there is; a damaged index is made again.
    """
    from openclaw_hooks.knowledge.indexer import update_index
    from openclaw_hooks.knowledge.store import clear_errors, is_broken

    place, settings = open_knowledge()
    _refresh(place, settings)
    try:
        with clear_errors(place):
            return place, _ask(place, ask)
    except Exception as error:
        if not is_broken(error):
            raise
    report = update_index(place, settings, anew=True, tell=make_teller())
    show_news(report)
    with clear_errors(place):
        return place, _ask(place, ask)


def _refresh(place: Place, settings: KnowledgeSettings) -> None:
    """Brings the index up to date; where another process does so right now and there is one to ask, only says so."""
    from openclaw_hooks.board.place import BoardError
    from openclaw_hooks.knowledge.indexer import LOCK_TIMEOUT_S, update_index

    is_ready = _is_ready(place)
    try:
        timeout_s = 0.0 if is_ready else LOCK_TIMEOUT_S
        show_news(update_index(place, settings, tell=make_teller(), timeout_s=timeout_s))
    except BoardError as error:
        if not is_ready:
            raise
        print(f"openclaw: {one_line(error.message)}; answers may lack what is new", file=sys.stderr)


def _is_ready(place: Place) -> bool:
    """Whether there is an index that knows this working tree."""
    from openclaw_hooks.knowledge.store import is_broken, open_store
    from openclaw_hooks.knowledge.store.reading import find_tree

    try:
        store = open_store(place)
        if store is None:
            return False
        with store:
            return find_tree(store, place.root) is not None
    except Exception as error:
        if not is_broken(error):
            raise
        return False


def _ask(place: Place, ask: Callable[[Store, int], Asked]) -> Asked:
    from openclaw_hooks.knowledge.store import open_store
    from openclaw_hooks.knowledge.store.reading import find_tree

    store = open_store(place)
    if store is None:
        raise KnowledgeError("there is no index yet", "make one: openclaw knowledge index")
    with store:
        tree = find_tree(store, place.root)
        if tree is None:
            raise KnowledgeError("this working tree is not indexed yet", "openclaw knowledge index")
        return ask(store, tree)


def show_news(report: Report) -> None:
    """On stderr why the index was made again, where it was."""
    if report.rebuilt:
        print(f"openclaw: the index was made again: {report.rebuilt}", file=sys.stderr)


def tell_problems(problems: Iterable[tuple[str, str]]) -> list[str]:
    """The lines about files that are left out, or not indexed as they are; of very many the first ones, and how many more."""
    lines = [f"{display_path(path)}: {one_line(message)}" for path, message in problems]
    more = len(lines) - MOST_PROBLEMS
    return [*lines[:MOST_PROBLEMS], f"and {more:,} more; --json tells all"] if more > 0 else lines


def make_teller() -> Callable[[int, int], None] | None:
    """Shows on the terminal how far indexing is; None where nobody looks."""
    if not sys.stderr.isatty():
        return None

    def tell(done: int, total: int) -> None:
        end = "\r\x1b[K" if done == total else ""
        print(f"\rindexing {done:,} of {total:,} files{end}", end="", file=sys.stderr, flush=True)

    return tell


def show_answer(place: Place | None, answer: Answer) -> None:
    """The hits for people, and which parts of the search were asked; without a place they lie on another machine."""
    for hit in answer.hits:
        where = f"{display_path(_path_from_here(place, hit.path) if place else hit.path)}:{hit.first_line}"
        facts = f"{hit.kind}, {'+'.join(hit.parts)} {hit.score:.2f}"
        heading = one_line(" > ".join(part for part in hit.heading if part))
        typer.echo("  ".join(part for part in (paint(where, "cyan"), heading, f"({facts})") if part))
        typer.echo(f"    {_highlight(hit)}")
    count = len(answer.hits)
    said = f"{count} hit{'' if count == 1 else 's'}" if count else "nothing found"
    note = f"; {one_line(answer.note)}" if answer.note else ""
    typer.echo(f"{said}, searched by {' and '.join(answer.parts)}{note}")


def _path_from_here(place: Place, path: str) -> str:
    """The path of a document as an editor started here opens it."""
    from openclaw_hooks.board.place import FOLDER, find_board_folder

    file = os.path.join(place.root, path)
    if path.startswith(f"{FOLDER}/") and place.checkout and not os.path.lexists(file):
        return os.path.join(find_board_folder(place.checkout), path[len(FOLDER) + 1 :])  # of another worktree
    here = os.path.realpath(os.getcwd())
    return os.path.relpath(file, here) if here == place.root or here.startswith(place.root + os.sep) else file


def _highlight(hit: Hit) -> str:
    """The snippet with the words of the question marked, on a terminal that shows colours."""
    shown, at = "", 0
    for start, end in hit.marks:
        shown += hit.snippet[at:start] + paint(hit.snippet[start:end], "yellow")
        at = end
    return shown + hit.snippet[at:]
