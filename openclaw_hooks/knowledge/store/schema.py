"""What lies in the file of an index."""

from __future__ import annotations

from typing import Final

APPLICATION_ID: Final = 0x4F434B57  # in the header of the file: this index and no other program's
VERSION: Final = 2  # counts up with the tables below and with how documents are cut; another one is made again

TOKENIZER: Final = ("porter", "unicode61", "remove_diacritics", "2")

# The text of a chunk is deflated: that halves the file, and only what is shown is read.
# The words have no copy of the text (content=''): the chunks have it, and two copies could come to differ.
TABLES: Final = f"""
CREATE TABLE trees (id INTEGER PRIMARY KEY, root TEXT NOT NULL UNIQUE, indexed_at REAL NOT NULL DEFAULT 0);
CREATE TABLE documents (
  id INTEGER PRIMARY KEY, path TEXT NOT NULL, hash BLOB NOT NULL, kind TEXT NOT NULL, title TEXT NOT NULL,
  UNIQUE (path, hash)
);
CREATE TABLE files (
  tree INTEGER NOT NULL, path TEXT NOT NULL, document INTEGER, problem TEXT NOT NULL, hash BLOB NOT NULL,
  modified_ns INTEGER NOT NULL, changed_ns INTEGER NOT NULL, size INTEGER NOT NULL, inode INTEGER NOT NULL,
  PRIMARY KEY (tree, path)
) WITHOUT ROWID;
CREATE INDEX files_by_document ON files (document);
CREATE TABLE chunks (
  id INTEGER PRIMARY KEY, document INTEGER NOT NULL, heading TEXT NOT NULL,
  first_line INTEGER NOT NULL, last_line INTEGER NOT NULL, text BLOB NOT NULL, hash BLOB NOT NULL
);
CREATE INDEX chunks_by_document ON chunks (document);
CREATE INDEX chunks_by_hash ON chunks (hash);
CREATE VIRTUAL TABLE words USING fts5 (
  path, heading, body, content='', contentless_delete=1, tokenize='{" ".join(TOKENIZER)}'
);
CREATE TABLE models (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, dimensions INTEGER NOT NULL);
CREATE TABLE vectors (
  id INTEGER PRIMARY KEY, model INTEGER NOT NULL, hash BLOB NOT NULL, scale REAL NOT NULL, UNIQUE (model, hash)
);
"""
