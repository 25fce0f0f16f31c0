"""The same story on a board of one's own and in a mesh: the same words, the same JSON, the same exit codes."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest

from openclaw_hooks.board.opening import open_board

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.cli.conftest import Clerk
    from tests.cli.task.conftest import Mesh
    from tests.conftest import Repository

STAMP = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"


def plain(text: str) -> str:
    """`text` without what differs from run to run: tokens, times, and ids, which are numbered as they come.

    Nor does it have the origin of a task, which says on a mesh by which command it came there.
    """
    names: dict[str, str] = {}
    text = re.sub(r"(?m)^  origin +mesh:.*\n|mesh:node-a/[0-9a-f]{16}|sha256:[0-9a-f]{64}", "", text)
    text = re.sub(r"\b\d+-[0-9a-f]{8}\b", "TOKEN", re.sub(STAMP, "TIME", text))
    return re.sub(r"\b[TP]-[0-9a-hjkmnp-tv-z]{6}\b", lambda m: names.setdefault(m[0], f"{m[0][0]}-{len(names)}"), text)


# Each line is a command; {N} is the Nth id that was made. No id has a `u`, so that `T-uu` is near none by chance.
STORY = """\
task new Write --metric true --scope src/ --quiet
task new Read --depends-on {0} -q
task propose Guess --label x
task list --sort title
task show {0}
task claim {1}
task claim {0} --minutes 30
task claim {0}
task show {0}
task start {0}
task heartbeat {0} --minutes 60
task edit {0} --priority 4 --note see-log
task edit {0} --priority 4
task complete {0} -m Done. --run-metric
task complete {0}
task claim {1}
task complete {1}
task approve {1}
task approve {1}
task new Third -q
task new Fourth -q
task claim {2} {3}
task release {2} {3} --reason later
task fail {2}
task requeue {2} {3} --reason again
task cancel {2} {3} --reason enough
task claim {2}
task nothing
task new X --role nobody
task new X --depends-on T-uu
task new X --scope !a
plan create team-bugfix -c x -q
plan advance {4}
plan approve {4}
plan approve {4}
plan abort {4} --reason off
plan advance {4}
task list --all --sort title
"""


SHORT_STORY = """\
task new Write --metric true -q
task claim {0}
task heartbeat {0} --minutes 60
task edit {0} --note see-log
task complete {0} -m Done.
task approve {0}
task claim {0}
plan create team-bugfix -c x -q
plan approve {1}
"""


def play(clerk: Clerk, story: str, *words: str) -> list[tuple[str, ...]]:
    """Each command of the story with its exit code and what it said."""
    made: list[str] = []
    told = []
    for line in story.splitlines():
        said = line.format(*made).split()
        answer = clerk(*said, *words)
        if "-q" in said or "--quiet" in said:
            made.append(json.loads(answer.out)["data"]["id"] if "--json" in words else answer.out.strip())
        told.append((line, *map(plain, (str(answer.code), answer.out, answer.err))))
    return told


@pytest.mark.parametrize(("words", "story"), [((), STORY), (("--json",), SHORT_STORY)])
def test_the_story_of_a_board_is_told_in_the_same_words(
    clerk: Clerk,
    join: Callable[..., Mesh],
    make_repository: Callable[..., Repository],
    words: tuple[str, ...],
    story: str,
) -> None:
    alone = make_repository("alone")
    alone.stage("src/app.py", "x = 1\n")
    alone.commit("chore: start")
    open_board(str(alone.path), create=True)
    joined, clerk.repository = clerk.repository, alone
    expected = play(clerk, story, *words)
    clerk.repository = joined
    join("lead")
    found = play(clerk, story, *words)
    assert [one for one in zip(found, expected, strict=True) if one[0] != one[1]] == []
