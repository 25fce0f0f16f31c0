"""The texts of the hook files that init writes: small POSIX sh scripts, and how to know them again."""

from __future__ import annotations

import re
import shlex
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from openclaw_hooks.setup.interpreter import HookCommand

# The stages that this package has something to say at.
STAGES = ("pre-commit", "pre-merge-commit", "commit-msg", "post-commit", "post-merge", "pre-push")
# Their answer changes nothing any more: an earlier hook that fails must not keep ours from running.
AFTERWARDS = ("post-commit", "post-merge")

# Every hook of githooks(5) that runs in a user's own repository (git 2.55). A folder of ours that stands in for
# somebody's core.hooksPath passes each of them on.
CLIENT_HOOKS = (
    "applypatch-msg",
    "commit-msg",
    "post-applypatch",
    "post-checkout",
    "post-commit",
    "post-index-change",
    "post-merge",
    "post-rewrite",
    "pre-applypatch",
    "pre-auto-gc",
    "pre-commit",
    "pre-merge-commit",
    "pre-push",
    "pre-rebase",
    "prepare-commit-msg",
    "reference-transaction",
    "sendemail-validate",
)

# Hooks for pushes that arrive here. Passed on only where the earlier folder has them: git behaves differently when
# push-to-checkout or proc-receive merely exist.
SERVER_HOOKS = ("post-receive", "post-update", "pre-receive", "proc-receive", "push-to-checkout", "update")

ASIDE = "before-openclaw"  # <hook>.before-openclaw is the hook that was there

MARKER = "# openclaw-hooks "
_MARKER_LINE = re.compile(rb"\A#!/bin/sh\n# openclaw-hooks (\S+) ([a-z-]+): ")
_EARLIER_LINE = re.compile(r"^earlier_folder=(.*?)\nearlier=", re.MULTILINE | re.DOTALL)


class Earlier(NamedTuple):
    """A hook that was there before: `name` in `folder`, or beside our file where `folder` is empty.

    A relative folder counts from where git runs hooks, as core.hooksPath does.
    """

    folder: str
    name: str


def guard_script(stage: str, command: HookCommand, earlier: Sequence[Earlier]) -> bytes:
    """The hook file of a stage that this package guards; `earlier` run first, each looked for when the hook runs."""
    head = [
        "#!/bin/sh",
        f"{MARKER}{command.version} {stage}: written by `openclaw init`, taken away by `openclaw uninstall`.",
        f"python={shlex.quote(command.python)}",
        f"package={shlex.quote(command.package)}",
    ]
    flags = " ".join(command.flags)
    call = f'"$python" {flags} -m openclaw_hooks.hook {stage} "$@"'
    # A package that moved (an upgraded Python) is still found by import; only when that fails too is it gone.
    alive = [
        f'if [ ! -x "$python" ] || {{ [ ! -f "$package/hook.py" ] && ! "$python" {flags} -c "import openclaw_hooks.hook" 2>/dev/null; }}',
        "then",
        f'  echo "openclaw: {stage} blocks: openclaw_hooks does not start with $python" >&2',
        '  echo "openclaw: install openclaw-hooks and run \\`openclaw init\\` again, or \\`openclaw uninstall\\`; the hook is $0" >&2',
        "  exit 1",
        "fi",
    ]
    if not earlier:
        return _text([*head, *alive, f"exec {call}"])
    first = [*_run_earlier(stage, earlier), *_heal(stage, flags)]
    if stage == "pre-push":
        # Git writes the refs to push once; both hooks need them. The dot keeps the last line end.
        feed = ["refs=$(cat; printf .)", "refs=${refs%.}"]
        return _text([*head, *alive, *feed, *first, f'printf %s "$refs" | {call}'])
    return _text([*head, *alive, *first, f"exec {call}"])


def _run_earlier(stage: str, earlier: Sequence[Earlier]) -> list[str]:
    # Run as <hook>.legacy we were moved aside by `pre-commit install` or `prek install`, whose hook calls us: an older
    # copy of theirs that we keep would call us again, without end.
    feed = 'printf %s "$refs" 2>/dev/null | ' if stage == "pre-push" else ""
    fail = "" if stage in AFTERWARDS else " || exit $?"
    lines: list[str] = []
    for one in earlier:
        lines += [
            *_place(one),
            'if [ -f "$earlier" ] && [ -x "$earlier" ]; then',
            '  case "$0" in',
            f'    *.legacy) grep -q hook-impl "$earlier" || {{ {feed}"$earlier" "$@"; }}{fail} ;;',
            f'    *) {feed}"$earlier" "$@"{fail} ;;',
            "  esac",
            "fi",
        ]
    return lines


def _heal(stage: str, flags: str) -> list[str]:
    # `lefthook run` installs its hooks anew when its config changed, and puts ours aside while it is running: this
    # commit is still checked, the next one would not be.
    return [
        f'if ! grep -q "^{MARKER}" "$0"; then',
        f'  echo "openclaw: {stage}: a hook that ran put ours aside; putting it back" >&2',
        f'  "$python" {flags} -m openclaw_hooks.setup.repair || echo "openclaw: run \\`openclaw doctor --fix\\`" >&2',
        "fi",
    ]


def pass_on_script(hook: str, command: HookCommand, earlier: Earlier) -> bytes:
    """The hook file of a hook that we only hand to whoever had the hooks before."""
    mark = f"{MARKER}{command.version} {hook}: passes on to the hooks of before `openclaw init`."
    run = 'if [ -f "$earlier" ] && [ -x "$earlier" ]; then exec "$earlier" "$@"; fi'
    return _text(["#!/bin/sh", mark, *_place(earlier), run, "exit 0"])


def _place(earlier: Earlier) -> list[str]:
    if earlier.folder:
        return [
            f"earlier_folder={shlex.quote(earlier.folder)}",
            f'earlier="$earlier_folder"/{shlex.quote(earlier.name)}',
        ]
    return [f'earlier="${{0%/*}}"/{shlex.quote(earlier.name)}']


def script_version(content: bytes | None) -> str:
    """The version of this package that wrote the hook file `content`; empty when it is not ours."""
    found = _MARKER_LINE.match(content or b"")
    return found[1].decode("utf-8", "replace") if found else ""


def is_ours(content: bytes | None) -> bool:
    """Whether a hook file was written by init."""
    return bool(script_version(content))


def earlier_folder(content: bytes) -> str | None:
    """The earlier core.hooksPath that one of our hook files passes on to; None when it names none."""
    found = _EARLIER_LINE.search(content.decode("utf-8", "surrogateescape"))
    try:
        words = shlex.split(found[1]) if found else []
    except ValueError:  # edited by hand
        return None
    return words[0] if len(words) == 1 else None


def _text(lines: list[str]) -> bytes:
    return ("\n".join(lines) + "\n").encode("utf-8", "surrogateescape")
