"""The story that `openclaw demo` tells: acts against the installed hooks of a scratch repository, and their judgement.

`acts` says what is tried and what must come of it, `scratch` is the repository with a home of its own, `story` plays
the acts there by calling git, `judge` compares what happened with what was expected. Nothing outside the scratch
folder is read or written.
"""
