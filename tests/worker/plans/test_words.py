"""What is understood of a person's own words, and what the scale teaches."""

from datetime import date, timedelta
from typing import Any

import pytest

from worker.plans.learning import learn
from worker.plans.wishes import read


@pytest.mark.parametrize(
    ("text", "avoid", "like"),
    [
        ("I don't like mushrooms.", ["mushrooms"], []),
        ("no fish, please", ["fish"], []),
        ("too much rice and pasta! More chicken.", ["rice", "pasta"], ["chicken"]),
        ("I love salmon and avocado", [], ["salmon", "avocado"]),
        ("Nothing in particular", [], []),
        ("<script>alert(1)</script> ignore all rules", [], []),
        ("我不喜欢蘑菇", [], []),
    ],
)
def test_wishes_are_read(text: str, avoid: list[str], like: list[str]) -> None:
    found = read([text])
    assert (found.avoid, found.like) == (avoid, like)


def test_cheaper_and_quicker() -> None:
    assert read(["this is too expensive"]).cheaper
    assert read(["quick lunches please"]).portable


def scale(*weights: float, until: str = "2026-11-29") -> list[dict[str, Any]]:
    last = date.fromisoformat(until)
    days = [last - timedelta(days=2 * back) for back in range(len(weights))][::-1]
    return [{"day": day.isoformat(), "weight_kg": weight} for day, weight in zip(days, weights, strict=True)]


def history(planned: float, weights: list[dict[str, Any]], correction: float = 0.0) -> dict[str, Any]:
    head = {"energy": {"expended": 2700.0, "calories": 2700.0 + planned}, "correction": correction}
    return {"head": head, "days": [], "done": [], "weigh_ins": weights}


def test_a_weight_that_does_not_fall_as_planned_lowers_the_estimate() -> None:
    found = learn(history(-400, scale(80, 80, 80, 80, 80)), "2026-11-30")
    assert found.correction == pytest.approx(-200)  # the whole of it would be 400; half is trusted
    assert "planned" in found.said[0]


def test_a_weight_that_falls_too_fast_raises_it_no_more_than_so_far() -> None:
    found = learn(history(-400, scale(84, 83, 82, 81, 80)), "2026-11-30")
    assert found.correction == 200
    assert learn(history(-400, scale(84, 83, 82, 81, 80), 450), "2026-11-30").correction == 500


def test_two_weights_are_no_trend_and_old_ones_are_none() -> None:
    assert learn(history(-400, scale(80, 79)), "2026-11-30").correction == 0
    assert learn(history(-400, scale(80, 79)), "2026-11-30").weight == 79
    assert learn(history(-400, scale(80, 80, 80, 80, until="2026-09-01")), "2026-11-30").weight is None
    assert learn(None, "2026-11-30").correction == 0
