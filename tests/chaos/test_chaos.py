"""The storm, bounded to three minutes with its calm: everything is killed, frozen and emptied at random."""

import random

from tests.chaos.driver import Plan, storm


async def test_nothing_is_lost_in_a_storm() -> None:
    found = await storm(Plan(seconds=60, orders=240, patience=60, seed=random.randrange(1_000_000)), print)
    found.show()
    assert (found.lost, found.duplicated, found.wrong, found.keys_without_ttl) == ([], [], [], [])
    # It was a storm, and it was seen. A slow machine is asked for less.
    assert found.accepted > 40 and found.reconnects > 40 and sum(found.strikes.values()) > 5
    assert found.events_checked > found.accepted * 10
