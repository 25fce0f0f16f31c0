"""Brings the browser libraries and fonts of Mission Control into the package: `python -m tools.vendor_site [--check]`.

Needs npm, and `pip install fonttools brotli` for the fonts. What comes is named with its version below; licence, version and a manifest with hashes are written beside it.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import shutil
import sys
import tarfile
import tempfile
from pathlib import Path
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).parents[1]))

from openclaw_hooks.errors import OpenclawError
from openclaw_hooks.files import atomic_write
from openclaw_hooks.process import ProcessError, run_program

VENDOR = Path(__file__).parents[1] / "openclaw_hooks/mission_control/assets/vendor"
TERSER = "terser@5.44.0"  # makes a library small that is published only in full


FEATURES = ["kern", "ccmp", "locl", "mark", "tnum"]
MORE_SIGNS = "\u2013\u2014\u2018\u2019\u201a\u201c\u201d\u201e\u2022\u2026\u2039\u203a\u20ac\u2122\u2190\u2191\u2192\u2193\u2212\u2713"
WEIGHTS = (400, 700)


class Part(NamedTuple):
    """One npm package and the files that are taken from it; several parts with one target are put one after another."""

    package: str
    version: str
    licence: str
    files: dict[str, str]
    make: str = ""  # "minify" a script that is published only in full; "subset" a font


class Library(NamedTuple):
    """A folder below `vendor`, and what it is made of; all parts of one have the same licence text."""

    name: str
    parts: tuple[Part, ...]


D3 = "d3-force.min.js"
LIBRARIES = (
    Library("minisearch", (Part("minisearch", "7.2.0", "MIT", {"dist/umd/index.js": "minisearch.min.js"}, "minify"),)),
    Library(
        "d3-force",
        (
            Part("d3-dispatch", "3.0.2", "ISC", {"dist/d3-dispatch.min.js": D3}),
            Part("d3-quadtree", "3.0.2", "ISC", {"dist/d3-quadtree.min.js": D3}),
            Part("d3-timer", "3.0.2", "ISC", {"dist/d3-timer.min.js": D3}),
            Part("d3-force", "3.0.1", "ISC", {"dist/d3-force.min.js": D3}),
        ),
    ),
    Library(
        "inter",
        (
            Part(
                "@fontsource-variable/inter",
                "5.3.0",
                "OFL-1.1",
                {"files/inter-latin-wght-normal.woff2": "inter-latin-wght.woff2"},
                "subset",
            ),
        ),
    ),
    Library(
        "jetbrains-mono",
        (
            Part(
                "@fontsource/jetbrains-mono",
                "5.3.0",
                "OFL-1.1",
                {
                    "files/jetbrains-mono-latin-400-normal.woff2": "jetbrains-mono-latin-400.woff2",
                    "files/jetbrains-mono-latin-600-normal.woff2": "jetbrains-mono-latin-600.woff2",
                },
                "subset",
            ),
        ),
    ),
)


def fetch_part(part: Part, folder: Path) -> Path:
    """The unpacked package below `folder`; npm checks it against the hash that its registry gives."""
    target = folder / part.package.replace("/", "+")
    target.mkdir()
    _npm(["npm", "pack", "--silent", "--pack-destination", str(target), f"{part.package}@{part.version}"], folder)
    (archive,) = target.glob("*.tgz")
    with tarfile.open(archive) as tar:
        tar.extractall(target, filter="data")
    return target / "package"


def _npm(argv: list[str], folder: Path) -> None:
    done = run_program(argv, cwd=folder, timeout_s=300)
    if done.code:
        raise ProcessError(f"{' '.join(argv)} ended with {done.code}: {done.stderr.decode('utf-8', 'replace').strip()}")


def minify(source: Path, folder: Path) -> bytes:
    """The script made small; names that others use are kept."""
    out = folder / "small.js"
    words = ["--compress", "--mangle", "--comments", "false", "--output", str(out)]
    _npm(["npx", "--yes", TERSER, str(source), *words], folder)
    return out.read_bytes()


def subset(source: Path, folder: Path) -> bytes:
    """The font with the signs of western European text, and the weights and features that the style sheets ask for."""
    from fontTools import subset as subsets
    from fontTools.ttLib import TTFont
    from fontTools.varLib.instancer import instantiateVariableFont

    font = TTFont(source, recalcTimestamp=False)
    options = subsets.Options(flavor="woff2", layout_features=FEATURES, hinting=False, name_IDs=["*"])
    subsetter = subsets.Subsetter(options)
    subsetter.populate(unicodes=[*range(0x20, 0x7F), *range(0xA0, 0x100), *map(ord, MORE_SIGNS)])
    subsetter.subset(font)
    if "fvar" in font:
        font = instantiateVariableFont(font, {"wght": WEIGHTS})
    font.flavor = "woff2"
    font.save(folder / "small.woff2")
    return (folder / "small.woff2").read_bytes()


def read_whole(source: Path, _folder: Path) -> bytes:
    """The file without the line that names a map of its source."""
    content = source.read_bytes()
    before, found, _ = content.rpartition(b"\n//# sourceMappingURL=")
    return before + b"\n" if found else content


MAKERS = {"": read_whole, "minify": minify, "subset": subset}


def collect_library(library: Library, folder: Path) -> dict[str, bytes]:
    """The files of one library by their name in its folder, with licence and versions."""
    files: dict[str, bytes] = {}
    licences = set()
    for part in library.parts:
        package = fetch_part(part, folder)
        (licence,) = (path for path in package.iterdir() if path.name.upper().startswith("LICEN"))
        licences.add(licence.read_text(encoding="utf-8").strip() + "\n")
        said = json.loads((package / "package.json").read_text(encoding="utf-8"))["license"]
        if said != part.licence:
            raise OpenclawError(f"{part.package} is under {said} now, not {part.licence}", "read it before taking it")
        for source, name in part.files.items():
            files[name] = files.get(name, b"") + MAKERS[part.make](package / source, folder)
    if len(licences) != 1:
        raise OpenclawError(f"the parts of {library.name} have different licence texts", "give each a folder")
    files["LICENSE"] = licences.pop().encode()
    files["VERSION"] = "".join(f"{part.package} {part.version} {part.licence}\n" for part in library.parts).encode()
    return files


def collect_all() -> dict[str, bytes]:
    """Every file below `vendor` by its path there, with the manifest."""
    files: dict[str, bytes] = {}
    for library in LIBRARIES:
        with tempfile.TemporaryDirectory() as folder:
            for name, content in collect_library(library, Path(folder)).items():
                files[f"{library.name}/{name}"] = content
    listed = {
        path: {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
        for path, content in sorted(files.items())
    }
    files["manifest.json"] = (json.dumps(listed, indent=2) + "\n").encode()
    return files


def main() -> int:
    """0 when the folder is as it should be; with --check nothing is written and 1 says that it differs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="only compare with what is there")
    wanted = collect_all()
    if parser.parse_args().check:
        there = {path.relative_to(VENDOR).as_posix(): path.read_bytes() for path in VENDOR.rglob("*") if path.is_file()}
        differing = sorted(path for path in wanted.keys() | there.keys() if wanted.get(path) != there.get(path))
        print("\n".join(differing) or f"{len(wanted)} files are as published")
        return int(bool(differing))
    shutil.rmtree(VENDOR, ignore_errors=True)
    for path, content in wanted.items():
        (VENDOR / path).parent.mkdir(parents=True, exist_ok=True)
        atomic_write(VENDOR / path, content)
        print(f"{len(content):>8}  {path}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
