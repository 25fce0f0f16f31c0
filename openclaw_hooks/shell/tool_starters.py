"""Tools for other work that start programs as well: `make`, `tar`, `tmux`, clients of databases."""

from __future__ import annotations

from openclaw_hooks.shell.holes import SPLAT, without_holes
from openclaw_hooks.shell.options import option_values

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from openclaw_hooks.shell.calls import Call
    from openclaw_hooks.shell.launch import Launcher

    Starter = Callable[[Launcher, list[str], Call], str | None]

_COMMAND_OPTIONS = {
    "tar": ("-I",),
    "gtar": ("-I",),
    "zip": ("-TT", "--unzip-command"),
    "rsync": ("-e", "--rsh"),
}


def start_words(launcher: Launcher, words: list[str], call: Call) -> str:
    """Follow `hyperfine` and `concurrently`, of which each word with a blank is shell code."""
    for word in words[1:]:
        if " " in word and not word.startswith("-"):
            launcher.run_code(word, call, words[0])
    return SPLAT


def start_terminal(launcher: Launcher, words: list[str], call: Call) -> str:
    """`tmux` and `screen`: any word may be shell code, or the rest a program."""
    for word in words[1:]:
        if " " in word:
            launcher.run_code(word, call, words[0])
    for place, word in enumerate(words[1:], 1):
        if word in ("git", "bash", "sh"):
            launcher.relaunch(words[place:], call.inside(words[0]))
    return SPLAT


def start_archiver(launcher: Launcher, words: list[str], call: Call) -> str | None:
    """Follow what archivers and `sort` are told to start for packing or at checkpoints."""
    codes = [
        value.removeprefix("exec=") for value in option_values(words, ("--checkpoint-action",)) if "exec=" in value
    ]
    codes += option_values(
        words, ("--to-command", "--use-compress-program", "--info-script", "--filter", "--compress-program")
    )
    codes += option_values(words, _COMMAND_OPTIONS.get(words[0].rpartition("/")[2], ()))
    for code in codes:
        launcher.run_code(code, call, words[0])
    return None


def start_sql_client(launcher: Launcher, words: list[str], call: Call) -> str | None:
    r"""`psql` and `mysql`, which start what stands behind `\\!`."""
    for text in [*words[1:], *(call.stdin or "").splitlines()]:
        _, mark, code = text.partition("\\!")
        if mark and code.strip():
            launcher.run_code(code, call, words[0])
    return None


def start_make(launcher: Launcher, words: list[str], call: Call) -> str | None:
    """Follow the recipes of a makefile that the line wrote."""
    files = option_values(words, ("-f", "--file", "--makefile"))
    texts = option_values(words, ("--eval", "-E"))
    files = files or ["GNUmakefile", "makefile", "Makefile"]
    texts += [
        launcher.state.file_text(path) or "" if path not in ("-", "/dev/stdin") else call.stdin or "" for path in files
    ]
    for text in texts:
        for line in text.replace(";", "\n").splitlines():
            _, colon, recipe = line.partition(":")
            code = line.strip() if line[:1] in "\t " or not colon else recipe.strip()
            if without_holes(code):
                launcher.run_code(code.lstrip("@-+").replace("$$", "$"), call, "make")
    return None
