"""Everything that the pages are made of, read once.

A further part is a file `reading/<part>.py` with a function from a Place to its facts, a field here, and a row of READERS.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

from openclaw_hooks.errors import OpenclawError
from openclaw_hooks.mission_control.broken import Broken, from_error
from openclaw_hooks.mission_control.place import Place, SiteOptions, find_place
from openclaw_hooks.mission_control.reading.board import BoardFacts, read_board_facts
from openclaw_hooks.mission_control.reading.code import CodeFacts, read_code_facts
from openclaw_hooks.mission_control.reading.diagnostics import DiagnosticsFacts, read_diagnostics
from openclaw_hooks.mission_control.reading.documents import Documents, read_documents
from openclaw_hooks.mission_control.reading.history import History, read_history_facts
from openclaw_hooks.mission_control.reading.knowledge import KnowledgeFacts, read_knowledge
from openclaw_hooks.mission_control.reading.mesh import MeshFacts, read_mesh_facts
from openclaw_hooks.mission_control.reading.policy import PolicyFacts, read_policy_facts
from openclaw_hooks.mission_control.reading.runs import RunFacts, read_run_facts

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

READERS: Final[dict[str, Callable[[Place], Any]]] = {
    "code": read_code_facts,
    "board": read_board_facts,
    "history": read_history_facts,
    "documents": read_documents,
    "policy": read_policy_facts,
    "runs": read_run_facts,
    "mesh": read_mesh_facts,
    "diagnostics": read_diagnostics,
    "knowledge": read_knowledge,
}


@dataclass(frozen=True, eq=False)
class Facts:
    """What one reading found; equal only to itself, so that views may be kept by it.

    A part is None where it could not be read at all: then `broken` says why.
    """

    place: Place
    code: CodeFacts = field(default_factory=CodeFacts)
    board: BoardFacts = field(default_factory=BoardFacts)
    history: History = field(default_factory=History)
    documents: Documents = field(default_factory=Documents)
    policy: PolicyFacts = field(default_factory=PolicyFacts)
    runs: RunFacts = field(default_factory=RunFacts)
    mesh: MeshFacts = field(default_factory=MeshFacts)
    diagnostics: DiagnosticsFacts = field(default_factory=DiagnosticsFacts)
    knowledge: KnowledgeFacts = field(default_factory=KnowledgeFacts)
    broken: tuple[Broken, ...] = ()


def read_facts(root: str, now: float, options: SiteOptions | None = None) -> Facts:
    """The facts of the repository around `root` at the moment `now`."""
    return refresh_facts(Facts(find_place(root, now, options)), now, READERS)


def refresh_facts(facts: Facts, now: float, parts: Collection[str]) -> Facts:
    """`facts` with some of its parts read anew; a part that cannot be read keeps its default and is named in `broken`."""
    place = facts.place._replace(now=now)
    found: dict[str, Any] = {}
    broken = [item for item in facts.broken if item.path not in parts]
    for part in parts:
        try:
            found[part] = READERS[part](place)
        except OpenclawError as error:
            broken.append(from_error(part, error))
        except OSError as error:  # a folder that may not be read, a disk that is full
            broken.append(Broken(part, 0, f"cannot be read: {error.strerror or error}"))
    return replace(facts, place=place, broken=tuple(broken), **found)
