"""Repositories to play in, for the demo and the drill: below a temporary folder, with settings and a server of their own.

`repository` makes and drives one, `hook_runs` reads what git and the hooks say about a try, `planted` makes secrets up.
Nothing outside the folder is written.
"""
