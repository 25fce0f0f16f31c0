"""What the invented tasks are about: titles and bodies put together from parts, the same for the same seed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    import random
    from collections.abc import Sequence


class Area(NamedTuple):
    """A part of the product: its label, the role that usually does it, its files, document, and what it is made of."""

    label: str
    role: str
    scope: tuple[str, ...]
    document: str
    things: tuple[str, ...]


AREAS: Final = (
    Area(
        "timetable",
        "backend-dev",
        ("services/timetable/**",),
        "docs/timetable.md",
        (
            "tide table",
            "crossing calendar",
            "winter timetable",
            "delay notice",
            "shortened crossing",
            "berth plan",
            "season change",
        ),
    ),
    Area(
        "booking",
        "backend-dev",
        ("services/booking/**",),
        "docs/booking.md",
        ("seat hold", "group booking", "waiting list", "refund", "bicycle ticket", "season pass", "double booking"),
    ),
    Area(
        "web",
        "frontend-dev",
        ("web/**",),
        "docs/web.md",
        ("booking page", "timetable page", "passenger form", "seat map", "date picker", "ticket view", "dark mode"),
    ),
    Area(
        "mobile",
        "frontend-dev",
        ("mobile/**",),
        "docs/mobile.md",
        ("boarding pass", "offline ticket", "push message", "quay map", "scanner view"),
    ),
    Area(
        "payments",
        "backend-dev",
        ("services/payments/**",),
        "docs/payments.md",
        ("card payment", "receipt", "voucher", "monthly statement", "chargeback"),
    ),
    Area(
        "infra",
        "infra-ops",
        ("deploy/**", ".github/**"),
        "docs/operations.md",
        ("nightly backup", "staging cluster", "log retention", "certificate renewal", "queue alarm", "build cache"),
    ),
    Area(
        "docs",
        "docs-writer",
        ("docs/**", "README.md"),
        "docs/index.md",
        ("operator handbook", "first steps", "interface reference", "glossary", "release notes"),
    ),
    Area(
        "security",
        "security-auditor",
        (),
        "docs/security.md",
        ("session cookie", "export of personal data", "rate limit", "dependency list", "audit trail"),
    ),
    Area(
        "quality",
        "qa-engineer",
        ("tests/**",),
        "docs/testing.md",
        ("end-to-end suite", "tide fixtures", "load test", "flaky clock test", "accessibility check"),
    ),
)

_DEEDS: Final = (
    "Add a {thing} for day trips",
    "Show the {thing} when the tide is low",
    "Make the {thing} faster on slow phones",
    "Mend the {thing} after midnight",
    "Split the {thing} into reading and writing",
    "Test the {thing} with empty days",
    "Explain the {thing} to new operators",
    "Measure how often the {thing} is used",
    "Move the {thing} to the new schema",
    "Keep the {thing} when the network is away",
    "Say in the {thing} why a crossing is cancelled",
    "Limit the {thing} to what a role needs",
    "Remember the {thing} between two visits",
    "Print the {thing} on one page",
    "Retry the {thing} once and then give up",
    "Translate the {thing} into the second language",
    "Agree on names in the {thing}",
    "Remove what nobody uses from the {thing}",
    "Warn before the {thing} runs out",
    "Let keyboards reach every part of the {thing}",
    "Record who changed the {thing}, and when",
)
_REASONS: Final = (
    "Operators at the quay asked for it three times this month.",
    "It came up in the rehearsal of the winter season.",
    "The last release made this slower than it was before.",
    "Support answers the same question about it every week.",
    "Two crossings were shown as open although the tide had closed them.",
    "It is the last step that still has to be done by hand.",
)
_LIMITS: Final = (
    "Nothing else on the page moves.",
    "Old links keep working.",
    "No new dependency.",
    "It holds for a crossing that ends after midnight.",
    "Works without a network for one day.",
    "The answer arrives within 200 ms on the smallest machine.",
)
_CRITERIA: Final = (
    "A test fails without the change",
    "The document says how it works",
    "Works at 390 px width",
    "The operator sees the reason in plain words",
    "Figures from before and after stand side by side",
    "An empty day shows a sentence and not an empty table",
    "Times are shown in the time zone of the quay",
    "Nothing is written when the second step fails",
    "A keyboard reaches it",
    "The log names the crossing",
)
_CODE: Final = {
    "backend-dev": "```python\ndef is_open(crossing: Crossing, tide: Tide) -> bool:\n"
    "    return tide.height_cm >= crossing.draught_cm + MARGIN_CM\n```",
    "frontend-dev": "```ts\nexport const label = (crossing: Crossing) =>\n"
    "  crossing.closed ? `closed: ${crossing.reason}` : crossing.departs;\n```",
    "infra-ops": '```yaml\nbackup:\n  schedule: "15 2 * * *"\n  keep_days: 30\n```',
    "qa-engineer": "```console\n$ make test-tides\n412 passed in 8.20s\n```",
}
_NOTES: Final = (
    "The tide fixture of March has no second low water; use the one of April.",
    "Asked at the quay: five minutes of margin is what they use on paper.",
    "First try was slower: it read the whole calendar for one day.",
    "Left out on purpose: crossings by charter, which have their own table.",
    "The old column stays until the next release has run for a week.",
    "Found on the way: the glossary calls the same thing *sailing* and *crossing*.",
)
_RESULTS: Final = (
    "Done as described; the tests cover both directions.",
    "Works on staging since this morning. The figure went from 840 ms to 190 ms.",
    "Merged. The handbook has a new paragraph, with a picture.",
    "Both cases are covered; the third turned out not to exist.",
)


def make_title(rng: random.Random, area: Area) -> str:
    """A title, in the imperative."""
    return rng.choice(_DEEDS).format(thing=rng.choice(area.things))


def pick_criteria(rng: random.Random) -> tuple[str, ...]:
    """What a task has to meet, as its frontmatter lists it."""
    return tuple(rng.sample(_CRITERIA, rng.randint(1, 3))) if rng.random() < 0.4 else ()


def make_body(rng: random.Random, area: Area, near: Sequence[str]) -> str:
    """The text of a task: why, what has to hold with boxes to tick, and now and then code, a table or other tasks."""
    parts = [
        f"## Description\n\n{rng.choice(_REASONS)} {rng.choice(_LIMITS)} See [{area.label}]({area.document})"
        f"{' and [[glossary]]' if rng.random() < 0.3 else ''}."
    ]
    if near and rng.random() < 0.35:
        parts.append(f"Touches the same code as {rng.choice(near)}.")
    if rng.random() < 0.3 and area.role in _CODE:
        parts.append(_CODE[area.role])
    if rng.random() < 0.18:
        parts.append(_table(rng))
    if rng.random() < 0.7:
        boxes = "\n".join(f"- [ ] {text}" for text in rng.sample(_CRITERIA, rng.randint(2, 5)))
        parts.append(f"### Acceptance\n\n{boxes}")
    return "\n\n".join(parts) + "\n"


def _table(rng: random.Random) -> str:
    rows = "\n".join(
        f"| {name} | {rng.randint(180, 900)} ms | {rng.randint(60, 200)} ms |" for name in ("quay", "phone", "desk")
    )
    return f"| where | before | wanted |\n| --- | ---: | ---: |\n{rows}"


def tick_boxes(rng: random.Random, body: str, share: float) -> str:
    """`body` with about this share of its boxes ticked, from the first one on."""
    count = body.count("- [ ]")
    return body.replace("- [ ]", "- [x]", round(count * share + rng.random() * 0.4))


def make_note(rng: random.Random) -> str:
    """What somebody learned on the way."""
    return rng.choice(_NOTES)


def make_result(rng: random.Random) -> str:
    """What the work came to."""
    return rng.choice(_RESULTS)
