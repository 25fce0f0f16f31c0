"""Starts programs: names them, notes them, and follows those that start others."""

from __future__ import annotations

from openclaw_hooks.shell.builtins import BUILTINS
from openclaw_hooks.shell.code_runners import CODE_RUNNERS
from openclaw_hooks.shell.code_walk import SHELLS, CodeWalker
from openclaw_hooks.shell.git_starts import GIT_LIKE, start_git
from openclaw_hooks.shell.holes import HOLES, PLAIN, SPLAT, show_holes
from openclaw_hooks.shell.options import option_values, skip_options
from openclaw_hooks.shell.paths import join_path, last_name
from openclaw_hooks.shell.patterns import has_pattern, match_pattern
from openclaw_hooks.shell.reading import CODE, COMMAND_WORD, Run
from openclaw_hooks.shell.starters import STARTERS
from openclaw_hooks.shell.tool_output import tool_output
from openclaw_hooks.shell.walk import MAX_LEVELS
from openclaw_hooks.shell.wrappers import RUNNERS, WRAPPERS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from openclaw_hooks.shell.calls import Call

# Names that a pattern in a command word is tried against, the most telling first.
_GUESSED = ("git", "rm", "bash", "sh", "dash", "zsh", "env", "sudo", "chmod", "mv", "cp", "tee", "ln", "dd", "find",
            "xargs", "eval", "truncate", "unlink", "python", "python3", "perl", "ruby", "node", "pre-commit")  # fmt: skip


class Launcher(CodeWalker):
    """The whole reader of runs; `aliases` are those of git."""

    def __init__(self, text: str, aliases: dict[str, str]) -> None:
        super().__init__(text)
        self.aliases = dict(aliases)
        self.active: list[str] = []

    def launch(self, words: list[str], call: Call) -> str:
        """Start a program: note it, follow what it starts, and say what it prints."""
        name = words[0]
        if name in self.state.functions and self.active.count(name) < 2:
            return self._call_function(name, words, call)
        if name in self.state.aliases and name not in self.active:
            return self._call_alias(name, words, call)
        program = self._name_program(words, call)
        if program and has_pattern(name):  # from here on it goes by the name that the pattern may become
            words = [program, *words[1:]]
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
