"""What is frozen for a task, and what is said when its work changes that."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from openclaw_hooks.agent.measure.evaluator import frozen_paths, judge_evaluator
from openclaw_hooks.agent.model import Frozen
from openclaw_hooks.checks.sources import range_change
from openclaw_hooks.errors import OpenclawError
from openclaw_hooks.git import open_repo
from openclaw_hooks.settings import AgentSettings, Settings
from openclaw_hooks.tasks.model import Measure, Status, TaskHead
from openclaw_hooks.verdict import Severity

if TYPE_CHECKING:
    from tests.conftest import Repository

TREE = ("Makefile", "bench/data.csv", "bench/run.sh", "src/app.py", "tests/test_app.py")


def make_task(metric: str = "sh bench/run.sh && pytest tests", **fields: object) -> TaskHead:
    return TaskHead(id="T-4kf2mz", title="Faster", status=Status.RUNNING, metric=metric, **fields)  # type: ignore[arg-type]


def settings(*evaluator: str) -> Settings:
    return Settings(agent=AgentSettings(evaluator=evaluator))


def test_what_is_declared_and_what_is_inferred_is_frozen() -> None:
    frozen = frozen_paths(make_task(evaluator=("data/",)), settings("ci/"), TREE)
    assert frozen.declared == ("data/", "ci/")
    assert frozen.inferred == ("/bench/run.sh", "/bench/", "/tests/")
    assert "conftest.py" in frozen.tools
    assert set(frozen.globs) == {*frozen.declared, *frozen.inferred, *frozen.tools}


def test_without_a_metric_nothing_is_inferred() -> None:
    assert frozen_paths(make_task("", evaluator=("data/",)), settings("ci/"), TREE) == Frozen(("data/", "ci/"))


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"evaluator": ("[",)}, "evaluator: glob"),
        ({"metric": "", "measure": Measure("n")}, "nothing prints `METRIC n="),
    ],
)
def test_an_evaluation_that_was_written_by_hand_and_cannot_be_is_refused(fields: dict[str, object], said: str) -> None:
    with pytest.raises(OpenclawError, match=said):
        frozen_paths(make_task(**fields), Settings(), TREE)  # type: ignore[arg-type]  # as above


CHANGES = {
    "edit": ("bench/run.sh", "echo 1\n"),
    "delete": ("tests/test_app.py", None),
    "tool": ("src/conftest.py", "import pytest\n"),
    "new test": ("tests/test_new.py", "def test(): ...\n"),
    "new data": ("bench/more.csv", "1\n"),
    "work": ("src/app.py", "x = 2\n"),
}


def judge(repository: Repository, task: TaskHead, *names: str, config: tuple[str, ...] = ()) -> dict[str, Severity]:
    """What is said of these changes, by path."""
    for path in TREE:
        repository.stage(path, f"{path}\n" * 9)
    repository.commit()
    base = repository.head()
    for name in names:
        path, content = CHANGES[name]
        if content is None:
            repository.git("rm", "-q", path)
        else:
            repository.stage(path, content)
    repository.commit()
    frozen = frozen_paths(task, settings(*config), TREE)
    findings = judge_evaluator(range_change(open_repo(), base, repository.head()), task, frozen)
    assert {finding.check for finding in findings} <= {"evaluator"}
    return {finding.path: finding.severity for finding in findings}


@pytest.fixture
def inside(repository: Repository, monkeypatch: pytest.MonkeyPatch) -> Repository:
    monkeypatch.chdir(repository.path)
    return repository


ALL = tuple(CHANGES)


def test_without_a_scope_each_change_to_what_measures_is_an_error_and_new_tests_are_work(inside: Repository) -> None:
    error = Severity.ERROR
    found = judge(inside, make_task(), *ALL)
    assert found == {"bench/run.sh": error, "tests/test_app.py": error, "src/conftest.py": error}


def test_what_the_scope_covers_is_a_warning_unless_it_is_declared(inside: Repository) -> None:
    task = make_task(scope=("src/", "tests/", "bench/"), evaluator=("bench/",))
    warning, error = Severity.WARNING, Severity.ERROR
    found = judge(inside, task, *ALL)
    assert found == {
        "bench/run.sh": error,
        "bench/more.csv": error,
        "tests/test_app.py": warning,
        "src/conftest.py": warning,
    }


def test_what_lies_beyond_the_scope_is_an_error(inside: Repository) -> None:
    assert judge(inside, make_task(scope=("src/",)), "edit", "work") == {"bench/run.sh": Severity.ERROR}


def test_what_the_repository_declares_is_an_error_that_no_task_takes_back(inside: Repository) -> None:
    task = make_task("", scope=("bench/", "src/"), evaluator=("!bench/run.sh",))
    assert judge(inside, task, "edit", "work", config=("bench/",)) == {"bench/run.sh": Severity.ERROR}


def test_a_task_takes_back_what_was_only_inferred(inside: Repository) -> None:
    task = make_task(evaluator=("!/bench/run.sh", "!/tests/"))
    assert judge(inside, task, "edit", "delete", "new test", "work") == {}


def test_a_rename_counts_at_both_ends(inside: Repository) -> None:
    task = make_task(evaluator=("frozen/",))
    for path in TREE:
        inside.stage(path, f"{path}\n" * 9)
    inside.commit()
    base = inside.head()
    inside.write("frozen/.x", "")
    inside.git("mv", "tests/test_app.py", "src/app2.py")
    inside.git("mv", "src/app.py", "frozen/app.py")
    inside.commit()
    change = range_change(open_repo(), base, inside.head())
    assert {file.status for file in change.files} == {"R"}
    findings = judge_evaluator(change, task, frozen_paths(task, Settings(), TREE))
    assert {(finding.path, finding.severity) for finding in findings} == {
        ("tests/test_app.py", Severity.ERROR),
        ("frozen/app.py", Severity.ERROR),
    }


def test_a_finding_says_what_to_do(inside: Repository) -> None:
    for path in TREE:
        inside.stage(path, f"{path}\n")
    inside.commit()
    base = inside.head()
    inside.stage("bench/run.sh", "echo 1\n")
    inside.commit()
    change = range_change(open_repo(), base, inside.head())
    hints = {
        scope: judge_evaluator(change, task := make_task(scope=scope), frozen_paths(task, Settings(), TREE))[0].hint
        for scope in ((), ("bench/",))
    }
    assert "a person names it in the task's scope" in hints[()]
    assert "`!/bench/run.sh`" in hints["bench/",]
