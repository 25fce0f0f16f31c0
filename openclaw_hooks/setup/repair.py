"""Puts our hooks back: what an installed hook starts when a hook that it ran has put it aside."""

from __future__ import annotations

import sys


def main() -> int:
    """0 when the hooks are in place again."""
    from openclaw_hooks.errors import OpenclawError
    from openclaw_hooks.setup.apply import apply_plan
    from openclaw_hooks.setup.hook_facts import read_hook_facts
    from openclaw_hooks.setup.hook_plan import plan_hooks
    from openclaw_hooks.setup.interpreter import find_command
    from openclaw_hooks.setup.repo_facts import open_worktree

    try:
        repo, command = open_worktree(), find_command()
        apply_plan(repo, plan_hooks(read_hook_facts(repo), command), command.version)
    except OpenclawError as error:
        print(f"openclaw: {error}", file=sys.stderr)
        return error.exit_code
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
