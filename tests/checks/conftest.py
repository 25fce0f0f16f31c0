from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from openclaw_hooks.checks.change import AddedLines, Change, ChangedFile
from openclaw_hooks.checks.policy import Policy
from openclaw_hooks.settings import Settings, parse_settings

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.fixture
def make_change() -> Callable[..., Change]:
    """A change that adds files, given as name -> content."""

    def make(files: dict[str, str | bytes] | None = None, message: str = "", status: str = "A") -> Change:
        contents = {name: text.encode() if isinstance(text, str) else text for name, text in (files or {}).items()}
        changed = tuple(
            ChangedFile(
                name,
                status,
                "100644",
                "",
                AddedLines(content.decode("utf-8", "replace").removesuffix("\n").replace("\0", ""), (0,), (1,)),
                is_binary=b"\0" in content,
            )
            for name, content in contents.items()
        )
        return Change(
            changed,
            lambda wanted: {file.path: contents[file.path] for file in wanted},
            lambda: frozenset(contents),
            message,
        )

    return make


@pytest.fixture
def make_policy() -> Callable[..., Policy]:
    """A policy with the settings of a config text."""

    def make(config: str = "", **fields: object) -> Policy:
        settings = parse_settings(config.encode()) if config else Settings()
        return Policy(root="/nowhere", settings=settings, **fields)  # type: ignore[arg-type]  # tests pass what fits

    return make
