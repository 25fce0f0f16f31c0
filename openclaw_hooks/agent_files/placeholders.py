"""The places in a command's words that are filled in when it is started."""

from __future__ import annotations

import re
from typing import Final

# `{name}`, or `{{name}}` for the text `{name}` itself; other braces, such as those of JSON, are text.
PLACEHOLDER: Final = re.compile(r"\{\{([A-Za-z_]\w*)\}\}|\{([A-Za-z_]\w*)\}", re.ASCII)
NAMES: Final = ("prompt", "prompt_file", "worktree", "model", "minutes", "max_cost")


def placeholders(word: str) -> list[str]:
    """The names of the placeholders in `word`, known or not."""
    return [match[2] for match in PLACEHOLDER.finditer(word) if match[2]]


def replace_places(word: str, values: dict[str, str]) -> str:
    """`word` with the values of its places."""
    return PLACEHOLDER.sub(lambda match: f"{{{match[1]}}}" if match[1] else values[match[2]], word)
