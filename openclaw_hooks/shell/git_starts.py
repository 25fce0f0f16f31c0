"""What a call of git starts in turn: aliases, commands in settings and variables, `foreach`, `--exec`, `bisect run`."""

from __future__ import annotations

from openclaw_hooks.shell.git_words import GitWords, split_git, split_options
from openclaw_hooks.shell.holes import is_known
from openclaw_hooks.shell.options import option_values
from openclaw_hooks.shell.tool_output import tool_output

TYPE_CHECKING = False
if TYPE_CHECKING:
    from openclaw_hooks.shell.calls import Call
    from openclaw_hooks.shell.launch import Launcher

GIT_LIKE = frozenset(("git", "hub"))

# Settings whose value git gives to a shell; a name that ends in a dot stands for all below it.
_COMMAND_SETTINGS = frozenset(
    ("core.editor", "core.pager", "core.sshcommand", "core.fsmonitor", "core.askpass", "sequence.editor", "diff.external",
     "gpg.program", "interactive.difffilter", "core.gitproxy", "web.browser", "sendemail.sendmailcmd")
)  # fmt: skip
_COMMAND_ENDINGS = (".cmd", ".command", ".clean", ".smudge", ".process", ".driver", ".textconv", ".receivepack", ".uploadpack",
                    ".update", ".helper", ".program", ".editor")  # fmt: skip
_COMMAND_VARIABLES = ("GIT_EDITOR", "GIT_SEQUENCE_EDITOR", "GIT_PAGER", "GIT_SSH_COMMAND", "GIT_SSH", "GIT_EXTERNAL_DIFF",
                      "GIT_ASKPASS", "GIT_PROXY_COMMAND", "EDITOR", "VISUAL", "PAGER", "SSH_ASKPASS")  # fmt: skip
_FILTERS = ("--env-filter", "--tree-filter", "--index-filter", "--parent-filter", "--msg-filter", "--commit-filter",
            "--tag-name-filter", "--setup")  # fmt: skip


def start_git(launcher: Launcher, words: list[str], call: Call) -> str:
    """Follow what a call of git starts; what it prints."""
    parts = split_git(words, call.environment)
    aliases = dict(launcher.aliases)
    for key, value in parts.settings:
        if key.startswith("alias."):
            aliases[key.removeprefix("alias.")] = value
        elif _is_command_setting(key):
            _follow_value(launcher, value, call, key)
    for name in _COMMAND_VARIABLES:
        if value := call.environment.get(name, ""):
            _follow_value(launcher, value, call, name)
    if parts.subcommand in aliases:
        return _follow_alias(launcher, aliases, parts, call)
    _follow_subcommand(launcher, parts, call)
    return tool_output("git", words)


def _is_command_setting(key: str) -> bool:
    return key in _COMMAND_SETTINGS or key.endswith(_COMMAND_ENDINGS) or key.startswith("pager.")


def _follow_value(launcher: Launcher, value: str, call: Call, name: str) -> None:
    code = value.removeprefix("!")
    if is_known(code) and code.strip():
        inner = call.inside("git")
        inner.environment = {key: text for key, text in call.environment.items() if key not in _COMMAND_VARIABLES}
        inner.redirections = []
        launcher.run_code(code, inner, name)


def _follow_alias(launcher: Launcher, aliases: dict[str, str], parts: GitWords, call: Call) -> str:
    name = parts.subcommand
    value = aliases[name]
    before = launcher.aliases
    launcher.aliases = {key: text for key, text in aliases.items() if key != name}
    label = f"git {name}"
    if value.startswith("!"):
        printed = launcher.run_code(value[1:] + ' "$@"', call, label, [name, *parts.arguments])
    else:
        quoted = "".join(" '" + word.replace("'", "'\\''") + "'" for word in [*parts.prefix[1:]])
        rest = "".join(" '" + word.replace("'", "'\\''") + "'" for word in parts.arguments)
        printed = launcher.run_code(f"git{quoted} {value}{rest}", call, label)
    launcher.aliases = before
    return printed


def _follow_subcommand(launcher: Launcher, parts: GitWords, call: Call) -> None:
    name, arguments = parts.subcommand, parts.arguments
    codes: list[str] = []
    if name == "submodule" and "foreach" in arguments:
        rest = [
            word for word in arguments[arguments.index("foreach") + 1 :] if word not in ("--recursive", "--quiet", "-q")
        ]
        codes.append(" ".join(rest))
    elif name == "rebase":
        codes += [option.value for option in split_options(name, arguments)[0] if option.name in ("-x", "--exec")]
    elif name == "filter-branch":
        codes += option_values(arguments, _FILTERS)
    elif name == "bisect" and arguments[:1] == ["run"]:
        launcher.relaunch(arguments[1:], call.inside("git bisect"))
    elif name == "for-each-repo":
        rest = [word for word in arguments if not word.startswith(("--config", "--keep-going"))]
        launcher.relaunch(["git", *rest], call.inside("git for-each-repo"))
    elif name in ("difftool", "mergetool"):
        codes += option_values(arguments, ("-x", "--extcmd"))
    elif name == "config":
        _follow_config(launcher, arguments, call)
    elif name in ("fetch", "pull", "push", "clone", "ls-remote"):
        codes += option_values(arguments, ("--upload-pack", "--receive-pack", "--exec"))
        codes += option_values(arguments, ("-u",)) if name == "clone" else []
        for word in arguments:
            if word.startswith("ext::"):  # blanks part the words, and `% ` is a blank within one
                parted = word[5:].replace("% ", "\n").split(" ")
                launcher.relaunch([part.replace("\n", " ") for part in parted], call.inside(f"git {name}"))
    elif name == "archive":
        codes += option_values(arguments, ("--exec",))
    elif name == "grep":
        codes += [word[2:] for word in arguments if word.startswith("-O")]
        codes += option_values([word for word in arguments if "=" in word], ("--open-files-in-pager",))
    for code in codes:
        if code.strip():
            launcher.run_code(code, call, f"git {name}")


def _follow_config(launcher: Launcher, arguments: list[str], call: Call) -> None:
    """An alias or a command that is written into the settings is followed as if it were used."""
    _, others, _ = split_options("config", arguments)
    if others[:1] == ["set"]:
        others = others[1:]
    if len(others) < 2:
        return
    key, value = others[0], others[1]
    lowered = key.lower()
    if lowered.startswith("alias."):
        name = key[6:]
        launcher.aliases[name] = value
        launcher.relaunch(["git", name], call.inside("git config"))
    elif _is_command_setting(lowered):
        _follow_value(launcher, value, call, key)
