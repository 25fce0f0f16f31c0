"""What a try left behind: the hooks that git ran, by its own record, and the findings in what they printed."""

from __future__ import annotations

import json
import re
from typing import NamedTuple

# A finding as the hooks print it: `path:line: check: message`, the path perhaps quoted.
_FINDING = re.compile(r"^(?P<place>(?:(?!: ).)+): (?P<check>[a-z][a-z-]*): (?P<message>.+)$")


class HookRun(NamedTuple):
    """One hook that git ran, by git's own record: exit code and milliseconds."""

    name: str
    code: int
    ms: float


def find_line(output: str, check: str, shows: str) -> str:
    """The first finding of `check` in `output` that shows the text `shows`; empty when there is none."""
    for line in output.splitlines():
        found = _FINDING.match(line)
        if found and found["check"] == check and shows in line:
            return line
    return ""


def read_hook_runs(trace: str) -> tuple[HookRun, ...]:
    """The hooks in a trace2 event file that the outermost git process started, in order.

    https://git-scm.com/docs/api-trace2: a nested process has a session id with a slash.
    """
    started: dict[int, str] = {}
    runs = []
    try:
        with open(trace, encoding="utf-8", errors="replace") as stream:
            events = [json.loads(line) for line in stream]
    except OSError:
        return ()
    for event in events:
        if "/" in event.get("sid", ""):
            continue
        if event.get("event") == "child_start" and event.get("hook_name"):
            started[event["child_id"]] = event["hook_name"]
        elif event.get("event") == "child_exit" and event["child_id"] in started:
            runs.append(HookRun(started[event["child_id"]], event["code"], event["t_rel"] * 1000))
    return tuple(runs)
