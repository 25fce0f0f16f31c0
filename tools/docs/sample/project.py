"""The code and the policy of the invented project, and the commits on its main branch."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tools.docs.sample.cast import AGENTS, PEOPLE
from tools.docs.sample.desk import DAY
from tools.docs.sample.documents import DOCUMENTS
from tools.docs.sample.stream import Edit

if TYPE_CHECKING:
    import random
    from collections.abc import Iterator, Mapping

CODE: Final = {
    "services/timetable/__init__.py": '"""Which crossings there are."""\n',
    "services/timetable/tides.py": '''"""Heights of the water, for each quarter of an hour."""

MARGIN_CM = 40


def is_open(height_cm: int, draught_cm: int) -> bool:
    """Whether a ferry of that draught may cross."""
    return height_cm >= draught_cm + MARGIN_CM
''',
    "services/booking/seats.py": '"""Seats that are held."""\n\nHOLD_MINUTES = 8\n',
    "services/payments/refunds.py": '"""Money that goes back the way it came."""\n\n\ndef share(days: int, used: int) -> float:\n'
    '    """What of a season pass is given back."""\n    return max(days - used, 0) / days\n',
    "services/schema.sql": "CREATE TABLE crossing (id INTEGER PRIMARY KEY, departs TEXT NOT NULL, reason TEXT);\n",
    "web/src/label.ts": "export const label = (closed: boolean, reason: string) => (closed ? `closed: ${reason}` : 'open');\n",
    "web/src/Timetable.tsx": "export function Timetable() {\n  return <h1>Timetable</h1>;\n}\n",
    "web/src/page.css": ":root { --quay: #1f6f78; }\n",
    "web/package.json": '{"name": "saltmarsh-web", "private": true, "devDependencies": {"react": "19", "typescript": "5"}}\n',
    "web/tsconfig.json": '{"compilerOptions": {"strict": true}}\n',
    "mobile/src/ticket.ts": "export const keptForHours = 24;\n",
    "deploy/backup.yaml": 'schedule: "15 2 * * *"\nkeep_days: 30\n',
    "deploy/check.go": "package deploy\n\n// Ready says whether the service answers.\nfunc Ready() bool { return true }\n",
    "tests/test_tides.py": "from services.timetable.tides import is_open\n\n\ndef test_closed_below_margin() -> None:\n"
    "    assert not is_open(100, 80)\n",
    "Makefile": "test:\n\tpython -m pytest -q\n",
    "pyproject.toml": '[project]\nname = "saltmarsh"\nversion = "2.4.0"\n',
}
POLICY: Final = {
    ".openclaw/config.yaml": "format: 1\ncommit_message:\n  scopes: [timetable, booking, payments, web, mobile, deploy, docs]\n",
    ".openclaw/rules/tides.md": """\
---
id: tides
version: 1.2.0
tier: project
paths: ["services/timetable/**", "tests/tides/**"]
priority: 80
tags: [timetable]
checks:
  - type: forbid
    id: local-time
    in: ["services/**/*.py"]
    pattern: '\\bdatetime\\.now\\(\\s?\\)'
    message: the time of this machine is not that of the quay
    hint: use `quay_now()`
---
# Tides

- Heights are whole centimetres above chart datum; never feet, never floats.
- Times are those of the quay. See [timetable](../../docs/timetable.md).
- A test names its day; *today* is no day.
""",
    ".openclaw/rules/money.md": """\
---
id: money
version: 1.0.0
tier: project
paths: ["services/payments/**", "services/booking/**"]
priority: 75
tags: [payments]
---
# Money

- Amounts are whole cents with a currency. A refund is a booking of its own and never an edited one.
- What may happen twice has a key that makes the second time do nothing.
""",
    ".openclaw/rules/words.md": """\
---
id: words
version: 1.0.0
tier: project
paths: ["docs/**", "web/**"]
priority: 40
tags: [docs]
---
# Words

- Use the words of the [[glossary]]: *crossing*, never *sailing*.
""",
    ".openclaw/roles/harbour-liaison.yaml": """\
id: harbour-liaison
version: 1.0.0
name: Harbour liaison
description: Speaks with the harbour office and turns what it says into tasks.
responsibilities:
  - Keep the tide tables complete for 400 days.
  - Tell operators about closed quays before passengers find out.
must_not:
  - Promise a date for the harbour office.
scope_paths: ["docs/**", "tests/tides/**"]
escalation:
  on_scope_violation: human
  on_metric_failure: human
""",
}
FILES: Final = {**CODE, **POLICY, **DOCUMENTS}
SUBJECTS: Final = (
    "feat(timetable): say why a crossing is closed",
    "fix(booking): hold a seat for the whole eight minutes",
    "docs: explain the margin",
    "perf(timetable): read one day and not the calendar",
    "test: tides of a whole year",
    "refactor(payments): one place for prices",
    "feat(web): reach the seat map by keyboard",
    "fix(payments): count a refund once",
    "chore(deploy): restore the backup every Monday",
)
TAGS: Final = (("v2.2.0", 0.3), ("v2.3.0", 0.62), ("v2.4.0", 0.9))  # and how much of the history lies before


def make_commits(rng: random.Random, now: float, more: Mapping[str, str], days: int = 170) -> Iterator[Edit]:
    """The commits of the main branch, oldest first: the project, then small changes of its files."""
    start = now - days * DAY
    begun = {path: text.encode() for path, text in {**FILES, **more}.items()}
    yield Edit(int(start), PEOPLE[0].author, "feat: start the sample\n", begun)
    files = {path: text for path, text in CODE.items() if path.endswith((".py", ".ts", ".yaml", ".sql"))}
    for number in range(60):
        at = start + (number + rng.random()) / 61 * days * DAY
        path = rng.choice(sorted(files))
        mark = "//" if path.endswith(".ts") else "--" if path.endswith(".sql") else "#"
        files[path] += f"{mark} looked at again, {number + 1}\n"
        who = rng.choice((*PEOPLE, *AGENTS))
        yield Edit(int(at), who.author, rng.choice(SUBJECTS) + "\n", {path: files[path].encode()})
