"""A sheet of paper to put words, lines and boxes on, in millimetres from its upper left corner.

Pages are A4, and everything stands where US Letter, which is wider and shorter, has paper too: printed unscaled, as
printers centre it, nothing is cut off. Only black and greys that a copier keeps.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Literal

from fpdf import FPDF
from fpdf.enums import TextMode
from fpdf.fonts import TTFFont

from app.exports import letters
from app.exports.letters import printable, runs

POINT = 25.4 / 72  # mm
LEFT, RIGHT, TOP, BOTTOM = 14.0, 196.0, 15.0, 276.0  # of what is printed on; A4 is 210 by 297, Letter 215.9 by 279.4
WIDTH = RIGHT - LEFT
# Shares of the size of the letters: from line to line, and from the upper edge to where letters stand.
LEADING, ASCENT = 1.28, 0.84
BOLDER = 0.03  # how thick the outline of the wide letters is where they are bold: they come in one weight

BLACK, SOFT, LINE, FAINT = 0, 85, 150, 225

Align = Literal["left", "right", "centre"]


def leading(size: float) -> float:
    return size * POINT * LEADING


def printed(draw: Callable[[str], "Paper"]) -> bytes:
    """``draw`` is told what is to be said of what cannot be printed: that is known once all is drawn."""
    paper = draw("")
    if told := letters.notice(paper.foreign):
        paper.close()
        paper = draw(told)
    return paper.bytes()


class Paper:
    """Writes what is told where it is told, and flows nothing by itself but paragraphs."""

    def __init__(self, title: str, made: datetime, foot: str) -> None:
        """``made`` is when the document says it was made: the same in every copy. ``foot`` stands on each page."""
        self._pdf = FPDF(unit="mm", format="A4")
        self._pdf.core_fonts_encoding = letters.ENCODING
        self._pdf.set_auto_page_break(False)
        self._pdf.set_creation_date(made)
        self._pdf.set_title(letters.clean(title))
        self._pdf.set_lang("en")
        self._pdf.set_creator("Unfold")
        self._foot = foot
        self._font = ("", "", 0.0)
        self._widths: dict[tuple[str, str], float] = {}  # of words by style, in mm at size 1
        self.foreign: set[str] = set()  # lines that have more than Helvetica's letters, as they were told

    def page(self, section: str = "") -> None:
        """A new page; ``section`` is its name in the reader's list of contents."""
        self._pdf.add_page()
        if section:
            self._pdf.start_section(letters.clean(section))
        self.rule(LEFT, BOTTOM + 2, RIGHT, grey=LINE)
        self.text(LEFT, BOTTOM + 2.5, self._foot, 7, grey=SOFT)
        self.text(RIGHT, BOTTOM + 2.5, str(self._pdf.page_no()), 7, grey=SOFT, align="right")

    def mark(self, name: str, level: int = 1) -> None:
        """A name in the reader's list of contents, for what begins here; ``level`` 1 is below a page's section."""
        self._pdf.start_section(letters.clean(name), level)

    def text(
        self,
        x: float,
        y: float,
        text: str,
        size: float,
        *,
        bold: bool = False,
        grey: int = BLACK,
        align: Align = "left",
    ) -> None:
        """One line; ``y`` is its upper edge, ``x`` its beginning, middle or end."""
        text = self._told(text)
        if not text:
            return
        if align != "left":
            x -= self.width(text, size, bold=bold) / (2 if align == "centre" else 1)
        self._pdf.set_text_color(grey)
        for run, wide in runs(text):
            self._use("B" if bold else "", size, wide=wide)
            at = y + size * POINT * ASCENT
            if wide and bold:
                with self._pdf.local_context(
                    text_mode=TextMode.FILL_STROKE, draw_color=grey, line_width=size * POINT * BOLDER
                ):
                    self._pdf.text(x, at, run)
            else:
                self._pdf.text(x, at, run)
            if run != text:
                x += size * self._width(run, bold)

    def width(self, text: str, size: float, *, bold: bool = False) -> float:
        """Of a line, in mm; a word is measured once."""
        return size * self._width(self._told(text), bold)

    def _width(self, text: str, bold: bool) -> float:
        words = text.split(" ")
        spaces = (len(words) - 1) * self._word(" ", bold)
        return spaces + sum(self._word(word, bold) for word in words)

    def _word(self, word: str, bold: bool) -> float:
        """Its width in mm at size 1."""
        style = "B" if bold else ""
        if (style, word) not in self._widths:
            self._use(style, 100, wide=not letters.CHARACTERS.issuperset(word))
            self._widths[style, word] = self._pdf.get_string_width(word) / 100
        return self._widths[style, word]

    def lines(self, text: str, width: float, size: float, *, bold: bool = False) -> list[str]:
        """The text in lines of at most ``width``; a word that is wider is broken."""
        found: list[str] = []
        line = ""
        for word in self._told(text).split():
            longer = f"{line} {word}" if line else word
            if self.width(longer, size, bold=bold) <= width:
                line = longer
                continue
            if line:
                found.append(line)
            while self.width(word, size, bold=bold) > width and len(word) > 1:
                fits = next(n for n in range(len(word) - 1, 0, -1) if n == 1 or self._fits(word[:n], width, size, bold))
                found.append(word[:fits])
                word = word[fits:]
            line = word
        return [*found, line] if line else found

    def _fits(self, text: str, width: float, size: float, bold: bool) -> bool:
        return self.width(text, size, bold=bold) <= width

    def paragraph(
        self, x: float, y: float, text: str, width: float, size: float, *, bold: bool = False, grey: int = BLACK
    ) -> float:
        """The text in lines; the lower edge of the last one."""
        for line in self.lines(text, width, size, bold=bold):
            self.text(x, y, line, size, bold=bold, grey=grey)
            y += leading(size)
        return y

    def rule(self, x: float, y: float, to: float, *, grey: int = BLACK, thick: float = 0.2) -> None:
        """A level line."""
        self._line(grey, thick)
        self._pdf.line(x, y, to, y)

    def box(
        self, x: float, y: float, width: float, height: float, *, grey: int = LINE, fill: int | None = None
    ) -> None:
        self._line(grey, 0.2)
        if fill is not None:
            self._pdf.set_fill_color(fill)
        self._pdf.rect(x, y, width, height, style="D" if fill is None else "DF")

    def bytes(self) -> bytes:
        """The document, which is closed by that."""
        return bytes(self._pdf.output())

    def close(self) -> None:
        for font in self._pdf.fonts.values():
            if isinstance(font, TTFFont):
                font.close()

    def _told(self, text: str) -> str:
        """As it can be printed; what is more than Western European is remembered as it was told."""
        told = printable(text)
        if not letters.CHARACTERS.issuperset(told):
            self.foreign.add(text)
        return told

    def _use(self, style: str, size: float, *, wide: bool = False) -> None:
        family = letters.WIDE if wide else letters.PLAIN
        if self._font == (family, style, size):
            return
        if wide and letters.WIDE.lower() not in self._pdf.fonts:
            self._pdf.add_font(letters.WIDE, fname=letters.font_file())
        self._font = (family, style, size)
        self._pdf.set_font(family, "" if wide else style, size)

    def _line(self, grey: int, thick: float) -> None:
        self._pdf.set_draw_color(grey)
        self._pdf.set_line_width(thick)
