"""`mesh up`: the server of a repository, started or found running."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from openclaw_hooks.cli.mesh.place import Json, open_own_mesh
from openclaw_hooks.cli.output import print_json

if TYPE_CHECKING:
    from openclaw_hooks.mesh.config import ServerSettings
    from openclaw_hooks.mesh.place import Place


def up(
    listen: Annotated[
        str, typer.Option(metavar="HOST[:PORT]", help="Listen here from now on; 127.0.0.1 and a free port at first.")
    ] = "",
    tls_cert: Annotated[
        str | None, typer.Option(metavar="FILE", help="Encrypt, with this certificate; an empty one turns it off.")
    ] = None,
    tls_key: Annotated[str, typer.Option(metavar="FILE", help="The key of the certificate.")] = "",
    tls_authority: Annotated[
        str, typer.Option(metavar="FILE", help="Who signed the certificate, where systems do not know it.")
    ] = "",
    as_json: Json = False,
) -> None:
    """Start the server of this repository, or find it running; it runs on until `openclaw mesh down`.

    Where it listens is remembered. What it keeps lies in the git folder, for its owner alone.

    Example: openclaw mesh up
    """
    from openclaw_hooks.mesh.config import make_url, read_settings
    from openclaw_hooks.mesh.lead import bring_up
    from openclaw_hooks.mesh.program import show_version

    place, actor = open_own_mesh()
    started = bring_up(place, actor.name, choose_settings(place, listen, tls_cert, tls_key, tls_authority))
    settings = read_settings(place)
    url, pid = make_url(settings), started.running.process.pid
    if not settings.is_loopback and not settings.tls_certificate:
        print("openclaw: what nodes say is not encrypted: add --tls-cert, or use a private network", file=sys.stderr)
    if as_json:
        print_json("mesh-up", {"url": url, "pid": pid, "was_up": started.is_adopted, "node": actor.name})
        return
    already = " already" if started.is_adopted else ""
    typer.echo(f"the mesh is up{already}: {url}, nats-server {show_version(settings.version)}, process {pid}")


def choose_settings(
    place: Place, listen: str, certificate: str | None, key: str, authority: str
) -> ServerSettings | None:
    """Where the server is to listen, as far as options say; None when they say nothing. Raises MeshError."""
    from msgspec.structs import replace

    from openclaw_hooks.mesh.config import parse_listen, read_settings
    from openclaw_hooks.mesh.place import MeshError

    if not listen and certificate is None and not key and not authority:
        return None
    settings = read_settings(place)
    host, port = parse_listen(listen) if listen else (settings.host, settings.port)
    settings = replace(settings, host=host, port=port)
    if certificate is None and not key and not authority:
        return settings
    if bool(certificate) != bool(key) or (authority and not certificate):
        raise MeshError("a certificate and its key belong together", "--tls-cert FILE --tls-key FILE")
    files = [os.path.abspath(path) if path else "" for path in (certificate or "", key, authority)]
    for path in files:
        if path and not os.access(path, os.R_OK):
            raise MeshError(f"{path} cannot be read")
    return replace(settings, tls_certificate=files[0], tls_key=files[1], tls_authority=files[2])
