"""Tasks and plans as files on a git branch of their own: found and attached, read, changed, claimed, merged.

Changes enter as new contents of files and leave as commits on `openclaw/board`; the branch is the truth and the files
of its worktree follow it. No hook of the user runs for these commits.
"""
