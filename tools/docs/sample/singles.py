"""The lives of tasks that belong to no plan: made, claimed, given back, reviewed, completed, or still under way."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from openclaw_hooks.board.leases.held import stamp
from openclaw_hooks.tasks.build import Birth
from openclaw_hooks.tasks.markdown import append_section, set_section
from openclaw_hooks.tasks.model import Delegation, Mode, Status, TaskHead
from tools.docs.sample.cast import AGENTS, EVERYBODY, MARA, PEOPLE, Member
from tools.docs.sample.desk import DAY, HOUR, Desk
from tools.docs.sample.texts import (
    AREAS,
    Area,
    make_body,
    make_note,
    make_result,
    make_title,
    pick_criteria,
    tick_boxes,
)

if TYPE_CHECKING:
    import random

# How the tasks stand at the end, and how many of a hundred.
ENDS: Final = {
    "completed": 54,
    "failed": 2,
    "rejected": 3,
    "cancelled": 3,
    "review": 5,
    "running": 5,
    "stalled": 1,
    "queued": 13,
    "waiting": 7,
    "proposed": 6,
    "released": 1,
}
WINDOW_DAYS: Final = 165
RECENT_DAYS: Final = 24
ENDED: Final = frozenset({"completed", "failed", "rejected", "cancelled"})
_REASONS: Final = {
    "failed": "failed: the machine for it is gone; what is left to do is another task",
    "rejected": "the handbook says it already",
    "cancelled": "the season ended before it mattered",
    "released": "waits for an answer of the harbour office; somebody else may take it",
}
MODES: Final = (Mode.AUTO, Mode.AUTO, Mode.AUTO, Mode.SOLO_MESH, Mode.LOCAL, Mode.HUMAN)


class Life(NamedTuple):
    """A task to be: its id, part of the product, end, who made it and who works on it; times since the epoch."""

    id: str
    area: Area
    end: str
    author: Member
    owner: Member
    created: float
    claimed: float
    finished: float


def make_singles(desk: Desk, count: int) -> None:
    """Adds `count` tasks with their history."""
    lives = sorted(_draw_lives(desk, count), key=lambda life: life.created)
    near: list[str] = list(desk.tasks)[-30:]
    for number, life in enumerate(lives):
        _live(desk, life, _pick_dependencies(desk.rng, life, lives[:number]), near[-40:])
        near.append(life.id)


def _draw_lives(desk: Desk, count: int) -> list[Life]:
    total, ends = sum(ENDS.values()), list(ENDS)
    exact = [name for name in ends for _ in range(round(ENDS[name] * count / total))]
    exact = (exact + ["completed"] * count)[:count]
    desk.rng.shuffle(exact)
    return [_draw_life(desk, end) for end in exact]


def _draw_life(desk: Desk, end: str) -> Life:
    rng, now = desk.rng, desk.now
    area = rng.choice(AREAS)
    if end in ENDED:
        finished = now - rng.triangular(0.1, WINDOW_DAYS, 12) * DAY
        claimed = finished - rng.lognormvariate(2.0, 1.0) * HOUR
        created = claimed - rng.lognormvariate(0.7, 0.9) * DAY
    else:
        created = now - rng.triangular(0.2, RECENT_DAYS, 4) * DAY
        claimed = max(created + HOUR / 4, now - rng.uniform(0.1, 1.6) * HOUR)
        if end in ("review", "released", "stalled"):
            claimed = max(created + HOUR / 4, now - rng.uniform(4, 60) * HOUR)
        finished = min(claimed + rng.uniform(0.5, 4) * HOUR, now - 300)
    fitting = [member for member in EVERYBODY if area.role in member.roles]
    owner = rng.choice(fitting or AGENTS)
    return Life(desk.new_id("T"), area, end, rng.choice(PEOPLE + AGENTS[:1]), owner, created, claimed, finished)


def _pick_dependencies(rng: random.Random, life: Life, earlier: list[Life]) -> tuple[str, ...]:
    """Earlier tasks: all done before this one is claimed; for one that waits, one at least that is not done."""
    done = [one.id for one in earlier if one.end == "completed" and one.finished < life.claimed][-25:]
    still_open = [one.id for one in earlier if one.end in ("queued", "running", "review", "waiting", "proposed")]
    chosen: list[str] = []
    if life.end == "waiting" and still_open:
        chosen = rng.sample(still_open, min(len(still_open), rng.choice((1, 1, 2))))
    if done and rng.random() < 0.22:
        chosen.append(rng.choice(done))
    return tuple(chosen)


def _live(desk: Desk, life: Life, depends_on: tuple[str, ...], near: list[str]) -> None:
    body = make_body(desk.rng, life.area, near)
    _bear(desk, life, depends_on, body)
    if life.end in ("proposed", "queued", "waiting"):
        return
    if life.end in ("rejected", "cancelled"):
        _move(
            desk,
            (life.finished, desk.rng.choice(PEOPLE)),
            life,
            {"status": Status(life.end), "reason": _REASONS[life.end]},
        )
        return
    _work(desk, life, body)


def _bear(desk: Desk, life: Life, depends_on: tuple[str, ...], body: str) -> None:
    rng = desk.rng
    is_proposed = life.end in ("proposed", "rejected") or rng.random() < 0.25
    status = Status.PROPOSED if is_proposed else Status.QUEUED
    mode = rng.choice(MODES)
    birth = Birth(life.id, status, stamp(life.created), life.author.node)
    head = TaskHead(
        **birth._asdict(),
        title=make_title(rng, life.area),
        priority=rng.choice((0, 0, 0, 2, 3, 5, 8, 10, -5)),
        labels=(life.area.label, *rng.sample(("season", "quick", "debt", "from-support"), rng.choice((0, 0, 1)))),
        depends_on=depends_on,
        scope=life.area.scope if rng.random() < 0.6 else (),
        role=life.area.role if rng.random() < 0.8 else "",
        delegation=Delegation(mode=mode),
        metric="make test" if mode is Mode.SOLO_MESH else "",
        budget_minutes=rng.choice((15, 30, 30, 45, 60, 120)),
        success_criteria=pick_criteria(rng),
        origin=f"import:backlog.csv:{len(desk.tasks)}" if rng.random() < 0.05 else "",
    )
    sheet = desk.open(life.created, life.author)
    sheet.add_task(head, body)
    sheet.close()
    if is_proposed and life.end not in ("proposed", "rejected"):
        wait = rng.uniform(0.02, 0.6) * max(min(life.claimed, desk.now) - life.created, 600)
        _move(desk, (life.created + wait, MARA), life, {"status": Status.QUEUED})


def _work(desk: Desk, life: Life, body: str) -> None:
    rng = desk.rng
    span = max(life.finished - life.claimed, 60.0)
    if life.end == "completed" and rng.random() < 0.07:
        other = rng.choice([one for one in AGENTS if one is not life.owner])
        _move(desk, (life.claimed - 900, other), life, {"status": Status.CLAIMED, "owner": other.node})
        changes: dict[str, object] = {"status": Status.RELEASED, "owner": "", "reason": "the tests need a tide server"}
        _move(desk, (life.claimed - 300, other), life, changes)
    _move(desk, (life.claimed, life.owner), life, {"status": Status.CLAIMED, "owner": life.owner.node, "reason": ""})
    desk.began[life.id] = life.claimed
    body = tick_boxes(rng, body, 0.3)
    if rng.random() < 0.5:
        body = append_section(body, "Notes", make_note(rng))
    if life.end == "running" and rng.random() < 0.3:
        return
    began: dict[str, object] = {"status": Status.RUNNING}
    _move(
        desk,
        (life.claimed + span * 0.1, life.owner),
        life,
        began if body == desk.tasks[life.id].body else {**began, "body": body},
    )
    if life.end in ("running", "stalled"):
        return
    _finish(desk, life, body)


def _finish(desk: Desk, life: Life, body: str) -> None:
    rng = desk.rng
    if life.end in ("failed", "released"):
        owner: dict[str, object] = {"owner": ""} if life.end == "released" else {}
        _move(
            desk, (life.finished, life.owner), life, {"status": Status(life.end), "reason": _REASONS[life.end], **owner}
        )
        return
    body = set_section(tick_boxes(rng, body, 1.0), "Result", make_result(rng))
    needs_review = life.end == "review" or (life.owner.agent and rng.random() < 0.45)
    status = Status.PENDING_REVIEW if needs_review else Status.COMPLETED
    at = life.claimed + (life.finished - life.claimed) * (0.6 if life.end == "completed" else 1)
    _move(desk, (at, life.owner), life, {"status": status, "body": body})
    if needs_review and life.end == "completed":
        sheet = desk.open(life.finished, rng.choice(PEOPLE))
        sheet.approve_task(life.id, {"status": Status.COMPLETED})
        sheet.close()


def _move(desk: Desk, when: tuple[float, Member], life: Life, changes: dict[str, object]) -> None:
    sheet = desk.open(*when)
    sheet.change_task(life.id, changes, str(changes.get("reason", "")))
    sheet.close()
