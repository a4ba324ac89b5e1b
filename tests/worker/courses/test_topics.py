"""Chapters that are about the same."""

from types import SimpleNamespace
from typing import cast

import numpy as np

from worker.courses.topics import TITLE, Field, Topic


def topic(words: set[str]) -> Topic:
    return cast(Topic, SimpleNamespace(words=frozenset(words), vector=np.zeros(4, np.float32)))


def test_likeness_is_the_same_in_whatever_order_words_come() -> None:
    """Sets of words are in another order in each process, and sums of rounded numbers with them."""
    names = [f"word {number}" for number in range(30)]
    weights = {**dict.fromkeys(names, 1.0), "much": 1e16, "less": -1e16}
    field = Field(np.zeros(4, np.float32), weights)
    one, other = topic({*names[:20], "much", "less"}), topic({*names[10:], "much", "less"})
    assert field.likeness(one, other) == TITLE / 2
