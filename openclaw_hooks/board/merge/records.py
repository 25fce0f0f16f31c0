"""The file of a conflict: what gave way when both sides of a merge had changed the same field.

Its name comes from its content: two machines that meet the same conflict write one record.
"""

from __future__ import annotations

import os
import re
from typing import Final, NamedTuple

from openclaw_hooks.board.merge.field_merge import Conflict
from openclaw_hooks.documents import DocumentError, parse_yaml, read_text

FOLDER: Final = "conflicts"
NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,80}-[0-9a-f]{8}\.yaml")
LONGEST_CONTEXT = 200_000  # characters before and after an edit; beyond it the record holds the edit alone


class Record(NamedTuple):
    """A conflict and where it arose: `id` names the record, `path` the file of the board."""

    id: str
    path: str
    conflict: Conflict


def write_record(path: str, conflict: Conflict) -> tuple[str, bytes]:
    """The path and the content of the record of a conflict in the file at `path`."""
    import hashlib

    from openclaw_hooks.tasks.yaml_edit import set_keys

    context = {"base": conflict.base, "kept": conflict.kept}
    if sum(map(len, context.values())) > LONGEST_CONTEXT:
        context = {}
    fields = {"file": path, "field": conflict.field, **context, "dropped": conflict.dropped}
    content = set_keys("", fields).encode("utf-8")
    stem = os.path.basename(path).partition(".")[0] or "file"
    digest = hashlib.sha256(content).hexdigest()[:8]
    return f"{FOLDER}/{stem}-{digest}.yaml", content


def read_record(path: str, content: bytes) -> Record:
    """The record in the file at `path`; raises DocumentError when it is none."""
    values = parse_yaml(path, read_text(path, content)).value
    texts = {key: value for key, value in values.items() if isinstance(value, str)} if isinstance(values, dict) else {}
    if not {"file", "field", "dropped"} <= texts.keys():
        raise DocumentError(path, 1, "no conflict record", "remove it: `openclaw board conflicts --drop ID`")
    conflict = Conflict(texts["field"], texts.get("base", ""), texts.get("kept", ""), texts["dropped"])
    return Record(os.path.basename(path).removesuffix(".yaml"), texts["file"], conflict)
