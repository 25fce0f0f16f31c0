"""Under which name an agent commits: the reflog then says which refs it moved."""

from __future__ import annotations

from typing import Final

DOMAIN: Final = "agent.openclaw.invalid"  # a top-level domain that nobody can have (RFC 2606)


def mark_of(run: str, n: int) -> str:
    """The mail address that tells what attempt `n` of a run committed or moved."""
    return f"{run}.{n}@{DOMAIN}"


def attempt_identity(author: str, run: str, n: int) -> dict[str, str]:
    """The variables by which git in the agent's hands says who is at work; `author` is `Name <mail>`."""
    name, mail = split_author(author)
    return {
        "GIT_AUTHOR_NAME": name,
        "GIT_AUTHOR_EMAIL": mail,
        "GIT_COMMITTER_NAME": name,
        "GIT_COMMITTER_EMAIL": mark_of(run, n),
    }


def split_author(author: str) -> tuple[str, str]:
    """Name and mail of `Name <mail>`, in signs that git takes; never empty."""
    name, _, mail = author.partition("<")
    plain = [
        "".join(char for char in part if char.isprintable() and char not in "<>").strip(" .,:;\"'")
        for part in (name, mail.rpartition(">")[0] or mail)
    ]
    return plain[0] or "openclaw", plain[1] or f"agent@{DOMAIN}"
