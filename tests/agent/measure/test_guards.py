"""What the repository declares to measure the work stands above what a task says of it."""

from __future__ import annotations

import pytest

from openclaw_hooks.agent.measure.evaluator import frozen_paths
from openclaw_hooks.globs import compile_globs
from tests.agent.measure.test_evaluator import TREE, make_task, settings


@pytest.mark.parametrize("metric", ["", "sh bench/run.sh"])
def test_no_task_takes_back_what_the_repository_declares(metric: str) -> None:
    frozen = frozen_paths(make_task(metric, evaluator=("!bench/run.sh", "!src/")), settings("bench/"), TREE)
    declared = compile_globs(frozen.declared)
    assert declared.matches("bench/run.sh")
    assert compile_globs(frozen.globs).matches("bench/run.sh")
    assert not declared.matches("src/app.py")
