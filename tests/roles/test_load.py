from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

import msgspec
import pytest

from openclaw_hooks.documents import DocumentError
from openclaw_hooks.errors import OpenclawError
from openclaw_hooks.roles.load import find_role, load_roles, role_files
from openclaw_hooks.roles.model import ContentCheck, Role

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    WriteRole = Callable[..., Path]

FULL = """
description: Writes contracts.
responsibilities: [Write them well]
must_not: [Deploy]
framework: {name: Order, prompt: Check first.}
required_outputs:
  - {type: file_match, pattern: 'test/**', description: tests}
  - {type: content_check, pattern: 'contracts/**/*.sol', check: emit, description: events}
forbidden_patterns:
  - {pattern: selfdestruct, in: 'contracts/**', description: no selfdestruct}
scope_paths: ['contracts/**', 'test/**']
escalation: {on_scope_violation: boss, on_budget_exceeded: human}
"""


def test_whole_role_is_read_and_survives_json(tmp_path: Path, write_role: WriteRole) -> None:
    write_role("boss")
    write_role("worker", FULL)
    role = find_role(load_roles(str(tmp_path)), "worker")
    assert isinstance(role.required_outputs[1], ContentCheck)
    assert role.forbidden_patterns[0].in_ == "contracts/**"
    assert role.escalation.on_metric_failure == ""
    assert role.file == ".openclaw/roles/worker.yaml"
    assert msgspec.json.decode(msgspec.json.encode(role), type=Role) == role


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ("scope_path: [a]", "4: unknown key `scope_path` (did you mean `scope_paths`?)"),
        ("forbidden_patterns:\n  - {pattern: '(a', in: '*'}", "5: bad pattern `(a`"),
        ("forbidden_patterns:\n  - {pattern: a, in: 'a['}", "5: glob 'a['"),
        ("required_outputs:\n  - {type: content_check, pattern: '*', check: '*'}", "5: bad pattern `*`"),
        ("required_outputs:\n  - {type: content_check, pattern: '*'}", "key `required_outputs.0.check` is missing"),
        ("required_outputs:\n  - {type: file, pattern: '*'}", "5: unknown output type `file`"),
        ("required_outputs:\n  - {type: content_check, pattern: '*', chek: a}", "did you mean `check`?"),
        ("escalation: {on_scope_violation: mine}", "4: role `mine` escalates to itself"),
        ("escalation:\n  on_metric_failure: mina", "there is no role `mina` (did you mean `mine`?)"),
    ],
)
def test_mistake_is_named_with_file_and_line(tmp_path: Path, write_role: WriteRole, lines: str, said: str) -> None:
    write_role("mine", lines)
    with pytest.raises(DocumentError, match=re.escape(said)) as caught:
        load_roles(str(tmp_path))
    assert str(caught.value).startswith(".openclaw/roles/mine.yaml:")


def test_id_must_be_the_file_name(tmp_path: Path, write_role: WriteRole) -> None:
    path = write_role("mine")
    path.rename(path.with_name("other.yaml"))
    with pytest.raises(DocumentError, match=r"other.yaml:1: id `mine` is not the name of the file"):
        load_roles(str(tmp_path))


def test_human_cannot_be_a_role(tmp_path: Path, write_role: WriteRole) -> None:
    write_role("human")
    with pytest.raises(DocumentError, match="choose another id"):
        load_roles(str(tmp_path))


def test_yaml_and_yml_of_one_role_are_an_error_that_names_both(tmp_path: Path, write_role: WriteRole) -> None:
    write_role("mine")
    write_role("mine", suffix=".yml")
    with pytest.raises(DocumentError, match=r"roles/mine.yml:1: role `mine` is also in .openclaw/roles/mine.yaml"):
        load_roles(str(tmp_path))


def test_role_id_with_a_path_in_it_is_refused_though_the_file_exists(tmp_path: Path, write_role: WriteRole) -> None:
    write_role("mine")
    (tmp_path / ".openclaw/secret.yaml").write_text("id: secret\nversion: 1.0.0\nname: S\n")
    with pytest.raises(OpenclawError, match="is not a role id"):
        find_role(load_roles(str(tmp_path)), "../secret")


def test_unknown_role_is_answered_with_the_nearest(tmp_path: Path, write_role: WriteRole) -> None:
    write_role("night-watch")
    with pytest.raises(OpenclawError, match="did you mean `night-watch`"):
        find_role(load_roles(str(tmp_path)), "nightwatch")


def test_changed_role_is_seen_and_all_files_are_listed(tmp_path: Path, write_role: WriteRole) -> None:
    path = write_role("mine", "description: one")
    assert find_role(load_roles(str(tmp_path)), "mine").description == "one"
    write_role("mine", "description: two")
    assert find_role(load_roles(str(tmp_path)), "mine").description == "two"
    assert role_files(str(tmp_path))[-1] == str(path)


def test_role_file_that_cannot_be_read_is_an_error_and_not_a_missing_role(
    tmp_path: Path, write_role: WriteRole
) -> None:
    folder = write_role("mine").parent
    (folder / "lost.yaml").symlink_to("nowhere.yaml")
    with pytest.raises(DocumentError, match=r"^.openclaw/roles/lost.yaml:1: cannot be read"):
        load_roles(str(tmp_path))
    (folder / "lost.yaml").unlink()
    os.mkfifo(folder / "pipe.yaml")
    with pytest.raises(DocumentError, match=r"^.openclaw/roles/pipe.yaml:1: not a regular file"):
        load_roles(str(tmp_path))
