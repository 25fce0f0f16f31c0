"""Agent commands: what a file may say, what their words become, and what their environment holds."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from openclaw_hooks.agent.commands import (
    AgentCommand,
    Events,
    Places,
    PromptBy,
    agent_env,
    allowed_env,
    fill_argv,
    find_agent,
    find_program,
    load_agents,
    parse_agents,
)
from openclaw_hooks.agent.model import Provenance
from openclaw_hooks.documents import DocumentError
from openclaw_hooks.errors import OpenclawError
from openclaw_hooks.settings import AgentSettings

if TYPE_CHECKING:
    from pathlib import Path

PLACES = Places("/run/prompt-1.md", "# Task\ndo it", "/tree")
MINE = """
agents:
  mine:
    argv: [my-agent, --file, "{prompt_file}", [--model, "{model}"], '{{model}}', '{"a": 1}']
    prompt: file
    fail_if: {codes: [3], output: ["^fatal"]}
    env: {allow: [MY_*]}
    provenance: mock
  claude:
    model: opus
"""


def write(root: Path, text: str) -> str:
    path = root / ".openclaw/agents.yaml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(text)
    return str(root)


def test_presets_are_there_without_a_file() -> None:
    agents = load_agents(None)
    assert list(agents) == ["claude", "codex", "gemini", "opencode", "aider", "any"]
    assert all(command.provenance is Provenance.REAL and not command.file for command in agents.values())


@pytest.mark.parametrize("name", ["claude", "codex", "gemini", "opencode", "aider"])
def test_no_preset_lets_its_agent_do_whatever_it_likes(name: str) -> None:
    command = load_agents(None)[name]
    words = " ".join(fill_argv(command, PLACES))
    for word in ("dangerously", "bypass", "yolo", "danger-full-access", "skip-permissions"):
        assert word not in words


def test_preset_words_are_those_of_the_programs() -> None:
    agents = load_agents(None)
    assert fill_argv(agents["claude"], PLACES) == (
        "claude", "-p", "--output-format", "stream-json", "--verbose", "--permission-mode", "acceptEdits",
    )  # fmt: skip
    assert fill_argv(agents["claude"], PLACES._replace(model="opus", max_cost=1.5))[-4:] == (
        "--model", "opus", "--max-budget-usd", "1.5",
    )  # fmt: skip
    assert fill_argv(agents["codex"], PLACES) == ("codex", "exec", "--json", "--sandbox", "workspace-write", "-")
    assert fill_argv(agents["aider"], PLACES)[:3] == ("aider", "--message-file", "/run/prompt-1.md")


def test_a_file_adds_commands_and_changes_keys_of_presets(tmp_path: Path) -> None:
    agents = load_agents(write(tmp_path, MINE))
    mine, claude = agents["mine"], agents["claude"]
    assert (mine.prompt, mine.events, mine.provenance) == (PromptBy.FILE, Events.NONE, Provenance.MOCK)
    assert (mine.fail_if.codes, mine.file) == ((3,), ".openclaw/agents.yaml")
    assert fill_argv(mine, PLACES) == ("my-agent", "--file", "/run/prompt-1.md", "{model}", '{"a": 1}')
    assert (claude.model, claude.events, claude.file) == ("opus", Events.CLAUDE, ".openclaw/agents.yaml")
    assert fill_argv(claude, PLACES)[-2:] == ("--model", "opus")
    assert fill_argv(claude, PLACES._replace(model="haiku"))[-2:] == ("--model", "haiku")
    assert agents["codex"] == load_agents(None)["codex"]


def test_a_file_of_comments_changes_nothing(tmp_path: Path) -> None:
    assert load_agents(write(tmp_path, "# nothing yet\n")) == load_agents(None)


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        (
            "agents:\n  x:\n    argv: [a]\n    promt: arg\n",
            ":4: unknown key `promt`",
            "did you mean `prompt`?",
        ),
        ("agents:\n  x:\n    argv: [a]\n    prompt: argv\n", ":4: `prompt`: unknown value", "`arg`"),
        ("agents:\n  x:\n    argv:\n      - a\n      - '{promt}'\n", ":5: unknown placeholder `{promt}`", "`prompt`"),
        ("agents:\n  x:\n    argv: [a, ['{modell}']]\n", ":3: unknown placeholder `{modell}`", "did you mean `model`?"),
        ("agents:\n  x:\n    prompt: stdin\n", ":2: agent `x` has no `argv`", "word by word"),
        ("agents:\n  x:\n    argv: [a]\n    prompt: arg\n", ":3: `prompt: arg` and no `{prompt}`", "never"),
        ("agents:\n  x:\n    argv: [a]\n    prompt: file\n", ":3: `prompt: file` and no `{prompt_file}`", "never"),
        ("agents:\n  x:\n    argv: [['{model}']]\n", ":3: `argv` must begin with the program", "not a list"),
        ("agents:\n  x:\n    argv: a b\n", ":3: `argv`: expected", ""),
        ("agents:\n  X y:\n    argv: [a]\n", ":2: 'X y' is not a name", "lower-case"),
        ("agents:\n  x:\n    argv: [a]\n    fail_if: {output: ['(']}\n", ":4: bad pattern", ""),
        ("agents:\n  x:\n    argv: [a]\n    env: {allow: ['A=B']}\n", ":4: `env.allow`: 'A=B'", "PREFIX_*"),
        ("agents:\n  x: {argv: [a]}\n  x: {argv: [b]}\n", ":3: key `x` appears twice", ""),
        ("agent: {}\n", ":1: unknown key `agent`", "`agents`"),
        ("- a\n", ":1: the file must be a mapping", ""),
    ],
)
def test_what_is_wrong_in_a_file_is_said_with_its_line(tmp_path: Path, text: str, message: str, hint: str) -> None:
    with pytest.raises(DocumentError) as caught:
        load_agents(write(tmp_path, text))
    assert f".openclaw/agents.yaml{message}" in caught.value.message
    assert hint in f"{caught.value.hint} {caught.value.message}"


def test_an_agent_is_found_by_name_or_by_the_settings() -> None:
    agents = load_agents(None)
    assert find_agent(agents, "codex", AgentSettings(name="claude")).name == "codex"
    assert find_agent(agents, "", AgentSettings(name="claude")).name == "claude"
    with pytest.raises(OpenclawError, match="no agent command `cluade`") as caught:
        find_agent(agents, "cluade", AgentSettings())
    assert caught.value.hint == "did you mean `claude`?"
    with pytest.raises(OpenclawError, match="no agent is named"):
        find_agent(agents, "", AgentSettings())


def make(**keys: object) -> AgentCommand:
    return AgentCommand(name="x", **keys)  # type: ignore[arg-type]  # keys as the test has them


def test_a_prompt_is_one_word_whatever_is_in_it() -> None:
    hostile = "$(touch x); `y` \" ' \n --flag {model} {worktree}"
    words = fill_argv(make(argv=("a", "{prompt}"), prompt=PromptBy.ARG), PLACES._replace(prompt_text=hostile))
    assert words == ("a", hostile)  # and what looks like a placeholder in it is text


def test_a_word_without_its_value_is_an_error_and_a_list_is_left_out() -> None:
    with pytest.raises(OpenclawError, match=r"agent `x`: `\{model\}` has no value"):
        fill_argv(make(argv=("a", "--model={model}")), PLACES)
    assert fill_argv(make(argv=("a", ("--model={model}",), ("-s", "{minutes}"))), PLACES) == ("a",)
    assert fill_argv(make(argv=("a", ("-s", "{minutes}"))), PLACES._replace(minutes=2.5)) == ("a", "-s", "2.5")
    with pytest.raises(OpenclawError, match="agent `x` has no command"):
        fill_argv(make(), PLACES)


def test_words_that_no_program_can_be_given_are_refused_before_it_starts() -> None:
    command = make(argv=("a", "{prompt}"), prompt=PromptBy.ARG)
    with pytest.raises(OpenclawError, match="NUL"):
        fill_argv(command, PLACES._replace(prompt_text="a\0b"))
    with pytest.raises(OpenclawError, match="longer than") as caught:
        fill_argv(command, PLACES._replace(prompt_text="é" * 70_000))
    assert "prompt: stdin" in caught.value.hint


def test_an_agent_sees_only_what_is_allowed() -> None:
    env = {
        "PATH": "/bin", "HOME": "/h", "LC_ALL": "C", "XDG_CACHE_HOME": "/c", "MY_KEY": "k", "MYSQL": "no",
        "AWS_SECRET_ACCESS_KEY": "no", "SSH_AUTH_SOCK": "/s", "CLAUDECODE": "1", "GITHUB_TOKEN": "no", "PYTHONPATH": "/p",
    }  # fmt: skip
    found = agent_env(parse_agents(MINE.encode())["mine"], env, {"OPENCLAW_TASK": "T-1", "OPENCLAW_RUN": "R-1"})
    assert found == {
        "PATH": "/bin", "HOME": "/h", "LC_ALL": "C", "XDG_CACHE_HOME": "/c", "MY_KEY": "k",
        "OPENCLAW_AGENT": "mine", "OPENCLAW_TASK": "T-1", "OPENCLAW_RUN": "R-1", "GIT_TERMINAL_PROMPT": "0",
    }  # fmt: skip


def test_no_entry_hands_on_the_lease_the_mesh_or_another_repository() -> None:
    env = {"OPENCLAW_TOKEN": "t", "OPENCLAW_SCOPE": "**", "NATS_CREDS": "c", "GIT_DIR": "/g", "GIT_CONFIG_COUNT": "1"}
    everything = parse_agents(b"agents: {x: {argv: [a], env: {allow: ['OPENCLAW_*', 'NATS_*', 'GIT_*']}}}")["x"]
    extra = {"OPENCLAW_TOKEN": "t", "NATS_URL": "u"}
    assert agent_env(everything, env, extra) == {"OPENCLAW_AGENT": "x", "GIT_TERMINAL_PROMPT": "0"}
    assert allowed_env(("OPENCLAW_TOKEN",), env) == {}


def test_whether_a_program_is_there_is_asked_of_the_agents_own_path(tmp_path: Path) -> None:
    program = tmp_path / "my-agent"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    assert find_program(("my-agent",), {"PATH": str(tmp_path)}) == str(program)
    assert find_program(("my-agent",), {"PATH": os.defpath}) == ""
    assert find_program((), {"PATH": str(tmp_path)}) == ""
