"""Parts of a line of which nobody knows what they run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from openclaw_hooks.checks.command_rules.git_bypass import HOOKED
from openclaw_hooks.checks.command_rules.model import CommandFinding
from openclaw_hooks.shell.holes import HOLE, OUTER, PLAIN, SPLAT, show_holes, without_holes
from openclaw_hooks.shell.reading import CODE, COMMAND_WORD, PIPED_CODE
from openclaw_hooks.verdict import Answer

if TYPE_CHECKING:
    from openclaw_hooks.shell.reading import Unknown

_GUARDED_TEXTS = ("git", "hook", ".claude", "openclaw", "pre-commit", "husky", "lefthook", "settings.json", "commit")
_DECODERS = ("base64", "base32", "xxd", "printf", "tr ", "rev", "openssl", "python", "perl", "ruby", "node", "sed ", "awk", "curl",
             "wget", "cut", "dd ", "cat ", "head", "tail", "gunzip", "zcat", "decode", "nc ")  # fmt: skip
_PLUMBING = frozenset(
    ("commit-tree", "update-ref", "fast-import", "send-pack", "config", "symbolic-ref", "uninstall", "reset", "clean")
)
_INSTEAD = "write the command out"


def judge_unknown(unknown: Unknown, text: str) -> CommandFinding | None:
    """The finding about a part that is not known; None where it can do no harm that is guarded against."""
    lowered = text.lower()
    mentions = any(word in lowered for word in _GUARDED_TEXTS)
    rule = "unknown-command"
    instead = _INSTEAD
    if unknown.kind == PIPED_CODE:
        rule, harmful = "unknown-code", True
        instead = "save it to a file, read it, and run the file by its name"
    elif unknown.kind == COMMAND_WORD:
        harmful = _is_harmful_command(unknown, lowered, mentions)
    elif unknown.kind == CODE:
        rule = "unknown-code"
        harmful = _is_harmful_code(unknown, lowered, mentions)
    else:
        rule, harmful = "unreadable", mentions or unknown.kind == "size"
        instead = "write it in a way that bash reads without errors"
    if not harmful:
        return None
    word = show_holes(" ".join(unknown.words)) or text
    word = word if len(word) <= 80 else word[:79] + "…"
    return CommandFinding(rule, Answer.DENY, word, unknown.reason, instead, unknown.start, unknown.end)


def _is_harmful_command(unknown: Unknown, lowered: str, mentions: bool) -> bool:
    program, *words = unknown.words
    if any(word in HOOKED or word in _PLUMBING or word.startswith("--no-v") for word in words):
        return True
    if without_holes(program).rpartition("/")[2] and not program.endswith((HOLE, SPLAT, OUTER, PLAIN)):
        return mentions and bool(words)
    if OUTER in program or PLAIN in program:
        return mentions and any("hook" in word or ".git" in word for word in words)
    return mentions or any(decoder in lowered for decoder in _DECODERS)


def _is_harmful_code(unknown: Unknown, lowered: str, mentions: bool) -> bool:
    known = "".join(without_holes(word) for word in unknown.words).strip().lower()
    if not known or "too deep" in unknown.reason or ": the code" in unknown.reason:
        return mentions or any(decoder in lowered for decoder in _DECODERS) or "too deep" in unknown.reason
    return any(word in known for word in _GUARDED_TEXTS)
