"""SessionStart: what an agent needs to know when a session begins, and after a compaction only what it lost."""

from __future__ import annotations

from typing import TYPE_CHECKING

from openclaw_hooks.agent_hooks.answer import Answer, allow, tell
from openclaw_hooks.agent_hooks.board_state import describe_board, describe_claims, describe_knowledge
from openclaw_hooks.agent_hooks.git_shim import offer_shim
from openclaw_hooks.agent_hooks.git_state import (
    GitState,
    commits_since,
    count_things,
    describe_files,
    describe_state,
    read_state,
)
from openclaw_hooks.agent_hooks.payload import Payload, read_text
from openclaw_hooks.agent_hooks.sessions import (
    LogEntry,
    Session,
    Snapshot,
    drop_old_sessions,
    load_latest,
    load_session,
    mark_state,
    now,
    save_session,
)
from openclaw_hooks.agent_hooks.standing import describe_role, describe_rules, describe_standing, read_policy
from openclaw_hooks.agent_hooks.wiring import list_wired
from openclaw_hooks.checks.report import one_line

if TYPE_CHECKING:
    from openclaw_hooks.checkout import Checkout
    from openclaw_hooks.checks.policy import Policy

INTRO = (
    "openclaw guards this repository: edits, commands, commits and pushes are checked, "
    "and a block says what to do instead. Going around a check is itself blocked; ask the person."
)
CONTINUES = ("resume", "fork")  # the conversation is still whole: only what is new


def answer(payload: Payload, checkout: Checkout | None) -> Answer:
    """The context for the model; silence outside a repository."""
    if checkout is None:
        return allow()
    offer_shim(checkout)
    policy = read_policy(checkout)
    state = read_state(checkout.top)
    session = load_session(checkout, payload.session)
    source = read_text(payload.fields, "source")
    standing = describe_standing(policy)
    if source == "compact":
        text = _after_compaction(checkout, session, state, policy)
    elif source in CONTINUES and session:
        text = "" if standing == session.told else standing
    else:
        text = _at_start(checkout, state, policy)
    known = session or Session(payload.session, now(), state.head, logged=mark_state(state))
    # A compaction happens within one process of the host, which keeps the hooks that it began with.
    goes_on = session is not None and source == "compact"
    wired = known.wired if goes_on else list_wired(checkout.top, payload.cwd)
    save_session(checkout, Session(known.id, known.started, known.start_head, standing, known.logged, wired))
    drop_old_sessions(checkout)
    return tell(payload, text)


def _at_start(checkout: Checkout, state: GitState, policy: Policy) -> str:
    latest = load_latest(checkout)
    parts = [
        INTRO,
        describe_state(state),
        _recap(checkout, latest, state) if latest else "",
        describe_board(checkout),
        describe_rules(policy),
        describe_standing(policy),
        describe_role(policy),
        describe_knowledge(checkout, policy),
    ]
    return "\n".join(part for part in parts if part)


def _recap(checkout: Checkout, latest: LogEntry, state: GitState) -> str:
    """What the last session left, and what came after it."""
    made = count_things(latest.commits, "commit")
    left = f"{count_things(latest.changed_count, 'file')} not committed"
    held = f", {', '.join(map(one_line, latest.claims))} claimed" if latest.claims else ""
    lines = [f"Last session ({latest.time}, branch {one_line(latest.branch) or 'none'}): {made}, {left}{held}."]
    new = commits_since(checkout.top, latest.head, state.head)
    if new.total:
        lines.append(f"Since then {count_things(new.total, 'commit')}:")
        lines += [f"- {line}" for line in new.lines]
    return "\n".join(lines)


def _after_compaction(checkout: Checkout, session: Session | None, state: GitState, policy: Policy) -> str:
    snapshot = session.snapshot if session and session.snapshot else Snapshot()
    started = session.start_head if session else ""
    made = commits_since(checkout.top, started, state.head)
    lines = ["openclaw: where this session stands.", describe_state(state)]
    if made.total:
        lines += [f"Commits of this session ({made.total}):", *(f"- {line}" for line in made.lines)]
    gone = tuple(path for path in snapshot.changed if path not in state.changed)
    if gone:
        lines.append(f"Before the compaction also: {describe_files(gone)}")
    if snapshot.denials:
        lines += ["Blocked in this session, not to be tried again:", *(f"- {line}" for line in snapshot.denials)]
    lines += [describe_claims(checkout), describe_standing(policy), describe_role(policy)]
    lines.append(describe_knowledge(checkout, policy))
    return "\n".join(line for line in lines if line)
