"""Rules, roles, diagnostics and search as the pages show them, from small policies on disk."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from openclaw_hooks import __version__
from openclaw_hooks.diagnosis import ActResult, DoctorRun, DrillRun, LayerResult, ProbeResult, TryResult
from openclaw_hooks.mission_control.facts import Facts
from openclaw_hooks.mission_control.fallback.policy import diagnostics_html, roles_html, rules_html, search_html
from openclaw_hooks.mission_control.place import Place, SiteOptions, find_place
from openclaw_hooks.mission_control.reading.board import BoardFacts
from openclaw_hooks.mission_control.reading.diagnostics import DiagnosticsFacts, read_diagnostics
from openclaw_hooks.mission_control.reading.documents import Document, Documents
from openclaw_hooks.mission_control.reading.markdown_text import read_markdown
from openclaw_hooks.mission_control.reading.policy import PolicyFacts, Verdict, read_policy_facts
from openclaw_hooks.mission_control.reading.texts import Body
from openclaw_hooks.mission_control.views.diagnostics import view_diagnostics
from openclaw_hooks.mission_control.views.matches import match_files
from openclaw_hooks.mission_control.views.roles import view_roles
from openclaw_hooks.mission_control.views.rules import view_rules
from openclaw_hooks.mission_control.views.search import (
    MAX_CHARS,
    MAX_PIECES,
    cut_pieces,
    plain_text,
    view_search_docs,
    view_search_index,
    view_search_texts,
)
from openclaw_hooks.tasks.model import Status, Task

if TYPE_CHECKING:
    from tests.conftest import Repository

NOW = 1_795_000_000.0
RULE = """---
id: money
version: 1.0.0
tier: project
paths: ["src/pay/**"]
priority: 90
checks:
  - type: forbid
    id: no-floats
    pattern: float
    message: money is no float
    hint: use decimals
---
# Money

