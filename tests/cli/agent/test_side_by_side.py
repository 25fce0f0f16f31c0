"""Two runs at once in one clone, by agents that say hostile things: neither touches what is the other's, and no shell hears them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from tests.cli.agent.conftest import AGENTS

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.agent.conftest import Crew

HOSTILE = '$(touch PWNED) `touch PWNED` "; touch PWNED; "'
EVENTS = """\
cat > /dev/null
echo $$ > {here}/$OPENCLAW_TASK
while [ $(ls {here} | wc -l) -lt 2 ]; do sleep 0.02; done
echo '{said}'
echo "x = 2" > src/app.py
echo '{{"type":"result","is_error":false,"total_cost_usd":'$(cat {costs}/$OPENCLAW_TASK)',"num_turns":1,"result":"{result}"}}'
"""


def test_each_run_has_its_own_cost_branch_and_words(crew: Crew, tmp_path: Path) -> None:
    here, costs = tmp_path / "here", tmp_path / "costs"
    here.mkdir()
    costs.mkdir()
    crew.repository.stage(".openclaw/agents.yaml", AGENTS.format(path=crew.script) + "    events: claude-stream-json\n")
    crew.repository.commit("chore: events")
    said = json.dumps(HOSTILE)[1:-1]
    crew.teach(EVENTS.format(here=here, costs=costs, said=HOSTILE, result=said))
    wanted = {crew.add(HOSTILE): 0.25, crew.add("Set x too"): 0.5}
    for task, cost in wanted.items():
        (costs / task).write_text(str(cost))
    runners = [crew.begin("agent", "run", task) for task in wanted]
    for runner, (task, cost) in zip(runners, wanted.items(), strict=True):
        out, err = runner.communicate(timeout=60)
        assert runner.returncode == 0, out + err
        told = json.loads(out.splitlines()[-1])["data"]
        assert (told["task"], told["cost_usd"], told["branch"]) == (task, cost, f"openclaw/{task}")
        trailers = crew.git("log", "-1", "--format=%(trailers:key=Task,valueonly)", f"openclaw/{task}")
        assert trailers == task
        assert crew.git("show", f"openclaw/{task}:src/app.py") == "x = 2"
        assert crew.clerk.status(task) == "completed"
    assert len(crew.git("worktree", "list").splitlines()) == 2, "the user's and the board's"
    assert not [*tmp_path.rglob("PWNED"), *crew.top.rglob("PWNED")]
    assert crew.git("status", "--porcelain") == ""
