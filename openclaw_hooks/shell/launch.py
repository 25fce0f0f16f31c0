"""Starts programs: names them, notes them, and follows those that start others."""

from __future__ import annotations

from openclaw_hooks.shell.builtins import BUILTINS
from openclaw_hooks.shell.code_runners import CODE_RUNNERS
from openclaw_hooks.shell.git_starts import GIT_LIKE, start_git
from openclaw_hooks.shell.holes import HOLE, HOLES, PLAIN, SPLAT, is_known, show_holes, without_holes
from openclaw_hooks.shell.options import option_values, skip_options
from openclaw_hooks.shell.parse import parse_line
from openclaw_hooks.shell.paths import join_path, last_name
from openclaw_hooks.shell.patterns import has_pattern, match_pattern
from openclaw_hooks.shell.reading import CODE, COMMAND_WORD, PIPED_CODE, SYNTAX, Run
from openclaw_hooks.shell.starters import STARTERS
from openclaw_hooks.shell.syntax import ShellSyntaxError
from openclaw_hooks.shell.tool_output import tool_output
from openclaw_hooks.shell.walk import MAX_LEVELS, Call, Walker
from openclaw_hooks.shell.wrappers import RUNNERS, WRAPPERS

SHELLS = frozenset(("sh", "bash", "dash", "zsh", "ksh", "mksh", "ash", "fish", "rbash", "yash", "csh", "tcsh", "posh"))

MAX_CODE_CHARS = 1 << 17
"""Code within code that is followed, all of it together."""

# Names that a pattern in a command word is tried against, the most telling first.
_GUESSED = ("git", "rm", "bash", "sh", "dash", "zsh", "env", "sudo", "chmod", "mv", "cp", "tee", "ln", "dd", "find",
            "xargs", "eval", "truncate", "unlink", "python", "python3", "perl", "ruby", "node", "pre-commit")  # fmt: skip


