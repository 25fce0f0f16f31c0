"""Tasks and edits of them, made up by hypothesis; every value that an edit sets is one of a kind."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from hypothesis import strategies as st

from openclaw_hooks.tasks.markdown import edit_task, parse_task

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

TASK_ID = "T-1abc23"
PATH = f"tasks/{TASK_ID}.md"

LISTS = ("labels", "depends_on", "scope", "success_criteria")
TEXTS = ("title", "role", "metric", "origin", "created_by")
STATUSES = ("queued", "claimed", "running", "completed", "failed", "cancelled", "released")
EXTRA = ("x-team", "estimate")

# Heads as people write them: comments, quotes, odd spacing, keys of other tools, lists in both styles.
HEADS = (
    "id: T-1abc23\ntitle: Base title\nstatus: queued\n",
    "# who wants it\nid: 'T-1abc23'\ntitle: \"Base title\"   # short\nstatus:   queued\n\nlabels: [a, b, c]\nx-team: blue\n",
    "id: T-1abc23\ntitle: Base title\nstatus: queued\nlabels:\n  - a # first\n  - b\n# below the list\nscope: ['src/**']\n"
    "estimate: {hours: 3, by: [ada]}\npriority: 2\n# the end\n",
    "title: >-\n  Base\n  title\nestimate: 1.50\nid: T-1abc23\nstatus: queued\nsuccess_criteria: []\nx-team: |\n  one\n  # no comment\n",
)
BODIES = (
    "",
    "\nJust text.\n",
    "\nWhat to do.\n\n## Notes\n\n- first\n- second\n\n## Result\n\nnothing yet",
    "Text\n```\n## no heading\n```\n## Notes\n- first\n## Notes\n- of the second one\n",
)


class Edit(NamedTuple):
    """One change to a task: a field and its new value, or a line that is put into the body."""

    field: str
    value: object


def make_base(head: str, body: str, newline: str = "\n") -> bytes:
    """A task file."""
    text = f"---\n{head}---\n{body}"
    return text.replace("\n", newline).encode()


bases = st.builds(make_base, st.sampled_from(HEADS), st.sampled_from(BODIES), st.sampled_from(("\n", "\n", "\r\n")))


@st.composite
def edits(draw: st.DrawFn, side: str) -> list[Edit]:
    """A few edits; the values name the side, so that they can be told apart wherever they turn up."""
    found: list[Edit] = []
    for number in range(draw(st.integers(0, 6))):
        mark = f"{side}{number}"
        kind = draw(
            st.sampled_from(("text", "list", "status", "priority", "extra", "extra", "line", "line", "comment"))
        )
        if kind == "text":
            found.append(
                Edit(draw(st.sampled_from(TEXTS)), f"{mark} {draw(st.sampled_from(('x', '# y', 'é: z', 'on')))}")
            )
        elif kind == "list":
            found.append(Edit(draw(st.sampled_from(LISTS[:1] + LISTS[2:])), draw(_list_edits(mark))))
        elif kind == "status":
            found.append(Edit("status", (draw(st.sampled_from(STATUSES)), mark)))
        elif kind == "priority":
            found.append(Edit("priority", draw(st.integers(1, 400)) * 2 + (side == "local")))
        elif kind == "extra":
            found.append(
                Edit(f"+{draw(st.sampled_from(EXTRA))}", draw(st.sampled_from((f"{mark}", f"[{mark}, 2]", None))))
            )
        elif kind == "line":
            found.append(Edit("body", (draw(st.floats(0, 1)), f"- {mark}")))
        else:
            found.append(Edit("comment", f"# {mark}"))
    return found


@st.composite
def _list_edits(draw: st.DrawFn, mark: str) -> tuple[str, ...]:
    dropped = draw(st.sets(st.sampled_from("abc")))
    added = draw(st.lists(st.sampled_from((f"{mark}/**", f"{mark}-b", "shared")), unique=True, max_size=2))
    return (*(f"-{item}" for item in sorted(dropped)), *added)


def apply_edits(content: bytes, changes: list[Edit]) -> bytes:
    """`content` edited as people and commands do it; what comes out always parses."""
    for change in changes:
        content = _apply(content, change)
    parse_task(PATH, content)
    return content


def _apply(content: bytes, change: Edit) -> bytes:
    task = parse_task(PATH, content)
    if change.field in LISTS:
        assert isinstance(change.value, tuple)
        dropped = {item[1:] for item in change.value if item.startswith("-")}
        added = [item for item in change.value if not item.startswith("-")]
        kept = [item for item in getattr(task, change.field) if item not in dropped and item not in added]
        return edit_task(content, {change.field: (*kept, *added)})
    if change.field == "status":
        assert isinstance(change.value, tuple)
        return edit_task(
            content, {"status": change.value[0], "owner": change.value[1], "reason": f"why {change.value[1]}"}
        )
    if change.field == "body":
        assert isinstance(change.value, tuple)
        place, line = change.value
        lines = task.body.replace("\r\n", "\n").split("\n")
        lines.insert(round(place * len(lines)), line)
        text = "\n".join(lines)
        return edit_task(content, {"body": text.replace("\n", "\r\n") if b"\r\n" in content else text})
    if change.field == "comment" or change.field.startswith("+"):
        return _edit_raw(content, change)
    return edit_task(content, {change.field: change.value})


def _edit_raw(content: bytes, change: Edit) -> bytes:
    newline = "\r\n" if b"\r\n" in content else "\n"
    lines = content.decode().split(newline)
    end = lines.index("---", 1)
    if change.field == "comment":
        lines.insert(end, str(change.value))
        return newline.join(lines).encode()
    key = change.field[1:]
    start = next((at for at in range(1, end) if lines[at].startswith(f"{key}:")), end)
    stop = start
    while stop < end and (stop == start or lines[stop].startswith(" ")):
        stop += 1
    lines[start:stop] = [] if change.value is None else [f"{key}: {change.value}"]
    return newline.join(lines).encode()


def state_of(content: bytes) -> tuple[str, ...]:
    """What moves together."""
    task = parse_task(PATH, content)
    return (str(task.status), task.owner, task.reason)


def body_lines(content: bytes) -> set[str]:
    """The lines of the body that edits put there."""
    return {line for line in parse_task(PATH, content).body.splitlines() if line.startswith("- ")}


def values(content: bytes) -> Iterator[tuple[str, object]]:
    """Every field that is merged as a whole, with its value."""
    import yaml

    task = parse_task(PATH, content)
    for field in (*TEXTS, "priority"):
        yield field, getattr(task, field)
    yield "state", state_of(content)
    text = content.decode().replace("\r\n", "\n")
    head: Mapping[str, object] = yaml.safe_load(text[4 : text.index("\n---", 4) + 1])
    for key in EXTRA:
        yield key, head.get(key)
