"""Programs that may take long and print much: in a process group of their own, bounded, and ended whole."""

from openclaw_hooks.agent.launch.agent import Ran, ask_version, launch_agent, run_command
from openclaw_hooks.agent.launch.guarded import Launch
from openclaw_hooks.agent.launch.leftover import end_guardian

__all__ = ["Launch", "Ran", "ask_version", "end_guardian", "launch_agent", "run_command"]
