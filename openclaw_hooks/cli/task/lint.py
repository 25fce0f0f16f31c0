"""`task lint`: whether the board holds together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from openclaw_hooks.cli.check import Format, print_verdict
from openclaw_hooks.errors import EXIT_FINDINGS
from openclaw_hooks.verdict import Finding, Severity, fold_findings

if TYPE_CHECKING:
    from openclaw_hooks.board.place import Board
    from openclaw_hooks.board.snapshot import Snapshot


def lint(format_: Annotated[Format, typer.Option("--format", help="How to print.")] = Format.TEXT) -> None:
    """Find what does not hold together on the board: broken files, cycles, unknown roles, claims without lease.

    Exit code 1 when anything is an error.

    Example: openclaw task lint
    """
    from openclaw_hooks.board.opening import open_board
    from openclaw_hooks.board.store import read_board
    from openclaw_hooks.board.upkeep.lint import CHECK, lint_board
    from openclaw_hooks.board.upkeep.lint_facts import gather_facts
    from openclaw_hooks.roles.load import load_roles

    board = open_board()
    snapshot = read_board(board)
    facts = gather_facts(board, [role.id for role in load_roles(board.repo.top or None)])
    found = lint_board(snapshot, facts)
    verdict = fold_findings([*found, *lint_plans(snapshot, found, board)], (CHECK,))
    print_verdict(verdict, format_)
    if verdict.blocks:
        raise typer.Exit(EXIT_FINDINGS)


def lint_plans(snapshot: Snapshot, found: list[Finding], board: Board) -> list[Finding]:
    """An error for each plan that cannot be read and that `found` does not name yet."""
    from openclaw_hooks.board.upkeep.lint import CHECK
    from openclaw_hooks.plans.store import parse_plans

    named = {finding.path for finding in found}
    _, broken = parse_plans(snapshot.plans)
    return [
        Finding(CHECK, Severity.ERROR, error.path, error.line, error.reason, error.hint)
        for error in broken
        if error.path not in named
    ]
