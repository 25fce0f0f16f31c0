"""`site serve`: the site on this machine, in step with the repository."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from openclaw_hooks.checks.report import one_line
from openclaw_hooks.cli.site.build import find_top, show_warnings
from openclaw_hooks.errors import OpenclawError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from http.server import ThreadingHTTPServer

    from openclaw_hooks.mission_control.live.updates import LiveData
    from openclaw_hooks.mission_control.live.watching import Watch
    from openclaw_hooks.mkdocs_plugin.background import Outcome

DEFAULT_PORT = 8620
END_S = 10.0


def serve(
    open_it: Annotated[bool, typer.Option("--open", help="Open it in the browser.")] = False,
    port: Annotated[int, typer.Option(min=0, max=65535, help="Where to listen; 0 takes a free port.")] = DEFAULT_PORT,
) -> None:
    """Serve Mission Control to this machine alone, until interrupted.

    The pages follow: what is written to the board by a command, an editor or the sidecar is on the page at once, with
    filters and scroll kept. Changed documents are built anew in the background.

    Example: openclaw site serve --open
    """
    from openclaw_hooks.mkdocs_plugin.background import build_apart
    from openclaw_hooks.mkdocs_plugin.building import require_extra

    require_extra()
    top = find_top()
    with _live_folder(top) as folder:
        outcome = build_apart(top, folder)
        show_warnings(outcome.warnings)
        _serve(top, folder, outcome, port, open_it=open_it)


def _serve(top: str, folder: str, outcome: Outcome, port: int, *, open_it: bool) -> None:
    from openclaw_hooks.mission_control.live.asking import Asker
    from openclaw_hooks.mission_control.live.server import Served, open_server, serve_until
    from openclaw_hooks.mission_control.live.updates import LiveData
    from openclaw_hooks.mission_control.place import SiteOptions

    options = SiteOptions(outcome.title, outcome.sample, is_live=True, documents=outcome.documents, pages=outcome.shown)
    live = LiveData(top, os.path.join(folder, "openclaw"), options)
    stop = threading.Event()
    asker = Asker(top, say)
    server = open_server(Served(folder, live, asker, stop), port)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    follower = threading.Thread(target=_follow, args=(top, folder, live, outcome.pages, stop), daemon=True)
    follower.start()
    try:
        serve_until(server, stop, lambda: _say_where(server, open_it=open_it))
    finally:
        asker.close()
        follower.join(END_S)  # what it writes must not come after the folder is gone


def _say_where(server: ThreadingHTTPServer, *, open_it: bool) -> None:
    address = f"http://127.0.0.1:{server.server_address[1]}/openclaw/"
    typer.echo(f"serving {address}  (ends with Ctrl-C)")
    sys.stdout.flush()
    if open_it:
        import webbrowser

        webbrowser.open(address)


def _follow(top: str, folder: str, live: LiveData, pages: tuple[str, ...], stop: threading.Event) -> None:
    """Brings the data in step with every change; a step that fails is told, and the next change is another attempt."""
    from openclaw_hooks.mission_control.live.updates import FAST, RUN_PARTS, RUN_ROWS
    from openclaw_hooks.mission_control.live.watching import BOARD, PAGES, RUNS, Watch, find_watched

    builder = _Builder(top, folder, live)
    watch = Watch(find_watched(top, pages), stop)
    owed = False  # whether something waits until the board is quiet
    while not stop.is_set():
        groups = watch.look()
        try:
            if BOARD in groups:
                live.follow(FAST)
            elif (
                RUNS in groups
            ):  # each step of an agent's run; what else shows runs waits until the board tells how it ended
                live.follow(RUN_PARTS, RUN_ROWS)
            elif owed and not groups:
                owed = not _settle(live, watch, stop)
        except Exception as error:  # the loop outlives whatever state a file is in at one moment
            owed = False
            say(str(error) if isinstance(error, OpenclawError) else f"not shown yet: {error!r}")
        owed = owed or bool(groups - {PAGES, RUNS})
        if PAGES in groups:
            builder.want()
        watch.wait()


def _settle(live: LiveData, watch: Watch, stop: threading.Event) -> bool:
    """Whether all that can wait was brought in step; a task that is written meanwhile comes first."""
    from openclaw_hooks.mission_control.live.updates import SLOW

    return all(not (stop.is_set() or watch.is_board_new()) for _ in live.settle(SLOW))


class _Builder:
    """Builds the other pages anew, one build at a time; what changes meanwhile makes one more."""

    def __init__(self, top: str, folder: str, live: LiveData) -> None:
        self._top, self._folder, self._live = top, folder, live
        self._wanted = threading.Event()
        threading.Thread(target=self._run, name="builder", daemon=True).start()

    def want(self) -> None:
        """A change that asks for a build."""
        self._wanted.set()

    def _run(self) -> None:
        from openclaw_hooks.mkdocs_plugin.background import build_apart

        while self._wanted.wait():
            self._wanted.clear()
            begun = time.monotonic()
            try:
                outcome = build_apart(self._top, self._folder)
                self._live.restart()
            except OpenclawError as error:
                say(f"the site stays as it was: {error}")
                continue
            show_warnings(outcome.warnings)
            say(f"built anew in {time.monotonic() - begun:.1f} s")


@contextmanager
def _live_folder(top: str) -> Iterator[str]:
    """The folder that is served: beside git's own files, or a passing one where there is no repository."""
    import shutil
    import tempfile

    from openclaw_hooks.checkout import find_checkout
    from openclaw_hooks.mkdocs_plugin.swapping import clear_left, sibling_of

    found = find_checkout(top)
    if found is None:
        with tempfile.TemporaryDirectory(prefix="openclaw-site-") as parent:
            yield os.path.join(parent, "site")
        return
    base = os.path.join(found.state_dir, "site")
    clear_left(base, "live")
    folder = sibling_of(base, "live")
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def say(text: str) -> None:
    """A line for whoever watches."""
    print(f"openclaw: {one_line(text)}", file=sys.stderr, flush=True)
