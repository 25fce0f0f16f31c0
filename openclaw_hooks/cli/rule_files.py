"""Rule files as people name them: by path, whether or not they are installed, whether or not they are sound."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from openclaw_hooks.documents import DocumentError
from openclaw_hooks.rules.lint import CHECK_ID
from openclaw_hooks.rules.load import HARNESS, PROJECT_FOLDER, Source, read_harness_rule, read_rule, rule_files
from openclaw_hooks.rules.model import Origin
from openclaw_hooks.verdict import Finding, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from openclaw_hooks.rules.model import HarnessRule, Rule


def read_rule_file(path: str, shown: str) -> Rule | HarnessRule:
    """The rule in the file at `path`, a harness rule when its folder is called so; raises DocumentError."""
    is_harness = os.path.basename(os.path.dirname(os.path.abspath(path))) == HARNESS
    source = Source(path, shown, Origin.PROJECT)
    return read_harness_rule(source) if is_harness else read_rule(source)


def find_broken(root: str) -> Iterator[Finding]:
    """An error for each of the project's rule files that does not load: all of them, where loading stops at the first."""
    for path in rule_files(root):
        shown = os.path.relpath(path, root).replace(os.sep, "/")
        if not shown.startswith(f"{PROJECT_FOLDER}/"):
            continue
        try:
            read_rule_file(path, shown)
        except DocumentError as error:
            yield Finding(CHECK_ID, Severity.ERROR, shown, error.line, error.reason, error.hint)
