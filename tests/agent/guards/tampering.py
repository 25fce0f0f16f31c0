"""The guards around what an agent changes outside of its worktree."""

from __future__ import annotations

from tests.agent.guards.model import Guard

_CODE = "openclaw_hooks/agent/trees/"
TAMPERING = f"{_CODE}tampering.py"
PUTTING_BACK = f"{_CODE}putting_back.py"
MOVED = f"{_CODE}moved_refs.py"
WATCH = f"{_CODE}watch.py"
_TESTS = "tests/agent/trees/"
_TAMPER = f"{_TESTS}test_tampering.py::"
_REFS_BACK = (f"{_TAMPER}test_refs_that_an_agent_moved_are_back_where_they_were",)
_SETTINGS_BACK = (f"{_TAMPER}test_settings_and_hooks_are_put_back",)

AROUND = (
    Guard(
        "tampering-files",
        "changed settings and hooks are found",
        TAMPERING,
        "        *(_tell_file(repo, watch, path, files[path]) for path in sorted(files) if path not in harmless),\n",
        "",
        _SETTINGS_BACK,
    ),
    Guard(
        "tampering-files-undone",
        "and put back",
        TAMPERING,
        "put_back_file(path, watch.files.get(path, Remembered())) for path in undone",
        '"" for path in undone',
        _SETTINGS_BACK,
    ),
    Guard(
        "tampering-refs",
        "moved refs are found",
        TAMPERING,
        "        *(_tell_ref(move) for move in moves),\n",
        "",
        _REFS_BACK,
    ),
    Guard(
        "tampering-refs-undone",
        "and put back",
        TAMPERING,
        "        said += [put_back_ref(repo, move, _checkout_of(repo, watch, move.ref)) for move in moves]\n",
        "",
        _REFS_BACK,
    ),
    Guard(
        "tampering-stash",
        "what was done to the stash is found",
        TAMPERING,
        '        *([f"the stash was changed: {stash.why}"] if stash else []),\n',
        "",
        _REFS_BACK,
    ),
    Guard(
        "tampering-stash-undone",
        "and put back",
        TAMPERING,
        "            said.append(put_back_stash(repo, watch, stash))",
        "            pass",
        _REFS_BACK,
    ),
    Guard(
        "tampering-head",
        "that the user's checkout stands elsewhere is told",
        TAMPERING,
        "        *(head.tell() for head in heads),\n",
        "",
        (f"{_TAMPER}test_that_the_users_checkout_stands_elsewhere_is_told",),
    ),
    Guard(
        "tampering-head-back",
        "and it stands where it stood again",
        TAMPERING,
        "put_back_head(repo, head, _top_of(repo, head.folder)) for head in heads",
        '"" for head in heads',
        (f"{_TAMPER}test_a_checkout_that_an_agent_switched_stands_where_it_stood",),
    ),
    Guard(
        "tampering-worktrees",
        "worktrees that the agent has made are told",
        TAMPERING,
        "        *_tell_worktrees(repo, watch),\n",
        "",
        (f"{_TAMPER}test_worktrees_that_an_agent_makes_are_told_and_do_not_stay_behind",),
    ),
    Guard(
        "tampering-marked",
        "a ref that the agent signed for is its doing",
        MOVED,
        "if self._is_marked(ref, old) or self._is_tagged(new):",
        "if False:",
        _REFS_BACK,
    ),
    Guard(
        "tampering-own-commit",
        "and one that leads to a commit of its own, whoever signed",
        MOVED,
        "if new and _peel(self.repo, new) in self.own:",
        "if False:",
        (f"{_TAMPER}test_that_it_hides_behind_another_name_does_not_help",),
    ),
    Guard(
        "tampering-hidden",
        "and so is one that lost what was on it, under whatever name",
        MOVED,
        'return "" if is_forward else "lost what was on it"',
        'return ""',
        (f"{_TAMPER}test_that_it_hides_behind_another_name_does_not_help",),
    ),
    Guard(
        "tampering-moved-on",
        "a ref that somebody has moved on is left alone",
        PUTTING_BACK,
        "    if now != move.new",
        "    if now != move.new and False",
        (f"{_TAMPER}test_a_ref_that_somebody_moved_on_is_left_and_told",),
    ),
    Guard(
        "tampering-staged",
        "what a person has staged stays staged",
        PUTTING_BACK,
        '"read-tree", "-m", "-u", move.new, move.old]',
        '"reset", "-q", "--keep", move.old]',
        (f"{_TAMPER}test_what_a_person_has_staged_stays_staged",),
    ),
    Guard(
        "tampering-checkout",
        "the files of a commit that was made in the user's checkout go back with it",
        PUTTING_BACK,
        "if folder and move.old and now and _has_files_of(folder, move):",
        "if False:",
        (f"{_TAMPER}test_a_commit_made_in_the_users_checkout_is_taken_back_with_its_files",),
    ),
    Guard(
        "tampering-new-hooks",
        "hooks that were not there before are found",
        WATCH,
        "paths = dict.fromkeys((*watch.files, *_list_files(watch.folders)))",
        "paths = dict.fromkeys(watch.files)",
        _SETTINGS_BACK,
    ),
)
