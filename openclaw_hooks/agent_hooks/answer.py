"""What a hook answers: an exit code, and what goes to stderr or stdout.

Allowing is silence and exit 0: an explicit "allow" would skip the questions that the user wants to be asked.
"""

from __future__ import annotations

from openclaw_hooks.audit import ALLOW, ASK, DENY

TYPE_CHECKING = False  # `typing` takes 8 ms to import
if TYPE_CHECKING:
    from collections.abc import Iterable

    from openclaw_hooks.agent_hooks.payload import Payload

BLOCK_CODE = 2  # any other code but 0 is a warning to most hosts, and the act goes on
MAX_CHARS = 9_500  # Claude Code cuts at 10,000
CUT = "\n... (cut)"

# Hosts that hand `additionalContext` to the model; the others would take it for a malformed answer.
CONTEXT_HOSTS = frozenset(("claude", "codex", "gemini", "qwen", "agent"))
# Hosts that put "ask" before a person. Codex, for one, runs the act instead.
ASKING_HOSTS = frozenset(("claude",))


class Answer:
    """The exit code, both streams, and what the audit log keeps: decision, rule ids, and where."""

    __slots__ = ("code", "decision", "rules", "stderr", "stdout", "where")

    def __init__(self, code: int = 0, decision: str = ALLOW, stderr: str = "", stdout: str = "") -> None:
        self.code = code
        self.decision = decision
        self.stderr = stderr
        self.stdout = stdout
        self.rules: tuple[str, ...] = ()
        self.where = ""

    def because(self, rules: Iterable[str], where: str = "") -> Answer:
        """The same answer with the rules behind it and the file or word that it is about."""
        self.rules = tuple(dict.fromkeys(rule for rule in rules if rule))
        self.where = where
        return self


def allow() -> Answer:
    """Nothing to say."""
    return Answer()


def block(reason: str) -> Answer:
    """The act does not happen and the agent reads `reason`."""
    return Answer(BLOCK_CODE, DENY, _cut(reason.strip() or "openclaw: blocked") + "\n")


def ask(payload: Payload, reason: str) -> Answer:
    """A person decides, where the host can ask one; elsewhere the act does not happen."""
    if payload.host not in ASKING_HOSTS:
        return block(f"{reason}\nThis needs a person's consent, which this agent's hooks cannot ask for.")
    fields = {"permissionDecision": "ask", "permissionDecisionReason": _cut(reason)}
    return Answer(0, ASK, "", _hook_output(payload, fields))


def tell(payload: Payload, context: str) -> Answer:
    """`context` for the model, where the host passes it on; silence when there is none."""
    if not context.strip() or payload.host not in CONTEXT_HOSTS:
        return Answer()
    return Answer(0, ALLOW, "", _hook_output(payload, {"additionalContext": _cut(context)}))


def _hook_output(payload: Payload, fields: dict[str, str]) -> str:
    import json

    # Codex takes an answer with any field that it does not know for a failed hook.
    return json.dumps({"hookSpecificOutput": {"hookEventName": payload.event_name, **fields}})


def _cut(text: str) -> str:
    return text if len(text) <= MAX_CHARS else text[: MAX_CHARS - len(CUT)] + CUT
