"""What doctor says: one probe per layer, with its evidence and the command that mends it."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from openclaw_hooks.setup.repo_facts import RepoFacts


class Status(StrEnum):
    """How a layer is: a failure means that something is not guarded, a warning that it might not stay so."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


class Probe(NamedTuple):
    """One layer: what was looked at, how it is, what shows that, and what to run when it is not well."""

    id: str
    status: Status
    evidence: str
    fix: str = ""


FIX = "openclaw doctor --fix"


def ok(layer: str, evidence: str) -> Probe:
    """A layer that is well."""
    return Probe(layer, Status.OK, evidence)


def warn(layer: str, evidence: str, fix: str = "") -> Probe:
    """A layer that holds, but not for sure."""
    return Probe(layer, Status.WARN, evidence, fix)


def fail(layer: str, evidence: str, fix: str = FIX) -> Probe:
    """A layer that does not hold."""
    return Probe(layer, Status.FAIL, evidence, fix)


class DoctorFacts(NamedTuple):
    """What the probes look at: the repository, and the environment that hooks would run in."""

    repo: RepoFacts
    path: str
