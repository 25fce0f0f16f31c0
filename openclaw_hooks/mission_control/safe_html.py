"""Markdown that anybody may have written, as HTML that may stand on a page: nothing in it runs, nothing is fetched.

Two doors, each enough on its own: the renderer passes no HTML through, and what it makes is cleaned by a list of what
may stay. No ids (they would shadow ours), no images (they would be requests), no relative addresses (they lead nowhere).
"""

from __future__ import annotations

from functools import cache
from html import escape
from typing import TYPE_CHECKING, Final

from openclaw_hooks.mission_control.texts import text

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_core import StateCore
    from markdown_it.token import Token

RENDERER: Final = 2  # counts up when the same markdown becomes other HTML: what was kept is made anew then
MAX_CHARS: Final = 100_000  # of one text; hostile ones take the renderer some 15 microseconds a character
MAX_NESTING: Final = 20  # of lists, quotes and emphasis
FIRST_LEVEL: Final = 3  # of headings: the page has its own first, the thing that the text belongs to its second

TAGS: Final = frozenset(
    [
        "p",
        "br",
        "hr",
        "h3",
        "h4",
        "h5",
        "h6",
        "ul",
        "ol",
        "li",
        "blockquote",
        "pre",
        "code",
        "em",
        "strong",
        "s",
        "a",
        "span",
        "table",
        "thead",
        "tbody",
        "tr",
        "th",
        "td",
    ]
)
SCHEMES: Final = frozenset({"http", "https", "mailto"})
_ATTRIBUTES: Final = {"a": {"href", "title"}, "ol": {"start"}, "span": {"role", "aria-label"}}
_CLASSES: Final = {"span": {"mc-box", "mc-box--done"}}
_BOXES: Final = {
    "[ ] ": ("mc-box", "open"),
    "[x] ": ("mc-box mc-box--done", "done"),
    "[X] ": ("mc-box mc-box--done", "done"),
}


def render_markdown(markdown: str) -> str:
    """`markdown` as safe HTML; a text beyond all measure is cut at a line, and says so."""
    import nh3

    cut = ""
    if len(markdown) > MAX_CHARS:
        end = markdown.rfind("\n", 0, MAX_CHARS)
        markdown = markdown[: end if end > 0 else MAX_CHARS]
        cut = f"<p><em>{text('kernel.cut', n=MAX_CHARS)}</em></p>"
    rendered = _render(markdown.replace("\0", ""))
    return nh3.clean(
        rendered + cut,
        tags=set(TAGS),
        attributes={tag: set(names) for tag, names in _ATTRIBUTES.items()},
        allowed_classes=_CLASSES,
        url_schemes=set(SCHEMES),
        url_relative="deny",
        link_rel="noopener noreferrer nofollow",
    )


def _render(markdown: str) -> str:
    """The HTML; a text nested so deep that the renderer would leave out what is inside comes as it was written."""
    renderer = _renderer()
    tokens = renderer.parse(markdown)
    if all(token.level < MAX_NESTING - 1 for token in tokens):
        return str(renderer.renderer.render(tokens, renderer.options, {}))
    return f"<p><em>{text('kernel.deep')}</em></p><pre><code>{escape(markdown)}</code></pre>"


@cache
def _renderer() -> MarkdownIt:
    from markdown_it import MarkdownIt

    made = MarkdownIt("commonmark", {"html": False, "maxNesting": MAX_NESTING}).enable(["table", "strikethrough"])
    made.disable(["html_block", "html_inline"])
    made.core.ruler.push("mc-headings", _fit_headings)
    made.core.ruler.push("mc-boxes", _draw_boxes)
    made.core.ruler.push("mc-images", _link_images)
    return made


def _fit_headings(state: StateCore) -> None:
    """Headings below those of the page, no level left out: a reader by ear goes by them."""
    level = FIRST_LEVEL - 1
    for token in state.tokens:
        if token.type == "heading_open":
            level = min(max(int(token.tag[1]) + 1, FIRST_LEVEL), level + 1, 6)
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{level}"


def _draw_boxes(state: StateCore) -> None:
    """`- [x] text` as a list item with a box."""
    from markdown_it.token import Token

    for index, token in enumerate(state.tokens):
        if token.type != "inline" or index < 2 or state.tokens[index - 2].type != "list_item_open":
            continue
        first = token.children[0] if token.children else None
        box = _BOXES.get(first.content[:4]) if first is not None and first.type == "text" else None
        if first is None or box is None or token.children is None:
            continue
        first.content = first.content[4:]
        kind, word = box
        made = f'<span class="{kind}" role="img" aria-label="{text(f"kernel.box-{word}")}"></span> '
        token.children.insert(0, Token("html_inline", "", 0, content=made))


def _link_images(state: StateCore) -> None:
    """An image as a link to it: showing it would be a request to whoever the text names."""
    for token in state.tokens:
        if token.children:
            token.children = [made for child in token.children for made in _without_image(child)]


def _without_image(token: Token) -> list[Token]:
    from markdown_it.token import Token

    if token.type != "image":
        return [token]
    source = str(token.attrs.get("src", ""))
    caption = Token("text", "", 0, content=token.content or source)
    return [Token("link_open", "a", 1, attrs={"href": source}), caption, Token("link_close", "a", -1)]
