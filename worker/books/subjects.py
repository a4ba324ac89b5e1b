"""Where a text without headings changes its subject.

Windows of words on both sides of each gap between paragraphs are compared (TextTiling: Hearst, Text Segmentation into
Multi-paragraph Subtopic Passages, 1997), by the mean of their embeddings instead of by their words. The gaps are chosen
together: where the sides are least alike, and so that the pieces are near to the wished size.
"""

import math
from collections.abc import Sequence
from dataclasses import replace
from itertools import accumulate
from typing import TYPE_CHECKING, Final

from worker.books.document import Block, count
from worker.books.words import sentences

if TYPE_CHECKING:
    from app.library.embed import Floats

SECTION: Final = 450  # words
CHAPTER: Final = 3600
# A paragraph of more words is cut between sentences into pieces of about so many.
LONGEST_PARAGRAPH: Final = 400
PARAGRAPH: Final = 150
ATOMS: Final = 11  # in a piece of the wished size: what is smaller is not looked at by itself
# Chosen on half of the starter shelf, its headings taken off; the figures in docs/courses.md are those of the other.
WINDOW: Final = 0.55  # of the wished size
OFF_SIZE: Final = 4.0  # what a piece costs whose size is off by a factor of e, in standard deviations of likeness


def paragraphs(blocks: Sequence[Block]) -> list[Block]:
    """A paragraph that goes on for pages has no lines that tell where one ends: it is cut between sentences."""
    return [piece for block in blocks for piece in _cut(block)]


def _cut(block: Block) -> list[Block]:
    if count(block.text) <= LONGEST_PARAGRAPH or block.kind in {"code", "table"}:
        return [block]
    pieces: list[list[str]] = [[]]
    words = 0
    for sentence in sentences(block.text):
        if words >= PARAGRAPH:
            pieces.append([])
            words = 0
        pieces[-1].append(sentence)
        words += count(sentence)
    return [replace(block, text=" ".join(piece), bold=()) for piece in pieces]


def cut(blocks: Sequence[Block], wished: int) -> list[list[Block]]:
    """Pieces of about so many words, each about something else than its neighbours as far as that can be."""
    from app.library.embed import embed, normalized  # numpy and the model: only for texts without headings

    atoms = _atoms(blocks, wished // ATOMS)
    sizes = [max(1, sum(count(block.text) for block in atom)) for atom in atoms]
    if len(atoms) < 2 or sum(sizes) < 1.5 * wished:
        return [list(blocks)] if blocks else []
    vectors = embed(["\n".join(block.text for block in atom) for atom in atoms])
    # What all of the text is about tells no part of it from another.
    middle = sum(vector * size for vector, size in zip(vectors, sizes, strict=True)) / sum(sizes)
    starts = _chosen(sizes, _likeness(normalized(vectors - middle), sizes, WINDOW * wished), wished)
    ends = [*starts[1:], len(atoms)]
    return [
        [block for atom in atoms[start:end] for block in atom] for start, end in zip(starts, ends, strict=True)
    ]  # fmt: skip


def _atoms(blocks: Sequence[Block], least: int) -> list[list[Block]]:
    """What is never parted: code, tables and lists from the paragraph before them, and lines from each other."""
    found: list[list[Block]] = []
    words = 0
    for block in blocks:
        whole = words >= least and block.kind == "text" and not found[-1][-1].text.endswith(":")
        if not found or whole or words >= LONGEST_PARAGRAPH + least:
            found.append([])
            words = 0
        found[-1].append(block)
        words += count(block.text)
    return found


def _likeness(vectors: "Floats", sizes: Sequence[int], window: float) -> list[float]:
    """Of what is before each atom and what begins with it, in standard deviations from the mean; 0 for the first."""
    import numpy as np

    def side(indices: range) -> "Floats":
        found, left = np.zeros(vectors.shape[1], np.float32), window
        for index in indices:
            found += vectors[index] * min(left, sizes[index])
            left -= sizes[index]
            if left <= 0:
                break
        return found / (float(np.linalg.norm(found)) or 1.0)

    found = np.array([side(range(at - 1, -1, -1)) @ side(range(at, len(sizes))) for at in range(1, len(sizes))])
    spread = float(found.std())
    return [0.0, *((found - found.mean()) / spread if spread > 1e-6 else found * 0).tolist()]


def _chosen(sizes: Sequence[int], likeness: Sequence[float], wished: int) -> list[int]:
    """The indices at which pieces begin, at the least cost of all together."""
    until = [0, *accumulate(sizes)]
    best: list[tuple[float, int]] = [(0.0, 0)]
    for end in range(1, len(until)):
        found = (math.inf, end - 1)
        for start in range(end - 1, -1, -1):
            words = until[end] - until[start]
            if words > 2 * wished and start < end - 1:
                break
            cost = best[start][0] + likeness[start] + OFF_SIZE * math.log(words / wished) ** 2
            found = min(found, (cost, start))
        best.append(found)
    starts, at = [], len(sizes)
    while at:
        at = best[at][1]
        starts.append(at)
    return starts[::-1]
