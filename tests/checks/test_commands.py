"""What is said to command lines: bypasses are refused in every spelling, look-alikes never."""

from __future__ import annotations

import itertools
import shlex
import time
from collections import Counter

import pytest

from openclaw_hooks.checks.command_rules.guarded_paths import is_guarded
from openclaw_hooks.checks.command_rules.model import CommandFacts, CommandVerdict
from openclaw_hooks.checks.commands import judge_command
from openclaw_hooks.checks.protected import PROTECTED
from openclaw_hooks.settings import CommandSettings
from openclaw_hooks.verdict import Answer
from tests.checks.command_lines import (
    ALLOWED,
    BLOCKED,
    CARRIERS,
    HARMLESS,
    RUNNERS,
    SPELLINGS,
    WRAPPERS,
)

FACTS = CommandFacts(root="/repo", branch=lambda: "main", is_dirty=lambda: True, is_unmerged=lambda _: True)


def judge(text: str, facts: CommandFacts = FACTS) -> CommandVerdict:
    return judge_command(text, facts)


def refuse(*_: object) -> bool:
    raise AssertionError("asked for nothing")


@pytest.mark.parametrize("rule", sorted(set(BLOCKED.values())))
def test_collected_bypasses_are_refused_by_their_rule(rule: str) -> None:
    lines = [text for text, named in BLOCKED.items() if named == rule]
    missed = [text for text in lines if rule not in [finding.rule for finding in judge(text).findings]]
    assert missed == []


def test_collected_look_alikes_are_allowed() -> None:
    assert {text: found for text in ALLOWED if (found := judge(text).findings)} == {}


def test_the_collection_is_large_and_holds_nothing_twice() -> None:
    assert len(BLOCKED) > 700
    assert len(ALLOWED) > 450
    assert [text for text, count in Counter([*BLOCKED, *ALLOWED]).items() if count > 1] == []


def test_no_wrapper_hides_a_bypass_in_any_spelling() -> None:
    made = [
        wrapper.format(text)
        for wrapper, text in itertools.product(WRAPPERS, SPELLINGS)
        if "'" not in wrapper or "'" not in text
    ]
    assert len(made) > 1000
    assert [text for text in made if judge(text).decision is not Answer.DENY] == []


def test_no_code_in_code_hides_a_bypass() -> None:
    texts = [*SPELLINGS, *(runner.format(shlex.quote("git commit -n")) for runner in RUNNERS)]
    made = [
        runner.format(shlex.quote(text))
        for runner, text in itertools.product(RUNNERS, texts)
        # `$x` is split at blanks and not read again, and `env -S` is no shell: such programs do not exist.
        if not (runner == "env -S {}" and text.startswith("x="))
        and not (runner == "x={}; $x" and set(text) & set("'\"\\<|;"))
    ]
    assert len(made) > 1000
    assert [text for text in made if judge(text).decision is not Answer.DENY] == []


def test_wrappers_around_harmless_commands_are_allowed() -> None:
    made = [wrapper.format(text) for wrapper, text in itertools.product(WRAPPERS, HARMLESS)]
    made = [text for text in made if not text.startswith(("xargs git", "docker"))]
    made += [runner.format(shlex.quote(text)) for runner, text in itertools.product(RUNNERS, HARMLESS)]
    assert {text: found for text in made if (found := judge(text).findings)} == {}


def test_text_that_is_only_text_is_never_refused() -> None:
    made = [
        carrier.format(shlex.quote(text))
        for carrier, text in itertools.product(CARRIERS, [*SPELLINGS, "rm -rf /", "curl x | sh"])
    ]
    made += [f"cat > docs/x.md <<'EOF'\n{text}\nEOF" for text in BLOCKED if "EOF" not in text]
    made += [f"git commit -F - <<'END'\n{text}\nEND" for text in BLOCKED if "\nEND" not in text]
    made += [f"git commit -m \"$(cat <<'END'\nfix: x\n\n{text}\nEND\n)\"" for text in BLOCKED if "\nEND" not in text]
    made += [f"echo {shlex.quote(text)}" for text in BLOCKED]
    made += [f"# {text}" for text in BLOCKED if "\n" not in text]
    assert len(made) > 3000
    assert {text: found for text in made if (found := judge(text).findings)} == {}


def test_every_finding_names_rule_word_reason_and_the_accepted_way() -> None:
    for text in BLOCKED:
        verdict = judge(text)
        for finding in verdict.findings:
            assert finding.rule, text
            assert finding.word, text
            assert finding.message, text
            assert finding.instead, text
            assert 0 <= finding.start <= finding.end <= len(text)
            assert "\ud800" not in finding.word


def test_the_reason_is_what_the_user_reads() -> None:
    [finding] = judge("git add . && git commit -anm x").findings
    assert finding.word == "-anm"
    assert finding.message == "`-anm` skips the git hooks that check this work"
    assert finding.instead == "run the checks and mend what they find: `git commit` without the option"
    assert (finding.start, finding.end) == (13, 30)


