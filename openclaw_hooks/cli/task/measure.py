"""`task complete --run-metric`: the task's own measure, taken here before anything is asked of the board or the lead."""

from __future__ import annotations

import sys

from openclaw_hooks.errors import OpenclawError, RefusedError


def measure(name: str, as_name: str, token: str) -> str:
    """The task's metric, which has succeeded in the current folder; all its output goes to stderr, away from ours.

    Raises RefusedError when it fails, and before it is run when the task could not be completed anyhow.
    """
    from openclaw_hooks.checks.report import one_line
    from openclaw_hooks.cli.task.door import find_line
    from openclaw_hooks.cli.task.options import open_place
    from openclaw_hooks.plans.verbs import require_completable
    from openclaw_hooks.plans.work import open_work
    from openclaw_hooks.process import run_in_terminal

    board, actor = open_place(as_name)
    # A claim of the mesh is known here and to no remote of git.
    with open_work(board, actor, is_local=find_line(board, actor) is not None) as work:
        task = require_completable(work, name, token)
    if not task.metric:
        raise OpenclawError(f"{task.id} has no metric", f"give it one: `openclaw task edit {task.id} --metric CMD`")
    print(f"openclaw: running {one_line(task.metric)}", file=sys.stderr)
    code = run_in_terminal(["sh", "-c", f"exec >&2\n{task.metric}"])
    if code:
        raise RefusedError(f"the metric of {task.id} failed with exit code {code}", "nothing was changed on the board")
    return task.metric
