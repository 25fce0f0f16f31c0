"""Interpreters and editors that are given code: `python -c`, `perl -e`, `awk`, `sed`, `vim -c` and their like."""

from __future__ import annotations

from openclaw_hooks.shell.holes import HOLE, SPLAT, is_known, without_holes
from openclaw_hooks.shell.languages import Code, read_code
from openclaw_hooks.shell.options import option_values, skip_options
from openclaw_hooks.shell.paths import last_name
from openclaw_hooks.shell.reading import CODE, PIPED_CODE, Redirection, Run

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from openclaw_hooks.shell.calls import Call
    from openclaw_hooks.shell.launch import Launcher

    CodeRunner = Callable[[Launcher, list[str], Call], str | None]

MAX_NESTED_CODE = 4
MAX_CODES = 16
MAX_GIVEN_WORDS = 64

# program -> options that are followed by code, letters of options with another value, whether backquotes run programs
_LANGUAGES: dict[str, tuple[tuple[str, ...], str, bool]] = {
    "python": (("-c",), "WXm", False),
    "pypy": (("-c",), "WXm", False),
    "perl": (("-e", "-E"), "IMmx", True),
    "ruby": (("-e",), "IrEKTx", True),
    "node": (("-e", "--eval", "-p", "--print", "-pe"), "r", False),
    "nodejs": (("-e", "--eval", "-p", "--print", "-pe"), "r", False),
    "bun": (("-e", "--eval", "-p", "--print"), "r", True),
    "deno": (("eval",), "", False),
    "tsx": (("-e", "--eval"), "", False),
    "php": (("-r",), "cdz", True),
    "lua": (("-e",), "l", False),
    "luajit": (("-e",), "l", False),
    "osascript": (("-e",), "l", False),
    "Rscript": (("-e",), "", False),
    "R": (("-e",), "", False),
    "julia": (("-e", "--eval", "-E"), "", True),
    "groovy": (("-e",), "", False),
    "elixir": (("-e",), "", False),
    "swift": (("-e",), "", False),
    "ipython": (("-c",), "", False),
    "raku": (("-e",), "", True),
    "guile": (("-c",), "", False),
    "emacs": (("--eval", "-eval"), "", False),
    "sqlite": ((), "", False),
}


def _run_language(launcher: Launcher, words: list[str], call: Call) -> str:
    name = last_name(words[0]).rstrip("0123456789.")
    flags, shorts, has_backquotes = _LANGUAGES[name]
    if name == "python" and (module := _module(words)) and launcher.state.file_text(f"{module[0]}.py") is not None:
        return _run_language(launcher, [words[0], f"{module[0]}.py", *module[1:]], call)
    if name == "python" and (module := _module(words)):
        return launcher.relaunch([module[0].replace("_", "-"), *module[1:]], call.inside(f"{name} -m"))
    codes = option_values(words, flags)
    for place, word in enumerate(words[:-1]):  # bundles such as `-ne`
        if (
            word[:1] == "-"
            and word[1:2] not in ("-", "")
            and len(word) > 2
            and "-" + word[-1] in flags
            and word not in flags
        ):
            codes.append(words[place + 1])
    at = skip_options(words, 1, shorts)
    if not codes:
        script = words[at] if at < len(words) else "-"
        if script not in ("-", "/dev/stdin"):
            text = launcher.state.file_text(script)
        else:
            text = None if call.stdin_is_file else call.stdin
        if text is None:
            return SPLAT
        codes.append(text)
    if len(codes) > MAX_CODES:
        launcher.note_unknown(CODE, f"`{name}`: the code is in more pieces than are followed", codes[:1], call)
    for code in codes[:MAX_CODES]:
        if not is_known(code) and not without_holes(code).strip():
            launcher.note_unknown(PIPED_CODE, f"code that is not known here is run by `{name}`", [code], call)
        else:
            _follow_code(launcher, code, (name, words, has_backquotes), call)
    return SPLAT


def _module(words: list[str]) -> list[str]:
    """What stands behind `-m`, unless code or a script came first."""
    for place, word in enumerate(words[1:], 1):
        if word == "-m":
            return words[place + 1 :]
        if not word.startswith("-") or word == "-c":
            return []
    return []


def _follow_code(launcher: Launcher, code: str, how: tuple[str, list[str], bool], call: Call, depth: int = 0) -> None:
    name, words, has_backquotes = how
    found = read_code(code, has_backquotes)
    inner = call.inside(name)
    inner.redirections = []
    if found.opaque:
        launcher.note_unknown(CODE, f"`{name}`: {found.opaque}", [code], call)
    if found.starts:
        _follow_literals(launcher, found, inner)
        _follow_given(launcher, (code, found), words, inner)
    if found.paths:
        run = Run(name, [words[0], code], *call.span)
        run.via = inner.via
        run.cwd = launcher.state.cwd
        run.redirections = [Redirection("code>", path) for path in found.paths]
        launcher.reading.runs.append(run)
    if depth < MAX_NESTED_CODE:
        for literal in found.nested:
            _follow_code(launcher, literal, how, call, depth + 1)


def _follow_literals(launcher: Launcher, found: Code, call: Call) -> None:
    """Take each literal for a command line, and each list of them for a program with its words."""
    before = len(launcher.reading.unknowns)
    for text in found.texts:
        if " " in text or "$" in text:
            launcher.run_code(text, call, call.via[-1])
    for words in found.lists:
        for place in range(min(len(words), 4)):
            if words[place] in ("git", "sh", "bash", "rm", "env", "sudo") or place == 0:
                launcher.relaunch(words[place:], call)
    # Most literals are no commands: what does not read as one is no reason to worry, unless git is named in it.
    unknowns = launcher.reading.unknowns
    unknowns[before:] = [unknown for unknown in unknowns[before:] if any("git" in word for word in unknown.words)]


