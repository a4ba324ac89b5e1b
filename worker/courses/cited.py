"""A lesson as it is set down: paragraphs and blocks as Markdown, each with the number of its source."""

from collections.abc import Sequence
from typing import Any

from worker.courses.lesson import bold
from worker.courses.text import escaped

Source = dict[str, Any]


class Page:
    """``terms``: key concepts, each of which is set in bold where it is first defined."""

    def __init__(self, terms: Sequence[str]) -> None:
        self.sources: list[Source] = []
        self._lines: list[str] = []
        self._terms = list(dict.fromkeys(terms))
        self._numbers: dict[tuple[str, str], int] = {}

    @property
    def lesson(self) -> str:
        return "\n\n".join(self._lines)

    def heading(self, text: str) -> None:
        self._lines.append(f"### {escaped(text)}")

    def paragraph(self, sentences: Sequence[str], source: Source) -> None:
        self._lines.append(f"{bold(escaped(' '.join(sentences)), self._terms)} [{self._cite(source)}]")

    def block(self, markdown: str, source: Source) -> None:
        self._lines += [f"From source [{self._cite(source)}]:", markdown]

    def following(self, markdown: str, source: Source) -> None:
        """A block that the paragraph before announces."""
        number = self._cite(source)
        self._lines.append(markdown if markdown.startswith(("|", "```")) else f"{markdown} [{number}]")

    def _cite(self, source: Source) -> int:
        """Places of one book have one number, with the quote that came first."""
        place = (source["book_id"], source["locator"])
        if place not in self._numbers:
            self._numbers[place] = len(self._numbers) + 1
            self.sources.append({**source, "ref": self._numbers[place]})
        return self._numbers[place]
