"""Files that are written whole or not at all."""

from __future__ import annotations

import os
import threading
from typing import TYPE_CHECKING

from openclaw_hooks.files import atomic_write

if TYPE_CHECKING:
    from pathlib import Path


def test_threads_that_write_one_file_do_not_meet(tmp_path: Path) -> None:
    path, troubles = tmp_path / "lease.json", []

    def write(content: bytes) -> None:
        for _ in range(100):
            try:
                atomic_write(path, content, 0o600)
            except OSError as error:
                troubles.append(error)

    threads = [threading.Thread(target=write, args=(letter * 10_000,)) for letter in (b"a", b"b", b"c")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert troubles == []
    assert len(set(path.read_bytes())) == 1
    assert os.listdir(tmp_path) == ["lease.json"]
