"""Our entry in the text of `.pre-commit-config.yaml`: added, kept up to date, taken out, all else untouched."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from openclaw_hooks.errors import OpenclawError
from openclaw_hooks.setup.pre_commit_config import HOOK_IDS, add_entry, entry_data, remove_entry
from openclaw_hooks.setup.pre_commit_source import Source, parse_source, without_password

REMOTE = Source("https://example.org/openclaw-hooks", "v1.0.0")
RELEASE = Source("local", "1.0.0")

ODD_DASHES = """\
# top
repos:
-   repo: https://example.org/a
    rev: v1  # pinned
    hooks:
    -   id: x
        args: [--foo]  # why
    # -   id: off

# tail
ci:
  skip: [a]
"""
INDENTED = """\
---
repos:
  - repo: https://example.org/a
    rev: 'v1'
    hooks:
      - id: x
        files: |
          (?x)a|
          # no comment
          b
...
"""
ALIASES = """\
x-args: &args [1]
repos:
- repo: local
  hooks:
  - id: x
    args: *args

# tail
"""
TEXTS = {
    "odd dashes": ODD_DASHES,
    "indented, document marks": INDENTED,
    "alias at the end": ALIASES,
    "CRLF": ODD_DASHES.replace("\n", "\r\n"),
    "empty list": "repos: []  # none\nfail_fast: true\n",
    "nothing": "repos:\nfail_fast: true\n",
    "JSON": '{"repos": [{"repo": "local", "hooks": []}], "fail_fast": true}\n',
    "BOM and umlaut": "\ufeffrepos:\n- repo: https://example.org/ä\n  rev: v1\n  hooks: [{id: x}]\n",
    "no line end": "repos:\n- repo: local\n  hooks: []",
}


@pytest.mark.parametrize("source", [REMOTE, RELEASE])
@pytest.mark.parametrize("name", list(TEXTS))
def test_the_entry_is_added_and_nothing_else_changes(name: str, source: Source) -> None:
    text = TEXTS[name]
    after = add_entry(text, source).text
    assert after is not None
    old, new = yaml.safe_load(text), yaml.safe_load(after)
    assert new == {**old, "repos": [*(old["repos"] or []), entry_data(source)]}
    kept = [line.rstrip() for line in text.splitlines() if "repos:" not in line and 'repos"' not in line]
    assert [line for line in kept if line not in after] == []
    assert ("\r\n" in after) == ("\r\n" in text)
    assert add_entry(after, source).text == after


@pytest.mark.parametrize("source", [REMOTE, RELEASE])
@pytest.mark.parametrize("name", list(TEXTS))
def test_taking_the_entry_out_gives_the_text_back(name: str, source: Source) -> None:
    text = TEXTS[name]
    after = remove_entry(add_entry(text, source).text or "")
    assert after is not None
    if name in ("empty list", "nothing"):
        assert yaml.safe_load(after)["repos"] == []
    else:
        assert after.rstrip("\n") == text.rstrip("\n")


def test_style_and_comments_of_the_neighbours_are_taken_up() -> None:
    after = add_entry(ODD_DASHES, REMOTE).text or ""
    assert (
        "    # -   id: off\n"
        "-   repo: https://example.org/openclaw-hooks\n"
        "    rev: v1.0.0\n"
        "    hooks:\n"
        "    -   id: openclaw-check\n"
    ) in after
    assert "- repo: https://example.org/openclaw-hooks" in (add_entry(INDENTED, REMOTE).text or "")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "# only a comment\n",
        "- repo: x\n",
        "repos: []\nrepos: []\n",
        "repos: []\n---\nrepos: []\n",
        "repos: {a",
        "a: 1\n",
    ],
)
def test_what_cannot_be_edited_safely_is_refused_with_the_lines_to_add(text: str) -> None:
    after = add_entry(text, REMOTE)
    assert after.text is None
    assert "id: openclaw-check" in after.by_hand


@pytest.mark.parametrize("source", [REMOTE, RELEASE])
def test_an_older_entry_gets_a_new_version_and_keeps_everything_else(source: Source) -> None:
    old = (add_entry(ODD_DASHES, source).text or "").replace("id: openclaw-push", "id: openclaw-push  # mine")
    new = add_entry(old, source._replace(rev=source.rev.replace("1.0", "1.10"))).text or ""
    assert new.replace("1.10.0", "1.0.0") == old
    assert new.count("1.10.0") == (1 if source is REMOTE else 3)


def test_a_newer_version_a_foreign_source_and_a_partial_entry_are_the_users_choice() -> None:
    newer = add_entry(None, REMOTE._replace(rev="v2.0.0")).text
    assert add_entry(newer, REMOTE).text == newer
    fork = add_entry(None, Source("https://example.org/fork", "v0.1")).text
    assert add_entry(fork, REMOTE).text == fork
    partial = "repos:\n- repo: https://example.org/fork\n  rev: v1\n  hooks: [{id: openclaw-secrets}]\n"
    assert add_entry(partial, REMOTE).text == partial


def test_an_entry_shared_with_others_is_not_taken_out() -> None:
    text = (
        "repos:\n- repo: local\n  hooks:\n  - {id: openclaw-check, name: a, language: system, entry: a}\n  - {id: x}\n"
    )
    assert remove_entry(text) is None


@pytest.mark.parametrize("source", [REMOTE, RELEASE])
def test_pre_commit_accepts_the_created_file(tmp_path: Path, source: Source) -> None:
    path = tmp_path / ".pre-commit-config.yaml"
    path.write_text(add_entry(None, source).text or "")
    program = Path(sys.executable).with_name("pre-commit")
    done = subprocess.run([program, "validate-config", path], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout + done.stderr) == (0, "")


def test_the_release_entry_says_what_the_manifest_says() -> None:
    manifest = Path(__file__).parents[2] / ".pre-commit-hooks.yaml"
    shipped = {hook["id"]: hook for hook in yaml.safe_load(manifest.read_text())}
    for hook in entry_data(RELEASE)["hooks"]:
        known = {key: value for key, value in shipped[hook["id"]].items() if key not in ("name", "description")}
        mine = {key: value for key, value in hook.items() if key not in ("name", "additional_dependencies")}
        assert mine == known
    assert set(HOOK_IDS) <= set(shipped)


@given(
    before=st.lists(st.sampled_from(["# c", "", "fail_fast: true", "exclude: '^x'"]), unique=True, max_size=4),
    indent=st.integers(0, 4),
    gap=st.integers(1, 4),
    hooks=st.lists(st.sampled_from(["id: a", "id: b", "{id: c}"]), max_size=3),
    after=st.lists(st.sampled_from(["# c", "", "ci: {}", "minimum_pre_commit_version: '3'"]), unique=True, max_size=4),
)
def test_any_layout_is_edited_right_or_refused(
    before: list[str], indent: int, gap: int, hooks: list[str], after: list[str]
) -> None:
    dash, pad = " " * indent, " " * gap
    body = [f"{dash}-{pad}repo: local", f"{dash} {pad}hooks:" + ("" if hooks else " []")]
    body += [f"{dash} {pad}-{pad}{hook}" for hook in hooks]
    text = "\n".join([*before, "repos:", *body, *after]) + "\n"
    new = add_entry(text, REMOTE).text
    old = yaml.safe_load(text)
    assert new is not None
    assert yaml.safe_load(new) == {**old, "repos": [*old["repos"], entry_data(REMOTE)]}
    assert remove_entry(new) == text


def test_the_source_is_read_from_url_and_rev() -> None:
    assert parse_source("git@example.org:a/b.git@v1") == Source("git@example.org:a/b.git", "v1")
    for bad in ("https://example.org/a", "@v1", "x@", "x@a b", "-x@v1"):
        with pytest.raises(OpenclawError, match="URL@REV"):
            parse_source(bad)


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://user:token@example.org/a", "https://example.org/a"),
        ("https://token@example.org/a", "https://example.org/a"),
        ("ssh://git@example.org/a", "ssh://git@example.org/a"),
        ("https://example.org/a@b", "https://example.org/a@b"),
    ],
)
def test_a_token_in_the_url_that_we_came_from_is_not_written_down(url: str, shown: str) -> None:
    assert without_password(url) == shown
