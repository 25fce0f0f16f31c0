"""Everything that can be searched, as sections: an index over their words, where each leads, and their texts in shards."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

import msgspec
from msgspec import Struct

from openclaw_hooks.mission_control.views.keeping import kept
from openclaw_hooks.mission_control.views.search_index import build_index

if TYPE_CHECKING:
    from collections.abc import Iterator

    from openclaw_hooks.mission_control.facts import Facts
    from openclaw_hooks.rules.model import HarnessRule, Rule

MAX_CHARS: Final = 700  # of a section that are indexed and quoted: the way in is its heading and how it begins
MAX_PIECES: Final = 4  # of a longer section, each found for itself
SHARD: Final = 100  # texts in one file
KINDS: Final = ("task", "plan", "rule", "role", "memory", "doc")
_MARKUP: Final = re.compile(r"^[ \t]*(?:#{1,6}|[-*+>]|```.*|~~~.*|\|[-| :]+\|?$)[ \t]*|[*`|]+", re.MULTILINE)
_LINK: Final = re.compile(
    r"!?\[([^\[\]]*)\]\([^()\s]*\)|\[\[([^\[\]|]*)(?:\|[^\[\]]*)?\]\]|(?<![^\s*-])\[[ xX]\](?=\s)"
)
_DESCRIPTION: Final = re.compile(r"\A\s*#+[ \t]+Description[ \t]*\n")


class SearchRow(Struct, frozen=True, array_like=True):
    """Where a section leads: its `kind` (a place in the list of kinds), title, heading within it, and target.

    `target` is the id of a task, plan, rule or role, or a path; `anchor` that of the heading on the document's page,
    `line` where the section begins in its file, `note` a status, tier or owner, `when` seconds since the epoch.
    """

    kind: int
    title: str
    heading: str = ""
    target: str = ""
    anchor: str = ""
    line: int = 0
    note: str = ""
    when: int = 0


class SearchDocs(Struct, frozen=True):
    """The rows in the order of their numbers in the index; `pages` are the addresses of documents below the site's root."""

    kinds: tuple[str, ...]
    counts: dict[str, int]
    rows: tuple[SearchRow, ...]
    pages: dict[str, str]
    shard: int = SHARD


class Entry(NamedTuple):
    """A section to be found: its row, the words that find it best, and its text."""

    row: SearchRow
    words: str
    text: str


@kept
def list_entries(facts: Facts) -> tuple[Entry, ...]:
    """Every section there is, by kind."""
    sources = (_tasks, _plans, _rules, _roles, _documents)
    return tuple(entry for source in sources for entry in source(facts))


@kept
def view_search_docs(facts: Facts) -> SearchDocs:
    """The rows of all sections."""
    rows = tuple(entry.row for entry in list_entries(facts))
    used = {row.target for row in rows if row.kind >= KINDS.index("memory")}
    pages = {path: url for path, url in facts.place.options.documents.items() if path in used}
    targets = {(row.kind, row.target) for row in rows}
    counts = {name: sum(1 for kind, _ in targets if kind == number) for number, name in enumerate(KINDS)}
    return SearchDocs(KINDS, counts, rows, pages)


def view_search_index(facts: Facts) -> str:
    """The index over the words of all sections, as JSON in a text: browsers parse that four times faster than a script."""
    return msgspec.json.encode(build_index((entry.words, entry.text) for entry in list_entries(facts))).decode()


def view_search_texts(facts: Facts) -> dict[str, list[str]]:
    """The texts of the sections in shards, for the lines that are quoted."""
    entries = list_entries(facts)
    starts = range(0, len(entries), SHARD)
    return {f"search-text-{at // SHARD}": [entry.text for entry in entries[at : at + SHARD]] for at in starts}


def plain_text(markdown: str) -> str:
    """`markdown` as one line of words, links by what they say."""
    bare = _LINK.sub(lambda found: found[1] or found[2] or "", markdown) if "[" in markdown else markdown
    return " ".join(_MARKUP.sub(" ", bare).split())


def cut_pieces(text: str) -> list[str]:
    """`text` in at most MAX_PIECES pieces of at most MAX_CHARS, cut between words; always at least one."""
    pieces: list[str] = []
    while len(pieces) < MAX_PIECES:
        if len(text) <= MAX_CHARS:
            return [*pieces, text] if text or not pieces else pieces
        end = text.rfind(" ", MAX_CHARS // 2, MAX_CHARS)
        end = end if end > 0 else MAX_CHARS
        pieces.append(text[:end].strip())
        text = text[end:].strip()
    return pieces


def _entries(row: SearchRow, words: str, text: str) -> Iterator[Entry]:
    for number, piece in enumerate(cut_pieces(plain_text(text))):
        yield Entry(row, words if number == 0 else row.title, piece)


def _tasks(facts: Facts) -> Iterator[Entry]:
    board = facts.board
    for name in sorted(board.tasks):
        task = board.tasks[name]
        body = board.bodies.get(name)
        row = SearchRow(KINDS.index("task"), task.title, "", name, "", 0, str(task.status))
        words = " ".join((name, task.title, *task.labels, task.owner, task.role))
        text = " ".join((_DESCRIPTION.sub("", body.text) if body else "", *task.success_criteria))
        yield from _entries(row, words, text)


def _plans(facts: Facts) -> Iterator[Entry]:
    for name in sorted(facts.board.plans):
        plan = facts.board.plans[name]
        row = SearchRow(KINDS.index("plan"), plan.title, "", name, "", 0, str(plan.status))
        subtasks = (f"{subtask.title}. {subtask.description}" for subtask in plan.subtasks)
        yield from _entries(row, f"{name} {plan.title}", " ".join((plan.description, *subtasks)))


def _rules(facts: Facts) -> Iterator[Entry]:
    kind = KINDS.index("rule")
    rules: list[Rule | HarnessRule] = [*facts.policy.rules, *facts.policy.harness]
    for rule in rules:
        row = SearchRow(kind, rule.title, "", rule.id, "", 0, str(rule.tier))
        checks = (f"{check.id} {check.message} {check.hint}" for check in rule.checks)
        yield from _entries(row, " ".join((rule.id, rule.title, *rule.tags)), " ".join((rule.body, *checks)))


def _roles(facts: Facts) -> Iterator[Entry]:
    kind = KINDS.index("role")
    for role in facts.policy.roles:
        row = SearchRow(kind, role.name, "", role.id, "", 0, str(role.origin))
        prompt = role.framework.prompt if role.framework else ""
        text = "\n".join((role.description, *role.responsibilities, *role.must_not, prompt))
        yield from _entries(row, f"{role.id} {role.name}", text)


def _documents(facts: Facts) -> Iterator[Entry]:
    for document in facts.documents.documents:
        kind = KINDS.index("memory" if document.kind == "memory" else "doc")
        name = document.path.rpartition("/")[2]
        for section in document.sections:
            heading = section.heading if section.heading != document.title else ""
            row = SearchRow(
                kind, document.title, heading, document.path, section.anchor, section.line, "", document.changed
            )
            yield from _entries(row, f"{document.title} {heading} {name}", section.text)
