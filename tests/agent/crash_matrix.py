"""Every story of runs, killed after every single event of its log: `python -m tests.agent.crash_matrix [STORY...]`.

The suite plays one story with several kills a run; this plays each kill by itself, and says how many there were. A process of its
own, with a home of its own: it forks.
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from openclaw_hooks.agents import MARKS
from openclaw_hooks.settings import Merge
from openclaw_hooks.tasks.model import Measure
from tests.agent.run.crash import BEFORE, RUNNER, find_kills, name_moments, read_log, run_and_resume
from tests.agent.run.stage import make_stage

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.agent.run.stage import Stage, User

GIT_CONFIG = (
    "[maintenance]\n\tauto = false\n[user]\n\tname = Ada\n\temail = ada@example.org\n[init]\n\tdefaultBranch = main\n"
)
ONCE = "{ test ! -e $HOME/was-$OPENCLAW_TASK && touch $HOME/was-$OPENCLAW_TASK; }"  # the first time for this task
KILL = f"kill -9 {RUNNER}; sleep 60"
METRIC = "test -s work/answer.txt"


def nothing(stage: Stage) -> None:
    """Nothing has to be made ready."""


def free_main(stage: Stage) -> None:
    """The user has nothing open, and main is where it was."""
    if not stage.git("for-each-ref", "refs/tags/start"):
        stage.git("stash", "-q")
        stage.git("tag", "start")
    stage.git("reset", "-q", "--hard", "start")


class Story(NamedTuple):
    """What the agent does, by the number of its attempt; the task that it does it for; and what is wanted of the run."""

    script: str
    fields: dict[str, Any]
    wanted: dict[str, Any]
    prepare: Callable[[Stage], None] = nothing


STORIES = {
    "kept after a discarded and an interrupted attempt": Story(
        f"if [ $n = 1 ]; then echo no > work/other.txt; elif {ONCE}; then echo partial > work/partial.txt; {KILL};"
        " else echo done > work/answer.txt; fi",
        {"metric": METRIC},
        {},
    ),
    "given back after scope violations, one of them by its own commits": Story(
        "echo $n > code.txt; test $n = 1 || { git add -A; git commit -qm 'feat: mine'; }",
        {"metric": METRIC},
        {"attempts": 2},
    ),
    "a number gets better twice, and is interrupted in between": Story(
        f"if [ $n = 2 ] && {ONCE}; then echo 9 > work/score.txt; {KILL}; fi;"
        " set -- 5 3 8; shift $((n-1)); echo $1 > work/score.txt",
        {"metric": "echo METRIC score=$(cat work/score.txt || echo 4)", "measure": Measure(name="score")},
        {"attempts": 3},
    ),
    "settings, hooks and branches of the repository are put back": Story(
        "if [ $n = 1 ]; then git config core.pager evil; d=$(git rev-parse --git-common-dir); printf '#!/bin/sh\\n' > $d/hooks/pre-push;"
        " git branch theirs; fi; echo done > work/answer.txt",
        {"metric": METRIC},
        {},
    ),
    "merged into the branch that is checked out and clean": Story(
        "echo done > work/answer.txt", {"metric": METRIC}, {"merge": Merge.FF}, free_main
    ),
    "over its budget": Story("echo done > work/answer.txt; sleep 60", {"metric": METRIC}, {"minutes": 0.03}),
    "reviewed by a person, without a metric": Story("echo done > work/answer.txt", {}, {}),
}


def look(stage: Stage, run: str) -> tuple[object, ...]:
    """All that has to be the same, in the repository too."""
    hooks = sorted(name for name in os.listdir(stage.path / ".git" / "hooks") if not name.endswith(".sample"))
    config = (stage.path / ".git" / "config").read_bytes()
    branches = [
        line
        for line in stage.git("for-each-ref", "--format=%(refname) %(tree)", "refs/heads").splitlines()
        if "/openclaw/" not in line
    ]
    return (*stage.outcome(run), hooks, config, branches)


def see_user(stage: Stage, story: Story) -> User:
    """What belongs to the user; where work is merged into what they have checked out, their files are what counts."""
    user = stage.user()
    return user._replace(head="", branch="", staged=b"") if "merge" in story.wanted else user


def play(story: Story, folder: Path) -> tuple[int, int, list[str]]:
    """How many moments the story has, how many kills there were, and what was different after which of them."""
    stage = make_stage(folder / "repo", **story.fields)
    os.chdir(stage.path)

    def once(moments: list[Any]) -> str:
        story.prepare(stage)
        stage.task_id = stage.add(scope=("work/**",), **story.fields)
        return run_and_resume(stage, story.script, moments, **story.wanted)

    run = once([])
    wanted, user = look(stage, run), see_user(stage, story)
    moments = name_moments(read_log(stage, run))
    kills, wrong = 0, []
    for moment in [BEFORE, *moments[:-1]]:
        run = once([moment])
        kills += len(find_kills(read_log(stage, run))) + (moment == BEFORE)
        found = look(stage, run)
        if found != wanted or see_user(stage, story) != user:
            pairs = [f"{one} in place of {other}" for one, other in zip(found, wanted, strict=True) if one != other]
            wrong.append(f"after {moment}: {'; '.join(pairs) or 'the user has something else'}")
    return len(moments), kills, wrong


def main(names: list[str]) -> int:
    """Plays the stories; 1 when anything was different."""
    faults = total = 0
    for name, story in STORIES.items():
        if names and not any(each in name for each in names):
            continue
        with tempfile.TemporaryDirectory(prefix="crash-") as folder:
            _make_home(Path(folder) / "home")
            count, kills, wrong = play(story, Path(folder))
            os.chdir("/")
        total += kills
        faults += len(wrong)
        print(f"{name}: {count} events, {kills} kills, {len(wrong)} different ends", flush=True)
        for line in wrong:
            print(f"  {line}")
    print(f"{total} kills, {faults} different ends")
    return 1 if faults or not total else 0


def _make_home(home: Path) -> None:
    home.mkdir()
    (home / ".gitconfig").write_text(GIT_CONFIG)
    for name in [name for name in os.environ if name.startswith(("GIT_", "OPENCLAW_")) or name in (*MARKS, "AI_AGENT")]:
        del os.environ[name]
    os.environ |= {"HOME": str(home), "GIT_CONFIG_GLOBAL": str(home / ".gitconfig"), "GIT_CONFIG_NOSYSTEM": "1"}
    os.environ["OPENCLAW_NODE_ID"] = "node-a"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
