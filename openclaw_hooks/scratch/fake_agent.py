"""A scripted stand-in for an agent: `python -P -m openclaw_hooks.scratch.fake_agent SCRIPT.yaml`, its prompt on stdin.

It asks no model. It does in its folder what the script says for the attempt that OPENCLAW_ATTEMPT names, speaks events in the
format of `claude -p --output-format stream-json`, and says in each place that it is a mock.
"""

from __future__ import annotations

import os
import sys
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final, NoReturn

import msgspec
from msgspec import UNSET

from openclaw_hooks.agent.model import Provenance
from openclaw_hooks.agent_files.model import AgentCommand, Events
from openclaw_hooks.errors import OpenclawError
from openclaw_hooks.scratch.fake_script import Act, Figures, Hang, Output, Plant, Write, load_script, pick_acts
from openclaw_hooks.scratch.planted import make_planted

if TYPE_CHECKING:
    from collections.abc import Callable

MODEL: Final = "mock"
SESSION: Final = "mock-session"
GREETING: Final = "mock: a script speaks here, no model was asked"

# Started without this package: it must live on when all around it is killed.
_CHILD = "import signal, sys, time\nif sys.argv[2] == '1':\n signal.signal(signal.SIGTERM, signal.SIG_IGN)\ntime.sleep(float(sys.argv[1]))"
_CHUNK = 1 << 16


def fake_command(script: str, name: str = "fake") -> AgentCommand:
    """The agent command that plays the script at the path `script`."""
    return AgentCommand(
        name=name,
        argv=(sys.executable, "-P", "-m", "openclaw_hooks.scratch.fake_agent", script),
        events=Events.CLAUDE,
        model=MODEL,
        provenance=Provenance.MOCK,
    )


