"""Plays the story of the board in two scratch clones and a server, every step for real, and judges what came of it."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, NamedTuple

from openclaw_hooks.board.place import REF
from openclaw_hooks.demo.board_steps import ADA, AGENT, BEN, Step
from openclaw_hooks.scratch.repository import Scratch, call_openclaw, make_scratch

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

FILES = {"README.md": "# Prices\n"}


class Played(NamedTuple):
    """A step with its words filled in, what it printed, and what is wrong with that (empty: nothing)."""

    step: Step
    words: tuple[str, ...]
    output: str
    fault: str


def set_up_board(folder: str) -> Scratch:
    """A repository with a board, pushed to its server, and Ben's clone of it."""
    scratch = make_scratch(folder, FILES)
    scratch.ask("add", "--all")
    scratch.ask("commit", "--quiet", "-m", "docs: begin")
    scratch.ask("push", "--quiet", "--set-upstream", "origin", "main")
    call_openclaw(scratch, ("board", "attach"), *_place(scratch, ADA))
    call_openclaw(scratch, ("board", "sync"), *_place(scratch, ADA))
    scratch.ask("clone", "--quiet", scratch.server, _ben(scratch))
    for key, value in (("user.name", "Ben"), ("user.email", "ben@example.com")):
        scratch.ask("config", key, value, where=_ben(scratch))
    return scratch


def play_steps(scratch: Scratch, steps: Iterable[Step]) -> Iterator[Played]:
    """Each step as it came out; the first fault ends the story, for what follows builds on it."""
    kept: dict[str, str] = {}
    for step in steps:
        played = play_step(scratch, step, kept)
        yield played
        if played.fault:
            return


def play_step(scratch: Scratch, step: Step, kept: dict[str, str]) -> Played:
    """What came of one step; what it keeps goes into `kept`."""
    words = tuple(fill_in(word, kept) for word in step.words)
    where, env = _place(scratch, step.who)
    done = call_openclaw(scratch, words, where, env)
    output = (done.stdout + done.stderr).decode("utf-8", "replace").strip()
    return Played(step, words, output, judge_step(step, done.code, output, kept))


def judge_step(step: Step, code: int, output: str, kept: dict[str, str]) -> str:
    """What is wrong with how a step came out; empty when nothing is. What it keeps goes into `kept`."""
    if code != step.code:
        return f"exit code {code}, not {step.code}"
    shows = fill_in(step.shows, kept)
    if shows not in output:
        return f"does not show `{shows}`"
    if step.keeps:
        name, pattern = step.keeps
        found = re.search(pattern, output)
        if found is None:
            return f"names no {name}"
        kept[name] = found[1]
    return ""


def judge_boards(scratch: Scratch) -> str:
    """What is wrong with the two boards after all is shared; empty when they are the same commit."""
    for who in (ADA, BEN, ADA):
        call_openclaw(scratch, ("board", "sync"), *_place(scratch, who))
    heads = {scratch.ref(REF), scratch.ref(REF, _ben(scratch)), scratch.ref(REF, scratch.server)}
    return "" if len(heads) == 1 else f"the boards differ: {', '.join(sorted(heads))}"


def fill_in(text: str, kept: dict[str, str]) -> str:
    """`text` with what was kept in place of the names in braces."""
    for name, value in kept.items():
        text = text.replace(f"{{{name}}}", value)
    return text


def _ben(scratch: Scratch) -> str:
    return os.path.join(scratch.folder, "ben")


def _place(scratch: Scratch, who: str) -> tuple[str, dict[str, str]]:
    """Where somebody works, and the environment that says who they are."""
    if who == BEN:
        return _ben(scratch), {"OPENCLAW_NODE_ID": BEN}
    env = {"OPENCLAW_NODE_ID": ADA}
    return scratch.repo, {**env, "OPENCLAW_AGENT": "demo"} if who == AGENT else env
