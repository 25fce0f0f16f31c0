"""What a shell knows while a line runs: variables, functions, aliases, files that the line itself wrote."""

from __future__ import annotations

from openclaw_hooks.shell.holes import HOLE, OUTER, PLAIN
from openclaw_hooks.shell.paths import join_path

TYPE_CHECKING = False
if TYPE_CHECKING:  # the real name would import `typing`, which costs more than the reader itself
    from openclaw_hooks.shell.syntax import Command

MAX_ALTERNATIVES = 8
MAX_VALUE_CHARS = 1 << 16
SPLITTING = " \t\n"

# What every shell has without an assignment. Home stays `~`, so that paths below it are recognised.
_GIVEN = {
    "HOME": "~",
    "PWD": ".",
    "OLDPWD": ".",
    "IFS": SPLITTING,
    "SHELL": "/bin/bash",
    "BASH": "/bin/bash",
    "TMPDIR": "/tmp",  # noqa: S108  # a path to recognise, nothing is written there
    "PATH": "/" + HOLE,
    "0": "bash",
}
_NUMBERS = frozenset(
    ("?", "$", "!", "-", "#", "RANDOM", "SRANDOM", "LINENO", "SECONDS", "EPOCHSECONDS", "UID", "EUID", "PPID", "BASHPID",
     "BASH_VERSION", "HOSTNAME", "HOSTTYPE", "OSTYPE", "MACHTYPE", "USER", "LOGNAME", "COLUMNS", "LINES", "REPLY")
)  # fmt: skip


class State:
    """One shell's knowledge; a subshell works on a copy."""

    __slots__ = (
        "aliases", "arrays", "conditional", "cwd", "exported", "exports_all", "files", "functions", "picks", "positional", "touched",
        "unset", "variables",
    )  # fmt: skip

    def __init__(self) -> None:
        self.variables: dict[str, tuple[str, ...]] = {}
        self.arrays: dict[str, list[str]] = {}
        self.positional: list[str] = []
        self.functions: dict[str, list[Command]] = {}
        self.aliases: dict[str, str] = {}
        self.files: dict[str, str] = {}
        self.exported: set[str] = set()
        self.exports_all = False
        self.unset: frozenset[str] = frozenset()
        self.cwd = "."
        self.conditional = 0
        self.picks: dict[str, int] = {}
        self.touched: dict[str, int] = {}

    def copy(self) -> State:
        """The state of a subshell; files are shared, as they are in the world."""
        other = State()
        other.variables = dict(self.variables)
        other.arrays = dict(self.arrays)
        other.positional = self.positional
        other.functions = {name: list(bodies) for name, bodies in self.functions.items()}
        other.aliases = dict(self.aliases)
        other.files = self.files
        other.exported = set(self.exported)
        other.exports_all = self.exports_all
        other.unset = self.unset
        other.cwd = self.cwd
        other.conditional = self.conditional
        other.picks = self.picks
        other.touched = self.touched
        return other

    def value(self, name: str) -> str | None:
        """The value of a variable; None when the line never set it.

        Where branches gave it several, the one that `picks` says; which variables have several is noted in `touched`.
        """
        values = self.variables.get(name)
        if values is None:
            elements = self.arrays.get(name)
            return elements[0] if elements else None
        if len(values) == 1:
            return values[0]
        self.touched[name] = len(values)
        return values[self.picks.get(name, 0)]

    def assign(self, name: str, value: str) -> None:
        """Set a variable; where it is not sure that this happens, the older values stay possible."""
        if len(value) > MAX_VALUE_CHARS:
            value = HOLE
        values: tuple[str, ...] = (value,)
        if self.conditional and name in self.variables:
            values = tuple(dict.fromkeys((*self.variables[name], value)))
            if len(values) > MAX_ALTERNATIVES:
                values = (HOLE,)
        self.variables[name] = values
        self.arrays.pop(name, None)
        if self.exports_all:
            self.exported.add(name)

    def assign_alternatives(self, name: str, values: list[str]) -> None:
        """Set a variable that takes each of `values` in turn, as a loop does."""
        unique = tuple(dict.fromkeys(values))
        self.variables[name] = unique if 0 < len(unique) <= MAX_ALTERNATIVES else (HOLE,)

    def forget(self, name: str) -> None:
        """Unset a variable."""
        self.variables.pop(name, None)
        self.arrays.pop(name, None)
        self.functions.pop(name, None)
        self.unset |= {name}

    def file_text(self, path: str) -> str | None:
        """The text of a file that the line itself wrote; None for any other."""
        return self.files.get(join_path(self.cwd, path)) if self.files else None

    def keep_file(self, path: str, text: str, *, appends: bool = False) -> None:
        """Remember the text of a file that the line writes."""
        whole = join_path(self.cwd, path)
        text = (self.files.get(whole, "") + text) if appends else text
        self.files[whole] = text if len(text) <= MAX_VALUE_CHARS else HOLE

    def keep_descriptor(self, descriptor: str, text: str) -> None:
        """Remember what an open file holds; its number is empty for the standard ones."""
        if descriptor not in ("", "0"):
            self.files[f"/dev/fd/{descriptor}"] = text

    def environment(self) -> dict[str, str]:
        """What the line exported."""
        return {name: value for name in self.exported if (value := self.value(name)) is not None}


def outer_value(name: str) -> str:
    """The value of a variable that the line did not set."""
    if name in _GIVEN:
        return _GIVEN[name]
    return PLAIN if name in _NUMBERS else OUTER
