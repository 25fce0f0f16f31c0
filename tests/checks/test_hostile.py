"""What is written to hang, blind or crash a check: each ends in time, with the right answer."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from openclaw_hooks.checks.bare_todo import check_bare_todo
from openclaw_hooks.checks.change import added_lines
from openclaw_hooks.checks.policy import FileCheck, LineCheck
from openclaw_hooks.checks.rules import check_rules, has_companion
from openclaw_hooks.checks.scope import check_scope
from openclaw_hooks.checks.structured_files import check_structured_files
from openclaw_hooks.documents import DocumentError, parse_yaml
from openclaw_hooks.roles.model import ContentCheck, Origin, Role
from openclaw_hooks.rules.model import RequireContent
from openclaw_hooks.verdict import Severity

if TYPE_CHECKING:
    from collections.abc import Callable

    from openclaw_hooks.checks.change import Change
    from openclaw_hooks.checks.policy import Policy

CATASTROPHE = "(a+)+$"
TRAP = "a" * 40 + "!\n"


@pytest.fixture
def limit() -> Callable[[float], None]:
    """Asserts at the end that the test took less CPU time than it says."""
    started = time.process_time()

    def check(seconds: float) -> None:
        assert time.process_time() - started < seconds

    return check


def forbid_foo(unless: str = "") -> LineCheck:
    return LineCheck("r/c", "foo", ("**/*",), (), unless, False, "no foo", "", Severity.ERROR, ("foo",))


def test_an_exception_that_hangs_is_stopped_and_named(
    make_change: Callable[..., Change], make_policy: Callable[..., Policy], limit: Callable[[float], None]
) -> None:
    policy = make_policy(line_checks=(forbid_foo(CATASTROPHE),))
    [finding] = check_rules(make_change({"a.txt": f"foo {TRAP}"}), policy)
    assert CATASTROPHE in finding.message
    assert finding.is_error
    limit(1)


@pytest.mark.parametrize("filler", [" ", "a ", "- ", "-- "])
def test_a_long_line_that_pretends_to_be_allowed_takes_no_time(
    make_change: Callable[..., Change],
    make_policy: Callable[..., Policy],
    limit: Callable[[float], None],
    filler: str,
) -> None:
    policy = make_policy(line_checks=(forbid_foo(),))
    line = "foo openclaw: allow " + filler * 20_000 + "\n"
    assert check_rules(make_change({"a.txt": line}), policy)
    limit(1)


def test_content_that_hangs_a_pattern_costs_one_budget_and_not_one_for_each_file(
    make_change: Callable[..., Change], make_policy: Callable[..., Policy], limit: Callable[[float], None]
) -> None:
    check = RequireContent(id="c", in_=("*.txt",), pattern=CATASTROPHE, message="m")
    policy = make_policy(file_checks=(FileCheck("r/c", ("**/*",), check),))
    [finding] = check_rules(make_change({f"{number}.txt": TRAP for number in range(100)}), policy)
    assert CATASTROPHE in finding.message
    limit(1)


def test_a_required_output_that_hangs_costs_one_budget_and_not_one_for_each_file(
    make_change: Callable[..., Change], make_policy: Callable[..., Policy], limit: Callable[[float], None]
) -> None:
    role = Role(
        id="z",
        version="1.0.0",
        name="z",
        required_outputs=(ContentCheck("*.txt", CATASTROPHE),),
        file="z.yaml",
        origin=Origin.PROJECT,
    )
    [finding] = check_scope(make_change({f"{number}.txt": TRAP for number in range(100)}), make_policy(role=role))
    assert CATASTROPHE in finding.message
    limit(1)


def test_many_todos_are_counted_in_linear_time(
    make_change: Callable[..., Change], make_policy: Callable[..., Policy], limit: Callable[[float], None]
) -> None:
    findings = check_bare_todo(make_change({"a.py": "\n# TODO x\n" * 100_000}), make_policy())
    assert [finding.line for finding in findings[-2:]] == [199_998, 200_000]
    limit(5)


def test_a_word_on_the_line_below_a_comment_sign_is_no_todo(
    make_change: Callable[..., Change], make_policy: Callable[..., Policy]
) -> None:
    assert not check_bare_todo(make_change({"a.c": "int a;\nTODO b;\n"}), make_policy())


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("flow.yaml", "[" * 200_000),
        ("map.yaml", "{a: " * 200_000),
        ("block.yaml", "- " * 200_000),
        ("comments.jsonc", '"\\' * 1_000_000),
        ("long.toml", "a = " + "9" * 5_000),
    ],
)
def test_a_structured_file_built_to_hang_or_crash_its_parser_is_refused_in_time(
    make_change: Callable[..., Change],
    make_policy: Callable[..., Policy],
    limit: Callable[[float], None],
    name: str,
    content: str,
) -> None:
    [finding] = check_structured_files(make_change({name: content}), make_policy())
    assert finding.is_error
    limit(2)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("number.json", "[" + "9" * 5_000 + "]"),
        ("stored.json", "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n"),
        ("secret.yaml", b"\0GITCRYPT\0\x81\x92\x00\x01"),
    ],
)
def test_innocent_content_that_a_parser_cannot_read_passes(
    make_change: Callable[..., Change], make_policy: Callable[..., Policy], name: str, content: str | bytes
) -> None:
    assert not check_structured_files(make_change({name: content}), make_policy())


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("[" * 100_000, 1, "nested too deeply"),
        ("a: 1\nb: !!bool maybe\n", 2, "'maybe' is no bool"),
        ('a: 1\nb: !!int ""\n', 2, "'' is no int"),
        ("a: 1\nb: 2024-99-99\n", 2, "is no timestamp"),
        ("a: &a [*a]\n", 1, "nested too deeply"),
    ],
)
def test_yaml_that_crashes_its_reader_is_one_error_with_its_line(text: str, line: int, reason: str) -> None:
    with pytest.raises(DocumentError, match=reason) as raised:
        parse_yaml("c.yaml", text)
    assert raised.value.line == line
    assert "\n" not in str(raised.value)


def test_companions_of_many_files_among_many_are_found_in_time(limit: Callable[[float], None]) -> None:
    paths = frozenset(f"src/part{number // 100}/module{number}.py" for number in range(20_000))
    missing = [
        number for number in range(500) if not has_companion(f"a/file{number}.py", ("**/test_{stem}.py",), paths)
    ]
    assert len(missing) == 500
    limit(2)


def test_a_companion_may_be_named_without_the_stem() -> None:
    assert has_companion(
        "src/a.py", ("{dir}/README.md", "tests/{stem}_test.py"), frozenset({"src/a.py", "src/README.md"})
    )
    assert not has_companion("src/a.py", ("**/{stem}.py",), frozenset({"src/a.py"}))


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_text_in_utf16_is_text(encoding: str) -> None:
    text = "DB_PASSWORD=abc\r\nnext = 1\r\n" * 20
    added, is_binary = added_lines([(1, text.encode(encoding).split(b"\n"))])
    assert not is_binary
    assert added.text.split("\r\n")[1] == "next = 1"


@pytest.mark.parametrize("content", [b"\x7fELF\0\0\0\0\1\0", b"\1\0\2\0\3\0\4\0"])
def test_binary_content_is_binary(content: bytes) -> None:
    assert added_lines([(1, [content])])[1]
