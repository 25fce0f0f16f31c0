"""`openclaw demo`: the guard at work in a scratch repository, every outcome checked."""

from __future__ import annotations

import json
import shlex
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from openclaw_hooks.cli.demo_board import show_board_story
from openclaw_hooks.cli.demo_steps import show_step, shown_step, step_values
from openclaw_hooks.cli.output import print_json, print_table
from openclaw_hooks.demo.acts import build_acts
from openclaw_hooks.demo.board_story import play_step
from openclaw_hooks.demo.look_steps import SITE, Missing, find_look_steps
from openclaw_hooks.demo.story import play_acts, set_up
from openclaw_hooks.errors import EXIT_FINDINGS, OpenclawError
from openclaw_hooks.scratch.planted import make_planted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from openclaw_hooks.demo.acts import Act
    from openclaw_hooks.demo.board_story import Played
    from openclaw_hooks.demo.judge import Result
    from openclaw_hooks.scratch.repository import Scratch

FINDING_WIDTH = 88
SHOWN_LINES = 6
RUN_LINES = 30
NEXT = """\
next, in a repository of yours:
  openclaw init --dry-run    what would change
  openclaw init              guard it
  openclaw doctor            whether every layer is alive
  openclaw check .           what the checks say about the files that are there
"""


def demo(
    keep: Annotated[bool, typer.Option("--keep", help="Keep the scratch repository and print where it is.")] = False,
    without: Annotated[
        list[str] | None,
        typer.Option(metavar="HOOK", help="Take this git hook out first: the demo must then fail.", show_default=False),
    ] = None,
    board: Annotated[
        bool, typer.Option("--board", help="The board in place of the guard: tasks, two clones, a plan.")
    ] = False,
    mesh: Annotated[
        bool, typer.Option("--mesh", help="Several nodes at one board: a lead, two workers, a person.")
    ] = False,
    agent: Annotated[bool, typer.Option("--agent", help="A run of a scripted agent: six attempts, one kept.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the outcome for a program.")] = False,
) -> None:
    """See it work: set a scratch repository up, try what must not get through, and show what stopped it.

    Real commits and pushes through the real hooks, in a temporary folder with a home of its own.
    Exit code 0 only when every act came out as it must, by the right hook, with the right finding.

    Example: openclaw demo --keep
    """
    if stories := [name for name, is_told in (("mesh", mesh), ("board", board), ("agent", agent)) if is_told]:
        _tell_story(stories, has_hooks=bool(without), keep=keep, as_json=as_json)
        return
    with _scratch_folder(keep) as folder:
        scratch, said = set_up(folder, tuple(without or ()))
        if not as_json:
            typer.echo(f"$ openclaw init\n{said}\n")
        results = []
        for result in play_acts(scratch, build_acts(make_planted())):
            results.append(result)
            if not as_json:
                _show_act(result)
        receipt = scratch.receipt("HEAD")
        if not as_json:
            _show_table(results, receipt)
        faults = [result.act.id for result in results if result.fault]
        looked = [] if faults else _look_around(scratch, as_json)
        faults += [played.step.title for played in looked if played.fault]
        if as_json:
            values = _values(results, receipt, scratch if keep else None)
            print_json("demo", {**values, "ok": not faults, "steps": [step_values(played) for played in looked]})
        else:
            _show_end(results, faults)
    if faults:
        raise typer.Exit(EXIT_FINDINGS)


def _look_around(scratch: Scratch, as_json: bool) -> list[Played]:
    """The steps that show the repository, played; those without their extra are told, and are not among them."""
    played_steps: list[Played] = []
    kept: dict[str, str] = {}
    if not as_json:
        typer.echo("")
    for step in find_look_steps(scratch.folder):
        if isinstance(step, Missing):
            if not as_json:
                typer.echo(f"--   {step.title}\n     {step.hint}")
            continue
        played = play_step(scratch, step, kept)
        played_steps.append(played)
        if not as_json:
            show_step(shown_step(played), RUN_LINES if step.words[:2] == ("agent", "run") else SHOWN_LINES)
    return played_steps


