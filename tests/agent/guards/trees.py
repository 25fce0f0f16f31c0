"""The guards around worktrees, snapshots, refs and what an agent changes outside of its own."""

from __future__ import annotations

from tests.agent.guards.model import Guard

_CODE = "openclaw_hooks/agent/trees/"
WORKTREES = f"{_CODE}worktrees.py"
SPOTS = f"{_CODE}spots.py"
REMOVAL = f"{_CODE}removal.py"
CALLS = f"{_CODE}calls.py"
SNAPSHOT = f"{_CODE}snapshot.py"
REFS = f"{_CODE}refs.py"
OWN = f"{_CODE}own_commits.py"
_TESTS = "tests/agent/trees/"
_TREES = f"{_TESTS}test_worktrees.py::"
_SNAPSHOTS = f"{_TESTS}test_snapshots.py::"
_TAMPER = f"{_TESTS}test_tampering.py::"
_NEVER_REMOVED = (f"{_TREES}test_what_is_not_a_runs_is_never_removed",)

WORKTREE = (
    Guard(
        "foreign-folder",
        "a folder that no run has made is never removed",
        WORKTREES,
        'raise OpenclawError(f"{display_path(path)} was not made by a run: it stays", "move it away")',
        "remove_folder(path)",
        _NEVER_REMOVED,
    ),
    Guard(
        "foreign-worktree",
        "a worktree that took the place of a run's is never removed",
        WORKTREES,
        "    _refuse_others(repo, owner)\n    remove_folder(path)",
        "    remove_folder(path)",
        (f"{_TREES}test_a_worktree_that_took_the_place_of_a_runs_stays",),
    ),
    Guard(
        "worktree-place",
        "no path leads out of the folder of worktrees",
        SPOTS,
        'if path != os.path.join(folder, name) or name in ("", ".", "..") or name.startswith("-"):',
        "if False:",
        _NEVER_REMOVED,
    ),
    Guard(
        "worktree-behind-link",
        "nothing is made or removed behind a link",
        SPOTS,
        "if os.path.islink(parent):",
        "if False:",
        (f"{_TREES}test_links_are_not_followed",),
    ),
    Guard(
        "owner-file",
        "a worktree says whose it is before anything of it is there",
        WORKTREES,
        "    write_owner(repo, owner)\n    os.mkdir(spot.path)",
        "    os.mkdir(spot.path)",
        (f"{_TREES}test_what_a_killed_run_left_half_made_is_made_anew",),
    ),
    Guard(
        "owner-of-admin",
        "git's folder of a worktree goes only where it is the one that was made for it",
        REMOVAL,
        "is_ours = os.path.isfile(os.path.join(owner.admin, OWNER))",
        "is_ours = os.path.isdir(owner.admin)",
        (f"{_TESTS}test_guards.py::test_gits_folder_of_somebody_elses_worktree_stays",),
    ),
    Guard(
        "worktree-locked",
        "git does not prune the worktree of an attempt",
        WORKTREES,
        '        "locked": f"openclaw run {owner.run}",\n',
        "",
        (f"{_TREES}test_a_worktree_is_detached_locked_and_says_whose_it_is",),
    ),
    Guard(
        "no-user-hooks",
        "no hook of the user runs while files are checked out or taken",
        CALLS,
        '    *("-c", f"core.hooksPath={os.devnull}"),\n',
        "",
        (f"{_TREES}test_no_hook_and_no_watcher_of_the_user_runs",),
    ),
    Guard(
        "no-watcher",
        "nor a program that watches files",
        CALLS,
        '    *("-c", "core.fsmonitor=false"),\n',
        "",
        (f"{_TREES}test_no_hook_and_no_watcher_of_the_user_runs",),
    ),
    Guard(
        "cached-policies",
        "what hooks have cached inside a worktree does not outlive it",
        WORKTREES,
        "    drop_caches(repo, owner)\n",
        "",
        (f"{_TAMPER}test_caches_of_hooks_do_not_outlive_the_worktree",),
    ),
)

