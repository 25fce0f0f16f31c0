"""Agent commands by name: what is started, how it is told its task, and what is read from what it prints."""
