"""The log of a run that was killed while its agent was at work: invented, as the rows on the board are."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from msgspec.structs import replace

from openclaw_hooks.agent import events as said
from openclaw_hooks.agent.events import EventLog, runs_folder
from openclaw_hooks.agent.model import Cause, Found, Judgement, Provenance, Report, Snapshot, Stat, Terms, Verdict
from openclaw_hooks.board.leases.held import stamp
from openclaw_hooks.tasks.model import ACTIVE
from openclaw_hooks.verdict import Severity
from tools.docs.sample.cast import AGENTS

if TYPE_CHECKING:
    from openclaw_hooks.git import Repo
    from openclaw_hooks.tasks.model import Task
    from tools.docs.sample.desk import Desk

RUN = "R-0pen0k"
BASE, LEFT = "5" * 40, "c" * 40


def write_open_run(repo: Repo, desk: Desk) -> None:
    """The log of a run of the agent's task that was claimed last; nothing where there is none."""
    agents = {member.node: member.agent for member in AGENTS}
    tasks = [task for task in desk.tasks.values() if task.status in ACTIVE and task.owner in agents]
    if not tasks:
        return
    task = max(tasks, key=lambda task: desk.began[task.id])
    folder = os.path.join(runs_folder(repo), RUN)
    os.makedirs(folder, exist_ok=True)
    log = EventLog(folder)
    began = min(desk.began[task.id], desk.now - 900)
    for seconds, event in enumerate(_tell(task, agents[task.owner])):
        log.append(replace(event, at=stamp(began + seconds * 40)))


def _tell(task: Task, agent: str) -> list[said.Event]:
    finding = Found("scope", Severity.ERROR, "web/index.html", 0, "is outside of what the task may change")
    why = "1 file lies outside of the task's scope"
    snapshot = Snapshot(LEFT, LEFT, BASE, stat=Stat(2, 31, 4, ("services/timetable/calendar.py", "web/index.html")))
    return [
        said.RunBegan(
            run=RUN, task=task.id, title=task.title, node=task.owner, agent=agent, provenance=Provenance.SYNTHETIC,
            base=BASE, target="main", terms=Terms(), metric=task.metric, role=task.role, version="1.0 (invented)",
        ),
        said.Claiming(),
        said.Claimed(token="1-00000000", expires=""),  # noqa: S106  # opens nothing
        said.Started(),
        said.AttemptBegan(n=1, base=BASE, worktree=""),
        said.Prompted(n=1, sha256="a" * 64, chars=6120),
        said.AgentStarting(n=1, argv=(agent,)),
        said.AgentStarted(n=1, pid=1),
        said.AgentEnded(n=1, report=Report(code=0, seconds=212.4, turns=14, cost_usd=0.21, text="Done.")),
        said.Snapshotting(n=1, snapshot=snapshot),
        said.Checked(n=1, findings=(finding,)),
        said.Judged(n=1, judgement=Judgement(Verdict.DISCARD, Cause.VIOLATION, why)),
        said.Cleaned(n=1),
        said.AttemptBegan(n=2, base=BASE, worktree=""),
        said.Prompted(n=2, sha256="b" * 64, chars=7480),
        said.AgentStarting(n=2, argv=(agent,)),
        said.AgentStarted(n=2, pid=1),
    ]  # fmt: skip
