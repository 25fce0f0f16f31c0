"""A build in a process of its own, for a server that goes on answering meanwhile."""

from __future__ import annotations

import sys
from typing import Final, NamedTuple

import msgspec

from openclaw_hooks.errors import OpenclawError
from openclaw_hooks.mkdocs_plugin.building import Wish, build_site
from openclaw_hooks.mkdocs_plugin.swapping import SiteError
from openclaw_hooks.process import run_program

MODULE: Final = "openclaw_hooks.mkdocs_plugin.background"
LONGEST_S: Final = 600.0


class Outcome(NamedTuple):
    """What such a build told: the options that its facts were read with, where its other pages come from, complaints.

    `pages` are paths whose changes make a new build, `shown` the names of those of ours that are wanted (empty: all).
    """

    title: str
    sample: str
    documents: dict[str, str]
    pages: tuple[str, ...]
    shown: tuple[str, ...]
    warnings: tuple[str, ...]
    seconds: float


def build_apart(top: str, out: str) -> Outcome:
    """Builds the live site of the repository at `top` into `out`; raises SiteError."""
    done = run_program([sys.executable, "-m", MODULE, top, out], cwd=top, timeout_s=LONGEST_S)
    if done.code:
        message, _, hint = done.stderr.decode("utf-8", "replace").strip().partition("\n")
        raise SiteError(message or f"the build ended with {done.code}", hint)
    return msgspec.json.decode(done.stdout.splitlines()[-1], type=Outcome)


def main() -> int:
    """Builds what the two arguments say; the outcome is the last line of standard output."""
    top, out = sys.argv[1:]
    try:
        built = build_site(Wish(top, out, is_live=True))
    except OpenclawError as error:
        print(f"{error.message}\n{error.hint}", file=sys.stderr)
        return 1
    options = built.options
    pages = tuple(path for path in (built.config, built.documents) if path)
    outcome = Outcome(
        options.title,
        options.sample,
        dict(options.documents),
        pages,
        options.pages,
        built.warnings,
        round(built.seconds, 3),
    )
    print(msgspec.json.encode(outcome).decode())
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
