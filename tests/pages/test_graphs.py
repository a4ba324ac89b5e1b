import pytest

from app.generations.figures import Guests, Outcome, Spread
from app.pages.filters import tenths, took
from app.pages.graphs import DOWN, HEIGHT, LEAST, UP, funnel, outcome_chart, time_chart


def counts(
    completed: int = 0, cached: int = 0, failed: int = 0, refused: int = 0, cancelled: int = 0
) -> dict[Outcome, int]:
    return {"completed": completed, "cached": cached, "failed": failed, "refused": refused, "cancelled": cancelled}


def test_what_was_made_stands_on_the_line_and_the_rest_hangs_below() -> None:
    chart = outcome_chart([counts(completed=30, cached=10, failed=20), counts(completed=80, cancelled=10), counts()])
    assert (chart.most_up, chart.most_down, chart.width) == (80, 20, 30.0)
    assert chart.line == pytest.approx(80.0)
    assert chart.height == pytest.approx(100.0)
    first, second, third = chart.stacks
    assert [(block.outcome, block.y, block.height) for block in first.blocks] == [
        ("completed", 50.0, 30.0), ("cached", 40.0, 10.0), ("failed", 80.0, 20.0),
    ]  # fmt: skip
    assert [(block.outcome, block.y) for block in second.blocks] == [("completed", 0.0), ("cancelled", 80.0)]
    assert third.blocks == []


def test_one_failure_among_thousands_is_seen() -> None:
    chart = outcome_chart([counts(completed=50_000, failed=1), counts(completed=1)])
    for stack in chart.stacks:
        for block in stack.blocks:
            assert block.height >= LEAST
            assert (block.y + block.height <= chart.line + 0.01) == (block.outcome in UP)
            assert (block.y >= chart.line - 0.01) == (block.outcome in DOWN)
            assert block.y >= 0 and block.y + block.height <= chart.height + 0.01


def test_a_chart_of_nothing_divides_by_nothing() -> None:
    assert outcome_chart([counts()]).stacks[0].blocks == []
    assert outcome_chart([]).height == HEIGHT
    assert [one.of for one in time_chart([None, None]).whiskers] == [None, None]
    assert time_chart([Spread(1, 0.0, 0.0)]).whiskers[0].median == LEAST
    assert [step.share for step in funnel(Guests(0, 0, 0, 0, 0))] == [0, 0, 0]


@pytest.mark.parametrize(
    ("longest", "top"), [(0.003, 0.005), (0.2, 0.2), (4.2, 5.0), (16, 20.0), (61, 120.0), (3700, 7200.0), (1e6, 1e6)]
)
def test_an_axis_ends_at_a_round_number_that_holds_all(longest: float, top: float) -> None:
    chart = time_chart([Spread(9, longest / 2, longest), None])
    assert chart.top == top
    assert chart.whiskers[0].p95 == pytest.approx(longest / top * HEIGHT, abs=0.01)
    assert chart.whiskers[0].median == pytest.approx(longest / top * HEIGHT / 2, abs=0.01)


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(0.0, "0 ms"), (0.0304, "30 ms"), (0.9994, "999 ms"), (0.9996, "1.00 s"), (9.99, "9.99 s"), (9.996, "10 s"),
     (125.0, "2 min 5 s")],
)  # fmt: skip
def test_those_who_measure_read_milliseconds(seconds: float, said: str) -> None:
    assert took(seconds) == said


@pytest.mark.parametrize(("share", "said"), [(1.0, "100.0%"), (0.99999, "99.9%"), (0.29, "29.0%"), (0.0, "0.0%")])
def test_all_is_said_only_of_all(share: float, said: str) -> None:
    assert tenths(share) == said
