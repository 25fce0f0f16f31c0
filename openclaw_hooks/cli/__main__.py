"""`python -m openclaw_hooks.cli`: the command line where a bare name could mean another program."""

from openclaw_hooks.cli.app import main

main()
