"""The texts of the board's files as pages show them, kept by the blob they were made from: rendering is the slow part."""

from __future__ import annotations

import os
import re
from contextlib import suppress
from typing import TYPE_CHECKING, Final

import msgspec
from msgspec import Struct

from openclaw_hooks import __version__
from openclaw_hooks.board.disk import read_disk
from openclaw_hooks.board.plumbing import blob_id, read_contents
from openclaw_hooks.documents import DocumentError
from openclaw_hooks.mission_control.safe_html import RENDERER, render_markdown
from openclaw_hooks.plans.model import PlanFile
from openclaw_hooks.plans.store import parse_plan
from openclaw_hooks.tasks.markdown import read_body

if TYPE_CHECKING:
    from collections.abc import Mapping

    from openclaw_hooks.board.place import Board

FILE: Final = "site.texts"
VERSION: Final = f"1 {__version__} {RENDERER}"
_TICK = re.compile(r"^[ \t]*(?:[-*+]|\d{1,9}[.)])[ \t]+\[([ xX])\][ \t]", re.MULTILINE)


class Body(Struct, frozen=True, array_like=True):
    """The text of a task: as markdown, as safe HTML, and how many of its boxes are ticked."""

    text: str = ""
    html: str = ""
    done: int = 0
    total: int = 0


NO_BODY: Final = Body()


class _Kept(Struct, array_like=True):
    version: str = ""
    bodies: dict[str, Body] = {}
    plans: dict[str, PlanFile] = {}


class Texts:
    """What has been rendered so far, by blob; what is not asked for between opening and keeping is dropped."""

    def __init__(self, board: Board, known: _Kept) -> None:
        self._board = board
        self._known = known
        self._now = _Kept(VERSION, {}, {})

    def read_bodies(self, blobs: Mapping[str, str]) -> dict[str, Body]:
        """The bodies of the task files at the paths of `blobs`, by task id; only those of unknown blobs are read."""
        found: dict[str, Body] = {}
        unknown: dict[str, str] = {}
        for path, blob in blobs.items():
            if body := self._known.bodies.get(blob):
                found[path] = self._now.bodies[blob] = body
            else:
                unknown[path] = blob
        for path, content in self._read_files(unknown).items():
            with suppress(DocumentError):  # edited this very moment: the next reading tells
                found[path] = self._now.bodies[unknown[path]] = make_body(read_body(path, content))
        return {_name(path): found.get(path, NO_BODY) for path in blobs}

    def read_plans(self, contents: Mapping[str, bytes]) -> tuple[dict[str, PlanFile], list[DocumentError]]:
        """The plans in `contents` (by path) by id, and what is wrong with those that cannot be read."""
        plans: dict[str, PlanFile] = {}
        broken: list[DocumentError] = []
        for path, content in contents.items():
            blob = blob_id(self._board.repo, content)
            try:
                plan = self._known.plans.get(blob) or parse_plan(path, content)
                plans[_name(path)] = self._now.plans[blob] = plan
            except DocumentError as error:
                broken.append(error)
        return plans, broken

    def keep(self) -> None:
        """Writes down what was asked for, when that is not what was known."""
        if self._now.bodies.keys() == self._known.bodies.keys() and self._now.plans.keys() == self._known.plans.keys():
            return
        path = os.path.join(self._board.repo.state_dir, FILE)
        temporary = f"{path}.{os.getpid()}.tmp"
        with suppress(OSError, ValueError):  # a text that is not Unicode cannot be kept
            with open(temporary, "wb") as stream:
                stream.write(msgspec.msgpack.encode(self._now))
            os.replace(temporary, path)

    def _read_files(self, blobs: Mapping[str, str]) -> dict[str, bytes]:
        """The contents that have the ids `blobs`: from the disk where they lie there, else from git."""
        repo = self._board.repo
        contents = {path: read_disk(self._board, path) or b"" for path in blobs}
        missing = {path: blob for path, blob in blobs.items() if blob_id(repo, contents[path]) != blob}
        stored = read_contents(repo, missing.values()) if missing else {}
        contents.update({path: stored[blob] for path, blob in missing.items() if blob in stored})
        return contents


def open_texts(board: Board) -> Texts:
    """What was rendered by an earlier run, as far as it can be read."""
    try:
        with open(os.path.join(board.repo.state_dir, FILE), "rb") as stream:
            kept = msgspec.msgpack.decode(stream.read(), type=_Kept)
    except (OSError, ValueError):  # absent, cut short, or of another version
        kept = _Kept()
    return Texts(board, kept if kept.version == VERSION else _Kept())


def make_body(text: str) -> Body:
    """The body `text` as pages show it."""
    ticks = _TICK.findall(text)
    return Body(text, render_markdown(text), sum(mark != " " for mark in ticks), len(ticks))


def _name(path: str) -> str:
    return os.path.basename(path).partition(".")[0]
