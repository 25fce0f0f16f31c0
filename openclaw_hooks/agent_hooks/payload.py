"""What an agent says about itself and its act, whichever host it is: read once, unknown fields ignored."""

from __future__ import annotations

import os

TYPE_CHECKING = False  # `typing` takes 8 ms to import
if TYPE_CHECKING:
    from collections.abc import Mapping

    Fields = Mapping[str, object]

MAX_BYTES = 32 * 1024 * 1024

SHELL, WRITE, READ = "shell", "write", "read"
PATCH_START = "*** Begin Patch"  # of the patches that Codex makes

# Names of events by host -> ours (those of Claude Code, Codex, Qwen and VS Code), and what kind of tool is meant.
EVENTS = {
    # Gemini CLI
    "BeforeTool": ("PreToolUse", ""),
    "AfterTool": ("PostToolUse", ""),
    "BeforeAgent": ("UserPromptSubmit", ""),
    "AfterAgent": ("Stop", ""),
    "PreCompress": ("PreCompact", ""),
    # Copilot CLI
    "preToolUse": ("PreToolUse", ""),
    "postToolUse": ("PostToolUse", ""),
    "userPromptSubmitted": ("UserPromptSubmit", ""),
    "sessionStart": ("SessionStart", ""),
    "sessionEnd": ("SessionEnd", ""),
    "agentStop": ("Stop", ""),
    "subagentStart": ("SubagentStart", ""),
    "preCompact": ("PreCompact", ""),
    # Cursor
    "beforeShellExecution": ("PreToolUse", SHELL),
    "beforeReadFile": ("PreToolUse", READ),
    "afterFileEdit": ("PostToolUse", WRITE),
    "beforeSubmitPrompt": ("UserPromptSubmit", ""),
    "stop": ("Stop", ""),
    # Windsurf
    "pre_run_command": ("PreToolUse", SHELL),
    "pre_write_code": ("PreToolUse", WRITE),
    "pre_read_code": ("PreToolUse", READ),
    "post_write_code": ("PostToolUse", WRITE),
    "pre_user_prompt": ("UserPromptSubmit", ""),
    "post_cascade_response": ("Stop", ""),
}

# Names of tools over all hosts, in lower case. A tool that is not here is judged by its command, if it has one.
TOOLS = {
    **dict.fromkeys(("bash", "shell", "run_shell_command", "local_shell", "exec_command", "run_in_terminal"), SHELL),
    **dict.fromkeys(("powershell", "terminal", "execute_bash", "execute_command", "execute", "monitor"), SHELL),
    **dict.fromkeys(("write", "edit", "multiedit", "notebookedit", "write_file", "replace", "apply_patch"), WRITE),
    **dict.fromkeys(("create", "create_file", "edit_file", "str_replace", "str_replace_editor", "insert"), WRITE),
    **dict.fromkeys(("str_replace_based_edit_tool", "search_replace", "fs_write", "applypatch"), WRITE),
    **dict.fromkeys(("insert_edit_into_file", "replace_string_in_file", "edit_notebook_file"), WRITE),
    **dict.fromkeys(("delete_file", "remove_file"), WRITE),
    **dict.fromkeys(("read", "read_file", "view", "fs_read", "read_many_files"), READ),
    **dict.fromkeys(("grep", "search_file_content", "grep_search"), READ),
}


class PayloadError(Exception):
    """What came on stdin is not what an agent's host sends; the message is one clear line."""


class Payload:
    """One call: the host, the event in our name and in the host's, the tool, and all fields that came."""

    __slots__ = ("event", "event_name", "fields", "host", "kind", "tool", "tool_input")

    def __init__(self, host: str, names: tuple[str, str], fields: Fields) -> None:
        self.host = host
        self.event_name = names[0] or names[1]
        self.event, kind = EVENTS.get(self.event_name, (self.event_name, ""))
        self.fields = fields
        self.tool = read_text(fields, "tool_name", "toolName") or kind
        self.tool_input = _find_input(fields)
        self.kind = TOOLS.get(self.tool.lower(), "") or kind

    @property
    def session(self) -> str:
        """The id that the host gives this conversation; empty when it gives none."""
        return read_text(self.fields, "session_id", "sessionId", "conversation_id", "trajectory_id")

    @property
    def cwd(self) -> str:
        """The folder that the agent works in, absolute; this process's own when the host names none."""
        named = read_text(self.fields, "cwd") or read_text(self.tool_input, "cwd", "workdir")
        roots = self.fields.get("workspace_roots")
        if not named and isinstance(roots, (list, tuple)) and roots and isinstance(roots[0], str):
            named = roots[0]
        return os.path.abspath(named) if named else os.getcwd()

    @property
    def command(self) -> str:
        """The command line of a shell tool, a list of words put into quotes; empty when there is none."""
        for key in ("command", "command_line", "cmd", "script"):
            found = self.tool_input.get(key)
            if isinstance(found, str) and found:
                return found
            if isinstance(found, list) and found and all(isinstance(word, str) for word in found):
                return " ".join("'" + word.replace("'", "'\\''") + "'" for word in found)
        return ""


