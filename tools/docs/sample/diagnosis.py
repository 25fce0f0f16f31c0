"""What doctor and drill found last on the invented machine: one layer that does not hold, one act that got through."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from openclaw_hooks import __version__
from openclaw_hooks.diagnosis import (
    ActResult,
    DoctorRun,
    DrillRun,
    LayerResult,
    ProbeResult,
    TryResult,
    save_doctor,
    save_drill,
)
from tools.docs.sample.desk import DAY, HOUR

if TYPE_CHECKING:
    import random

PROBES: Final = (
    ProbeResult(id="git", status="ok", evidence="git version 2.47.1"),
    ProbeResult(id="python", status="ok", evidence="/usr/bin/python3 (3.12.4), openclaw-hooks installed beside it"),
    ProbeResult(id="policy", status="ok", evidence="21 rules with 96 checks, 10 roles"),
    ProbeResult(id="hook pre-commit", status="ok", evidence=".git/hooks/pre-commit runs openclaw-hook"),
    ProbeResult(id="hook commit-msg", status="ok", evidence=".git/hooks/commit-msg runs openclaw-hook"),
    ProbeResult(
        id="hook pre-push",
        status="fail",
        evidence=".git/hooks/pre-push is not executable: git passes it over",
        fix="openclaw doctor --fix",
    ),
    ProbeResult(id="agent claude", status="ok", evidence="8 events wired in .claude/settings.json"),
    ProbeResult(
        id="agent codex",
        status="warn",
        evidence="codex asks once before it trusts hooks of this folder",
        fix="codex, then answer yes",
    ),
    ProbeResult(id="board", status="ok", evidence="on openclaw/board, nothing waits for its commit"),
    ProbeResult(id="mesh", status="warn", evidence="plover was silent for 40 minutes", fix="openclaw mesh status"),
    ProbeResult(id="receipts", status="ok", evidence="HEAD was checked"),
)
LAYERS: Final = ("agent claude", "agent codex", "git shim", "pre-commit", "commit-msg", "pre-push", "receipts")
ACTS: Final = (
    ("honest", "honest work", ()),
    ("secret", "an AWS key in a file", ("agent claude", "pre-commit", "receipts")),
    ("private-key", "a private key", ("agent claude", "pre-commit", "receipts")),
    ("broken-json", "JSON that does not parse", ("pre-commit", "receipts")),
    ("bad-message", "a message that says nothing", ("commit-msg", "receipts")),
    ("no-verify", "a commit past the hooks", ("agent claude", "git shim", "receipts")),
    ("edit-policy", "an agent that loosens the policy", ("agent claude", "pre-commit")),
    ("read-secrets", "secrets read into the conversation", ("agent claude", "agent codex")),
    ("force-push", "a force-push of main", ()),
)
OPEN: Final = "force-push"


def write_diagnosis(state_dir: str, rng: random.Random, now: float) -> None:
    """The last runs of doctor, three hours ago, and of the drill, two days ago."""
    save_doctor(state_dir, DoctorRun(at=now - 3 * HOUR, version=__version__, probes=PROBES))
    acts = tuple(_play(name, title, caught) for name, title, caught in ACTS)
    save_drill(
        state_dir,
        DrillRun(at=now - 2 * DAY, version=__version__, layers=tuple(_sum(rng, name) for name in LAYERS), acts=acts),
    )


def _play(name: str, title: str, caught: tuple[str, ...]) -> ActResult:
    tries = tuple(TryResult(layer=layer, catch="caught", reason=f"openclaw: {title}: blocked") for layer in caught)
    if name == "honest":
        return ActResult(
            id=name, title=title, tries=tuple(TryResult(layer=layer, catch="let through") for layer in LAYERS)
        )
    if name != OPEN:
        return ActResult(id=name, title=title, tries=tries)
    inert = TryResult(layer="pre-push", catch="inert", reason="the hook is not executable")
    return ActResult(id=name, title=title, tries=(inert,), fault="nothing stopped it")


def _sum(rng: random.Random, name: str) -> LayerResult:
    if name == "pre-push":
        return LayerResult(name=name, inert=".git/hooks/pre-push is not executable", tried=1)
    tried = sum(name in caught for _, _, caught in ACTS)
    median = rng.uniform(8, 90)
    return LayerResult(
        name=name, stopped=tried, tried=tried, calls=tried * 3, p50_ms=round(median, 1), p95_ms=round(median * 1.7, 1)
    )
