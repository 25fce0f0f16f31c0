"""What coding agents call around their acts: JSON on stdin enters, silence, a reason on stderr or context leaves.

Claude Code is measured; Codex, Gemini, Qwen, Copilot, Cursor, Windsurf and others share its exit-2 protocol: exit 2
with a reason on stderr and an empty stdout blocks, exit 0 with silence allows. `entry` runs one call, `payload` reads
what the agent says, `answer` is what it is told, and each event has a file of its own.
"""
