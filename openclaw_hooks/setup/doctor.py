"""All probes in the order in which a commit meets the layers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from openclaw_hooks.errors import OpenclawError
from openclaw_hooks.files import display_path
from openclaw_hooks.setup import probe_board, probe_hooks, probe_tools
from openclaw_hooks.setup.probe import DoctorFacts, Probe, fail
from openclaw_hooks.setup.probe_agents import probe_agents
from openclaw_hooks.setup.probe_live import probe_live
from openclaw_hooks.setup.probe_mcp import probe_mcp
from openclaw_hooks.setup.probe_mesh import probe_mesh
from openclaw_hooks.setup.probe_runs import probe_runs

if TYPE_CHECKING:
    from collections.abc import Callable

    from openclaw_hooks.rules.model import Rule
    from openclaw_hooks.setup.journal import Journal
    from openclaw_hooks.setup.plan import InitOptions
    from openclaw_hooks.setup.repo_facts import RepoFacts

PROBES: dict[str, Callable[[DoctorFacts], list[Probe]]] = {
    "git": probe_tools.probe_git,
    "python": probe_tools.probe_python,
    "command": probe_tools.probe_command,
    "hooks-path": probe_hooks.probe_hooks_path,
    "hooks": probe_hooks.probe_stages,
    "hook python": probe_hooks.probe_interpreters,
    "earlier hooks": probe_hooks.probe_earlier,
    "policy": probe_tools.probe_policy,
    "live": probe_live,
    "pre-commit": probe_tools.probe_pre_commit,
    "claude settings": probe_tools.probe_claude,
    "agents": probe_agents,
    "receipts": probe_tools.probe_receipts,
    "board": probe_board.probe_board,
    "board driver": probe_board.probe_driver,
    "board sync": probe_board.probe_sync,
    "claims": probe_board.probe_claims,
    "agent runs": probe_runs,
    "mesh": probe_mesh,
    "mcp server": probe_mcp,
}


def run_probes(facts: DoctorFacts) -> list[Probe]:
    """What every probe found; one that cannot do its work counts as failed, the others still run."""
    found: list[Probe] = []
    for name, probe in PROBES.items():
        try:
            found += probe(facts)
        except OpenclawError as error:
            found.append(fail(name, error.message, error.hint))
    # One line each, whatever characters the paths in it hold.
    return [probe._replace(evidence=display_path(probe.evidence), fix=display_path(probe.fix)) for probe in found]


def repair_options(facts: RepoFacts, journal: Journal) -> InitOptions:
    """What init would have to do again here: what it did before, and the hooks in any case."""
    from openclaw_hooks.setup.agent_files import AGENT_FILES
    from openclaw_hooks.setup.board_facts import read_board_facts
    from openclaw_hooks.setup.options import read_active_rules
    from openclaw_hooks.setup.plan import InitOptions
    from openclaw_hooks.setup.pre_commit_config import OUR_PREFIX
    from openclaw_hooks.setup.pre_commit_source import find_source
    from openclaw_hooks.setup.repo_facts import CLAUDE_SETTINGS, MCP_CONFIG, PRE_COMMIT_CONFIG

    done = {name.rpartition(":")[2] for name in journal.files}
    agents = tuple(file.agent for file in AGENT_FILES if file.path in done)
    with_claude = CLAUDE_SETTINGS in done
    rules: tuple[Rule, ...] = ()
    try:
        rules = read_active_rules(facts.repo.top) if with_claude else ()
    except OpenclawError:  # a broken rule or config: its probe says so, and the copies are better left alone
        with_claude = False
        agents = tuple(agent for agent in agents if agent != "claude")
    # Only an entry that is gone is a damage; a newer rev is an upgrade, which is init's business.
    is_lost = PRE_COMMIT_CONFIG in done and OUR_PREFIX.encode() not in facts.contents.get(PRE_COMMIT_CONFIG, b"")
    source = find_source() if is_lost else None
    chosen = tuple(dict.fromkeys((*agents, *(["claude"] if with_claude else []))))
    has_board = bool(read_board_facts(facts.repo).source)
    return InitOptions(source, chosen, rules, with_board=has_board, with_mcp=MCP_CONFIG in done)
