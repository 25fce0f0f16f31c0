"""Programs that start others in a way of their own: `env`, `xargs`, `find -exec`, `ssh` and their like."""

from __future__ import annotations

from openclaw_hooks.shell.holes import HOLE, SPLAT, is_known
from openclaw_hooks.shell.options import option_values, skip_options
from openclaw_hooks.shell.reading import PIPED_CODE
from openclaw_hooks.shell.tool_starters import (
    start_archiver,
    start_make,
    start_sql_client,
    start_terminal,
    start_words,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from openclaw_hooks.shell.calls import Call
    from openclaw_hooks.shell.launch import Launcher

    Starter = Callable[[Launcher, list[str], Call], str | None]

MAX_INPUT_LINES = 64


def _env(launcher: Launcher, words: list[str], call: Call) -> str | None:
    inner = call.inside("env")
    unset = set(option_values(words, ("-u", "--unset")))
    at = 1
    while at < len(words) and words[at].startswith("-"):
        word = words[at]
        at += 1
        if word == "--":
            break
        if word in ("-", "-i", "--ignore-environment") or (word[1:2] != "-" and "i" in word[1:] and "S" not in word):
            inner.cleared = True
        if word.startswith(("-S", "--split-string")) or (word[1:2] not in ("-", "u", "C") and "S" in word):
            return _split_string(launcher, word, words[at:], inner)
        at += word in ("-u", "--unset", "-C", "--chdir") or (word[1:2] != "-" and word[-1] in "uC" and len(word) > 2)
    inner.unset = call.unset | unset
    return launcher.relaunch(words[at:], inner) if at < len(words) else SPLAT


def _split_string(launcher: Launcher, word: str, rest: list[str], call: Call) -> str:
    if word.startswith("--split-string="):
        text = word.partition("=")[2]
    else:
        text = word[word.index("S") + 1 :] if not word.startswith("--") else ""
        if not text and rest:
            text, rest = rest[0], rest[1:]
    quoted = "".join(" '" + value.replace("'", "'\\''") + "'" for value in rest)
    return launcher.run_code("env " + text + quoted, call, "env -S")


def _xargs(launcher: Launcher, words: list[str], call: Call) -> str:
    at = skip_options(
        words, 1, "aEILnPsd", ("arg-file", "max-args", "max-procs", "max-chars", "delimiter", "max-lines")
    )
    program = words[at:] or ["echo"]
    inner = call.inside("xargs")
    inner.stdin = ""
    inner.redirections = []
    stdin = call.stdin if call.stdin is not None else SPLAT
    if option_values(words[:at], ("-a", "--arg-file")):
        stdin = SPLAT
    marks = option_values(words[:at], ("-I", "--replace")) + (["{}"] if "-i" in words[:at] else [])
    if marks:
        for line in (stdin.splitlines() or [""])[:MAX_INPUT_LINES]:
            launcher.relaunch([word.replace(marks[0], line.replace(SPLAT, HOLE)) for word in program], inner)
        return SPLAT
    given = _split_input(stdin, words[:at])
    batches = option_values(words[:at], ("-n", "--max-args", "-L", "--max-lines"))
    size = int(batches[0][:4]) if batches and batches[0].isdigit() and batches[0] != "0" else max(len(given), 1)
    for start in range(0, max(len(given), 1), size)[:MAX_INPUT_LINES]:
        launcher.relaunch([*program, *given[start : start + size]], inner)
    return SPLAT


def _split_input(stdin: str, options: list[str]) -> list[str]:
    """The words that `xargs` takes from its input."""
    separator = next(iter(option_values(options, ("-d", "--delimiter"))), "")
    if separator or "-0" in options or "--null" in options:
        lines = stdin.rstrip("\n").replace("\\n", "\n").split(separator.replace("\\n", "\n") or "\n\0")
        return [word for word in lines if word]
    return stdin.replace("'", "").replace('"', "").replace("\\", "").split()


def _find(launcher: Launcher, words: list[str], call: Call) -> str | None:
    roots = []
    for word in words[1:]:
        if word.startswith(("-", "(", "!", ")")):
            break
        roots.append(word)
    found = [f"{root}/{HOLE}" for root in roots[:MAX_INPUT_LINES] or ["."]]
    place = 1
    started = False
    while place < len(words):
        if words[place] in ("-exec", "-execdir", "-ok", "-okdir"):
            end = place + 1
            while end < len(words) and words[end] != ";" and not (words[end] == "+" and words[end - 1] == "{}"):
                end += 1
            program = words[place + 1 : end]
            for path in found:
                launcher.relaunch([word.replace("{}", path) for word in program], call.inside("find"))
            started = True
            place = end
        place += 1
    return SPLAT if started else None


def _fd(launcher: Launcher, words: list[str], call: Call) -> str | None:
    for flag in ("-x", "--exec", "-X", "--exec-batch"):
        if flag in words:
            program = [word.replace("{}", HOLE) for word in words[words.index(flag) + 1 :]]
            return launcher.relaunch(program, call.inside("fd"))
    return None


def _parallel(launcher: Launcher, words: list[str], call: Call) -> str:
    at = skip_options(words, 1, "jNnLSaCdIP", ("jobs", "max-args", "colsep", "delay", "joblog", "arg-file", "sshlogin"))
    rest = words[at:]
    separators = [place for place, word in enumerate(rest) if word in (":::", "::::", ":::+")]
    program = rest[: separators[0]] if separators else rest
    inner = call.inside("parallel")
    inner.stdin = ""
    if separators:
        given = [word for word in rest[separators[0] + 1 :] if word not in (":::", "::::", ":::+")]
        if rest[separators[0]] == "::::":
            given = [SPLAT]
    else:
        given = (call.stdin if call.stdin is not None else SPLAT).splitlines()
    if not program and any(not is_known(line) for line in given):
        launcher.note_unknown(PIPED_CODE, "text that is not known here is run by `parallel`", given, call)
    for word in given[:MAX_INPUT_LINES] or [""]:
        text = " ".join(program)
        code = text.replace("{}", word) if "{" in text else f"{text} {word}"
        launcher.run_code(
            code.replace(HOLE, "x").replace(SPLAT, "x") if not is_known(word) else code, inner, "parallel"
        )
    return SPLAT


def _joined(shorts: str, skipped: int = 0) -> Starter:
    """A starter that runs its words, joined, as shell code: `watch`, `ssh host`, `at`."""

    def start(launcher: Launcher, words: list[str], call: Call) -> str:
        at = skip_options(words, 1, shorts) + skipped
        code = " ".join(words[at:])
        if code:
            return launcher.run_code(code, call, words[0])
        if call.stdin is not None and not call.stdin_is_file:
            return launcher.run_input(call.stdin, call, words[0])
        return SPLAT

    return start


def _with_option(*names: str) -> Starter:
    """A starter that runs the value of an option as shell code: `su -c`, `script -c`, `flock -c`."""

    def start(launcher: Launcher, words: list[str], call: Call) -> str:
        for code in option_values(words, names):
            launcher.run_code(code, call, words[0])
        bundles = [
            place
            for place, word in enumerate(words)
            if word[:1] == "-" and word[1:2] != "-" and word.endswith("c") and len(word) > 2
        ]
        for place in bundles:
            if "-c" in names and place + 1 < len(words):
                launcher.run_code(words[place + 1], call, words[0])
        return SPLAT

    return start


def _flock(launcher: Launcher, words: list[str], call: Call) -> str:
    for code in option_values(words, ("-c", "--command")):
        launcher.run_code(code, call, "flock")
    at = skip_options(words, 1, "wEc", ("timeout", "wait", "conflict-exit-code", "command")) + 1
    rest = words[at:]
    return SPLAT if not rest or rest[0] in ("-c", "--command") else launcher.relaunch(rest, call.inside("flock"))


def _su(launcher: Launcher, words: list[str], call: Call) -> str:
    codes = option_values(words, ("-c", "--command", "--session-command"))
    bundled = [
        place for place, word in enumerate(words) if word.startswith("-") and word[1:2] != "-" and word[-1:] == "c"
    ]
    codes += [words[place + 1] for place in bundled if place + 1 < len(words) and words[place] != "-c"]
    for code in codes:
        launcher.run_code(code, call, words[0])
    if "-u" in words and not codes:  # runuser -u NAME [--] PROGRAM
        return launcher.relaunch(words[skip_options(words, 1, "ugG", ("user", "group")) :], call.inside(words[0]))
    if not codes and call.stdin is not None and not call.stdin_is_file:
        return launcher.run_input(call.stdin, call, words[0])
    return SPLAT


def _script(launcher: Launcher, words: list[str], call: Call) -> str:
    codes = option_values(words, ("-c", "--command"))
    codes += [
        words[place + 1]
        for place, word in enumerate(words[:-1])
        if word[:1] == "-" and word[1:2] != "-" and word[-1] == "c" and len(word) > 2
    ]
    for code in codes:
        launcher.run_code(code, call, "script")
    at = skip_options(words, 1, "cEIOBmot", ("command",)) + 1
    if not codes and at < len(words):  # BSD: script FILE PROGRAM ...
        return launcher.relaunch(words[at:], call.inside("script"))
    return SPLAT


STARTERS: dict[str, Starter] = {
    "env": _env, "genv": _env, "xargs": _xargs, "gxargs": _xargs, "find": _find, "gfind": _find, "fd": _fd, "fdfind": _fd,
    "parallel": _parallel, "watch": _joined("n"), "ssh": _joined("BbcDEeFIiJLlmOopQRSWw", 1), "at": _joined("fqtm", 1),
    "batch": _joined(""), "hyperfine": start_words, "nodemon": _with_option("--exec", "-x"), "flock": _flock, "su": _su,
    "runuser": _su, "sg": _with_option("-c"), "script": _script, "tmux": start_terminal, "screen": start_terminal, "tar": start_archiver, "zip": start_archiver, "rsync": start_archiver,
    "gtar": start_archiver, "split": start_archiver, "sort": start_archiver, "make": start_make, "gmake": start_make,
    "nix-shell": _with_option("--run", "--command"), "concurrently": start_words, "wsl": _joined(""),
    "watchexec": _joined("ewfid"), "expect": _with_option("-c"), "pwsh": _with_option("-c", "-Command", "-command"),
    "powershell": _with_option("-c", "-Command", "-command"), "tclsh": _joined(""), "psql": start_sql_client, "mysql": start_sql_client,
    "gdb": _with_option("-ex"),
}  # fmt: skip