class Player:
    """One attempt at work: what it has said, and what it will say at the end."""

    def __init__(self, attempt: str) -> None:
        self.attempt = attempt
        self.figures = Figures()
        self.failure = ""
        self.denials: list[dict[str, Any]] = []
        self.calls = 0
        self.is_silent = False
        self.code = 0

    def play(self, acts: tuple[Act, ...]) -> int:
        """Do all of it; the exit code."""
        self.emit({"type": "system", "subtype": "init", "model": MODEL, "cwd": os.getcwd()})
        self.say(GREETING)
        for act in acts:
            self._do(act)
        if not self.is_silent:
            self._finish()
        return self.code

    def _do(self, act: Act) -> None:
        for key in Act.__struct_fields__:
            found = getattr(act, key)
            if found is not UNSET:
                do: Callable[[Any], None] = getattr(self, f"_act_{key}")
                do(found)

    def emit(self, event: dict[str, Any]) -> None:
        """One event on stdout."""
        line = msgspec.json.encode({**event, "session_id": f"{SESSION}-{self.attempt}", "provenance": "mock"})
        with suppress(OSError, ValueError):  # a closed stream is part of some scripts
            sys.stdout.buffer.write(line + b"\n")
            sys.stdout.buffer.flush()

    def say(self, text: str) -> None:
        """A text of the model."""
        self._emit_part({"type": "text", "text": text})

    def call(self, tool: str, **given: str) -> str:
        """A tool call without an answer; its id."""
        self.calls += 1
        call_id = f"mock-call-{self.calls}"
        self._emit_part({"type": "tool_use", "id": call_id, "name": tool, "input": given})
        return call_id

    def _emit_part(self, part: dict[str, Any]) -> None:
        message = {"id": f"mock-message-{self.calls}", "model": MODEL, "role": "assistant", "content": [part]}
        self.emit({"type": "assistant", "message": message})

    def _finish(self) -> None:
        figures = self.figures
        self.emit(
            {
                "type": "result",
                "subtype": "success",  # as the real one says even where `is_error` is true
                "is_error": bool(self.failure),
                "result": self.failure or "mock: done",
                "num_turns": figures.turns,
                "total_cost_usd": figures.cost_usd,
                "usage": {"input_tokens": figures.tokens_in, "output_tokens": figures.tokens_out},
                "permission_denials": self.denials,
            }
        )

    def _act_say(self, text: str) -> None:
        self.say(text)

    def _act_call(self, given: dict[str, str]) -> None:
        self.call(given.get("tool", "Read"), **{key: value for key, value in given.items() if key != "tool"})

    def _act_write(self, act: Write) -> None:
        self.call("Write", file_path=act.path)
        content = act.text
        if act.old or act.append:
            before = _read(act.path)
            if act.old and act.old not in before:
                raise OpenclawError(f"{act.path} does not hold {act.old!r}")
            content = before.replace(act.old, act.text, 1) if act.old else before + act.text
        _write(act.path, content)

    def _act_plant(self, act: Plant) -> None:
        self.call("Write", file_path=act.path)
        secret = getattr(make_planted(), act.kind)
        _write(act.path, act.text.replace("{secret}", secret))

    def _act_delete(self, path: str) -> None:
        import shutil

        self.call("Bash", command=f"rm -r {path}")
        if os.path.isdir(path) and not os.path.islink(path):
            shutil.rmtree(path)
        else:
            os.unlink(path)

    def _act_run(self, words: tuple[str, ...]) -> None:
        import shlex
        import subprocess

        call_id = self.call("Bash", command=shlex.join(words))
        done = subprocess.run(words, stdin=subprocess.DEVNULL, capture_output=True, check=False)
        answer = (done.stdout + done.stderr).decode("utf-8", "replace")[-2000:]
        part = {"type": "tool_result", "tool_use_id": call_id, "is_error": done.returncode != 0, "content": answer}
        self.emit({"type": "user", "message": {"role": "user", "content": [part]}})

    def _act_commit(self, message: str) -> None:
        self._act_run(("git", "add", "--all"))
        identity = ("-c", "user.name=mock", "-c", "user.email=mock@example.com")
        self._act_run(("git", *identity, "commit", "--quiet", "--no-verify", "-m", message))

    def _act_deny(self, act: Any) -> None:
        call_id = self.call(act.tool, command=act.command)
        self.denials.append({"tool_name": act.tool, "tool_use_id": call_id, "tool_input": {"command": act.command}})

    def _act_output(self, act: Output) -> None:
        line = b"mock output ".ljust(max(act.line_bytes - 1, 1), b".") + b"\n" if act.line_bytes else b"m"
        piece = line * (_CHUNK // len(line) + 1)
        left = act.megabytes * 1_000_000
        descriptor = 2 if act.stream == "stderr" else 1
        while left > 0:
            left -= os.write(descriptor, piece[:left])

    def _act_hang(self, act: Hang) -> None:
        import signal
        import subprocess

        if act.ignore_term:
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
        words = [sys.executable, "-I", "-S", "-c", _CHILD, str(act.seconds), "1" if act.ignore_term else "0"]
        started = [subprocess.Popen(words, start_new_session=act.own_session) for _ in range(act.children)]
        pids = [os.getpid(), *(child.pid for child in started)]
        if act.pids:
            _write(act.pids, "".join(f"{pid}\n" for pid in pids))
        if not act.leave:
            time.sleep(act.seconds)

    def _act_close(self, names: tuple[str, ...]) -> None:
        for name in names:
            os.close({"stdout": 1, "stderr": 2, "stdin": 0}[name])

    def _act_figures(self, figures: Figures) -> None:
        self.figures = figures

    def _act_fail(self, text: str) -> None:
        self.failure = text

    def _act_silent(self, is_silent: bool) -> None:
        self.is_silent = is_silent

    def _act_exit(self, code: int) -> None:
        self.code = code


def _read(path: str) -> str:
    with open(path, encoding="utf-8", newline="") as stream:
        return stream.read()


def _write(path: str, content: str) -> None:
    if folder := os.path.dirname(path):
        os.makedirs(folder, exist_ok=True)
    with open(path, "w", encoding="utf-8", newline="\n") as stream:
        stream.write(content)


def main() -> NoReturn:
    """Play the script that the command line names."""
    with suppress(OSError):
        while os.read(0, _CHUNK):  # the prompt, which a script has no use for
            pass
    attempt = os.environ.get("OPENCLAW_ATTEMPT", "")
    player = Player(attempt)
    try:
        code = player.play(pick_acts(load_script(sys.argv[1]), attempt))
    except (OpenclawError, OSError) as error:
        print(f"mock: the script cannot be played: {error}", file=sys.stderr)
        code = 70  # EX_SOFTWARE: neither what the script says nor what an agent would
    sys.stdout.flush()
    os._exit(code)  # nothing is flushed or waited for that a script has closed or left behind


if __name__ == "__main__":
    main()
