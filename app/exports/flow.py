"""Running text on paper: what is told after what was told before, with a new page where one is full."""

from collections.abc import Sequence

from app.exports.paper import BLACK, BOTTOM, FAINT, LEFT, LINE, RIGHT, TOP, Paper, leading

Words = Sequence[tuple[str, bool]]  # each with whether it is bold
CELL, PAD = 8.5, 1.4  # size of the letters in a table; mm around them


def plain(text: str, *, bold: bool = False) -> Words:
    return [(word, bold) for word in text.split()]


class Flow:
    def __init__(self, paper: Paper) -> None:
        self.paper = paper
        self.y = BOTTOM

    def page(self, name: str = "") -> None:
        self.paper.page(name)
        self.y = TOP

    def need(self, height: float) -> None:
        """What comes next keeps together for so many mm."""
        if self.y + height > BOTTOM:
            self.page()

    def gap(self, height: float) -> None:
        self.y = min(BOTTOM, self.y + height)

    def heading(self, text: str, size: float, *, keep: float = 20.0) -> None:
        """Never the last on its page: ``keep`` mm of what follows stay with it."""
        lines = self.paper.lines(text, RIGHT - LEFT, size, bold=True)
        self.need(len(lines) * leading(size) + keep)
        for line in lines:
            self.paper.text(LEFT, self.y, line, size, bold=True)
            self.y += leading(size)

    def words(self, words: Words, size: float, *, indent: float = 0.0, first: str = "", grey: int = BLACK) -> None:
        """A paragraph. ``first`` stands before its first line, in the indent."""
        for at, line in enumerate(self._broken(words, RIGHT - LEFT - indent, size)):
            self.need(leading(size))
            if first and not at:
                self.paper.text(LEFT + indent - self.paper.width(first, size) - 1.5, self.y, first, size, grey=grey)
            self._line(line, LEFT + indent, size, grey)
            self.y += leading(size)

    def text(self, text: str, size: float, *, indent: float = 0.0, first: str = "", grey: int = BLACK) -> None:
        self.words(plain(text), size, indent=indent, first=first, grey=grey)

    def code(self, text: str, size: float = 8.0) -> None:
        """Line by line, each as far in as its spaces say."""
        for line in text.splitlines():
            indent = 3.0 + (len(line) - len(line.lstrip())) * 1.5
            self.words(plain(line) or [(" ", False)], size, indent=min(indent, 60.0))

    def table(self, rows: Sequence[Sequence[str]]) -> None:
        """Columns as wide as their words need, as far as there is paper; the first row is its head."""
        widths = self._columns(rows)
        for at, row in enumerate(rows):
            cells = [self.paper.lines(cell, width - 2 * PAD, CELL, bold=not at) for cell, width in zip(row, widths)]  # noqa: B905
            height = max((len(lines) for lines in cells), default=1) * leading(CELL) + PAD
            self.need(height)
            x = LEFT
            for lines, width in zip(cells, widths, strict=False):
                for down, line in enumerate(lines):
                    self.paper.text(x + PAD, self.y + down * leading(CELL), line, CELL, bold=not at)
                x += width
            self.y += height
            self.paper.rule(LEFT, self.y - PAD / 2, x, grey=FAINT if at else LINE)

    def _columns(self, rows: Sequence[Sequence[str]]) -> list[float]:
        count = max(len(row) for row in rows)
        wanted = [
            max(self.paper.width(row[at], CELL, bold=True) if at < len(row) else 0 for row in rows) + 2 * PAD + 1
            for at in range(count)
        ]
        room = RIGHT - LEFT
        if sum(wanted) <= room:
            return wanted
        narrow = [min(width, room / count) for width in wanted]
        spare = room - sum(narrow)
        over = [width - got for width, got in zip(wanted, narrow, strict=True)]
        return [got + spare * more / sum(over) for got, more in zip(narrow, over, strict=True)]

    def _broken(self, words: Words, width: float, size: float) -> list[list[tuple[str, bool]]]:
        lines: list[list[tuple[str, bool]]] = [[]]
        space = self._space(size)
        used = 0.0
        for word, bold in words:
            whole = self.paper.width(word, size, bold=bold)
            for piece in [word] if whole <= width else self.paper.lines(word, width, size, bold=bold):
                own = whole if piece is word else self.paper.width(piece, size, bold=bold)
                if lines[-1] and used + space + own > width:
                    lines.append([])
                used = own if not lines[-1] else used + space + own
                lines[-1].append((piece, bold))
        return [line for line in lines if line]

    def _space(self, size: float) -> float:
        return self.paper.width("a b", size) - self.paper.width("ab", size)

    def _line(self, line: Words, x: float, size: float, grey: int) -> None:
        """In runs of one weight."""
        space = self._space(size)
        at = 0
        while at < len(line):
            bold = line[at][1]
            end = next((to for to in range(at, len(line)) if line[to][1] != bold), len(line))
            run = [word for word, _ in line[at:end]]
            self.paper.text(x, self.y, " ".join(run), size, bold=bold, grey=grey)
            if end < len(line):
                x += sum(self.paper.width(word, size, bold=bold) + space for word in run)
            at = end
