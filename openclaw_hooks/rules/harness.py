"""Which harness rules a task activates, and what enforces each enforcement that a rule may name."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from openclaw_hooks.regexes import compile_pattern, search_lines, time_guard
from openclaw_hooks.rules.match import order_rules
from openclaw_hooks.rules.model import Enforcement, HarnessRule, HarnessScope, HarnessType
from openclaw_hooks.verdict import Finding, Severity

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

CHECK_ID: Final = "harness"
SERVICE_TIMEOUT_S: Final = 1.0
MAX_SHOWN: Final = 120

# What implements each enforcement: the id of a check, or a function of this module.
ENFORCED_BY: Final[Mapping[Enforcement, str]] = {
    Enforcement.SCOPE_CHECK: "scope",
    Enforcement.PRE_COMMIT_SCAN: "secrets",
    Enforcement.POST_VALIDATE: "commit-message",
    Enforcement.POST_SCAN: "scan_output",
    Enforcement.OUTPUT_BLOCK: "scan_output",
    Enforcement.METRIC_REQUIRED: "require_metric",
    Enforcement.PRE_CHECK: "check_services",
}

# Colours and cursor moves (ECMA-48 CSI, and OSC up to its end): they would stand between `^` and the word behind.
_TERMINAL_CODES = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\))")


def active_harness(rules: Iterable[HarnessRule], scope: HarnessScope | str, text: str) -> tuple[HarnessRule, ...]:
    """The rules that hold in `scope` for a task described by `text`, in order of precedence.

    A rule with `activate_on` needs one of those words in the text, as a whole word in any letter case; a blank in it
    matches any white space.
    """
    wanted = HarnessScope(scope)
    return order_rules(
        rule
        for rule in rules
        if rule.active
        and wanted in rule.scope
        and (not rule.activate_on or any(_keyword(word).search(text) for word in rule.activate_on))
    )


@lru_cache(maxsize=256)
def _keyword(word: str) -> re.Pattern[str]:
    words = r"\s+".join(re.escape(part) for part in word.split())
    return re.compile(rf"(?<!\w){words}(?!\w)", re.IGNORECASE)


def scan_output(rule: HarnessRule, text: str) -> list[Finding]:
    """One finding for each line of an agent's output that a pattern of `rule` matches and none of `ignore` does.

    Patterns match line by line, without terminal codes; a progress line that was overwritten counts as lines of its
    own. Rules that block give errors, others warnings. Raises PatternTimeout.
    """
    plain = _TERMINAL_CODES.sub("", text).replace("\r\n", "\n").replace("\r", "\n")
    found: dict[int, str] = {}
    with time_guard(search_s=1.0, pattern_s=5.0):  # output may be megabytes, and no commit waits for it
        for pattern in rule.patterns:
            found.update((match.number, match.line) for match in search_lines(compile_pattern(pattern), plain))
        suspects = sorted(found)
        shown = "\n".join(found[number] for number in suspects)
        for pattern in rule.ignore if suspects else ():
            for match in search_lines(compile_pattern(pattern), shown):
                found.pop(suspects[match.number - 1], None)
    return [_finding(rule, number, found[number].strip()[:MAX_SHOWN]) for number in sorted(found)]


def require_metric(rule: HarnessRule, metric: str) -> list[Finding]:
    """A finding when a task has no metric: nothing then shows that its work is done."""
    return [] if metric.strip() else [_finding(rule, 0, "the task has no metric")]


def check_services(rule: HarnessRule, timeout_s: float = SERVICE_TIMEOUT_S) -> list[Finding]:
    """A finding for each service of `rule` that is not there.

    `host:port` and `name=host:port` must accept a TCP connection; anything else must be a command on PATH.
    """
    problems = (_probe_service(service, timeout_s) for service in rule.services)
    return [_finding(rule, 0, problem) for problem in problems if problem]


def _probe_service(service: str, timeout_s: float) -> str:
    name, _, address = service.rpartition("=")
    host, colon, port = address.rpartition(":")
    if not colon:
        import shutil

        return "" if shutil.which(address) else f"`{address}` is not on PATH"
    import socket

    try:
        socket.create_connection((host.strip("[]"), int(port)), timeout_s).close()
    except OSError as error:
        return f"`{name or address}` does not answer at {address}: {error.strerror or error}"
    return ""


def _finding(rule: HarnessRule, line: int, what: str) -> Finding:
    severity = Severity.WARNING if rule.type is HarnessType.INJECT else Severity.ERROR
    return Finding(CHECK_ID, severity, "", line, f"{rule.title}: {what}", rule=rule.id)
