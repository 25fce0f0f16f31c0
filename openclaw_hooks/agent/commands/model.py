"""An agent command, for those who run it; its file is read in `agent_files`."""

from openclaw_hooks.agent_files.model import AgentCommand, AgentsFile, EnvRule, Events, FailIf, PromptBy

__all__ = ["AgentCommand", "AgentsFile", "EnvRule", "Events", "FailIf", "PromptBy"]
