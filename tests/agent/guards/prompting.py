"""The guards around what an agent is told, how it is started, and what of it gets onto the board."""

from __future__ import annotations

from tests.agent.guards.model import Guard

_CODE = "openclaw_hooks/agent/"
QUOTE = f"{_CODE}judge/quote.py"
EVIDENCE = f"{_CODE}judge/evidence.py"
REVIEW = f"{_CODE}judge/review.py"
PROMPT = f"{_CODE}judge/prompt.py"
_TESTS = "tests/agent/"
_EVIDENCE = f"{_TESTS}judge/test_evidence.py::"
_PROMPT = f"{_TESTS}judge/test_prompt.py::"

PROMPTED = (
    Guard(
        "fence",
        "no words get out of their fence",
        QUOTE,
        "default=2) + 1)",
        "default=2))",
        (f"{_EVIDENCE}test_no_words_get_out_of_their_quotation",),
    ),
    Guard(
        "fence-room",
        "a long row of backticks takes no room for fences",
        QUOTE,
        '_LONG_RUN.sub("`" * MAX_RUN + CUT, escape_text(text).strip("\\n"))',
        'escape_text(text).strip("\\n")',
        (f"{_EVIDENCE}test_a_long_row_of_backticks_takes_no_room_for_fences",),
    ),
    Guard(
        "quoted-controls",
        "what a terminal would act on is escaped",
        QUOTE,
        "char if char in _PLAIN else escape_character(char)",
        "char",
        (f"{_EVIDENCE}test_quotations_show_what_cannot_be_seen",),
    ),
    Guard(
        "quoted-line",
        "a name cannot leave its quotation",
        QUOTE,
        """.replace("`", "'")""",
        "",
        (f"{_TESTS}judge/test_guards.py::test_a_quoted_line_is_one_line_and_ends_no_quotation",),
    ),
    Guard(
        "quoted-one-line",
        "nor its line",
        QUOTE,
        'line = " ".join(escape_text(text).split())',
        "line = escape_text(text)",
        (f"{_PROMPT}test_a_name_among_the_evaluators_cannot_leave_its_line",),
    ),
    Guard(
        "evidence-bound",
        "evidence is bounded, however many attempts there were",
        EVIDENCE,
        "(sections and len(section) > room // 2)",
        "False",
        (
            f"{_EVIDENCE}test_the_block_is_bounded_and_whole_whatever_was_said",
            f"{_EVIDENCE}test_of_many_attempts_the_newest_is_whole_and_the_others_are_lines",
        ),
    ),
    Guard(
        "evidence-line-bound",
        "and so are the lines about older ones",
        EVIDENCE,
        "if len(line) > room - MAX_LINE:",
        "if False:",
        (
            f"{_EVIDENCE}test_the_block_is_bounded_and_whole_whatever_was_said",
            f"{_EVIDENCE}test_of_many_attempts_the_newest_is_whole_and_the_others_are_lines",
        ),
    ),
    Guard(
        "evidence-secrets",
        "a secret in an output is not sent on",
        EVIDENCE,
        "return redact(text, [match.secret for match in scan_text(text, SHOWN_AS)])",
        "return text",
        (f"{_EVIDENCE}test_a_secret_in_an_output_is_not_sent_on",),
    ),
    Guard(
        "evidence-secrets-hint",
        "nobody is told how to get a secret past the check",
        EVIDENCE,
        'SECRETS_HINT if found.check == "secrets" else found.hint',
        "found.hint",
        (f"{_EVIDENCE}test_a_secret_is_not_told_how_to_get_past_the_check",),
    ),
    Guard(
        "reviewed-quoted",
        "the work that is reviewed is a quotation",
        REVIEW,
        "fence(work.diff, 'diff')",
        "work.diff",
        (f"{_PROMPT}test_reviewed_work_is_a_quotation_in_bounded_room",),
    ),
    Guard(
        "reviewed-bound",
        "in bounded room",
        REVIEW,
        "keep_start(diff, room)",
        "diff",
        (f"{_PROMPT}test_reviewed_work_is_a_quotation_in_bounded_room",),
    ),
    Guard(
        "recorded-prompt",
        "a recorded prompt that was changed since is not shown as what was sent",
        f"{_CODE}run/telling.py",
        "if hashlib.sha256(text).hexdigest() != sha256:",
        "if False:",
        (f"{_TESTS}run/test_guards.py::test_a_prompt_that_was_changed_since_is_not_what_was_sent",),
    ),
    Guard(
        "evidence-cut",
        "secrets go before an output is cut, since half of one is not known for what it is",
        EVIDENCE,
        "keep_end(_clean(text), max_chars)",
        "_clean(keep_end(text, max_chars))",
        (f"{_EVIDENCE}test_a_secret_in_an_output_is_not_sent_on",),
    ),
    Guard(
        "evidence-other-way",
        "from the third attempt on another way is asked for",
        EVIDENCE,
        ">= DIFFERENT_AFTER",
        "> DIFFERENT_AFTER",
        (f"{_EVIDENCE}test_from_the_third_attempt_on_another_way_is_asked_for",),
    ),
    Guard(
        "prompt-conduct",
        "every agent is told how it is judged, and what is not its to change",
        PROMPT,
        "        format_conduct(setting),\n",
        "",
        (f"{_PROMPT}test_what_every_agent_has_to_know",),
    ),
    Guard(
        "prompt-evidence",
        "and what was tried before",
        PROMPT,
        "        format_evidence(earlier, n),\n",
        "",
        (f"{_PROMPT}test_the_blocks_of_a_first_and_a_later_attempt",),
    ),
    Guard(
        "prompt-noise",
        "and what counts as a gain",
        PROMPT,
        "max(measure.min_gain, 2 * best.noise)",
        "measure.min_gain",
        (f"{_PROMPT}test_the_number_to_improve_with_what_counts_as_a_gain",),
    ),
    Guard(
        "prompt-people",
        "and nothing that is for people beside an agent",
        PROMPT,
        "Work(where=WHERE, texts=setting.texts)",
        "Work(texts=setting.texts)",
        (f"{_PROMPT}test_rules_for_people_beside_an_agent_are_not_told",),
    ),
)
