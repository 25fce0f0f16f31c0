"""A capped log keeps beginning and end, whatever the pieces; lines come whole out of any pieces."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import given, settings
from hypothesis import strategies as st

from openclaw_hooks.agent.launch.capped_log import CappedLog
from openclaw_hooks.agent.launch.lines import Lines

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


@settings(max_examples=60, deadline=None)
@given(
    max_bytes=st.integers(min_value=256, max_value=400),
    sizes=st.lists(st.integers(min_value=0, max_value=500), max_size=8),
)
def test_a_log_is_the_whole_output_or_its_two_ends(
    tmp_path_factory: pytest.TempPathFactory, max_bytes: int, sizes: list[int]
) -> None:
    path = tmp_path_factory.mktemp("log") / "log"
    log = CappedLog(str(path), max_bytes)
    whole = bytes(index % 251 for index in range(sum(sizes)))
    at = 0
    for size in sizes:
        log.write(whole[at : at + size])
        at += size
    log.close()
    dropped = max(len(whole) - max_bytes, 0)
    assert log.dropped == dropped
    head = max_bytes // 2
    mark = f"\n[... {dropped:,} bytes left out ...]\n".encode()
    wanted = whole if not dropped else whole[:head] + mark + whole[len(whole) - (max_bytes - head) :]
    assert path.read_bytes() == wanted


def test_without_a_path_bytes_are_only_counted() -> None:
    log = CappedLog("", 100)
    log.write(b"x" * 300)
    log.close()
    assert log.written == 300


def test_a_log_is_for_its_owner_only(tmp_path: Path) -> None:
    CappedLog(str(tmp_path / "log"), 100).close()
    assert (tmp_path / "log").stat().st_mode & 0o777 == 0o600


@settings(max_examples=100, deadline=None)
@given(st.lists(st.text(alphabet="ab\n", max_size=12).map(str.encode), max_size=8))
def test_lines_come_whole_and_long_ones_not_at_all(chunks: list[bytes]) -> None:
    lines = Lines(max_bytes=5)
    found = [line for chunk in chunks for line in lines.add(chunk)]
    found += lines.end()
    whole = b"".join(chunks).split(b"\n")
    if not whole[-1]:
        whole.pop()
    assert found == [line for line in whole if len(line) <= 5]
    assert lines.skipped == sum(len(line) > 5 for line in whole)
