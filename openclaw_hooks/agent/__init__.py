"""Agent runs: a task goes in; a commit goes out that the checks and the metric have passed, or none, and all that was tried.

What enters: a task of the board, an agent command, the commit to begin at. What leaves: snapshots under
`refs/openclaw/attempts/`, a branch `openclaw/<task>` for work that was kept, the task's next status, a row of telemetry.
"""
