from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from openclaw_hooks.checks.json_comments import strip_comments
from openclaw_hooks.checks.structured_files import check_structured_files

if TYPE_CHECKING:
    from collections.abc import Callable

    from openclaw_hooks.checks.change import Change
    from openclaw_hooks.checks.policy import Policy

BROKEN: dict[str, tuple[str | bytes, int, str]] = {
    "a.json": ('{\n  "a": 1,\n  "b" 2}', 3, "not valid JSON"),
    "empty.json": ("", 1, "the file is empty"),
    "nan.json": ('{"a": NaN}', 1, "NaN is no JSON value"),
    "x y.json": ("{", 1, "not valid JSON"),
    "latin.json": (b'{\n"a": "\xe9"}', 2, "not UTF-8"),
    "deep.json": ("[" * 200_000, 1, "nested too deeply"),
    "rows.jsonl": ('{"a": 1}\n{"a": \n', 2, "not valid JSON"),
    "note.ipynb": ("{'cells': []}", 1, "not valid JSON"),
    "a.yaml": ("a: 1\nb: [1,\nc: 2\n", 4, "while parsing a flow sequence (line 2)"),
    "alias.yaml": ("a: &x 1\nb: *x\n---\nbranch: *x\n", 4, "found undefined alias `x`"),
    "tab.yml": ("a:\n\tb: 1\n", 2, "not valid YAML"),
    "a.toml": ("[a]\nb = \n", 2, "not valid TOML"),
    "tsconfig.json": ('{ // fine\n  "a": }', 2, "not valid JSON"),
}

SOUND: dict[str, str | bytes] = {
    "a.json": '{"a": [1, 2.5e3, null, "é"]}',
    "bom.json": "\ufeff{}",
    "tsconfig.json": '{\n  // comment\n  "a": "http://x", /* block */\n  "b": [1, 2,],\n}',
    "tsconfig.build.json": '{"a": 1,}',
    ".vscode/settings.json": '// top\n{"a": 1}',
    "rows.jsonl": '{"a": 1}\n\n{"a": 2}\n',
    "a.yaml": "a: &x 1\nb: *x\n---\nc: !Ref d\n",
    "empty.yaml": "",
    "vault.yml": "a: !vault |\n  abc\n",
    "a.toml": '[a]\r\nb = "c"\r\n',
    "poetry.lock": "not read [",
    "readme.md": "{",
}


def judge(
    files: dict[str, str | bytes], make_change: Callable[..., Change], policy: Policy
) -> list[tuple[str, int, str, str]]:
    return [
        (finding.path, finding.line, finding.severity.value, finding.message)
        for finding in check_structured_files(make_change(files), policy)
    ]


@pytest.mark.parametrize("name", BROKEN)
def test_broken_files_are_errors_at_their_line(
    name: str, make_change: Callable[..., Change], make_policy: Callable[..., Policy]
) -> None:
    content, line, reason = BROKEN[name]
    [(path, found_line, severity, message)] = judge({name: content}, make_change, make_policy())
    assert (path, found_line, severity) == (name, line, "error")
    assert reason in message


@pytest.mark.parametrize("name", SOUND)
def test_sound_files_pass(name: str, make_change: Callable[..., Change], make_policy: Callable[..., Policy]) -> None:
    assert judge({name: SOUND[name]}, make_change, make_policy()) == []


def test_a_template_is_only_a_warning(make_change: Callable[..., Change], make_policy: Callable[..., Policy]) -> None:
    files: dict[str, str | bytes] = {
        "templates/service.yaml": "a: {{ .Values.a }}\n{{- if .Values.b }}\nb: 1\n{{- end }}\n"
    }
    assert [severity for _, _, severity, _ in judge(files, make_change, make_policy())] == ["warning"]


def test_excluded_files_are_not_read(make_change: Callable[..., Change], make_policy: Callable[..., Policy]) -> None:
    policy = make_policy("structured_files: {exclude: ['fixtures/']}\n")
    assert judge({"fixtures/bad.json": "{"}, make_change, policy) == []


def test_an_alias_bomb_costs_nothing(make_change: Callable[..., Change], make_policy: Callable[..., Policy]) -> None:
    lines = ["a0: &a0 [x]"] + [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 30)]
    assert judge({"bomb.yaml": "\n".join(lines)}, make_change, make_policy()) == []


def test_two_hundred_json_files_take_well_under_a_second(
    make_change: Callable[..., Change], make_policy: Callable[..., Policy]
) -> None:
    files: dict[str, str | bytes] = {f"{number}.json": '{"a": [1, 2, 3]}' for number in range(200)}
    started = time.process_time()
    assert judge(files, make_change, make_policy()) == []
    assert time.process_time() - started < 5


def test_comments_go_and_columns_stay() -> None:
    assert strip_comments('{"a//b": 1, /* x\ny */ "c": [2, ], }') == '{"a//b": 1,     \n     "c": [2  ]  }'


@pytest.mark.parametrize("text", ["/*" * 300_000, '"' * 300_000, "," + " " * 300_000, ",\n" * 200_000])
def test_stripping_comments_is_linear(text: str) -> None:
    started = time.process_time()
    strip_comments(text)
    assert time.process_time() - started < 5
