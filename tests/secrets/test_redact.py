"""Redaction shows at most four characters of a secret, and nothing of a short one."""

from openclaw_hooks.secrets.redact import mask, redact
from tests.secrets.examples import random_text

LONG = random_text(40)


def test_a_long_secret_keeps_four_characters() -> None:
    assert redact(f"token={LONG};", [LONG]) == f"token={LONG[:4]}****;"


def test_a_short_secret_shows_nothing() -> None:
    assert redact("password=hunter2!", ["hunter2!"]) == "password=****"
    assert mask("hunter2!") == "****"


def test_overlapping_secrets_leave_no_rest() -> None:
    inner = LONG[5:25]
    assert redact(LONG, [inner, LONG]) == LONG[:4] + "****"


def test_single_lines_of_a_key_block_are_taken_out() -> None:
    lines = [random_text(64, seed=seed) for seed in range(3)]
    block = "\n".join(["-----BEGIN PRIVATE " + "KEY-----", *lines])
    shown = redact(f"line 2 is {lines[1]}", [block])
    assert shown == f"line 2 is {lines[1][:4]}****"


def test_text_without_secrets_is_unchanged() -> None:
    assert redact("nothing here", ["", LONG]) == "nothing here"
