"""The drill: known-bad acts against every layer that is installed in the user's repository, in a clone of it.

`clone` makes the clone, `acts` says what is tried and which layers could stop it, `agents` and `hooks` say what is
installed and what keeps it from working, `play` tries each act at each layer, `judge` says what came of it. The user's
repository and its remotes are read and never written; of hooks that others put there, none is run.
"""
