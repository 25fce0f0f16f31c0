"""Task files: what is read, what is refused, what is written."""

from __future__ import annotations

import subprocess
import sys

import pytest
from msgspec.structs import replace

from openclaw_hooks.documents import DocumentError
from openclaw_hooks.errors import OpenclawError
from openclaw_hooks.tasks.markdown import edit_task, new_task_text, parse_task, read_task_file, validate_title
from openclaw_hooks.tasks.model import MAX_TASK_BYTES, Approval, Collaboration, Delegation, Mode, Status, TaskHead

PATH = "tasks/T-4k2m9x.md"
REQUIRED = "id: T-4k2m9x\ntitle: Tidy up\nstatus: queued\n"


def file_of(head: str, body: str = "") -> bytes:
    return f"---\n{head}---\n{body}".encode()


FULL = TaskHead(
    id="T-4k2m9x",
    title="Fix: the # parser",
    status=Status.QUEUED,
    priority=5,
    labels=("board", "cli"),
    depends_on=("T-000000",),
    scope=("src/**", "*.py"),
    delegation=Delegation(mode=Mode.COLLAB_MESH, collaboration=Collaboration(max_nodes=4)),
    requires_review=False,
    approval=Approval(by="ada", at="2026-11-22T10:00:00Z"),
    created="2026-11-22T10:00:00Z",
)

FULL_WITHOUT_NESTING = replace(FULL, delegation=Delegation(mode=Mode.SOLO_MESH))


def test_a_new_task_is_written_in_the_order_of_the_model_without_defaults() -> None:
    assert new_task_text(FULL, "## Description\n\n---\n").decode() == (
        "---\n"
        "id: T-4k2m9x\n"
        'title: "Fix: the # parser"\n'
        "status: queued\n"
        "priority: 5\n"
        "labels: [board, cli]\n"
        "depends_on: [T-000000]\n"
        "scope:\n"
        "  - src/**\n"
        '  - "*.py"\n'
        "delegation:\n"
        "  mode: collab_mesh\n"
        "  collaboration:\n"
        "    max_nodes: 4\n"
        "requires_review: false\n"
        "approval:\n"
        "  by: ada\n"
        '  at: "2026-11-22T10:00:00Z"\n'
        'created: "2026-11-22T10:00:00Z"\n'
        "---\n"
        "\n"
        "## Description\n\n---\n"
    )


def test_a_new_task_reads_back() -> None:
    task = parse_task(PATH, new_task_text(FULL, "text"))
    assert task.body == "text"
    assert all(getattr(task, name) == getattr(FULL, name) for name in TaskHead.__struct_fields__)


def test_a_file_is_taken_apart_exactly() -> None:
    content = "\ufeff---\r\n".encode() + REQUIRED.replace("\n", "\r\n").encode() + b"---\r\n\r\nbody\r\n"
    found = read_task_file(PATH, content)
    assert found.text.encode() == content
    assert found.text[found.head_start : found.head_end].startswith("id: ")
    assert found.text[found.body_start :] == "\r\nbody\r\n"
    assert found.task.body == "body\r\n"


@pytest.mark.parametrize(
    "written", ["2026-11-22", "2026-99-99", "0x10", "1e3", "007", "yes", "1:30", "1_000", ".inf", "=", "1.10"]
)
def test_an_unquoted_value_of_a_text_field_is_the_text_as_written(written: str) -> None:
    head = f"id: T-4k2m9x\ntitle: {written}\nstatus: queued\nlabels: [{written}]\nx-unknown: {written}\n"
    task = parse_task(PATH, file_of(head))
    assert task.title == written
    assert task.labels == (written,)
    assert edit_task(file_of(head), {"title": written, "labels": (written,)}) == file_of(head)


def test_an_empty_value_clears_a_field() -> None:
    task = parse_task(PATH, file_of(REQUIRED + "owner:\nlabels: ~\npriority:\napproval: null\ndelegation:\n  soul:\n"))
    assert (task.owner, task.labels, task.priority, task.approval) == ("", (), 0, None)
    assert task.delegation == Delegation()


