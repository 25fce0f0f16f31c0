"""Paths as text: joined and simplified without looking at any disk."""

from __future__ import annotations


def join_path(folder: str, path: str) -> str:
    """`path` as seen from where the line starts, when it is used in `folder`."""
    if path.startswith(("/", "~")) or folder in (".", ""):
        return simplify_path(path)
    return simplify_path(f"{folder}/{path}")


def simplify_path(path: str) -> str:
    """`path` without empty names, `.` and the `..` that take something back; `.` for nothing."""
    rooted = path.startswith("/")
    names: list[str] = []
    for name in path.split("/"):
        if name in ("", "."):
            continue
        if name == ".." and names and names[-1] not in ("..", "~"):
            names.pop()
        elif name != ".." or not rooted:
            names.append(name)
    return ("/" if rooted else "") + "/".join(names) or "."


def last_name(path: str) -> str:
    """What stands behind the last slash."""
    return path.rstrip("/").rpartition("/")[2]
