"""Who works in the sample: invented people, and agents named after birds of the shore."""

from __future__ import annotations

from typing import Final, NamedTuple


class Member(NamedTuple):
    """Somebody at work: the node's name, the person's, the agent's program (none: a person), and the roles taken on."""

    node: str
    name: str
    agent: str = ""
    roles: tuple[str, ...] = ()

    @property
    def author(self) -> str:
        """As commits name them."""
        mark = f" ({self.agent})" if self.agent else ""
        return f"{self.name}{mark} <{self.node}@example.invalid>"


MARA: Final = Member("mara", "Mara Quill", roles=("tech-architect", "reviewer"))
TOMAS: Final = Member("tomas", "Tomas Brandt", roles=("backend-dev", "infra-ops"))
INES: Final = Member("ines", "Ines Okoro", roles=("frontend-dev", "docs-writer"))
YUSUF: Final = Member("yusuf", "Yusuf Hale", roles=("qa-engineer", "security-auditor"))
PEOPLE: Final = (MARA, TOMAS, INES, YUSUF)

HERON: Final = Member("heron", "Mara Quill", "claude", ("backend-dev", "tech-architect", "infra-ops"))
PLOVER: Final = Member("plover", "Tomas Brandt", "codex", ("backend-dev", "qa-engineer", "reviewer"))
CURLEW: Final = Member("curlew", "Ines Okoro", "claude", ("frontend-dev", "docs-writer"))
DUNLIN: Final = Member("dunlin", "Yusuf Hale", "gemini", ("qa-engineer", "security-auditor"))
AGENTS: Final = (HERON, PLOVER, CURLEW, DUNLIN)
EVERYBODY: Final = (*PEOPLE, *AGENTS)
