"""`knowledge search`: passages that answer a question."""

from __future__ import annotations

from typing import Annotated

import typer

from openclaw_hooks.cli.knowledge.place import (
    Json,
    Kinds,
    Limit,
    Paths,
    answer_values,
    ask_index,
    make_filters,
    show_answer,
)
from openclaw_hooks.cli.output import print_json


def search(
    query: Annotated[list[str], typer.Argument(metavar="QUERY...", help="What to look for, in your own words.")],
    limit: Limit = 10,
    kind: Kinds = None,
    path: Paths = None,
    as_json: Json = False,
) -> None:
    """Find passages by the words of a question: file and line, headings above, and where the words stand.

    The index is brought up to date first. Nothing in the question is syntax.

    Example: openclaw knowledge search how are releases signed --kind doc
    """
    from openclaw_hooks.knowledge.keyword import check_question, search_keyword

    question = " ".join(query)
    check_question(question, limit)  # before anything is indexed
    filters = make_filters(kind, path)
    place, answer = ask_index(lambda store, tree: search_keyword(store, tree, question, limit, filters))
    if as_json:
        print_json("knowledge-search", {"question": question, **answer_values(answer)})
    else:
        show_answer(place, answer)
