"""Regular expressions that users write: validated with a position, and run under a time guarantee.

The standard `re` backtracks, so a pattern such as `(a+)+$` can take years on thirty characters. Inside `time_guard` one
interval timer ticks while any number of searches run, and whoever exceeds a budget gets PatternTimeout with the name
of the pattern:

| budget | for | CPU seconds |
|---|---|---|
| SEARCH_BUDGET_S | one pattern on one text | 0.05 |
| PATTERN_BUDGET_S | one pattern on all texts of a guard | 2 |

`guard_texts` adds SECONDS_PER_CHAR of the texts to both, so that an honest pattern gets through a file of 50 MB.

CPU time of this thread and not wall time, so that a machine busy with other work never turns a good pattern into an error.

Off the main thread and on Windows there is no such timer, and a helper thread is none either, because `re` holds the
interpreter lock. There a pattern that `find_nested_repeat` calls exponential is refused instead.
"""

from openclaw_hooks.regexes.backtracking import find_nested_repeat
from openclaw_hooks.regexes.guard import PatternTimeout, can_interrupt, guard_texts, time_guard
from openclaw_hooks.regexes.patterns import LineMatch, PatternError, compile_pattern, search_lines, search_text

__all__ = [
    "LineMatch",
    "PatternError",
    "PatternTimeout",
    "can_interrupt",
    "compile_pattern",
    "find_nested_repeat",
    "guard_texts",
    "search_lines",
    "search_text",
    "time_guard",
]