SNAPSHOTS = (
    Guard(
        "own-commits",
        "what the agent committed by itself is kept",
        SNAPSHOT,
        "parents = list(dict.fromkeys((taking.base, *tips, *kept)))",
        "parents = [taking.base]",
        (f"{_SNAPSHOTS}test_work_that_the_agent_committed_itself_is_not_lost",),
    ),
    Guard(
        "own-commits-elsewhere",
        "on branches and on the stash too",
        SNAPSHOT,
        "tips += made_commits(repo, watch, own.tips)",
        "pass",
        (f"{_SNAPSHOTS}test_commits_on_branches_and_on_the_stash_are_kept_too",),
    ),
    Guard(
        "own-commits-only",
        "other branches are no work of the agent's",
        OWN,
        "new = _reach(repo, known, [base, *before])",
        "new = _reach(repo, known, [base])",
        (f"{_SNAPSHOTS}test_another_branch_of_the_users_is_no_work_of_the_agents",),
    ),
    Guard(
        "forced-files",
        "ignored files that the agent added on purpose are taken",
        SNAPSHOT,
        "if _take_forced(staging, entries):",
        "if False:",
        (f"{_SNAPSHOTS}test_ignored_files_that_the_agent_added_on_purpose_are_taken",),
    ),
    Guard(
        "planted-filters",
        "filters that the agent planted are not run",
        SNAPSHOT,
        "if taking.watch is None or not settings_changed(repo, taking.watch):",
        "if True:",
        (f"{_TAMPER}test_filters_that_the_agent_planted_are_not_run",),
    ),
    Guard(
        "attempt-ref",
        "what an attempt left is never overwritten",
        REFS,
        '_move(repo, ref, "", commit, "openclaw: attempt")',
        '_move(repo, ref, read_ref(repo, ref), commit, "openclaw: attempt")',
        (f"{_SNAPSHOTS}test_an_attempt_is_never_overwritten",),
    ),
    Guard(
        "ref-names",
        "no id of a task or attempt leads to another ref",
        REFS,
        "if not pattern.fullmatch(word):",
        "if False:",
        (f"{_SNAPSHOTS}test_an_attempt_is_never_overwritten",),
    ),
    Guard(
        "ref-names-whole",
        "and it is the whole id that is looked at",
        REFS,
        "if not pattern.fullmatch(word):",
        "if not pattern.match(word):",
        (f"{_SNAPSHOTS}test_an_attempt_is_never_overwritten",),
    ),
    Guard(
        "branch-swap",
        "a branch moves only from where it is known to be",
        REFS,
        '["update-ref", "--create-reflog", "-m", why, ref, new, before]',
        '["update-ref", "--create-reflog", "-m", why, ref, new]',
        (f"{_SNAPSHOTS}test_a_branch_moves_only_from_where_it_is_known_to_be",),
    ),
)

SHARED, NESTED = "openclaw_hooks/agent/shared.py", f"{_CODE}nested.py"
_SHARED = ("tests/agent/test_shared.py::test_what_must_not_be_shared_is_refused",)

OUTSIDE = (
    Guard("shared-name", "only plain paths are shared", SHARED, 'path.startswith(("/", "~")) or ', "", _SHARED),
    Guard("shared-up", "and none that leads up", SHARED, 'name in ("", ".", "..")', 'name in ("", ".")', _SHARED),
    Guard(
        "shared-git",
        "nothing of git's own",
        SHARED,
        'if any(name.lower() == ".git" for name in names):',
        "if False:",
        _SHARED,
    ),
    Guard(
        "shared-outside",
        "nothing that leads out of the repository",
        SHARED,
        "if os.path.commonpath([top, os.path.realpath(full)]) != top:",
        "if False:",
        _SHARED,
    ),
    Guard(
        "shared-through-link",
        "no link is made through a link",
        SHARED,
        'if os.path.realpath(folder) != os.path.join(os.path.realpath(checkout), os.path.dirname(place)).rstrip("/"):',
        "if False:",
        ("tests/agent/test_shared.py::test_no_link_is_made_through_a_link",),
    ),
    Guard(
        "submodule-moved",
        "a submodule at a commit that nobody has is an error",
        NESTED,
        "            found.append(_judge_move(staging, path, oid))\n",
        "            pass\n",
        (f"{_SNAPSHOTS}test_a_submodule_at_another_commit_is_told",),
    ),
    Guard(
        "submodule-changed",
        "files changed within a submodule are kept and told",
        NESTED,
        "if lost := _keep_changes(staging, path, oid):",
        'if lost := "":',
        (f"{_SNAPSHOTS}test_files_changed_within_a_submodule_are_told_and_kept",),
    ),
)
