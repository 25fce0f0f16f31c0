from __future__ import annotations

from openclaw_hooks.roles.match import match_roles
from openclaw_hooks.roles.model import Origin, Role


def role(name: str, *scope_paths: str) -> Role:
    return Role(id=name, version="1.0.0", name=name, scope_paths=scope_paths, file="", origin=Origin.PROJECT)


ARCHITECT = role("architect", "docs/**", "contracts/**", "src/**")
SOLIDITY = role("solidity", "contracts/**", "test/**")
TESTER = role("tester", "test/**")
ROLES = [ARCHITECT, SOLIDITY, TESTER]


def ids(*scope: str) -> list[str]:
    return [match.role.id for match in match_roles(ROLES, scope)]


def test_globs_folders_and_files_in_a_scope_are_understood() -> None:
    for scope in ("contracts/**", "/contracts/", "contracts/Token.sol", "contracts/**/*.sol"):
        assert ids(scope) == ["solidity", "architect"], scope


def test_bare_folder_means_first_of_all_the_one_at_the_top() -> None:
    assert ids("contracts/")[0] == "solidity"
    assert ids("docs/")[0] == "architect"


def test_narrower_role_wins_a_tie() -> None:
    assert ids("test/token.js") == ["tester", "solidity"]


def test_role_that_covers_more_of_the_scope_wins() -> None:
    assert ids("contracts/a.sol", "test/a.js")[0] == "solidity"


def test_more_specific_pattern_wins() -> None:
    found = match_roles([role("any", "**/*"), role("sub", "src/api/**"), role("src", "src/**")], ["src/api/x.py"])
    assert [match.role.id for match in found] == ["sub", "src", "any"]
    assert found[0].score > found[1].score > found[2].score
    assert found[0].reasons == ("`src/api/x.py` is covered by `src/api/**`",)


def test_without_scope_no_role_is_chosen() -> None:
    assert ids() == []


def test_role_does_not_match_what_it_takes_back() -> None:
    assert match_roles([role("mine", "src/**", "!src/gen/**")], ["src/gen/a.py"]) == []


def test_role_that_only_brushes_the_scope_comes_behind_the_one_that_covers_it() -> None:
    roles = [role("tester", "**/*.test.*"), role("frontend", "web/**", "**/*.{tsx,css}", "ui/**")]
    for scope in ("web/", "web/**/*.{tsx,jsx}", "lib/**/*.tsx"):
        assert [match.role.id for match in match_roles(roles, [scope])] == ["frontend", "tester"], scope
