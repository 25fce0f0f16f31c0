"""Guard rails and mission control for coding agents, kept as files in a git repo."""

__version__ = "0.1.0"
