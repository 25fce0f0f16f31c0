"""PreToolUse: may this command run, may this text be written, may this file be read?"""

from __future__ import annotations

from openclaw_hooks.agent_hooks.answer import Answer, allow, block
from openclaw_hooks.agent_hooks.payload import PATCH_START, READ, SHELL, WRITE

TYPE_CHECKING = False  # `typing` takes 8 ms to import
if TYPE_CHECKING:
    from openclaw_hooks.agent_hooks.payload import Payload
    from openclaw_hooks.checkout import Checkout


def answer(payload: Payload, checkout: Checkout | None) -> Answer:
    """A block with its reasons, or silence; a tool that is not known is judged by its command, if it has one."""
    if payload.kind == WRITE:
        from openclaw_hooks.agent_hooks.edit_checks import judge_edits

        return judge_edits(payload)
    if payload.kind == READ:
        from openclaw_hooks.agent_hooks.reads import judge_read

        return judge_read(payload, checkout)
    command = payload.command
    if PATCH_START in command and "apply_patch" in command:
        from openclaw_hooks.agent_hooks.edit_checks import judge_patch

        patched = judge_patch(payload, command)
        if patched.code:
            return patched
    if command:
        from openclaw_hooks.shell.prefilter import needs_reading

        if not needs_reading(command):
            return allow()
        from openclaw_hooks.agent_hooks.shell_command import judge_shell

        return judge_shell(payload, checkout, command)
    if payload.kind == SHELL:
        return block(f"openclaw: blocked {payload.tool}: the call names no command that could be read")
    return allow()
