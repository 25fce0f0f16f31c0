"""Where the facts of a site come from, and what whoever builds it has asked for."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from openclaw_hooks.git import NotARepositoryError, open_repo

if TYPE_CHECKING:
    from collections.abc import Mapping

    from openclaw_hooks.git import Repo


class SiteOptions(NamedTuple):
    """What may be chosen: the title, the label of invented data, whether the pages are followed live.

    `documents`: repo path of a markdown file -> its address below the root of the site, as far as the site has them.
    `pages`: the names of those that are wanted, and nothing is published that only others show; empty means all.
    """

    title: str = ""
    sample: str = ""
    is_live: bool = False
    has_knowledge: bool = False
    documents: Mapping[str, str] = {}
    pages: tuple[str, ...] = ()

    def shows(self, page: str) -> bool:
        """Whether a page is wanted."""
        return not self.pages or page in self.pages


class Place(NamedTuple):
    """A folder, the repository around it (None: there is none), and the moment of reading in seconds since the epoch."""

    root: str
    repo: Repo | None
    now: float
    options: SiteOptions = SiteOptions()

    @property
    def state_dir(self) -> str:
        """Where caches are kept, empty without a repository."""
        return self.repo.state_dir if self.repo else ""


def find_place(root: str, now: float, options: SiteOptions | None = None) -> Place:
    """The place that `root` lies in; a folder outside any repository is one without."""
    full = os.path.abspath(root)
    try:
        repo = open_repo(full)
    except NotARepositoryError:
        return Place(full, None, now, options or SiteOptions())
    return Place(repo.top or full, repo, now, options or SiteOptions())
