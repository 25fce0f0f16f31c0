"""A worker without files and without a model asks the index of another node, over a real server."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Any

import pytest

from openclaw_hooks.cli.knowledge.offer import KnowledgeOffer
from tests.mesh.sidecar.conftest import OPENCLAW, wait_until

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import Repository
    from tests.mesh.sidecar.conftest import Clone, Mesh

RULES = 'mesh:\n  calls:\n    w1: ["boss.knowledge.*"]\n'
# A worker's Python that has no driver for the index, no numpy and no MCP: all it has is the mesh.
BARE = """\
import sys
for name in ("apsw", "numpy", "onnxruntime", "mcp"):
    sys.modules[name] = None
from openclaw_hooks.cli.app import main
main()
"""


@pytest.fixture
def boss(mesh: Mesh) -> Clone:
    """A lead with something to find, an index of it, and a list of commands that nobody can read."""
    clone = mesh.add("boss", OPENCLAW_NODE_ID="boss")
    write(
        clone.top / "docs/backup.md", "# Backups\n\n## Encryption\n\nCopies are \x1b[31mencrypted\x1b[0m with a key.\n"
    )
    write(clone.top / "docs/restore.md", "# Restoring\n\nEncrypted copies come back with the key.\n")
    write(clone.top / ".openclaw/config.yaml", RULES)
    clone.run("knowledge", "index")
    os.makedirs(clone.place.folder, exist_ok=True)
    write_private(clone.place.commands, "build: [no, list, of, ours\n")
    return clone.lead()


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def write_private(path: str, text: str) -> None:
    with open(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600), "w") as stream:
        stream.write(text)


def run_bare(clone: Clone, *words: str) -> subprocess.CompletedProcess[str]:
    code = [sys.executable, "-P", "-c", BARE, *words]
    return subprocess.run(code, cwd=clone.top, env=clone.env, capture_output=True, text=True, timeout=30, check=False)


def offered(clone: Clone) -> dict[str, Any]:
    return {tool["tool"]: tool for tool in json.loads(clone.run("mesh", "tools", "--json").stdout)["data"]["tools"]}


def test_a_worker_without_files_and_model_asks_another_nodes_index(mesh: Mesh, boss: Clone) -> None:
    worker = mesh.join(boss, "w1")
    wait_until(lambda: "knowledge" in offered(worker), f"the tool: {boss.log}")
    assert "some tools are not offered" in boss.log  # the broken list of commands, which took nothing else away
    assert not (worker.top / ".git/openclaw/knowledge.db").exists()

    found = run_bare(worker, "knowledge", "search", "encrypted", "copies", "--node", "boss")
    assert found.returncode == 0, found.stderr
    assert "docs/backup.md:1  Backups > Encryption  (doc, keyword" in found.stdout
    assert "\x1b" not in found.stdout
    assert "hits, searched by keyword; on boss: by meaning too after" in found.stdout

    related = run_bare(worker, "knowledge", "related", "docs/restore.md", "--node", "boss", "--json")
    assert [hit["path"] for hit in json.loads(related.stdout)["data"]["hits"]] == ["docs/backup.md"]

    stats = worker.run("mesh", "call", "boss", "knowledge", "stats").stdout
    assert json.loads(stats)["data"]["result"]["documents"]["doc"] == 2
    assert str(mesh.folder) not in stats

    done = json.loads(worker.run("mesh", "call", "boss", "knowledge", "reindex", "--json", '{"force": true}').stdout)
    assert (done["data"]["result"]["changed"], done["data"]["result"]["problems"]) == (2, {})

    # What was written a moment ago can be found: the index follows the files.
    time.sleep(1.1)
    write(boss.top / "docs/garden.md", "# Garden\n\nRoses and tulips.\n")
    assert "docs/garden.md:1" in run_bare(worker, "knowledge", "search", "tulips", "--node", "boss").stdout

    for params, said in (
        ('{"query": "tulips", "limit": "1 UNION ALL SELECT"}', "limit: a whole number from 1 to 50"),
        ('{"query": "tulips", "root": "/"}', "unknown field `root`"),
    ):
        refused = worker.run("mesh", "call", "boss", "knowledge", "search", "--json", params, code=2)
        assert said in refused.stderr
    outside = run_bare(worker, "knowledge", "related", "../../etc/passwd", "--node", "boss")
    assert (outside.returncode, "no path from the root" in outside.stderr) == (2, True)

    other = mesh.join(boss, "w2")  # whom mesh.calls does not name
    refused = other.run("knowledge", "search", "copies", "--node", "boss", code=1)
    assert "boss.knowledge.search" in refused.stderr
    assert refused.stdout == ""


def test_without_an_index_there_is_no_tool(repository: Repository) -> None:
    offer = KnowledgeOffer(str(repository.path))
    assert offer.find() == []
    write(repository.path / "docs/a.md", "# One\n\nWords.\n")
    subprocess.run([*OPENCLAW, "knowledge", "index"], cwd=repository.path, check=True, capture_output=True)
    assert [tool.name for tool in offer.find()] == ["knowledge"]
