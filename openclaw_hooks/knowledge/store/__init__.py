"""The index: one SQLite file with documents, their chunks, the words in them and their vectors.

It holds nothing that cannot be made again from the files, so a file that is broken or of another version is replaced;
one that is somebody else's is refused. Documents are kept by path and content, and each worktree (a tree) says which of
them it has: worktrees on different branches share one index and what was computed for it.

`schema` is what lies in the file, `opening` finds it fit or replaces it, `writing` and `reading` are all the SQL for
documents, `vectors` that for a
model's vectors, `nearby` where these lie.
"""

from openclaw_hooks.knowledge.store.opening import Store, clear_errors, is_broken, make_store, open_store, writer_lock

__all__ = ["Store", "clear_errors", "is_broken", "make_store", "open_store", "writer_lock"]
