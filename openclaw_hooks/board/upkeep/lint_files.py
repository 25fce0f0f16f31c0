"""Lines of keys in the files of tasks, the subtasks that plan files name, and lines of telemetry that are no row."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from openclaw_hooks.board.merge.telemetry import read_lines
from openclaw_hooks.documents import DocumentError, parse_frontmatter, parse_yaml, read_text
from openclaw_hooks.tasks.model import TASKS_FOLDER

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from openclaw_hooks.documents import Document, KeyPath


class Lines:
    """Where keys stand in the files of tasks; a file is read when something is found in it, and once."""

    def __init__(self, read: Callable[[str], bytes | None]) -> None:
        self._read = read
        self._documents: dict[str, Document | None] = {}

    def path(self, task_id: str) -> str:
        """Where on the board the task's file lies."""
        return f"{TASKS_FOLDER}/{task_id}.md"

    def find(self, task_id: str, keys: KeyPath) -> int:
        """The line of `keys`, or of the nearest parent that has one; 1 where the file cannot be read."""
        if task_id not in self._documents:
            self._documents[task_id] = self._load(self.path(task_id))
        document = self._documents[task_id]
        return document.line_of(keys) if document else 1

    def _load(self, path: str) -> Document | None:
        content = self._read(path)
        try:
            return (
                parse_frontmatter(path, read_text(path, content), lambda _: False).head if content is not None else None
            )
        except DocumentError:
            return None


def read_plan_subtasks(plans: Mapping[str, bytes]) -> tuple[dict[str, frozenset[str]], list[DocumentError]]:
    """The ids of the subtasks of each plan that is YAML, and what is wrong with the others.

    Whether a plan holds together is asked where plans are read; here they only have to be there.
    """
    found: dict[str, frozenset[str]] = {}
    broken: list[DocumentError] = []
    for plan_id, content in plans.items():
        path = f"plans/{plan_id}.yaml"
        try:
            value: Any = parse_yaml(path, read_text(path, content), is_typed=lambda _: False).value
        except DocumentError as error:
            broken.append(error)
            continue
        subtasks = value.get("subtasks") if isinstance(value, dict) else None
        listed = subtasks if isinstance(subtasks, list) else []
        found[plan_id] = frozenset(
            str(subtask["id"]) for subtask in listed if isinstance(subtask, dict) and "id" in subtask
        )
    return found, broken


def judge_telemetry(files: Mapping[str, bytes]) -> list[DocumentError]:
    """The lines of telemetry that are no row: they are kept, and nothing counts them."""
    return [
        DocumentError(path, line.number, "not a row of telemetry", "mend the line, or take it out")
        for path, content in sorted(files.items())
        for line in read_lines(content)
        if not line.run
    ]
