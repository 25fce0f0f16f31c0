"""The planted secrets: new at each run, and nowhere in this source."""

from __future__ import annotations

from pathlib import Path

from openclaw_hooks.demo import acts
from openclaw_hooks.scratch.planted import make_planted
from openclaw_hooks.secrets.scan import scan_text


def test_two_runs_share_no_secret() -> None:
    assert not set(make_planted()) & set(make_planted())


def test_each_planted_secret_is_one_to_the_scanner() -> None:
    for name, secret in make_planted()._asdict().items():
        if name != "aws_key":  # 40 random characters mean something only beside the word
            assert scan_text(f"x = '{secret}'\n", "a.py"), name


def test_the_demos_own_source_holds_no_secret() -> None:
    for path in Path(acts.__file__).parent.glob("*.py"):
        assert scan_text(path.read_text(encoding="utf-8"), path.name) == [], path.name


def test_every_act_has_an_id_of_its_own() -> None:
    ids = [act.id for act in acts.build_acts(make_planted())]
    assert len(set(ids)) == len(ids)
