"""Our entry in `.pre-commit-config.yaml`: added to, brought up to date in and taken out of the text, not re-dumped.

Every edit is proved by parsing both texts: what changes is our entry and nothing else, or the edit is refused.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from openclaw_hooks.setup.pre_commit_source import DISTRIBUTION, Source
from openclaw_hooks.setup.yaml_text import (
    Spot,
    block_end,
    leaf_end,
    line_end,
    parse_data,
    read_spots,
    skip_deeper_comments,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

# hook id -> what its manifest says, for entries that cannot refer to the manifest
HOOK_IDS: dict[str, dict[str, Any]] = {
    "openclaw-check": {
        "types": [],
        "always_run": True,
        "require_serial": True,
        "stages": ["pre-commit", "pre-merge-commit", "manual"],
    },
    "openclaw-commit-msg": {"stages": ["commit-msg"]},
    "openclaw-push": {"always_run": True, "pass_filenames": False, "stages": ["pre-push"]},
}
OUR_PREFIX = "openclaw-"
HEADER = "default_install_hook_types: [pre-commit, commit-msg, pre-push]\n"


class Style(NamedTuple):
    """How a file is laid out: columns of the dashes and keys of entries, and of the hooks in them; line end."""

    dash: int = 0
    key: int = 2
    hook_dash: int = 4
    hook_key: int = 6
    newline: str = "\n"


class TextEdit(NamedTuple):
    """The new text, or None and what to add by hand; `text` equal to the old one means that nothing is to do."""

    text: str | None
    by_hand: str = ""


def entry_data(source: Source) -> dict[str, Any]:
    """Our entry as pre-commit reads it."""
    if not source.is_local:
        return {"repo": source.url, "rev": source.rev, "hooks": [{"id": hook} for hook in HOOK_IDS]}
    return {"repo": "local", "hooks": [_local_hook(hook, source.rev) for hook in HOOK_IDS]}


def _local_hook(hook: str, version: str) -> dict[str, Any]:
    """A hook with all that `.pre-commit-hooks.yaml` says about it, since no repository is there to look it up in."""
    return {
        "id": hook,
        "name": hook,
        "entry": f"openclaw-hook {hook}",
        "language": "python",
        "additional_dependencies": [f"{DISTRIBUTION}=={version}"],
        **HOOK_IDS[hook],
    }


def entry_text(source: Source, style: Style) -> str:
    """Our entry as lines in the style of the file around it."""
    data = entry_data(source)
    lines = []
    for key, value in data.items():
        if key != "hooks":
            lines.append(f"{key}: {_scalar(value)}")
    lines.append("hooks:")
    indent = " " * style.key
    text = [(" " * style.dash + "-").ljust(style.key) + lines[0], *(indent + line for line in lines[1:])]
    for hook in data["hooks"]:
        pairs = [f"{key}: {_scalar(value)}" for key, value in hook.items()]
        text.append((" " * style.hook_dash + "-").ljust(style.hook_key) + pairs[0])
        text += [" " * style.hook_key + pair for pair in pairs[1:]]
    return "".join(line + style.newline for line in text)


def _scalar(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return "[" + ", ".join(_scalar(item) for item in value) + "]"
    text = str(value)
    if re.fullmatch(r"[A-Za-z/][\w./ -]*[\w/]|https?://[\w./~%+-]+", text):
        return text
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def add_entry(text: str | None, source: Source) -> TextEdit:
    """The config with our entry: created, appended, or with the older rev of our entry replaced."""
    if text is None:
        return TextEdit(HEADER + "repos:\n" + entry_text(source, Style()))
    root = read_spots(text)
    found = root.get("repos") if root else None
    if found is None or (found.kind != "sequence" and found.value not in ("", "~", "null")):
        return TextEdit(None, "repos:\n" + entry_text(source, Style()))
    ours = find_entries(found)
    if ours:
        return _update_entry(text, ours, source)
    after = _append(text, found, source)
    return after if after.text is not None and _proves(text, after.text, source) else TextEdit(None, after.by_hand)


def find_entries(repos: Spot) -> list[Spot]:
    """The entries of `repos` that hold any of our hooks."""
    return [
        entry
        for entry in repos.items()
        if (hooks := entry.get("hooks")) and any(_hook_id(hook).startswith(OUR_PREFIX) for hook in hooks.items())
    ]


def _hook_id(hook: Spot) -> str:
    found = hook.get("id")
    return str(found.value) if found and found.kind == "scalar" else ""


def _append(text: str, repos: Spot, source: Source) -> TextEdit:
    style = _style_of(text, repos)
    block = entry_text(source, style)
    if repos.is_flow and repos.value:
        import json

        at = leaf_end(repos.value[-1])
        return TextEdit(text[:at] + ", " + json.dumps(entry_data(source)) + text[at:], block)
    if not repos.value or repos.kind != "sequence":  # `repos: []` or nothing behind the colon
        end = line_end(text, repos.end)
        head, rest = text[: repos.start].rstrip(" "), text[repos.end : end].rstrip("\r\n")
        return TextEdit(head + rest + style.newline + block + text[end:], block)
    at = skip_deeper_comments(text, block_end(text, repos), style.dash)
    gap = "" if text[:at].endswith("\n") else style.newline
    return TextEdit(text[:at] + gap + block + text[at:], block)


def _style_of(text: str, repos: Spot) -> Style:
    newline = "\r\n" if text.count("\r\n") * 2 > text.count("\n") else "\n"
    blocks = [entry for entry in repos.items() if entry.kind == "mapping" and not entry.is_flow]
    if repos.is_flow or not blocks:
        return Style(newline=newline)
    entry = blocks[-1]
    style = Style(repos.column, entry.column, entry.column + 2, entry.column + 4, newline)
    for entry in reversed(blocks):
        hooks = entry.get("hooks")
        if hooks and hooks.kind == "sequence" and not hooks.is_flow and hooks.value and not hooks.value[0].is_flow:
            return style._replace(hook_dash=hooks.column, hook_key=hooks.value[0].column)
    return style


def _proves(before: str, after: str, source: Source) -> bool:
    old, new = _data(before), _data(after)
    if not isinstance(old, dict) or not isinstance(new, dict):
        return False
    return bool(new == {**old, "repos": [*(old["repos"] or []), entry_data(source)]} and list(new) == list(old))


def _data(text: str) -> Any:
    import yaml

    try:
        return parse_data(text)
    except (yaml.YAMLError, ValueError, RecursionError):
        return None


def _update_entry(text: str, ours: Sequence[Spot], source: Source) -> TextEdit:
    """`text` with the revs and versions of our entries that are older than `source`; the same text when none is."""
    spots = [spot for entry in ours for spot in _versions(entry, source)]
    after = text
    for spot, new in sorted(spots, key=lambda pair: -pair[0].start):
        written = text[spot.start : spot.end]
        after = after[: spot.start] + written.replace(str(spot.value), new) + after[spot.end :]
    return TextEdit(after if _data(after) else None, entry_text(source, Style()))


def _versions(entry: Spot, source: Source) -> list[tuple[Spot, str]]:
    url, rev = entry.get("repo"), entry.get("rev")
    if url is None or url.value != source.url:
        return []  # the user's own choice of where to get it
    if not source.is_local:
        return [(rev, source.rev)] if rev and _is_older(str(rev.value), source.rev) else []
    hooks = entry.get("hooks")
    lists = [hook.get("additional_dependencies") for hook in (hooks.items() if hooks else ())]
    wanted = [item for found in lists if found for item in found.items() if item.kind == "scalar"]
    pins = [(item, str(item.value).partition("==")) for item in wanted]
    return [
        (item, f"{name}=={source.rev}")
        for item, (name, _, old) in pins
        if name == DISTRIBUTION and _is_older(old, source.rev)
    ]


def _is_older(old: str, new: str) -> bool:
    numbers = [re.fullmatch(r"v?(\d+(?:\.\d+)*)(.*)", rev) for rev in (old, new)]
    if not numbers[0] or not numbers[1] or any(re.fullmatch(r"[0-9a-f]{40}", rev) for rev in (old, new)):
        return old != new  # commits have no order here; what runs now is what is wanted
    first, second = ([int(part) for part in found[1].split(".")] for found in numbers if found)
    return first < second


def remove_entry(text: str) -> str | None:
    """The config without our entries; None when that cannot be proved to leave everything else alone."""
    root = read_spots(text)
    repos = root.get("repos") if root else None
    ours = find_entries(repos) if repos else []
    if repos is None or not ours or any(len(_foreign_hooks(entry)) for entry in ours):
        return text if repos is not None and not ours else None
    after = text
    for entry in reversed(ours):
        after = _cut(after, repos, entry)
    if len(ours) == len(repos.value) and not repos.is_flow and root:
        key = next(name for name, value in root.value if value is repos)
        colon = after.index(":", key.end) + 1
        after = after[:colon] + " []" + after[colon:]  # pre-commit wants a list, also an empty one
    old, new = _data(text), _data(after)
    kept = [
        entry for entry, spot in zip((old or {}).get("repos") or [], repos.items(), strict=False) if spot not in ours
    ]
    return after if isinstance(new, dict) and {**old, "repos": kept} == {**new, "repos": new["repos"] or []} else None


def _foreign_hooks(entry: Spot) -> list[Spot]:
    hooks = entry.get("hooks")
    return [hook for hook in (hooks.items() if hooks else ()) if not _hook_id(hook).startswith(OUR_PREFIX)]


def _cut(text: str, repos: Spot, entry: Spot) -> str:
    if repos.is_flow:
        rest = re.match(r"\s*,\s*", text[entry.end :])
        lead = re.search(r"\s*,\s*\Z", text[: entry.start])
        if rest:
            return text[: entry.start] + text[entry.end + rest.end() :]
        return text[: lead.start() if lead else entry.start] + text[entry.end :]
    start = text.rfind("\n", 0, entry.start) + 1
    return text[:start] + text[line_end(text, leaf_end(entry)) :]
