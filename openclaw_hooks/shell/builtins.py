"""What the builtins of a shell do to its state, and what they and a few small programs print."""

from __future__ import annotations

from openclaw_hooks.shell.holes import HOLE, PLAIN, SPLAT, is_known
from openclaw_hooks.shell.options import option_values, skip_options
from openclaw_hooks.shell.paths import last_name
from openclaw_hooks.shell.printing import echo_text, printf_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from openclaw_hooks.shell.calls import Call
    from openclaw_hooks.shell.launch import Launcher

    Starter = Callable[[Launcher, list[str], Call], str | None]


# Programs that matter under any other name that a line gives them.
_RENAMED = frozenset(("git", "hub", "sh", "bash", "dash", "zsh", "rm", "env", "busybox"))


def _say_nothing(_launcher: Launcher, _words: list[str], _call: Call) -> str:
    return ""


def _echo(_launcher: Launcher, words: list[str], _call: Call) -> str:
    return echo_text(words[1:])


def _printf(launcher: Launcher, words: list[str], _call: Call) -> str:
    if words[1:2] == ["-v"] and len(words) > 3:
        at = 4 if words[3] == "--" else 3
        launcher.state.assign(words[2], printf_text(words[at], words[at + 1 :]) if at < len(words) else "")
        return ""
    at = 2 if words[1:2] == ["--"] else 1
    return printf_text(words[at], words[at + 1 :]) if len(words) > at else ""


def _cat(launcher: Launcher, words: list[str], call: Call) -> str:
    paths = [word for word in words[1:] if not word.startswith("-") or word == "-"]
    stdin = call.stdin if call.stdin is not None else SPLAT
    if not paths:
        return stdin
    texts = [stdin if path in ("-", "/dev/stdin") else launcher.state.file_text(path) for path in paths]
    return "".join(SPLAT if text is None else text for text in texts)


def _tee(launcher: Launcher, words: list[str], call: Call) -> str:
    text = call.stdin if call.stdin is not None else SPLAT
    appends = any(word in ("-a", "--append") for word in words[1:])
    for path in words[1:]:
        if not path.startswith("-"):
            launcher.state.keep_file(path, text, appends=appends)
    return text


def _copy(launcher: Launcher, words: list[str], _call: Call) -> str:
    """`cp`, `mv`, `ln` and `install` of a file that the line wrote: its text is known under the new name, too."""
    paths = [word for word in words[1:] if not word.startswith("-")]
    if len(paths) == 2 and (text := launcher.state.file_text(paths[0])) is not None:
        launcher.state.keep_file(paths[1], text)
        launcher.state.keep_file(f"{paths[1]}/{last_name(paths[0])}", text)
    elif len(paths) == 2 and last_name(paths[0]) in _RENAMED and is_known(paths[1]):
        program = last_name(paths[0])
        launcher.state.keep_file(paths[1], f'{program} "$@"')
        if last_name(paths[1]) not in ("", ".", "..", program):
            launcher.state.aliases[last_name(paths[1])] = program
    return ""


def _hash(launcher: Launcher, words: list[str], _call: Call) -> str | None:
    """`hash -p PATH NAME` gives a program another name."""
    if words[1:2] == ["-p"] and len(words) > 3:
        launcher.state.aliases[words[3]] = words[2]
        return ""
    return None


def _run_option(*flags: str, expands: tuple[str, ...] = ()) -> Starter:
    """A builtin that runs the value of an option, or expands it: `mapfile -C`, `compgen -W`."""

    def start(launcher: Launcher, words: list[str], call: Call) -> str | None:
        for code in option_values(words, flags):
            launcher.run_code(code, call, words[0])
        for text in option_values(words, expands):
            launcher.run_hidden(text, call)
        return _mapfile(launcher, words, call) if words[0] in ("mapfile", "readarray") else None

    return start


