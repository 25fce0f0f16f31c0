"""`openclaw sync`: the sidecar that keeps this repository's board in step with its mesh."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Annotated

import typer

from openclaw_hooks.cli.mesh.place import Json  # noqa: TC001  # Typer reads it
from openclaw_hooks.cli.output import print_json
from openclaw_hooks.errors import OpenclawError

if TYPE_CHECKING:
    from openclaw_hooks.git import Repo
    from openclaw_hooks.mesh.place import Place
    from openclaw_hooks.mesh.sidecar.run import Outcome
    from openclaw_hooks.mesh.sidecar.unit import Unit


def sync(
    once: Annotated[bool, typer.Option("--once", help="Bring both sides in step and end, as for cron and CI.")] = False,
    join: Annotated[str, typer.Option(metavar="FILE", help="Join a mesh first, with the file of `mesh invite`.")] = "",
    leave: Annotated[bool, typer.Option("--leave", help="Belong to the mesh that was joined no more.")] = False,
    stop: Annotated[bool, typer.Option("--stop", help="End the sidecar that runs here.")] = False,
    install: Annotated[
        bool, typer.Option("--install-service", help="Write a service of this user that runs the sidecar.")
    ] = False,
    remove: Annotated[bool, typer.Option("--remove-service", help="Remove that service's file.")] = False,
    as_json: Json = False,
) -> None:
    """Keep this repository's board in step with its mesh, until interrupted.

    Without a mesh it starts one: this node leads, and the server runs as long as the sidecar.

    Example: openclaw sync --join laptop.join
    """
    from openclaw_hooks.git import open_repo
    from openclaw_hooks.mesh.extra import require_extra
    from openclaw_hooks.mesh.place import find_place

    if sum((once, leave, stop, install, remove)) > 1 or (join and (leave or stop or remove)):
        raise OpenclawError("these options exclude each other", "see `openclaw sync --help`")
    repo = open_repo()
    place = find_place(repo)
    if not (leave or stop or remove):
        require_extra()
    if join:
        _join(place, repo, join)
    if leave:
        _leave(place, repo, as_json=as_json)
    elif stop:
        _stop(place, as_json=as_json)
    elif install or remove:
        _change_service(repo, is_wanted=install, as_json=as_json)
    else:
        _run(repo, once=once, as_json=as_json)


def _join(place: Place, repo: Repo, path: str) -> None:
    import sys

    from openclaw_hooks.mesh.sidecar.joining import join_mesh

    membership = join_mesh(place, repo.state_dir, os.path.abspath(path))
    told = f"joined the mesh {membership.server} as `{membership.node}` ({membership.role}); {path} can be deleted now"
    print(f"openclaw: {told}", file=sys.stderr)


def _leave(place: Place, repo: Repo, *, as_json: bool) -> None:
    from openclaw_hooks.board.membership import read_membership
    from openclaw_hooks.mesh.sidecar.joining import leave_mesh
    from openclaw_hooks.mesh.sidecar.stopping import stop_sidecar

    joined = read_membership(repo.state_dir)
    if joined is not None and not joined.lead:
        stop_sidecar(place)
    left = leave_mesh(place, repo.state_dir)
    if as_json:
        print_json("sync-leave", {"node": left.node if left else "", "server": left.server if left else ""})
    elif left:
        typer.echo(f"this repository is `{left.node}` of the mesh {left.server} no more; its board stays as it is")
    else:
        typer.echo("this repository has joined no mesh")


def _stop(place: Place, *, as_json: bool) -> None:
    from openclaw_hooks.mesh.sidecar.stopping import stop_sidecar

    stopped = stop_sidecar(place)
    if as_json:
        print_json("sync-stop", {"pid": stopped or None})
        return
    typer.echo(f"stopped process {stopped}" if stopped else "no sidecar runs here")


def _change_service(repo: Repo, *, is_wanted: bool, as_json: bool) -> None:
    from openclaw_hooks.mesh.sidecar.unit import install_unit, make_unit, remove_unit

    unit = make_unit(repo.top or repo.git_dir, os.environ)
    changed = install_unit(unit) if is_wanted else remove_unit(unit)
    if as_json:
        fields = {"path": unit.path, "text": unit.text, "changed": changed}
        print_json("sync-service", {**fields, "enable": unit.enable, "disable": unit.disable})
        return
    _tell_service(unit, is_wanted=is_wanted, changed=changed)


def _tell_service(unit: Unit, *, is_wanted: bool, changed: bool) -> None:
    if is_wanted:
        typer.echo(f"{unit.path}{'' if changed else ' (was so already)'}\n\n{unit.text}")
        typer.echo(f"to start it now and with each login: {unit.enable}")
    elif changed:
        typer.echo(f"removed {unit.path}\nif it was started: {unit.disable}")
    else:
        typer.echo("there is no such service")


def _run(repo: Repo, *, once: bool, as_json: bool) -> None:
    import asyncio

    outcome = asyncio.run(_keep_in_step(repo, once=once))
    if as_json:
        print_json("sync", outcome.status)
    elif once:
        typer.echo(outcome.summary)
    if outcome.code:
        raise typer.Exit(outcome.code)


async def _keep_in_step(repo: Repo, *, once: bool) -> Outcome:
    from openclaw_hooks.cli.knowledge.offer import KnowledgeOffer
    from openclaw_hooks.mesh.sidecar.run import run_sidecar

    async with KnowledgeOffer(repo.top) as offer:
        return await run_sidecar(repo, is_once=once, find_tools=offer.find if repo.top and not once else None)
