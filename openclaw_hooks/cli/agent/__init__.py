"""`openclaw agent`: runs of agents on tasks, one command a file."""
