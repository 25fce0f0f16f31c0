"""The guards around what measures the work."""

from __future__ import annotations

from tests.agent.guards.model import Guard

_CODE = "openclaw_hooks/agent/measure/"
OVERLAY = f"{_CODE}overlay.py"
CHECKOUT = f"{_CODE}checkout.py"
EVALUATOR = f"{_CODE}evaluator.py"
GAIN = f"{_CODE}gain.py"
METRIC = f"{_CODE}metric.py"
OUTPUT = f"{_CODE}output.py"
ENVIRONMENT = f"{_CODE}environment.py"
_TESTS = "tests/agent/measure/"
_CHECKOUT = f"{_TESTS}test_checkout.py::"
_EVALUATOR = f"{_TESTS}test_evaluator.py::"
_GAIN = (f"{_TESTS}test_gain.py::test_a_gain_is_more_than_the_least_gain_and_than_twice_the_noise",)
_METRIC = f"{_TESTS}test_metric.py::"
_NUMBER = (f"{_TESTS}test_metric_output.py::test_what_is_no_finite_number_makes_the_name_unknown",)

FROZEN = (
    Guard(
        "frozen-restored",
        "what measures the work is as it is in the base",
        OVERLAY,
        "restored = {path: entry for path, entry in base.items() if known.matches(path)}",
        "restored: Entries = {}",
        (f"{_CHECKOUT}test_what_is_frozen_is_exactly_as_in_the_base",),
    ),
    Guard(
        "frozen-added",
        "what was added to it is gone",
        OVERLAY,
        "(strict.matches(path) or path in folders or",
        "(path in folders or",
        (
            f"{_CHECKOUT}test_what_is_frozen_is_exactly_as_in_the_base",
            f"{_CHECKOUT}test_new_tests_stay_where_the_folder_was_only_inferred_and_new_settings_go",
        ),
    ),
    Guard(
        "frozen-in-the-way",
        "nothing new stands in its way",
        OVERLAY,
        " or path in folders or any(parent in restored for parent in _parents(path))",
        "",
        (f"{_CHECKOUT}test_nothing_new_stands_in_the_way_of_what_is_frozen",),
    ),
    Guard(
        "frozen-attributes",
        "attributes of the attempt do not change how it is written",
        CHECKOUT,
        "if _attributes(laid) == _attributes(base):",
        "if True:",
        (f"{_CHECKOUT}test_attributes_of_the_attempt_do_not_change_how_frozen_files_are_written",),
    ),
    Guard(
        "leaving-links",
        "links that the attempt brings lead nowhere outside",
        CHECKOUT,
        "drop_leaving_links(repo, lay_over(attempt, base, wanted.frozen, wanted.shared), base)",
        "lay_over(attempt, base, wanted.frozen, wanted.shared)",
        (f"{_CHECKOUT}test_links_that_the_attempt_brings_lead_nowhere_outside",),
    ),
    Guard(
        "shared-paths",
        "nothing of a shared path comes from the attempt",
        OVERLAY,
        "if not _lies_at(path, shared)} if shared else laid",
        "}",
        (f"{_CHECKOUT}test_nothing_of_a_shared_path_comes_from_the_attempt",),
    ),
    Guard(
        "foreign-checkout",
        "a folder that is no checkout of a metric is never removed",
        CHECKOUT,
        'if not is_ours and not (is_folder and set(os.listdir(path)) <= {".git"} and not _holds_any(path)):',
        "if False:",
        (f"{_CHECKOUT}test_what_a_killed_run_left_is_replaced_and_anything_else_stays",),
    ),
    Guard(
        "checkout-hooks",
        "no hook of the user runs in a metric's checkout",
        CHECKOUT,
        '    *("-c", f"core.hooksPath={os.devnull}"),\n    *("-c", "core.fsmonitor=false"),\n    *("-c", "core.sparse',
        '    *("-c", "core.sparse',
        (f"{_CHECKOUT}test_hooks_filters_and_templates_of_others_do_not_run",),
    ),
    Guard(
        "evaluator-declared",
        "a change to what is declared to measure the work is an error",
        EVALUATOR,
        "            if declared.matches(path):",
        "            if False:",
        (f"{_EVALUATOR}test_what_the_scope_covers_is_a_warning_unless_it_is_declared",),
    ),
    Guard(
        "evaluator-inferred",
        "one to what it runs is an error where no scope says that it may change",
        EVALUATOR,
        "    if may_change:\n",
        "    if True:\n",
        (f"{_EVALUATOR}test_without_a_scope_each_change_to_what_measures_is_an_error_and_new_tests_are_work",),
    ),
    Guard(
        "evaluator-rename",
        "a rename counts at both ends",
        EVALUATOR,
        "            ends[file.old_path] = False\n",
        "            pass\n",
        (f"{_EVALUATOR}test_a_rename_counts_at_both_ends",),
    ),
    Guard(
        "evaluator-repository",
        "what the repository declares no task takes back",
        EVALUATOR,
        "return Frozen((*task.evaluator, *settings.agent.evaluator), inferred.named, inferred.tools)",
        "return Frozen((*settings.agent.evaluator, *task.evaluator), inferred.named, inferred.tools)",
        (f"{_TESTS}test_guards.py::test_no_task_takes_back_what_the_repository_declares",),
    ),
    Guard(
        "evaluator-repository-alone",
        "with a metric and without one",
        EVALUATOR,
        "return Frozen((*task.evaluator, *settings.agent.evaluator))",
        "return Frozen((*settings.agent.evaluator, *task.evaluator))",
        (f"{_TESTS}test_guards.py::test_no_task_takes_back_what_the_repository_declares",),
    ),
)

