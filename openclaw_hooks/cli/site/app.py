"""`openclaw site`: its verbs in a table, each loaded only when it is called."""

from __future__ import annotations

from openclaw_hooks.cli.lazy import LazyCommand, make_app

COMMANDS = {
    "build": LazyCommand("site.build", "build", "Build the site into a folder."),
    "serve": LazyCommand("site.serve", "serve", "Serve the site to this machine; its pages follow every change."),
    "export": LazyCommand("site.export", "export", "Write the pages into the documents of another site generator."),
}

app = make_app(
    COMMANDS,
    "Mission Control: board, plans, rules and everything else here as a site.\n\nExample: openclaw site serve --open",
)
