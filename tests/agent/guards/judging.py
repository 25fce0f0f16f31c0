"""The guards between what an attempt left and the word that keeps or discards it."""

from __future__ import annotations

from tests.agent.guards.model import Guard

_CODE = "openclaw_hooks/agent/judge/"
CHECK = f"{_CODE}check.py"
EXEMPTIONS = f"{_CODE}exemptions.py"
SIZE = f"{_CODE}size.py"
SCOPE = "openclaw_hooks/checks/scope.py"
_TESTS = "tests/agent/judge/"
_OUTPUT = f"{_TESTS}test_output.py::"
_FLAWS = f"{_TESTS}test_known_flaws.py::"
_CHECKS = f"{_TESTS}test_check.py::"

_WANTED = "check_id not in policy.settings.checks.disable]\n    try:"
_UNDISTURBED = 'check_id not in policy.settings.checks.disable and check_id != "{}"]\n    try:'

CHECKED = (
    Guard(
        "scope",
        "files outside of the task's scope discard the attempt",
        CHECK,
        _WANTED,
        _UNDISTURBED.format("scope"),
        (f"{_FLAWS}test_every_violation_discards_and_not_secrets_alone",),
    ),
    Guard(
        "secrets",
        "a secret in the files discards the attempt",
        CHECK,
        _WANTED,
        _UNDISTURBED.format("secrets"),
        (f"{_FLAWS}test_a_secret_is_found_although_nothing_was_ever_staged",),
    ),
    Guard(
        "secrets-own-commits",
        "so does one in a commit that the agent made by itself, taken out again or not",
        CHECK,
        "            *_guarded(SECRETS, partial(_check_own_commits, repo, policy, snapshot)),\n",
        "",
        (f"{_CHECKS}test_secrets_in_its_own_commits_are_found_when_it_took_them_out_again",),
    ),
    Guard(
        "secrets-too-many-commits",
        "more commits than are looked through are an error",
        CHECK,
        "if len(commits) > MAX_OWN_COMMITS:",
        "if False:",
        (f"{_CHECKS}test_more_own_commits_than_are_looked_through_is_an_error",),
    ),
    Guard(
        "secrets-marked-by-agent",
        "a mark of the agent's own lets no secret through",
        CHECK,
        '    yield from _guarded("exemptions", partial(find_exemptions, repo, snapshot.base, change, policy))\n',
        "",
        (f"{_TESTS}test_exemptions.py::test_a_mark_that_the_agent_put_on_a_line_lets_nothing_through",),
    ),
    Guard(
        "secrets-marked-is-error",
        "and that is an error, not a warning",
        EXEMPTIONS,
        "severity = Severity.ERROR if finding.check == SECRETS else Severity.WARNING",
        "severity = Severity.WARNING",
        (f"{_TESTS}test_exemptions.py::test_a_mark_that_the_agent_put_on_a_line_lets_nothing_through",),
    ),
    Guard(
        "secrets-in-findings",
        "a secret that the agent spoke is in no finding",
        CHECK,
        "redact(spoken, [match.secret for match in scan_text(spoken, SPOKEN)])",
        "spoken",
        (f"{_OUTPUT}test_a_secret_that_the_agent_said_is_not_in_the_finding",),
    ),
    Guard(
        "protected",
        "policy, hooks and settings are not an agent's to change",
        CHECK,
        _WANTED,
        _UNDISTURBED.format("protected"),
        ("tests/agent/judge/test_guards.py::test_files_that_guard_the_repository_are_not_an_agents_to_change",),
    ),
    Guard(
        "role-outputs",
        "what a role has to produce is asked of the whole attempt",
        SCOPE,
        "        findings += _missing_outputs(change, role)\n",
        "",
        (f"{_CHECKS}test_role_and_companions_are_asked_of_the_whole_attempt",),
    ),
    Guard(
        "role-forbidden",
        "and what it may not produce",
        SCOPE,
        "        findings += find_forbidden(change.present, forbidden_lines(role), CHECK)\n",
        "",
        (f"{_FLAWS}test_every_violation_discards_and_not_secrets_alone",),
    ),
    Guard(
        "rules",
        "what the rules forbid discards the attempt",
        CHECK,
        _WANTED,
        _UNDISTURBED.format("rules"),
        (f"{_FLAWS}test_every_violation_discards_and_not_secrets_alone",),
    ),
    Guard(
        "structured-files",
        "files that cannot be parsed discard the attempt",
        CHECK,
        _WANTED,
        _UNDISTURBED.format("structured-files"),
        ("tests/agent/judge/test_guards.py::test_a_file_that_cannot_be_parsed_is_an_error",),
    ),
    Guard(
        "whole-attempt",
        "all that differs from the base is checked, and not the last commit alone",
        CHECK,
        "range_change(repo, snapshot.base, snapshot.commit)",
        "commit_change(repo, snapshot.own_head or snapshot.commit)",
        (
            f"{_CHECKS}test_secrets_in_its_own_commits_are_found_when_it_took_them_out_again",
            f"{_FLAWS}test_work_that_the_agent_committed_itself_is_judged_whole",
        ),
    ),
    Guard(
        "not-taken",
        "what could not be taken into the snapshot is a finding",
        CHECK,
        "[*snapshot.found, *findings]",
        "findings",
        (f"{_CHECKS}test_what_could_not_be_taken_into_the_snapshot_is_found_too",),
    ),
    Guard(
        "huge-change",
        "a change too large to be looked through is an error",
        SIZE,
        "if total <= MAX_BYTES:",
        "if True:",
        (f"{_CHECKS}test_more_than_can_be_looked_through_is_an_error_and_is_not_read",),
    ),
    Guard(
        "errors-first",
        "of more findings than are kept no error gets lost",
        CHECK,
        "(not found.is_error, found.path",
        "(found.is_error, found.path",
        (f"{_CHECKS}test_findings_are_bounded_and_no_error_gets_lost",),
    ),
    Guard(
        "output-scan-block",
        "what the agent ran and said is held against the rules that block it",
        CHECK,
        "(Enforcement.OUTPUT_BLOCK, Enforcement.POST_SCAN)",
        "(Enforcement.POST_SCAN,)",
        (f"{_OUTPUT}test_what_the_agent_ran_and_said_is_scanned",),
    ),
    Guard(
        "output-scan-post",
        "and against those that look at it afterwards",
        CHECK,
        "(Enforcement.OUTPUT_BLOCK, Enforcement.POST_SCAN)",
        "(Enforcement.OUTPUT_BLOCK,)",
        (f"{_OUTPUT}test_what_the_agent_ran_and_said_is_scanned",),
    ),
    Guard(
        "metric-required",
        "a rule that wants a metric is heard",
        CHECK,
        "(*_OUTPUT, Enforcement.METRIC_REQUIRED)",
        "_OUTPUT",
        (f"{_OUTPUT}test_a_task_without_a_metric_is_warned_of",),
    ),
    Guard(
        "services",
        "services that a rule names are asked for before the agent starts",
        CHECK,
        "found += _guarded(CHECK_ID, partial(check_services, rule))",
        "pass",
        (f"{_OUTPUT}test_services_are_asked_for_before_the_agent_starts",),
    ),
    Guard(
        "crashed-check",
        "a check that crashes is an error",
        CHECK,
        "    except Exception as error:  # a guard: what crashed has not passed\n        return [_crashed(check_id, error)]",
        "    except Exception:\n        return []",
        (f"{_CHECKS}test_a_check_that_crashes_is_an_error",),
    ),
    Guard(
        "crashed-snapshot",
        "a snapshot that cannot be read is an error",
        CHECK,
        '        yield _crashed("snapshot", error)\n',
        "        del error\n",
        (f"{_CHECKS}test_a_snapshot_that_cannot_be_read_is_an_error",),
    ),
)