def _tell_story(names: list[str], *, has_hooks: bool, keep: bool, as_json: bool) -> None:
    name = names[0]
    if len(names) > 1:
        raise OpenclawError(f"--{name} and --{names[1]} exclude each other", "each is a story of its own")
    if has_hooks:
        raise OpenclawError(
            f"--{name} and --without exclude each other", f"the {name}'s story has no hook to leave out"
        )
    with _scratch_folder(keep) as folder:
        if name == "mesh":
            from openclaw_hooks.cli.demo_mesh import show_mesh_story as show
        elif name == "agent":
            from openclaw_hooks.cli.demo_agent import show_agent_story as show
        else:
            show = show_board_story
        show(folder, as_json)


@contextmanager
def _scratch_folder(keep: bool) -> Iterator[str]:
    import os
    import shutil
    import tempfile

    folder = tempfile.mkdtemp(prefix="openclaw-demo-")
    try:
        yield folder
    finally:
        if keep:
            print(f"kept: {os.path.join(folder, 'orders')}", file=sys.stderr)
            pages = os.path.join(folder, SITE, "index.html")
            if os.path.exists(pages):
                print(f"its pages: {pages}", file=sys.stderr)
        else:
            shutil.rmtree(folder, ignore_errors=True)


def _show_act(result: Result) -> None:
    act = result.act
    typer.echo(f"{'ok  ' if not result.fault else 'FAIL'} {act.title}\n     $ {show_command(act)}")
    if result.finding:
        typer.echo(f"     {result.outcome.stopped_by}: {result.finding}")
    if result.fault:
        typer.echo(f"     {result.fault}")
        typer.echo("\n".join(f"     | {line}" for line in result.outcome.output.splitlines()))


def show_command(act: Act) -> str:
    """What somebody would type to try `act`; only the first line of its message."""
    commit = ["git", "commit", *(["--no-verify"] if act.push else []), "-m", act.message.partition("\n")[0]]
    calls = [commit] if act.message else []
    calls += [["git", *act.push]] if act.push else []
    settings = "".join(f"{key}={shlex.quote(value)} " for key, value in act.env)
    return settings + " && ".join(shlex.join(call) for call in calls)


def _show_table(results: list[Result], receipt: str) -> None:
    typer.echo("")
    print_table(("tried", "stopped by", "ms", "finding"), [_row(result) for result in results])
    if receipt:
        typer.echo("\nreceipt of the honest commit, which was pushed along (git notes --ref=openclaw show HEAD):")
        typer.echo("\n".join(describe_receipt(receipt)))


def _show_end(results: list[Result], faults: list[str]) -> None:
    if faults:
        typer.echo(f"\nnot as it must be: {', '.join(faults)}")
        return
    stopped = sum(1 for result in results if result.outcome.stopped_by)
    passed = len(results) - stopped
    typer.echo(f"\n{stopped} bad acts stopped, {passed} honest ones let through: all as it must be\n\n{NEXT}".rstrip())


def describe_receipt(text: str) -> list[str]:
    """The fields of a receipt that say something, one a line, cut to a screen's width."""
    lines = []
    for name, value in json.loads(text).items():
        shown = value
        if isinstance(value, dict):
            shown = ", ".join(f"{key} {word}" for key, word in value.items())
        elif isinstance(value, list):
            shown = ", ".join(" ".join(item.values()) if isinstance(item, dict) else str(item) for item in value)
        if shown:
            lines.append(f"  {name:8} {_shorten(str(shown), 110)}")
    return lines


def _shorten(text: str, width: int) -> str:
    return text if len(text) <= width else f"{text[: width - 3]}..."


def _row(result: Result) -> tuple[str, str, str, str]:
    stopped = result.outcome.stopped_by or ("- (went through)" if result.fault else "-")
    shown = result.fault or result.finding or "went through, with a receipt"
    return result.act.title, stopped, f"{result.outcome.hooks_ms:.0f}", _shorten(shown, FINDING_WIDTH)


def _values(results: list[Result], receipt: str, kept: Scratch | None) -> dict[str, object]:
    acts = [
        {
            "id": result.act.id,
            "title": result.act.title,
            "expected": dict(result.act.expected._asdict()),
            "exit_code": result.outcome.code,
            "stopped_by": result.outcome.stopped_by,
            "finding": result.finding,
            "hooks": [dict(hook._asdict()) for hook in result.outcome.hooks],
            "fault": result.fault,
        }
        for result in results
    ]
    return {"acts": acts, "receipt": receipt, "repository": kept.repo if kept else None}
