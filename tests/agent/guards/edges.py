"""The guards at the edges of a run: where it begins, whose words it writes down, and who can read them."""

from __future__ import annotations

from tests.agent.guards.model import Guard

_CODE = "openclaw_hooks/agent/"
BASE, STASH, CHANGE = f"{_CODE}trees/base.py", f"{_CODE}trees/stash.py", f"{_CODE}trees/config_change.py"
STATE, OUTPUT = f"{_CODE}run/state.py", f"{_CODE}measure/output.py"
_TESTS = "tests/agent/"
_KEPT = f"{_TESTS}trees/test_kept_work.py::"
_TAMPER = f"{_TESTS}trees/test_tampering.py::"
_TREES = f"{_TESTS}trees/test_guards.py::"
_PRIVATE = (f"{_TESTS}run/test_wiring.py::test_what_lies_in_the_folder_of_a_run_is_for_its_user_only",)
_LOG = (f"{_TESTS}run/test_hostile.py::test_a_log_that_an_agent_changed_is_put_back_and_discards",)
_FOLLOWS = (f"{_TESTS}run/test_state.py::test_what_cannot_follow_is_refused_and_named",)

BEGUN = (
    Guard(
        "base-board",
        "no agent works on the board's branch",
        BASE,
        "if target == BRANCH:",
        "if False:",
        (f"{_TREES}test_the_boards_branch_is_nothing_that_an_agent_works_on",),
    ),
    Guard(
        "base-unmerged",
        "work begins at the kept work that it depends on",
        BASE,
        "if tip and not _contains(repo, commit, tip):",
        "if False:",
        (f"{_KEPT}test_work_that_it_depends_on_is_what_it_begins_at",),
    ),
    Guard(
        "base-all",
        "at all of it, or not at all",
        BASE,
        "if all(_contains(repo, tip, other) for other in (commit, *tips)):",
        "if True:",
        (f"{_KEPT}test_work_apart_has_to_be_merged_first",),
    ),
    Guard(
        "base-measured",
        "and not where the base cannot be measured",
        f"{_CODE}run/decide.py",
        "if base is not None and base.passed is None:",
        "if False:",
        (f"{_TESTS}run/test_runs.py::test_a_metric_that_says_no_number_ends_the_run_before_an_agent_begins",),
    ),
    Guard(
        "log-follows",
        "a log in which something cannot follow is refused",
        STATE,
        "type(event) not in FOLLOWS[type(state.last)]",
        "False",
        _FOLLOWS,
    ),
    Guard(
        "log-over",
        "and nothing follows its end",
        STATE,
        "if isinstance(state.last, said.RunEnded):",
        "if False:",
        _FOLLOWS,
    ),
)

