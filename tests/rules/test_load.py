from __future__ import annotations

import json
import os
import re
from typing import TYPE_CHECKING

import msgspec
import pytest

from openclaw_hooks.documents import DocumentError
from openclaw_hooks.rules.load import load_harness_rules, load_rules, locate_rule, rule_files
from openclaw_hooks.rules.model import Enforcement, Forbid, Origin, Rule, RuleHead, Tier

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    WriteRule = Callable[..., Path]

FORBID = "checks:\n  - {type: forbid, id: one, pattern: 'x', message: no x"


def rule_of(root: Path, name: str) -> Rule:
    return next(rule for rule in load_rules(str(root)) if rule.id == name)


def error_of(root: Path) -> str:
    with pytest.raises(DocumentError) as caught:
        load_rules(str(root))
    return str(caught.value)


def test_comment_after_a_value_is_no_part_of_it(tmp_path: Path, write_rule: WriteRule) -> None:
    write_rule("mine", "tier: framework     # universal | framework | project\ndetect: [go] # go.mod", tier="")
    rule = rule_of(tmp_path, "mine")
    assert rule.tier is Tier.FRAMEWORK
    assert rule.tier.weight == 10
    assert rule.detect == ("go",)


def test_priority_zero_stays_zero_and_fifty_is_the_default(tmp_path: Path, write_rule: WriteRule) -> None:
    write_rule("lowest", "priority: 0")
    write_rule("plain")
    assert rule_of(tmp_path, "lowest").priority == 0
    assert rule_of(tmp_path, "plain").priority == 50


def test_rules_in_nested_folders_are_loaded(tmp_path: Path, write_rule: WriteRule) -> None:
    write_rule("backend/storage/sql")
    assert rule_of(tmp_path, "sql").file == ".openclaw/rules/backend/storage/sql.md"


def test_shipped_rules_are_found_below_their_folders_and_can_be_located() -> None:
    for rule in load_rules(None):
        assert rule.origin is Origin.SHIPPED
        assert os.path.isfile(locate_rule(rule, None))


def test_broken_rule_file_is_an_error_and_never_zero_rules(tmp_path: Path, write_rule: WriteRule) -> None:
    write_rule("good")
    write_rule("bad", "paths: [")
    assert re.match(r"\.openclaw/rules/bad\.md:\d+: not valid YAML", error_of(tmp_path))


def test_changed_rule_file_is_seen_by_the_next_load(tmp_path: Path, write_rule: WriteRule) -> None:
    write_rule("mine", "priority: 1")
    assert rule_of(tmp_path, "mine").priority == 1
    write_rule("mine", "priority: 2")
    assert rule_of(tmp_path, "mine").priority == 2


def test_project_rule_replaces_a_shipped_rule_of_the_same_id(tmp_path: Path, write_rule: WriteRule) -> None:
    shipped = next(iter(load_rules(None)), None)
    if shipped is None:
        pytest.skip("nothing is shipped yet")
    write_rule(shipped.id, "priority: 3")
    loaded = [rule for rule in load_rules(str(tmp_path)) if rule.id == shipped.id]
    assert [(rule.origin, rule.priority) for rule in loaded] == [(Origin.PROJECT, 3)]


def test_two_project_files_with_one_id_are_an_error_that_names_both(tmp_path: Path, write_rule: WriteRule) -> None:
    write_rule("a/twin")
    write_rule("b/twin")
    message = error_of(tmp_path)
    assert ".openclaw/rules/a/twin.md" in message
    assert ".openclaw/rules/b/twin.md" in message


@pytest.mark.parametrize(
    ("head", "said"),
    [
        ("pathz: [a]", "5: unknown key `pathz` (did you mean `paths`?)"),
        ("body: text", "5: unknown key `body`"),
        ("priority: 101", "5: `priority`: expected `int` <= 100"),
        ("paths: []", "5: `paths`"),
        ("paths: ['a[']", "5: glob 'a['"),
        ("checks:\n  - {type: forbidd, id: a}", "6: unknown check type `forbidd` (did you mean `forbid`?)"),
        (f"{FORBID}, patern: y}}", "6: unknown key `patern` of a forbid check (did you mean `pattern`?)"),
        ("checks:\n  - {type: require-content, id: a, patern: y}", "did you mean `pattern`?"),
        (f"{FORBID}, unless: '(a'}}", "6: bad pattern `(a`: missing ), unterminated subpattern at position 1"),
        (f"{FORBID}, in: ['{{a']}}", "6: glob '{a'"),
        (f"{FORBID}}}\n  - {{type: forbid, id: one, pattern: z, message: m}}", "7: check id `one` appears twice"),
        ("checks:\n  - {type: forbid, id: one, pattern: z}", "key `checks.0.message` is missing"),
        (
            "checks:\n  - {type: require-companion, id: c, for: ['*.py'], needs: ['t/{name}.py'], message: m}",
            "6: unknown placeholder `{name}` (known: {stem} and {dir})",
        ),
    ],
)
def test_mistake_is_named_with_file_line_and_key(tmp_path: Path, write_rule: WriteRule, head: str, said: str) -> None:
    write_rule("mine", head)
    message = error_of(tmp_path)
    assert message.startswith(".openclaw/rules/mine.md:")
    assert said in message


def test_id_that_is_not_the_file_name_is_an_error(tmp_path: Path, write_rule: WriteRule) -> None:
    path = write_rule("mine")
    path.rename(path.with_name("other.md"))
    assert "other.md:2: id `mine` is not the name of the file" in error_of(tmp_path)


