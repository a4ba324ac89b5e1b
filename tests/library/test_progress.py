"""How far somebody is in a course: kept field by field, the same twice is once, and only of one's own."""

import pytest
from pydantic import ValidationError

from app.database import Database
from app.kinds.course_progress import ProgressInput
from app.library import progress
from app.person import Person
from tests.support import course


async def test_each_field_stands_for_itself_and_the_same_again_changes_nothing(db: Database, alice: Person) -> None:
    made = await course.put(db, alice)
    question = progress.question_id("What is an opportunity cost?")
    for told in (
        ProgressInput(read=True),
        ProgressInput(marked=True),
        ProgressInput(note="Ask Ada.\nTwice."),
        ProgressInput(answers={question: "not_yet"}),
        ProgressInput(answers={"0" * 12: "known"}),
    ):
        assert await progress.put(db, alice.id, made["id"], "1.2", told) is not None
    before = (await progress.of(db, alice.id, made["id"]))["1.2"]
    again = await progress.put(db, alice.id, made["id"], "1.2", ProgressInput(read=True))
    assert again is not None and dict(again) == before
    assert (before["marked"], before["note"]) == (True, "Ask Ada.\nTwice.")
    assert before["answers"] == {question: "not_yet", "0" * 12: "known"}
    opened = await progress.put(db, alice.id, made["id"], "1.2", ProgressInput(read=False), opened=True)
    assert opened is not None and opened["read_at"] is None and opened["opened_at"] > before["opened_at"]


async def test_a_note_is_not_written_over_one_that_was_not_seen(db: Database, alice: Person) -> None:
    id_ = (await course.put(db, alice))["id"]

    async def write(note: str, was: str | None) -> None:
        told = ProgressInput(note=note, note_was=was)
        assert await progress.put(db, alice.id, id_, "1.1", told) is not None

    await write("one", "")
    await write("one and two", " one\n")  # as it is kept: without blanks around it
    await write("one and two", "one")  # the same again
    with pytest.raises(progress.Newer) as caught:
        await write("three", "one")
    assert caught.value.note == "one and two"
    assert (await progress.of(db, alice.id, id_))["1.1"]["note"] == "one and two"
    await write("three", "one and two")
    await write("four", None)  # whoever does not say what they saw writes over it
    assert (await progress.of(db, alice.id, id_))["1.1"]["note"] == "four"


async def test_a_note_that_is_not_kept_holds_nothing_else_back(db: Database, alice: Person) -> None:
    id_ = (await course.put(db, alice))["id"]
    await progress.put(db, alice.id, id_, "1.1", ProgressInput(note="theirs"))
    with pytest.raises(progress.Newer):
        told = ProgressInput(read=True, marked=True, answers={"0" * 12: "known"}, note="mine", note_was="")
        await progress.put(db, alice.id, id_, "1.1", told)
    kept = (await progress.of(db, alice.id, id_))["1.1"]
    assert kept["read_at"] and kept["marked"] and kept["answers"] == {"0" * 12: "known"} and kept["note"] == "theirs"


async def test_another_persons_course_and_a_section_that_is_not_there_are_nothing(
    db: Database, alice: Person, bob: Person
) -> None:
    made = await course.put(db, alice)
    assert await progress.put(db, bob.id, made["id"], "1.1", ProgressInput(read=True)) is None
    assert await progress.put(db, alice.id, made["id"], "9.1", ProgressInput(read=True)) is None
    await progress.put(db, alice.id, made["id"], "1.1", ProgressInput(note="mine"))
    assert await progress.of(db, bob.id, made["id"]) == {}
    assert list(await progress.of(db, alice.id, made["id"])) == ["1.1"]


@pytest.mark.parametrize(
    "told", [{"note": "x" * 10_001}, {"answers": {"x": "known"}}, {"answers": {"0" * 12: "maybe"}}, {"reed": True}]
)
def test_what_is_not_allowed_is_refused(told: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        ProgressInput.model_validate(told)
