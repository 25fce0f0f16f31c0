"""The plugin: which of our functions runs at which moment of a build."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING, Final, Literal

from mkdocs.exceptions import PluginError
from mkdocs.plugins import BasePlugin, event_priority, get_plugin_logger
from mkdocs.structure.files import File, InclusionLevel

from openclaw_hooks.errors import OpenclawError
from openclaw_hooks.mission_control.build import forget, make_files
from openclaw_hooks.mission_control.export import front_matter
from openclaw_hooks.mission_control.facts import read_facts
from openclaw_hooks.mission_control.page_html import Address, page_html
from openclaw_hooks.mission_control.pages import PAGES, shown_pages
from openclaw_hooks.mission_control.place import SiteOptions, find_place
from openclaw_hooks.mission_control.trouble import describe_broken, find_broken
from openclaw_hooks.mkdocs_plugin.documents import find_document_urls
from openclaw_hooks.mkdocs_plugin.navigation import FOLDER, add_section, name_section, stub_path
from openclaw_hooks.mkdocs_plugin.offline import SHIM, bring_shim
from openclaw_hooks.mkdocs_plugin.options import PluginOptions
from openclaw_hooks.mkdocs_plugin.page_head import finish_page, unlist_pages
from openclaw_hooks.mkdocs_plugin.search_entries import add_entries, list_entries
from openclaw_hooks.mkdocs_plugin.watching import list_watched

if TYPE_CHECKING:
    from jinja2 import Environment
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.livereload import LiveReloadServer
    from mkdocs.structure.files import Files
    from mkdocs.structure.nav import Navigation
    from mkdocs.structure.pages import Page

    from openclaw_hooks.mission_control.facts import Facts
    from openclaw_hooks.mission_control.pages import Page as OurPage

log = get_plugin_logger("openclaw")

LIVE: Final = "yes"  # what the script looks for; the address follows from where the pages lie


class OpenclawPlugin(BasePlugin[PluginOptions]):
    """Adds Mission Control to a site; the site's own pages are not touched.

    `is_live` is set by whoever serves the site and tells its pages of changes.
    """

    def __init__(self) -> None:
        self.is_live = False
        self._is_served = False
        self._options = SiteOptions()
        self._pages: dict[str, OurPage] = {}
        self._contents: dict[str, str] = {}
        self._entries: list[dict[str, str]] = []

    @property
    def options(self) -> SiteOptions:
        """What the last build was asked to show."""
        return self._options

    def on_startup(self, *, command: Literal["build", "gh-deploy", "serve"], dirty: bool) -> None:
        """Remembers whether mkdocs serves; having this also keeps one plugin over all builds of a `mkdocs serve`."""
        self._is_served = command == "serve"

    @event_priority(50)  # before material's offline plugin, which asks for a script from elsewhere
    def on_config(self, config: MkDocsConfig) -> MkDocsConfig:
        """The configuration, with our own script in place of one that material would load from elsewhere."""
        bring_shim(config)
        return config

    def on_files(self, files: Files, *, config: MkDocsConfig) -> Files:
        """The files of the site, and ours: a stub for each page, and what lies beside them. Reads everything."""
        facts = self._read(files, config)
        self._options = facts.place.options
        shown = shown_pages(facts)
        self._pages = {stub_path(page.name): page for page in shown}
        if config.nav and self.config.nav:
            config.nav = add_section(config.nav, self.config.section, [(page.name, page.title) for page in shown])
        for path, page in self._pages.items():
            self._add(files, config, path, front_matter(page.title))
        for path, content in make_files(facts):
            self._add(files, config, f"{FOLDER}/{path}", content)
        if SHIM.path in config.extra.get("polyfills", ()):
            self._add(files, config, SHIM.path, SHIM.read())
        self._tell_broken(facts)
        self._contents = {path: self._make_content(page, facts, config) for path, page in self._pages.items()}
        board = files.get_file_from_path(stub_path("board"))
        self._entries = list(list_entries(facts, board.url)) if self.config.search and board else []
        forget()  # the other pages are made for seconds, and what was written is not needed for them
        return files

    def _add(self, files: Files, config: MkDocsConfig, path: str, content: bytes | str) -> None:
        """Adds a file of ours; what is no page is written where it belongs, so that it need not stay in memory."""
        if files.get_file_from_path(path) is not None:
            raise PluginError(f"openclaw: {path} is a file of this site; that folder is Mission Control's")
        inclusion = InclusionLevel.NOT_IN_NAV if config.nav else InclusionLevel.UNDEFINED
        if isinstance(content, str):
            files.append(File.generated(config, path, content=content, inclusion=inclusion))
            return
        target = os.path.join(config.site_dir, *path.split("/"))
        os.makedirs(os.path.dirname(target), exist_ok=True)
        with open(target, "wb") as stream:
            stream.write(content)
        files.append(File.generated(config, path, abs_src_path=target, inclusion=inclusion))

    def on_nav(self, nav: Navigation, *, config: MkDocsConfig, files: Files) -> Navigation:
        """The navigation; where mkdocs made it by itself, our section gets its name and its order."""
        if not config.nav:
            name_section(nav, self.config.section, list(self._pages))
        return nav

    def on_page_content(self, html: str, *, page: Page, config: MkDocsConfig, files: Files) -> str:
        """The content of our pages, which so never passes through Markdown; all others as they are."""
        content = self._contents.get(page.file.src_uri)
        if content is None:
            return html
        page.edit_url = None
        return content

    def on_env(self, env: Environment, *, config: MkDocsConfig, files: Files) -> Environment:
        """Hands our tasks to the site's search, once all pages are there."""
        add_entries(config.plugins, self._entries)
        self._entries = []
        return env

    def on_post_template(self, output_content: str, *, template_name: str, config: MkDocsConfig) -> str:
        """The sitemap without our pages where material would otherwise show them without loading them."""
        features = config.theme.get("features") or ()
        if template_name != "sitemap.xml" or not self.config.csp or "navigation.instant" not in features:
            return output_content
        return unlist_pages(output_content, FOLDER)

    @event_priority(-100)  # after who changes scripts in the page: they are let through by their hash
    def on_post_page(self, output: str, *, page: Page, config: MkDocsConfig) -> str:
        """Our pages with a policy for the browser; all others as they are."""
        content = self._contents.pop(page.file.src_uri, None)
        if content is None or not self.config.csp:
            return output
        return finish_page(output, content.strip(), is_served=self._is_served)

    def on_serve(self, server: LiveReloadServer, *, config: MkDocsConfig, builder: object) -> LiveReloadServer:
        """The server of mkdocs, which also looks at policy and board."""
        for folder in list_watched(self._find_root(config)):
            server.watch(folder)
        return server

    def _find_root(self, config: MkDocsConfig) -> str:
        base = os.path.dirname(os.path.abspath(config.config_file_path)) if config.config_file_path else os.getcwd()
        return os.path.join(base, self.config.repo)

    def _read(self, files: Files, config: MkDocsConfig) -> Facts:
        root = self._find_root(config)
        if not os.path.isdir(root):
            raise PluginError(f"openclaw: repo: there is no folder {root}")
        now = float(os.environ.get("SOURCE_DATE_EPOCH", "") or time.time())
        options = SiteOptions(
            self.config.title,
            self.config.sample,
            self.is_live,
            documents=find_document_urls(files, find_place(root, now).root),
            pages=self._wanted_pages(),
        )
        try:
            return read_facts(root, now, options)
        except OpenclawError as error:
            raise PluginError(f"openclaw: {error}") from error

    def _make_content(self, page: OurPage, facts: Facts, config: MkDocsConfig) -> str:
        is_folder = config.use_directory_urls
        root = "./" if page.name == "overview" or not is_folder else "../"
        address = Address(root, "/" if is_folder else ".html", LIVE if self.is_live else "")
        return page_html(page.name, facts, address)

    def _tell_broken(self, facts: Facts) -> None:
        """Warns of what cannot be read, and ends a strict build for it."""
        broken = [describe_broken(item) for item in find_broken(facts)]
        for line in broken:
            log.warning(line)
        if broken and self.config.strict:
            raise PluginError(f"openclaw: strict: {len(broken)} broken")

    def _wanted_pages(self) -> tuple[str, ...]:
        wanted = tuple(self.config.pages or ())
        unknown = sorted(set(wanted) - {page.name for page in PAGES})
        if unknown:
            raise PluginError(f"openclaw: no page {', '.join(unknown)}; there are {', '.join(p.name for p in PAGES)}")
        return wanted