class Launcher(Walker):
    """The whole reader of runs; `aliases` are those of git."""

    def __init__(self, text: str, aliases: dict[str, str]) -> None:
        super().__init__(text)
        self.aliases = dict(aliases)
        self.active: list[str] = []
        self.code_chars = 0

    def launch(self, words: list[str], call: Call) -> str:
        """Start a program: note it, follow what it starts, and say what it prints."""
        name = words[0]
        if name in self.state.functions and self.active.count(name) < 2:
            return self._call_function(name, words, call)
        if name in self.state.aliases and name not in self.active:
            return self._call_alias(name, words, call)
        program = self._name_program(words, call)
        if self._is_caught_as_unknown(program):
            self._call_function("command_not_found_handle", ["command_not_found_handle", *words], call)
        if program.startswith("git-") and len(program) > 4:
            words = ["git", program[4:], *words[1:]]
            program = "git"
        self._note_run(program, words, call)
        if not program:
            return SPLAT
        written = self.state.file_text(name) if "/" in name else None
        if written is not None:
            return self.run_script(written, words, call)
        printed = self._follow(program, words, call)
        return tool_output(program, words) if printed is None else printed

    def _follow(self, program: str, words: list[str], call: Call) -> str | None:
        """What `program` prints after what it starts was followed; None when that is not special."""
        if program in BUILTINS:
            return BUILTINS[program](self, words, call)
        if program in GIT_LIKE:
            return start_git(self, words, call)
        if program in SHELLS:
            return self.start_shell(words, call)
        if program in WRAPPERS:
            shorts, longs, skipped = WRAPPERS[program]
            at = skip_options(words, 1, shorts, longs) + skipped
            return self.relaunch(words[at:], call.inside(program))
        if program in STARTERS:
            return STARTERS[program](self, words, call)
        if program in CODE_RUNNERS:
            return CODE_RUNNERS[program](self, words, call)
        if program in RUNNERS:
            return self._start_runner(program, words, call)
        return None

    def _is_caught_as_unknown(self, program: str) -> bool:
        """Whether bash would call the function that the line made for programs that do not exist."""
        handler = "command_not_found_handle"
        known = (BUILTINS, GIT_LIKE, SHELLS, WRAPPERS, STARTERS, CODE_RUNNERS, RUNNERS)
        return (
            handler in self.state.functions
            and handler not in self.active
            and not any(program in table for table in known)
        )

    def relaunch(self, words: list[str], call: Call) -> str:
        """Start the program that a wrapper was given; assignments may come first."""
        at = 0
        while at < len(words) and _is_assignment(words[at]):
            key, _, value = words[at].partition("=")
            call.environment[key] = value
            at += 1
        if at >= len(words):
            return ""
        if self.levels >= MAX_LEVELS:
            self.note_unknown(CODE, "nested too deep to follow", words, call)
            return SPLAT
        self.levels += 1
        printed = self.launch(words[at:], call)
        self.levels -= 1
        return printed

    def run_code(self, text: str, call: Call, name: str, arguments: list[str] | None = None) -> str:
        """Follow the shell code in `text`, whose `$0`, `$1` ... are `arguments`; what stays unknown of it is noted."""
        if HOLE in text or SPLAT in text:
            self.note_unknown(CODE, f"`{name}` gets text that is not known here", [text], call)
        self.code_chars += len(text)
        if self.levels >= MAX_LEVELS or self.code_chars > MAX_CODE_CHARS:
            self.note_unknown(CODE, "nested too deep to follow", [text], call)
            return SPLAT
        try:
            listing = parse_line(text)
        except ShellSyntaxError as error:
            self.note_unknown(SYNTAX, f"the code for `{name}` does not parse: {error.problem}", [text], call)
            return SPLAT
        before, span, via, stdin = self.state, self.span, self.via, self.stdin
        if name != "eval":
            self.state = before.copy()
        if arguments is not None:
            self.state.positional = arguments[1:]
            self.state.variables["0"] = (*arguments[:1],) or (name,)
        for key, value in call.environment.items():
            self.state.variables[key] = (value,)
            self.state.exported.add(key)
        self.state.unset = call.unset
        shown = call.via if call.via[-1:] == (name,) else (*call.via, name)
        self.span, self.via, self.stdin = call.span, shown, call.stdin
        self.levels += 1
        printed = self.run_listing(listing)
        self.levels -= 1
        self.state, self.span, self.via, self.stdin = before, span, via, stdin
        return printed

    def run_script(self, text: str, words: list[str], call: Call) -> str:
        """Follow a script whose text the line itself wrote, in the language its first line names."""
        first = text.partition("\n")[0]
        if first.startswith("#!"):
            interpreter = first[2:].split() or ["sh"]
            if last_name(interpreter[0]) == "env":
                interpreter = [word for word in interpreter[1:] if not word.startswith("-")] or ["sh"]
            program = last_name(interpreter[0]).rstrip("0123456789.")
            if program in CODE_RUNNERS:
                inner = call.inside(words[0])
                inner.stdin = text
                return CODE_RUNNERS[program](self, [program], inner) or SPLAT
        return self.run_code(text, call, last_name(words[0]), words)

    def start_shell(self, words: list[str], call: Call) -> str:
        """Follow what a shell is given: code, a script, or text on its input."""
        name = last_name(words[0])
        self._run_startup_files(words, call)
        at, takes_code, takes_input = _shell_options(words)
        if takes_code:
            if at >= len(words):
                return ""
            return self.run_code(words[at], call, name, words[at + 1 :])
        if at < len(words) and not takes_input:
            script = words[at]
            text = (
                call.stdin if script in ("/dev/stdin", "/dev/fd/0", "/proc/self/fd/0") else self.state.file_text(script)
            )
            if text is None:
                return SPLAT
            return self.run_input(text, call, name, words[at:])
        if call.stdin is None or call.stdin_is_file:
            return SPLAT
        return self.run_input(call.stdin, call, name, [name, *words[at:]])

    def run_input(self, text: str, call: Call, name: str, arguments: list[str] | None = None) -> str:
        """Follow code that comes through a pipe or from a file that the line wrote."""
        if not is_known(text) and not without_holes(text).strip():
            self.note_unknown(PIPED_CODE, f"text that is not known here is run by `{name}`", [text], call)
            return SPLAT
        inner = call.inside(name)
        inner.stdin = None
        inner.via = call.via
        return self.run_code(text.replace(PLAIN, SPLAT), inner, name, arguments)

    def _run_startup_files(self, words: list[str], call: Call) -> None:
        paths = [call.environment[key] for key in ("BASH_ENV", "ENV") if key in call.environment]
        paths += [
            value
            for flag in ("--rcfile", "--init-file")
            if flag in words
            for value in words[words.index(flag) + 1 :][:1]
        ]
        for path in paths:
            text = self.state.file_text(path)
            if text is None:
                self.note_unknown(
                    CODE, f"`{last_name(words[0])}` first runs a file that is not known here", [path], call
                )
            else:
                inner = call.inside("BASH_ENV")
                inner.environment = {
                    key: value for key, value in call.environment.items() if key not in ("BASH_ENV", "ENV")
                }
                self.run_code(text, inner, last_name(words[0]))

    def _call_function(self, name: str, words: list[str], call: Call) -> str:
        if self.levels >= MAX_LEVELS:
            self.note_unknown(CODE, "nested too deep to follow", words, call)
            return SPLAT
        before, via, stdin = self.state.positional, self.via, self.stdin
        self.state.positional = words[1:]
        self.via, self.stdin = (*call.via, f"{name}()"), call.stdin
        for key, value in call.environment.items():
            self.state.variables[key] = (value,)
        self.active.append(name)
        self.levels += 1
        printed = [self.run_command(body) for body in self.state.functions[name]]
        self.levels -= 1
        self.active.pop()
        self.state.positional, self.via, self.stdin = before, via, stdin
        return printed[0] if len(printed) == 1 else SPLAT

    def _call_alias(self, name: str, words: list[str], call: Call) -> str:
        self.active.append(name)
        text = self.state.aliases[name]
        code = text + " " + " ".join(_quote(word) for word in words[1:])
        inner = call.inside(name)
        inner.via = call.via
        printed = self.run_code(code, inner, name)
        self.active.pop()
        return printed

    def _name_program(self, words: list[str], call: Call) -> str:
        """The bare name of the program that `words[0]` starts; empty, and noted, when it is not known."""
        word = words[0]
        base = last_name(word) if word.rstrip("/") else word
        if has_pattern(base) and base not in ("[", "[["):
            base = next((name for name in _GUESSED if match_pattern(base, name)), base)
        if not base or any(char in HOLES for char in base):
            if base in ("", PLAIN) and not call.via and not word:
                return ""
            self.note_unknown(COMMAND_WORD, f"`{show_holes(word)}` stands where a program is named", words, call)
            return ""
        base = base.removesuffix(".exe")
        if base.lower() in ("git", "rm", "bash", "sh"):
            return base.lower()  # macOS and Windows look names up in any case
        stem = base.rstrip("0123456789.")
        return stem if stem in CODE_RUNNERS else base

    def _note_run(self, program: str, words: list[str], call: Call) -> None:
        run = Run(program, words, *call.span)
        run.environment = call.environment
        run.unset, run.cleared = call.unset, call.cleared
        run.cwd = self.state.cwd
        run.via = call.via
        run.redirections = call.redirections
        run.stdin = None if call.stdin_is_file else call.stdin
        self.reading.runs.append(run)

    def _start_runner(self, program: str, words: list[str], call: Call) -> str | None:
        """Follow `npx`, `uv run`, `docker exec` and their like, whose options are too many to know.

        So every word from which on the rest looks like a program that matters is tried.
        """
        subcommands = RUNNERS[program]
        if program in ("npx", "npm", "pnpm"):
            for code in option_values(words, ("-c", "--call", "--shell-mode")):
                self.run_code(code, call, program)
        at = skip_options(words, 1)
        if subcommands:
            found = [place for place, word in enumerate(words) if word in subcommands and place > 0]
            if not found:
                return None
            at = skip_options(words, found[0] + 1)
        inner = call.inside(program)
        printed = self.relaunch(words[at:], inner)
        for place in range(at + 1, len(words)):
            if last_name(words[place]) in _GUESSED or last_name(words[place]) in SHELLS:
                self.relaunch(words[place:], inner)
                break
        return printed

    def change_folder(self, path: str) -> None:
        """Go to another folder."""
        self.state.cwd = join_path(self.state.cwd, path)


def _is_assignment(word: str) -> bool:
    name, equals, _ = word.partition("=")
    return bool(equals) and name.replace("_", "a").isalnum() and not name[0].isdigit()


def _quote(word: str) -> str:
    return "'" + word.replace("'", "'\\''") + "'"


def _shell_options(words: list[str]) -> tuple[int, bool, bool]:
    """Where the first word behind a shell's options stands, and whether they ask for code (`-c`) or input (`-s`)."""
    at = 1
    takes_code = takes_input = False
    while at < len(words) and words[at][:1] in ("-", "+") and len(words[at]) > 1:
        word = words[at]
        at += 1
        if word == "--":
            break
        if word.startswith("--"):
            at += word in ("--rcfile", "--init-file", "--command")
            if word == "--command":
                at -= 1
                takes_code = True
            continue
        takes_code = takes_code or ("c" in word and word[0] == "-")
        takes_input = takes_input or "s" in word
        if word[-1] in "oO":
            at += 1
    if at < len(words) and words[at] == "-":
        at += 1
    return at, takes_code, takes_input