def _history(launcher: Launcher, words: list[str], call: Call) -> str:
    if words[1:2] == ["-s"]:
        launcher.run_code(" ".join(words[2:]), call, "history")
    return ""


def _let(launcher: Launcher, words: list[str], call: Call) -> str:
    """Arithmetic and `test -v` run what stands in the subscript of an array."""
    for word in words[1:]:
        if "[$(" in word or "[`" in word:
            launcher.run_hidden(word, call)
    return ""


def _declare(launcher: Launcher, words: list[str], _call: Call) -> str:
    """`export`, `declare`, `local`, `readonly` and `typeset`, whose words are assignments."""
    options = "".join(word[1:] for word in words[1:] if word[:1] in "-+")
    for word in words[1:]:
        if word[:1] in "-+":
            continue
        name, equals, value = word.partition("=")
        appends = name.endswith("+")
        name = name.rstrip("+")
        if words[0] == "export" or "x" in options:
            launcher.state.exported.add(name)
        if "n" in options and equals and words[0] != "export":  # a reference: reads go to the other name
            found = launcher.state.value(value)
            launcher.state.assign(name, HOLE if found is None else found)
        elif equals:
            before = (launcher.state.value(name) or "") if appends else ""
            launcher.state.assign(name, before + value)
    return ""


def _unset(launcher: Launcher, words: list[str], _call: Call) -> str:
    for word in words[1:]:
        if not word.startswith("-"):
            launcher.state.forget(word)
    return ""


def _set(launcher: Launcher, words: list[str], _call: Call) -> str:
    for place, word in enumerate(words[1:], 1):
        if word == "--":
            launcher.state.positional = words[place + 1 :]
            return ""
        if word[:1] not in ("-", "+") and words[place - 1] not in ("-o", "+o"):
            launcher.state.positional = words[place:]
            return ""
    if "-a" in words[1:] or "allexport" in words[1:]:
        launcher.state.exports_all = True
    return ""


def _shift(launcher: Launcher, words: list[str], _call: Call) -> str:
    count = int(words[1][:4]) if len(words) > 1 and words[1].isdigit() else 1
    launcher.state.positional = launcher.state.positional[count:]
    return ""


def _read(launcher: Launcher, words: list[str], call: Call) -> str:
    at = skip_options(words, 1, "dinNptua")
    if "-a" in words[1:at] or any(word.startswith("-") and word.endswith("a") for word in words[1:at]):
        name = words[at - 1]
        launcher.state.arrays[name] = call.stdin.split() if call.stdin and is_known(call.stdin) else [HOLE]
        return ""
    names = words[at:] or ["REPLY"]
    if call.stdin is None or call.stdin_is_file or not (is_known(call.stdin) or _is_list_of_paths(call.stdin, names)):
        for name in names:
            launcher.state.variables[name] = (HOLE if call.stdin != PLAIN else PLAIN,)
        return ""
    columns: list[list[str]] = [[] for _ in names]
    separators = call.environment.get("IFS", " \t")
    for line in call.stdin.splitlines():
        if not separators:  # nothing parts the line
            columns[0].append(line)
            continue
        evened = line
        for separator in separators:
            evened = evened.replace(separator, " ")
        fields = evened.split(None, len(names) - 1) if separators else [line]
        for place, column in enumerate(columns):
            column.append(fields[place].strip() if place < len(fields) else "")
    for name, column in zip(names, columns, strict=True):
        launcher.state.assign_alternatives(name, column or [""])
    return ""


def _is_list_of_paths(text: str, names: list[str]) -> bool:
    """Whether each line is one path of which parts are known, as `find` prints them."""
    return len(names) == 1 and "/" in text and HOLE not in text and SPLAT not in text


def _mapfile(launcher: Launcher, words: list[str], call: Call) -> str:
    at = skip_options(words, 1, "dnOsuCc")
    name = words[at] if at < len(words) else "MAPFILE"
    launcher.state.arrays[name] = call.stdin.splitlines() if call.stdin and is_known(call.stdin) else [HOLE]
    return ""