MEASURED = (
    Guard(
        "metric-missing",
        "a number that is missing is unknown",
        METRIC,
        "elif work.measure is not None and work.measure.name not in reader.values:",
        "elif False:",
        (f"{_METRIC}test_what_is_missing_or_no_number_is_unknown_and_never_a_pass",),
    ),
    Guard(
        "metric-exit-code",
        "a metric that fails has failed, whatever it printed",
        METRIC,
        "    elif ran.code:",
        "    elif False:",
        (
            f"{_METRIC}test_success_is_all_that_counts_without_a_number",
            f"{_METRIC}test_what_is_missing_or_no_number_is_unknown_and_never_a_pass",
        ),
    ),
    Guard(
        "metric-killed",
        "one that was killed says nothing",
        METRIC,
        "    if ran.code is None:\n",
        "    if False:\n",
        (f"{_METRIC}test_a_person_who_stops_the_run_stops_the_metric",),
    ),
    Guard(
        "metric-infinite",
        "a number without end is none",
        OUTPUT,
        "number if math.isfinite(number) else None",
        "number",
        _NUMBER,
    ),
    Guard(
        "metric-number",
        "and neither is what is no number",
        OUTPUT,
        "if not _NUMBER.fullmatch(written):",
        "if not written:",
        _NUMBER,
    ),
    Guard(
        "metric-taken-back",
        "a number that was taken back is unknown",
        OUTPUT,
        "            self.values.pop(name, None)\n",
        "",
        _NUMBER,
    ),
    Guard(
        "metric-budget",
        "all readings share one budget",
        METRIC,
        "timeout_s=min(work.timeout_s, left_s)",
        "timeout_s=work.timeout_s",
        (f"{_METRIC}test_all_readings_share_one_budget",),
    ),
    Guard(
        "metric-env",
        "a metric sees of the environment what is let through",
        ENVIRONMENT,
        "**allowed_env(more, environment)",
        "**environment",
        (f"{_METRIC}test_what_a_metric_sees_of_the_environment",),
    ),
    Guard(
        "metric-git-above",
        "git without its folder does not reach the repository around it",
        ENVIRONMENT,
        ', "GIT_CEILING_DIRECTORIES": os.path.dirname(checkout)',
        "",
        (f"{_METRIC}test_a_metric_that_removes_gits_folder_does_not_reach_the_repository_around_it",),
    ),
    Guard(
        "gain-noise",
        "what is within noise is no gain",
        GAIN,
        "least = max(_exact(measure.min_gain), noise)",
        "least = _exact(measure.min_gain)",
        _GAIN,
    ),
    Guard(
        "gain-least",
        "nor what is within the least gain",
        GAIN,
        "least = max(_exact(measure.min_gain), noise)",
        "least = noise",
        _GAIN,
    ),
    Guard(
        "gain-larger-noise",
        "it is the larger noise that counts",
        GAIN,
        "NOISE_FACTOR * max(",
        "NOISE_FACTOR * min(",
        _GAIN,
    ),
    Guard("gain-more", "exactly as much is not more", GAIN, "if gain > least:", "if gain >= least:", _GAIN),
    Guard(
        "gain-unknown",
        "what is not known is no gain",
        GAIN,
        'if later.passed is not True or later.value is None:\n        return False, later.why or "nothing was measured"',
        "if later.value is None:\n        return False, later.why",
        (f"{_TESTS}test_gain.py::test_what_is_not_known_or_failed_is_never_a_gain",),
    ),
)
