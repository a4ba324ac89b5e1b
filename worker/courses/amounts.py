"""All numbers of the making of courses, with where they come from."""

from typing import Final

from app.kinds.course import Depth, Pace

# Words a minute of silent reading of non-fiction, and the range over adults: Brysbaert, How many words do we read per
# minute? (2019).
READING: Final = 238
PACE: Final[dict[Pace, float]] = {"quick": 238 / 300, "moderate": 1.0, "thorough": 238 / 175}
# How much longer than plain reading (300 words a minute) it takes to learn from a text (200) and to keep it (138):
# Carver, Reading Rate: A Review of Research and Theory (1990). "technical" is the mean of both.
DEPTH: Final[dict[Depth, float]] = {
    "overview": 1.0, "balanced": 300 / 200, "technical": (300 / 200 + 300 / 138) / 2, "expert": 300 / 138,
}  # fmt: skip
# Minutes that a question states. Ours: a sentence to recall, and an exercise to work out with pen and paper.
RECALL: Final = 1
EXERCISE: Final = 3

# Of one section: exercises taken from the books, and paragraphs of each of their sections.
EXERCISES: Final[dict[Pace, int]] = {"quick": 1, "moderate": 3, "thorough": 6}
PARAGRAPHS: Final[dict[Pace, int]] = {"quick": 2, "moderate": 6, "thorough": 99}
OVERVIEW_PARAGRAPHS: Final = 1
OVERVIEW_EXERCISES: Final = 1
OVERVIEW_CODE_LINES: Final = 8
OBJECTIVES: Final = 4  # of one section, at most
# Which section an exercise is about: how many times more a word counts in its title, and what the order counts. Chosen
# by reading where the shelf's 861 exercises go.
OF_TITLE: Final = 2
IN_ORDER: Final = 0.4

# Minutes of a section and of a part, up to so many hours: sessions of study that a person finishes in one sitting.
SECTION_MINUTES: Final = ((1.0, 7.0), (3.0, 10.0), (8.0, 14.0), (40.0, 20.0))
PART_MINUTES: Final = ((1.0, 20.0), (3.0, 35.0), (8.0, 60.0), (40.0, 120.0))
MOST_SECTIONS_OF_PART: Final = 8

# What is about the query. Tuned on the queries of tests/library/gold.json, on topic and off.
HITS: Final = 200  # passages that the search may give
FLOOR: Final = 0.15  # where the best passage scores less, nothing is looked at
# What the signs of an answer weigh (`worker.courses.answers`): a logistic regression on the tune half, shifted so that
# at most 8% of its queries that the shelf answers are refused.
ANSWERS: Final = {"bias": -7.4, "score": 7.0, "chapter": 5.9, "headings": 4.2}
DOUBT: Final = 1.0  # below it the course says that it may not be what was meant,
LIKELY: Final = 0.3  # or where the best passage scores less,
TOGETHER: Final = 0.7  # or no book says so many of a question's words, or all of a subject's
SURE: Final = 0.42  # a best passage of this score is surely about it
ABOUT: Final = 0.28  # a book's section of less is not about it, unless its chapter or its book is,
ALMOST: Final = 0.85  # or it is nearly as good as a best one that is not much better itself
NEAR_BEST: Final = 0.45  # nor is one that is so much worse than the best
ON_SUBJECT: Final = 0.6  # share of the query's words that a book's title and subject have
# What of other books belongs to the leading one's course. On the tune half's queries, of units in books with a judged
# passage 85% of the judged ones have this much, and 5% of those in books with none.
MIDDLE: Final = 0.3  # what the likeness to the leading book's units on the query weighs,
KIN: Final = 0.3  # and that of their books as wholes
NEAR: Final = 0.72
AKIN: Final = 0.67  # books of one subject are as alike as wholes: on the shelf 0.74 to 0.91, others up to 0.74
EXACT: Final = 0.05  # how far the minutes may be off; a library with less than that is thin

# Chapters of two books that are about the same.
SAME_TOPIC: Final = 0.42
STRAY: Final = 0.4  # a topic of less than this share of a section goes to the one that is most like it
TIED: Final = 2  # times more that a section speaks of another's concepts than the reverse: then it needs that one
# Sentences of which one says nothing new: share of common words.
SAME_SENTENCE: Final = 0.8


def up_to(table: tuple[tuple[float, float], ...], hours: float) -> float:
    return next((value for most, value in table if hours <= most), table[-1][1])