- Count in cents. <script>alert(1)</script>
"""
ROLE = """id: payer
version: 1.0.0
name: Payer
responsibilities: [Pays]
scope_paths: ["src/pay/**"]
escalation: {on_scope_violation: human}
"""


@pytest.fixture
def place(repository: Repository) -> Place:
    repository.write(".openclaw/rules/money.md", RULE)
    repository.write(".openclaw/roles/payer.yaml", ROLE)
    for number in range(15):
        repository.write(f"src/pay/file{number:02}.py", "x\n")
    repository.stage("README.md", "hello\n")
    return find_place(str(repository.path), NOW)


def say(place: Place, *lines: dict[str, object]) -> None:
    log = Path(place.state_dir, "logs", "audit.jsonl")
    log.parent.mkdir(parents=True, exist_ok=True)
    log.write_text("".join(f"{json.dumps(line)}\n" for line in lines) + "cut of\n[1]\n")


def test_a_rule_shows_its_files_checks_violations_and_room(place: Place) -> None:
    said = {"event": "pre-tool-use", "tool": "Write", "decision": "deny", "rules": ["rules/money/no-floats"], "ms": 3.5}
    say(
        place, {"time": "2026-11-18T10:00:00.000Z", **said}, {"time": "2024-01-01T10:00:00Z", **said}, {"time": "never"}
    )
    view = view_rules(Facts(place, policy=read_policy_facts(place)))
    money = next(row for row in view.rules if row.id == "money")
    assert view.rules[0] is money  # project rules win, and come first
    assert (money.matched, len(money.files), money.files[0]) == (15, 12, "src/pay/file00.py")
    assert [(check.id, check.type, check.finds, check.globs) for check in money.checks] == [
        ("no-floats", "forbid", "float", ("src/pay/**",))
    ]
    assert (money.violation_count, money.recent, money.violations[0].what) == (2, 1, "no-floats")
    assert (money.state, money.told) == ("active", "full")
    assert money.chars > 40
    assert "<script" not in money.html
    assert view.budget.used <= view.budget.max_chars == 4000


def test_harness_rules_answer_for_the_check_that_enforces_them(place: Place) -> None:
    say(place, {"time": "2026-11-18T10:00:00Z", "decision": "deny", "rules": ["scope"], "where": "a.py"})
    view = view_rules(Facts(place, policy=read_policy_facts(place)))
    named = {row.id for row in view.rules if row.violation_count}
    assert named == {"scope-enforcement"}


def test_a_rule_without_room_is_told_by_its_title(place: Place, repository: Repository) -> None:
    repository.write(".openclaw/config.yaml", "rules: {max_chars: 500, disable: [security]}\n")
    rows = {row.id: row for row in view_rules(Facts(place, policy=read_policy_facts(place))).rules}
    assert rows["security"].state == "disabled"
    assert rows["python"].state in ("active", "idle")
    assert {row.told for row in rows.values() if row.state == "active" and not row.harness} & {"title", "left-out"}


def test_a_broken_file_is_an_item_of_its_own_and_the_others_still_count(place: Place, repository: Repository) -> None:
    repository.write(".openclaw/rules/bad.md", "---\nid: bad\nversion: 1.0.0\ntier: nowhere\n---\n# Bad\n")
    repository.write(".openclaw/rules/bytes.md", b"---\nid: \xff\n---\n")
    repository.write(".openclaw/roles/worse.yaml", "id: worse\nversion: 1.0.0\nname: [")
    facts = Facts(place, policy=read_policy_facts(place))
    rules, roles = view_rules(facts), view_roles(facts)
    assert [(item.path, item.line) for item in rules.broken] == [
        (".openclaw/rules/bad.md", 4),
        (".openclaw/rules/bytes.md", 2),
    ]
    assert [item.path for item in roles.broken] == [".openclaw/roles/worse.yaml"]
    assert "money" in {row.id for row in rules.rules if row.state == "active"}
    assert "payer" in {row.id for row in roles.roles}
    assert ".openclaw/rules/bad.md:4" in rules_html(rules)


def test_broken_settings_are_an_item_too(place: Place, repository: Repository) -> None:
    repository.write(".openclaw/config.yaml", "rules: {max_chars: many}\n")
    facts = Facts(place, policy=read_policy_facts(place))
    assert [item.path for item in view_rules(facts).broken] == [".openclaw/config.yaml"]


def test_roles_have_their_tasks_and_unknown_ones_are_named(place: Place) -> None:
    tasks = {
        name: Task(id=name, title=f"Do {name}", status=Status.QUEUED, role=role)
        for name, role in (("T-aaaaaa", "payer"), ("T-bbbbbb", "ghost"), ("T-cccccc", ""))
    }
    view = view_roles(Facts(place, board=BoardFacts(tasks=tasks), policy=read_policy_facts(place)))
    payer = next(row for row in view.roles if row.id == "payer")
    assert [task.id for task in payer.tasks] == ["T-aaaaaa"]
    assert (payer.matched, payer.escalation) == (15, {"on_scope_violation": "human"})
    assert [(role.id, len(role.tasks)) for role in view.unknown] == [("ghost", 1)]
    assert "Payer" in roles_html(view)


def test_ten_thousand_files_are_counted_by_every_list() -> None:
    files = [f"src/{number % 50}/file{number}.py" for number in range(10_000)]
    found = match_files([("src/7/**",), ("**/*.py", "!src/0/**"), ("docs/",)], files)
    assert [match.total for match in found] == [200, 9800, 0]


def run_doctor(at: float, version: str = __version__) -> DoctorRun:
    probes = (ProbeResult(id="git", status="ok"), ProbeResult(id="hooks", status="fail", evidence="gone", fix="mend"))
    return DoctorRun(at=at, version=version, probes=probes)


DRILL = DrillRun(
    at=NOW - 60,
    version=__version__,
    layers=(LayerResult(name="pre-commit", stopped=1, tried=1, p50_ms=80.0),),
    acts=(
        ActResult(id="honest", title="Honest work", tries=(TryResult(layer="pre-commit", catch="let through"),)),
        ActResult(id="key", title="A key", tries=(TryResult(layer="pre-commit", catch="caught"),)),
        ActResult(id="force", title="A forced push", fault="got through all layers"),
        ActResult(id="tool", title="A tool", skipped="no agent"),
    ),
)


def test_before_the_first_run_the_page_says_which_command_finds_out(place: Place) -> None:
    view = view_diagnostics(Facts(place, diagnostics=read_diagnostics(place)))
    assert (view.doctor, view.drill) == (None, None)
    shown = diagnostics_html(view)
    assert "openclaw doctor" in shown
    assert "openclaw drill" in shown


def test_what_does_not_hold_comes_first(place: Place) -> None:
    view = view_diagnostics(Facts(place, diagnostics=DiagnosticsFacts(run_doctor(NOW - 60), DRILL)))
    assert view.doctor is not None
    assert view.drill is not None
    assert [probe.id for probe in view.doctor.probes] == ["hooks", "git"]
    assert [(act.id, act.result) for act in view.drill.acts] == [
        ("force", "through"),
        ("honest", "honest"),
        ("key", "stopped"),
        ("tool", "skipped"),
    ]
    assert "gone" in diagnostics_html(view)


@pytest.mark.parametrize(
    ("run", "changed", "expected"),
    [
        (run_doctor(NOW - 60), (), ("", (), False)),
        (run_doctor(NOW - 60, "0.0.1"), (), (__version__, (), False)),
        (run_doctor(NOW - 60), (("config", NOW - 30), ("hook", NOW - 90)), ("", ("config",), False)),
        (run_doctor(NOW - 8 * 86_400), (), ("", (), True)),
    ],
)
def test_a_stale_result_says_why(
    place: Place, run: DoctorRun, changed: tuple[tuple[str, float], ...], expected: tuple[str, tuple[str, ...], bool]
) -> None:
    view = view_diagnostics(Facts(place, diagnostics=DiagnosticsFacts(run, None, changed)))
    assert view.doctor is not None
    age = view.doctor.age
    assert (age.other_version, age.changed, age.old) == expected


def test_hooks_at_work_are_counted_by_event(place: Place) -> None:
    verdicts = tuple(
        Verdict(NOW - age, "claude", "pre-tool-use", "Bash", decision, "", ("commands/force",), ms)
        for age, decision, ms in (
            (40 * 86_400, "deny", 1.0),
            (60, "deny", 30.0),
            (50, "allow", 10.0),
            (40, "ask", 20.0),
        )
    )
    view = view_diagnostics(Facts(place, policy=PolicyFacts(verdicts=verdicts)))
    (row,) = view.events
    assert (row.calls, row.denied, row.asked, row.p50_ms, row.p95_ms) == (3, 1, 1, 20.0, 30.0)
    assert [one.decision for one in view.refusals] == ["ask", "deny"]


def make_searchable(place: Place) -> Facts:
    text = "# Guide\n\nAll about [pumps](x.md).\n\n## Tides\n\nThey come and go.\n"
    title, sections, links = read_markdown(text)
    document = Document("docs/guide.md", "doc", title, text, sections, links, 5)
    task = Task(id="T-aaaaaa", title="Mend <b>", status=Status.QUEUED, labels=("quay",))
    bodies = {"T-aaaaaa": Body("## Description\n\n- [x] valve")}
    where = place._replace(options=SiteOptions(documents={"docs/guide.md": "guide.html", "other.md": "x"}))
    board = BoardFacts(tasks={"T-aaaaaa": task}, bodies=bodies)
    return Facts(where, board=board, policy=read_policy_facts(place), documents=Documents((document,)))


def test_everything_is_a_section_with_a_place_to_go(place: Place) -> None:
    facts = make_searchable(place)
    docs, index = view_search_docs(facts), json.loads(view_search_index(facts))
    assert len(docs.rows) == index["documentCount"]
    assert docs.counts["task"] == docs.counts["doc"] == 1
    assert docs.pages == {"docs/guide.md": "guide.html"}
    last = docs.rows[-1]
    assert (last.heading, last.target, last.anchor, last.line) == ("Tides", "docs/guide.md", "tides", 5)
    terms = dict(index["index"])
    assert "0" in terms["quay"]["0"]
    assert "valve" in terms
    assert "description" not in {term for term, found in terms.items() if "0" in found.get("1", {})}
    texts = view_search_texts(facts)
    assert sum(map(len, texts.values())) == len(docs.rows)
    assert list(texts) == ["search-text-0"]
    assert "guide" not in search_html(docs)


def test_bodies_are_cut_into_a_few_pieces() -> None:
    pieces = cut_pieces("word " * 5000)
    assert len(pieces) == MAX_PIECES
    assert max(map(len, pieces)) <= MAX_CHARS
    assert cut_pieces("") == [""]
    assert cut_pieces("x" * 10_000)[0] == "x" * MAX_CHARS


def test_texts_are_quoted_without_marks() -> None:
    assert plain_text("# A\n\n- [x] *b* `c` [d](e.md) [[f|g]]\n> h | i\n```py\nj\n```") == "A b c d f h i j"


def test_a_status_that_nobody_knows_is_one_that_does_not_hold(place: Place) -> None:
    run = DoctorRun(at=NOW, version="1", probes=(ProbeResult(id="odd", status="constructor"),))
    view = view_diagnostics(Facts(place, diagnostics=DiagnosticsFacts(run)))
    assert view.doctor is not None
    assert [(probe.id, probe.status) for probe in view.doctor.probes] == [("odd", "fail")]
    assert view.doctor.counts["fail"] == 1
