"""An agent's command, or any other, run under guard, and what it said of itself."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

import msgspec

from openclaw_hooks.agent.launch.guarded import STDOUT, Watching, run_guarded
from openclaw_hooks.agent.launch.lines import Lines

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from openclaw_hooks.agent.commands.parser import Parser
    from openclaw_hooks.agent.launch.guarded import Ended, Launch
    from openclaw_hooks.agent.model import Report
    from openclaw_hooks.agent_files.model import AgentCommand

TAIL_BYTES: Final = 8000


class Ran(NamedTuple):
    """How a command ended: exit code (None: killed, for the reason `killed`), seconds, and the end of what it printed."""

    code: int | None
    killed: str
    seconds: float
    tail: str
    output_bytes: int


def launch_agent(
    launch: Launch,
    parser: Parser,
    on_started: Callable[[int], None],
    should_stop: Callable[[], str],
    on_progress: Callable[[float, str], None],
) -> Report:
    """What `parser` made of the agent's output, and how it ended; nothing that it started is left.

    `on_started` gets the guardian's process id before the agent is started, `on_progress` the seconds so far and the last tool call
    some ten times a second; `should_stop` says why the agent must end (`stopped`, `lost`), and nothing as long as it need not.
    Raises ProcessError when it cannot start.
    """
    lines = {name: Lines() for name in (STDOUT, STDOUT + 1)}

    def take(name: int, chunk: bytes) -> None:
        use = parser.feed if name == STDOUT else parser.complain
        for line in lines[name].add(chunk):
            use(line)

    watching = Watching(take, on_started, should_stop, lambda seconds: on_progress(seconds, parser.last_call))
    ended = run_guarded(launch, watching)
    for line in lines[STDOUT].end():
        parser.feed(line)
    for line in lines[STDOUT + 1].end():
        parser.complain(line)
    report = parser.report(ended.code)
    return msgspec.structs.replace(
        report,
        killed=ended.killed,
        seconds=round(ended.seconds, 3),
        failure=_failure(report.failure, ended),
        output_bytes=ended.output_bytes,
        dropped_bytes=ended.dropped_bytes,
    )


def _failure(said: str, ended: Ended) -> str:
    if ended.is_unguarded:
        return "somebody killed the process that guards it"
    if ended.left:
        return f"{ended.left} of its processes could not be ended"
    return said


def run_command(
    launch: Launch, on_line: Callable[[bytes], None], should_stop: Callable[[], str], tail_bytes: int = TAIL_BYTES
) -> Ran:
    """How a command ended, such as a metric's; `on_line` gets each line of both its streams.

    Raises ProcessError when it cannot start.
    """
    lines = {name: Lines() for name in (STDOUT, STDOUT + 1)}
    tail = bytearray()

    def take(name: int, chunk: bytes) -> None:
        tail.extend(chunk)
        del tail[:-tail_bytes]
        for line in lines[name].add(chunk):
            on_line(line)

    ended = run_guarded(launch, Watching(take, lambda _pid: None, should_stop, lambda _seconds: None))
    for rest in lines.values():
        for line in rest.end():
            on_line(line)
    text = bytes(tail).decode("utf-8", "replace")
    return Ran(ended.code, ended.killed, round(ended.seconds, 3), text, ended.output_bytes)


def ask_version(command: AgentCommand, cwd: str, env: Mapping[str, str]) -> str:
    """What the command's program says of its version, in one line; empty where it says nothing within ten seconds."""
    from openclaw_hooks.agent.commands.notes import one_line
    from openclaw_hooks.agent.launch.guarded import Launch
    from openclaw_hooks.process import ProcessError

    if not command.version_cmd:
        return ""
    found: list[bytes] = []
    try:
        ran = run_command(Launch(command.version_cmd, cwd, env, None, "", 0, 10), found.append, lambda: "")
    except ProcessError:
        return ""
    spoken = [line.decode("utf-8", "replace") for line in found if line.strip()]
    numbered = [line for line in spoken if re.search(r"\d+\.\d+", line)]  # some warn of something else first
    return one_line((numbered or spoken)[0], 100) if ran.code == 0 and spoken else ""
