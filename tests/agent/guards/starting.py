"""The guards around how an agent is started and ended."""

from __future__ import annotations

from tests.agent.guards.model import Guard

_CODE = "openclaw_hooks/agent/"
FILL = f"{_CODE}commands/fill.py"
ENVIRONMENT = f"{_CODE}commands/environment.py"
GUARDED = f"{_CODE}launch/guarded.py"
GUARDIAN = f"{_CODE}launch/guardian.py"
CAPPED = f"{_CODE}launch/capped_log.py"
_TESTS = "tests/agent/"
_COMMANDS = f"{_TESTS}commands/test_commands.py::"
_LAUNCH = f"{_TESTS}launch/test_guarded.py::"

STARTED = (
    Guard(
        "no-shell",
        "the words of a command are its words, and no shell reads them",
        GUARDIAN,
        "os.execvp(words[0], words)",
        'os.execvp("sh", ["sh", "-c", " ".join(words)])',
        (f"{_LAUNCH}test_hostile_words_and_variables_arrive_as_they_are_and_reach_no_shell",),
    ),
    Guard(
        "words-nul",
        "words that no program can be given are refused before it starts",
        FILL,
        '    if "\\0" in word:',
        "    if False:",
        (f"{_COMMANDS}test_words_that_no_program_can_be_given_are_refused_before_it_starts",),
    ),
    Guard(
        "words-filled-once",
        "a prompt is one word, and places in it are text",
        "openclaw_hooks/agent_files/placeholders.py",
        'return PLACEHOLDER.sub(lambda match: f"{{{match[1]}}}" if match[1] else values[match[2]], word)',
        'for _ in (1, 2):\n        word = PLACEHOLDER.sub(lambda match: values.get(match[2] or match[1], ""), word)\n    return word',
        (f"{_COMMANDS}test_a_prompt_is_one_word_whatever_is_in_it",),
    ),
    Guard(
        "env-allowed",
        "an agent sees of the environment what is allowed",
        ENVIRONMENT,
        "if _is_named(name, names) and not",
        "if not",
        (f"{_COMMANDS}test_an_agent_sees_only_what_is_allowed",),
    ),
    Guard(
        "env-never",
        "no entry hands on the lease, the mesh or another repository",
        ENVIRONMENT,
        " and not _is_named(name, NEVER)",
        "",
        (f"{_COMMANDS}test_no_entry_hands_on_the_lease_the_mesh_or_another_repository",),
    ),
    Guard(
        "env-token",
        "and neither does the run itself",
        ENVIRONMENT,
        'if name != "OPENCLAW_TOKEN" and not name.startswith("NATS_")',
        "if name",
        (f"{_COMMANDS}test_no_entry_hands_on_the_lease_the_mesh_or_another_repository",),
    ),
    Guard(
        "killed-group",
        "nothing that an agent started is left when it has ended",
        GUARDIAN,
        "left = guardian.end_all()",
        "left = 0",
        (f"{_LAUNCH}test_what_a_program_leaves_behind_ends_with_it",),
    ),
    Guard(
        "killed-sessions",
        "whatever session it is in",
        GUARDIAN,
        "self.is_reaper = _set_process_option(PR_SET_CHILD_SUBREAPER, 1)",
        "self.is_reaper = False",
        (f"{_LAUNCH}test_what_a_program_leaves_behind_ends_with_it",),
    ),
    Guard(
        "guardian-runner-dies",
        "the guardian ends all when its runner dies",
        GUARDIAN,
        "        poll.register(self.control, select.POLLIN)\n",
        "",
        (
            f"{_TESTS}launch/test_guards.py::test_a_guardian_ends_all_when_its_runner_is_killed_and_nobody_comes_after_it",
        ),
    ),
    Guard(
        "guardian-first",
        "nothing is started before its guardian is told of",
        GUARDED,
        "        self.watching.on_started(self.guardian.pid)\n",
        "        for _ in range(10):\n            self._serve(_TICK_S)\n        self.watching.on_started(self.guardian.pid)\n",
        (f"{_LAUNCH}test_nothing_starts_before_its_guardian_has_been_told_of",),
    ),
    Guard(
        "over-time",
        "what is over its time is killed",
        GUARDED,
        "(OVER_TIME if now > deadline else self.watching.should_stop())",
        '(OVER_TIME if now > deadline + 5 else "")',
        (f"{_LAUNCH}test_time_is_up_after_the_time_that_was_given",),
    ),
    Guard(
        "log-cap",
        "a log is no longer than it may be",
        CAPPED,
        "self.ring = max_bytes - self.head",
        "self.ring = 1 << 40",
        (f"{_TESTS}launch/test_capped_log.py::test_a_log_is_the_whole_output_or_its_two_ends",),
    ),
    Guard(
        "log-link",
        "a log is never written through a link",
        CAPPED,
        " | os.O_NOFOLLOW",
        "",
        (f"{_LAUNCH}test_a_log_is_never_written_through_a_link",),
    ),
)
