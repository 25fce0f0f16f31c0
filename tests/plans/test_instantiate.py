from __future__ import annotations

import pytest

from openclaw_hooks.errors import OpenclawError
from openclaw_hooks.plans.instantiate import Order, instantiate
from openclaw_hooks.plans.model import MAX_CONTEXT, PlanFile, PlanStatus
from openclaw_hooks.plans.templates import find_template, load_templates, parse_template
from openclaw_hooks.roles.load import Source, load_roles
from openclaw_hooks.roles.model import Origin
from openclaw_hooks.tasks.model import Mode

ROLES = load_roles(None)
TEXT = """
id: t
name: "Port {{vars.port}}"
description: "Open {{vars.port}}: {{context}}"
failure_policy: abort_on_first_fail
requires_approval: false
vars:
  port: {description: where to listen, required: true}
  host: localhost
  a.b: {}
phases:
  - name: Only
    subtasks:
      - id: open
        title: "Open {{vars.port}} for {{context}}"
        description: "{{ context }} at {{vars.host}}"
        metric: nc -z {{vars.host | shell}} {{vars.port | shell}}
        success_criteria: ["{{vars.port}} answers"]
        role: infra-ops
        critical: true
      - {id: tell, title: Tell, depends_on: [open]}
""".replace("  a.b: {}\n", "")
TEMPLATE = parse_template(Source("/r/t.yaml", "t.yaml", Origin.PROJECT), TEXT.encode())[0]


def make(context: str = "the shop", sets: tuple[str, ...] = (), **variables: str) -> PlanFile:
    return instantiate(TEMPLATE, Order("P-000001", context, {"port": "80", **variables}, sets), ROLES)


def test_texts_are_filled_in_and_the_rest_is_carried() -> None:
    plan = make(r"$& \1 .*", host="a;b")
    assert plan.title == r"Port 80: $& \1 .*"
    assert plan.description == r"Open 80: $& \1 .*"
    assert (plan.status, plan.template, plan.requires_approval) == (PlanStatus.DRAFT, "t", False)
    [first, second] = plan.subtasks
    assert first.title == r"Open 80 for $& \1 .*"
    assert first.description == r"$& \1 .* at a;b"
    assert first.metric == "nc -z 'a;b' 80"
    assert first.success_criteria == ("80 answers",)
    assert (first.role, first.critical, first.phase) == ("infra-ops", True, "Only")
    assert second.depends_on == ("open",)
    assert plan.tasks == {}


def test_a_title_stays_one_line_of_bounded_length() -> None:
    plan = make("one\ntwo " + "x" * 300)
    assert plan.subtasks[0].title.startswith("Open 80 for one two xxx")
    assert len(plan.subtasks[0].title) == 200
    assert plan.title == "Port 80: one"
    assert plan.subtasks[0].description.startswith("one\ntwo xxx")


@pytest.mark.parametrize(
    ("order", "said"),
    [
        (Order("P-000001", "c"), "needs the variable `port`: where to listen (add --var port=...)"),
        (Order("P-000001", "c", {"prt": "1"}), "has no variable `prt` (did you mean `port`?)"),
        (Order("P-000001", " \n", {"port": "1"}), "template `t` needs a context (add --context"),
        (Order("P-000001", "a\x00", {"port": "1"}), "context holds the control character '\\x00'"),
        (Order("P-000001", "a", {"port": "\x1b[2J"}), "vars.port holds the control character '\\x1b'"),
        (Order("P-000001", "a\x85b", {"port": "1"}), "context holds the control character '\\x85'"),
        (Order("P-000001", "a", {"port": "1"}, title="a\x07"), "title holds the control character '\\x07'"),
        (Order("P-000001", "a", {"port": "1"}, ["open.title=a\x1b"]), "--set open.title=a? holds the control"),
        (Order("P-000001", "a" * (MAX_CONTEXT + 1), {"port": "1"}), "the context is longer than 20,000"),
        (Order("P-000001", "c", {"port": "1"}, ["open.depends_on=tell"]), "in a circle: open -> tell -> open"),
        (Order("P-000001", "c", {"port": "1"}, ["open.depends_on=tel"]), "`tel`, which does not exist (did you mean"),
        (Order("P-000001", "c", {"port": "1"}, ["open.scope=a{"]), "subtask `open`: glob 'a{'"),
        (Order("P-000001", "c", {"port": "1"}, ["open.role=nobody"]), "there is no role `nobody`"),
        (Order("P-000001", "c", {"port": "1"}, ["open.delegation.mode=soul"]), "needs the name of an agent"),
    ],
)
def test_what_the_template_cannot_take_is_one_clear_error(order: Order, said: str) -> None:
    with pytest.raises(OpenclawError) as caught:
        instantiate(TEMPLATE, order, ROLES)
    assert said in str(caught.value)


def test_a_setting_changes_how_a_subtask_is_routed() -> None:
    feature = find_template(load_templates(None), "team-feature")
    plain = instantiate(feature, Order("P-000001", "c"), ROLES).subtasks[2]
    assert plain.delegation.mode is Mode.LOCAL
    scoped = instantiate(feature, Order("P-000001", "c", sets=["implement.scope=src/"]), ROLES).subtasks[2]
    assert scoped.delegation.mode is Mode.SOLO_MESH
    assert "backend-dev" in scoped.delegation.reason
    shared = instantiate(feature, Order("P-000001", "c", sets=["implement.delegation.mode=collab_mesh"]), ROLES)
    assert shared.subtasks[2].delegation.mode is Mode.COLLAB_MESH
    assert shared.subtasks[2].delegation.reason == "set when the plan was made"


def test_a_plan_needs_no_task_to_be_the_parent_of_it() -> None:
    feature = find_template(load_templates(None), "team-feature")
    assert instantiate(feature, Order("P-000001", "c"), ROLES).status is PlanStatus.DRAFT
