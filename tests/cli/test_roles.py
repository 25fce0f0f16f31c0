from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.cli.conftest import Answer
    from tests.conftest import Repository

    Openclaw = Callable[..., Answer]

COOK = "id: cook\nversion: 1.0.0\nname: Cook\nscope_paths: ['kitchen/**', '*.menu']\n"


def test_list_shows_shipped_and_own_roles(openclaw: Openclaw, repository: Repository) -> None:
    repository.write(".openclaw/roles/cook.yaml", COOK)
    roles = {role["id"]: role for role in openclaw("roles", "list", "--json").data("roles")}
    assert roles["cook"]["file"] == ".openclaw/roles/cook.yaml"
    assert roles["reviewer"]["origin"] == "shipped"
    assert ".openclaw/roles/cook.yaml (project)" in openclaw("roles", "list").out


def test_show_prints_the_file_as_it_is(openclaw: Openclaw, repository: Repository) -> None:
    repository.write(".openclaw/roles/cook.yaml", COOK)
    assert openclaw("roles", "show", "cook").out == COOK
    assert openclaw("roles", "show", "cook", "--json").data("role")["name"] == "Cook"
    assert openclaw("roles", "show", "reviewer").out.startswith("id: reviewer\n")


def test_an_unknown_role_names_the_nearest(openclaw: Openclaw) -> None:
    for words in (("roles", "show", "revewer"), ("prompt", "--role", "revewer"), ("check", "--role", "revewer", ".")):
        answer = openclaw(*words)
        assert (answer.code, answer.out) == (2, "")
        assert answer.err == "openclaw: there is no role `revewer` (did you mean `reviewer`?)\n"


def test_match_scores_and_says_why(openclaw: Openclaw, repository: Repository) -> None:
    repository.write(".openclaw/roles/cook.yaml", COOK)
    best, *_ = openclaw("roles", "match", "kitchen/stove.py", "--json").data("roles-match")
    assert best["id"] == "cook"
    assert best["score"] > 0
    assert best["because"] == ["`kitchen/stove.py` is covered by `kitchen/**`"]
    assert openclaw("roles", "match", "kitchen/stove.py").out.splitlines()[1].startswith("cook")
