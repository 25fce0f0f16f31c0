"""Two graphs of the same nodes: what waits for what, and what is written about what."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec import Struct

from openclaw_hooks.board.place import FOLDER
from openclaw_hooks.board.snapshot import plan_path, task_path
from openclaw_hooks.mission_control.broken import Broken
from openclaw_hooks.mission_control.views.board import view_tasks
from openclaw_hooks.mission_control.views.keeping import kept
from openclaw_hooks.mission_control.views.links import Names, Reference, find_references
from openclaw_hooks.rules.match import match_scope
from openclaw_hooks.rules.model import Tier

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from openclaw_hooks.mission_control.facts import Facts
    from openclaw_hooks.mission_control.reading.policy import PolicyFacts
    from openclaw_hooks.rules.model import HarnessRule, Rule

EDGE_KINDS: Final = ("depends", "plan", "role", "rule", "link", "wiki", "mention")
MAX_MISSING: Final = 500


class Node(Struct, frozen=True, omit_defaults=True):
    """A thing of the graph: `column` of a task is the board's, of a plan its status; `url` is a document's in the site."""

    id: str
    kind: str
    name: str
    column: str = ""
    path: str = ""
    url: str = ""


class Missing(Struct, frozen=True):
    """A link to something that is not there: the number of the node that has it, and what it names."""

    node: int
    target: str


class GraphView(Struct, frozen=True, omit_defaults=True):
    """The nodes, and the edges as [from, to, kind]: numbers of nodes, and of a word in `edge_kinds`.

    Each of `cycles` ends with the task that it begins with.
    """

    nodes: tuple[Node, ...]
    edges: tuple[tuple[int, int, int], ...]
    edge_kinds: tuple[str, ...]
    cycles: tuple[tuple[str, ...], ...] = ()
    missing: tuple[Missing, ...] = ()
    broken: tuple[Broken, ...] = ()


@kept
def view_graph(facts: Facts) -> GraphView:
    """The graph at the moment of `facts`."""
    nodes = list_nodes(facts)
    numbers = {node.id: number for number, node in enumerate(nodes)}
    edges: dict[tuple[int, int, int], None] = {}
    missing: list[Missing] = []
    for source, kind, target in _list_relations(facts):
        if source in numbers and target in numbers and source != target:
            edges.setdefault((numbers[source], numbers[target], EDGE_KINDS.index(kind)))
    for source, references in list_references(facts).items():
        for reference in references:
            if reference.node and reference.node != source:
                edges.setdefault((numbers[source], numbers[reference.node], EDGE_KINDS.index(reference.kind)))
            elif not reference.node:
                missing.append(Missing(numbers[source], reference.target))
    cycles = tuple((*cycle, cycle[0]) if cycle[0] != cycle[-1] else cycle for cycle in view_tasks(facts).cycles)
    dangling = tuple(missing[:MAX_MISSING])
    return GraphView(nodes, tuple(edges), EDGE_KINDS, cycles, dangling, facts.documents.broken)


@kept
def list_nodes(facts: Facts) -> tuple[Node, ...]:
    """All nodes; their places among them are their numbers."""
    return tuple(_make_nodes(facts))


def _make_nodes(facts: Facts) -> Iterator[Node]:
    board, policy = facts.board, facts.policy
    for row in view_tasks(facts).tasks:
        yield Node(row.id, "task", row.title, row.column, f"{FOLDER}/{task_path(row.id)}")
    for name, plan in board.plans.items():
        yield Node(f"plan:{name}", "plan", plan.title, plan.status, f"{FOLDER}/{plan_path(name)}")
    urls = facts.place.options.documents
    for document in facts.documents.documents:
        url = urls.get(document.path, "")
        yield Node(f"{document.kind}:{document.path}", document.kind, document.title, "", document.path, url)
    for rule in _active_rules(policy):
        yield Node(f"rule:{rule.id}", "rule", rule.title, "", rule.file)
    for role in policy.roles:
        yield Node(f"role:{role.id}", "role", role.name, "", role.file)


def _active_rules(policy: PolicyFacts) -> list[Rule | HarnessRule]:
    every: list[Rule | HarnessRule] = [*policy.rules, *policy.harness]
    return [rule for rule in every if rule.id in policy.active]


def name_nodes(nodes: Sequence[Node]) -> Names:
    """The nodes by all their names; documents first, since links are mostly written to them."""
    names = Names()
    for node in sorted(nodes, key=lambda node: node.kind not in ("doc", "memory")):
        names.add(node.id, node.path, (node.name, node.id.partition(":")[2] or node.id))
    return names


def _list_relations(facts: Facts) -> Iterator[tuple[str, str, str]]:
    """What the frontmatter of tasks says: (task, kind of edge, node)."""
    particular = tuple(rule for rule in facts.policy.rules if rule.id in facts.policy.active and _is_particular(rule))
    known: dict[tuple[str, ...], tuple[Rule, ...]] = {}
    for task in facts.board.tasks.values():
        for depends in task.depends_on:
            yield task.id, "depends", depends
        if task.plan:
            yield task.id, "plan", f"plan:{task.plan}"
        if task.role:
            yield task.id, "role", f"role:{task.role}"
        if task.scope and task.scope not in known:
            known[task.scope] = match_scope(particular, task.scope)
        for rule in known.get(task.scope, ()):
            if rule in particular:
                yield task.id, "rule", f"rule:{rule.id}"


def _is_particular(rule: Rule) -> bool:
    """Whether a rule is about some files; what is about all of them would tie everything to everything."""
    return rule.tier is not Tier.UNIVERSAL and rule.paths not in ((), ("**",), ("**/*",))


@kept
def list_references(facts: Facts) -> dict[str, list[Reference]]:
    """What each text refers to, by its node: documents, memory, tasks, and rules in force."""
    names = name_nodes(list_nodes(facts))
    found: dict[str, list[Reference]] = {}
    for document in facts.documents.documents:
        node = f"{document.kind}:{document.path}"
        found[node] = list(find_references(document.text, document.path, names, document.links))
    for name, body in facts.board.bodies.items():
        if body.text and name in facts.board.tasks:
            found[name] = list(find_references(body.text, f"{FOLDER}/{task_path(name)}", names))
    for rule in _active_rules(facts.policy):
        found[f"rule:{rule.id}"] = list(find_references(rule.body, rule.file, names))
    return found
