"""A lesson as HTML: its Markdown made safe, and its [1] made links to the sources.

What a lesson says was in somebody's book. HTML in it is text, a link leads to the web or nowhere and says that it is
not ours, and a picture becomes its description.
"""

import re
from collections.abc import Collection, Sequence
from functools import cache
from urllib.parse import urlsplit

from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup

CITED = re.compile(r"\[(\d{1,3}(?:\s*,\s*\d{1,3})*)\]")
SCHEMES = {"http", "https"}
SCROLLING = {"table_open": "Table", "fence": "Code", "code_block": "Code"}
ALIGNED = {"text-align:right": "aligned-right", "text-align:center": "aligned-centre"}


@cache
def parser() -> MarkdownIt:
    """CommonMark with tables. References are off: a lesson's [1] is a citation, whatever else stands in the text."""
    return MarkdownIt("commonmark", {"html": False}).enable("table").disable(["reference", "html_block", "html_inline"])


def html(lesson: str, refs: Collection[int], within: int = 2) -> Markup:
    """``refs``: the numbers that have a source; others stay text. ``within``: the level of its highest headings."""
    tokens = parser().parse(lesson)
    _place_headings(tokens, within)
    made = Citations(refs)
    for token in tokens:
        _classes(token)
        if token.type == "inline" and token.children:
            token.children = made.linked(_hardened(token.children))
    # Escaped by the renderer; what is added here is ours.
    return Markup(parser().renderer.render(_scrolling(tokens), parser().options, {}))  # noqa: S704


def _place_headings(tokens: Sequence[Token], within: int) -> None:
    """The highest heading of the lesson gets the level ``within``, and the others theirs below it."""
    headings = [token for token in tokens if token.type in {"heading_open", "heading_close"}]
    highest = min((int(token.tag[1]) for token in headings), default=within)
    for token in headings:
        token.tag = f"h{max(2, min(6, int(token.tag[1]) - highest + within))}"


def _classes(token: Token) -> None:
    """The policy of our pages forbids styles: a column's alignment becomes a class."""
    if (style := token.attrs.pop("style", None)) in ALIGNED:
        token.attrSet("class", ALIGNED[str(style)])


def _hardened(tokens: Sequence[Token]) -> list[Token]:
    kept: list[Token] = []
    opened: list[bool] = []  # whether the links around stay
    for token in tokens:
        if token.type == "link_open":
            opened.append(urlsplit(str(token.attrGet("href"))).scheme in SCHEMES)
            if opened[-1]:
                token.attrSet("rel", "noopener noreferrer nofollow ugc")
                kept.append(token)
        elif token.type == "link_close":
            if opened.pop():
                kept.append(token)
        elif token.type == "image":
            kept.append(_text(token.content))
        else:
            kept.append(token)
    return kept


def _text(content: str) -> Token:
    return Token("text", "", 0, content=content)


class Citations:
    """Of one lesson: the first link to a source is where the source leads back to."""

    def __init__(self, refs: Collection[int]) -> None:
        self.refs = refs
        self.used: set[int] = set()

    def linked(self, tokens: Sequence[Token]) -> list[Token]:
        found: list[Token] = []
        within = 0  # links, which must not hold another
        for token in tokens:
            within += token.nesting if token.type in {"link_open", "link_close"} else 0
            found += self._split(token.content) if token.type == "text" and not within else [token]
        return found

    def _split(self, text: str) -> list[Token]:
        found: list[Token] = []
        at = 0
        for match in CITED.finditer(text):
            refs = [int(number) for number in match[1].split(",")]
            if not set(refs) <= set(self.refs):
                continue
            found += [_text(text[at : match.start()].rstrip(" ")), *(self._link(ref) for ref in refs)]
            at = match.end()
        return [*found, _text(text[at:])]

    def _link(self, ref: int) -> Token:
        own = "" if ref in self.used else f' id="cite-{ref}"'
        self.used.add(ref)
        link = f'<a class="cite" href="#source-{ref}"{own} data-ref="{ref}" aria-label="Source {ref}">{ref}</a>'
        return Token("html_inline", "", 0, content=f"<sup>{link}</sup>")


def _scrolling(tokens: Sequence[Token]) -> list[Token]:
    """Wide tables and code scroll within themselves, also by keyboard."""
    found: list[Token] = []
    for token in tokens:
        if name := SCROLLING.get(token.type):
            attrs = f'class="lesson-scroll" role="region" aria-label="{name}" tabindex="0"'
            found.append(Token("html_block", "", 0, content=f"<div {attrs}>"))
        found.append(token)
        if token.type in {"table_close", "fence", "code_block"}:
            found.append(Token("html_block", "", 0, content="</div>\n"))
    return found


def as_text(markdown: str) -> str:
    """The words of it, for where no markup is."""
    blocks = ("".join(map(_word, token.children or [])) or token.content for token in parser().parse(markdown))
    return " ".join(" ".join(blocks).split())


def _word(token: Token) -> str:
    return " " if token.type in {"softbreak", "hardbreak"} else token.content
