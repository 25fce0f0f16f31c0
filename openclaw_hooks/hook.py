"""`openclaw-hook ID`: what git, hook frameworks and agents call; imports only what that hook needs.

A guard that cannot do its work blocks: exit 1 findings, 2 a broken policy, 3 a crash. A notice never blocks.
"""

from __future__ import annotations

import os
import sys
import time

# Agents that call around their acts; `agent` is any other that speaks the exit-2 protocol. The id tells them apart, so
# it is handed on, and these hooks import msgspec only when they need it.
AGENTS = ("claude", "codex", "gemini", "qwen", "copilot", "cursor", "windsurf", "agent")

# hook id -> module, function
HOOKS = {
    "pre-commit": ("git_hooks.pre_commit", "run"),
    "pre-merge-commit": ("git_hooks.pre_commit", "run"),
    "commit-msg": ("git_hooks.commit_msg", "run"),
    "post-commit": ("git_hooks.post_commit", "run"),
    "post-merge": ("git_hooks.post_commit", "run"),  # git merge runs this one in place of post-commit
    "pre-push": ("git_hooks.pre_push", "run"),
    "openclaw-check": ("git_hooks.framework", "run_check"),
    "openclaw-secrets": ("git_hooks.framework", "run_secrets"),
    "openclaw-structured-files": ("git_hooks.framework", "run_structured_files"),
    "openclaw-rules": ("git_hooks.framework", "run_rules"),
    "openclaw-scope": ("git_hooks.framework", "run_scope"),
    "openclaw-commit-msg": ("git_hooks.commit_msg", "run"),
    "openclaw-push": ("git_hooks.framework", "run_push"),
    "openclaw-receipt": ("git_hooks.post_commit", "run"),
    "merge-board": ("board.merge.driver", "run"),
    **dict.fromkeys(AGENTS, ("agent_hooks.entry", "run")),
}

# Hooks, and events of agents, that only inform: when they fail, work goes on.
NOTICES = {
    "post-commit", "post-merge", "openclaw-receipt", "PostToolUse", "SessionStart", "UserPromptSubmit", "PreCompact", "Stop",
    "SubagentStart", "SessionEnd",
}  # fmt: skip


def main(arguments: list[str] | None = None) -> int:
    """The exit code of one hook; `arguments` are its id and what git passes behind it."""
    words = sys.argv[1:] if arguments is None else arguments
    hook_id = words[0] if words else ""
    if hook_id not in HOOKS:
        return _explain_usage(hook_id)
    started = time.perf_counter()
    try:
        code = _run_hook(hook_id, words if hook_id in AGENTS else words[1:])
    except KeyboardInterrupt:
        code = 2 if hook_id in AGENTS else 130
    except (Exception, SystemExit) as error:  # the boundary: whatever happens becomes one line and a code
        code = _report(words, error)
    if hook_id not in AGENTS:  # these keep a log of their own, with more in it
        _log_verdict(hook_id, code, time.perf_counter() - started)
    return code


def _run_hook(hook_id: str, arguments: list[str]) -> int:
    from importlib import import_module

    module, function = HOOKS[hook_id]
    if hook_id not in AGENTS:
        from openclaw_hooks.imports import import_msgspec

        import_msgspec()
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")  # odd file names must not crash the report
    code: int = getattr(import_module(f"openclaw_hooks.{module}"), function)(arguments)
    sys.stdout.flush()
    return code


def _log_verdict(hook_id: str, code: int, elapsed_s: float) -> None:
    """Keep what a git hook decided beside the verdicts of agents' hooks; the session id joins the two."""
    try:
        from openclaw_hooks.agents import detect_agent, find_session
        from openclaw_hooks.audit import ALLOW, DENY, append_verdict, take_reasons
        from openclaw_hooks.checkout import find_checkout

        decision = DENY if code else ALLOW
        rules, where = take_reasons()
        host, session = detect_agent(), find_session()
        facts = {"host": host, "session": session, "event": hook_id, "decision": decision, "where": where}
        if checkout := find_checkout(os.getcwd()):
            append_verdict(checkout.state_dir, facts, rules, elapsed_s)
    except Exception:  # the boundary: a folder that is gone or half an installation must not change the verdict
        return


def _explain_usage(hook_id: str) -> int:
    if hook_id in ("-h", "--help"):
        print(f"usage: openclaw-hook ID [ARGUMENTS]\n\nIDs: {', '.join(HOOKS)}\nPeople use `openclaw` instead.")
        return 0
    reason = f"unknown hook `{hook_id}`" if hook_id else "no hook named"
    print(f"openclaw-hooks: {reason} (known: {', '.join(HOOKS)})", file=sys.stderr)
    return 2


def _report(words: list[str], error: BaseException) -> int:
    from openclaw_hooks.checks.report import one_line
    from openclaw_hooks.errors import EXIT_INTERNAL, OpenclawError

    hook_id = words[0]
    if isinstance(error, OpenclawError):
        print(f"openclaw-hooks: {one_line(str(error))}", file=sys.stderr)
        code = error.exit_code
    else:
        from openclaw_hooks.crash import write_crash_log

        # not its repr: that of a UnicodeDecodeError holds the whole content
        reason = one_line(f"{type(error).__name__}: {error}"[:300])
        print(f"openclaw-hooks: internal error in {hook_id}: {reason}; see {write_crash_log(error)}", file=sys.stderr)
        code = EXIT_INTERNAL
    if hook_id in NOTICES or (hook_id in AGENTS and NOTICES.intersection(words[1:])):
        return 0
    print(f"openclaw-hooks: {hook_id} blocks because it could not check; mend this and try again", file=sys.stderr)
    return 2 if hook_id in AGENTS else code  # to an agent's host any other code is only a warning


if __name__ == "__main__":
    sys.exit(main())