def read_text(fields: Fields, *keys: str) -> str:
    """The first of `keys` that holds text which is not empty, else the empty text."""
    for key in keys:
        found = fields.get(key)
        if isinstance(found, str) and found:
            return found
    return ""


def parse_payload(content: bytes, host: str, named_event: str) -> Payload:
    """The call that `content` describes; `named_event` stands in where it names none. Raises PayloadError."""
    fields = decode_json(content)
    if not isinstance(fields, dict):
        raise PayloadError("the payload on stdin is no JSON object")
    event_name = read_text(fields, "hook_event_name", "agent_action_name", "hookEventName", "hookName")
    payload = Payload(host, (event_name, named_event or _guess_event(fields)), fields)
    if not payload.event:
        raise PayloadError("the payload on stdin names no event")
    meant = canonical_event(named_event)
    if meant == "PreToolUse" != payload.event:
        raise PayloadError(f"called for {meant}, but the payload is about {payload.event[:40]}")
    return payload


def canonical_event(name: str) -> str:
    """Our name of the event that a host calls `name`."""
    return EVENTS.get(name, (name, ""))[0]


def _guess_event(fields: Fields) -> str:
    """Copilot's own payloads name no event; what has a tool and no result comes before its use."""
    if "toolName" not in fields and "tool_name" not in fields:
        return ""
    return "PostToolUse" if "toolResult" in fields or "tool_response" in fields else "PreToolUse"


def _find_input(fields: Fields) -> Fields:
    for key in ("tool_input", "toolArgs", "tool_info", "toolInput"):
        found = fields.get(key)
        if isinstance(found, str) and found.lstrip().startswith("{"):
            found = decode_json(found.encode("utf-8", "surrogatepass"))
        if isinstance(found, dict):
            return found
        if isinstance(found, str) and found:
            return {"command": found}  # Codex hands a patch over as bare text
    return fields


class _Scanner:
    """The settings that the C scanner reads off the object that it is made with."""

    strict = False
    object_hook = None
    object_pairs_hook = None
    parse_float = float
    parse_int = int

    @staticmethod
    def parse_constant(name: str) -> object:
        raise ValueError(f"{name} is no JSON value")


def decode_json(content: bytes) -> object:
    """The value of a JSON text in UTF-8; raises PayloadError.

    By the C scanner alone: importing `json` around it costs 5 ms, for its regexes.
    """
    try:
        text = content.decode("utf-8", "surrogatepass").removeprefix("\ufeff").strip(" \t\r\n")
        if not text:
            raise PayloadError("nothing came on stdin; it needs the payload as JSON")
        return _scan(text)
    except UnicodeDecodeError as error:
        raise PayloadError(f"the payload on stdin is not UTF-8 (byte {error.start})") from error
    except RecursionError as error:
        raise PayloadError("the payload on stdin is nested too deeply") from error
    except ValueError as error:
        raise PayloadError(f"the payload on stdin is not valid JSON: {error}") from error


def _scan(text: str) -> object:
    try:
        from _json import make_scanner

        value, end = make_scanner(_Scanner)(text, 0)  # type: ignore[arg-type]  # typed as wanting itself
        if end == len(text):
            return value
    except (ImportError, StopIteration, SystemError, ValueError):
        # No C module; or a fault, for which the scanner wants `json` to be there (without it: SystemError).
        pass
    import json

    return json.loads(text, strict=False, parse_constant=_Scanner.parse_constant)
