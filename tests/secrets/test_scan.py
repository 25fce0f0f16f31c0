"""Whole texts and file names: lines, offsets, key blocks, huge and hostile input, and the cost of loading."""

import subprocess
import sys
import time

import pytest

from openclaw_hooks.secrets import scan
from openclaw_hooks.secrets.formats import FORMATS
from openclaw_hooks.secrets.scan import scan_name, scan_text
from openclaw_hooks.secrets.service_rows import SERVICES
from openclaw_hooks.secrets.services import find_services
from tests.secrets.examples import random_text, text_of_shape

TOKEN = "glpat-" + random_text(20)
BODY = "\n".join(random_text(64, seed=seed) for seed in range(6))
BEGIN = "-----BEGIN RSA PRIVATE " + "KEY-----"
END = "-----END RSA PRIVATE " + "KEY-----"


def test_lines_and_offsets_point_at_the_secret() -> None:
    text = f"one\r\ntwo\r\nthree {TOKEN} İ\nfour\n{TOKEN}"
    matches = scan_text(text, "a.txt")
    assert [match.line for match in matches] == [3, 5]
    assert all(text[match.start : match.end] == match.secret == TOKEN for match in matches)


def test_offsets_hold_where_lowering_changes_the_length() -> None:
    text = "İİİİ\npassword = '" + random_text(16) + "'\n"
    (match,) = scan_text(text, "a.yaml")
    assert text[match.start : match.end] == random_text(16)


def test_a_text_larger_than_one_piece_is_scanned_to_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scan, "CHUNK", 1000)
    text = "filler line\n" * 500 + f"token = '{TOKEN}'\n" + "filler line\n" * 500 + TOKEN
    matches = scan_text(text, "a.txt")
    assert [match.line for match in matches] == [501, 1002]
    assert all(text[match.start : match.end] == TOKEN for match in matches)


@pytest.mark.parametrize(
    "block",
    [
        f"{BEGIN}\n{BODY}\n{END}",
        f"{BEGIN}\r\n{BODY}\r\n{END}".replace("\n", "\r\n"),
        "key: |\n  " + f"{BEGIN}\n{BODY}\n{END}".replace("\n", "\n  "),
        'KEY="' + f"{BEGIN}\n{BODY}\n{END}".replace("\n", "\\n") + '"',
        "\n".join(f'"{line}\\n" +' for line in [BEGIN, *BODY.split("\n"), END]),
    ],
)
def test_a_private_key_is_found_whole_in_every_wrapping(block: str) -> None:
    (match,) = scan_text(f"before\n{block}\nafter\n", "a.txt")
    assert match.rule == "private-key"
    assert match.secret.startswith("-----BEGIN")
    assert match.secret.endswith("-----")
    assert BODY[-40:] in match.secret


@pytest.mark.parametrize(
    "text",
    [
        f"{BEGIN}\n...\n{END}",
        f"put it between {BEGIN} and {END}",
        BEGIN,
        f"{BEGIN}\n<your key>\n{END}",
        f"{BEGIN}\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,9F\n\n{BODY}\n{END}",
        f"-----BEGIN PUBLIC KEY-----\n{BODY}\n-----END PUBLIC KEY-----",
        f"-----BEGIN CERTIFICATE-----\n{BODY}\n-----END CERTIFICATE-----",
    ],
)
def test_a_begin_line_without_an_open_key_is_no_secret(text: str) -> None:
    assert scan_text(text + "\n", "a.md") == []


@pytest.mark.parametrize("row", SERVICES, ids=[row.rule for row in SERVICES])
def test_a_value_beside_its_service_is_found(row: object) -> None:
    assert isinstance(row, type(SERVICES[0]))
    hits = 0
    for seed in range(8):
        value = text_of_shape(row.shape, seed)
        text = f'{row.names[0]}_key = "{value}"\n'
        hits += any(found[3] == value for found in find_services(text, text.lower(), [value]))
    assert hits >= 5


def test_a_service_within_another_word_is_not_named() -> None:
    assert scan_text('SetSysctl = "' + random_text(24, "abcdefgh1234567") + '"\n', "a.c") == []


@pytest.mark.parametrize("path", ["home/.ssh/id_rsa", "id_ed25519", "keys\\login.ppk", "vault.kdbx", ".netrc"])
def test_files_that_are_keys_are_told_by_name(path: str) -> None:
    assert [match.rule for match in scan_name(path)] == ["secret-file"]


@pytest.mark.parametrize(
    "path", ["id_rsa.pub", "cert.pem", "src/token.py", ".env", "secrets/scan.py", "key.json", "a/passwords.txt"]
)
def test_ordinary_names_are_left_alone(path: str) -> None:
    assert scan_name(path) == []


def test_a_token_in_a_file_name_is_found() -> None:
    (match,) = scan_name(f"dumps/{TOKEN}/a.txt")
    assert match.secret == TOKEN


HOSTILE = {
    "letters": "a" * 500_000,
    "equals": "password=" * 50_000,
    "quotes": 'password="' * 50_000,
    "colons": "token: " * 50_000,
    "spaces": "secret " * 50_000,
    "names": "_key" * 100_000,
    "addresses": "://a:bcdefg@" * 30_000,
    "headers": "bearer " * 50_000,
    "commands": "curl -u " * 30_000,
    "begin lines": BEGIN * 10_000,
    "jwt heads": "-eyJ" * 100_000,
    "jwk": "kty:" * 30_000,
    "base64": "QUJDREVGR0hJSktMTU5PUA1" * 20_000,
    "escapes": "\\" * 250_000,
    "machines": "machine a login " * 20_000,
    "phrases": "mnemonic: " + "abandon " * 50_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_text_takes_no_more_than_linear_time(name: str) -> None:
    # Quadratic time on half a megabyte would take an hour; the bound leaves room for a busy machine.
    start = time.process_time()
    scan_text(HOSTILE[name], "a.txt")
    assert time.process_time() - start < 10


def test_every_literal_repeated_takes_linear_time() -> None:
    start = time.process_time()
    for literal in sorted({literal for row in FORMATS for literal in row.literals}):
        scan_text(f"-{literal}A1b" * (8_000 // len(literal)), "a.txt")
    assert time.process_time() - start < 10  # 3 measured; of ten times the texts it was ten times as much


def test_loading_the_scanner_loads_nothing_heavy() -> None:
    code = (
        "import sys, re; before = set(sys.modules); import openclaw_hooks.secrets.scan;"
        "print(*sorted({name.partition('.')[0] for name in set(sys.modules) - before}))"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    heavy = {"typing", "dataclasses", "inspect", "msgspec", "json", "base64", "detect_secrets", "subprocess"}
    assert "openclaw_hooks" in run.stdout.split()
    assert heavy.isdisjoint(run.stdout.split())


def test_a_key_block_across_two_pieces_is_found_whole() -> None:
    body = "\n".join(("MIIEpAIBAAKCAQEA" + format(number, "048x")) for number in range(7919, 7919 + 24))
    block = f"-----BEGIN RSA {'PRIVATE'} KEY-----\n{body}\n-----END RSA {'PRIVATE'} KEY-----\n"
    for shift in (10, 400, 1_600):
        text = "words on a line\n" * ((scan.CHUNK - shift) // 16) + block + "more\n" * 10
        assert [match.line for match in scan.scan_text(text, "a.pem")] == [text.count("\n", 0, text.index("-----")) + 1]
