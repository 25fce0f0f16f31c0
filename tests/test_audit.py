"""The audit log: valid JSON whatever comes in, rotation, several writers, and never in the way."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from openclaw_hooks import audit
from openclaw_hooks.audit import append_verdict, read_verdicts

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def lines(folder: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in (folder / audit.LOG).read_text(encoding="ascii").splitlines()]


def test_a_line_says_when_who_what_and_which_rules(tmp_path: Path) -> None:
    append_verdict(str(tmp_path), {"session": "s", "event": "PreToolUse", "agent": ""}, ["a/b", "c"], 0.01234)
    [line] = lines(tmp_path)
    assert time.strptime(str(line.pop("time")), "%Y-%m-%dT%H:%M:%S.%fZ")
    assert line == {"session": "s", "event": "PreToolUse", "rules": ["a/b", "c"], "ms": 12.3}


@given(st.text(st.characters(), max_size=30))
def test_any_text_becomes_valid_ascii_json(text: str) -> None:
    quoted = audit._quote(text)
    assert quoted.isascii()
    assert json.loads(quoted) == json.loads(json.dumps(text))


def test_values_and_lists_are_cut(tmp_path: Path) -> None:
    append_verdict(str(tmp_path), {"where": "x" * 5000}, [str(number) for number in range(100)], 0)
    [line] = lines(tmp_path)
    assert len(str(line["where"])) == audit.MAX_CHARS
    assert len(line["rules"]) == audit.MAX_RULES  # type: ignore[arg-type]  # JSON


def test_a_full_log_is_rotated_and_the_oldest_dropped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit, "MAX_BYTES", 300)
    for number in range(60):
        append_verdict(str(tmp_path), {"event": str(number)}, (), 0)
    names = sorted(path.name for path in (tmp_path / "logs").iterdir())
    assert {"audit.jsonl.1", "audit.jsonl.2", "audit.jsonl.3"} <= set(names) <= {
        "audit.jsonl", "audit.jsonl.1", "audit.jsonl.2", "audit.jsonl.3",
    }  # fmt: skip
    kept = [int(str(entry["event"])) for entry in read_verdicts(str(tmp_path))]
    assert kept == list(range(kept[0], 60))
    assert 10 < len(kept) < 60


def test_a_lock_that_a_killed_hook_left_does_not_stop_rotation_for_ever(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audit, "MAX_BYTES", 100)
    monkeypatch.setattr(audit, "LOCK_LIFE_S", -1.0)
    (tmp_path / "logs").mkdir()
    (tmp_path / "logs" / "audit.jsonl.lock").touch()
    for _ in range(5):
        append_verdict(str(tmp_path), {"event": "x"}, (), 0)
    assert (tmp_path / "logs" / "audit.jsonl.1").exists()
    assert len(list(read_verdicts(str(tmp_path)))) == 5


def test_writers_at_the_same_time_lose_no_line(tmp_path: Path) -> None:
    code = f"from openclaw_hooks.audit import append_verdict\nfor n in range(200): append_verdict({str(tmp_path)!r}, {{'event': 'x' * 150}}, (), 0)"
    running = [subprocess.Popen([sys.executable, "-c", code]) for _ in range(4)]
    assert [process.wait() for process in running] == [0] * 4
    assert len(lines(tmp_path)) == 800


def test_what_cannot_be_written_is_let_go(tmp_path: Path) -> None:
    (tmp_path / "logs").write_text("a file where the folder should be")
    append_verdict(str(tmp_path), {"event": "x"}, (), 0)
    assert list(read_verdicts(str(tmp_path))) == []


def test_a_link_in_place_of_the_log_is_not_followed(tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.write_text("mine\n")
    (tmp_path / "logs").mkdir()
    (tmp_path / audit.LOG).symlink_to(victim)
    append_verdict(str(tmp_path), {"event": "x"}, (), 0)
    assert victim.read_text() == "mine\n"


def test_reading_skips_a_line_that_was_cut_off(tmp_path: Path) -> None:
    append_verdict(str(tmp_path), {"event": "1"}, (), 0)
    with (tmp_path / audit.LOG).open("a") as stream:
        stream.write('{"event": "hal\n[]\n')
    append_verdict(str(tmp_path), {"event": "2"}, (), 0)
    assert [entry["event"] for entry in read_verdicts(str(tmp_path))] == ["1", "2"]


def test_a_line_costs_less_than_a_millisecond(tmp_path: Path) -> None:
    append_verdict(str(tmp_path), {"event": "x"}, (), 0)
    started = time.process_time()
    for _ in range(100):
        append_verdict(str(tmp_path), {"session": "s" * 36, "event": "PreToolUse", "tool": "Bash"}, (), 0)
    assert (time.process_time() - started) / 100 < 0.001


def test_lines_that_nobody_of_ours_wrote_are_skipped(tmp_path: Path) -> None:
    append_verdict(str(tmp_path), {"event": "sound"}, (), 0)
    with (tmp_path / audit.LOG).open("a") as stream:
        stream.write("[" * 100_000 + '\n{"event": \n"text"\n')
    assert [entry["event"] for entry in read_verdicts(str(tmp_path))] == ["sound"]
