"""All guards of agent runs, in the order of an attempt."""

from __future__ import annotations

from tests.agent.guards.deciding import DECIDED
from tests.agent.guards.edges import BEGUN, LEFT, WRITTEN
from tests.agent.guards.grounds import GROUNDED
from tests.agent.guards.holding import HELD
from tests.agent.guards.judging import CHECKED
from tests.agent.guards.measuring import FROZEN, MEASURED
from tests.agent.guards.merging import KEPT
from tests.agent.guards.ordering import ORDERED
from tests.agent.guards.prompting import PROMPTED
from tests.agent.guards.running import ALONE, LEASED
from tests.agent.guards.starting import STARTED
from tests.agent.guards.tampering import AROUND
from tests.agent.guards.telling import TOLD
from tests.agent.guards.trees import OUTSIDE, SNAPSHOTS, WORKTREE
from tests.agent.guards.wiring import REVIEWED, WIRED

GUARDS = (
    *ALONE,
    *BEGUN,
    *LEASED,
    *HELD,
    *ORDERED,
    *PROMPTED,
    *STARTED,
    *WORKTREE,
    *OUTSIDE,
    *SNAPSHOTS,
    *AROUND,
    *LEFT,
    *GROUNDED,
    *CHECKED,
    *FROZEN,
    *MEASURED,
    *DECIDED,
    *WIRED,
    *KEPT,
    *REVIEWED,
    *WRITTEN,
    *TOLD,
)
