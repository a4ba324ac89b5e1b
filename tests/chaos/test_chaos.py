"""The storm, bounded to two minutes with its calm: everything is killed, frozen and emptied at random."""

import random

import pytest

from tests.chaos.driver import Plan, storm


@pytest.mark.timeout(900)
async def test_nothing_is_lost_in_a_storm() -> None:
    found = await storm(Plan(seconds=30, orders=120, patience=60, seed=random.randrange(1_000_000)), print)
    found.show()
    assert (found.lost, found.duplicated, found.wrong, found.keys_without_ttl) == ([], [], [], [])
    # It was a storm, and it was seen. A slow machine is asked for less.
    assert found.accepted > 20 and found.reconnects > 20 and sum(found.strikes.values()) > 5
    assert found.events_checked > found.accepted * 10
