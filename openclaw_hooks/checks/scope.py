"""Whether a change stays in its scope, and does what the role in force asks of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from openclaw_hooks.checks.patterns import find_forbidden, find_lacking
from openclaw_hooks.checks.policy import LineCheck, compile_line_check
from openclaw_hooks.globs import compile_globs
from openclaw_hooks.roles.model import ContentCheck
from openclaw_hooks.verdict import Finding, Severity

if TYPE_CHECKING:
    from openclaw_hooks.checks.change import Change
    from openclaw_hooks.checks.policy import Policy
    from openclaw_hooks.roles.model import Role

CHECK = "scope"


def check_scope(change: Change, policy: Policy) -> list[Finding]:
    """An error for each file outside the scope, each forbidden pattern and each missing output of the role.

    The scope is the one given (environment, claimed tasks, config), else the role's; without either any file may change.
    A rename counts at both ends.
    """
    role = policy.role
    findings = _out_of_scope(change, policy)
    if role is not None:
        findings += find_forbidden(change.present, forbidden_lines(role), CHECK)
        findings += _missing_outputs(change, role)
    return findings


def _out_of_scope(change: Change, policy: Policy) -> list[Finding]:
    role = policy.role
    scope = policy.scope or (role.scope_paths if role else ())
    if not scope:
        return []
    allowed = compile_globs(scope)
    rule = role.id if role else ""
    work = ", ".join(policy.tasks) or "this work"
    hint = f"allowed: {', '.join(scope)}; unstage it, or have the scope widened"
    return [
        Finding(CHECK, Severity.ERROR, path, 0, f"outside the scope of {work}", hint, rule)
        for file in change.files
        for path in dict.fromkeys(filter(None, (file.old_path, file.path)))
        if not allowed.matches(path)
    ]


def forbidden_lines(role: Role) -> tuple[LineCheck, ...]:
    """The role's forbidden patterns, ready to run."""
    return tuple(
        compile_line_check(
            LineCheck(
                rule=role.id,
                pattern=item.pattern,
                globs=(item.in_,),
                except_=(),
                unless="",
                ignore_case=False,
                message=item.description or f"matches `{item.pattern}`",
                hint=f"role {role.id} forbids `{item.pattern}` in {item.in_}",
                severity=Severity.ERROR,
                literals=(),
            )
        )
        for item in role.forbidden_patterns
    )


def _missing_outputs(change: Change, role: Role) -> list[Finding]:
    """What the role requires and the repository does not have after this change.

    A commit is a step, so an output may have come with an earlier one; content is asked of changed files.
    """
    findings = []
    for output in role.required_outputs:
        matching = compile_globs((output.pattern,))
        if not any(matching.matches(path) for path in change.paths()):
            message = f"required output is missing: {output.description or output.pattern}"
            hint = f"role {role.id} wants a file {output.pattern}"
            findings.append(Finding(CHECK, Severity.ERROR, output.pattern, 0, message, hint, role.id))
        elif isinstance(output, ContentCheck):
            findings += _lacking_content(change, role, output)
    return findings


def _lacking_content(change: Change, role: Role, output: ContentCheck) -> list[Finding]:
    matching = compile_globs((output.pattern,))
    files = [file for file in change.present if file.is_regular and matching.matches(file.path)]
    message = f"required content is missing: {output.description or output.check}"
    hint = f"role {role.id} wants `{output.check}` in {output.pattern}"
    missing = Finding(CHECK, Severity.ERROR, "", 0, message, hint, role.id)
    return find_lacking(files, change.read(files), output.check, missing)
