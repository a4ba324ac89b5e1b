"""What a completed drill of three parts must look like, whatever happened while it was made."""

from app import generations
from tests.worker.test_process import Client

ENDS = {"generation.completed", "generation.failed", "generation.cancelled"}


async def is_whole(client: Client, id_: str) -> None:
    """Each part is there once, the log has no gap and one end, and each part was said to be ready once."""
    log = await client.events(id_)
    assert [event["seq"] for event in log] == list(range(1, len(log) + 1))
    assert [event["type"] for event in log if event["type"] in ENDS] == [log[-1]["type"]] == ["generation.completed"]
    assert [event["item"]["key"] for event in log if event["type"] == "item.ready"] == ["part-1", "part-2", "part-3"]
    assert [event["phase"] for event in log if event["type"] == "phase.completed" and not event["reused"]] == [
        "prepare", "write_parts", "save",
    ]  # fmt: skip
    assert [event["progress"] for event in log] == sorted(event["progress"] for event in log)
    result = await generations.result(client.db, client.person.id, "drill", id_)
    assert result is not None
    assert [part["number"] for part in result["parts"]] == [1, 2, 3]