def test_version_must_be_semantic(tmp_path: Path, write_rule: WriteRule) -> None:
    path = write_rule("mine")
    path.write_text(path.read_text().replace("1.0.0", "v1"))
    assert "mine.md:3: `version`" in error_of(tmp_path)


def test_missing_tier_is_named(tmp_path: Path, write_rule: WriteRule) -> None:
    write_rule("mine", tier="")
    assert "key `tier` is missing" in error_of(tmp_path)


def test_loaded_rule_survives_json_without_its_file(tmp_path: Path, write_rule: WriteRule) -> None:
    write_rule("mine", f"{FORBID}, in: ['*.py'], except: [t/], ignore_case: true, severity: warning}}\npriority: 0")
    rule = rule_of(tmp_path, "mine")
    assert msgspec.json.decode(msgspec.json.encode(rule), type=Rule) == rule
    check = rule.checks[0]
    assert isinstance(check, Forbid)
    assert (check.in_, check.except_) == (("*.py",), ("t/",))


def test_frontmatter_has_a_json_schema_with_the_names_of_the_file_format() -> None:
    schema = json.dumps(msgspec.json.schema(RuleHead))
    assert '"in"' in schema
    assert '"in_"' not in schema


def test_rule_files_are_all_files_that_a_load_reads(tmp_path: Path, write_rule: WriteRule) -> None:
    one, two = write_rule("a"), write_rule("harness/h", "type: inject")
    (tmp_path / ".openclaw/rules/notes.txt").write_text("no rule")
    files = rule_files(str(tmp_path))
    assert [path for path in files if path.startswith(str(tmp_path))] == [str(one), str(two)]
    assert len(files) == len(rule_files(None)) + 2


def test_harness_rules_are_apart_from_rules(tmp_path: Path, write_rule: WriteRule) -> None:
    write_rule("harness/stop", "type: block\nenforcement: output_block\npatterns: ['rm -rf']", tier="")
    harness = {rule.id: rule for rule in load_harness_rules(str(tmp_path))}
    assert harness["stop"].enforcement is Enforcement.OUTPUT_BLOCK
    assert harness["stop"].tier is Tier.UNIVERSAL
    assert harness["stop"].scope == ("local", "mesh")
    assert "stop" not in {rule.id for rule in load_rules(str(tmp_path))}


@pytest.mark.parametrize(
    ("head", "said"),
    [
        ("", "key `type` is missing"),
        ("type: inject\nenforcement: scan_output", "5: `enforcement`: unknown value `scan_output`"),
        ("type: block\nenforcement: output_block", "5: enforcement `output_block` needs the key `patterns`"),
        ("type: inject\nenforcement: pre_check", "needs the key `services`"),
        ("type: inject\npatterns: [a]", "5: key `patterns` does nothing here"),
        ("type: block\nenforcement: output_block\npatterns: ['a', '(b']", "bad pattern `(b`"),
        ("type: inject\nenforcement: pre_check\nservices: ['a b']", "bad service `a b`"),
        ("type: inject\nenforcement: pre_check\nservices: ['localhost:99999']", "bad service `localhost:99999`"),
    ],
)
def test_harness_mistake_is_named(tmp_path: Path, write_rule: WriteRule, head: str, said: str) -> None:
    write_rule("harness/mine", head, tier="")
    with pytest.raises(DocumentError, match=re.escape(said)):
        load_harness_rules(str(tmp_path))


def test_harness_rule_in_the_folder_of_rules_is_sent_to_its_place(tmp_path: Path, write_rule: WriteRule) -> None:
    write_rule("mine", "type: inject\nenforcement: scope_check")
    assert ".openclaw/rules/harness/" in error_of(tmp_path)


def test_file_that_cannot_be_read_is_an_error_and_not_a_missing_rule(tmp_path: Path, write_rule: WriteRule) -> None:
    folder = write_rule("mine").parent
    (folder / "lost.md").symlink_to("nowhere.md")
    assert ".openclaw/rules/lost.md:1: cannot be read" in error_of(tmp_path)
    (folder / "lost.md").unlink()
    os.mkfifo(folder / "pipe.md")
    assert ".openclaw/rules/pipe.md:1: not a regular file" in error_of(tmp_path)


def test_file_in_place_of_the_folder_is_an_error(tmp_path: Path) -> None:
    (tmp_path / ".openclaw").mkdir()
    (tmp_path / ".openclaw/rules").write_text("")
    assert "cannot be listed" in error_of(tmp_path)


def test_linked_folder_is_read_once_even_when_it_leads_back(tmp_path: Path, write_rule: WriteRule) -> None:
    folder = write_rule("mine").parent
    shared = tmp_path / "shared"
    shared.mkdir()
    (shared / "linked.md").write_text("---\nid: linked\nversion: 1.0.0\ntier: project\n---\n# L\n")
    (folder / "shared").symlink_to(shared)
    (folder / "loop").symlink_to(folder)
    loaded = [rule.id for rule in load_rules(str(tmp_path)) if rule.origin is Origin.PROJECT]
    assert loaded == ["linked", "mine"]


def test_bytes_that_are_not_utf8_are_named_by_line(tmp_path: Path, write_rule: WriteRule) -> None:
    path = write_rule("mine")
    path.write_bytes(path.read_bytes() + b"- \xff\n")
    assert ".openclaw/rules/mine.md:10: not valid UTF-8" in error_of(tmp_path)
