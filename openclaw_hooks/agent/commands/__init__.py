"""Agent commands by name: what is started, how it is told its task, and what is read from what it prints."""

from openclaw_hooks.agent.commands.environment import agent_env, allowed_env, find_program
from openclaw_hooks.agent.commands.fill import Places, fill_argv
from openclaw_hooks.agent.commands.parser import Parser, make_parser
from openclaw_hooks.agent_files.load import AGENTS_PATH, find_agent, load_agents, parse_agents
from openclaw_hooks.agent_files.model import AgentCommand, AgentsFile, EnvRule, Events, FailIf, PromptBy

__all__ = [
    "AGENTS_PATH",
    "AgentCommand",
    "AgentsFile",
    "EnvRule",
    "Events",
    "FailIf",
    "Parser",
    "Places",
    "PromptBy",
    "agent_env",
    "allowed_env",
    "fill_argv",
    "find_agent",
    "find_program",
    "load_agents",
    "make_parser",
    "parse_agents",
]
