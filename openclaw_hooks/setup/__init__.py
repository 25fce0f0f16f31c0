"""Putting the guard into a repository, taking it out again, and seeing whether it is alive.

In comes what a repository has: its hooks, its git settings, the files of its tools. Out goes a `Plan` of file edits,
hook moves and settings, which `apply` carries out and a journal remembers, so that uninstalling takes back exactly
that. What the hooks then check is not decided here.
"""
