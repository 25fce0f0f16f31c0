"""The guards around the commit of kept work and where it goes."""

from __future__ import annotations

from tests.agent.guards.model import Guard

_CODE = "openclaw_hooks/agent/trees/"
KEEPING = f"{_CODE}keeping.py"
MERGING = f"{_CODE}merging.py"
_TESTS = "tests/agent/trees/"
_KEPT = f"{_TESTS}test_kept_work.py::"
_IN_THE_WAY = (f"{_KEPT}test_nothing_is_merged_where_something_is_in_the_way",)

KEPT = (
    Guard(
        "kept-parent",
        "kept work is one commit on its base, and none of the agent's own",
        KEEPING,
        "snapshot.tree, [snapshot.base], message",
        "snapshot.tree, [snapshot.own_head or snapshot.base], message",
        (f"{_KEPT}test_kept_work_is_one_commit_on_its_base_that_says_nothing_of_the_agents",),
    ),
    Guard(
        "merge-none",
        "without a word on merging work stays on its branch",
        MERGING,
        '        case Merge.NONE:\n            return MergeDone(False, f"it stays on {offer.branch}")\n        case Merge.FF:',
        "        case Merge.NONE | Merge.FF:",
        (f"{_KEPT}test_by_default_work_stays_on_its_branch",),
    ),
    Guard(
        "merge-ff",
        "a branch that has moved on is not merged into",
        MERGING,
        "if not _contains(repo, offer.new, now):",
        "if False:",
        _IN_THE_WAY,
    ),
    Guard(
        "merge-dirty",
        "nor a checkout that has changes",
        MERGING,
        'return "has changes that are not committed" if done.stdout else ""',
        'return ""',
        _IN_THE_WAY,
    ),
    Guard(
        "merge-under-way",
        "nor one in the middle of something",
        MERGING,
        "    for name in UNDER_WAY:",
        "    for name in ():",
        _IN_THE_WAY,
    ),
    Guard(
        "push-forced",
        "what went another way on the server is not overwritten",
        MERGING,
        'f"{ref}:{ref}"',
        'f"+{ref}:{ref}"',
        (f"{_KEPT}test_a_branch_that_went_another_way_on_the_server_is_not_forced",),
    ),
    Guard(
        "push-hooks",
        "what is pushed passes the hooks that check it",
        MERGING,
        '"push", "--quiet", "--no-follow-tags",',
        '"push", "--quiet", "--no-follow-tags", "--no-verify",',
        (f"{_KEPT}test_the_branch_is_pushed_past_the_hooks_that_check_it",),
    ),
)
