"""Agent commands read from the shipped presets and from `.openclaw/agents.yaml` of a repository, anew at each call."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, Any, Final

from openclaw_hooks.agent_files.model import NAME_PATTERN, AgentCommand, AgentEntry, AgentsFile, PromptBy
from openclaw_hooks.agent_files.placeholders import NAMES, placeholders
from openclaw_hooks.documents import Document, decode, parse_yaml, read_file, read_text, suggest
from openclaw_hooks.errors import OpenclawError
from openclaw_hooks.regexes import compile_pattern

if TYPE_CHECKING:
    from openclaw_hooks.documents import KeyPath
    from openclaw_hooks.settings import AgentSettings

AGENTS_PATH: Final = ".openclaw/agents.yaml"
PRESETS: Final = os.path.join(os.path.dirname(os.path.abspath(__file__)), "presets.yaml")
OF_USER: Final = "any"  # its words come from the command line

_ALLOWED = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\*?", re.ASCII)


def load_agents(root: str | None) -> dict[str, AgentCommand]:
    """The agent commands by name: the shipped ones, changed and added to by those of the repository at `root`.

    Raises DocumentError with line and the nearest valid name.
    """
    merged = _read(parse_yaml(PRESETS, read_text(PRESETS, read_file(PRESETS, PRESETS))), {}, "")
    path = os.path.join(root, AGENTS_PATH) if root else ""
    if path and os.path.lexists(path):
        merged |= parse_agents(read_file(path, AGENTS_PATH))
    return merged


def parse_agents(content: bytes, path: str = AGENTS_PATH) -> dict[str, AgentCommand]:
    """The commands that the file `content` changes or adds, each whole; raises DocumentError."""
    shipped: dict[str, Any] = parse_yaml(PRESETS, read_text(PRESETS, read_file(PRESETS, PRESETS))).value["agents"]
    document = parse_yaml(path, read_text(path, content))
    return {} if document.value is None else _read(document, shipped, path)


def find_agent(agents: dict[str, AgentCommand], name: str, settings: AgentSettings) -> AgentCommand:
    """The command called `name`, or the one of the settings where no name is given; OpenclawError with the nearest name."""
    wanted = name or settings.name
    if not wanted:
        raise OpenclawError(
            "no agent is named", f"--agent NAME, or `agent: {{name: NAME}}` in the settings; known: {', '.join(agents)}"
        )
    if wanted not in agents:
        raise OpenclawError(f"there is no agent command `{wanted}`", suggest(wanted, list(agents)))
    return agents[wanted]


def _read(document: Document, shipped: dict[str, Any], file: str) -> dict[str, AgentCommand]:
    import msgspec

    _check_entries(document)
    parsed = decode(document, AgentsFile)
    commands: dict[str, AgentCommand] = {}
    for name in parsed.agents:
        if not re.fullmatch(NAME_PATTERN, name):
            hint = "lower-case letters, digits, `-` and `_`, at most 40"
            raise document.error(("agents", name), f"{name!r} is not a name for an agent command", hint)
        written = {**shipped.get(name, {}), **document.value["agents"][name]}
        command = msgspec.convert({**written, "name": name, "file": file}, AgentCommand)
        _validate(document, command)
        commands[name] = command
    return commands


def _check_entries(document: Document) -> None:
    """Raises DocumentError for the first entry that is none: by itself, since errors within a mapping do not name its key."""
    found = document.value.get("agents") if isinstance(document.value, dict) else None
    for name, entry in found.items() if isinstance(found, dict) else ():
        at = ("agents", name)
        lines = {keys[2:]: line for keys, line in document.lines.items() if keys[:2] == at}
        decode(Document(document.path, entry, lines), AgentEntry)


def _validate(document: Document, command: AgentCommand) -> None:
    at: KeyPath = ("agents", command.name)
    if not command.argv and command.name != OF_USER:
        raise document.error(at, f"agent `{command.name}` has no `argv`", "add it: the command, word by word")
    if command.argv and not isinstance(command.argv[0], str):
        raise document.error((*at, "argv", 0), "`argv` must begin with the program", "a word, not a list")
    flat = [
        (index, part) for index, word in enumerate(command.argv) for part in ([word] if isinstance(word, str) else word)
    ]
    for index, word in flat:
        _check_placeholders(document, (*at, "argv", index), word)
    _check_prompt(document, (*at, "argv"), command, [word for _, word in flat])
    for index, pattern in enumerate(command.fail_if.output):
        try:
            compile_pattern(pattern)
        except OpenclawError as error:
            raise document.error((*at, "fail_if", "output", index), error.message, error.hint) from error
    for index, allowed in enumerate(command.env.allow):
        if not _ALLOWED.fullmatch(allowed):
            reason = f"`env.allow`: {allowed[:80]!r} is no name of a variable"
            raise document.error((*at, "env", "allow", index), reason, "`NAME`, or `PREFIX_*`")


def _check_placeholders(document: Document, keys: KeyPath, word: str) -> None:
    for name in placeholders(word):
        if name not in NAMES:
            hint = f"{suggest(name, list(NAMES))}; write {{{{{name}}}}} for the text itself"
            raise document.error(keys, f"unknown placeholder `{{{name}}}`", hint)


def _check_prompt(document: Document, keys: KeyPath, command: AgentCommand, words: list[str]) -> None:
    wanted = {PromptBy.ARG: "prompt", PromptBy.FILE: "prompt_file"}.get(command.prompt)
    if wanted and words and not any(wanted in placeholders(word) for word in words):
        reason = f"`prompt: {command.prompt}` and no `{{{wanted}}}` in `{keys[-1]}`: the agent would never see its task"
        raise document.error(keys, reason, f"add `{{{wanted}}}`, or use `prompt: stdin`")
