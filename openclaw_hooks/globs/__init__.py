r"""Which paths a glob names: gitignore-like patterns with braces, decided in linear time.

Paths are what git prints: relative to the repo, `/` between names and not at the ends, no `./`, not empty; any other
character may occur. Letter case counts, and names that start with a dot are names like any other.

| pattern | matches |
|---|---|
| `*` `?` `[ab]` `[!a-z]` `[^a]` `\x` | part of one name, never a `/`; `\x` is the character x itself |
| `**` | as a whole segment any folders, at the end everything below; inside a name it is `*` |
| `{a,b}` | either; may be nested, hold any pattern, leave a side empty; `{a}` without a comma is plain text |
| `docs` | no inner slash: at any depth. The last name holds no wildcard, so everything below it too |
| `src/api` `/docs` `./docs` | an inner or leading slash ties the pattern to the top of the repo |
| `docs/` | everything inside the folder |
| `!docs/old` | takes back what patterns before it matched |

A brace pattern means exactly the list of its expansions. In a list the last pattern that matches decides, and nothing
matches before the first one: a list of only `!` patterns matches nothing.

Three differences from gitignore, each because a scope must not say more than it shows: a last name with a wildcard names
files only (`src/*` is not `src/a/b`; write `src/**`), `!` may re-include below an excluded folder, and a pattern
that cannot be read is a `GlobError` instead of a pattern that never matches.

The method: a pattern becomes a small automaton held in the bits of one integer (`build.py`, `automaton.py`), the
automata of all lists run side by side (`matching.py`), and what two patterns share is searched in their product
(`overlap.py`).
There is no backtracking, so no pattern and no path can make a hook hang.
"""

from openclaw_hooks.globs.matching import GlobIndex, GlobList, compile_globs, refuse_negations_only, validate_glob
from openclaw_hooks.globs.overlap import globs_overlap, scope_is_within, scope_overlaps
from openclaw_hooks.globs.parse import GlobError, is_literal

__all__ = [
    "GlobError",
    "GlobIndex",
    "GlobList",
    "compile_globs",
    "globs_overlap",
    "is_literal",
    "refuse_negations_only",
    "scope_is_within",
    "scope_overlaps",
    "validate_glob",
]
