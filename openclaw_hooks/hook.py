"""`openclaw-hook ID`: what git, hook frameworks and agents call; imports only what that hook needs.

A guard that cannot do its work blocks: exit 1 findings, 2 a broken policy, 3 a crash. A notice never blocks.
"""

from __future__ import annotations

import sys

# hook id -> module, function
HOOKS = {
    "pre-commit": ("git_hooks.pre_commit", "run"),
    "pre-merge-commit": ("git_hooks.pre_commit", "run"),
    "commit-msg": ("git_hooks.commit_msg", "run"),
    "post-commit": ("git_hooks.post_commit", "run"),
    "pre-push": ("git_hooks.pre_push", "run"),
    "openclaw-check": ("git_hooks.framework", "run_check"),
    "openclaw-secrets": ("git_hooks.framework", "run_secrets"),
    "openclaw-structured-files": ("git_hooks.framework", "run_structured_files"),
    "openclaw-rules": ("git_hooks.framework", "run_rules"),
    "openclaw-scope": ("git_hooks.framework", "run_scope"),
    "openclaw-commit-msg": ("git_hooks.commit_msg", "run"),
    "openclaw-push": ("git_hooks.framework", "run_push"),
    "openclaw-receipt": ("git_hooks.post_commit", "run"),
}

# Hooks that only inform: when they fail, work goes on.
NOTICES = {"post-commit", "openclaw-receipt"}


def main(arguments: list[str] | None = None) -> int:
    """The exit code of one hook; `arguments` are its id and what git passes behind it."""
    words = sys.argv[1:] if arguments is None else arguments
    hook_id = words[0] if words else ""
    if hook_id not in HOOKS:
        return _explain_usage(hook_id)
    try:
        return _run_hook(hook_id, words[1:])
    except KeyboardInterrupt:
        return 130
    except Exception as error:  # the boundary: whatever happens becomes one line and a code
        return _report(hook_id, error)


def _run_hook(hook_id: str, arguments: list[str]) -> int:
    from importlib import import_module

    module, function = HOOKS[hook_id]
    _spare_typing_extensions()
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")  # odd file names must not crash the report
    code: int = getattr(import_module(f"openclaw_hooks.{module}"), function)(arguments)
    sys.stdout.flush()
    return code


def _spare_typing_extensions() -> None:
    """Import msgspec without typing_extensions, which it takes when it finds it and needs only before 3.11.

    That package costs 10 ms, half of it for `inspect`; a second import after this one works as ever.
    """
    if "typing_extensions" in sys.modules:
        return
    sys.modules["typing_extensions"] = None  # type: ignore[assignment]  # None makes an import fail at once
    try:
        import msgspec  # noqa: F401
    finally:
        del sys.modules["typing_extensions"]


def _explain_usage(hook_id: str) -> int:
    if hook_id in ("-h", "--help"):
        print(f"usage: openclaw-hook ID [ARGUMENTS]\n\nIDs: {', '.join(HOOKS)}\nPeople use `openclaw` instead.")
        return 0
    reason = f"unknown hook `{hook_id}`" if hook_id else "no hook named"
    print(f"openclaw-hooks: {reason} (known: {', '.join(HOOKS)})", file=sys.stderr)
    return 2


def _report(hook_id: str, error: Exception) -> int:
    from openclaw_hooks.checks.report import one_line
    from openclaw_hooks.errors import EXIT_INTERNAL, OpenclawError

    if isinstance(error, OpenclawError):
        print(f"openclaw-hooks: {one_line(str(error))}", file=sys.stderr)
        code = error.exit_code
    else:
        from openclaw_hooks.crash import write_crash_log

        # not its repr: that of a UnicodeDecodeError holds the whole content
        reason = one_line(f"{type(error).__name__}: {error}"[:300])
        print(f"openclaw-hooks: internal error in {hook_id}: {reason}; see {write_crash_log(error)}", file=sys.stderr)
        code = EXIT_INTERNAL
    if hook_id in NOTICES:
        return 0
    print(f"openclaw-hooks: {hook_id} blocks because it could not check; mend this and try again", file=sys.stderr)
    return code


if __name__ == "__main__":
    sys.exit(main())
