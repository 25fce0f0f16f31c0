"""Our part of `.claude/settings.json`: merged into what the user has, and taken out again."""

from __future__ import annotations

from typing import Any

from openclaw_hooks.setup.json_text import JsonError, JsonPath, add_part, locate, parse_json, read_parts, remove_part

# What keeps Claude Code from stepping around the git hooks, from their off switches, and from reading secrets.
# `:*` matches the words before it and whatever follows; a bare `*` anything (code.claude.com/docs: permissions).
# These are the outer fence: they see one command line as it is spelled. The hooks behind them see what it does.
DENY = (
    "Bash(git commit --no-verify:*)",
    "Bash(git commit -n:*)",
    "Bash(git push --no-verify:*)",
    "Bash(git push * --no-verify*)",
    "Bash(git push --force:*)",
    "Bash(git push -f:*)",
    "Bash(git config core.hooksPath:*)",
    "Bash(git config --local core.hooksPath:*)",
    "Bash(git config --global core.hooksPath:*)",
    "Bash(git config --unset core.hooksPath:*)",
    "Bash(git config set core.hooksPath:*)",
    "Bash(git -c core.hooksPath=*)",
    "Bash(pre-commit uninstall:*)",
    "Bash(openclaw uninstall:*)",
    "Read(**/.env)",
    "Read(**/.env.local)",
    "Read(**/.env.*.local)",
    "Read(**/.env.production)",
    "Edit(.git/**)",
    "Edit(.openclaw/config.yaml)",
)

FRAGMENT: dict[str, Any] = {"permissions": {"deny": list(DENY)}}


def merge_fragment(text: str, fragment: dict[str, Any]) -> str:
    """The JSON `text` with what it lacks of `fragment`; what is there stays as it is written.

    Objects are merged, lists get the items that they lack, and a plain value that the user set wins over ours. Raises
    JsonError for a text with comments or with another kind of value where an object or list is needed.
    """
    if not text.strip("\ufeff \t\r\n"):
        text = "{}\n"
    if not isinstance(parse_json(text.removeprefix("\ufeff")), dict):
        raise JsonError("not a JSON object")
    mark = "\ufeff" if text.startswith("\ufeff") else ""
    after = _merge_object(text.removeprefix("\ufeff"), (), fragment)
    parse_json(after)
    return mark + after


def _merge_object(text: str, keys: JsonPath, fragment: dict[str, Any]) -> str:
    for key, wanted in fragment.items():
        at = locate(text, (*keys, key))
        if at is None:
            text = add_part(text, keys, wanted, key)
            continue
        if not isinstance(wanted, (dict, list)):
            continue
        opening = "{" if isinstance(wanted, dict) else "["
        if text[at] != opening:
            kind = "an object" if opening == "{" else "a list"
            raise JsonError(f"`{'.'.join((*keys, key))}` is not {kind}")
        if isinstance(wanted, dict):
            text = _merge_object(text, (*keys, key), wanted)
        else:
            text = _merge_list(text, (*keys, key), wanted)
    return text


def _merge_list(text: str, keys: JsonPath, wanted: list[Any]) -> str:
    found = [part.value for part in read_parts(text, locate(text, keys) or 0)]
    for item in wanted:
        if item not in found:
            text = add_part(text, keys, item)
            found.append(item)
    return text


def added_by(before: str, after: str) -> dict[str, Any]:
    """What `after` has and `before` lacks, as a fragment: what one merge added."""
    old, new = (parse_json(text.removeprefix("\ufeff") or "{}") for text in (before, after))
    return _added(old, new)


def _added(old: dict[str, Any], new: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in new.items():
        known = old.get(key)
        if isinstance(value, dict):
            part: Any = _added(known if isinstance(known, dict) else {}, value)
        elif isinstance(value, list):
            part = [item for item in value if item not in (known if isinstance(known, list) else [])]
        else:
            part = None if key in old else value
        if part or (key not in old):
            found[key] = part
    return found


def remove_fragment(text: str, fragment: dict[str, Any], before: str = "{}") -> str:
    """The JSON `text` without the items of `fragment`; containers left empty go too, unless `before` had them."""
    mark = "\ufeff" if text.startswith("\ufeff") else ""
    text = text.removeprefix("\ufeff")
    parse_json(text)
    return mark + _remove_object(text, (), fragment, before.removeprefix("\ufeff") or "{}")


def _remove_object(text: str, keys: JsonPath, fragment: dict[str, Any], before: str) -> str:
    for key, ours in fragment.items():
        at = locate(text, (*keys, key))
        if at is None:
            continue
        path = (*keys, key)
        if isinstance(ours, dict) and text[at] == "{":
            text = _remove_object(text, path, ours, before)
        elif isinstance(ours, list) and text[at] == "[":
            text = _remove_items(text, path, ours)
        is_empty = text[at] in "{[" and not read_parts(text, at)
        if (is_empty or not isinstance(ours, (dict, list))) and locate(before, path) is None:
            parts = read_parts(text, locate(text, keys) or 0)
            number = next(index for index, part in enumerate(parts) if part.key == key)
            if is_empty or parts[number].value == ours:
                text = remove_part(text, keys, number)
    return text


def _remove_items(text: str, keys: JsonPath, ours: list[Any]) -> str:
    items = read_parts(text, locate(text, keys) or 0)
    for number in range(len(items) - 1, -1, -1):
        if items[number].value in ours:
            text = remove_part(text, keys, number)
    return text
