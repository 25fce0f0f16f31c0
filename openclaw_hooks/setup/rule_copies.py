"""Copies of the active rules for Claude Code's own loader: `.claude/rules/openclaw/<id>.md`.

The last line of a copy carries the hash of what stands above it. It tells, with nothing else at hand, whether the user
changed the copy since: what is unchanged follows the shipped rule, what is changed stays as the user wants it.
"""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING, NamedTuple

from openclaw_hooks.setup.edits import FileEdit, Plan
from openclaw_hooks.setup.repo_facts import RULE_COPIES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from openclaw_hooks.rules.model import Rule
    from openclaw_hooks.setup.repo_facts import RepoFacts

_SEAL = re.compile(rb"<!-- openclaw-hooks: (\S+) (\S+) sha256:([0-9a-f]{64}) -->\s*\Z")


class Seal(NamedTuple):
    """The last line of a copy: which rule, which version, and whether the text above is still as it was sealed."""

    id: str
    version: str
    is_intact: bool


def read_seal(content: bytes) -> Seal | None:
    """The seal of a copy; None when it has none. A change of line ends alone (git's autocrlf) breaks no seal."""
    content = content.replace(b"\r\n", b"\n")
    found = _SEAL.search(content)
    if found is None:
        return None
    is_intact = hashlib.sha256(content[: found.start()]).hexdigest().encode() == found[3]
    return Seal(found[1].decode("utf-8", "replace"), found[2].decode("utf-8", "replace"), is_intact)


def render_copy(rule: Rule) -> bytes:
    """`rule` in Claude Code's format: a `paths` list, the body, the seal."""
    import json

    paths = [path for glob in rule.paths for path in _claude_globs(glob)]
    head = "".join(f"  - {json.dumps(path, ensure_ascii=False)}\n" for path in dict.fromkeys(paths))
    text = f"---\npaths:\n{head}---\n\n{rule.body.strip()}\n\n".encode()
    seal = hashlib.sha256(text).hexdigest()
    return text + f"<!-- openclaw-hooks: {rule.id} {rule.version} sha256:{seal} -->\n".encode()


def _claude_globs(glob: str) -> list[str]:
    """`glob` as Claude Code reads it: there every pattern counts from the top, and none takes back another.

    What `!` excludes is told all the same: an instruction too many does less harm than one that is missing.
    """
    if glob.startswith("!"):
        return []
    plain = glob.removeprefix("./").removeprefix("/")
    is_tied = "/" in glob.rstrip("/")
    place = plain if is_tied or plain.startswith("**") else f"**/{plain}"
    if place.endswith("/"):
        return [f"{place}**"]
    last = place.rsplit("/", 1)[-1]
    return [place] if set(last) & set("*?[{.") else [place, f"{place}/**"]


def plan_copies(facts: RepoFacts, rules: Sequence[Rule]) -> Plan:
    """What brings the copies in step with `rules`, those that the user changed left alone and named."""
    if any(name.startswith(RULE_COPIES) for name in facts.outside):
        return Plan(notes=(f"{RULE_COPIES} is a link out of the repository and was left alone",))
    plan = Plan()
    for rule in rules:
        plan = plan.join(_plan_copy(facts, rule))
    current = {f"{RULE_COPIES}/{rule.id}.md" for rule in rules}
    for name, content in facts.contents.items():
        if name.startswith(f"{RULE_COPIES}/") and name not in current:
            plan = plan.join(_plan_removal(facts, name, content))
    return plan


def _plan_copy(facts: RepoFacts, rule: Rule) -> Plan:
    name = f"{RULE_COPIES}/{rule.id}.md"
    found, wanted = facts.contents.get(name), render_copy(rule)
    if found is None:
        return Plan(edits=(FileEdit(facts.path(name), None, wanted, f"rule {rule.id} for Claude Code"),))
    seal = read_seal(found)
    if found.replace(b"\r\n", b"\n") == wanted:
        return Plan()
    if seal and seal.is_intact:
        why = f"rule {rule.id} {seal.version} brought to {rule.version}"
        return Plan(edits=(FileEdit(facts.path(name), found, wanted, why),))
    version = f" (from version {seal.version})" if seal else ""
    see = f"`openclaw rules show {rule.id}` prints the shipped one; delete the file and run init to take that"
    return Plan(notes=(f"{name} was changed by you{version} and is kept; {see}",)) if _differs(seal, rule) else Plan()


def _differs(seal: Seal | None, rule: Rule) -> bool:
    # A changed copy of the current version is no news each time; one that an upgrade has passed by is.
    return seal is None or seal.version != rule.version


def _plan_removal(facts: RepoFacts, name: str, content: bytes) -> Plan:
    seal = read_seal(content)
    if seal is None:
        return Plan()  # the user's own file
    if seal.is_intact:
        return Plan(edits=(FileEdit(facts.path(name), content, None, f"rule {seal.id} is no longer active"),))
    return Plan(notes=(f"rule {seal.id} is no longer active; {name} was changed by you and is kept",))
