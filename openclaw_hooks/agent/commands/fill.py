"""The words of a command with its placeholders filled in; nothing here ever reaches a shell."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from openclaw_hooks.agent_files.model import PromptBy
from openclaw_hooks.agent_files.placeholders import placeholders, replace_places
from openclaw_hooks.errors import OpenclawError

if TYPE_CHECKING:
    from openclaw_hooks.agent_files.model import AgentCommand, Word

# Linux takes no longer word (MAX_ARG_STRLEN, 32 pages, with the byte that ends it); macOS takes no more of all together than 1 MB.
MAX_WORD_BYTES: Final = 32 * 4096 - 1


class Places(NamedTuple):
    """What placeholders stand for; empty, or 0: it has no value. `max_cost` is in US dollars."""

    prompt_file: str
    prompt_text: str
    worktree: str
    model: str = ""
    minutes: float = 0
    max_cost: float = 0


def fill_argv(command: AgentCommand, places: Places) -> tuple[str, ...]:
    """The words that start `command`.

    Raises OpenclawError for a placeholder without a value that is not in a list of its own, and for words that no program can be
    given: with a NUL in them, or too long.
    """
    if not command.argv:
        raise OpenclawError(f"agent `{command.name}` has no command", "give one with --agent-command")
    values = {
        "prompt": places.prompt_text,
        "prompt_file": places.prompt_file,
        "worktree": places.worktree,
        "model": places.model or command.model,
        "minutes": f"{places.minutes:g}" if places.minutes else "",
        "max_cost": f"{places.max_cost:g}" if places.max_cost else "",
    }
    filled: list[str] = []
    for word in command.argv:
        filled += _fill_word(command.name, word, values)
    for text in filled:
        _refuse_word(command, text)
    return tuple(filled)


def _fill_word(name: str, word: Word, values: dict[str, str]) -> list[str]:
    if isinstance(word, str):
        if missing := [place for place in placeholders(word) if not values[place]]:
            reason = f"agent `{name}`: `{{{missing[0]}}}` has no value"
            raise OpenclawError(reason, "put the word in a list of its own to leave it out then, or give a value")
        return [replace_places(word, values)]
    if any(not values[place] for part in word for place in placeholders(part)):
        return []
    return [replace_places(part, values) for part in word]


def _refuse_word(command: AgentCommand, word: str) -> None:
    if "\0" in word:
        raise OpenclawError(
            f"agent `{command.name}`: a word of its command has a NUL in it", "programs cannot be given one"
        )
    if len(word.encode("utf-8", "surrogateescape")) > MAX_WORD_BYTES:
        hint = "use `prompt: stdin` or `prompt: file`" if command.prompt is PromptBy.ARG else "shorten it"
        raise OpenclawError(
            f"agent `{command.name}`: a word of its command is longer than {MAX_WORD_BYTES:,} bytes", hint
        )
