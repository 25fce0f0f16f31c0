"""Where questions are answered: the index, the model and the vectors held open, and looked at again when they change."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, Final, TypeVar

from openclaw_hooks.knowledge.embed.opening import open_query_embedder
from openclaw_hooks.knowledge.keyword import check_question
from openclaw_hooks.knowledge.meaning import NOT_SET_UP, open_meaning
from openclaw_hooks.knowledge.model import Answer, KnowledgeError
from openclaw_hooks.knowledge.related import find_document, find_related
from openclaw_hooks.knowledge.search import Question, answer_question
from openclaw_hooks.knowledge.serving.documents import Text, read_document
from openclaw_hooks.knowledge.serving.requests import RelatedRequest, SearchRequest, check_path
from openclaw_hooks.knowledge.stats import tree_stats
from openclaw_hooks.knowledge.store import clear_errors, open_store
from openclaw_hooks.knowledge.store.reading import find_tree, list_documents
from openclaw_hooks.knowledge.store.vectors import count_missing, find_model

if TYPE_CHECKING:
    from collections.abc import Callable

    from openclaw_hooks.knowledge.embed.model import Embedder
    from openclaw_hooks.knowledge.meaning import Meaning
    from openclaw_hooks.knowledge.place import Place
    from openclaw_hooks.knowledge.store import Store
    from openclaw_hooks.knowledge.store.reading import Known

Found = TypeVar("Found")

MODEL_LOOK_S: Final = 5.0  # between looks for a model that somebody may have set up meanwhile


class NotReadyError(KnowledgeError):
    """There is no index of this working tree yet."""

    def __init__(self) -> None:
        super().__init__("the index is still being made", "ask again in a moment")


class Desk:
    """The index of `place` for questions. All calls come from one thread, or one after the other."""

    def __init__(self, place: Place) -> None:
        self._place = place
        self._store: Store | None = None
        self._embedder: Embedder | None = None
        self._looked_for_model = float("-inf")
        self._meaning: Meaning | str = NOT_SET_UP
        self._seen: tuple[int, int] | None = None  # state of the index and tree that `_meaning` is of

    def search(self, asked: SearchRequest) -> Answer:
        """The passages that answer a question; raises KnowledgeError, NotReadyError among them."""
        question = Question(asked.query, asked.limit, asked.filters)
        check_question(question.text, question.limit)
        return self._ask(lambda store, tree: answer_question(store, tree, question, self._current_meaning(store, tree)))

    def related(self, asked: RelatedRequest) -> Answer:
        """The documents about the same as one; raises KnowledgeError, also for one that is not indexed."""
        path, filters = check_path(asked.doc_path), asked.filters
        return self._ask(lambda store, tree: find_related(store, tree, path, asked.limit, filters))

    def stats(self) -> dict[str, Any]:
        """What the index holds."""
        return self._ask(tree_stats)

    def documents(self) -> list[Known]:
        """All documents in the order of their paths."""
        return self._ask(list_documents)

    def read(self, path: str) -> Text:
        """The text of an indexed document as it is now; raises KnowledgeError for anything else."""
        path = check_path(path)
        known = self._ask(lambda store, tree: find_document(store, tree, path))
        return read_document(self._place, known)

    def count_missing(self) -> int:
        """How many passages have no vector by the model that this machine has; 0 without one."""
        embedder = self._find_embedder()
        if embedder is None:
            return 0
        name, dimensions = embedder.name, embedder.dimensions

        def count(store: Store, tree: int) -> int:
            model = find_model(store, name, dimensions)
            return count_missing(store, tree, -1 if model is None else model)

        return self._ask(count)

    def use_embedder(self, embedder: Embedder) -> None:
        """Embeds questions by `embedder` from now on, which is another form of the same model."""
        self._embedder, self._seen = embedder, None

    def close(self) -> None:
        """Lets go of the index."""
        store, self._store, self._seen = self._store, None, None
        if store is not None:
            store.close()

    def _ask(self, ask: Callable[[Store, int], Found]) -> Found:
        """What `ask` says, all of it about one state of the index."""
        try:
            with clear_errors(self._place):
                store = self._open()
                with store.snapshot():
                    tree = find_tree(store, self._place.root)
                    if tree is None:
                        raise NotReadyError
                    return ask(store, tree)
        except KnowledgeError:
            raise
        except Exception:  # whatever it was, the next question begins with a fresh look at the file
            self.close()
            raise

    def _open(self) -> Store:
        if self._store is not None and self._store.is_replaced():
            self.close()
        if self._store is None:
            self._store = open_store(self._place)
        if self._store is None:
            raise NotReadyError
        return self._store

    def _current_meaning(self, store: Store, tree: int) -> Meaning | str:
        """What finds by meaning, of the very state that is asked: chunks of another one may be gone by now."""
        embedder = self._find_embedder()
        if embedder is None:
            return NOT_SET_UP
        state = (int(store.connection.execute("PRAGMA data_version").get), tree)
        if self._seen != state:
            self._meaning, self._seen = open_meaning(store, tree, embedder, is_held=True), state
        return self._meaning

    def _find_embedder(self) -> Embedder | None:
        now = time.monotonic()
        if self._embedder is None and now - self._looked_for_model > MODEL_LOOK_S:
            self._looked_for_model = now
            self._embedder = open_query_embedder()
        return self._embedder