def _change_folder(launcher: Launcher, words: list[str], _call: Call) -> str:
    at = skip_options(words, 1)
    launcher.change_folder(words[at] if at < len(words) else "~")
    return ""


def _alias(launcher: Launcher, words: list[str], _call: Call) -> str:
    for word in words[1:]:
        name, equals, value = word.partition("=")
        if equals:
            launcher.state.aliases[name] = value
    return ""


def _unalias(launcher: Launcher, words: list[str], _call: Call) -> str:
    for word in words[1:]:
        launcher.state.aliases.pop(word, None)
    return ""


def _eval(launcher: Launcher, words: list[str], call: Call) -> str:
    at = 2 if words[1:2] == ["--"] else 1
    return launcher.run_code(" ".join(words[at:]).replace(PLAIN, SPLAT), call, "eval")


def _trap(launcher: Launcher, words: list[str], call: Call) -> str:
    at = skip_options(words, 1)
    if at < len(words) and words[at] != "-":
        launcher.run_code(words[at], call, "trap")
    return ""


def _source(launcher: Launcher, words: list[str], call: Call) -> str:
    if len(words) < 2:
        return ""
    path = words[1]
    text = call.stdin if path in ("/dev/stdin", "/dev/fd/0", "/proc/self/fd/0", "-") else launcher.state.file_text(path)
    if text is None:
        return SPLAT
    return launcher.run_input(text, call, "eval", words[1:] if len(words) > 2 else None)


def _command(launcher: Launcher, words: list[str], call: Call) -> str | None:
    """`command`, which starts a program past any function; with `-v` it only names one."""
    at = skip_options(words, 1)
    if any(word.startswith("-") and set("vV") & set(word) for word in words[1:at]):
        return None
    return _past_functions(launcher, words[at:], call.inside("command"))


def _past_functions(launcher: Launcher, words: list[str], call: Call) -> str:
    functions, aliases = launcher.state.functions, launcher.state.aliases
    launcher.state.functions, launcher.state.aliases = {}, {}
    printed = launcher.relaunch(words, call) if words else ""
    launcher.state.functions, launcher.state.aliases = functions, aliases
    return printed


def _exec(launcher: Launcher, words: list[str], call: Call) -> str:
    at = skip_options(words, 1, "a")
    if at >= len(words) and call.stdin is not None:
        launcher.stdin = call.stdin  # what follows reads from there
    return _past_functions(launcher, words[at:], call.inside("exec"))


BUILTINS: dict[str, Starter] = {
    ":": _say_nothing, "true": _say_nothing, "false": _say_nothing, "test": _let, "[": _let,
    "shopt": _say_nothing, "exit": _say_nothing, "return": _say_nothing, "wait": _say_nothing, "sleep": _say_nothing,
    "mkdir": _say_nothing, "touch": _say_nothing, "rm": _say_nothing, "chmod": _say_nothing, "{": _say_nothing,
    "let": _let, "break": _say_nothing, "continue": _say_nothing, "umask": _say_nothing, "hash": _hash,
    "cp": _copy, "mv": _copy, "ln": _copy, "install": _copy,
    "echo": _echo, "printf": _printf, "cat": _cat, "tee": _tee,
    "export": _declare, "declare": _declare, "local": _declare, "readonly": _declare, "typeset": _declare,
    "unset": _unset, "set": _set, "shift": _shift, "read": _read, "mapfile": _run_option("-C"), "readarray": _run_option("-C"),
    "compgen": _run_option("-C", expands=("-W",)), "history": _history,
    "cd": _change_folder, "pushd": _change_folder, "alias": _alias, "unalias": _unalias,
    "eval": _eval, "trap": _trap, "source": _source, ".": _source, "command": _command, "exec": _exec,
}  # fmt: skip
