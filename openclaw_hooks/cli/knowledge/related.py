"""`knowledge related`: documents that are about the same as another one."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Annotated

import typer

from openclaw_hooks.cli.knowledge.place import (
    Json,
    Kinds,
    Limit,
    Paths,
    ask_index,
    open_knowledge,
    show_answer,
)
from openclaw_hooks.cli.knowledge.remote import Node, ask_node
from openclaw_hooks.cli.output import print_json
from openclaw_hooks.files import display_path
from openclaw_hooks.knowledge.answers import answer_values
from openclaw_hooks.knowledge.model import KnowledgeError

if TYPE_CHECKING:
    from openclaw_hooks.knowledge.place import Place


def related(
    document: Annotated[str, typer.Argument(metavar="PATH", help="A document, from here or from the root.")],
    limit: Limit = 10,
    kind: Kinds = None,
    path: Paths = None,
    node: Node = "",
    as_json: Json = False,
) -> None:
    """Find documents about the same as PATH, each by its passage that is most like it.

    Compared are the words that set a document apart from the others, and its meaning where `openclaw knowledge index` has
    made vectors; the answer says what it went by.

    With --node the answer is another machine's, and PATH is one of its documents.

    Example: openclaw knowledge related docs/releases.md
    """
    from openclaw_hooks.knowledge.keyword import make_filters
    from openclaw_hooks.knowledge.related import find_related

    filters = make_filters(kind or (), path or ())
    place: Place | None = None
    if node:
        wanted, answer = document, ask_node(node, "related", {"doc_path": document, "limit": limit}, filters)
    else:
        place, _ = open_knowledge()
        wanted = locate_document(place, document)
        place, answer = ask_index(lambda store, tree: find_related(store, tree, wanted, limit, filters))
    if as_json:
        print_json("knowledge-related", {"path": wanted, **answer_values(answer)})
    else:
        show_answer(place, answer)


def locate_document(place: Place, name: str) -> str:
    """The path below the root that `name` means, from here or from the root; raises KnowledgeError for one outside."""
    if os.path.normpath(name) == os.curdir:
        raise KnowledgeError("no document is named", "give its path, from here or from the root")
    here = os.path.realpath(os.getcwd())
    for base in (here, place.root):
        found = os.path.normpath(os.path.join(base, name))
        if found.startswith(place.root + os.sep) and (os.path.lexists(found) or base == place.root):
            return os.path.relpath(found, place.root).replace(os.sep, "/")
    raise KnowledgeError(f"{display_path(name)} lies outside of {display_path(place.root)}", "name a document below it")
