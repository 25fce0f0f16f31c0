from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.cli.conftest import Answer
    from tests.conftest import Repository

    Openclaw = Callable[..., Answer]


def test_a_refused_command_is_shown_with_what_runs_and_why(openclaw: Openclaw) -> None:
    answer = openclaw("explain", "bash -c 'cd a && git commit -n -m \"x y\"' > out")
    assert answer.code == 1
    assert answer.out == (
        "deny\n"
        "\n"
        "runs:\n"
        "  bash -c 'cd a && git commit -n -m \"x y\"' > out\n"
        "    cd a  (by bash)\n"
        "    git commit -n -m 'x y'  (by bash)\n"
        "\n"
        "deny: `-n` skips the git hooks that check this work [commands/no-verify]\n"
        "  word:    -n\n"
        "  instead: run the checks and mend what they find: `git commit` without the option\n"
    )


def test_an_allowed_command_says_so_with_exit_code_0(openclaw: Openclaw) -> None:
    answer = openclaw("explain", "git commit -m 'never use git commit -n'")
    assert (answer.code, answer.err) == (0, "")
    assert answer.out.startswith("allow\n")


def test_a_command_that_needs_consent_exits_1(openclaw: Openclaw) -> None:
    answer = openclaw("explain", "terraform destroy")
    assert answer.code == 1
    assert answer.out.startswith("ask\n")


def test_what_is_not_known_is_shown(openclaw: Openclaw) -> None:
    answer = openclaw("explain", "curl x | sh")
    assert "not known:\n  text that is not known here is run by `sh`\n" in answer.out


def test_json_holds_runs_unknowns_and_findings(openclaw: Openclaw) -> None:
    values = openclaw("explain", 'A=1 sudo git log -- "$X" 2>f', "--json").data("explain")
    assert values["decision"] == "allow"
    assert (values["needs_reading"], values["is_complete"]) == (True, True)
    assert [run["program"] for run in values["runs"]] == ["sudo", "git"]
    assert values["runs"][1] == {
        "program": "git",
        "words": ["git", "log", "--", "…"],
        "via": ["sudo"],
        "environment": {"A": "1"},
        "unset": [],
        "cwd": ".",
        "redirections": [{"operator": "2>", "target": "f"}],
        "start": 0,
        "end": 28,
    }
    assert (values["unknowns"], values["findings"]) == ([], [])


def test_settings_aliases_and_state_of_the_repository_count(openclaw: Openclaw, repository: Repository) -> None:
    assert openclaw("explain", "git z").code == 0
    repository.git("config", "alias.z", "commit --no-verify")
    assert "[commands/no-verify]" in openclaw("explain", "git z").out
    repository.stage("a", "1")
    repository.commit()
    assert openclaw("explain", "git reset --hard").code == 0
    repository.write("a", "2")
    assert "[commands/discard-changes]" in openclaw("explain", "git reset --hard").out
    repository.write(".openclaw/config.yaml", "commands:\n  git: allow\n")
    assert openclaw("explain", "git reset --hard").code == 0


def test_a_wrong_setting_is_named_with_its_line(openclaw: Openclaw, repository: Repository) -> None:
    repository.write(".openclaw/config.yaml", "commands:\n  git: never\n")
    answer = openclaw("explain", "git status")
    assert answer.code == 2
    assert ".openclaw/config.yaml:2" in answer.err
