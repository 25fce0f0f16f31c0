"""Who may do what in a mesh: workers, people and agents at their own nodes, and edits that meet each other."""

from __future__ import annotations

import json
import os
import sys
from typing import TYPE_CHECKING

from openclaw_hooks.mesh.wire.messages import new_request_id
from tests.cli.task.conftest import refused_there

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.cli.conftest import Clerk
    from tests.cli.task.conftest import Mesh


def test_a_worker_proposes_and_is_told_so(clerk: Clerk, join: Callable[..., Mesh]) -> None:
    join("worker")
    answer = clerk("task", "new", "Cache the tables", "--scope", "src/")
    assert answer.code == 0
    made = answer.out.split()[0]
    assert answer.out == f"{made} proposed: Cache the tables\n"
    said = f"openclaw: node-a is no lead of its mesh: {made} is proposed, for the lead to accept or reject\n"
    assert answer.err == said
    assert clerk("task", "propose", "Another").err == ""
    assert "for the lead" in refused_there(clerk, "task", "accept", made)
    assert "not for a worker" in refused_there(clerk, "task", "edit", made, "--priority", "3")
    assert clerk.say("task", "edit", made, "--note", "See the log.") == f"{made} edited\n"
    assert "- See the log." in clerk.file(made).read_text()


def test_a_person_approves_on_their_own_node_and_nobody_else_does(clerk: Clerk, join: Callable[..., Mesh]) -> None:
    mesh = join("human")
    made = mesh.add(mode="solo_mesh")
    mesh.other("claim", made)
    mesh.other("complete", made)
    assert clerk.status(made) == "pending_review"
    assert "is for a person only" in refused_there(clerk, "task", "approve", made, CLAUDECODE="1")
    assert "is for a person only" in refused_there(clerk, "task", "approve", made, OPENCLAW_NODE_ROLE="worker")
    assert clerk.say("task", "approve", made) == f"{made} pending_review -> completed\n"
    assert clerk.task(made)["approval"]["by"] == "node-a"
    assert "is completed" in refused_there(clerk, "task", "approve", made)


def test_an_approval_of_what_the_person_did_not_see_is_refused(clerk: Clerk, join: Callable[..., Mesh]) -> None:
    mesh = join("human")
    made = mesh.add(mode="solo_mesh")
    mesh.other("claim", made)
    mesh.other("complete", made)
    path = clerk.file(made)
    path.write_text(path.read_text().replace("title: Write it", "title: Something else"))
    assert "has changed since it was approved" in refused_there(clerk, "task", "approve", made)


def test_a_role_of_the_environment_only_lowers(clerk: Clerk, join: Callable[..., Mesh]) -> None:
    mesh = join("lead")
    made = mesh.other("propose", "", fields={"title": "x"}, body="").result["task"]
    assert "for the lead" in refused_there(clerk, "task", "accept", made, OPENCLAW_NODE_ROLE="worker")
    assert clerk.say("task", "accept", made) == f"{made} proposed -> queued\n"


def test_an_edit_goes_with_what_it_was_made_from_and_what_gives_way_is_kept(
    clerk: Clerk, join: Callable[..., Mesh]
) -> None:
    mesh = join("human")
    made = mesh.add()
    before = clerk.file(made).read_text()
    theirs = before.replace("title: Write it", "title: Theirs").replace("status:", "priority: 9\nstatus:")
    request: dict[str, object] = {"op": "other", "node": "boss", "role": "lead"}
    request["command"] = {
        "id": new_request_id(),
        "verb": "edit",
        "task": made,
        "args": {"base": before, "content": theirs},
    }
    clerk.repository.write("request.json", json.dumps(request))
    editor = (
        f"{sys.executable} -c 'import socket, sys; s = socket.socket(socket.AF_UNIX); s.connect(sys.argv[1]);"
        ' s.sendall(open("request.json", "rb").read() + b"\\n"); s.recv(1 << 20); p = sys.argv[2];'
        ' t = open(p).read(); open(p, "w").write(t.replace("title: Write it", "title: Mine") + "\\nMore.\\n")\''
        f" {mesh.path}"
    )
    answer = clerk("task", "edit", made, EDITOR=editor)
    assert (answer.code, answer.out) == (0, f"{made} edited\n"), answer.err
    assert f"{made}: `title` changed by others meanwhile, theirs stays: see `openclaw board conflicts`" in answer.err
    task = clerk.task(made)
    assert (task["title"], task["priority"]) == ("Theirs", 9)
    assert clerk.file(made).read_text().endswith("More.\n")
    assert "Mine" in clerk.say("board", "conflicts")
    assert not os.listdir(os.path.join(mesh.repo.state_dir, "drafts"))


def test_a_draft_that_the_lead_does_not_take_is_kept(clerk: Clerk, join: Callable[..., Mesh]) -> None:
    mesh = join("lead")
    made = mesh.add()
    mesh.tell(op="mode", mode="conflict")
    why = refused_there(clerk, "task", "edit", made, EDITOR="sed -i s/Write/Read/")
    path = os.path.join(mesh.repo.state_dir, "drafts", f"{made}.md")
    assert why == f"the lead is conflict (the draft is in {path})"
    mesh.tell(op="mode", mode="")
    assert clerk.say("task", "edit", made, "--file", path) == f"{made} edited\n"
    assert clerk.task(made)["title"] == "Read it"
    assert not os.path.exists(path)


def test_an_edit_that_only_a_lead_may_make_is_refused_to_others(clerk: Clerk, join: Callable[..., Mesh]) -> None:
    mesh = join("human")
    made = mesh.add()
    why = refused_there(clerk, "task", "edit", made, "--title", "Mine")
    assert why.startswith(f"{made}: nothing of the edit was taken (")
    assert "`title` is for the lead to edit" in why
    refused_there(clerk, "task", "edit", made, EDITOR="sed -i s/Write/Read/")
    assert "Read it" in (clerk.file(made).parents[3] / ".git/openclaw/drafts" / f"{made}.md").read_text()
