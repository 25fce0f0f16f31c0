"""What the secrets check finds in a labelled corpus: `python -m benchmarks.secrets --corpus FILE.jsonl[.gz]`.

Each row has `text`, `path`, `label` (`secret` or `benign`), and may have `gate` (false: shown, but not scored),
`split`, `family` and `source`. No corpus is in this repository: labelled corpora hold real leaked secrets.
"""

from __future__ import annotations

import argparse
import gzip
import json
import time
from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from openclaw_hooks.secrets.scan import scan_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence


class Row(NamedTuple):
    """One labelled sample, and whether the scanner found anything in it."""

    text: str
    path: str
    is_secret: bool
    is_scored: bool
    split: str
    family: str
    source: str
    is_found: bool = False


class Score(NamedTuple):
    """Counts over scored rows."""

    found: int
    secrets: int
    flagged: int
    benign: int

    @property
    def recall(self) -> float:
        """The share of the secrets that was found; 0 when there are none."""
        return self.found / self.secrets if self.secrets else 0.0

    @property
    def precision(self) -> float:
        """The share of secrets among what was found; 0 when nothing was."""
        total = self.found + self.flagged
        return self.found / total if total else 0.0


def read_corpus(path: str) -> list[Row]:
    """The rows of a JSON Lines file, plain or gzipped."""
    opener = gzip.open if path.endswith(".gz") else open
    with opener(path, "rt", encoding="utf-8") as stream:
        return [_read_row(json.loads(line)) for line in stream if line.strip()]


def _read_row(fields: dict[str, object]) -> Row:
    return Row(
        text=str(fields["text"]),
        path=str(fields["path"]),
        is_secret=fields["label"] == "secret",
        is_scored=bool(fields.get("gate", True)),
        split=str(fields.get("split", "")),
        family=str(fields.get("family", "")),
        source=str(fields.get("source", "")),
    )


def scan_rows(rows: Iterable[Row], scan: Callable[[str, str], Sequence[object]]) -> list[Row]:
    """The rows with `is_found` set by `scan(text, path)`."""
    return [row._replace(is_found=bool(scan(row.text, row.path))) for row in rows]


def score_rows(rows: Iterable[Row]) -> Score:
    """The counts over the rows that are scored."""
    scored = [row for row in rows if row.is_scored]
    secrets = [row for row in scored if row.is_secret]
    benign = [row for row in scored if not row.is_secret]
    return Score(sum(row.is_found for row in secrets), len(secrets), sum(row.is_found for row in benign), len(benign))


def main() -> int:
    """Scan, print, and give 1 when a wanted mark is missed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.secrets", description=__doc__.partition("\n")[0])
    parser.add_argument("--corpus", required=True, metavar="FILE")
    parser.add_argument("--split", default="", help="only rows of this split")
    parser.add_argument("--deep", action="store_true", help="the slower pass as well")
    parser.add_argument("--misses", action="store_true", help="list what was missed or wrongly flagged")
    parser.add_argument("--min-recall", type=float, default=0.0)
    parser.add_argument("--min-precision", type=float, default=0.0)
    options = parser.parse_args()
    rows = [row for row in read_corpus(options.corpus) if not options.split or row.split == options.split]
    start = time.process_time()
    rows = scan_rows(rows, scan_deeply if options.deep else scan_text)
    spent = time.process_time() - start
    score = score_rows(rows)
    print_score(rows, score, spent)
    if options.misses:
        print_misses(rows)
    return 0 if score.recall >= options.min_recall and score.precision >= options.min_precision else 1


def scan_deeply(text: str, path: str) -> list[object]:
    """What both passes find."""
    from openclaw_hooks.secrets.deep import deep_scan

    return [*scan_text(text, path), *deep_scan(text, path)]


def print_score(rows: Sequence[Row], score: Score, spent: float) -> None:
    """Print totals, then recall by family and by source."""
    print(f"| | |\n|---|---:|\n| rows | {len(rows):,} in {spent:.1f} s of CPU |")
    print(f"| recall | {score.recall:.1%} ({score.found} of {score.secrets}) |")
    print(f"| precision | {score.precision:.1%} ({score.found} of {score.found + score.flagged}) |")
    share = score.flagged / score.benign if score.benign else 0.0
    print(f"| benign flagged | {share:.2%} ({score.flagged} of {score.benign}) |")
    for title in ("family", "source"):
        groups: dict[str, list[Row]] = defaultdict(list)
        for row in rows:
            groups[str(getattr(row, title))].append(row)
        for name, members in sorted(groups.items()):
            part = score_rows(members)
            if name and part.secrets:
                print(f"| recall, {title} {name} | {part.recall:.1%} ({part.found} of {part.secrets}) |")


def print_misses(rows: Iterable[Row]) -> None:
    """List scored rows that came out wrong, each cut to one line."""
    for row in rows:
        if row.is_scored and row.is_secret != row.is_found:
            print(f"{'MISSED' if row.is_secret else 'FLAGGED'} {row.source} {row.family} {row.text[:140]!r}")


if __name__ == "__main__":
    raise SystemExit(main())
