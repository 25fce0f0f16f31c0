"""Repositories that mean harm, or are broken: made from the sample, with every text of somebody's choosing replaced."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import msgspec
from msgspec.structs import replace

from openclaw_hooks.agent.model import Found, Outcome, Provenance, Stat
from openclaw_hooks.agent.records.row import Figure, Row, Trial
from openclaw_hooks.board.leases.held import stamp
from openclaw_hooks.plans.model import PlanFile, PlanStatus, Subtask
from openclaw_hooks.tasks.model import Measure, Status, TaskHead
from openclaw_hooks.verdict import Severity
from tests.browser.vectors import ALL, MARKDOWN, MARKUP, RUN
from tools.docs.sample.cast import Member
from tools.docs.sample.make import make_desk, write_sample
from tools.docs.sample.project import make_commits
from tools.docs.sample.stream import Edit

if TYPE_CHECKING:
    from pathlib import Path

    from tools.docs.sample.desk import Desk

IMAGE = f"<img src=x onerror={RUN}>"
ODD_FILE = f"docs/{IMAGE.replace(' ', '%')} '\"`&.md"
STATUSES = tuple(Status)
RULE = """\
---
id: hostile-{number}
version: 1.0.0
tier: project
paths: ["**/<img src=x onerror={run}>/**", "src/**"]
tags: ["<svg/onload={run}>"]
checks:
  - type: forbid
    id: hostile
    pattern: "<script>"
    message: "<img src=x onerror={run}>"
    hint: "</script><script>{run}</script>"
---
# <img src=x onerror={run}>

