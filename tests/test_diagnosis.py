from pathlib import Path

import msgspec
import pytest

from openclaw_hooks.diagnosis import (
    ActResult,
    DoctorRun,
    DrillRun,
    LayerResult,
    ProbeResult,
    TryResult,
    clip,
    load_doctor,
    load_drill,
    save_doctor,
    save_drill,
)

DOCTOR = DoctorRun(
    at=1_795_000_000.5,
    version="1.2.3",
    probes=(ProbeResult(id="hooks", status="fail", evidence="pre-commit is gone", fix="openclaw doctor --fix"),),
)
DRILL = DrillRun(
    at=1_795_000_000.0,
    version="1.2.3",
    layers=(LayerResult(name="pre-commit", stopped=3, tried=4, calls=4, p50_ms=80.0, p95_ms=120.5),),
    acts=(
        ActResult(id="secret", title="A key in a commit", tries=(TryResult(layer="pre-commit", catch="caught"),)),
        ActResult(id="force", title="A forced push", skipped="switched off"),
    ),
)


def test_what_was_kept_is_read_again(tmp_path: Path) -> None:
    save_doctor(str(tmp_path), DOCTOR)
    save_drill(str(tmp_path), DRILL)

    assert load_doctor(str(tmp_path)) == DOCTOR
    assert load_drill(str(tmp_path)) == DRILL


def test_the_last_run_replaces_the_one_before(tmp_path: Path) -> None:
    save_doctor(str(tmp_path), DOCTOR)
    later = msgspec.structs.replace(DOCTOR, at=DOCTOR.at + 60, probes=())
    save_doctor(str(tmp_path), later)

    assert load_doctor(str(tmp_path)) == later


def test_before_the_first_run_there_is_nothing(tmp_path: Path) -> None:
    assert load_doctor(str(tmp_path)) is None
    assert load_drill(str(tmp_path)) is None


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"at":"now"}', b"\xff\xfe", b"[" * 100_000])
def test_a_file_that_cannot_be_read_is_no_result(tmp_path: Path, content: bytes) -> None:
    save_doctor(str(tmp_path), DOCTOR)
    (kept,) = (tmp_path / "diagnosis").iterdir()
    kept.write_bytes(content)

    assert load_doctor(str(tmp_path)) is None


def test_a_folder_that_cannot_be_written_fails_nobody(tmp_path: Path) -> None:
    (tmp_path / "diagnosis").write_text("a file is in the way")

    save_doctor(str(tmp_path), DOCTOR)
    save_drill(str(tmp_path), DRILL)

    assert load_doctor(str(tmp_path)) is None


def test_text_that_is_no_unicode_fails_nobody(tmp_path: Path) -> None:
    odd = ProbeResult(id="hooks", status="ok", evidence="caf\udce9")
    save_doctor(str(tmp_path), msgspec.structs.replace(DOCTOR, probes=(odd,)))

    assert load_doctor(str(tmp_path)) is None


def test_a_drill_is_well_while_nothing_got_through() -> None:
    assert DRILL.is_ok
    assert not DrillRun(at=0.0, version="", acts=(ActResult(id="x", title="x", fault="got through"),)).is_ok


def test_long_evidence_is_cut() -> None:
    assert len(clip("x" * 10_000)) == 2000
    assert clip("short") == "short"