def test_a_key_called_body_is_somebody_elses() -> None:
    content = file_of(REQUIRED + "body: [1]\n", "mine")
    assert parse_task(PATH, content).body == "mine"
    assert edit_task(content, {"body": "new"}) == file_of(REQUIRED + "body: [1]\n", "new")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "1: no frontmatter"),
        (b"# Title\n", "1: no frontmatter"),
        (b"---\nid: T-4k2m9x\n", "1: frontmatter is never closed"),
        (b"---", "1: frontmatter is never closed"),
        (file_of("title: a\nstatus: queued\n"), "2: key `id` is missing"),
        (file_of(REQUIRED.replace("queued", "quued")), "4: `status`: unknown value `quued` (did you mean `queued`?)"),
        (file_of(REQUIRED + "status: failed\n"), "5: key `status` appears twice"),
        (file_of(REQUIRED + "priority: high\n"), "5: `priority`: expected `int`, got `str`"),
        (file_of(REQUIRED + "budget_minutes: 0\n"), "5: `budget_minutes`: expected `int` >= 1"),
        (file_of(REQUIRED + "labels: [a\n"), "6: not valid YAML"),
        (file_of(REQUIRED + "labels: one\n"), "5: `labels`: expected `array`, got `str`"),
        (file_of(REQUIRED + "scope: src/\n"), "5: `scope`: expected `array`, got `str`"),
        (file_of(REQUIRED + "depends_on: T-111111\n"), "5: `depends_on`: expected `array`, got `str`"),
        (file_of(REQUIRED + "delegation:\n  mod: solo_mesh\n"), "6: unknown key `delegation.mod` (did you mean `mode`?)"),
        (file_of(REQUIRED + "<<<<<<< ours\nowner: a\n=======\nowner: b\n>>>>>>> theirs\n"), "5: conflict marker"),
        (file_of(REQUIRED + ">>>>>>> theirs\n"), "5: conflict marker of a merge (choose a side"),
        (file_of(REQUIRED).replace(b"Tidy", b"Ti\xffdy"), "3: not valid UTF-8"),
        (file_of(REQUIRED, "a\nb\x00"), "7: holds a NUL character"),
        (file_of(REQUIRED, "x" * MAX_TASK_BYTES), f"1: 256,051 bytes; a task has at most {MAX_TASK_BYTES:,}"),
        (file_of(REQUIRED.replace("Tidy", "Ti\u2028dy")), "3: U+2028 in the frontmatter ends a line for some readers"),
        (file_of(REQUIRED.replace("Tidy", "Ti\rdy")), "3: U+000D in the frontmatter"),
        (file_of(REQUIRED.replace("Tidy up", '"Tidy\\nup"')), "3: the title holds a control character: U+000A"),
        (file_of(REQUIRED.replace("Tidy up", '" "')), "3: a task needs a title"),
        (file_of(REQUIRED.replace("Tidy up", "x" * 201)), "3: `title`: expected `str` of length <= 200"),
        (file_of(REQUIRED.replace("4k2m9x", "4k2m9y")), "2: `id` is T-4k2m9y, the file is T-4k2m9x.md"),
        (file_of("{id: T-4k2m9x, title: a, status: queued}\n"), "2: the frontmatter is one flow mapping"),
        (file_of("- id\n"), "2: the file must be a mapping of keys to values"),
        (file_of(REQUIRED + "x: " + "[" * 300 + "]" * 300 + "\n"), "5: not valid YAML: nested too deeply"),
    ],
)  # fmt: skip
def test_an_unclear_file_is_refused_with_its_line(content: bytes, message: str) -> None:
    with pytest.raises(DocumentError) as caught:
        parse_task(PATH, content)
    assert str(caught.value).startswith(f"{PATH}:{message}")


def test_a_status_change_touches_one_line_and_adds_the_owner_in_its_place() -> None:
    content = file_of(
        "# mine\nstatus: queued   # soon\nid: T-4k2m9x\n\ntitle: 'Tidy up'\nx-jira: {a: [1, 2]}\n", "body\n---\n"
    )
    assert edit_task(content, {"status": Status.CLAIMED, "owner": "node-1"}) == file_of(
        "# mine\nstatus: claimed   # soon\nowner: node-1\nid: T-4k2m9x\n\ntitle: 'Tidy up'\nx-jira: {a: [1, 2]}\n",
        "body\n---\n",
    )


def test_a_cleared_field_loses_its_line_unless_it_has_a_comment() -> None:
    content = file_of(REQUIRED + "owner: a\nlabels: # why\n  - x\nreason: r # note\nrole: b\n")
    assert edit_task(content, {"owner": "", "labels": (), "reason": "", "role": ""}) == file_of(
        REQUIRED + "labels: # why\nreason: # note\n"
    )


