"""Walks the tree of a line as a shell would, both ways at every branch, and says what each command prints."""

from __future__ import annotations

from openclaw_hooks.shell.calls import Call, Span, is_bomb
from openclaw_hooks.shell.expand import Expander
from openclaw_hooks.shell.holes import HOLE, SPLAT, is_known, quote_holes
from openclaw_hooks.shell.reading import Reading, Redirection, Unknown
from openclaw_hooks.shell.state import MAX_ALTERNATIVES, MAX_VALUE_CHARS, State
from openclaw_hooks.shell.syntax import (
    Assignment,
    Command,
    Compound,
    Function,
    Listing,
    Pipeline,
    Redirect,
    ShellSyntaxError,
    Simple,
    Substitution,
)

MAX_STEPS = 2000
"""Commands that are followed, loops and calls counted each time: some 100 ms."""
MAX_LEVELS = 24
"""Calls, substitutions and code in code that are followed."""
MAX_COMBINATIONS = 16
_PROMPTS = frozenset(("PS0", "PS1", "PS2", "PS4", "PROMPT_COMMAND"))


class Walker(Expander):
    """Runs through listings; how a single program is started is in the class below."""

    def __init__(self, text: str) -> None:
        super().__init__(State())
        self.reading = Reading(text)
        self.stdin: str | None = None
        self.steps = 0
        self.levels = 0
        self.via: tuple[str, ...] = ()
        self.span: Span | None = None  # set while code from a word is followed: its offsets mean nothing outside
        self.feeds = 0

    def launch(self, words: list[str], call: Call) -> str:
        """Start a program: note it, follow what it starts, and say what it prints."""
        raise NotImplementedError

    def note_unknown(self, kind: str, reason: str, words: list[str], call: Call) -> None:
        """Note that what runs here is not known."""
        unknown = Unknown(kind, reason, words, call.span)
        unknown.via = call.via
        self.reading.unknowns.append(unknown)

    def run_hidden(self, text: str, call: Call) -> None:
        """Follow the substitutions in a text that a shell expands late: a prompt, a subscript."""
        raise NotImplementedError

    def expand_late(self, text: str) -> None:
        """Follow the substitutions in a text that is expanded once more."""
        self.run_hidden(text, Call(self.span or (0, 0)))

    def enter(self) -> None:
        """One level down; raises ShellSyntaxError when that is too deep to follow."""
        self.levels += 1
        if self.levels > MAX_LEVELS:
            self.levels -= 1
            raise ShellSyntaxError("nested too deep to follow", 0)

    # Listings and pipelines

    def run_listing(self, listing: Listing) -> str:
        """What the commands of `listing` print together."""
        output: list[str] = []
        for operator, pipeline in listing.items:
            uncertain = operator in ("&&", "||")
            self.state.conditional += uncertain
            printed = self.run_pipeline(pipeline)
            self.state.conditional -= uncertain
            if operator == "||" and printed and not is_known("".join(output)):
                printed = SPLAT  # one of the two, nobody knows which
            output.append(printed)
        text = "".join(output)
        return text if len(text) <= MAX_VALUE_CHARS else SPLAT

    def run_pipeline(self, pipeline: Pipeline) -> str:
        """What the last command of `pipeline` prints; each gets what the one before prints."""
        commands = pipeline.commands
        if len(commands) == 1:
            return self.run_command(commands[0])
        before, stdin = self.state, self.stdin
        printed = ""
        for place, command in enumerate(commands):
            self.state = before.copy()
            self.stdin = printed if place else stdin
            printed = self.run_command(command)
        self.state, self.stdin = before, stdin
        return printed

    def capture(self, listing: Listing) -> str:
        """What the commands of a substitution print; it changes nothing outside."""
        before, stdin, touched = self.state, self.stdin, self.state.touched
        self.enter()
        self.state = before.copy()
        printed = self.run_listing(listing)
        self.state, self.stdin = before, stdin
        self.state.touched = touched
        self.levels -= 1
        return printed

    def feed(self, substitution: Substitution) -> str:
        """The path of a process substitution, whose text is kept as that of a file."""
        self.feeds += 1
        path = f"/dev/fd/{100 + self.feeds}"
        if substitution.direction == "<":
            self.state.keep_file(path, self.capture(substitution.body))
            return path
        stdin, self.stdin = self.stdin, HOLE
        self.capture(substitution.body)
        self.stdin = stdin
        return path

    # Commands

    def run_command(self, command: Command) -> str:
        """What one command prints."""
        if isinstance(command, Simple):
            return self._run_simple(command)
        if isinstance(command, Function):
            if is_bomb(command):
                self.reading.bombs.append(command.name)
            self.state.functions.setdefault(command.name, []).append(command.body)
            if not self.state.conditional:
                self.state.functions[command.name] = [command.body]
            return ""
        call = Call(self.span or (command.start, command.end))
        self._open_files(command.redirects, call)
        stdin = self.stdin
        if call.stdin is not None:
            self.stdin = call.stdin
        before = self.state
        if command.kind in ("(", "coproc"):
            self.state = before.copy()
        if command.kind == "coproc":
            self.stdin = HOLE  # whoever has its descriptor may write into it
        printed = self._run_compound(command)
        self.state, self.stdin = before, stdin
        if call.redirections:
            self.launch(["{"], call)
        return self._keep_output(printed, call)

    def _run_compound(self, command: Compound) -> str:
        words = command.words
        if command.kind == "for":
            values = self.state.positional if words is None else self.expand_words(words)
            if command.name:
                self.state.assign_alternatives(command.name, values)
        elif words is not None:
            for word in words:
                text = self.expand_text(word.parts)
                if "[$(" in text or "[`" in text:  # `[[ -v 'a[$(...)]' ]]`
                    self.run_hidden(text, Call(self.span or (command.start, command.end)))
            return self._run_branches(command, certain=0)
        if command.kind in ("{", "(", "coproc"):
            return "".join(self.run_listing(body) for body in command.bodies)
        return self._run_branches(command, certain=1 if command.kind in ("if", "while") else 0)

    def _run_branches(self, command: Compound, certain: int) -> str:
        """Run every body; all but the first `certain` only may happen."""
        outputs = []
        for place, body in enumerate(command.bodies):
            uncertain = place >= certain
            self.state.conditional += uncertain
            outputs.append(self.run_listing(body))
            self.state.conditional -= uncertain
        spoken = [output for output in outputs if output]
        return spoken[0] if len(spoken) == 1 and command.kind != "while" else SPLAT if spoken else ""

    def _run_simple(self, simple: Simple) -> str:
        """What a simple command prints: run once for each combination of what its variables may hold."""
        state = self.state
        outer = state.touched
        state.touched = {}
        printed = self._run_once(simple)
        touched = {name: count for name, count in state.touched.items() if name not in state.picks}
        if touched:
            names = list(touched)
            state.conditional += 1
            for picks in _combinations([touched[name] for name in names])[1:]:
                state.picks = {**state.picks, **dict(zip(names, picks, strict=True))}
                other = self._run_once(simple)
                printed = printed if printed == other else SPLAT
                state.picks = {name: pick for name, pick in state.picks.items() if name not in touched}
            state.conditional -= 1
        state.touched = outer
        return printed

    def _run_once(self, simple: Simple) -> str:
        self.steps += 1
        if self.steps > MAX_STEPS:
            raise ShellSyntaxError("more commands than are followed", 0)
        call = Call(self.span or (simple.start, simple.end))
        call.via = self.via
        call.stdin = self.stdin
        self._open_files(simple.redirects, call)
        words = self.expand_words(simple.words)
        if not words:
            for assignment in simple.assignments:
                self.assign(assignment)
            printed = "".join(  # `$(...)` alone as a value prints nothing
                "" for assignment in simple.assignments if assignment.value
            )
            if call.redirections:
                self.launch([":"], call)
            return self._keep_output(printed, call)
        call.environment = self.state.environment()
        call.unset = self.state.unset
        for assignment in simple.assignments:
            if assignment.value is not None:
                value = self.expand_text(assignment.value.parts)
                call.environment[assignment.name] = value
                self._expand_late(assignment, value)
            elif words[0] in ("declare", "local", "typeset", "readonly", "export"):
                self.assign(assignment)
        printed = self.launch(words, call)
        self.state.variables["_"] = (words[-1],)
        return self._keep_output(printed, call)

    def assign(self, assignment: Assignment) -> None:
        """Carry out an assignment."""
        state, name = self.state, assignment.name
        self.expand_text(assignment.key)
        if assignment.elements is not None:
            elements = self.expand_words(assignment.elements)
            state.arrays[name] = [*state.arrays.get(name, []), *elements] if assignment.appends else elements
            state.variables.pop(name, None)
            return
        value = self.expand_text(assignment.value.parts) if assignment.value else ""
        self._expand_late(assignment, value)
        if assignment.subscript:
            state.variables[f"{name}[{assignment.subscript}]"] = (value,)
            if assignment.subscript.isdigit():
                index = min(int(assignment.subscript[:4]), 64)
                elements = state.arrays.setdefault(name, [])
                elements.extend([""] * (index + 1 - len(elements)))
                elements[index] = value
            return
        if assignment.appends and name in state.arrays:
            state.arrays[name][:1] = [state.arrays[name][0] + value] if state.arrays[name] else [value]
            return
        state.assign(name, (state.value(name) or "") + value if assignment.appends else value)

    def _expand_late(self, assignment: Assignment, value: str) -> None:
        """Follow what a value runs later without being named: a prompt, or a subscript within arithmetic."""
        call = Call(self.span or (0, 0))
        if assignment.name in _PROMPTS or "[$(" in value or "[`" in value:
            self.run_hidden(value, call)
            if assignment.name == "PROMPT_COMMAND":
                self.run_hidden(f"$({value})", call)

    # Files

    def _open_files(self, redirects: list[Redirect], call: Call) -> None:
        for redirect in redirects:
            if redirect.operator in ("<<", "<<-"):
                call.stdin, call.stdin_is_file = self.expand_text(redirect.body), False
                self.state.keep_descriptor(redirect.fd, call.stdin)
                continue
            target = quote_holes(" ".join(self.expand_fields(redirect.target.parts)))
            if redirect.operator == "<<<":
                call.stdin, call.stdin_is_file = target + "\n", False
                self.state.keep_descriptor(redirect.fd, call.stdin)
            elif redirect.operator == "<&" and (text := self.state.file_text(f"/dev/fd/{target}")) is not None:
                call.stdin, call.stdin_is_file = text, False
            elif redirect.operator in ("<", "<>"):
                text = "" if target == "/dev/null" else self.state.file_text(target)
                if text is not None:
                    self.state.keep_descriptor(redirect.fd, text)
                call.stdin, call.stdin_is_file = (SPLAT, True) if text is None else (text, False)
                call.redirections.append(Redirection(redirect.operator, target))
            elif redirect.operator != "<&" and not (redirect.operator == ">&" and (target.isdigit() or target == "-")):
                fd = redirect.fd or "1"
                self.state.keep_descriptor("" if fd in ("1", "2") else f"to {fd}", target)
                call.redirections.append(
                    Redirection(redirect.operator if fd == "1" else fd + redirect.operator, target)
                )
            elif redirect.operator == ">&" and (path := self.state.file_text(f"/dev/fd/to {target}")) is not None:
                call.redirections.append(Redirection(">>", path))
            elif redirect.operator == ">&" and redirect.fd in ("", "1") and target != "1":
                call.redirections.append(Redirection("dup>", "/dev/stderr"))

    def _keep_output(self, printed: str, call: Call) -> str:
        """`printed`, unless it went to a file: then that file's text is known from here on."""
        taken = False
        for redirection in call.redirections:
            operator = redirection.operator
            if not redirection.writes or (operator[0].isdigit() and not operator.startswith("1")):
                continue
            taken = True
            if not redirection.target.startswith("/dev/std"):
                self.state.keep_file(redirection.target, printed, appends=">>" in operator)
        return "" if taken else printed


def _combinations(counts: list[int]) -> list[list[int]]:
    """Every choice of one number below each of `counts`, the first of all first; at most MAX_COMBINATIONS."""
    found: list[list[int]] = [[]]
    for count in counts:
        found = [[*chosen, number] for number in range(min(count, MAX_ALTERNATIVES)) for chosen in found]
        found = found[:MAX_COMBINATIONS]
    return found
