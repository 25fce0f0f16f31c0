from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.cli.conftest import Answer
    from tests.conftest import Repository

    Openclaw = Callable[..., Answer]


def test_the_text_is_rules_then_harness_then_role_and_nothing_else(openclaw: Openclaw, house: Repository) -> None:
    answer = openclaw("prompt", "--paths", "src", "--role", "backend-dev")
    assert answer.err == ""
    headings = [line for line in answer.out.splitlines() if line.startswith("## ")]
    assert headings == ["## Rules for this work", "## How work is done here", "## Your role: Backend developer"]
    assert "- Log, do not print." in answer.out


def test_json_holds_the_same_bytes(openclaw: Openclaw, house: Repository) -> None:
    text = openclaw("prompt", "--paths", "src/app.py").out
    values = openclaw("prompt", "src/app.py", "--json").data("prompt")
    assert values["text"] == text
    assert values["chars"] == len(text)
    assert values["scope"] == ["/src/app.py"]
    assert values["rules"][0] == "house"
    assert "no-hardcoded-secrets" in values["harness"]
    assert "block-rm-rf" not in values["harness"]  # it stops what is done; it tells nothing
    assert all(name in text for name in (*values["rules"], *values["harness"]))
    assert values["role"] == ""


def test_the_budget_bounds_the_rules(openclaw: Openclaw, house: Repository) -> None:
    def rules_block(*words: str) -> str:
        return openclaw("prompt", "--paths", "src", *words).out.partition("## How work is done here")[0]

    assert len(rules_block()) <= 4001
    assert len(rules_block("--max-chars", "1000")) <= 1001
    assert "### Security" in rules_block("--max-chars", "1000")


def test_without_paths_the_universal_rules_are_told(openclaw: Openclaw, house: Repository) -> None:
    values = openclaw("prompt", "--json").data("prompt")
    assert values["scope"] == []
    assert "security" in values["rules"]
    assert "house" not in values["rules"]
    assert "house" in openclaw("prompt", "--json", OPENCLAW_SCOPE="src/**").data("prompt")["rules"]


def test_words_of_the_task_and_where_it_runs_choose_harness_rules(openclaw: Openclaw, repository: Repository) -> None:
    head = "---\nid: sail\nversion: 1.0.0\ntype: inject\nscope: [mesh]\nactivate_on: [set sail]\n---\n# Sail\n- Weigh anchor.\n"
    repository.write(".openclaw/rules/harness/sail.md", head)
    assert "Weigh anchor" in openclaw("prompt", "--task-text", "Set  sail!", "--where", "mesh").out
    assert "Weigh anchor" not in openclaw("prompt", "--task-text", "Set sail!").out
    assert "Weigh anchor" not in openclaw("prompt", "--where", "mesh").out


def test_a_disabled_rule_is_not_told(openclaw: Openclaw, repository: Repository) -> None:
    repository.write(".openclaw/config.yaml", "rules:\n  disable: [security, no-hardcoded-secrets]\n")
    values = openclaw("prompt", "--json").data("prompt")
    assert "security" not in values["rules"]
    assert "no-hardcoded-secrets" not in values["harness"]
    assert "hardcoded" not in values["text"]