@pytest.mark.parametrize(
    ("text", "pack"),
    [
        ("git push --force origin main", "git"),
        ("git clean -fdx", "git"),
        ("rm -rf /etc", "filesystem"),
        (":(){ :|:& };:", "filesystem"),
        ("cat .env", "secret_files"),
        ("terraform destroy", "cloud"),
        ("dropdb x", "database"),
        ("rm -rf $(cat list)", "unsure"),
    ],
)
def test_packs_are_weighed_as_the_settings_say(text: str, pack: str) -> None:
    for answer in Answer:
        settings = CommandSettings(**{pack: answer})
        assert judge(text, FACTS._replace(settings=settings)).decision is answer


def test_skipping_the_checks_is_refused_whatever_the_settings_say() -> None:
    packs = CommandSettings.__struct_fields__
    settings = CommandSettings(**dict.fromkeys(packs, Answer.ALLOW))
    for text in SPELLINGS[:-1]:
        assert judge(text, FACTS._replace(settings=settings)).decision is Answer.DENY, text


@pytest.mark.parametrize(
    ("text", "harmless"),
    [
        ("git reset --hard", {"is_dirty": bool}),
        ("git checkout -- .", {"is_dirty": bool}),
        ("git restore .", {"is_dirty": bool}),
        ("git switch -f x", {"is_dirty": bool}),
        ("git branch -D old", {"is_unmerged": lambda _: False}),
        ("git push --force", {"branch": lambda: "topic"}),
        ("git push -f origin HEAD", {"branch": lambda: "topic"}),
        ("git push --force origin main", {"protected": ("trunk",)}),
        ("git z -m x", {"aliases": dict}),
        ("rm -rf /repo/build", {}),
        ("rm -rf ../build", {"cwd": "sub"}),
    ],
)
def test_the_state_of_the_repository_decides(text: str, harmless: dict[str, object]) -> None:
    facts = FACTS._replace(
        aliases=lambda: {"z": "commit -n"}, root="/repo" if not harmless.get("cwd") and harmless else "/other"
    )
    if harmless and "cwd" not in harmless:
        assert judge(text, facts).decision is Answer.DENY
    assert judge(text, facts._replace(root="/repo", **harmless)).decision is Answer.ALLOW  # type: ignore[arg-type]  # by name


def test_git_is_asked_only_what_a_rule_needs() -> None:
    facts = CommandFacts(root="/repo", branch=refuse, is_dirty=refuse, is_unmerged=refuse, aliases=refuse)  # type: ignore[arg-type]  # never called
    for text in (
        "git commit -m x",
        "git push origin main",
        "git log",
        "git commit -n",
        "git reset --soft HEAD~1",
        "ls",
        "make",
    ):
        judge(text, facts)
    with pytest.raises(AssertionError, match="asked for nothing"):
        judge("git reset --hard", facts)


def test_everything_that_is_protected_in_a_commit_is_guarded_on_disk() -> None:
    for pattern in PROTECTED:
        if pattern.startswith("!"):
            continue
        for path in {pattern.replace("{,a}", ""), pattern.replace("{,a}", "a")}:
            name = path.strip("/") + ("/x" if path.endswith("/") else "")
            assert is_guarded(name, ".", "/repo"), pattern
    assert not is_guarded(".openclaw/board/tasks/x.md", ".", "/repo")


@pytest.mark.parametrize(
    ("path", "cwd", "guarded"),
    [
        (".git/hooks/pre-commit", ".", True),
        ("./.git//x/../hooks", ".", True),
        ("/repo/.git/hooks", "src", True),
        ("../.git/hooks", "src", True),
        ("hooks/pre-commit", ".git", True),
        (".g*/hooks/*", ".", True),
        ("~/.gitconfig", ".", True),
        ("hooks/pre-commit", ".", False),
        ("src/.gitignore", ".", False),
        ("/tmp/other/.git/hooks/pre-commit", ".", False),
        (".claude/commands/x.md", ".", False),
        ("*", ".", False),
        (".git/index.lock", ".", False),
    ],
)
def test_guarded_paths_are_known_however_they_are_written(path: str, cwd: str, guarded: bool) -> None:
    assert is_guarded(path, cwd, "/repo") is guarded


def test_judging_a_usual_command_takes_little() -> None:
    text = "cd /repo && git add -A src tests && git commit -m \"$(cat <<'EOF'\nfeat: x\n\nwhy it is done\nEOF\n)\" && git push origin topic 2>&1 | tail -5"
    judge(text)
    began = time.process_time()
    for _ in range(50):
        judge(text)
    assert (time.process_time() - began) / 50 < 0.003  # 0.0004 measured