def _follow_given(launcher: Launcher, what: tuple[str, Code], words: list[str], call: Call) -> None:
    """What the code may get from outside: its words, its input, its environment."""
    code, found = what
    lowered = code.lower()
    if "argv" in lowered or "args" in lowered:
        for word in words[1:]:
            if word != code and " " in word:
                launcher.run_code(word, call, call.via[-1])
        if code in words and len(words) > words.index(code) + 2:
            given = words[words.index(code) + 1 :]
            launcher.relaunch(given[1:] if given[0] == "--" else given, call)
        if code in words:
            given = words[words.index(code) + 1 :][:MAX_GIVEN_WORDS]
            for group in [*found.lists, *([text] for text in found.texts)]:
                if group[0] in ("git", "sh", "bash"):
                    launcher.relaunch([*group, *given], call)
    if any(word in lowered for word in ("stdin", "input(", "gets", "<>", "fileno", "readline", "$_")) and call.stdin:
        text, call.stdin = call.stdin, None
        launcher.run_input(text, call, call.via[-1])
    if "env" in lowered:
        for value in list(call.environment.values()):
            if " " in value:
                launcher.run_code(value, call, call.via[-1])


def _run_awk(launcher: Launcher, words: list[str], call: Call) -> str:
    at = skip_options(words, 1, "Fvfile", ("field-separator", "assign", "file", "source", "include"))
    codes = option_values(words[:at], ("-e", "--source"))
    files = option_values(words[:at], ("-f", "--file"))
    codes += [launcher.state.file_text(path) or "" for path in files]
    if not codes and at < len(words):
        codes = words[at : at + 1]
    for code in codes:
        skeleton = read_code(code, has_backquotes=False)
        for value in option_values(words[:at], ("-v", "--assign")):
            if "system" in code or "|" in code:
                launcher.run_code(value.partition("=")[2], call, "awk")
        if "system" in code or "|" in code:
            found = skeleton
            found.texts = found.texts or list(read_code("system " + code, False).texts)
            _follow_literals(launcher, found, call.inside("awk"))
            if "system($" in code.replace(" ", "") and call.stdin and not call.stdin_is_file:
                launcher.run_input(call.stdin, call, "awk")
        if ">" in code and skeleton.paths:
            _note_writes(launcher, words, skeleton.paths, call)
    return SPLAT


def _note_writes(launcher: Launcher, words: list[str], paths: list[str], call: Call) -> None:
    run = Run(last_name(words[0]), words[:1], *call.span)  # all words would be judged once for each path
    run.via, run.cwd = (*call.via, last_name(words[0])), launcher.state.cwd
    run.redirections = [Redirection("code>", path) for path in paths]
    launcher.reading.runs.append(run)


def _run_sed(launcher: Launcher, words: list[str], call: Call) -> str:
    codes = option_values(words, ("-e", "--expression"))
    codes += [launcher.state.file_text(path) or "" for path in option_values(words, ("-f", "--file"))]
    if not codes:
        at = skip_options(words, 1, "flE", ("file", "line-length"))
        codes = words[at : at + 1]
    for code in codes:
        for line in code.replace(";", "\n").splitlines():
            command = line.strip().lstrip("0123456789,$~+!{} \t")
            if command.startswith("/"):
                command = command[1:].partition("/")[2].strip().lstrip("!{ ")
            _follow_sed(launcher, command, words, call)
    if call.stdin is not None and is_known(call.stdin) and "e" in codes:
        launcher.run_code(call.stdin, call, "sed")
    return SPLAT


def _follow_sed(launcher: Launcher, command: str, words: list[str], call: Call) -> None:
    if command[:2] in ("e ", "e\t"):
        launcher.run_code(command[2:], call, "sed")
    elif command[:1] in ("w", "W") and command[1:2].isspace():
        _note_writes(launcher, words, [command[2:].strip()], call)
    elif command[:1] == "s" and len(command) > 3 and not command[1].isalnum():
        _, _, replacement, flags = [*command.split(command[1]), "", "", ""][:4]
        letters, _, path = flags.partition("w")
        if "e" in letters:
            launcher.run_code(replacement, call, "sed")
        if path.strip():
            _note_writes(launcher, words, [path.strip()], call)


def _run_editor(launcher: Launcher, words: list[str], call: Call) -> str:
    codes = option_values(words, ("-c", "--cmd", "-s", "-es"))
    codes += [word[1:] for word in words[1:] if word.startswith("+")]
    if call.stdin and is_known(call.stdin):
        codes += call.stdin.splitlines()
    for code in codes:
        _, mark, command = code.partition("!")
        if mark and command.strip():
            launcher.run_code(command, call, last_name(words[0]))
        if "system(" in code:
            _follow_literals(launcher, read_code(code, has_backquotes=False), call.inside(last_name(words[0])))
    return SPLAT


def _run_sqlite(launcher: Launcher, words: list[str], call: Call) -> str:
    texts = [*words[1:], *(call.stdin or "").splitlines()]
    for text in texts:
        for line in text.splitlines():
            command, _, code = line.strip().partition(" ")
            if command in (".shell", ".system"):
                launcher.run_code(code.replace(HOLE, SPLAT), call, "sqlite3")
    return SPLAT


CODE_RUNNERS: dict[str, CodeRunner] = {
    **dict.fromkeys(_LANGUAGES, _run_language),
    **dict.fromkeys(("awk", "gawk", "mawk", "nawk", "original-awk"), _run_awk),
    **dict.fromkeys(("sed", "gsed"), _run_sed),
    **dict.fromkeys(("vim", "vi", "nvim", "ex", "view", "gvim", "ed", "vimdiff"), _run_editor),
    "sqlite": _run_sqlite,
}
