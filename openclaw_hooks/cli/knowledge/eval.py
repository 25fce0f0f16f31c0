"""`knowledge eval`: how well the search finds, on questions whose answers are known."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Annotated

import typer

from openclaw_hooks.cli.knowledge.place import Json  # noqa: TC001 - Typer reads the annotations
from openclaw_hooks.cli.knowledge.setup import make_vector_teller
from openclaw_hooks.cli.output import print_json, print_table
from openclaw_hooks.errors import OpenclawError
from openclaw_hooks.files import display_path

if TYPE_CHECKING:
    from openclaw_hooks.knowledge.embed.model import Embedder
    from openclaw_hooks.knowledge.evaluate import Browser, Evaluation


def evaluate(
    folder: Annotated[str, typer.Argument(metavar="DIR", help="Documents, queries.tsv and qrels.tsv.")],
    model: Annotated[
        str, typer.Option("--model", metavar="MODEL", help="A sentence-transformers model in place of ours.")
    ] = "",
    in_browser: Annotated[
        bool, typer.Option("--browser", help="Also score what a page of the site finds; needs Node.js.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Score each way of searching on DIR: nDCG@10 and recall@10 over its questions, and the time of one.

    queries.tsv has an id and a question in a line, qrels.tsv the id, anything, a document's path below DIR, and 1 for
    relevant, all with tabs between. Nothing is kept; the index of this repository is not touched.

    With --model another model is measured: a folder, or a name that sentence-transformers looks up; that needs the extra
    `sentence-transformers`.

    With --browser the site's own search runs in Node.js on the same documents, with the table of tokens that is fitted to them.

    Example: openclaw knowledge eval questions/
    """
    from openclaw_hooks.knowledge.evaluate import evaluate as score_set

    if not os.path.isdir(folder):
        raise OpenclawError(f"there is no folder {display_path(folder)}")
    if model and in_browser:
        raise OpenclawError("--browser goes with our own model only", "leave --model or --browser away")
    embedder = _load_reference(model) if model else None
    found = score_set(
        folder, embedder=embedder, tell=make_vector_teller(), browser=_find_browser() if in_browser else None
    )
    if as_json:
        print_json("knowledge-eval", {**found._asdict(), "scores": [score._asdict() for score in found.scores]})
        return
    _show(found)


def _load_reference(model: str) -> Embedder:
    from openclaw_hooks.knowledge.embed.reference import ReferenceEmbedder

    return ReferenceEmbedder(model)


def _find_browser() -> Browser:
    from openclaw_hooks.cli.knowledge.browser import find_browser

    return find_browser()


def _show(found: Evaluation) -> None:
    rows = [
        (system, f"{ndcg:.4f}", f"{recall:.4f}", f"{reciprocal:.4f}", f"{milliseconds:.1f}")
        for system, ndcg, recall, reciprocal, milliseconds in found.scores
    ]
    print_table(("search", "nDCG@10", "recall@10", "MRR@10", "ms"), rows)
    note = f"; {found.note}" if found.note else ""
    typer.echo(f"{found.questions:,} questions, {found.documents:,} documents, {found.chunks:,} chunks{note}")