def test_a_list_keeps_the_form_that_it_has() -> None:
    content = file_of(REQUIRED + "labels: [a]  # flow\nscope:\n    # block\n    - x\n")
    assert edit_task(content, {"labels": ["a", "b: c"], "scope": ("x", "z")}) == file_of(
        REQUIRED + 'labels: [a, "b: c"]  # flow\nscope:\n    # block\n    - x\n    - z\n'
    )


@pytest.mark.parametrize(
    ("content", "body", "expected"),
    [
        (file_of(REQUIRED), "new\n", file_of(REQUIRED, "\nnew\n")),
        (file_of(REQUIRED, "old\n"), "new\n", file_of(REQUIRED, "new\n")),
        (file_of(REQUIRED, "\nold\n"), "---\nnew", file_of(REQUIRED, "\n---\nnew")),
        (file_of(REQUIRED, "old\n"), "\nnew", file_of(REQUIRED, "\n\nnew")),
        (file_of(REQUIRED, "\nold\n"), "", file_of(REQUIRED)),
        (file_of(REQUIRED).removesuffix(b"\n"), "new", file_of(REQUIRED, "\nnew")),
    ],
)
def test_a_new_body_stands_where_the_old_one_did(content: bytes, body: str, expected: bytes) -> None:
    assert edit_task(content, {"body": body}) == expected
    assert parse_task(PATH, expected).body == body


def test_a_body_of_100_kb_with_fences_and_yaml_is_stored_exactly() -> None:
    body = "---\nstatus: completed\n---\n- x: [\n😀\x07\x85\u2028\r\n" * 3000
    assert len(body) > 100_000
    assert parse_task(PATH, edit_task(new_task_text(FULL, ""), {"body": body})).body == body


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"id": "T-000000"}, "the id of T-4k2m9x cannot change"),
        ({"colour": "red"}, "a task has no field `colour` (known: id, title"),
        ({"title": "a\nstatus: failed"}, "the title holds a control character: U+000A"),
        ({"title": ""}, "a task needs a title"),
        ({"title": "x" * 201}, "the title has 201 characters (at most 200"),
        ({"status": "done"}, "`status`: unknown value `done`"),
        ({"priority": 5000}, "`priority`: expected `int` <= 1000"),
        ({"depends_on": ("T-1",)}, "`depends_on.0`: expected `str` matching regex"),
        ({"owner": "a\ud800"}, "a text holds half of a surrogate pair"),
        ({"body": "a\ud800"}, "a text holds half of a surrogate pair"),
        ({"body": "a\x00"}, "holds a NUL character"),
        ({"body": "x" * MAX_TASK_BYTES}, "256,052 bytes; a task has at most 256,000"),
    ],
)
def test_what_the_model_does_not_allow_is_refused(changes: dict[str, object], message: str) -> None:
    with pytest.raises(OpenclawError) as caught:
        edit_task(file_of(REQUIRED), changes)
    assert str(caught.value).startswith(message)


def test_an_edit_that_would_break_an_alias_is_refused_and_others_go_through() -> None:
    content = file_of(REQUIRED + "labels: &l [a]\nx-copy: *l\n")
    with pytest.raises(OpenclawError, match=r"another value refers to &l, which this edit changes"):
        edit_task(content, {"labels": ("b",)})
    assert b"x-copy: *l" in edit_task(content, {"status": Status.CLAIMED})


def test_a_head_with_explicit_keys_is_refused_at_its_line() -> None:
    content = file_of(REQUIRED + "? owner\n: a\n")
    with pytest.raises(DocumentError, match=r"^tasks/T-4k2m9x.md:5: write each key as `key: value`"):
        edit_task(content, {"owner": "b"})


@pytest.mark.parametrize("title", ["a", "x" * 200, "key: value", "# no", "日本 👩‍👩‍👧", "~"])
def test_one_line_is_a_title(title: str) -> None:
    assert validate_title(title) == title
    assert parse_task(PATH, edit_task(file_of(REQUIRED), {"title": title})).title == title


def test_reading_and_moving_a_plain_task_does_not_import_yaml() -> None:
    code = (
        "import sys\n"
        "from openclaw_hooks.tasks import graph, ids\n"
        "from openclaw_hooks.tasks.markdown import edit_task, parse_task\n"
        f"content = {new_task_text(FULL_WITHOUT_NESTING, 'text')!r}\n"
        "content = edit_task(content, {'status': 'claimed', 'owner': 'node-1'})\n"
        f"print(parse_task({PATH!r}, content).owner, 'yaml' in sys.modules)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "node-1 False\n"
