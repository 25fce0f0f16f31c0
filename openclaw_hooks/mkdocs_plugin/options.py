"""What `plugins: [openclaw: ...]` in a mkdocs.yml may say."""

from __future__ import annotations

from mkdocs.config import base
from mkdocs.config import config_options as kinds


class PluginOptions(base.Config):
    """The options; all have a default."""

    repo = kinds.Type(str, default="")  # the repository, seen from mkdocs.yml; empty: the one mkdocs.yml lies in
    title = kinds.Type(str, default="")  # over the pages; empty: the name of the repository
    sample = kinds.Type(str, default="")  # a label for data that is invented
    pages = kinds.Optional(kinds.ListOfItems(kinds.Type(str)))  # only these pages
    nav = kinds.Type(bool, default=True)  # whether a section is added to a `nav` that names none of our pages
    section = kinds.Type(str, default="Mission Control")  # how the section is called
    search = kinds.Type(bool, default=True)  # whether tasks and plans can be found by the site's own search
    csp = kinds.Type(bool, default=True)  # whether our pages forbid what they do not need
    strict = kinds.Type(bool, default=False)  # whether a broken task, plan or rule ends the build
