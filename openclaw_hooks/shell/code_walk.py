"""Follows shell code: in a word, in a script that the line wrote, or on the input of a shell."""

from __future__ import annotations

from openclaw_hooks.shell.holes import HOLE, PLAIN, SPLAT, is_known, without_holes
from openclaw_hooks.shell.parse import parse_line
from openclaw_hooks.shell.paths import last_name
from openclaw_hooks.shell.reading import CODE, PIPED_CODE, SYNTAX
from openclaw_hooks.shell.syntax import ShellSyntaxError
from openclaw_hooks.shell.walk import MAX_LEVELS, Walker

TYPE_CHECKING = False
if TYPE_CHECKING:
    from openclaw_hooks.shell.calls import Call

SHELLS = frozenset(("sh", "bash", "dash", "zsh", "ksh", "mksh", "ash", "fish", "rbash", "yash", "csh", "tcsh", "posh"))

MAX_CODE_CHARS = 1 << 17
"""Code within code that is followed, all of it together."""


class CodeWalker(Walker):
    """Follows code within code; how a single program is started is in the class below."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.code_chars = 0

    def run_hidden(self, text: str, call: Call) -> None:
        """Follow the substitutions in a text that a shell expands late: a prompt, a subscript."""
        if "$(" in text or "`" in text:
            quoted = ": " + text if '"' in text else f': "{text}"'
            self.run_code(quoted, call, "expansion")

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
