"""What is changed in a finished page of ours around our content: a policy for the browser, and marks for readers."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from typing import Final

_SCRIPT: Final = re.compile(r"<script\b([^>]*)>(.*?)</script>", re.DOTALL | re.IGNORECASE)
_SOURCE: Final = re.compile(r"\bsrc\s*=", re.IGNORECASE)
_KIND: Final = re.compile(r"\btype\s*=\s*[\"']?([^\"'\s>]*)", re.IGNORECASE)
_SCRIPT_KINDS: Final = frozenset({"", "module", "text/javascript", "application/javascript"})
_CONFIG: Final = re.compile(r'(<script id="?__config"?[^>]*>)(.*?)(</script>)', re.DOTALL)
_HEAD: Final = re.compile(r"<head\b[^>]*>(?:\s*<meta charset=[^>]*>)?", re.IGNORECASE)
_FAR: Final = r"(?:https?:)?//"
_FAR_LINK: Final = re.compile(
    rf"<link\b(?=[^>]*\brel=[\"']?(?:stylesheet|preconnect|dns-prefetch|preload|modulepreload|prefetch|icon)\b)"
    rf"(?=[^>]*\bhref=[\"']?{_FAR})[^>]*>",
    re.IGNORECASE,
)
_FAR_SCRIPT: Final = re.compile(rf"<script\b(?=[^>]*\bsrc=[\"']?{_FAR})[^>]*>\s*</script>", re.IGNORECASE)
_ROLES: Final = {"dialog": "Search", "progressbar": "Loading"}  # that material leaves without a name
_UNNAMED: Final = re.compile(r"<(\w+)\b([^>]*\brole=[\"']?(dialog|progressbar)[\"']?[^>]*)>")


def finish_page(page: str, ours: str, *, is_served: bool) -> str:
    """The page with a content security policy, unable to ask other machines, and with named landmarks.

    `ours` is our own part of it, which is left as it is: no script in it is ever let through by its hash.
    With `is_served` (by mkdocs, which adds a script when it answers) scripts inside the page are let through.
    """
    before, found, after = page.partition(ours)
    if not found:
        before, ours, after = page, "", ""
    before, after = (_stay_here(_name_roles(part)) for part in (before, after))
    policy = make_policy("" if is_served else before + after, is_served=is_served)
    meta = f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
    return _HEAD.sub(lambda head: head[0] + meta, before, count=1) + ours + after


def unlist_pages(sitemap: str, folder: str) -> str:
    """The sitemap without the pages below `folder`: material's instant navigation loads those anew that it does not find there.

    So they come with their own policy also to who arrives from a page that has none.
    """
    return re.sub(rf"\s*<url>\s*<loc>[^<]*/{re.escape(folder)}/[^<]*</loc>.*?</url>", "", sitemap, flags=re.DOTALL)


def make_policy(page: str, *, is_served: bool = False) -> str:
    """What a page may do: its own site's files, and the scripts that stand in `page` word by word."""
    scripts = "'unsafe-inline'" if is_served else " ".join(sorted(hash_scripts(page)))
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src 'self' {scripts}".rstrip(),
            "style-src 'self' 'unsafe-inline'",  # material and its colours need it
            "img-src 'self' data:",
            "font-src 'self' data:",
            "connect-src 'self'",
            "worker-src 'self' blob:",
            "frame-src 'self'",
            "manifest-src 'self'",
            "base-uri 'none'",
            "form-action 'none'",
            "object-src 'none'",
        )
    )


def hash_scripts(page: str) -> set[str]:
    """The sources, as a policy names them, of the scripts that stand in `page`; other data in script elements is none."""
    sources = set()
    for attributes, text in _SCRIPT.findall(page):
        kind = _KIND.search(attributes)
        if _SOURCE.search(attributes) or (kind and kind[1].lower() not in _SCRIPT_KINDS):
            continue
        digest = hashlib.sha256(text.replace("\r\n", "\n").encode("utf-8", "replace")).digest()
        sources.add(f"'sha256-{base64.b64encode(digest).decode()}'")
    return sources


def _stay_here(page: str) -> str:
    """The page without what would be asked of other machines, and loaded anew where it is left.

    A page that material puts in the place of another without loading it would keep the other one's policy.
    """
    page = _FAR_SCRIPT.sub("", _FAR_LINK.sub("", page))
    page = page.replace(' data-md-component="source"', "")  # material counts stars there
    return _CONFIG.sub(lambda found: found[1] + _leave_by_loading(found[2]) + found[3], page)


def _leave_by_loading(config: str) -> str:
    try:
        value = json.loads(config)
        value["features"] = [name for name in value["features"] if not name.startswith("navigation.instant")]
    except (ValueError, KeyError, TypeError, AttributeError):
        return config
    return json.dumps(value, separators=(",", ":")).replace("</", "<\\/")


def _name_roles(page: str) -> str:
    def name(found: re.Match[str]) -> str:
        tag, attributes, role = found.groups()
        if "aria-label" in attributes:
            return found[0]
        return f'<{tag}{attributes} aria-label="{_ROLES[role]}">'

    return _UNNAMED.sub(name, page)
