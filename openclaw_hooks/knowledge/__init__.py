"""What a repository knows, searched: its markdown, tasks, plans, rules, roles and memory, in chunks that open at a line.

Files enter as the sources find them and leave as hits: path and lines, heading path, snippet, score, and which parts of
the search found them. The index is one SQLite file in the git folder that all worktrees share; it can be deleted at any
time and is made again. What needs the `knowledge` extra is imported inside the functions that use it.
"""
