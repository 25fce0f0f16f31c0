"""`knowledge search`: passages that answer a question."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from openclaw_hooks.cli.knowledge.place import (
    Json,
    Kinds,
    Limit,
    Paths,
    ask_index,
    show_answer,
)
from openclaw_hooks.cli.knowledge.remote import Node, ask_node
from openclaw_hooks.cli.output import print_json
from openclaw_hooks.knowledge.answers import answer_values

if TYPE_CHECKING:
    from openclaw_hooks.knowledge.place import Place


def search(
    query: Annotated[list[str], typer.Argument(metavar="QUERY...", help="What to look for, in your own words.")],
    limit: Limit = 10,
    kind: Kinds = None,
    path: Paths = None,
    node: Node = "",
    as_json: Json = False,
) -> None:
    """Find passages by the words and the meaning of a question: file and line, headings above, where the words stand.

    The index is brought up to date first. Nothing in the question is syntax. Searching by meaning needs the model that
    `openclaw knowledge setup` gets, and vectors from `openclaw knowledge index`; the answer says what it went by.

    With --node the answer is another machine's, when its lead lets this node ask for it.

    Example: openclaw knowledge search how are releases signed --kind doc
    """
    from openclaw_hooks.knowledge.keyword import check_question, make_filters
    from openclaw_hooks.knowledge.search import Question
    from openclaw_hooks.knowledge.search import search as search_index

    question = " ".join(query)
    check_question(question, limit)  # before anything is indexed
    asked = Question(question, limit, make_filters(kind or (), path or ()))
    place: Place | None = None
    if node:
        answer = ask_node(node, "search", {"query": question, "limit": limit}, asked.filters)
    else:
        place, answer = ask_index(lambda store, tree: search_index(store, tree, asked))
    if as_json:
        print_json("knowledge-search", {"question": question, **answer_values(answer)})
    else:
        show_answer(place, answer)
