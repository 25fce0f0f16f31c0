"""Pragmas and published samples let a line through; nothing else does."""

import pytest

from openclaw_hooks.secrets.allow import KNOWN_SAMPLES
from openclaw_hooks.secrets.scan import scan_text
from tests.secrets.examples import random_text

TOKEN = "glpat-" + random_text(20)


@pytest.mark.parametrize(
    "comment",
    [
        "# pragma: allowlist secret", "// pragma: allowlist secret", "/* pragma: allowlist secret */",
        "' pragma: allowlist secret", "-- pragma: allowlist secret", "<!-- pragma: allowlist secret -->",
        "<!-- # pragma: allowlist secret -->", "# pragma: whitelist secret", "#pragma:allowlist secret",
    ],
)  # fmt: skip
def test_a_pragma_allows_its_own_line_only(comment: str) -> None:
    matches = scan_text(f"a = {TOKEN} {comment}\nb = {TOKEN}\n", "a.txt")
    assert [match.line for match in matches] == [2]


@pytest.mark.parametrize("comment", ["# pragma: allowlist nextline secret", "  // pragma: allowlist nextline secret"])
def test_a_nextline_pragma_allows_the_next_line_only(comment: str) -> None:
    matches = scan_text(f"{comment}\na = {TOKEN}\nb = {TOKEN}\n", "a.txt")
    assert [match.line for match in matches] == [3]


@pytest.mark.parametrize(
    "text",
    [
        f"x = 1  # pragma: allowlist nextline secret\n{TOKEN}\n",
        f"{TOKEN} # gitleaks:allow\n",
        f"{TOKEN} pragma: allowlist secret\n",
        f"# pragma: allowlist secret\n{TOKEN}\n",
        f"{TOKEN} # pragma: no cover\n",
    ],
)
def test_what_is_no_pragma_for_the_line_allows_nothing(text: str) -> None:
    assert [match.secret for match in scan_text(text, "a.txt")] == [TOKEN]


def test_published_samples_pass() -> None:
    for sample in KNOWN_SAMPLES:
        assert scan_text(f"aws_secret_access_key = '{sample}'\n{sample}\n", "a.txt") == []


def test_a_signature_is_no_secret_whatever_it_looks_like_and_hides_none_behind_it() -> None:
    token = "EAAA" + random_text(60)
    assert scan_text(f"a: {token}\n", "a.yaml"), "it looks like one"
    signature = "U1NIU0lHAAAAAQAAADMAAAALc3NoLWVkMjU1MTkAAAAg" + random_text(40) + "/" + token
    assert scan_text(f"signature: {signature}\n", "a.yaml") == []
    assert scan_text(f"signature: {signature}\nb: {token}\n", "a.yaml")[0].line == 2
    assert scan_text(f"signature: {signature} {token}\n", "a.yaml")
