"""A site built by mkdocs in this process, from the user's mkdocs.yml or from our own."""

from __future__ import annotations

import logging
import os
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from openclaw_hooks.files import display_path
from openclaw_hooks.mkdocs_plugin.default_site import FOLDER, write_default
from openclaw_hooks.mkdocs_plugin.swapping import (
    SITE_MARK,
    BrokenSiteError,
    SiteError,
    replacing,
    require_apart,
    require_free,
)

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig

    from openclaw_hooks.mission_control.place import SiteOptions
    from openclaw_hooks.mkdocs_plugin.plugin import OpenclawPlugin

EXTRA: Final = "pip install 'openclaw-hooks[site]'"
PACKAGES: Final = ("mkdocs", "material", "markdown_it", "nh3")
NAMES: Final = ("mkdocs.yml", "mkdocs.yaml")
HOME: Final = (
    '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<title>Mission Control</title>\n'
    '<meta http-equiv="refresh" content="0; url={page}">\n<link rel="canonical" href="{page}">\n</head>\n'
    '<body><a href="{page}">Mission Control</a></body>\n</html>\n'
)


class Wish(NamedTuple):
    """What is to be built: the repository's top folder, where to (empty: as configured), and how."""

    top: str
    out: str = ""
    is_strict: bool = False
    is_live: bool = False


class Built(NamedTuple):
    """A finished site: its folder, the mkdocs.yml it came from (empty: ours), what was complained of, what it was asked to show."""

    folder: str
    config: str
    seconds: float
    warnings: tuple[str, ...]
    options: SiteOptions
    documents: str


def require_extra() -> None:
    """Raises SiteError when packages of the extra are missing; imports none."""
    require_packages(*PACKAGES)


def require_packages(*names: str) -> None:
    """Raises SiteError when one of these modules is missing; imports none."""
    from importlib.util import find_spec

    if any(find_spec(name) is None for name in names):
        raise SiteError("the site needs packages that are not installed", EXTRA)


def build_site(wish: Wish) -> Built:
    """Builds the site and puts it in its place as a whole; raises SiteError, and then what was there stays."""
    require_extra()
    os.environ.setdefault("NO_MKDOCS_2_WARNING", "1")  # material's banner about a version that we do not allow
    start = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="openclaw-site-") as scratch, _Complaints() as complaints:
        config, path = _configure(wish, Path(scratch), complaints)
        out = os.path.abspath(wish.out or config.site_dir)
        if not wish.is_live:
            require_apart(out, wish.top)
        if not wish.is_live and (wish.out or not path):
            require_free(out, SITE_MARK)
        with replacing(out) as config.site_dir:
            plugin = _run(config, wish, complaints)
            _write_home(config.site_dir, is_hidden=not (path or wish.out))
    documents = config.docs_dir if path else ""
    return Built(out, path, time.monotonic() - start, tuple(complaints.lines), plugin.options, documents)


def _configure(wish: Wish, scratch: Path, complaints: _Complaints) -> tuple[MkDocsConfig, str]:
    """The configuration, and the path of the user's file when it is from there."""
    named = next((path for name in NAMES if os.path.isfile(path := os.path.join(wish.top, name))), "")
    if named:
        config = _load(named, wish, complaints)
        if "openclaw" in config.plugins:
            return config, named
        complaints.lines.append(
            f"{os.path.basename(named)} does not name our plugin: this is Mission Control alone"
            " (to have it beside your pages, add `- openclaw` below `plugins:`)"
        )
    name = os.path.basename(wish.top) or "repository"
    config = _load(write_default(scratch, wish.top, name), wish, complaints)
    config.site_dir = os.path.join(wish.top, FOLDER)
    return config, ""


def _load(path: str, wish: Wish, complaints: _Complaints) -> MkDocsConfig:
    from mkdocs.config import load_config
    from mkdocs.exceptions import MkDocsException

    settings: dict[str, Any] = {"strict": True} if wish.is_strict else {}
    try:
        return load_config(path, **settings)
    except MkDocsException as error:
        raise SiteError(_tell_bad_config(os.path.basename(path), error, complaints)) from error


def _tell_bad_config(name: str, error: Exception, complaints: _Complaints) -> str:
    """One line: the file, its line where that is known, and what is wrong."""
    mark = getattr(error.__context__, "problem_mark", None)  # what is no YAML
    if mark is not None:
        return f"{name}:{mark.line + 1}: {getattr(error.__context__, 'problem', 'not valid YAML')}"
    said = complaints.take_errors() or complaints.lines
    return f"{name}: {'; '.join(said) or ' '.join(str(error).split())}"


def _run(config: MkDocsConfig, wish: Wish, complaints: _Complaints) -> OpenclawPlugin:
    from jinja2 import TemplateSyntaxError
    from mkdocs.commands.build import build
    from mkdocs.exceptions import MkDocsException

    plugin: Any = config.plugins["openclaw"]
    plugin.is_live = wish.is_live
    config.plugins.on_startup(command="build", dirty=False)
    try:
        build(config)
    except MkDocsException as error:  # Abort, among them, ends the process where nobody catches it
        errors = complaints.take_errors()
        said = errors or complaints.lines
        kind = SiteError if errors or not config.strict else BrokenSiteError
        raise kind(f"the site was not built: {str(error).rstrip('!')}", "\n".join(said)) from error
    except TemplateSyntaxError as error:
        raise SiteError(
            f"{display_path(error.filename or error.name or '')}:{error.lineno}: {error.message}"
        ) from error
    finally:
        config.plugins.on_shutdown()
    found: OpenclawPlugin = plugin
    return found


def _write_home(folder: str, *, is_hidden: bool) -> None:
    """The way from the root of the site to Mission Control, where the site has no page there."""
    home = os.path.join(folder, "index.html")
    pages = ("openclaw/index.html", "openclaw/board.html", "openclaw/board/index.html")
    page = next((page for page in pages if os.path.isfile(os.path.join(folder, page))), "")
    if page and not os.path.exists(home):
        with open(home, "w", encoding="utf-8") as stream:
            stream.write(HOME.format(page=page))
    if is_hidden:  # the folder that we chose is none of git's business, whatever it lies in
        with open(os.path.join(folder, ".gitignore"), "w", encoding="utf-8") as stream:
            stream.write("*\n")


class _Complaints(logging.Handler):
    """What mkdocs warns of, as lines; nothing of it goes to the terminal by itself."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.lines: list[str] = []
        self._errors: list[str] = []
        self._logger = logging.getLogger("mkdocs")

    def __enter__(self) -> _Complaints:
        self._was = self._logger.propagate
        self._logger.propagate = False
        self._logger.addHandler(self)
        return self

    def __exit__(self, *_: object) -> None:
        self._logger.removeHandler(self)
        self._logger.propagate = self._was

    def emit(self, record: logging.LogRecord) -> None:
        """Keeps the line."""
        line = " ".join(record.getMessage().split())
        (self._errors if record.levelno >= logging.ERROR else self.lines).append(line)

    def take_errors(self) -> list[str]:
        """The errors so far."""
        return self._errors
