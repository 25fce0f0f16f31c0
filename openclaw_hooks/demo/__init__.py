"""The story that `openclaw demo` tells: acts against the installed hooks of a scratch repository, and their judgement.

`acts` says what is tried and what must come of it, `story` plays the acts in a scratch repository by calling git,
`judge` compares what happened with what was expected. Nothing outside the scratch folder is read or written.
"""
