"""Baselines of detect-secrets: accepted by hash and file; broken ones are an error that says where."""

import hashlib
import json
import subprocess
import sys
from pathlib import Path

import pytest

from openclaw_hooks.errors import OpenclawError
from openclaw_hooks.secrets.baseline import load_baseline
from openclaw_hooks.secrets.scan import scan_text
from tests.secrets.examples import random_text

SECRET = random_text(24)


def baseline_of(path: str, secret: str) -> str:
    entry = {"type": "Secret Keyword", "filename": path, "line_number": 3, "is_verified": False}
    return json.dumps(
        {"version": "1.5.0", "results": {path: [entry | {"hashed_secret": hashlib.sha1(secret.encode()).hexdigest()}]}}
    )


def test_a_secret_is_accepted_in_its_file_whatever_its_line() -> None:
    baseline = load_baseline(baseline_of("conf/app.yaml", SECRET))
    assert baseline.contains("conf/app.yaml", SECRET)
    assert baseline.contains("./conf\\app.yaml", SECRET)
    assert not baseline.contains("conf/other.yaml", SECRET)
    assert not baseline.contains("conf/app.yaml", SECRET + "x")


def test_a_private_key_is_accepted_by_its_begin_line() -> None:
    baseline = load_baseline(baseline_of("key.pem", "BEGIN RSA PRIVATE " + "KEY"))
    assert baseline.contains("key.pem", "-----BEGIN RSA PRIVATE " + f"KEY-----\n{random_text(64)}")
    assert not baseline.contains("key.pem", "-----BEGIN EC PRIVATE " + f"KEY-----\n{random_text(64)}")


def test_what_detect_secrets_writes_is_understood(tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text(f'api_key = "{SECRET}"\n')
    run = subprocess.run(
        [sys.executable, "-m", "detect_secrets", "scan", "--no-verify", "app.py"],
        cwd=tmp_path, capture_output=True, check=True,
    )  # fmt: skip
    (match,) = scan_text((tmp_path / "app.py").read_text(), "app.py")
    assert load_baseline(run.stdout).contains("app.py", match.secret)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("{", "not valid JSON"),
        (b"\xff\xfe\x00", "not valid JSON"),
        ("[]", "`results` must be a mapping"),
        ('{"results": []}', "`results` must be a mapping"),
        ('{"results": {"a": {}}}', "results.a must be a list"),
        ('{"results": {"a": [{}]}}', r"results.a\[0\].hashed_secret must be a SHA-1"),
        ('{"results": {"a": [{"hashed_secret": "abc"}]}}', r"results.a\[0\].hashed_secret"),
    ],
)
def test_a_broken_baseline_is_an_error_that_says_where(content: bytes | str, message: str) -> None:
    with pytest.raises(OpenclawError, match=message) as caught:
        load_baseline(content)
    assert "detect-secrets scan" in caught.value.hint
