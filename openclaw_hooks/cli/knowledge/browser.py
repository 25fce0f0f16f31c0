"""What a page of the site finds, by its own code in Node.js: for `knowledge eval --browser`."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, Final

import msgspec
from msgspec import Struct

from openclaw_hooks.errors import OpenclawError
from openclaw_hooks.process import require_success, run_program
from openclaw_hooks.resources import PACKAGE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from openclaw_hooks.knowledge.evaluate import Browser

PROGRAM: Final = os.path.join(PACKAGE, "mission_control", "assets", "node", "rank.mjs")


class _Answer(Struct, frozen=True):
    paths: list[str]
    ms: float


class _Answers(Struct, frozen=True):
    load_ms: float
    answers: dict[str, _Answer]


def find_browser() -> Browser:
    """What asks the site's code; raises OpenclawError where there is no Node.js."""
    import shutil

    node = shutil.which("node")
    if node is None:
        raise OpenclawError("Node.js is not here, and --browser needs it", "install Node.js 20.19 or newer")
    return lambda values, questions: _ask_node(node, values, questions)


def _ask_node(node: str, values: Mapping[str, Any], questions: Mapping[str, str]) -> dict[str, tuple[list[str], float]]:
    import tempfile

    with tempfile.TemporaryDirectory(prefix="openclaw-browser-") as folder:
        for name, value in values.items():
            with open(os.path.join(folder, f"{name}.json"), "wb") as stream:
                stream.write(msgspec.json.encode(value))
        argv = [node, PROGRAM]
        asked = msgspec.json.encode({"folder": folder, "questions": questions})
        said = require_success(argv, run_program(argv, stdin=asked))
    answers = msgspec.json.decode(said, type=_Answers).answers
    return {question: (answer.paths, answer.ms) for question, answer in answers.items()}
