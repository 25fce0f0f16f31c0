"""The documents of the invented project: headings, links, wikilinks, tables; and more of them for measuring."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import random

NOTICE: Final = "> **Sample.** Everything here is invented: the company, its people, its tasks and its figures.\n"

README: Final = f"""\
# Saltmarsh

{NOTICE}
Saltmarsh sells crossings of small ferries whose timetable follows the tide. Start with the [documents](docs/index.md).

```console
$ make test
```
"""

DOCUMENTS: Final = {
    "README.md": README,
    "CHANGELOG.md": "# Changelog\n\n## 2.4.0\n\n- Shortened crossings say why.\n\n## 2.3.0\n\n- Bicycle tickets.\n",
    "docs/index.md": f"""\
# Documents

{NOTICE}
| part | what it does |
| --- | --- |
| [Timetable](timetable.md) | which crossings there are, given the tide |
| [Booking](booking.md) | seats, groups, waiting lists |
| [Payments](payments.md) | cards, vouchers, refunds |
| [Web](web.md) | what passengers see |
| [Operations](operations.md) | how it runs |
| [Security](security.md) | who may see what |
| [Testing](testing.md) | how we know that it works |

Words are explained in the [[glossary]].
""",
    "docs/timetable.md": """\
# Timetable

A crossing is open while the water at both quays is deep enough for the ferry, plus a margin. See [[glossary#margin]].

## Where tides come from

The harbour office publishes heights for each quarter of an hour. The service keeps 400 days of them.

## Closed crossings

A crossing that the tide closes stays on the page, with its reason. [Booking](booking.md#full-and-closed-crossings)
refunds it by itself.

```python
MARGIN_CM = 40
```

## Shortened crossings

On some days the ferry turns back at the outer quay. See [decision 2](decisions/0002-shortened-crossings.md).
""",
    "docs/booking.md": """\
# Booking

## Holding a seat

A seat is held for eight minutes. Nobody pays for a seat that somebody else holds.

## Full and closed crossings

Passengers of a closed crossing get their money back ([payments](payments.md#refunds)) and may take the next one.

## Groups

More than nine people are a group, with one ticket and one name. Ask [[operations]] before you change the limit.
""",
    "docs/payments.md": """\
# Payments

## Refunds

A refund goes the way the money came. Partly used season passes are refunded by the day.

## Vouchers

Vouchers never expire. That is [decision 3](decisions/0003-vouchers.md), and it was not cheap.
""",
    "docs/web.md": """\
# Web

The pages work without a script; the seat map does not, and says so. Colours are those of the [glossary](glossary.md).

## Accessibility

Every control has a name, every page one heading of the first level. Checked by [[testing]].
""",
    "docs/mobile.md": "# Mobile\n\nTickets are kept for a day without a network. See [web](web.md) and [[booking]].\n",
    "docs/operations.md": """\
# Operations

## Backups

Each night at a quarter past two. Restored into staging every Monday, which is how we know that they are whole.

## When the tide data is late

The last day's heights are used for six hours, with a note on every page. Then the timetable closes: see [[timetable]].

## Calls at night

Who is on call takes the way back first and asks afterwards.
""",
    "docs/security.md": """\
# Security

What counts as personal: names, mail addresses, and where somebody was at what time.

- Exports are made by two people.
- Logs name bookings and never passengers. See [operations](operations.md).
""",
    "docs/testing.md": """\
# Testing

Tides of one year lie in `tests/tides/`. A test that needs another day makes it by hand, see [[glossary#tide table]].

## Load

Ten thousand bookings in a quarter of an hour, which is what the first day of the season brings.
""",
    "docs/glossary.md": """\
# Glossary

## Crossing

One ferry, one way, once. Older texts say *sailing*.

## Margin

What has to be left under the ferry, in centimetres. See [timetable](timetable.md).

## Tide table

Heights of the water at one quay, for each quarter of an hour.
""",
    "docs/decisions/0001-one-calendar.md": """\
# 1. One calendar

Tides and crossings lie in one calendar, so that nobody has to join two of them. [Timetable](../timetable.md)
""",
    "docs/decisions/0002-shortened-crossings.md": """\
# 2. Shortened crossings are crossings

They have a number, a price and passengers of their own. Follows from [decision 1](0001-one-calendar.md).
""",
    "docs/decisions/0003-vouchers.md": "# 3. Vouchers never expire\n\nThe law says three years; we say for ever. [[payments]]\n",
    "docs/missing-link.md": "# A page with a link to nowhere\n\nSee [the old handbook](old-handbook.md) and [[harbour office]].\n",
}


def make_documents(rng: random.Random, count: int) -> dict[str, str]:
    """So many further documents, each with some sections and links to others: what measuring needs."""
    names = [f"docs/handbook/chapter-{number:03}.md" for number in range(count)]
    found = {}
    for number, name in enumerate(names):
        sections = "\n".join(_section(rng, section) for section in range(rng.randint(3, 7)))
        links = ", ".join(
            f"[chapter {other}](chapter-{other:03}.md)" for other in rng.sample(range(count), min(3, count))
        )
        found[name] = f"# Chapter {number}\n\n{sections}\n\nSee also {links} and [[glossary]].\n"
    return found


def _section(rng: random.Random, number: int) -> str:
    words = (
        "the",
        "tide",
        "crossing",
        "quay",
        "ferry",
        "operator",
        "waits",
        "closes",
        "when",
        "water",
        "height",
        "seat",
        "passenger",
        "asks",
        "before",
        "season",
        "margin",
        "calendar",
        "shows",
        "reason",
    )
    lines = [" ".join(rng.choices(words, k=14)).capitalize() + "." for _ in range(rng.randint(4, 12))]
    return f"## Section {number}\n\n" + "\n".join(lines) + "\n"