{body}
"""
ROLE = """\
id: hostile
version: 1.0.0
name: "<img src=x onerror={run}>"
description: "</script><script>{run}</script>"
responsibilities: ["<svg/onload={run}>", "[press](javascript:{run})"]
must_not: ["<iframe onload={run}>"]
scope_paths: ["**/<img src=x onerror={run}>/**"]
framework: {{name: "<b onclick={run}>", prompt: "<img src=x onerror={run}>"}}
"""
# As somebody's own site has it: with the search of material, addresses that end in a slash, and pages that load one another.
CONFIG = """\
site_name: Hostile
theme: {name: material, font: false, features: [navigation.instant, navigation.tabs]}
plugins: [search, openclaw]
"""
WIDE_WORD = "incomprehensibilities" * 8


def make_hostile(path: Path, now: float) -> str:
    """A repository whose every text is one of the vectors."""
    desk = make_desk(12, 3, now)
    attacker = Member(
        "hostile", f"\"' onmouseover={RUN} ${{{RUN}}} &lt;img src=x onerror={RUN}&gt;"
    )  # git takes no < here
    names = [desk.new_id("T") for _ in ALL]
    for number, vector in enumerate(ALL):
        _add_task(desk, attacker, names, number, vector)
    _add_plans(desk, attacker)
    _add_memory(desk, attacker)
    _add_runs(desk, attacker, names)
    commits = list(make_commits(random.Random(3), now, {}, days=20))
    begun, *others = commits
    policy = {f".openclaw/rules/hostile-{n}.md": _rule(n) for n in range(3)}
    texts = {
        **policy,
        ".openclaw/roles/hostile.yaml": ROLE.format(run=RUN),
        ODD_FILE: _document(),
        "docs/hostile.md": _document(),
        "mkdocs.yml": CONFIG,
    }
    changes = {**begun.changes, **{name: text.encode() for name, text in texts.items()}}
    return write_sample(str(path), desk, [begun._replace(changes=changes), *others, _odd_commit(now)])


def _add_task(desk: Desk, who: Member, names: list[str], number: int, vector: str) -> None:
    line = " ".join("".join(char if char.isprintable() else " " for char in vector).split())[:190] or "x"
    head = TaskHead(
        id=names[number],
        title=line,
        status=STATUSES[number % len(STATUSES)],
        owner=line if number % 3 else WIDE_WORD,
        reason=line,
        labels=(line, f"label-{number}", "__proto__"),
        depends_on=(names[number - 1],) if number % 4 == 3 else (),
        scope=("src/**", "docs/*.md"),
        role=line,
        metric=vector if "\0" not in vector else "x",
        success_criteria=(line, line),
        plan=line if number % 5 == 0 else "",
        created=stamp(desk.now - number * 900 - 90_000),
        created_by=line,
        origin=line,
    )
    body = f"{vector}\n\n## Description\n\n{vector} text\n\n- [ ] {line}\n\n| {WIDE_WORD} | b |\n| --- | --- |\n| {line.replace('|', '')} | c |\n"
    sheet = desk.open(desk.now - number * 900 - 86_400, who)
    sheet.add_task(head, "".join(char for char in body if char.isprintable() or char in "\n\t"))
    sheet.close()
    desk.began[head.id] = desk.now - 600


def _add_plans(desk: Desk, who: Member) -> None:
    for number, vector in enumerate((IMAGE, *MARKUP[:2], *MARKDOWN[:2])):
        line = " ".join(vector.split())
        subtasks = tuple(
            Subtask(
                id=f"step-{step}", title=line, phase=line, description=vector, role=line, metric=line,
                scope=("docs/**",), success_criteria=(line,), depends_on=(f"step-{step - 1}",) if step else (),
            )
            for step in range(4)
        )  # fmt: skip
        plan = PlanFile(
            id=desk.new_id("P"), title=line, status=PlanStatus.DRAFT, template=line, description=vector, context=vector,
            created=stamp(desk.now - 9000), created_by=line, subtasks=subtasks,
        )  # fmt: skip
        sheet = desk.open(desk.now - 9000 + number, who)
        sheet.put_plan(replace(plan, reason=line), None)
        sheet.close()


def _add_memory(desk: Desk, who: Member) -> None:
    text = "# " + IMAGE + "\n\n" + "\n\n".join(ALL) + "\n"
    clean = "".join(char for char in text if char.isprintable() or char in "\n\t").encode()
    for name in ("memory/2026-11-02.md", f"memory/{IMAGE.replace(' ', '%')}.md", "memory/recaps/2026-W45.md"):
        sheet = desk.open(desk.now - 7000, who)
        sheet.put(name, clean, f"memory: {IMAGE} </script><script>{RUN}</script>")
        sheet.close()


def _add_runs(desk: Desk, who: Member, names: list[str]) -> None:
    """A run for each vector, as a machine of somebody else could write it: also what commands and addresses are made of."""
    lines = []
    for number, vector in enumerate(ALL):
        line = " ".join("".join(char if char.isprintable() else " " for char in vector).split()) or "x"
        figure = Figure(passed=None, value=float(number), noise=1.5, readings=(number - 2.0, number + 1.0), why=line)
        found = Found(line, Severity.ERROR, line, number, line, hint=line, rule=line)
        trial = Trial(
            n=number, verdict=("keep", "discard", line)[number % 3], cause=line, why=line, figure=figure, killed=line, found=9,
            findings=(found,), stat=Stat(3, 4, 5, (line, WIDE_WORD)), base=line, snapshot=line, kept=line, prompt_sha256=line,
            tampered=(line,), began=line,
        )  # fmt: skip
        row = Row(
            run=f"R-{number:06d}" if number % 2 else line, task=names[number] if number % 3 else line, title=line, node=line,
            agent=WIDE_WORD if number % 5 == 0 else line, provenance=tuple(Provenance)[number % 3],
            outcome=tuple(Outcome)[number % 6], began=stamp(desk.now - number * 900), ended=stamp(desk.now - number * 900 + 60),
            why=line, role=line, version=line, model=line, base=line, target=line, branch=line, kept=line, merged=False,
            merge_why=line, metric=line, measure=Measure(name="seconds", unit=line[:20]), baseline=figure, best=figure,
            flags=(line, "no-meta-notes"), findings={line: 3}, tried=1, trials=(trial,),
        )  # fmt: skip
        lines.append(msgspec.json.encode(row) + b"\n")
    sheet = desk.open(desk.now - 6000, who)
    sheet.put("telemetry/hostile-2026-11.jsonl", b"".join(lines), f"run {IMAGE} of {names[0]}: {RUN}")
    sheet.close()


def _rule(number: int) -> str:
    body = "\n\n".join(ALL[number::3])
    return RULE.format(
        number=number, run=RUN, body="".join(char for char in body if char.isprintable() or char in "\n\t")
    )


def _document() -> str:
    """A document of the repository: the site's own Markdown is the repository's affair, so only what our pages quote of it."""
    return (
        f"# \\<img src=x onerror={RUN}\\>\n\n## `</script><script>{RUN}</script>`\n\n[[<svg/onload={RUN}>]] `{IMAGE}`\n"
    )


def _odd_commit(now: float) -> Edit:
    return Edit(
        int(now - 60),
        f"&lt;script&gt;{RUN} <{RUN}@evil.invalid>",
        f"{IMAGE}</script><script>{RUN}</script>\n",
        {"x.txt": b"x\n"},
    )


BROKEN = {
    "tasks/T-000001.md": b"---\nid: T-000001\ntitle: [unclosed\nstatus: queued\n---\n",
    "tasks/T-000002.md": b"---\nid: T-000002\ntitle: Unknown status\nstatus: sleeping\n---\n\nbody\n",
    "tasks/T-000003.md": b"---\nid: T-000003\ntitle: Latin \xe9\xff bytes\nstatus: queued\n---\n\n\xff\xfe body\n",
    "tasks/T-000004.md": b"---\nid: T-000004\ntitle: Two megabytes\nstatus: queued\n---\n\n"
    + b"word " * 400_000
    + b"\n",
    "tasks/T-000005.md": b"---\nid: T-000005\ntitle: In a circle\nstatus: queued\ndepends_on: [T-000006]\n---\n",
    "tasks/T-000006.md": b"---\nid: T-000006\ntitle: In a circle too\nstatus: queued\ndepends_on: [T-000005]\n---\n",
    "tasks/T-000007.md": b"---\nid: T-000007\ntitle: Of a plan that is not there\nstatus: queued\nplan: P-000000\nsubtask: x\n---\n",
    "tasks/T-000008.md": b"no frontmatter at all\n",
    "tasks/T-000009.md": b"---\nid: T-00000a\ntitle: Another id\nstatus: queued\n---\n",
    "tasks/T-00000b.md": b"---\nid: T-00000b\nid: T-00000b\ntitle: Twice\nstatus: queued\n---\n",
    "tasks/T-00000c.md": b"---\nid: T-00000c\ntitle: &a [*a]\nstatus: queued\n---\n",
    "tasks/T-00000d.md": b"---\nid: T-00000d\ntitle: Depends on nobody\nstatus: queued\ndepends_on: [T-zzzzzz]\n---\n",
    "plans/P-000001.yaml": b"format: 1\nid: P-000001\ntitle: Broken\nstatus: draft\nsubtasks: nothing\n",
    "plans/P-000002.yaml": b"format: 1\nid: P-000002\ntitle: Circle\nstatus: draft\nsubtasks:\n"
    b"  - {id: a, title: A, depends_on: [b]}\n  - {id: b, title: B, depends_on: [a]}\n",
    "telemetry/ada-2026-11.jsonl": b'{"run": "R-000001"}\nnonsense\n',
    "memory/2026-11-03.md": b"# \xff\xfe\n",
    "memory/2026-99-99.md": b"# no such day\n",
    "conflicts/T-000001-00000000.yaml": b"nonsense: true\n",
}
# The files of BROKEN of which nothing can be read, and the line that is told.
UNREADABLE = {
    "T-000001": 4,
    "T-000002": 4,
    "T-000003": 3,
    "T-000008": 1,
    "T-000009": 2,
    "T-00000b": 3,
    "P-000001": 5,
    "P-000002": 6,
}


def make_broken(path: Path, now: float) -> str:
    """A repository with files that cannot be read, or that do not hold together."""
    desk = make_desk(12, 3, now)
    sheet = desk.open(now - 500, Member("ada", "Ada"))
    for name, content in BROKEN.items():
        sheet.put(name, content, f"broken: {name}")
    sheet.close()
    return write_sample(str(path), desk, list(make_commits(random.Random(3), now, {}, days=20)))
