"""Agent commands by name, as `.openclaw/agents.yaml` and the shipped presets have them: a file goes in, whole commands come out."""
