"""Which address each document of the repository has in the site."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mkdocs.structure.files import Files


def find_document_urls(files: Files, top: str) -> dict[str, str]:
    """The addresses, seen from the site's root, of the pages whose source lies below `top`, by their path there."""
    urls = {}
    for file in files.documentation_pages():
        source = file.abs_src_path
        if source is None or file.inclusion.is_excluded():
            continue
        path = os.path.relpath(os.path.realpath(source), os.path.realpath(top))
        if not path.startswith(os.pardir):
            urls[path.replace(os.sep, "/")] = file.url
    return urls