WRITTEN = (
    Guard(
        "author-head",
        "no name writes into the head of a commit",
        f"{_CODE}trees/identity.py",
        "char.isprintable() and ",
        "",
        (f"{_TREES}test_no_name_writes_into_the_head_of_a_commit",),
    ),
    Guard(
        "log-names",
        "no name of a ref reads a log elsewhere",
        f"{_CODE}trees/reflog.py",
        '    if ".." in ref:\n        return []\n',
        "",
        (f"{_TREES}test_no_name_of_a_ref_reads_a_log_elsewhere",),
    ),
    Guard(
        "subject-plain",
        "a subject has nothing that a terminal would act on",
        f"{_CODE}trees/keeping.py",
        '"".join(char if char.isprintable() else " " for char in title)',
        "title",
        (f"{_KEPT}test_the_message_passes_the_repositorys_own_check",),
    ),
    Guard(
        "finding-line",
        "nor a finding, which is one line",
        f"{_CODE}model.py",
        'return text if text.isprintable() else "".join(map(escape_character, text))',
        "return text",
        (f"{_TESTS}judge/test_guards.py::test_a_finding_in_the_log_is_one_line_of_what_can_be_seen",),
    ),
    Guard(
        "text-plain",
        "names that an agent chose are no markup on the board",
        f"{_CODE}records/text.py",
        "def plain(text: str) -> str:\n",
        "def plain(text: str) -> str:\n    return text\n\n\ndef taken_away(text: str) -> str:\n",
        (f"{_TESTS}records/test_text.py::test_names_that_an_agent_chose_are_no_markup",),
    ),
    Guard(
        "line-bound",
        "a line without an end takes no memory",
        f"{_CODE}launch/lines.py",
        "        if len(self._begun) > self.max_bytes:\n",
        "        if False:\n",
        (f"{_TESTS}launch/test_capped_log.py::test_lines_come_whole_and_long_ones_not_at_all",),
    ),
    Guard(
        "metric-long-line",
        "and is none of a metric's",
        OUTPUT,
        "if not self._is_long and (match",
        "if (match",
        (
            f"{_TESTS}measure/test_metric_output.py::test_a_last_line_without_an_end_counts_and_one_that_is_too_long_does_not",
        ),
    ),
    Guard(
        "metric-names-bound",
        "nor do names without number",
        OUTPUT,
        "if len(self.values) + len(self.unreadable) >= MOST_NAMES and",
        "if False and",
        (f"{_TESTS}measure/test_metric_output.py::test_much_output_is_read_in_little_memory",),
    ),
    Guard(
        "folder-private",
        "the folder of a run is for its user only",
        f"{_CODE}run/start.py",
        "os.makedirs(folder, mode=0o700)",
        "os.makedirs(folder)",
        _PRIVATE,
    ),
    Guard(
        "prompt-private",
        "and so is what an agent was told",
        f"{_CODE}run/attempting.py",
        "atomic_write(prompt_path(run), text, 0o600)",
        "atomic_write(prompt_path(run), text)",
        _PRIVATE,
    ),
    Guard(
        "log-private",
        "and the log, which has the token",
        f"{_CODE}events.py",
        "os.O_NONBLOCK, 0o600)",
        "os.O_NONBLOCK, 0o644)",
        _PRIVATE,
    ),
)

LEFT = (
    Guard(
        "log-touched",
        "an agent that writes into the log of its run has tampered",
        f"{_CODE}run/judging.py",
        "if is_log_touched(run) else around",
        "if False else around",
        _LOG,
    ),
    Guard(
        "log-mended",
        "and the log says what it said",
        f"{_CODE}run/own_log.py",
        "if _look(self._log.path) == self._seen or self._is_the_same():",
        "if True:",
        _LOG,
    ),
    Guard(
        "stash-changed-on",
        "a stash that a person has changed meanwhile is left as it is",
        STASH,
        "if now not in (change.now, wanted):",
        "if False:",
        (f"{_TREES}test_a_stash_that_a_person_has_changed_meanwhile_is_left_as_it_is",),
    ),
    Guard(
        "settings-known-branch",
        "settings of a branch that was there are not a new branch's",
        CHANGE,
        ' and f"refs/heads/{name}" not in watch.refs',
        "",
        (f"{_TAMPER}test_settings_and_hooks_are_put_back",),
    ),
    Guard(
        "hooks-checked-out",
        "hooks among the user's files are theirs only as their index has them",
        CHANGE,
        "return is_same_mode and oid.decode() == blob_id(repo, found.content)",
        "return True",
        (f"{_TAMPER}test_hooks_among_the_users_files_are_guarded_and_still_theirs",),
    ),
    Guard(
        "worktree-replaced",
        "a link in the place of a worktree is an empty one",
        f"{_CODE}trees/stage.py",
        "if os.path.islink(top) or not os.path.isdir(top):",
        "if not os.path.isdir(top):",
        (f"{_TESTS}trees/test_worktrees.py::test_links_are_not_followed",),
    ),
    Guard(
        "guardian-killed",
        "that somebody killed the guardian is no end like another",
        f"{_CODE}launch/guarded.py",
        'self.killed or "unguarded"',
        "self.killed",
        (f"{_TESTS}launch/test_guarded.py::test_a_killed_guardian_takes_the_program_along_and_is_told_of",),
    ),
    Guard(
        "guardian-and-runner-killed",
        "and a program outlives neither, nor both",
        f"{_CODE}launch/guardian.py",
        "        _set_process_option(PR_SET_PDEATHSIG, signal.SIGKILL)\n",
        "",
        (f"{_TESTS}launch/test_guards.py::test_a_program_does_not_outlive_both_its_guardian_and_its_runner",),
    ),
)
