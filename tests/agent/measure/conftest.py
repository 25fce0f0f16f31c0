"""A repository with an evaluator, and metrics run under the guard that runs have."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from openclaw_hooks.agent.launch import Launch, run_command
from openclaw_hooks.agent.measure.metric import Ran, Work, measure
from openclaw_hooks.agent.model import Frozen
from openclaw_hooks.git import open_repo

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from openclaw_hooks.agent.measure.metric import Command
    from openclaw_hooks.agent.model import Measured
    from openclaw_hooks.git import Repo
    from tests.conftest import Repository

BENCH = "echo METRIC n=$(wc -l < src/app.txt)\n"


class Bench:
    """A repository whose metric counts the lines of `src/app.txt`; `base` is its first commit."""

    def __init__(self, repository: Repository, path: Path) -> None:
        self.repository = repository
        self.path = path  # of checkouts
        self.log = path.parent.parent / "metric.log"
        self.stop = ""
        repository.stage("bench.sh", BENCH)
        repository.stage("src/app.txt", "one\ntwo\n")
        repository.stage("tests/a.txt", "a\n")
        repository.stage("tests/deep/b.txt", "b\n")
        repository.commit()
        self.base = repository.head()

    @property
    def repo(self) -> Repo:
        """The repository, as it is now."""
        return open_repo(str(self.repository.path))

    def attempt(self, files: Mapping[str, str | None]) -> str:
        """A commit on the base with these files, None for one that is deleted; nothing is checked out."""
        git = self.repository.git
        git("read-tree", self.base)
        for name, content in files.items():
            git("update-index", "--force-remove", "--", name)
            if content is not None:
                self.path.parent.mkdir(exist_ok=True)
                (self.path.parent / "content").write_text(content)
                blob = git("hash-object", "-w", str(self.path.parent / "content")).stdout.strip()
                git("update-index", "--add", "--cacheinfo", f"100644,{blob},{name}")
        tree = git("write-tree").stdout.strip()
        git("read-tree", self.base)
        return git("commit-tree", tree, "-p", self.base, "-m", "attempt").stdout.strip()

    def measure(self, commit: str, work: Work | None = None, **environment: str) -> Measured:
        """What the metric says of `commit`."""
        done = measure(self.repo, work or self.work(commit), self.launch, environment or None)
        assert not self.path.exists(), "the checkout is left behind"
        return done

    def work(self, commit: str, metric: str = "sh bench.sh", **fields: object) -> Work:
        """How it is measured: without a number unless the fields say so."""
        given: dict[str, object] = {"measure": None, "frozen": Frozen(("bench.sh",)), **fields}
        return Work(commit, self.base, metric, path=str(self.path), log_path=str(self.log), **given)  # type: ignore[arg-type]  # real fields

    def launch(self, command: Command, take: Callable[[bytes], None]) -> Ran:
        """Runs a metric as runs do."""
        launch = Launch(
            command.argv, command.cwd, command.env, None, command.log_path, command.max_bytes, command.timeout_s
        )
        ran = run_command(launch, lambda line: take(line + b"\n"), lambda: self.stop)
        return Ran(ran.code, ran.seconds, "" if ran.killed == "budget" else ran.killed)


@pytest.fixture
def bench(repository: Repository, tmp_path: Path) -> Bench:
    return Bench(repository, tmp_path / "checkouts" / "R-1-metric")
